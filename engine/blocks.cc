#include "engine/blocks.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "engine/calendar.h"
#include "engine/holding.h"
#include "engine/occupancy.h"

namespace holdfast::engine {

namespace {

Key block_key(OfferingId offering, Unit unit, std::int32_t from) {
  return Key().u32(offering.value).u32(unit.value).i32(from);
}

std::unexpected<Status> reaches_beyond(const Offering& offering, const Block& block) {
  const std::string label = offering.plan->label(block.unit);
  Status status = Status(Code::kState, fmt::format("the block of unit \"{}\" reaches beyond this: "
                                                   "name all of it",
                                                   label))
                      .with("unit", label)
                      .with("state", std::string(word(UnitState::kBlocked)));
  return std::unexpected(std::move(status).with(std::string(span_name(offering.row.axis)),
                                                span_value(offering.row, block.span)));
}

}  // namespace

Result<bool> block_unit(Context& context, const Offering& offering, Unit unit, Span span,
                        std::string_view reason) {
  const auto occupied = TRY(conflict(context.txn, offering.id, unit, span));
  if (occupied && occupied->row.state == UnitState::kBlocked && occupied->span == span) {
    return false;
  }
  TRY(require_free(context, offering.id, unit, span));
  TRY(take(context.txn, offering.id, unit, span, {}, 0, UnitState::kBlocked));
  const BlockRow row{.to = span.to,
                     .reason = std::string(reason),
                     .actor = context.session.account.value,
                     .since_us = context.now.us};
  TRY(put_row(context.txn, kBlocks, block_key(offering.id, unit, span.from).view(), row));
  context.unit_changes.push_back({offering.id, unit, span, UnitState::kBlocked});
  return true;
}

Result<std::size_t> unblock_unit(Context& context, const Offering& offering, Unit unit, Span span) {
  // Listed first: lifting writes, and a cursor does not survive that.
  std::vector<Block> blocks;
  TRY(for_each_block(
      context.txn, offering.id,
      [&](const Block& block) {
        if (block.unit != unit || block.span.from >= span.to) return false;
        if (block.span.overlaps(span)) blocks.push_back(block);
        return true;
      },
      unit));
  for (const Block& block : blocks) {
    if (block.span.from < span.from || block.span.to > span.to) {
      return reaches_beyond(offering, block);
    }
    const UnitState before = TRY(release(context.txn, offering.id, unit, block.span.from));
    TRY(context.txn.erase(kBlocks, block_key(offering.id, unit, block.span.from).view()));
    context.unit_changes.push_back({offering.id, unit, block.span, UnitState::kFree, before});
  }
  return blocks.size();
}

Result<std::optional<BlockRow>> find_block(Transaction& txn, OfferingId offering, Unit unit,
                                           std::int32_t from) {
  return get_row<BlockRow>(txn, kBlocks, block_key(offering, unit, from).view());
}

Result<void> for_each_block(Transaction& txn, OfferingId offering,
                            const std::function<bool(const Block&)>& visit, Unit first) {
  const auto cursor = TRY(txn.scan(kBlocks));
  bool more = TRY(cursor->seek(block_key(offering, first, 0).view()));
  while (more) {
    KeyReader key(cursor->key());
    const OfferingId of{key.u32()};
    const Unit unit{key.u32()};
    const std::int32_t from = key.i32();
    if (!key.ok()) return error(Code::kCorruption, "key of a block does not decode");
    if (of != offering) return {};
    const auto row = TRY(storage::decode<BlockRow>(cursor->value()));
    if (!visit({.unit = unit, .span = {from, row.to}, .row = row})) return {};
    more = TRY(cursor->next());
  }
  return {};
}

}  // namespace holdfast::engine
