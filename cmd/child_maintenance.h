// ChildMaintenance: maintenance done by a child process, this same program with other words.
//
// LMDB wants one environment a process, and what reads a damaged base may die of it; so nothing of
// this is done where clients are served. The child is started from /proc/self/exe, which is this
// program even when its file has been replaced since.
//
// Thread: the loop's; a thread of its own waits for the child.

#pragma once

#include <sys/types.h>

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/maintenance.h"

namespace holdfast::cmd {

class ChildMaintenance final : public engine::Maintenance {
 public:
  explicit ChildMaintenance(std::string data) : data_(std::move(data)) {}
  // Ends the child that runs, and calls nobody any more.
  ~ChildMaintenance() override;
  ChildMaintenance(const ChildMaintenance&) = delete;
  ChildMaintenance& operator=(const ChildMaintenance&) = delete;

  engine::Result<void> back_up(const std::string& path, engine::Seq at_least,
                               Done<engine::BackupDone> done) override;
  engine::Result<void> check(bool full, engine::Seq at_least,
                             Done<engine::CheckDone> done) override;
  std::optional<engine::MaintenanceProgress> progress() const override;

  // How a child ended: a status of waitpid, and what it said, the first lines and the last one.
  struct Ended {
    int status = 0;
    std::vector<std::string> lines;
  };

 private:
  struct Child {
    pid_t pid = -1;
    int output = -1;  // what it writes, line by line
  };

  static engine::Result<Child> spawn(std::vector<std::string> words);
  // Runs this program with `words` as `work`; `end` is called on another thread.
  engine::Result<void> start(const std::string& work, std::vector<std::string> words,
                             std::function<void(const Ended&)> end);
  Ended attend(const Child& child);
  void say(const std::string& stage);

  const std::string data_;
  mutable std::mutex mutex_;
  std::optional<engine::MaintenanceProgress> running_;  // under mutex_
  pid_t child_ = -1;                                    // under mutex_: not waited for yet
  bool ending_ = false;                                 // under mutex_
  std::thread thread_;
};

}  // namespace holdfast::cmd
