#include "net/listener.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <string>

#include "net/socket_address.h"
#include "tests/support/temp_directory.h"

namespace holdfast::net {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(SocketAddress, IsReadAndWrittenInOneNotation) {
  for (const char* text : {"127.0.0.1:4653", "[::1]:4653", "0.0.0.0:0"}) {
    const auto address = SocketAddress::tcp(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->to_string(), text);
  }
}

TEST(SocketAddress, WhatIsNoAddressIsAConfigurationError) {
  for (const char* text : {"", "4653", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:4653",
                           "127.0.0.1:x", ":4653", "no such host:1"}) {
    const auto address = SocketAddress::tcp(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().code(), Code::kConfig) << text;
  }
}

TEST(Listener, PortZeroIsResolved) {
  const auto listener = Listener::tcp("127.0.0.1:0");
  ASSERT_TRUE(listener);
  EXPECT_THAT(listener->address(), StartsWith("127.0.0.1:"));
  EXPECT_NE(listener->address(), "127.0.0.1:0");
}

TEST(Listener, ATakenPortIsToldAsSuch) {
  const auto first = Listener::tcp("127.0.0.1:0");
  ASSERT_TRUE(first);
  const auto second = Listener::tcp(first->address());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), Code::kAddress);
  EXPECT_THAT(second.error().message(), HasSubstr(first->address()));
}

TEST(Listener, NobodyWaitingIsNoError) {
  auto listener = Listener::tcp("127.0.0.1:0");
  ASSERT_TRUE(listener);
  const auto accepted = listener->accept();
  ASSERT_TRUE(accepted);
  EXPECT_FALSE(accepted->has_value());
}

TEST(Listener, ALivingAdminSocketIsNotTakenAway) {
  const test::TempDirectory directory;
  const std::string path = directory / "s.sock";
  const auto first = Listener::admin(path);
  ASSERT_TRUE(first);
  const auto second = Listener::admin(path);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), Code::kAddress);
}

TEST(Listener, AStaleSocketFileIsReplaced) {
  const test::TempDirectory directory;
  const std::string path = directory / "s.sock";
  {
    // Bound and closed without removing the file: what a killed process leaves.
    const auto address = SocketAddress::local(path);
    ASSERT_TRUE(address);
    const FileDescriptor dead(::socket(AF_UNIX, SOCK_STREAM, 0));
    ASSERT_EQ(::bind(dead.get(), address->data(), address->size()), 0);
  }
  EXPECT_TRUE(Listener::admin(path));
}

TEST(Listener, AFileThatIsNoSocketIsLeftAlone) {
  const test::TempDirectory directory;
  const std::string path = directory / "notes.txt";
  test::write_file(path, "precious");
  const auto listener = Listener::admin(path);
  ASSERT_FALSE(listener);
  EXPECT_EQ(listener.error().code(), Code::kAddress);
  EXPECT_EQ(test::read_file(path), "precious");
}

TEST(Listener, TheUmaskIsAsItWas) {
  const test::TempDirectory directory;
  const mode_t before = ::umask(022);
  ASSERT_TRUE(Listener::admin(directory / "s.sock"));
  EXPECT_EQ(::umask(before), 022U);
}

TEST(Listener, APathTooLongIsAConfigurationError) {
  const auto listener = Listener::admin("/tmp/" + std::string(200, 'x'));
  ASSERT_FALSE(listener);
  EXPECT_EQ(listener.error().code(), Code::kConfig);
}

TEST(Listener, ASocketOfSomebodyElsesMakingIsAdopted) {
  const FileDescriptor made(::socket(AF_INET, SOCK_STREAM, 0));
  const auto any = SocketAddress::tcp("127.0.0.1:0");
  ASSERT_EQ(::bind(made.get(), any->data(), any->size()), 0);
  ASSERT_EQ(::listen(made.get(), 5), 0);
  const auto listener = Listener::adopt(::dup(made.get()), Listener::Kind::kNative);
  ASSERT_TRUE(listener);
  EXPECT_EQ(listener->kind(), Listener::Kind::kNative);
  EXPECT_NE(::fcntl(listener->fd(), F_GETFL) & O_NONBLOCK, 0);
  const auto admin = Listener::adopt(::dup(made.get()), Listener::Kind::kAdmin);
  ASSERT_FALSE(admin);
  EXPECT_EQ(admin.error().code(), Code::kConfig);
  EXPECT_THAT(admin.error().message(), HasSubstr(listener->address()));
}

TEST(Listener, WhatAnAdoptedUnixSocketIsForIsNotItsFamilysAffair) {
  const test::TempDirectory directory;
  for (const auto kind : {Listener::Kind::kNative, Listener::Kind::kAdmin}) {
    const bool admin = kind == Listener::Kind::kAdmin;
    const auto address = SocketAddress::local((directory / (admin ? "a" : "n")).string());
    const FileDescriptor made(::socket(AF_UNIX, SOCK_STREAM, 0));
    ASSERT_EQ(::bind(made.get(), address->data(), address->size()), 0);
    ASSERT_EQ(::listen(made.get(), 5), 0);
    auto listener = Listener::adopt(::dup(made.get()), kind);
    ASSERT_TRUE(listener);
    const FileDescriptor client(::socket(AF_UNIX, SOCK_STREAM, 0));
    ASSERT_EQ(::connect(client.get(), address->data(), address->size()), 0);
    const auto accepted = listener->accept();
    ASSERT_TRUE(accepted && *accepted);
    const engine::Peer& peer = (*accepted)->peer;
    EXPECT_EQ(peer.admin, admin);
    EXPECT_EQ(peer.channel, admin ? "admin" : "native");
    EXPECT_EQ(peer.role == engine::Role::kAdmin, admin);
    EXPECT_EQ(peer.host, "local");
  }
}

TEST(Listener, ADescriptorThatDoesNotListenIsRefused) {
  const auto listener = Listener::adopt(::socket(AF_INET, SOCK_STREAM, 0), Listener::Kind::kNative);
  ASSERT_FALSE(listener);
  EXPECT_EQ(listener.error().code(), Code::kConfig);
}

}  // namespace
}  // namespace holdfast::net
