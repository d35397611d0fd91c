// Dialect: what is spoken on a listener, and how those who come in by it are treated.

#pragma once

#include <functional>
#include <memory>
#include <string>

#include "engine/values.h"
#include "net/protocol.h"
#include "net/resident.h"
#include "net/tls.h"

namespace holdfast::net {

struct Dialect {
  std::string channel;  // Peer::channel: what records and the log call it
  std::function<std::unique_ptr<Protocol>()> make_protocol;  // one for each connection
  // Who has not logged in. The old dialects ask for what their clients may ask and nothing else, so
  // they act as the house does.
  engine::Role role = engine::Role::kGuest;
  // The offering that its clients are counted as active in; empty: none.
  std::string offering = {};
  // Connections are never closed for asking nothing: people think, and old programs do not connect
  // again. The kernel finds out which of them have gone.
  bool patient = false;
  // Set: what its conversations share asks the engine by itself, for as long as the server runs.
  std::shared_ptr<Resident> resident = {};
  // Set: encrypted, with the certificate that is loaded when they come in.
  std::shared_ptr<const TlsServer> tls = {};
};

// RESP and lines, see resp.h.
Dialect native_dialect();

}  // namespace holdfast::net
