// Parties: who a reservation is for, when the caller says so (guest=, note=).
//
// Personal, and so sealed in the journal under a person of their own: forgetting that person
// forgets the guest while the history still verifies. Everything else refers to them by number.

#pragma once

#include <string>
#include <string_view>

#include "engine/context.h"
#include "engine/tables.h"
#include "engine/values.h"

namespace holdfast::engine {

struct Party {
  std::string guest;
  std::string note;
};

// Keeps a party for `reservation` under a new person and notes in the context what the journal's
// words say instead: "@person:12". Nobody ({0}) when both are empty.
Result<PersonId> add_party(Context& context, ReservationId reservation, const Party& party);

// Empty for nobody, and for one that was forgotten.
Result<Party> read_party(Transaction& txn, PersonId person);

// A guest's name as kByGuest orders it: ASCII letters in lower case, blanks at the ends taken away
// and runs of them made one. Other letters stay as they are, so that the index does not depend on
// anybody's locale.
std::string fold_guest(std::string_view name);

}  // namespace holdfast::engine
