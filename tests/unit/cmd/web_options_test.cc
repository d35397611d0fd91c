#include "cmd/web_options.h"

#include <gtest/gtest.h>

namespace holdfast::cmd {
namespace {

Result<DaemonOptions> load_web(std::string_view text) {
  DaemonOptions options;
  const auto table = daemon_options(options);
  set_defaults(table);
  TRY(read_configuration_text(table, "test", text));
  return options;
}

TEST(WebOptions, NothingIsServedUnlessAskedFor) {
  const auto options = load_web("");
  ASSERT_TRUE(options.has_value());
  EXPECT_TRUE(options->http_listen.empty());
  EXPECT_TRUE(web_options(*options, false).origins.empty());
  EXPECT_EQ(web_options(*options, false).token_time, Duration::seconds(43'200));
}

TEST(WebOptions, WhatIsSaidReachesTheNetworkSide) {
  const auto options = load_web(
      "http.listen = 127.0.0.1:5000\nhttp.origin = https://a.example\n"
      "http.origin = http://b.example:81\nhttp.token_time = 1h\n");
  ASSERT_TRUE(options.has_value());
  EXPECT_EQ(options->http_listen, std::vector<std::string>{"127.0.0.1:5000"});
  const auto web = web_options(*options, false);
  EXPECT_EQ(web.origins, (std::vector<std::string>{"https://a.example", "http://b.example:81"}));
  EXPECT_EQ(web.token_time, Duration::seconds(3600));
}

// Whether pages of any origin may use the old ticket system.
bool any_origin(std::string_view text, bool passed = false) {
  const auto options = load_web(text);
  EXPECT_TRUE(options.has_value()) << text;
  return web_options(*options, passed).tickets_any_origin;
}

TEST(WebOptions, TicketPagesComeFromAnywhereOnlyWhereThisMachineAloneIsServed) {
  EXPECT_TRUE(any_origin("http.listen = 127.0.0.1:5000\nhttp.listen = [::1]:5000\n"));
  EXPECT_TRUE(any_origin("http.listen = localhost:5000\n"));
  EXPECT_FALSE(any_origin("http.listen = 127.0.0.1:5000\nhttp.listen = 192.0.2.1:5000\n"));
  EXPECT_FALSE(any_origin("http.listen = 0.0.0.0:5000\n"));
  EXPECT_FALSE(any_origin("http.listen = 127.0.0.1:5000\n", true)) << "whoever passed it may know";
  EXPECT_FALSE(any_origin("http.listen = 127.0.0.1:5000\ntickets.pages = listed\n"));
  EXPECT_TRUE(any_origin("http.listen = 0.0.0.0:5000\ntickets.pages = any\n"));
  EXPECT_TRUE(any_origin("tickets.pages = any\n", true));
}

TEST(WebOptions, AnOriginIsWhatABrowserSends) {
  for (const auto* text : {"a.example", "https://", "https://a.example/", "ftp://a.example", "*",
                           "https://a b", "null"}) {
    const auto options = load_web(std::string("http.origin = ") + text);
    ASSERT_FALSE(options.has_value()) << text;
    EXPECT_NE(options.error().message().find(text), std::string::npos) << options.error().message();
  }
}

}  // namespace
}  // namespace holdfast::cmd
