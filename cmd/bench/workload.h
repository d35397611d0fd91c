// Workload: what a load asks for: the stock it makes for itself, and one request after the other.
//
// It sells nothing but what it made: plans and offerings of its own, whose names begin alike. What
// it asks for and draws is the same in each run.

#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/client/resp_client.h"
#include "storage/status.h"

namespace holdfast::cmd {

struct WorkloadStock {
  std::string prefix;       // how the names of what it makes begin
  std::int64_t units = 0;   // of an offering
  net::RespClient& staff;   // makes it, as a manager
  net::RespClient& client;  // as whom the load is put on
};

struct BenchRequest {
  std::vector<std::string> words;
  bool tell = false;  // the workload wants to see the reply
};

class Workload {
 public:
  virtual ~Workload() = default;

  // Before anything is measured. An error of the server ends it.
  virtual storage::Result<void> set_up(const WorkloadStock& stock) = 0;
  // Fills in the next request, a fresh one. False: there is nothing left to ask for.
  virtual bool next(BenchRequest& request) = 0;
  // The reply to a request that asked for it and was not refused, as RESP2 has it, fields by name.
  virtual void answered(std::string_view reply);

  // What was put on sale, to be closed behind the load.
  const std::vector<std::string>& offerings() const { return offerings_; }

 protected:
  // Puts `plan` on sale by `axis`.
  storage::Result<void> put_on_sale(const WorkloadStock& stock, const std::string& offering,
                                    const std::string& plan, std::string_view axis);
  // The yard, so many times, as events.
  storage::Result<void> put_yards_on_sale(const WorkloadStock& stock, std::int64_t count);

 private:
  std::vector<std::string> offerings_;
};

struct WorkloadKind {
  std::string_view name;
  std::string_view summary;  // one phrase, without a full stop
  std::unique_ptr<Workload> (*make)();
  // One asks, all others watch what was put on sale.
  bool fanout = false;
};

std::span<const WorkloadKind> workload_kinds();
// nullptr: there is none of that name.
const WorkloadKind* find_workload(std::string_view name);

// Asks, and makes an error of the server kState with its words, naming the command.
storage::Result<net::RespValue> ask_or_fail(net::RespClient& client,
                                            const std::vector<std::string>& words);

// The plan of `stock.units` single units named by their number that most workloads sell.
storage::Result<std::string> make_yard(const WorkloadStock& stock);

// Which unit comes when: each once, spread over the plan.
class UnitOrder {
 public:
  explicit UnitOrder(std::int64_t units);
  // The label of the unit that comes at `turn`. REQUIRES: 0 <= turn < units.
  std::string label(std::int64_t turn) const;

 private:
  std::int64_t units_;
  std::int64_t step_;  // has no factor in common with units_
};

}  // namespace holdfast::cmd
