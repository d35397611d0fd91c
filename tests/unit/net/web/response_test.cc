#include "net/web/response.h"

#include <gtest/gtest.h>

namespace holdfast::net::web {
namespace {

std::string written(const Response& response, const Writing& writing) {
  std::string out;
  write_response(response, writing, out);
  return out;
}

TEST(Response, IsWrittenWithWhatEveryoneGets) {
  EXPECT_EQ(written({.status = 404, .body = "{}"}, {.date = "today"}),
            "HTTP/1.1 404 Not Found\r\nDate: today\r\nServer: holdfast\r\n"
            "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"
            "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
}

TEST(Response, ToHeadHasTheLengthAndNoBody) {
  const std::string out = written({.body = "{}"}, {.head_only = true});
  EXPECT_NE(out.find("Content-Length: 2\r\n"), out.npos);
  EXPECT_TRUE(out.ends_with("\r\n\r\n"));
}

TEST(Response, WithoutContentSaysNoLength) {
  for (const int status : {204, 304}) {
    const std::string out = written({.status = status, .body = "x"}, {});
    EXPECT_EQ(out.find("Content-"), out.find("Content-Type-Options")) << out;
    EXPECT_TRUE(out.ends_with("\r\n\r\n"));
  }
}

TEST(Response, SaysWhetherTheConnectionStays) {
  const auto connection = [](bool keep_alive, bool http_1_1) {
    const std::string out = written({}, {.keep_alive = keep_alive, .http_1_1 = http_1_1});
    const std::size_t at = out.find("Connection: ");
    return at == out.npos ? "" : out.substr(at + 12, out.find('\r', at) - at - 12);
  };
  EXPECT_EQ(connection(true, true), "");
  EXPECT_EQ(connection(true, false), "keep-alive");
  EXPECT_EQ(connection(false, true), "close");
  EXPECT_EQ(connection(false, false), "close");
}

// The whole closed list: a new code has to find its place here too.
TEST(Response, EveryCodeHasAStatusWithAName) {
  for (int code = 0; code <= static_cast<int>(Code::kInternal); ++code) {
    const int status = status_of(static_cast<Code>(code));
    EXPECT_NE(status_name(status), "") << status;
    EXPECT_GE(status, 400);
  }
  EXPECT_EQ(status_of(Code::kTaken), 409);
  EXPECT_EQ(status_of(Code::kNoAuth), 401);
  EXPECT_EQ(status_of(Code::kGone), 410);
  EXPECT_EQ(status_of(Code::kBusy), 429);
  EXPECT_EQ(status_of(Code::kDraining), 503);
}

TEST(Response, ADateIsThatOfHttp) {
  EXPECT_EQ(http_date({784'111'777'000'000}), "Sun, 06 Nov 1994 08:49:37 GMT");
}

}  // namespace
}  // namespace holdfast::net::web
