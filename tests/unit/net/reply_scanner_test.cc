#include "net/client/reply_scanner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace holdfast::net {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// The replies of a stream that arrives in pieces of so many bytes.
std::vector<std::string> scan(const std::string& stream, std::size_t piece) {
  ReplyScanner scanner;
  std::vector<std::string> replies;
  std::string received;
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    received += stream.substr(at, piece);
    while (!received.empty()) {
      const auto reply = scanner.next(received);
      EXPECT_TRUE(reply) << reply.error().to_string();
      if (!reply || !*reply) break;
      replies.emplace_back(**reply);
      received.erase(0, replies.back().size());
    }
  }
  EXPECT_EQ(received, "");
  return replies;
}

TEST(ReplyScanner, FindsWhereEachReplyEndsHoweverItArrives) {
  const std::string record = "*4\r\n$4\r\nname\r\n$6\r\na\r\nb\r\n\r\n$5\r\nitems\r\n*1\r\n:7\r\n";
  const std::string map = "%2\r\n+a\r\n*0\r\n+b\r\n$-1\r\n";
  const std::string stream = "+PONG\r\n" + record + "-TAKEN unit \"3\" is held seq=9\r\n" + map +
                             "$0\r\n\r\n*-1\r\n>2\r\n+change\r\n_\r\n";
  for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{7}, stream.size()}) {
    EXPECT_THAT(scan(stream, piece),
                ElementsAre("+PONG\r\n", record, "-TAKEN unit \"3\" is held seq=9\r\n", map,
                            "$0\r\n\r\n", "*-1\r\n", ">2\r\n+change\r\n_\r\n"))
        << piece;
  }
}

TEST(ReplyScanner, RefusesWhatIsNotResp) {
  for (const std::string_view bytes : {"HTTP/1.1 200 OK\r\n", "\r\n", "*x\r\n", "$\r\n", "$12 \r\n",
                                       "*-2\r\n", "$99999999999\r\n", "$1\r\nabcd"}) {
    ReplyScanner scanner;
    const auto reply = scanner.next(bytes);
    ASSERT_FALSE(reply) << bytes;
    EXPECT_EQ(reply.error().code(), Code::kProto);
    EXPECT_THAT(reply.error().message(), HasSubstr("is not RESP"));
  }
}

}  // namespace
}  // namespace holdfast::net
