#include "storage/paced_file.h"

#include <chrono>

#include "storage/pacing.h"

namespace holdfast::storage {

Result<PacedFile> PacedFile::create(const std::string& path) {
  return PacedFile(TRY(real_file_system().open(path, OpenMode::kCreateFresh)));
}

Result<void> PacedFile::append(std::string_view bytes) {
  constexpr std::uint64_t kPiece = 1u << 20;
  TRY(file_->write_at(sum_.bytes(), bytes));
  sum_.add(bytes);
  const std::uint64_t unsent = sum_.bytes() - sent_;
  if (unsent < kPiece || !takes_turns()) return {};
  const auto begun = std::chrono::steady_clock::now();
  TRY(file_->write_out(sent_, unsent));
  sent_ = sum_.bytes();
  rest_after(std::chrono::steady_clock::now() - begun);
  return {};
}

}  // namespace holdfast::storage
