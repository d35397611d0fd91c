#include "net/tls.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

#include "storage/check.h"

namespace holdfast::net {
namespace {

// What OpenSSL has to say of the last failure; empties its queue.
std::string reason() {
  const unsigned long code = ERR_peek_error();
  ERR_clear_error();
  const char* text = code == 0 ? nullptr : ERR_reason_error_string(code);
  return text == nullptr ? "no reason given" : text;
}

Result<std::shared_ptr<SSL_CTX>> make_context(const SSL_METHOD* method) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(method), SSL_CTX_free);
  if (!context) return error(Code::kInternal, fmt::format("TLS: {}", reason()));
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  // Nothing is renegotiated or resumed: each handshake is whole, and no state is kept for it.
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
                                         SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_num_tickets(context.get(), 0);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  // Output is queued by the connection, and a quiet connection holds no buffers.
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_clear_mode(context.get(), SSL_MODE_AUTO_RETRY);
  return context;
}

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return ::inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
}

}  // namespace

// ---- streams ----------------------------------------------------------------------------------

TlsStream::~TlsStream() {
  SSL_free(ssl_);
}

bool TlsStream::established() const {
  return SSL_is_init_finished(ssl_) == 1;
}

// From OpenSSL's answer to that of a socket.
ssize_t TlsStream::outcome(int result) {
  wants_to_send_ = false;
  if (result > 0) return result;
  const int failure = errno;
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_WRITE:
      wants_to_send_ = true;
      errno = EAGAIN;
      return -1;
    case SSL_ERROR_WANT_READ:
      errno = EAGAIN;
      return -1;
    case SSL_ERROR_ZERO_RETURN:
      return 0;
    case SSL_ERROR_SYSCALL:
      ERR_clear_error();
      if (failure == 0) return 0;
      errno = failure;
      return -1;
    default:
      // Many peers end without a farewell.
      if (ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        ERR_clear_error();
        return 0;
      }
      ERR_clear_error();
      errno = EPROTO;
      return -1;
  }
}

ssize_t TlsStream::receive(std::span<char> room) {
  errno = 0;
  ERR_clear_error();
  const auto most = static_cast<int>(std::min<std::size_t>(room.size(), INT_MAX));
  return outcome(SSL_read(ssl_, room.data(), most));
}

ssize_t TlsStream::send(std::span<const iovec> pieces) {
  ssize_t sent = 0;
  for (const iovec& piece : pieces) {
    const auto* bytes = static_cast<const char*>(piece.iov_base);
    for (std::size_t at = 0; at < piece.iov_len;) {
      errno = 0;
      ERR_clear_error();
      const auto most = static_cast<int>(std::min<std::size_t>(piece.iov_len - at, INT_MAX));
      const ssize_t taken = outcome(SSL_write(ssl_, bytes + at, most));
      if (taken <= 0) {
        if (taken == 0) errno = EPIPE;
        return sent > 0 ? sent : -1;
      }
      at += static_cast<std::size_t>(taken);
      sent += taken;
    }
  }
  return sent;
}

void TlsStream::end() {
  ERR_clear_error();
  if (established()) SSL_shutdown(ssl_);
  ERR_clear_error();
}

Result<void> TlsStream::shake_hands() {
  errno = 0;
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_);
  if (result == 1) return {};
  const long verified = SSL_get_verify_result(ssl_);
  if (verified != X509_V_OK) {
    ERR_clear_error();
    return error(Code::kIo, fmt::format("the server's certificate is not believed: {}",
                                        X509_verify_cert_error_string(verified)));
  }
  if (SSL_get_error(ssl_, result) == SSL_ERROR_SYSCALL && errno != 0) {
    return std::unexpected(errno_status("TLS handshake", errno));
  }
  return error(Code::kIo, fmt::format("TLS handshake: {}", reason()));
}

// ---- servers ----------------------------------------------------------------------------------

TlsServer::TlsServer() = default;
TlsServer::~TlsServer() = default;

Result<void> TlsServer::load(const std::string& certificate, const std::string& key) {
  auto context = TRY(make_context(TLS_server_method()));
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate.c_str()) != 1) {
    return error(Code::kConfig, fmt::format("certificate {}: {}", certificate, reason()));
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context.get()) != 1) {
    return error(Code::kConfig, fmt::format("key {}: {}", key, reason()));
  }
  context_ = std::move(context);
  return {};
}

std::unique_ptr<TlsStream> TlsServer::accept(int socket) const {
  CHECK(context_ != nullptr, "no certificate is loaded");
  SSL* ssl = SSL_new(context_.get());
  CHECK(ssl != nullptr && SSL_set_fd(ssl, socket) == 1, "no memory for a TLS connection");
  SSL_set_accept_state(ssl);
  return std::unique_ptr<TlsStream>(new TlsStream(ssl));
}

// ---- clients ----------------------------------------------------------------------------------

Result<TlsClient> TlsClient::create(const std::string& authorities) {
  auto context = TRY(make_context(TLS_client_method()));
  const bool loaded = authorities.empty()
                          ? SSL_CTX_set_default_verify_paths(context.get()) == 1
                          : SSL_CTX_load_verify_file(context.get(), authorities.c_str()) == 1;
  if (!loaded) {
    return error(Code::kConfig, fmt::format("authorities {}: {}", authorities, reason()));
  }
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  return TlsClient(std::move(context));
}

std::unique_ptr<TlsStream> TlsClient::connect(int socket, const std::string& host) const {
  SSL* ssl = SSL_new(context_.get());
  CHECK(ssl != nullptr && SSL_set_fd(ssl, socket) == 1, "no memory for a TLS connection");
  if (is_address(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str());
  } else {
    SSL_set1_host(ssl, host.c_str());
    SSL_set_tlsext_host_name(ssl, host.c_str());
  }
  SSL_set_connect_state(ssl);
  return std::unique_ptr<TlsStream>(new TlsStream(ssl));
}

}  // namespace holdfast::net
