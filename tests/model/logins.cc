#include "tests/model/logins.h"

#include <algorithm>

namespace holdfast::model {

namespace {

constexpr int kOfHost = 200;
constexpr Micros kHostEach = kSecond / 20;
constexpr int kOfName = 10;
constexpr Micros kNameEach = 10 * kSecond;
constexpr Micros kRightFor = 60 * kSecond;

}  // namespace

void Logins::require(const Full& full, const std::string& name, int burst, Micros each,
                     Micros now) {
  const auto found = full.find(name);
  if (found == full.end()) return;
  const Micros wait = found->second - now - (burst - 1) * each;
  if (wait > 0) throw Refused("BUSY", Record().add("retry", (wait + kSecond - 1) / kSecond));
}

void Logins::take(Full& full, const std::string& name, Micros each, Micros now) {
  Micros& at = full[name];
  at = std::max(at, now) + each;
}

void Logins::take_host(const std::string& host, Micros now) {
  require(hosts_, host, kOfHost, kHostEach, now);
  take(hosts_, host, kHostEach, now);
}

void Logins::require_try(const std::string& name, Micros now) const {
  require(names_, name, kOfName, kNameEach, now);
}

void Logins::wrong(const std::string& name, Micros now) {
  take(names_, name, kNameEach, now);
}

bool Logins::just_right(const std::string& name, const std::string& password, Micros now) const {
  const auto found = right_.find(name);
  return found != right_.end() && found->second.password == password && now < found->second.until;
}

void Logins::right(const std::string& name, const std::string& password, Micros now) {
  names_.erase(name);
  right_[name] = {password, now + kRightFor};
}

void Logins::forget(const std::string& name) {
  names_.erase(name);
  right_.erase(name);
}

}  // namespace holdfast::model
