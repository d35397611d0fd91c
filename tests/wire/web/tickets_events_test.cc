// The five events of the old ticket system, what they do to the seats, and who may do it.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/eventually.h"
#include "tests/wire/web/ticket_clients.h"

namespace holdfast::test {
namespace {

using nlohmann::json;

constexpr std::string_view kBooked = "Seat already booked";
constexpr std::string_view kSelected = "Seat is currently being selected by another user";
constexpr std::string_view kNotYours = "You can only release seats that you have booked";

class TicketEvents : public TicketTest {
 protected:
  static WebSocketClient connected() { return connected_to(server()); }
  static WebSocketClient connected_to(HttpServer& server) {
    WebSocketClient client(server.port());
    client.connect();
    return client;
  }
  static json of(int seat, std::string_view user) { return {{"seatId", seat}, {"username", user}}; }
  static std::string message(WebSocketClient& client, std::string_view name) {
    return client.event(name).at("message");
  }
  // The seat in the next update in which it is `as`.
  static void await_seat(WebSocketClient& client, int seat, std::string_view as) {
    while (client.event("seatsUpdate").at(static_cast<std::size_t>(seat - 1)).dump() != as) {
    }
  }
  static std::string free(int seat) {
    return fmt::format(R"({{"booked":false,"id":{},"locked":false,"user":null}})", seat);
  }
  static std::string locked(int seat, std::string_view user) {
    return fmt::format(R"({{"booked":false,"id":{},"locked":true,"user":"{}"}})", seat, user);
  }
  static std::string booked(int seat, std::string_view user, bool locked) {
    return fmt::format(R"({{"booked":true,"id":{},"locked":{},"user":"{}"}})", seat, locked, user);
  }
};

TEST_F(TicketEvents, ASeatIsLockedBookedAndReleased) {
  auto ann = connected();
  auto watcher = connected();
  ann.emit("lockSeat", of(1, "ann"));
  await_seat(watcher, 1, locked(1, "ann"));
  ann.emit("lockSeat", of(1, "ann"));
  await_seat(watcher, 1, locked(1, "ann"));
  ann.emit("bookSeat", of(1, "ann"));
  await_seat(watcher, 1, booked(1, "ann", true));
  EXPECT_EQ(ann.event("bookingSuccess").dump(), R"({"seatId":1})");
  ann.emit("releaseSeat", of(1, "ann"));
  await_seat(watcher, 1, free(1));
  EXPECT_EQ(ann.event("releaseSuccess").dump(), R"({"seatId":1})");
  ann.emit("lockSeat", of(1, "ann"));
  await_seat(watcher, 1, locked(1, "ann"));
  ann.emit("releaseLock", of(1, "ann"));
  await_seat(watcher, 1, free(1));
}

// The page is told the seats before its success.
TEST_F(TicketEvents, ASuccessComesBehindTheSeats) {
  auto ben = connected();
  ben.emit("bookSeat", of(2, "ben"));
  EXPECT_TRUE(ben.packet().starts_with("42[\"seatsUpdate\","));
  EXPECT_EQ(ben.packet(), R"(42["bookingSuccess",{"seatId":2}])");
  ben.emit("releaseSeat", of(2, "ben"));
  EXPECT_TRUE(ben.packet().starts_with("42[\"seatsUpdate\","));
  EXPECT_EQ(ben.packet(), R"(42["releaseSuccess",{"seatId":2}])");
}

TEST_F(TicketEvents, WithoutALockItIsBookedUnlocked) {
  auto cyd = connected();
  cyd.emit("bookSeat", of(3, "cyd"));
  await_seat(cyd, 3, booked(3, "cyd", false));
  cyd.emit("bookSeat", of(3, "cyd"));
  EXPECT_EQ(message(cyd, "bookingError"), kBooked) << "even by oneself";
}

TEST_F(TicketEvents, WhatAnotherHasIsRefused) {
  auto dan = connected();
  auto eve = connected();
  dan.emit("lockSeat", of(4, "dan"));
  await_seat(eve, 4, locked(4, "dan"));
  eve.emit("lockSeat", of(4, "eve"));
  EXPECT_EQ(message(eve, "lockingError"), kSelected);
  eve.emit("bookSeat", of(4, "eve"));
  EXPECT_EQ(message(eve, "bookingError"), kSelected);
  eve.emit("releaseLock", of(4, "eve"));
  dan.emit("bookSeat", of(4, "dan"));
  await_seat(eve, 4, booked(4, "dan", true));
  eve.emit("lockSeat", of(4, "eve"));
  EXPECT_EQ(message(eve, "lockingError"), kBooked);
  eve.emit("bookSeat", of(4, "eve"));
  EXPECT_EQ(message(eve, "bookingError"), kBooked);
  eve.emit("releaseSeat", of(4, "eve"));
  EXPECT_EQ(message(eve, "releaseError"), kNotYours);
  eve.emit("releaseSeat", of(5, "eve"));
  EXPECT_EQ(message(eve, "releaseError"), kNotYours) << "nobody's";
}

// A page says whom it acts for; it must be who its socket is.
TEST_F(TicketEvents, NobodyActsInAnothersName) {
  auto fay = connected();
  auto gus = connected();
  fay.emit("bookSeat", of(6, "fay"));
  fay.event("bookingSuccess");
  gus.emit("releaseSeat", of(6, "fay"));
  EXPECT_EQ(message(gus, "releaseError"), kNotYours);
  gus.emit("bookSeat", of(7, "fay"));
  EXPECT_EQ(message(gus, "bookingError"), kSelected);
  gus.emit("lockSeat", of(7, "fay"));
  EXPECT_EQ(message(gus, "lockingError"), kSelected);
  gus.emit("bookSeat", of(7, "gus"));
  EXPECT_EQ(gus.event("bookingSuccess").at("seatId"), 7);
  gus.emit("bookSeat", of(8, "somebody else"));
  EXPECT_EQ(message(gus, "bookingError"), kSelected) << "a socket has one name";
  gus.emit("bookSeat", json{{"seatId", 8}});
  EXPECT_EQ(message(gus, "bookingError"), kSelected);
  fay.emit("lockSeat", of(9, "fay"));
  await_seat(gus, 9, locked(9, "fay"));
  gus.emit("releaseLock", of(9, "fay"));  // silence
  gus.emit("releaseSeat", json{{"seatId", 6}, {"username", 7}});
  EXPECT_EQ(message(gus, "releaseError"), kNotYours);
  fay.emit("releaseLock", of(9, "fay"));
  await_seat(gus, 9, free(9));
}

TEST_F(TicketEvents, ANameWithAPasswordCannotBeTaken) {
  ASSERT_FALSE(server().admin().command({"USER", "ADD", "hal", "a good password"}).is_error());
  auto stranger = connected();
  stranger.emit("bookSeat", of(10, "hal"));
  EXPECT_EQ(message(stranger, "bookingError"), kSelected);
  stranger.emit("bookSeat", of(10, "not hal"));
  EXPECT_EQ(stranger.event("bookingSuccess").at("seatId"), 10);
}

TEST_F(TicketEvents, WhatIsNoSeatIsPassedOver) {
  auto ida = connected();
  for (const json& seat : {json("4"), json(4.5), json(0), json(51), json(-1), json(), json(1e300),
                           json(18446744073709551615U), json::array({4})}) {
    for (const std::string_view name : {"lockSeat", "releaseLock", "bookSeat"}) {
      ida.emit(name, {{"seatId", seat}, {"username", "ida"}});
    }
    ida.emit("releaseSeat", {{"seatId", seat}, {"username", "ida"}});
    EXPECT_EQ(ida.packet(), R"(42["releaseError",{"message":"Seat not found"}])") << seat;
  }
  ida.send(R"(42["bookSeat",{"seatId":11.0,"username":"ida"}])");
  EXPECT_EQ(ida.event("bookingSuccess").at("seatId"), 11);
}

TEST_F(TicketEvents, NamesAreTextInAnyScript) {
  auto client = connected();
  client.emit("bookSeat", of(12, " Ján \"Ž\" \\ 木 "));
  await_seat(client, 12, R"({"booked":true,"id":12,"locked":false,"user":"Ján \"Ž\" \\ 木"})");
  client.emit("bookSeat", of(13, std::string(101, 'x')));
  EXPECT_EQ(message(client, "bookingError"), kSelected);
}

// ---- names and their sockets --------------------------------------------------------------------

TEST_F(TicketEvents, ALoginIsTiedToItsSocketsAndFreeBehindThem) {
  ASSERT_EQ(log_in("jan").status, 200);
  {
    auto first = connected();
    auto second = connected();
    first.emit("associateUser", json{{"username", "jan"}});
    first.emit("associateUser", json{{"username", "jan"}});
    first.emit("bookSeat", of(14, "jan"));
    first.event("bookingSuccess");
    second.emit("associateUser", json{{"username", "jan"}});
    second.emit("releaseSeat", of(14, "jan"));
    second.event("releaseSuccess");
    second.emit("bookSeat", of(14, "jan"));
    second.event("bookingSuccess");
    EXPECT_EQ(log_in("jan").status, 409);
    first.send("41");
    first.send(Frame{.opcode = 8});
    first.closed();
    EXPECT_EQ(log_in("jan").status, 409) << "the second has it still";
  }
  // With a seat of his the old system never let him in again.
  eventually("the name is free", [] { return log_in("jan").status == 200; });
  auto again = connected();
  again.emit("associateUser", json{{"username", "jan"}});
  again.emit("releaseSeat", of(14, "jan"));
  EXPECT_EQ(again.event("releaseSuccess").at("seatId"), 14);
}

TEST_F(TicketEvents, AnUnknownNameIsNotTied) {
  auto kim = connected();
  auto lea = connected();
  kim.emit("associateUser", json{{"username", "lea"}});
  kim.emit("associateUser", json{{"username", ""}});
  kim.emit("bookSeat", of(15, "kim"));
  EXPECT_EQ(kim.event("bookingSuccess").at("seatId"), 15);
  lea.emit("bookSeat", of(16, "lea"));
  EXPECT_EQ(lea.event("bookingSuccess").at("seatId"), 16);
}

TEST_F(TicketEvents, LocksGoWithTheLastSocketOfTheirUser) {
  auto watcher = connected();
  {
    auto max = connected();
    max.emit("lockSeat", of(17, "max"));
    await_seat(watcher, 17, locked(17, "max"));
  }
  await_seat(watcher, 17, free(17));
  {
    auto max = connected();
    max.emit("lockSeat", of(17, "max"));
    await_seat(watcher, 17, locked(17, "max"));
    max.send("41");
    await_seat(watcher, 17, free(17));
  }
}

// The page of a user whose network failed comes back before the old connection is known to be dead.
TEST_F(TicketEvents, ALockIsTheUsersOnAllHisSockets) {
  ASSERT_EQ(log_in("nel").status, 200);
  auto old = connected();
  old.emit("associateUser", json{{"username", "nel"}});
  old.emit("lockSeat", of(18, "nel"));
  await_seat(old, 18, locked(18, "nel"));
  auto fresh = connected();
  fresh.emit("associateUser", json{{"username", "nel"}});
  old.send("41");
  fresh.emit("bookSeat", of(18, "nel"));
  await_seat(fresh, 18, booked(18, "nel", true));
  EXPECT_EQ(fresh.event("bookingSuccess").at("seatId"), 18);
}

// ---- other doors --------------------------------------------------------------------------------

TEST_F(TicketEvents, ChangesFromAnyDoorAreTold) {
  auto watcher = connected();
  PollingClient polling(server().port());
  polling.connect();
  auto admin = server().admin();
  const auto hold = admin.command({"HOLD", "ticket", "20", "guest=Ana Ruiz"});
  ASSERT_FALSE(hold.is_error()) << hold.text;
  await_seat(watcher, 20, R"({"booked":false,"id":20,"locked":true,"user":null})");
  EXPECT_EQ(polling.event("seatsUpdate")[19].at("locked"), true);
  auto oto = connected();
  oto.emit("lockSeat", of(20, "oto"));
  EXPECT_EQ(message(oto, "lockingError"), kSelected);
  ASSERT_FALSE(admin.command({"CONFIRM", hold.field("locator")}).is_error());
  await_seat(watcher, 20, R"({"booked":true,"id":20,"locked":true,"user":null})");
  ASSERT_FALSE(admin.command({"CANCEL", hold.field("locator")}).is_error());
  await_seat(watcher, 20, free(20));
  ASSERT_FALSE(admin.command({"BLOCK", "ticket", "20", "reason=wet"}).is_error());
  await_seat(watcher, 20, R"({"booked":true,"id":20,"locked":false,"user":null})");
  oto.emit("bookSeat", of(20, "oto"));
  EXPECT_EQ(message(oto, "bookingError"), kBooked);
  ASSERT_FALSE(admin.command({"UNBLOCK", "ticket", "20"}).is_error());
  await_seat(watcher, 20, free(20));
}

// What a clerk does to a page's seat, who it is of stays.
TEST_F(TicketEvents, TheHouseSeesWhoseASeatIs) {
  auto pia = connected();
  pia.emit("bookSeat", of(21, "pia"));
  pia.event("bookingSuccess");
  auto admin = server().admin();
  const auto list = admin.command({"LIST", "ticket", "unit=21"});
  EXPECT_NE(list.to_string().find("ticket:pia"), std::string::npos) << list.to_string();
}

// A name from another door that looks like one of ours, and two seats as one: not of this system.
TEST_F(TicketEvents, WhatIsReservedTogetherElsewhereIsNobodysHere) {
  auto rea = connected();
  const auto two = server().admin().command({"BOOK", "ticket", "22", "23", "guest=ticket:rea"});
  ASSERT_FALSE(two.is_error()) << two.text;
  await_seat(rea, 22, R"({"booked":true,"id":22,"locked":false,"user":null})");
  rea.emit("releaseSeat", of(22, "rea"));
  EXPECT_EQ(message(rea, "releaseError"), kNotYours);
}

TEST_F(TicketEvents, FortyAtOnceAndOneHasIt) {
  std::vector<WebSocketClient> clients;
  for (int i = 0; i < 40; ++i) clients.push_back(connected());
  for (int i = 0; i < 40; ++i) {
    clients[static_cast<std::size_t>(i)].emit("bookSeat", of(24, fmt::format("racer {}", i)));
  }
  int won = 0;
  for (auto& client : clients) {
    std::string packet = client.packet();
    while (packet.starts_with("42[\"seatsUpdate\"")) packet = client.packet();
    won += packet == R"(42["bookingSuccess",{"seatId":24}])" ? 1 : 0;
    EXPECT_TRUE(packet == R"(42["bookingSuccess",{"seatId":24}])" ||
                packet == R"(42["bookingError",{"message":"Seat already booked"}])")
        << packet;
  }
  EXPECT_EQ(won, 1);
}

// ---- a restart ----------------------------------------------------------------------------------

TEST_F(TicketEvents, AKilledServerForgetsNoSeatAndEveryLogin) {
  HttpServer fresh(ticket_configuration());
  {
    auto sam = connected_to(fresh);
    sam.emit("bookSeat", of(1, "sam"));
    sam.event("bookingSuccess");
    sam.emit("lockSeat", of(2, "sam"));
    await_seat(sam, 2, locked(2, "sam"));
    fresh.restart();
  }
  const auto seats = fresh.client().get("/api/seats").json();
  EXPECT_EQ(seats[0].dump(), booked(1, "sam", false));
  EXPECT_EQ(seats[1].dump(), locked(2, "sam")) << "a lock has its time, whatever the server does";
  // The page does not log in again: the first to come with the name has it.
  auto sam = connected_to(fresh);
  sam.emit("bookSeat", of(2, "sam"));
  EXPECT_EQ(sam.event("bookingSuccess").at("seatId"), 2);
  sam.emit("releaseSeat", of(1, "sam"));
  EXPECT_EQ(sam.event("releaseSuccess").at("seatId"), 1);
}

}  // namespace
}  // namespace holdfast::test
