// Catalog: plans and offerings by name or number, with a bounded cache of committed rows.
//
// Names are looked up in kOfferingNames and kPlanNames, so ten million offerings cost nothing here.
// What a command has itself written is read from its transaction and never enters the cache:
// nothing is cached while the transaction has writes. After a commit that changed or erased a row,
// the handler's after_commit hook calls invalidate().
//
// Loop thread. The pointers handed out stay valid and unchanged for as long as they are held.

#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "engine/plan.h"
#include "engine/tables.h"
#include "engine/values.h"

namespace holdfast::engine {

struct Offering {
  OfferingId id;
  OfferingRow row;
  PlanPtr plan;
};
using OfferingPtr = std::shared_ptr<const Offering>;

// A map of at most `capacity` entries that forgets the least recently found one. Finds by id and
// by name.
template <typename Value>
class NamedCache {
 public:
  explicit NamedCache(std::size_t capacity) : capacity_(capacity) {}

  std::shared_ptr<const Value> find(std::uint32_t id) {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : touch(found->second);
  }
  std::shared_ptr<const Value> find(std::string_view name) {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : touch(found->second);
  }
  // `name` must live as long as `value`.
  void keep(std::uint32_t id, std::string_view name, std::shared_ptr<const Value> value) {
    forget(id);
    if (entries_.size() >= capacity_) forget(entries_.back().id);
    entries_.push_front({id, name, std::move(value)});
    by_id_[id] = entries_.begin();
    by_name_[name] = entries_.begin();
  }
  void forget(std::uint32_t id) {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return;
    const auto entry = found->second;
    const auto named = by_name_.find(entry->name);
    if (named != by_name_.end() && named->second == entry) by_name_.erase(named);
    by_id_.erase(found);
    entries_.erase(entry);
  }
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::uint32_t id;
    std::string_view name;
    std::shared_ptr<const Value> value;
  };
  using Place = typename std::list<Entry>::iterator;

  std::shared_ptr<const Value> touch(Place place) {
    entries_.splice(entries_.begin(), entries_, place);
    return place->value;
  }

  std::size_t capacity_;
  std::list<Entry> entries_;  // most recently found first
  std::unordered_map<std::uint32_t, Place> by_id_;
  std::unordered_map<std::string_view, Place> by_name_;
};

// ---- writing ----

// A new offering, under the next number. kExists when its name is taken; kLimit for a row that does
// not fit.
Result<OfferingId> add_offering(Transaction& txn, const OfferingRow& row);
Result<void> put_offering(Transaction& txn, OfferingId id, const OfferingRow& row);
// Its name is free again. The row stays, as dropped, if any reservation ever was of it.
Result<void> drop_offering(Transaction& txn, const Offering& offering);

// ---- reading ----

class Catalog {
 public:
  // An offering is some 500 bytes; a plan of listed labels some kilobytes.
  static constexpr std::size_t kCachedOfferings = 16384;
  static constexpr std::size_t kCachedPlans = 1024;

  explicit Catalog(std::size_t offerings = kCachedOfferings, std::size_t plans = kCachedPlans)
      : offerings_(offerings), plans_(plans) {}

  // kNotFound naming what was asked for; kCorruption for rows that do not fit together.
  // By number a dropped offering is found as well.
  Result<OfferingPtr> offering(Transaction& txn, std::string_view name);
  Result<OfferingPtr> offering(Transaction& txn, OfferingId id);
  Result<PlanPtr> plan(Transaction& txn, std::string_view name);
  Result<PlanPtr> plan(Transaction& txn, PlanId id);

  void invalidate(OfferingId id) { offerings_.forget(id.value); }
  void invalidate(PlanId id) { plans_.forget(id.value); }

 private:
  NamedCache<Offering> offerings_;
  NamedCache<Plan> plans_;
};

}  // namespace holdfast::engine
