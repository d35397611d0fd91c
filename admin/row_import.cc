#include "admin/row_import.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <utility>

#include "admin/check_domain.h"
#include "admin/mending.h"
#include "admin/repair.h"
#include "admin/row_tables.h"
#include "admin/row_view.h"
#include "admin/writing_engine.h"
#include "engine/tables.h"
#include "storage/scratch_store.h"

namespace holdfast::admin {

// ---- reading ------------------------------------------------------------------------------------

namespace {

class Reading {
 public:
  Result<void> file(const std::string& path) {
    std::ifstream stream(path);
    if (!stream || std::filesystem::is_directory(path)) {
      return error(Code::kUsage, fmt::format("cannot read '{}'", path));
    }
    std::size_t number = 0;
    for (std::string line; std::getline(stream, line);) {
      ++number;
      if (line.empty()) continue;
      auto read = row(line, fmt::format("{} line {}", path, number));
      if (read) continue;
      return std::unexpected(
          std::move(read).error().prefixed(fmt::format("{} line {}", path, number)));
    }
    if (stream.bad()) return error(Code::kIo, fmt::format("cannot read '{}'", path));
    return {};
  }
  std::vector<ImportedRow> take() { return std::move(rows_); }

 private:
  Result<void> row(const std::string& line, const std::string& where) {
    const Json view = Json::parse(line, nullptr, false);
    if (!view.is_object()) return error(Code::kUsage, "not an object of JSON");
    const auto table = view.find("table");
    if (table == view.end() || !table->is_string()) {
      return error(Code::kUsage, "the row does not name its \"table\"");
    }
    const auto spec = TRY(find_table(table->get<std::string>()));
    TRY(add(spec.id, view, where));
    TRY(add_all(engine::kItems, view, "item_rows", where));
    TRY(add_all(engine::kHistory, view, "history_rows", where));
    const auto party = view.find("party_row");
    return party == view.end() ? Result<void>() : add(engine::kParties, *party, where);
  }
  Result<void> add(storage::TableId table, const Json& view, const std::string& where) {
    const TableView* known = view_of(table);
    if (known == nullptr || known->encode == nullptr) return {};
    auto bytes = TRY(row_bytes(table, view));
    rows_.push_back({table, std::move(bytes.key), std::move(bytes.value), where});
    return {};
  }
  Result<void> add_all(storage::TableId table, const Json& view, std::string_view name,
                       const std::string& where) {
    const auto rows = view.find(name);
    if (rows == view.end()) return {};
    if (!rows->is_array()) return error(Code::kUsage, fmt::format("\"{}\" is no list", name));
    for (const Json& row : *rows) TRY(add(table, row, where));
    return {};
  }

  std::vector<ImportedRow> rows_;
};

}  // namespace

Result<std::vector<ImportedRow>> read_rows(std::span<const std::string> files) {
  Reading reading;
  for (const std::string& file : files) TRY(reading.file(file));
  return reading.take();
}

// ---- planning -----------------------------------------------------------------------------------

namespace {

// The persons that a row names; they must be, and be remembered.
Result<std::uint64_t> person_of(const ImportedRow& row) {
  if (row.table == engine::kParties) return engine::KeyReader(row.key).u64();
  if (row.table == engine::kAccounts) {
    return TRY(storage::decode<engine::AccountRow>(row.value)).person;
  }
  if (row.table == engine::kPayments) {
    return TRY(storage::decode<engine::PaymentRow>(row.value)).person;
  }
  return 0;
}

class Planning {
 public:
  Planning(storage::ScratchStore& store, RowImport& import)
      : store_(store), txn_(store.begin()), import_(import) {}

  Result<void> run(const std::vector<ImportedRow>& rows) {
    import_.next_person = store_.found().next_person();
    for (const ImportedRow& row : rows) TRY(add(row));
    if (!import_.refused.empty() || import_.empty()) return {};
    const auto lacking = TRY(findings());
    for (const Finding& finding : lacking) TRY(follow(finding));
    if (!import_.refused.empty()) return {};
    const auto wrong = TRY(findings());
    for (const Finding& finding : wrong) refuse(finding);
    return {};
  }

 private:
  Result<void> add(const ImportedRow& row) {
    auto& count = import_.tables[table_name(row.table)];
    const auto there = TRY(txn_->get(row.table, row.key));
    // By what they say: a row may be there in an older form.
    if (there && row_view(row.table, row.key, *there) == row_view(row.table, row.key, row.value)) {
      ++count.present;
      return {};
    }
    if (there) {
      import_.refused.push_back(fmt::format("{}: {} {} is there already, and is another", row.where,
                                            table_name(row.table), format_key(row.table, row.key)));
      return {};
    }
    TRY(require_person(row));
    ++count.added;
    return put({.kind = Mend::Kind::kPut, .table = row.table, .key = row.key, .value = row.value},
               "import");
  }

  Result<void> require_person(const ImportedRow& row) {
    const std::uint64_t person = TRY(person_of(row));
    if (person > 0 && person < store_.found().next_person()) {
      const bool forgotten = TRY(store_.found().forgotten({person}));
      if (forgotten) {
        import_.refused.push_back(
            fmt::format("{}: person {} was erased, and does not come back", row.where, person));
      }
    }
    import_.next_person = std::max(import_.next_person, person + 1);
    return {};
  }

  Result<void> put(Mend mend, std::string rule) {
    TRY(txn_->put(mend.table, mend.key, mend.value));
    import_.plan.steps.push_back({.number = import_.plan.steps.size() + 1,
                                  .mend = std::move(mend),
                                  .rule = std::move(rule)});
    return {};
  }

  Result<std::vector<Finding>> findings() {
    std::vector<Finding> found;
    TRY(check_domain(
        store_.found(), *txn_, import_.next_person,
        [&](Finding finding) { found.push_back(std::move(finding)); }, [] {}));
    return found;
  }

  // Whether the rows of a table are made from those of others.
  static bool follows(storage::TableId table) {
    const TableView* known = view_of(table);
    return known != nullptr && known->encode == nullptr;
  }

  Result<void> follow(const Finding& finding) {
    const auto& mend = finding.mend;
    if (!mend || mend->kind != Mend::Kind::kPut || !follows(mend->table)) {
      refuse(finding);
      return {};
    }
    // A span that another has is found as an overlap on the next pass.
    const auto there = TRY(txn_->get(mend->table, mend->key));
    if (there && mend->table == engine::kOccupancy) {
      refuse(finding);
      return {};
    }
    ++import_.following;
    return put(*mend, finding.rule);
  }

  void refuse(const Finding& finding) {
    import_.refused.push_back(fmt::format("{}: {}: expected {}, found {}", finding.rule,
                                          finding.record, finding.expected, finding.found));
  }

  storage::ScratchStore& store_;
  const std::unique_ptr<storage::Transaction> txn_;
  RowImport& import_;
};

Result<void> require_sound(const storage::ReadOnlyStore& store) {
  std::optional<Finding> first;
  TRY(check_domain(
      store, [&](Finding finding) { first = first ? first : std::move(finding); }, [] {}));
  if (!first) return {};
  return error(Code::kCorruption, fmt::format("the store is not sound ({}: {}): repair it first",
                                              first->rule, first->record));
}

}  // namespace

Result<RowImport> plan_import(const std::string& directory, const storage::StoreKind& kind,
                              const std::vector<ImportedRow>& rows) {
  auto found = TRY(storage::ReadOnlyStore::open({.directory = directory,
                                                 .tables = kind.tables,
                                                 .schema_version = kind.schema_version,
                                                 .map_bytes = kind.map_bytes}));
  TRY(require_sound(*found));
  RowImport import;
  import.plan = TRY(plan_for(*found));
  storage::ScratchStore scratch(std::move(found));
  TRY(Planning(scratch, import).run(rows));
  return import;
}

// ---- applying -----------------------------------------------------------------------------------

namespace {

Result<engine::Reply> put_all(engine::Context& context, const RowImport& import,
                              std::uint64_t first_free) {
  for (std::uint64_t person = first_free; person < import.next_person; ++person) {
    TRY(context.txn.add_person());
  }
  for (const RepairStep& step : import.plan.steps) TRY(do_mend(context, step.mend));
  return engine::Reply::ok();
}

}  // namespace

Result<storage::Seq> apply_import(const std::string& directory, const storage::StoreKind& kind,
                                  const RowImport& import) {
  std::uint64_t first_free = 0;
  {
    const auto found = TRY(storage::ReadOnlyStore::open({.directory = directory,
                                                         .tables = kind.tables,
                                                         .schema_version = kind.schema_version,
                                                         .map_bytes = kind.map_bytes}));
    first_free = found->next_person();
  }
  const auto writing = TRY(WritingEngine::open(directory, kind, WritingEngine::Now::kLastRecord));
  auto done = require_state(writing->store(), import.plan);
  if (done) {
    auto run = writing->engine().run(
        {.session = {},
         .actor = {},
         .words = {"IMPORT", "rows", std::to_string(import.plan.steps.size())},
         .writes = true,
         .run = [&](engine::Context& context) { return put_all(context, import, first_free); }});
    if (!run && run.error().code() == Code::kLimit) {
      done = error(Code::kUsage, fmt::format("{} rows are more than one commit holds: {}",
                                             import.plan.steps.size(), run.error().message()));
    } else if (!run) {
      done = std::unexpected(Status(run.error()));
    }
  }
  return writing->close(std::move(done));
}

}  // namespace holdfast::admin
