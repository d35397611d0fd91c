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
  EXPECT_TRUE(web_options(*options).origins.empty());
  EXPECT_EQ(web_options(*options).token_time, Duration::seconds(43'200));
}

TEST(WebOptions, WhatIsSaidReachesTheNetworkSide) {
  const auto options = load_web(
      "http.listen = 127.0.0.1:5000\nhttp.origin = https://a.example\n"
      "http.origin = http://b.example:81\nhttp.token_time = 1h\n");
  ASSERT_TRUE(options.has_value());
  EXPECT_EQ(options->http_listen, std::vector<std::string>{"127.0.0.1:5000"});
  const auto web = web_options(*options);
  EXPECT_EQ(web.origins, (std::vector<std::string>{"https://a.example", "http://b.example:81"}));
  EXPECT_EQ(web.token_time, Duration::seconds(3600));
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
