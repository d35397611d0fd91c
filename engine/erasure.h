// Erasure: forgetting a person everywhere they are live, while money, occupancy and history stay as
// they are.
//
// Personal rows are erased, those that must stay lose their personal fields, and the keys under
// which the journal has them sealed are destroyed once the base holds what was committed
// (Store::forget). Which keys those are stays in kMeta for ever: a start asks for it again, in case
// a crash came between, or an old copy of the key file was put back.

#pragma once

#include <cstddef>
#include <vector>

#include "engine/accounts.h"
#include "engine/context.h"
#include "engine/reservations.h"
#include "engine/values.h"

namespace holdfast::engine {

// The account keeps its number and its reservations, and loses its name, its password and its role:
// nobody logs in to it again, and the name is free. The guests and notes of its reservations go
// with it, and the replies that are remembered for it. Returns how many of its reservations had a
// party. kState payment=pending while a provider is being asked on its behalf. Its sessions are
// logged out after the commit.
Result<std::size_t> erase_account(Context& context, Account account);

// Guest and note of one reservation. False when it has none. kState payment=pending is no matter
// here: the payer is an account.
Result<bool> erase_party(Context& context, Reservation& reservation);

// All persons that were ever erased, for a start.
Result<std::vector<PersonId>> list_erased(Transaction& txn);

}  // namespace holdfast::engine
