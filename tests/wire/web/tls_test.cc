// Encrypted listeners of the real process, asked by clients we did not write, and by our own.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/wire/web/http_server.h"

namespace holdfast::test {
namespace {

using ::testing::HasSubstr;

// Writes NAME.pem and NAME.key for 127.0.0.1, signed by itself.
void make_certificate(const std::filesystem::path& directory, const std::string& name) {
  const auto made =
      run({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
           "-nodes", "-days", "2", "-subj", "/CN=" + name, "-addext", "subjectAltName=IP:127.0.0.1",
           "-keyout", directory / (name + ".key"), "-out", directory / (name + ".pem")});
  if (made.status != 0) throw std::runtime_error(made.output);
}

class Tls : public ::testing::Test {
 protected:
  Tls() {
    make_certificate(directory_.path(), "first");
    make_certificate(directory_.path(), "second");
    use("first");
    server_ = std::make_unique<HttpServer>(
        fmt::format("tls.listen = 127.0.0.1:0\nhttp.tls = yes\ntls.cert = {}\ntls.key = {}\n",
                    file("now.pem"), file("now.key")));
  }

  std::string file(const std::string& name) const { return (directory_ / name).string(); }
  void use(const std::string& name) {
    for (const auto* end : {".pem", ".key"}) {
      std::filesystem::copy_file(file(name + end), file(std::string("now") + end),
                                 std::filesystem::copy_options::overwrite_existing);
    }
  }
  // curl's exit status.
  int curl(const std::string& authority, const std::string& target = "/healthz") {
    return run({"curl", "-sS", "--max-time", "60", "--cacert", file(authority + ".pem"),
                fmt::format("https://127.0.0.1:{}{}", server_->port(), target)})
        .status;
  }
  Outcome holdfast(std::vector<std::string> words) {
    words.insert(words.begin(),
                 {holdfast_path(), "-p", fmt::format("{}", server_->port_of("tls")), "--tls"});
    return run(words);
  }

  TempDirectory directory_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(Tls, CurlIsServedAndBelievesNobodyElse) {
  EXPECT_EQ(curl("first"), 0);
  EXPECT_EQ(curl("first", "/openapi.json"), 0) << "longer than a record";
  EXPECT_EQ(curl("second"), 60);
  auto plain = server_->client();
  plain.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(plain.receive_until_closed().find("HTTP/1.1 200"), std::string::npos);
}

TEST_F(Tls, OurOwnClientProvesWhomItTalksTo) {
  const auto pong = holdfast({"--ca", file("first.pem"), "PING"});
  EXPECT_EQ(pong.status, 0) << pong.output;
  EXPECT_THAT(pong.output, HasSubstr("PONG"));
  const auto map = holdfast({"--ca", file("first.pem"), "COMMAND", "DOCS"});
  EXPECT_EQ(map.status, 0);
  EXPECT_GT(map.output.size(), 16'384U) << "several records";
  const auto other = holdfast({"--ca", file("second.pem"), "PING"});
  EXPECT_NE(other.status, 0);
  EXPECT_THAT(other.output, HasSubstr("certificate is not believed"));
  const auto named = holdfast({"--ca", file("first.pem"), "-h", "localhost", "PING"});
  EXPECT_THAT(named.output, HasSubstr("certificate is not believed")) << "of another name";
}

TEST_F(Tls, OldVersionsAreRefused) {
  for (const auto& [version, served] :
       {std::pair("-tls1_1", false), {"-tls1_2", true}, {"-tls1_3", true}}) {
    const auto asked =
        run({"openssl", "s_client", "-connect", fmt::format("127.0.0.1:{}", server_->port()),
             version, "-cipher", "DEFAULT@SECLEVEL=0", "-CAfile", file("first.pem")});
    EXPECT_EQ(asked.output.find("no peer certificate available") == std::string::npos, served)
        << version << asked.output;
  }
}

TEST_F(Tls, ANewCertificateIsTakenOnReloadAndABadOneIsNot) {
  use("second");
  server_->daemon().signal(SIGHUP);
  server_->daemon().wait_for_log("event=reloaded");
  EXPECT_EQ(curl("second"), 0);
  EXPECT_EQ(curl("first"), 60);
  std::filesystem::copy_file(file("first.key"), file("now.key"),
                             std::filesystem::copy_options::overwrite_existing);
  server_->daemon().signal(SIGHUP);
  server_->daemon().wait_for_log("event=certificate_refused");
  EXPECT_EQ(curl("second"), 0);
}

// CONFIG SET reads what it names at once, and takes nothing that cannot be served.
TEST_F(Tls, AnAdminNamesACertificateWhileItRuns) {
  auto admin = server_->admin();
  const auto set = [&admin](const std::string& name, const std::string& path) {
    return admin.command({"CONFIG", "SET", name, path});
  };
  EXPECT_THAT(set("tls.cert", file("second.pem")).text, HasSubstr("BADVALUE key"));
  EXPECT_THAT(set("tls.key", file("none.key")).text, HasSubstr(file("none.key")));
  EXPECT_EQ(curl("first"), 0);
  use("second");
  EXPECT_FALSE(set("tls.cert", file("now.pem")).is_error());
  EXPECT_EQ(curl("second"), 0);
}

// Neither who says nothing nor who says half a greeting holds anybody up.
TEST_F(Tls, HandshakesThatNeverEndHoldNobodyUp) {
  std::vector<HttpClient> crowd;
  for (int i = 0; i < 200; ++i) {
    crowd.push_back(server_->client());
    if (i % 2 == 0) crowd.back().send("\x16\x03\x01\x02");
  }
  EXPECT_EQ(curl("first"), 0);
}

TEST_F(Tls, WithoutACertificateItDoesNotStart) {
  TempDirectory other;
  const auto refused =
      run({holdfastd_path(), "--data", other / "data", "--tls-listen", "127.0.0.1:0"});
  EXPECT_EQ(refused.status, 78);
  EXPECT_THAT(refused.output, HasSubstr("tls.cert"));
}

}  // namespace
}  // namespace holdfast::test
