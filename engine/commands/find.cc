#include "engine/commands/find.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "engine/accounts.h"
#include "engine/arguments.h"
#include "engine/commands/reservations_page.h"
#include "engine/context.h"
#include "engine/limits.h"
#include "engine/locator.h"
#include "engine/parties.h"
#include "engine/reservation_record.h"
#include "engine/tables.h"

namespace holdfast::engine {

namespace {

struct FindParams {
  std::optional<std::string> guest;  // folded
  std::optional<std::string_view> account;
  std::optional<std::string_view> reference;
  ReservationsPage page;
};

Result<FindParams> parse_find(const Arguments& arguments) {
  FindParams params{.guest = {},
                    .account = arguments.option("account"),
                    .reference = arguments.option("ref"),
                    .page = TRY(parse_reservations_page(arguments))};
  if (const auto guest = arguments.option("guest")) params.guest = fold_guest(*guest);
  if (!params.guest && !params.account && !params.reference) {
    return error(Code::kArgs, "nothing to find: give guest=, account= or ref=");
  }
  if (params.reference && params.reference->size() < kMinReference) {
    return error(Code::kBadValue, fmt::format("ref {} is shorter than {} letters",
                                              quoted(*params.reference), kMinReference));
  }
  return params;
}

// The reservations whose payments have this transaction id, of the newest payments.
Result<std::set<ReservationId>> paid_by(Transaction& txn, std::string_view transaction) {
  std::set<ReservationId> paid;
  const auto cursor = TRY(txn.scan(kPayments));
  constexpr std::uint64_t kNewest = std::numeric_limits<std::uint64_t>::max();
  bool more = TRY(cursor->seek_before(Key().u64(kNewest).view()));
  for (std::size_t looked = 0; more && looked < kMaxPaymentsLooked; ++looked) {
    const auto payment = TRY(storage::decode<PaymentRow>(cursor->value()));
    if (payment.transaction == transaction) paid.insert(ReservationId{payment.reservation});
    more = TRY(cursor->previous());
  }
  return paid;
}

// One search, along the index of the narrowest thing that is given.
class Finder {
 public:
  Finder(Context& context, const FindParams& params) : context_(context), params_(params) {}

  Result<List> run() {
    if (params_.reference) {
      TRY(by_reference());
    } else if (params_.account) {
      TRY(by_account());
    } else {
      TRY(by_guest());
    }
    return std::move(rows_);
  }

 private:
  Result<void> by_reference() {
    std::set<ReservationId> found = TRY(paid_by(context_.txn, *params_.reference));
    for (const ReservationId id : context_.locators.beginning_with(*params_.reference)) {
      const Key key = Key().u64(id.value);
      if (TRY(context_.txn.get(kReservations, key.view()))) found.insert(id);
    }
    for (auto at = found.upper_bound(params_.page.after); at != found.end() && !ended(); ++at) {
      TRY(look_at(*at));
    }
    return {};
  }

  Result<void> by_account() {
    std::string last;  // whose the reservation to go on after is
    if (params_.page.after) {
      const Reservation reservation = TRY(last_listed());
      last = TRY(account_name(reservation));
    }
    const std::string from = std::max(std::string(*params_.account), last);
    const auto names = TRY(context_.txn.scan(kAccountNames));
    bool more = TRY(names->seek(from));
    std::size_t accounts = 0;
    for (; more && names->key().starts_with(*params_.account) && !ended(); ++accounts) {
      if (accounts == kMaxListLooked) {
        return error(Code::kLimit, fmt::format("more than {} accounts begin with {}", accounts,
                                               quoted(*params_.account)));
      }
      KeyReader number(names->value());
      const bool begun = params_.page.after && names->key() == last;
      TRY(of_account(number.u32(), begun ? params_.page.after : ReservationId{}));
      more = TRY(names->next());
    }
    return {};
  }

  Result<void> of_account(std::uint32_t account, ReservationId after) {
    const Key prefix = Key().u32(account);
    const auto cursor = TRY(context_.txn.scan(kByAccount));
    bool more = TRY(cursor->seek(Key().u32(account).u64(after.value + 1).view()));
    while (more && cursor->key().starts_with(prefix.view()) && !ended()) {
      KeyReader key(cursor->key());
      key.u32();
      TRY(look_at(ReservationId{key.u64()}));
      more = TRY(cursor->next());
    }
    return {};
  }

  Result<void> by_guest() {
    const std::string& prefix = *params_.guest;
    std::string from = prefix;
    if (params_.page.after) {
      const Reservation last = TRY(last_listed());
      const std::string guest = TRY(guest_name(last));
      const Key key = Key().text(guest).u8(0).u64(params_.page.after.value + 1);
      from = std::max(from, std::string(key.view()));
    }
    const auto cursor = TRY(context_.txn.scan(kByGuest));
    bool more = TRY(cursor->seek(from));
    while (more && cursor->key().starts_with(prefix) && !ended()) {
      const std::string_view bytes = cursor->key();
      KeyReader key(bytes.substr(bytes.size() - std::min(bytes.size(), sizeof(std::uint64_t))));
      TRY(look_at(ReservationId{key.u64()}));
      more = TRY(cursor->next());
    }
    return {};
  }

  // The one to go on after, where names decide the order.
  Result<Reservation> last_listed() {
    auto reservation = TRY(load_reservation(context_.txn, params_.page.after));
    if (reservation) return std::move(*reservation);
    return error(Code::kNotFound, fmt::format("no reservation \"{}\" to go on after",
                                              context_.locators.format(params_.page.after)));
  }

  Result<std::string> account_name(const Reservation& reservation) {
    const auto account = TRY(get_account(context_.txn, AccountId{reservation.row.account}));
    return account ? account->row.name : std::string();
  }

  Result<std::string> guest_name(const Reservation& reservation) {
    const Party party = TRY(read_party(context_.txn, PersonId{reservation.row.party}));
    return fold_guest(party.guest);
  }

  // As LIST: the page is full, or enough was looked at, and then it says from where to go on.
  bool ended() {
    if (rows_.size() >= params_.page.n) return true;
    if (looked_ < kMaxListLooked) return false;
    rows_.emplace_back(Record().add("next", context_.locators.format(last_)));
    return true;
  }

  Result<void> look_at(ReservationId id) {
    ++looked_;
    last_ = id;
    const Reservation reservation = TRY(load_listed(context_, id));
    if (params_.account && !TRY(account_name(reservation)).starts_with(*params_.account)) return {};
    // Without a name it is nobody's, and no beginning of a name fits that.
    if (params_.account && reservation.row.account == 0) return {};
    if (params_.guest) {
      const std::string guest = TRY(guest_name(reservation));
      if (guest.empty() || !guest.starts_with(*params_.guest)) return {};
    }
    rows_.emplace_back(TRY(listed_reservation_record(context_, reservation)));
    return {};
  }

  Context& context_;
  const FindParams& params_;
  List rows_;
  std::size_t looked_ = 0;  // reservations
  ReservationId last_;      // of them
};

Result<Reply> run_find(Context& context, const FindParams& params) {
  return Reply{.value = TRY(Finder(context, params).run())};
}

}  // namespace

Result<Outcome> find_reservations_command(Context& context, Arguments& arguments) {
  return handle<parse_find, run_find>(context, arguments);
}

}  // namespace holdfast::engine
