#include "engine/locator.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "engine/arguments.h"
#include "engine/tables.h"
#include "storage/check.h"

namespace holdfast::engine {

namespace {

constexpr std::string_view kAlphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
constexpr unsigned kBitsPerLetter = 5;
static_assert(kAlphabet.size() == 1U << kBitsPerLetter);

constexpr unsigned kShortBits = 30;  // six letters: a thousand million reservations
constexpr unsigned kLongBits = 40;   // eight letters
constexpr unsigned kRounds = 6;      // after four, neighbours have nothing in common any more
constexpr std::string_view kKeyName = "locator_key";

constexpr std::array<std::int8_t, 256> letter_values() {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    const auto letter = static_cast<unsigned char>(kAlphabet[i]);
    values[letter] = static_cast<std::int8_t>(i);
    if (letter >= 'A') values[letter - 'A' + 'a'] = static_cast<std::int8_t>(i);
  }
  return values;
}
constexpr auto kLetterValues = letter_values();

// The finalizer of splitmix64: every bit of the input changes half the bits of the output.
std::uint64_t mix(std::uint64_t bits) {
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9U;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebU;
  return bits ^ (bits >> 31);
}

}  // namespace

std::uint64_t Locators::permute(std::uint64_t number, unsigned bits, bool forward) const {
  const unsigned half = bits / 2;
  const std::uint64_t mask = (std::uint64_t{1} << half) - 1;
  std::uint64_t left = number >> half;
  std::uint64_t right = number & mask;
  for (unsigned i = 0; i < kRounds; ++i) {
    const std::uint64_t round = forward ? i : kRounds - 1 - i;
    if (forward) {
      left ^= mix(key_ ^ mix((round << 32) | right)) & mask;
      std::swap(left, right);
    } else {
      std::swap(left, right);
      left ^= mix(key_ ^ mix((round << 32) | right)) & mask;
    }
  }
  return (left << half) | right;
}

std::string Locators::format(ReservationId reservation) const {
  const std::uint64_t number = reservation.value;
  CHECK(number > 0 && number >> kLongBits == 0, "reservation {}", number);
  const unsigned bits = number >> kShortBits == 0 ? kShortBits : kLongBits;
  const std::uint64_t shown = permute(number, bits, true);
  std::string locator(bits / kBitsPerLetter, ' ');
  for (std::size_t i = 0; i < locator.size(); ++i) {
    const std::size_t shift = bits - kBitsPerLetter * (i + 1);
    locator[i] = kAlphabet[(shown >> shift) % kAlphabet.size()];
  }
  return locator;
}

Result<ReservationId> Locators::parse(std::string_view text) const {
  const bool is_short = text.size() == kShortBits / kBitsPerLetter;
  if (!is_short && text.size() != kLongBits / kBitsPerLetter) {
    return error(Code::kBadValue,
                 fmt::format("locator {} does not have 6 or 8 characters", quoted(text)));
  }
  std::uint64_t shown = 0;
  for (const char letter : text) {
    const std::int8_t value = kLetterValues[static_cast<unsigned char>(letter)];
    if (value < 0) {
      return error(Code::kBadValue,
                   fmt::format("locator {} has a character that no locator has", quoted(text)));
    }
    shown = shown << kBitsPerLetter | static_cast<std::uint64_t>(value);
  }
  const std::uint64_t number = permute(shown, is_short ? kShortBits : kLongBits, false);
  // A long one whose number is short, and 0, name nothing: each reservation has one locator.
  if (number == 0 || (!is_short && number >> kShortBits == 0)) {
    return error(Code::kNotFound, fmt::format("no reservation {}", quoted(text)));
  }
  return ReservationId{number};
}

std::vector<ReservationId> Locators::beginning_with(std::string_view text) const {
  std::vector<ReservationId> found;
  for (const unsigned bits : {kShortBits, kLongBits}) {
    const std::size_t letters = bits / kBitsPerLetter;
    constexpr std::size_t kMissing = 2;
    if (text.size() > letters || text.size() + kMissing < letters) continue;
    std::string locator(letters, kAlphabet[0]);
    std::ranges::copy(text, locator.begin());
    const std::size_t missing = letters - text.size();
    for (std::size_t end = 0; end < std::size_t{1} << (kBitsPerLetter * missing); ++end) {
      for (std::size_t i = 0; i < missing; ++i) {
        locator[letters - 1 - i] = kAlphabet[(end >> (kBitsPerLetter * i)) % kAlphabet.size()];
      }
      if (const auto id = parse(locator)) found.push_back(*id);
    }
  }
  return found;
}

Result<std::uint64_t> locator_key(Transaction& txn) {
  const auto stored = TRY(txn.get(kMeta, kKeyName));
  if (stored) {
    KeyReader reader(*stored);
    const std::uint64_t key = reader.u64();
    if (!reader.ok()) return error(Code::kCorruption, "locator key does not decode");
    return key;
  }
  std::uint64_t key = 0;
  randombytes_buf(&key, sizeof key);
  TRY(txn.put(kMeta, kKeyName, Key().u64(key).view()));
  return key;
}

}  // namespace holdfast::engine
