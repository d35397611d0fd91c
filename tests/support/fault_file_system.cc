#include "tests/support/fault_file_system.h"

#include <cerrno>
#include <utility>

#include "tests/support/memory_file_system.h"

namespace holdfast::test {

using storage::Code;
using storage::errno_status;
using storage::error;
using storage::OpenMode;
using storage::Result;

namespace {

std::unexpected<storage::Status> failed(const std::string& path, int error_number) {
  return std::unexpected(errno_status("injected fault: " + path, error_number));
}

}  // namespace

class FaultFile : public storage::File {
 public:
  FaultFile(FaultFileSystem& system, std::unique_ptr<storage::File> below, std::string path)
      : system_(system), below_(std::move(below)), path_(std::move(path)) {}

  Result<void> write_at(std::uint64_t offset, std::string_view data) override {
    using Verdict = FaultFileSystem::Verdict;
    const std::uint64_t end = TRY(below_->size());
    const Verdict verdict =
        system_.judge({Operation::kWrite, path_, offset, data.size(), offset + data.size() > end});
    if (verdict == Verdict::kPass) return below_->write_at(offset, data);
    if (verdict == Verdict::kNoSpace) return failed(path_, ENOSPC);
    if (verdict == Verdict::kCrashNow) TRY(below_->write_at(offset, data));
    if (verdict == Verdict::kShort) {
      TRY(below_->write_at(offset, data.substr(0, data.size() / 2)));
      return error(Code::kIo, "write " + path_ + ": only half of the bytes were written");
    }
    return failed(path_, EIO);
  }

  Result<std::string> read_at(std::uint64_t offset, std::size_t size) override {
    TRY(system_.still_on());
    return below_->read_at(offset, size);
  }

  Result<void> sync_data() override { return sync_with(&storage::File::sync_data); }
  Result<void> sync() override { return sync_with(&storage::File::sync); }

  Result<void> truncate(std::uint64_t size) override {
    return system_.change({Operation::kTruncate, path_, 0, size},
                          [&] { return below_->truncate(size); });
  }

  Result<std::uint64_t> size() override {
    TRY(system_.still_on());
    return below_->size();
  }
  Result<void> write_out(std::uint64_t offset, std::uint64_t bytes) override {
    TRY(system_.still_on());
    return below_->write_out(offset, bytes);
  }

 private:
  Result<void> sync_with(Result<void> (storage::File::*call)()) {
    using Verdict = FaultFileSystem::Verdict;
    const Verdict verdict = system_.judge({Operation::kSync, path_, 0, 0});
    if (verdict == Verdict::kPass) return (below_.get()->*call)();
    // A crash in a sync leaves everything as unsynced as it was; a failed one forgets it.
    if (verdict != Verdict::kCrashNow && verdict != Verdict::kOff) lose_unsynced(*below_);
    return failed(path_, verdict == Verdict::kNoSpace ? ENOSPC : EIO);
  }

  FaultFileSystem& system_;
  const std::unique_ptr<storage::File> below_;
  const std::string path_;
};

void FaultFileSystem::fail(Fault fault) {
  const std::scoped_lock lock(mutex_);
  faults_.push_back(std::move(fault));
}

void FaultFileSystem::clear_faults() {
  const std::scoped_lock lock(mutex_);
  faults_.clear();
}

void FaultFileSystem::crash_at(std::uint64_t nth) {
  const std::scoped_lock lock(mutex_);
  crash_at_ = events_.size() + nth;
}

bool FaultFileSystem::crashed() const {
  const std::scoped_lock lock(mutex_);
  return crashed_;
}

std::uint64_t FaultFileSystem::operations() const {
  const std::scoped_lock lock(mutex_);
  return events_.size();
}

std::vector<OperationEvent> FaultFileSystem::events() const {
  const std::scoped_lock lock(mutex_);
  return events_;
}

void FaultFileSystem::on_operation(std::function<void(const OperationEvent&)> observe) {
  const std::scoped_lock lock(mutex_);
  observe_ = std::move(observe);
}

FaultFileSystem::Verdict FaultFileSystem::judge(const OperationEvent& event) {
  std::function<void(const OperationEvent&)> observe;
  {
    const std::scoped_lock lock(mutex_);
    observe = observe_;
  }
  if (observe) observe(event);
  const std::scoped_lock lock(mutex_);
  if (crashed_) return Verdict::kOff;
  events_.push_back(event);
  if (events_.size() == crash_at_) {
    crashed_ = true;
    return Verdict::kCrashNow;
  }
  std::optional<Fault::Kind> hit;
  for (Fault& fault : faults_) {
    const bool fits = (!fault.operation || *fault.operation == event.operation) &&
                      event.path.find(fault.path_contains) != std::string::npos &&
                      event.path.ends_with(fault.path_ends) && (!fault.growing || event.grows);
    if (!fits || fault.nth == 0) continue;  // 0: it has happened
    if (fault.nth > 1) {
      --fault.nth;
      continue;
    }
    hit = fault.kind;
    if (!fault.from_then_on) fault.nth = 0;
  }
  if (!hit) return Verdict::kPass;
  switch (*hit) {
    case Fault::Kind::kNoSpace:
      return Verdict::kNoSpace;
    case Fault::Kind::kShortWrite:
      return Verdict::kShort;
    case Fault::Kind::kError:
      return Verdict::kFail;
  }
  return Verdict::kFail;
}

Result<void> FaultFileSystem::change(const OperationEvent& event,
                                     const std::function<Result<void>()>& act) {
  const Verdict verdict = judge(event);
  if (verdict == Verdict::kPass) return act();
  if (verdict == Verdict::kCrashNow) TRY(act());
  return failed(event.path, verdict == Verdict::kNoSpace ? ENOSPC : EIO);
}

Result<void> FaultFileSystem::still_on() const {
  const std::scoped_lock lock(mutex_);
  if (crashed_) return error(Code::kIo, "the machine is off");
  return {};
}

Result<std::unique_ptr<storage::File>> FaultFileSystem::open(const std::string& path,
                                                             OpenMode mode) {
  TRY(still_on());
  const bool present = TRY(below_.exists(path));
  const bool creates = !present && (mode == OpenMode::kCreate || mode == OpenMode::kCreateFresh);
  if (!creates) {
    std::unique_ptr<storage::File> file = TRY(below_.open(path, mode));
    return std::make_unique<FaultFile>(*this, std::move(file), path);
  }
  std::unique_ptr<storage::File> file;
  const auto create = [&]() -> Result<void> {
    file = TRY(below_.open(path, mode));
    return {};
  };
  TRY(change({Operation::kCreate, path, 0, 0, true}, create));
  return std::make_unique<FaultFile>(*this, std::move(file), path);
}

Result<std::vector<std::string>> FaultFileSystem::list(const std::string& directory) {
  TRY(still_on());
  return below_.list(directory);
}

Result<void> FaultFileSystem::make_directory(const std::string& path) {
  TRY(still_on());
  return below_.make_directory(path);
}

Result<void> FaultFileSystem::rename(const std::string& from, const std::string& to) {
  return change({Operation::kRename, to, 0, 0}, [&] { return below_.rename(from, to); });
}

Result<void> FaultFileSystem::remove(const std::string& path) {
  return change({Operation::kRemove, path, 0, 0}, [&] { return below_.remove(path); });
}

Result<void> FaultFileSystem::sync_directory(const std::string& path) {
  const Verdict verdict = judge({Operation::kSyncDirectory, path, 0, 0});
  if (verdict == Verdict::kPass) return below_.sync_directory(path);
  return failed(path, verdict == Verdict::kNoSpace ? ENOSPC : EIO);
}

Result<bool> FaultFileSystem::exists(const std::string& path) {
  TRY(still_on());
  return below_.exists(path);
}

Result<std::uint64_t> FaultFileSystem::free_bytes(const std::string& path) {
  TRY(still_on());
  return below_.free_bytes(path);
}

}  // namespace holdfast::test
