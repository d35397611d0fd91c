// How stored values become bytes: cereal, through archives over memory.
//
// A value is one version byte followed by its fields in order: integers little-endian at their own
// width, bool as one byte 0/1, enums as their underlying integer, strings and vectors as a u32
// count and the elements, optionals as one byte and the value. No padding, no host byte order, no
// pointers. A type gives its fields by cereal's `serialize(archive, version)`:
//
//   struct Item {
//     static constexpr std::uint8_t kVersion = 1;
//     std::uint32_t unit = 0;
//     template <class Archive> void serialize(Archive& archive, std::uint32_t version) {
//     archive(unit); }
//   };
//
// The version byte is ours: cereal's own class versions keep a hash map in each archive, which
// costs more than the whole encoding of a small row. Nested types are serialized with the version
// of the outermost one (archive.version()), through a one-argument `serialize(archive)`.
//
// Bytes that do not decode (short, trailing, unknown version, impossible count) are kCorruption.

#pragma once

#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <cereal/cereal.hpp>
#include <cereal/details/traits.hpp>

#include "storage/status.h"

namespace holdfast::storage {

// Appends to a string. cereal's text and binary archives write to streams; this one does not.
class MemoryWriter : public cereal::OutputArchive<MemoryWriter, cereal::AllowEmptyClassElision> {
 public:
  MemoryWriter(std::string& out, std::uint32_t version)
      : cereal::OutputArchive<MemoryWriter, cereal::AllowEmptyClassElision>(this),
        out_(out),
        version_(version) {}
  void append(const void* data, std::size_t size) {
    out_.append(static_cast<const char*>(data), size);
  }
  std::uint32_t version() const { return version_; }

 private:
  std::string& out_;
  std::uint32_t version_;
};

// Reads from a view. Throws cereal::Exception on bad input; decode() turns that into kCorruption.
class MemoryReader : public cereal::InputArchive<MemoryReader, cereal::AllowEmptyClassElision> {
 public:
  MemoryReader(std::string_view in, std::uint32_t version)
      : cereal::InputArchive<MemoryReader, cereal::AllowEmptyClassElision>(this),
        in_(in),
        version_(version) {}
  std::string_view take(std::size_t size) {
    if (size > in_.size()) throw cereal::Exception("value ends early");
    const std::string_view taken = in_.substr(0, size);
    in_.remove_prefix(size);
    return taken;
  }
  std::size_t left() const { return in_.size(); }
  std::uint32_t version() const { return version_; }

 private:
  std::string_view in_;
  std::uint32_t version_;
};

namespace detail {
template <typename T>
concept Scalar = std::is_integral_v<T>;

// Floating point has no place in stored values, and size_t's width depends on the machine.
template <Scalar T>
void save_scalar(MemoryWriter& archive, T value) {
  using U = std::make_unsigned_t<std::conditional_t<std::is_same_v<T, bool>, std::uint8_t, T>>;
  const U bits = static_cast<U>(value);
  char bytes[sizeof(U)];
  for (std::size_t i = 0; i < sizeof(U); ++i)
    bytes[i] = static_cast<char>((bits >> (8 * i)) & 0xff);
  archive.append(bytes, sizeof bytes);
}

template <Scalar T>
void load_scalar(MemoryReader& archive, T& value) {
  using U = std::make_unsigned_t<std::conditional_t<std::is_same_v<T, bool>, std::uint8_t, T>>;
  const std::string_view bytes = archive.take(sizeof(U));
  std::uint64_t bits = 0;
  for (std::size_t i = sizeof(U); i-- > 0;) {
    bits = (bits << 8) | static_cast<unsigned char>(bytes[i]);
  }
  if constexpr (std::is_same_v<T, bool>) {
    if (bits > 1) throw cereal::Exception("bool is neither 0 nor 1");
    value = bits == 1;
  } else {
    value = static_cast<T>(static_cast<U>(bits));
  }
}

inline std::uint32_t load_count(MemoryReader& archive) {
  std::uint32_t count = 0;
  load_scalar(archive, count);
  // Every element takes at least a byte: a larger count is a lie, and must not allocate.
  if (count > archive.left()) throw cereal::Exception("count exceeds the value");
  return count;
}
}  // namespace detail

// NOLINTBEGIN(readability-identifier-naming): the names that cereal looks up.
template <detail::Scalar T>
void CEREAL_SAVE_FUNCTION_NAME(MemoryWriter& archive, const T& value) {
  detail::save_scalar(archive, value);
}
template <detail::Scalar T>
void CEREAL_LOAD_FUNCTION_NAME(MemoryReader& archive, T& value) {
  detail::load_scalar(archive, value);
}
inline void CEREAL_SAVE_FUNCTION_NAME(MemoryWriter& archive, const std::string& value) {
  detail::save_scalar(archive, static_cast<std::uint32_t>(value.size()));
  archive.append(value.data(), value.size());
}
inline void CEREAL_LOAD_FUNCTION_NAME(MemoryReader& archive, std::string& value) {
  const std::uint32_t count = detail::load_count(archive);
  value = std::string(archive.take(count));
}
template <typename T>
void CEREAL_SAVE_FUNCTION_NAME(MemoryWriter& archive, const std::vector<T>& value) {
  detail::save_scalar(archive, static_cast<std::uint32_t>(value.size()));
  for (const T& element : value) archive(element);
}
template <typename T>
void CEREAL_LOAD_FUNCTION_NAME(MemoryReader& archive, std::vector<T>& value) {
  const std::uint32_t count = detail::load_count(archive);
  value.clear();
  value.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) archive(value.emplace_back());
}
template <typename T>
void CEREAL_SAVE_FUNCTION_NAME(MemoryWriter& archive, const std::optional<T>& value) {
  detail::save_scalar(archive, value.has_value());
  if (value) archive(*value);
}
template <typename T>
void CEREAL_LOAD_FUNCTION_NAME(MemoryReader& archive, std::optional<T>& value) {
  bool present = false;
  detail::load_scalar(archive, present);
  value.reset();
  if (present) archive(value.emplace());
}
// NOLINTEND(readability-identifier-naming)

template <typename T>
std::string encode(const T& value) {
  std::string bytes;
  bytes.push_back(static_cast<char>(T::kVersion));
  MemoryWriter archive(bytes, T::kVersion);
  // cereal's serialize is one function for both directions and so not const; a writer changes
  // nothing.
  const_cast<T&>(value).serialize(archive, T::kVersion);
  return bytes;
}

template <typename T>
Result<T> decode(std::string_view bytes) {
  if (bytes.empty()) return error(Code::kCorruption, "value is empty");
  const auto version = static_cast<std::uint8_t>(bytes[0]);
  if (version == 0 || version > T::kVersion) {
    return error(Code::kCorruption, "value has unknown version " + std::to_string(version) +
                                        ", this program knows up to " +
                                        std::to_string(T::kVersion));
  }
  try {
    T value;
    MemoryReader archive(bytes.substr(1), version);
    value.serialize(archive, version);
    if (archive.left() != 0) {
      return error(Code::kCorruption,
                   "value has " + std::to_string(archive.left()) + " bytes too many");
    }
    return value;
  } catch (const cereal::Exception& exception) {
    return error(Code::kCorruption, exception.what());
  }
}

}  // namespace holdfast::storage

CEREAL_REGISTER_ARCHIVE(holdfast::storage::MemoryWriter)
CEREAL_REGISTER_ARCHIVE(holdfast::storage::MemoryReader)
CEREAL_SETUP_ARCHIVE_TRAITS(holdfast::storage::MemoryReader, holdfast::storage::MemoryWriter)
