// Tls: encrypted connections, by OpenSSL: version 1.2 at least.
//
// A TlsStream reads and writes like the socket under it, blocking or not, and shakes hands by
// itself with the first bytes. One thread at a time.

#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <memory>
#include <span>
#include <string>

#include "net/basics.h"

struct ssl_ctx_st;
struct ssl_st;

namespace holdfast::net {

class TlsStream {
 public:
  ~TlsStream();
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  // As recv(2) and sendmsg(2): -1 with errno, EAGAIN when the socket has to be waited for, EPROTO
  // when what comes is not TLS, or not from whom it should be. 0 of receive(): the peer has ended,
  // in order or not. What a send() that failed with EAGAIN was given must be given again.
  ssize_t receive(std::span<char> room);
  ssize_t send(std::span<const iovec> pieces);
  // Both sides know each other: the handshake is over.
  bool established() const;
  // receive() waits for room to send: a handshake has two directions.
  bool wants_to_send() const { return wants_to_send_; }
  // Tells the peer that nothing more is sent, as far as the socket takes it.
  void end();
  // Shakes hands now: of a blocking socket. kIo, with the reason.
  Result<void> shake_hands();

 private:
  friend class TlsServer;
  friend class TlsClient;
  explicit TlsStream(ssl_st* ssl) : ssl_(ssl) {}
  ssize_t outcome(int result);

  ssl_st* ssl_;
  bool wants_to_send_ = false;
};

// A certificate and its key, for those who listen.
class TlsServer {
 public:
  TlsServer();
  ~TlsServer();
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  // PEM files: the certificate with those that lead to its root, and its private key. Connections
  // that are open keep what they have. kConfig, naming the file; everything is as before then.
  Result<void> load(const std::string& certificate, const std::string& key);
  // REQUIRES: load() has succeeded once. Does not own `socket`.
  std::unique_ptr<TlsStream> accept(int socket) const;

 private:
  std::shared_ptr<ssl_ctx_st> context_;
};

// Whom a client believes.
class TlsClient {
 public:
  // Certificates signed by those of a PEM file; empty: by those the system trusts. kConfig.
  static Result<TlsClient> create(const std::string& authorities);
  // The peer must have a certificate for `host`, a name or an address.
  std::unique_ptr<TlsStream> connect(int socket, const std::string& host) const;

 private:
  explicit TlsClient(std::shared_ptr<ssl_ctx_st> context) : context_(std::move(context)) {}
  std::shared_ptr<ssl_ctx_st> context_;
};

}  // namespace holdfast::net
