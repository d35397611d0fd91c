// Placing: makes one reservation of one row, by the rules that every command obeys.
//
// A row whose unit the same holder has already, over the same span, is present and changes nothing:
// that is what makes an import repeatable. A row whose unit is somebody else's, or that repeats or
// overlaps an earlier one of the same source, is refused.

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "engine/catalog.h"
#include "engine/context.h"
#include "engine/reservations.h"

namespace holdfast::migrations {

// What a row asks for.
struct Wanted {
  std::int64_t line = 0;
  std::string_view unit;    // label
  std::string_view type;    // that the unit must have; empty: any
  std::string_view holder;  // name of an account or of a guest; empty: nobody's
  // In the words of the offering's axis: "2026-12-01..", "2026-12-01T19:00/21:00"; none for events.
  std::string span;
  bool any_start = false;  // an open stay of the holder's is the same whenever it began
  bool stay = false;       // checked in at once
};

enum class Placed : std::uint8_t { kAdded, kPresent };

class Placing {
 public:
  // For the rows of one source; `context` outlives it.
  // What a row is called there: "line".
  Placing(engine::Context& context, engine::OfferingPtr offering, std::string_view line_word)
      : context_(context), offering_(std::move(offering)), line_word_(line_word) {}

  // An error that is_refusal() refuses this row alone, and nothing was written for it. With any
  // other the transaction is to be dropped.
  engine::Result<Placed> place(const Wanted& wanted);

 private:
  engine::Result<bool> has_already(const Wanted& wanted, engine::Span span,
                                   engine::ReservationId reservation, engine::Span occupied);
  engine::Result<bool> is_held_by(engine::ReservationId id, std::string_view holder);
  engine::Result<engine::ReservationId> open(const Wanted& wanted);

  engine::Context& context_;
  const engine::OfferingPtr offering_;
  const std::string_view line_word_;
  // Reservations that a row of this source made or found, and the line of that row.
  std::map<engine::ReservationId, std::int64_t> lines_;
};

// Whether an error refuses what was asked for, and nothing is wrong with the store.
bool is_refusal(engine::Code code);

}  // namespace holdfast::migrations
