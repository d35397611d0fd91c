// The page as it is served, over the real process; what it does in a browser is in tests/web.

#include <gtest/gtest.h>

#include "tests/wire/web/http_server.h"

namespace holdfast::test {
namespace {

class Page : public HttpTest {
 protected:
  HttpClient client_ = server().client();
};

TEST_F(Page, IsHtmlThatOnlyItsOwnOriginMayAddTo) {
  const auto page = client_.get("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.field("Content-Type"), "text/html; charset=utf-8");
  EXPECT_TRUE(page.field("Content-Security-Policy").starts_with("default-src 'self';"));
  EXPECT_EQ(page.field("X-Content-Type-Options"), "nosniff");
  EXPECT_TRUE(page.body.starts_with("<!doctype html>"));
  EXPECT_EQ(client_.ask("POST", "/", "{}").status, 405);
  EXPECT_EQ(client_.get("/page/nothing.js").status, 404);
  EXPECT_EQ(client_.get("/page/..%2fpage.cc").status, 404);
}

TEST_F(Page, IsNotSentTwice) {
  const std::string etag = client_.get("/page/app.js").field("ETag");
  ASSERT_FALSE(etag.empty());
  EXPECT_EQ(client_.get("/page/app.js", "If-None-Match: " + etag + "\r\n").status, 304);
  EXPECT_EQ(client_.get("/page/api.js", "If-None-Match: " + etag + "\r\n").status, 200);
  const auto head = client_.ask("HEAD", "/page/app.js");
  EXPECT_EQ(head.field("ETag"), etag);
  EXPECT_TRUE(head.body.empty());
}

TEST_F(Page, IsCompressedForWhoTakesThat) {
  const auto coding = [this](const std::string& accepted) {
    return client_.get("/page/app.js", "Accept-Encoding: " + accepted + "\r\n")
        .field("Content-Encoding");
  };
  EXPECT_EQ(coding("gzip"), "gzip");
  EXPECT_EQ(coding("br;q=1.0, GZIP ;q=0.5"), "gzip");
  EXPECT_EQ(coding("gzip;q=0"), "");
  EXPECT_EQ(coding("gzip;q=0.000, br"), "");
  EXPECT_EQ(coding("identity"), "");
  EXPECT_EQ(coding("x-gzip,,"), "");
}

// A free unit of each axis, one that is taken, and a closed offering.
TEST_F(Page, TellsPlainlyWhatIsFree) {
  auto admin = server().admin();
  ASSERT_FALSE(admin.command({"BOOK", "gala", "A1"}).is_error());
  ASSERT_FALSE(admin.command({"OFFERING", "CLOSE", "ticket"}).is_error());
  const auto page = client_.get("/plain");
  EXPECT_EQ(page.field("Content-Type"), "text/html; charset=utf-8");
  for (const auto* row :
       {"<th scope=\"row\">gala</th><td>this event</td><td>599 of 600</td>",
        "stalls: 179 free, 80.00 USD each", "<td>BLR to CBE</td><td>40 of 40</td>",
        "<th scope=\"row\">hotel</th><td>the night of ", "<td>10 of 10</td>",
        "<th scope=\"row\">mealtime</th><td>the whole of ", "<td>50 of 50, closed</td>"}) {
    EXPECT_NE(page.body.find(row), std::string::npos) << row << "\n" << page.body;
  }
  ASSERT_FALSE(admin.command({"OFFERING", "OPEN", "ticket"}).is_error());
}

}  // namespace
}  // namespace holdfast::test
