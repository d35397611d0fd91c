#include "net/web/request_reader.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "net/web/limits.h"

namespace holdfast::net::web {
namespace {

using Progress = RequestReader::Progress;

constexpr std::string_view kHost = "Host: a.example:5000\r\n";

std::string get(std::string_view target, std::string_view fields = kHost) {
  return fmt::format("GET {} HTTP/1.1\r\n{}\r\n", target, fields);
}

// What comes of `input`, however it is cut: whole, and byte by byte.
std::string outcome(std::string_view input, std::size_t step) {
  RequestReader reader;
  Progress progress = Progress::kNothing;
  for (std::size_t seen = step; progress < Progress::kWhole; seen += step) {
    progress = reader.read(input.substr(0, seen));
    if (seen >= input.size()) break;
  }
  switch (progress) {
    case Progress::kNothing:
      return "nothing";
    case Progress::kHead:
      return "head";
    case Progress::kBody:
      return "body";
    case Progress::kFault:
      return fmt::format("{}", reader.fault().status);
    case Progress::kWhole:
      return fmt::format("{}|{}|{}{}", reader.request().target, reader.request().body,
                         input.substr(reader.consumed()),
                         reader.request().keep_alive ? "" : "|close");
  }
  return "";
}

std::string read(std::string_view input) {
  const std::string whole = outcome(input, input.size());
  const std::string in_bytes = outcome(input, 1);
  // What stands behind the request has not come yet when it is whole.
  EXPECT_EQ(whole.substr(0, whole.rfind('|')), in_bytes.substr(0, in_bytes.rfind('|'))) << input;
  return whole;
}

TEST(RequestReader, ReadsWhatIsWellFormed) {
  EXPECT_EQ(read(get("/a/b?c=d")), "/a/b?c=d||");
  EXPECT_EQ(read(get("/") + "GET"), "/||GET");
  EXPECT_EQ(read("GET / HTTP/1.0\r\n\r\n"), "/|||close");
  EXPECT_EQ(read("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), "/||");
  EXPECT_EQ(read(get("/", "Host: a\r\nConnection: close\r\n")), "/|||close");
  EXPECT_EQ(read(get("http://b.example/x?y", "Host: a\r\n")), "/x?y||");
  EXPECT_EQ(read(get("http://b.example", "Host: a\r\n")), "/||");
  EXPECT_EQ(read("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), "*||");
  EXPECT_EQ(read(get("/", "host:[::1]:80\r\nX: caf\xc3\xa9 \t \r\n")), "/||");
  EXPECT_EQ(read("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET"), "/|hello|GET");
  EXPECT_EQ(read("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"), "/||");
}

TEST(RequestReader, TakesChunksApart) {
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n";
  EXPECT_EQ(read(head + "0\r\n\r\n"), "/||");
  EXPECT_EQ(read(head + "5\r\nhello\r\n1;name=value\r\n!\r\n00\r\n\r\nGET"), "/|hello!|GET");
  EXPECT_EQ(read(head + "A\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n"), "/|0123456789|");
  EXPECT_EQ(read(head + "5\r\nhel"), "body");
  EXPECT_EQ(read(head + "0\r\n"), "body");
}

TEST(RequestReader, WaitsForTheRest) {
  EXPECT_EQ(read("G"), "head");
  EXPECT_EQ(read("GET / HTTP/1.1\r\nHost: a\r\n\r"), "head");
  EXPECT_EQ(read("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhell"), "body");
}

// Each of these is read by some server otherwise than by another, or is no HTTP at all.
TEST(RequestReader, RefusesWhatCouldBeReadInTwoWays) {
  const auto post = [](std::string_view fields, std::string_view body) {
    return fmt::format("POST / HTTP/1.1\r\nHost: a\r\n{}\r\n\r\n{}", fields, body);
  };
  constexpr std::string_view kChunked = "Transfer-Encoding: chunked";
  const std::vector<std::pair<std::string, std::string>> inputs = {
      {"400", post("Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n")},
      {"400", post("Transfer-Encoding: chunked\r\nContent-Length: 5", "0\r\n\r\n")},
      {"400", post("Content-Length: 5\r\nContent-Length: 5", "hello")},
      {"400", post("Content-Length: 5\r\nContent-Length: 6", "hello!")},
      {"400", post("Content-Length: 5, 5", "hello")},
      {"400", post("Content-Length: +5", "hello")},
      {"400", post("Content-Length: -1", "")},
      {"400", post("Content-Length: 0x5", "hello")},
      {"400", post("Content-Length:", "")},
      {"400", post("Content-Length: 99999999999999999999999", "")},
      {"400", post("Content-Length : 5", "hello")},
      {"400", post("Content-Length\t: 5", "hello")},
      {"400", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n")},
      {"501", post("Transfer-Encoding: gzip, chunked", "0\r\n\r\n")},
      {"501", post("Transfer-Encoding: identity", "")},
      {"501", post("Transfer-Encoding: xchunked", "0\r\n\r\n")},
      {"400", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"400", post(kChunked, "xyz\r\n")},
      {"400", post(kChunked, "-5\r\nhello\r\n0\r\n\r\n")},
      {"400", post(kChunked, "0x5\r\nhello\r\n0\r\n\r\n")},
      {"400", post(kChunked, "5\rXhello\r\n0\r\n\r\n")},
      {"400", post(kChunked, "5\r\nhelloX\r\n0\r\n\r\n")},
      {"400", post(kChunked, "5\r\nhello0\r\n\r\n")},
      {"400", post(kChunked, "ffffffffffffffff1\r\nhello\r\n0\r\n\r\n")},
      {"400", get("/", "Host: a\r\nX: y\r\n z\r\n")},
      {"400", get("/", "Host: a\r\nX: y\r\n\tz\r\n")},
      {"400", get("/", "Host: a\r\n: y\r\n")},
      {"400", get("/", "Host: a\r\nX\r\n")},
      {"400", get("/", "Host: a\r\nX: y\nContent-Length: 5\r\n")},
      {"400", get("/", "Host: a\r\nX: y\rContent-Length: 5\r\n")},
      {"400", get("/", std::string("Host: a\r\nX: y\0z\r\n", 17))},
      {"400", "GET / HTTP/1.1\nHost: a\n\n"},
      {"400", get("/", "")},
      {"400", get("/", "Host: a\r\nHost: a\r\n")},
      {"400", get("/", "Host:\r\n")},
      {"400", get("/", "Host: a/b\r\n")},
      {"400", get("/", "Host: me@a\r\n")},
      {"400", get("/", "Host: a b\r\n")},
      {"400", get("/", "Host: a:80x\r\n")},
      {"400", get("/", "Host: [::1\r\n")},
      {"400", get("a.example")},
      {"400", get("//\x80")},
      {"400", get("/#x")},
      {"505", get("/ x")},
      {"400", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"400", " GET / HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"400", "GET /\r\n\r\n"},
      {"400", "GET * HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"505", "GET / HTTP/2.0\r\nHost: a\r\n\r\n"},
      {"505", "GET / HTTP/1.2\r\nHost: a\r\n\r\n"},
      {"417", get("/", "Host: a\r\nExpect: much\r\n")},
      {"400", "\x16\x03\x01"},
      {"400", "*1\r\n$4\r\nPING\r\n\r\n"},
  };
  for (const auto& [status, input] : inputs) EXPECT_EQ(read(input), status) << input;
}

TEST(RequestReader, HasABoundForEachPart) {
  const std::string line = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
  const std::string filler(kMaxHeadBytes - line.size() - 4, 'x');
  EXPECT_EQ(outcome(line + filler + "\r\n\r\n", kMaxHeadBytes), "/||");
  EXPECT_EQ(read(line + filler + "x\r\n\r\n"), "431");
  EXPECT_EQ(read("GET /" + std::string(kMaxHeadBytes, 'x')), "414");
  const auto post = [](std::size_t length) {
    return fmt::format("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n", length);
  };
  EXPECT_EQ(read(post(kMaxBodyBytes)), "body");
  EXPECT_EQ(read(post(kMaxBodyBytes + 1)), "413");
  std::string chunks = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(read(chunks + fmt::format("{:x}\r\n", kMaxBodyBytes)), "body");
  EXPECT_EQ(read(chunks + fmt::format("{:x}\r\n", kMaxBodyBytes + 1)), "413");
  const std::size_t head = chunks.size();
  while (chunks.size() < head + kMaxFramedBodyBytes) chunks += "1;long=extension\r\nx\r\n";
  EXPECT_EQ(outcome(chunks, chunks.size()), "413");
}

TEST(RequestReader, GoesOnBehindARequest) {
  const std::string both = get("/one") + get("/two");
  RequestReader reader;
  ASSERT_EQ(reader.read(both), Progress::kWhole);
  EXPECT_EQ(reader.request().target, "/one");
  EXPECT_EQ(reader.read(both), Progress::kWhole) << "the same until it is consumed";
  const std::string rest = both.substr(reader.consumed());
  reader.next();
  ASSERT_EQ(reader.read(rest), Progress::kWhole);
  EXPECT_EQ(reader.request().target, "/two");
}

TEST(Request, FieldsCompareWithoutCase) {
  RequestReader reader;
  ASSERT_EQ(reader.read(get("/", "hOsT: a\r\nX: 1\r\nx: 2\r\n")), Progress::kWhole);
  EXPECT_EQ(reader.request().field("Host"), "a");
  EXPECT_EQ(reader.request().field("X"), "1");
  EXPECT_EQ(reader.request().count("x"), 2U);
  EXPECT_EQ(reader.request().field("Y"), "");
}

TEST(Request, QueriesAreDecoded) {
  EXPECT_EQ(query_value("a=1&b=x%20y+z&c", "b"), "x y z");
  EXPECT_EQ(query_value("a=1&c", "c"), "");
  EXPECT_EQ(query_value("a=1", "b"), std::nullopt);
  EXPECT_EQ(query_pairs("a=%zz"), std::nullopt);
  EXPECT_EQ(query_pairs("a=%0a"), std::nullopt);
  EXPECT_EQ(query_pairs("a=%4"), std::nullopt);
  EXPECT_EQ(percent_decoded("a+b%2Fc", false), "a+b/c");
}

}  // namespace
}  // namespace holdfast::net::web
