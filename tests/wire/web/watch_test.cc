// The live feed over the real process: every change once, in order, across reconnects and a kill.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/wire/web/http_server.h"

namespace holdfast::test {
namespace {

using nlohmann::json;

struct Event {
  std::string id;
  std::string name;
  json data;
};

class Watcher {
 public:
  Watcher(HttpServer& server, std::string_view query, std::string_view fields = {})
      : client_(server.client()) {
    client_.send(fmt::format("GET /v1/watch?{} HTTP/1.1\r\nHost: a\r\n{}\r\n", query, fields));
    head_ = client_.receive_head();
  }

  const HttpResponse& head() const { return head_; }
  // The next event; comments are passed over.
  Event next() {
    Event event;
    while (event.name.empty()) {
      const std::string text = client_.receive_until("\n\n");
      event.id = value(text, "id: ");
      event.name = value(text, "event: ");
      if (!event.name.empty()) event.data = json::parse(value(text, "data: "));
    }
    return event;
  }
  HttpClient& client() { return client_; }

 private:
  static std::string value(const std::string& text, std::string_view name) {
    const std::size_t at = text.find(name);
    if (at == text.npos) return {};
    return text.substr(at + name.size(), text.find('\n', at) - at - name.size());
  }

  HttpClient client_;
  HttpResponse head_;
};

class Watching : public HttpTest {
 protected:
  // Holds a unit: a change. Returns the locator.
  static std::string change(const std::string& offering, const std::string& unit) {
    return hold(server(), {"HOLD", offering, unit});
  }
  static std::string hold(HttpServer& server, const std::vector<std::string>& words) {
    const auto reply = server.admin().command(words);
    EXPECT_FALSE(reply.is_error()) << reply.text;
    return reply.field("locator");
  }
};

TEST_F(Watching, EachChangeComesOnceAndInOrder) {
  Watcher watcher(server(), "offering=gala,ticket");
  EXPECT_EQ(watcher.head().status, 200);
  EXPECT_EQ(watcher.head().field("Content-Type"), "text/event-stream");
  EXPECT_EQ(watcher.head().field("Cache-Control"), "no-store");
  const Event first = watcher.next();
  EXPECT_EQ(first.name, "watching");
  EXPECT_EQ(first.data.at("watching"), 2);
  change("gala", "A1");
  change("bookbus", "1");
  change("ticket", "7");
  const Event gala = watcher.next();
  EXPECT_EQ(gala.name, "change");
  EXPECT_EQ(gala.data.at("changes"),
            json::array({{{"offering", "gala"}, {"unit", "A1"}, {"state", "held"}}}));
  EXPECT_TRUE(gala.id.ends_with(fmt::format(":{}", gala.data.at("seq").get<int>())));
  const Event ticket = watcher.next();
  EXPECT_EQ(ticket.data.at("changes")[0].at("offering"), "ticket");
  EXPECT_GT(ticket.data.at("seq"), gala.data.at("seq"));
}

TEST_F(Watching, WhoComesAgainMissesNothing) {
  std::string last;
  {
    Watcher watcher(server(), "offering=gala");
    watcher.next();
    change("gala", "B1");
    last = watcher.next().id;
  }
  const std::string locator = change("gala", "B2");
  hold(server(), {"RELEASE", locator});
  // As a browser does: the address is as old as the page, the field is not.
  Watcher again(server(), "offering=gala&from=1", "Last-Event-ID: " + last + "\r\n");
  EXPECT_EQ(again.next().id, last);
  EXPECT_EQ(again.next().data.at("changes")[0].at("state"), "held");
  EXPECT_EQ(again.next().data.at("changes")[0].at("state"), "free");
  change("gala", "B3");
  EXPECT_EQ(again.next().data.at("changes")[0].at("unit"), "B3");
}

// A page that has read the seats says from= their seq alone. What it is told first must name the
// history all the same: it may be all it ever knows when the server comes back with another one.
TEST_F(Watching, TheFirstIdNamesTheHistory) {
  const std::string here = Watcher(server(), "offering=gala").next().id;
  const std::string history = here.substr(0, here.find(':') + 1);
  ASSERT_GT(history.size(), 1U);
  EXPECT_EQ(Watcher(server(), "offering=gala&from=3").next().id, history + "3");
  EXPECT_EQ(Watcher(server(), "offering=gala&from=" + history + "3").next().id, history + "3");
}

// A commit with changes of two offerings comes in two events. Who is cut off between them has an id
// from which both are told again.
TEST_F(Watching, ACommitOfSeveralOfferingsIsNeverHalfKnown) {
  Watcher watcher(server(), "offering=gala,ticket");
  watcher.next();
  hold(server(), {"HOLD", "gala", "C1", "+", "ticket", "20"});
  const Event one = watcher.next();
  const Event two = watcher.next();
  ASSERT_EQ(one.data.at("seq"), two.data.at("seq"));
  EXPECT_NE(one.id, two.id);
  Watcher again(server(), "offering=gala,ticket", "Last-Event-ID: " + one.id + "\r\n");
  again.next();
  EXPECT_EQ(again.next().data.at("changes").size(), 2U);
  Watcher done(server(), "offering=gala,ticket", "Last-Event-ID: " + two.id + "\r\n");
  done.next();
  change("ticket", "21");
  EXPECT_EQ(done.next().data.at("changes")[0].at("unit"), "21");
}

TEST_F(Watching, WhatCannotBeWatchedIsRefused) {
  auto client = server().client();
  EXPECT_EQ(client.get("/v1/watch").status, 400);
  EXPECT_EQ(client.get("/v1/watch?offering=,").status, 400);
  EXPECT_EQ(client.get("/v1/watch?offering=gala&since=1").status, 400);
  EXPECT_EQ(client.get("/v1/watch?offering=nothing").status, 404);
  EXPECT_EQ(client.get("/v1/watch?offering=gala&from=x").json().at("code"), "BADVALUE");
  const auto gone = client.get("/v1/watch?offering=gala&from=feed:1");
  EXPECT_EQ(gone.status, 410);
  EXPECT_EQ(gone.json().at("code"), "GONE");
  EXPECT_TRUE(gone.json().contains("oldest"));
  const auto head = client.ask("HEAD", "/v1/watch?offering=gala");
  EXPECT_EQ(head.field("Content-Type"), "text/event-stream");
  EXPECT_EQ(client.get("/healthz").status, 200) << "HEAD does not watch";
}

TEST_F(Watching, NothingMoreIsAskedOnAStream) {
  Watcher watcher(server(), "offering=gala");
  watcher.next();
  watcher.client().send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
  change("gala", "D1");
  EXPECT_EQ(watcher.next().name, "change");
}

TEST_F(Watching, AKilledServerIsResumedFrom) {
  HttpServer first;
  Watcher watcher(first, "offering=gala");
  watcher.next();
  hold(first, {"HOLD", "gala", "A1"});
  const std::string last = watcher.next().id;
  hold(first, {"HOLD", "gala", "A2"});
  first.restart();
  Watcher again(first, "offering=gala", "Last-Event-ID: " + last + "\r\n");
  again.next();
  EXPECT_EQ(again.next().data.at("changes")[0].at("unit"), "A2");
}

}  // namespace
}  // namespace holdfast::test
