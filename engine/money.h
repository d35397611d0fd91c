// Money: currencies and how amounts are shown. Amounts are whole minor units, everywhere.

#pragma once

#include <string>
#include <string_view>

#include "engine/values.h"

namespace holdfast::engine {

// The number of decimal digits of an ISO 4217 currency: 2 for USD, 0 for JPY, 3 for KWD. kBadValue
// for a code that is not a currency in use.
Result<int> currency_digits(std::string_view currency);

// "52.00 USD", "1200 JPY", "-1.500 KWD": for people. An unknown currency is shown in minor units.
std::string format_money(Money money, std::string_view currency);

}  // namespace holdfast::engine
