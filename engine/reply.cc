#include "engine/reply.h"

#include <algorithm>

#include "storage/codec.h"

namespace holdfast::engine {

using storage::MemoryReader;
using storage::MemoryWriter;

Record& Record::add(std::string_view name, Value value) {
  fields.emplace_back(name, std::move(value));
  return *this;
}
Record& Record::add(std::string_view name, std::string_view value) {
  return add(name, Value(value));
}
Record& Record::add(std::string_view name, std::string value) {
  return add(name, Value(std::move(value)));
}
Record& Record::add(std::string_view name, const char* value) {
  return add(name, Value(value));
}
Record& Record::add(std::string_view name, std::int64_t value) {
  return add(name, Value(value));
}

const Value* Record::find(std::string_view name) const {
  const auto found = std::ranges::find(fields, name, [](const auto& field) { return field.first; });
  return found == fields.end() ? nullptr : &found->second;
}

Reply Reply::ok() {
  return status("OK");
}

Reply Reply::status(std::string word) {
  return {.value = Value(std::move(word)), .layout = Layout::kStatus};
}

namespace {

// On disk: never reuse one.
constexpr std::uint8_t kReplyVersion = 1;
enum class Kind : std::uint8_t { kNothing = 0, kNumber = 1, kText = 2, kRecord = 3, kList = 4 };

// Deeper than any reply we make: a record with rows of records. Bounds what damaged bytes can do.
constexpr int kMaxDepth = 8;

void save(MemoryWriter& archive, const Value& value) {
  const auto kind = static_cast<std::uint8_t>(value.data.index());
  archive(kind);
  switch (static_cast<Kind>(kind)) {
    case Kind::kNothing:
      return;
    case Kind::kNumber:
      archive(std::get<std::int64_t>(value.data));
      return;
    case Kind::kText:
      archive(std::get<std::string>(value.data));
      return;
    case Kind::kRecord: {
      const auto& record = std::get<Record>(value.data);
      archive(record.brief, static_cast<std::uint32_t>(record.fields.size()));
      for (const auto& [name, field] : record.fields) {
        archive(std::string(name));
        save(archive, field);
      }
      return;
    }
    case Kind::kList: {
      const auto& list = std::get<List>(value.data);
      archive(static_cast<std::uint32_t>(list.size()));
      for (const Value& element : list) save(archive, element);
      return;
    }
  }
}

// Replies share few names: each is kept once.
std::string_view keep_name(const std::string& name,
                           std::vector<std::unique_ptr<std::string>>& names) {
  const auto known =
      std::ranges::find_if(names, [&](const auto& candidate) { return *candidate == name; });
  if (known != names.end()) return **known;
  return *names.emplace_back(std::make_unique<std::string>(name));
}

struct Loader {
  MemoryReader& archive;
  std::vector<std::unique_ptr<std::string>>& names;

  std::uint32_t count() {
    std::uint32_t elements = 0;
    archive(elements);
    if (elements > archive.left()) throw cereal::Exception("count exceeds the value");
    return elements;
  }

  Record record(int depth) {
    Record loaded;
    archive(loaded.brief);
    const std::uint32_t fields = count();
    for (std::uint32_t i = 0; i < fields; ++i) {
      std::string name;
      archive(name);
      loaded.add(keep_name(name, names), value(depth - 1));
    }
    return loaded;
  }

  Value value(int depth) {
    if (depth == 0) throw cereal::Exception("reply is nested too deeply");
    std::uint8_t kind = 0;
    archive(kind);
    switch (static_cast<Kind>(kind)) {
      case Kind::kNothing:
        return {};
      case Kind::kNumber: {
        std::int64_t number = 0;
        archive(number);
        return number;
      }
      case Kind::kText: {
        std::string text;
        archive(text);
        return text;
      }
      case Kind::kRecord:
        return record(depth);
      case Kind::kList: {
        List list;
        const std::uint32_t elements = count();
        for (std::uint32_t i = 0; i < elements; ++i) list.push_back(value(depth - 1));
        return list;
      }
    }
    throw cereal::Exception("reply has a value of unknown kind");
  }
};

}  // namespace

std::string encode_reply(const Reply& reply) {
  std::string bytes;
  MemoryWriter archive(bytes, kReplyVersion);
  archive(kReplyVersion, static_cast<std::uint8_t>(reply.layout));
  save(archive, reply.value);
  return bytes;
}

Result<Reply> decode_reply(std::string_view bytes,
                           std::vector<std::unique_ptr<std::string>>& names) {
  try {
    MemoryReader archive(bytes, kReplyVersion);
    std::uint8_t version = 0;
    std::uint8_t layout = 0;
    archive(version, layout);
    if (version != kReplyVersion || layout > static_cast<std::uint8_t>(Layout::kDocs)) {
      throw cereal::Exception("reply has an unknown version or layout");
    }
    Reply reply{.value = Loader{archive, names}.value(kMaxDepth),
                .layout = static_cast<Layout>(layout)};
    if (archive.left() != 0) throw cereal::Exception("reply has bytes too many");
    return reply;
  } catch (const cereal::Exception& exception) {
    return error(Code::kCorruption, exception.what());
  }
}

}  // namespace holdfast::engine
