#include "engine/money.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace holdfast::engine {

namespace {

// The currencies of ISO 4217 in use, by their digits, sorted. Funds, metals and test codes are not
// money that anybody pays a seat with.
constexpr std::array<std::string_view, 16> kNoDigits{"BIF", "CLP", "DJF", "GNF", "ISK", "JPY",
                                                     "KMF", "KRW", "PYG", "RWF", "UGX", "VND",
                                                     "VUV", "XAF", "XOF", "XPF"};
constexpr std::array<std::string_view, 7> kThreeDigits{"BHD", "IQD", "JOD", "KWD",
                                                       "LYD", "OMR", "TND"};
constexpr auto kTwoDigits = std::to_array<std::string_view>(
    {"AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD",
     "BDT", "BGN", "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD",
     "CDF", "CHF", "CNY", "COP", "CRC", "CUP", "CVE", "CZK", "DKK", "DOP", "DZD", "EGP",
     "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GTQ", "GYD",
     "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IRR", "JMD", "KES", "KGS", "KHR",
     "KPW", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "MAD", "MDL", "MGA", "MKD",
     "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN", "NAD", "NGN",
     "NIO", "NOK", "NPR", "NZD", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "QAR", "RON",
     "RSD", "RUB", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD",
     "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TOP", "TRY", "TTD", "TWD",
     "TZS", "UAH", "USD", "UYU", "UZS", "VES", "WST", "XCD", "YER", "ZAR", "ZMW", "ZWG"});
static_assert(std::ranges::is_sorted(kNoDigits) && std::ranges::is_sorted(kThreeDigits) &&
              std::ranges::is_sorted(kTwoDigits));

}  // namespace

Result<int> currency_digits(std::string_view currency) {
  if (std::ranges::binary_search(kTwoDigits, currency)) return 2;
  if (std::ranges::binary_search(kNoDigits, currency)) return 0;
  if (std::ranges::binary_search(kThreeDigits, currency)) return 3;
  return error(Code::kBadValue,
               fmt::format("currency \"{}\" is no ISO 4217 code in use", currency.substr(0, 64)));
}

std::string format_money(Money money, std::string_view currency) {
  const auto digits = currency_digits(currency);
  if (!digits || *digits == 0) return fmt::format("{} {}", money.minor, currency);
  const std::uint64_t unit = *digits == 2 ? 100 : 1000;
  const bool negative = money.minor < 0;
  // Negated as unsigned: the least int64 has no positive counterpart.
  const std::uint64_t amount = negative ? std::uint64_t{0} - static_cast<std::uint64_t>(money.minor)
                                        : static_cast<std::uint64_t>(money.minor);
  return fmt::format("{}{}.{:0{}} {}", negative ? "-" : "", amount / unit, amount % unit, *digits,
                     currency);
}

}  // namespace holdfast::engine
