#include "engine/money.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace holdfast::engine {
namespace {

TEST(Money, IsShownWithTheDigitsOfItsCurrency) {
  EXPECT_EQ(format_money({5200}, "USD"), "52.00 USD");
  EXPECT_EQ(format_money({5}, "EUR"), "0.05 EUR");
  EXPECT_EQ(format_money({1200}, "JPY"), "1200 JPY");
  EXPECT_EQ(format_money({1500}, "KWD"), "1.500 KWD");
  EXPECT_EQ(format_money({-1500}, "INR"), "-15.00 INR");
  EXPECT_EQ(format_money({INT64_MIN}, "USD"), "-92233720368547758.08 USD");
}

TEST(Money, OnlyCurrenciesInUseAreKnown) {
  EXPECT_EQ(currency_digits("INR"), 2);
  EXPECT_EQ(currency_digits("VND"), 0);
  EXPECT_EQ(currency_digits("BHD"), 3);
  for (const std::string_view unknown : {"", "usd", "US", "USDX", "XXX", "DEM"}) {
    const auto digits = currency_digits(unknown);
    ASSERT_FALSE(digits) << unknown;
    EXPECT_EQ(digits.error().code(), Code::kBadValue);
  }
}

TEST(Money, AnUnknownCurrencyIsShownInMinorUnits) {
  EXPECT_EQ(format_money({5200}, "DEM"), "5200 DEM");
}

}  // namespace
}  // namespace holdfast::engine
