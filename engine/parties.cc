#include "engine/parties.h"

#include <fmt/format.h>

namespace holdfast::engine {

Result<PersonId> add_party(Context& context, ReservationId reservation, const Party& party) {
  if (party.guest.empty() && party.note.empty()) return PersonId{};
  const PersonId person = TRY(context.txn.add_person());
  const PartyRow row{.guest = party.guest, .note = party.note};
  TRY(put_row(context.txn, kParties, Key().u64(person.value).view(), row, person));
  if (!party.guest.empty()) {
    const Key key = Key().text(fold_guest(party.guest)).u8(0).u64(reservation.value);
    TRY(context.txn.put(kByGuest, key.view(), "", person));
  }
  const std::string reference = fmt::format("@person:{}", person.value);
  context.references.emplace_back("guest", reference);
  context.references.emplace_back("note", reference);
  return person;
}

Result<Party> read_party(Transaction& txn, PersonId person) {
  if (person == PersonId{}) return Party{};
  const auto row = TRY(get_row<PartyRow>(txn, kParties, Key().u64(person.value).view()));
  if (!row) return Party{};
  return Party{.guest = row->guest, .note = row->note};
}

std::string fold_guest(std::string_view name) {
  std::string folded;
  bool blank = false;
  for (const char letter : name) {
    if (letter == ' ') {
      blank = !folded.empty();
      continue;
    }
    if (blank) folded += ' ';
    blank = false;
    folded += letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  }
  return folded;
}

}  // namespace holdfast::engine
