#include "tests/crash/load.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace holdfast::test {
namespace {

constexpr int kUnits = 100'000;

std::int64_t seq_of(const Resp& reply) {
  const auto* seq = reply.find("seq");
  return seq == nullptr ? 0 : seq->number();
}

bool is_live(const Resp& reservation) {
  const auto status = reservation.field("status");
  return status == "confirmed" || status == "held" || status == "checked_in";
}

// Every unit that a live item of yard stands on; "" or what is wrong with them.
std::string read_units(WireClient& admin, std::set<std::string>& units) {
  std::vector<std::string> words = {"LIST", "yard", "n=1000"};
  for (;;) {
    const auto rows = admin.command(words);
    if (rows.is_error()) return rows.text;
    for (const auto& reservation : rows.items) {
      if (!is_live(reservation)) continue;
      for (const auto& item : reservation.find("items")->items) {
        if (!units.insert(item.field("unit")).second) return "sold twice: " + item.to_string();
      }
    }
    if (rows.items.size() < 1000) return "";
    words = {"LIST", "yard", "n=1000", "after=" + rows.items.back().field("locator")};
  }
}

}  // namespace

void prepare_for_load(const Daemon& daemon) {
  WireClient admin(daemon.socket());
  const auto must = [](const Resp& reply) {
    if (reply.is_error()) throw std::runtime_error(reply.text);
  };
  must(admin.command({"PLAN", "CREATE", "yard", fmt::format("units=1-{}", kUnits)}));
  must(admin.command({"OFFERING", "CREATE", "yard", "plan=yard", "axis=event", "currency=USD",
                      "price=100", "pay=later"}));
  must(WireClient(daemon.port()).command({"REGISTER", "load", "open sesame"}));
}

WireClient log_in_for_load(const Daemon& daemon) {
  WireClient client(daemon.port());
  const auto reply = client.command({"AUTH", "load", "open sesame"});
  if (reply.is_error()) throw std::runtime_error(reply.text);
  return client;
}

Load::Load(const Daemon& daemon, Ledger& ledger, const std::string& name, int clients)
    : ledger_(ledger), running_(clients) {
  for (int i = 0; i < clients; ++i) {
    threads_.emplace_back(
        [this, client = log_in_for_load(daemon), token = fmt::format("{}-{}", name, i)]() mutable {
          run(std::move(client), token);
          const std::lock_guard lock(mutex_);
          --running_;
          answered_.notify_all();
        });
  }
}

// Books; every fourth booking is cancelled again.
void Load::run(WireClient client, const std::string& name) {
  try {
    for (int i = 0;; ++i) {
      const auto token = fmt::format("{}-{}", name, i);
      {
        const std::lock_guard lock(mutex_);
        ledger_.in_doubt.insert(token);
      }
      const auto booked = client.command({"BOOK", "yard", "n=1", "id=" + token});
      const auto locator = booked.field("locator");
      if (locator.empty()) return;
      {
        const std::lock_guard lock(mutex_);
        ledger_.in_doubt.erase(token);
        ledger_.booked[token] = locator;
        ledger_.last_seq = std::max(ledger_.last_seq, seq_of(booked));
        if (i % 4 == 3) ledger_.cancel_in_doubt.insert(locator);
        ++answers_;
        answered_.notify_all();
      }
      if (i % 4 != 3) continue;
      const auto cancelled = client.command({"CANCEL", locator});
      if (cancelled.is_error()) return;
      const std::lock_guard lock(mutex_);
      ledger_.cancel_in_doubt.erase(locator);
      ledger_.cancelled.insert(locator);
      ledger_.last_seq = std::max(ledger_.last_seq, seq_of(cancelled));
    }
  } catch (const std::exception&) {
    // The server went away: what had no answer stays in doubt.
  }
}

void Load::wait_for_answers(int count) {
  std::unique_lock lock(mutex_);
  const bool enough =
      answered_.wait_for(lock, kPatience, [&] { return answers_ >= count || running_ == 0; });
  if (!enough || answers_ < count) {
    throw std::runtime_error(fmt::format("only {} answers of {}", answers_, count));
  }
}

void Load::finish() {
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

std::string settle_and_compare(const Daemon& daemon, Ledger& ledger) {
  auto client = log_in_for_load(daemon);
  for (const auto& token : ledger.in_doubt) {
    const auto booked = client.command({"BOOK", "yard", "n=1", "id=" + token});
    if (booked.field("locator").empty()) return "retry: " + booked.to_string();
    ledger.booked[token] = booked.field("locator");
  }
  ledger.in_doubt.clear();
  for (const auto& locator : ledger.cancel_in_doubt) {
    const auto cancelled = client.command({"CANCEL", locator});
    if (cancelled.is_error()) return "retry: " + cancelled.text;
    ledger.cancelled.insert(locator);
  }
  ledger.cancel_in_doubt.clear();

  for (const auto& [token, locator] : ledger.booked) {
    const auto* expected = ledger.cancelled.contains(locator) ? "cancelled" : "confirmed";
    const auto shown = client.command({"SHOW", locator});
    if (shown.field("status") != expected) {
      return fmt::format("{} was {}, now {}", locator, expected, shown.to_string());
    }
  }
  // The same token again is the same reservation.
  if (!ledger.booked.empty()) {
    const auto& [token, locator] = *ledger.booked.begin();
    const auto again = client.command({"BOOK", "yard", "n=1", "id=" + token});
    if (again.field("locator") != locator) return "not replayed: " + again.to_string();
  }

  WireClient admin(daemon.socket());
  const auto now = admin.command({"WHOAMI"}).find("seq")->number();
  if (now < ledger.last_seq) return fmt::format("seq {} after {}", now, ledger.last_seq);
  std::set<std::string> units;
  if (auto fault = read_units(admin, units); !fault.empty()) return fault;
  const auto live = ledger.booked.size() - ledger.cancelled.size();
  if (units.size() != live) return fmt::format("{} units sold, {} booked", units.size(), live);
  const auto free = line_field(admin.ask("AVAIL yard"), "free");
  if (free != fmt::format("{}", kUnits - live)) {
    return fmt::format("{} free, {} booked", free, live);
  }
  return "";
}

}  // namespace holdfast::test
