// Replies of the server's commands as JSON, whichever way they came: over a connection, or from an
// engine of our own.

#pragma once

#include "admin/output.h"
#include "engine/reply.h"
#include "net/client/resp_value.h"

namespace holdfast::admin {

Json reply_json(const net::RespValue& value);
Json reply_json(const engine::Value& value);

// Shows a reply: rows as a table, a record as a list with the rows in it as tables below, a word as
// text.
void show_reply(Output& output, const Json& reply);

}  // namespace holdfast::admin
