// What all pages are told.

#include "net/web/tickets/tickets.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace holdfast::net::web::tickets {
namespace {

class StandingClock final : public storage::Clock {
 public:
  storage::Time wall() const override { return {0}; }
  Duration since_boot() const override { return Duration::seconds(100); }
};

TEST(Tickets, AChangeIsPutIntoWordsOnceForAllPages) {
  const StandingClock clock;
  Tickets tickets("ticket", clock);
  std::vector<std::shared_ptr<Session>> pages;
  for (int i = 0; i < 1000; ++i) {
    pages.push_back(tickets.sessions().open("192.0.2.1"));
    tickets.on_message(*pages.back(), "0");
    pages.back()->take_packets();
  }
  tickets.show({7});
  tickets.rest();
  const auto first = pages.front()->take_packets();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first.front().stamp, engine::Seq{7});
  EXPECT_TRUE(first.front().message->packet.starts_with("42[\"seatsUpdate\","));
  for (std::size_t i = 1; i < pages.size(); ++i) {
    const auto packets = pages[i]->take_packets();
    ASSERT_EQ(packets.size(), 1U);
    ASSERT_EQ(packets.front().message, first.front().message) << "the same bytes, not equal ones";
  }
}

}  // namespace
}  // namespace holdfast::net::web::tickets
