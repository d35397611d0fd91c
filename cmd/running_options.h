// RunningOptions: the options of the daemon while it serves: SIGHUP reads them again, CONFIG shows
// and sets them.
//
// Loop thread.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cmd/options.h"
#include "engine/configuration.h"
#include "engine/engine.h"
#include "net/server.h"
#include "net/tls.h"

namespace holdfast::cmd {

// Level and format of the log as these options say.
void apply_log_options(const DaemonOptions& options);

class RunningOptions : public engine::Configuration {
 public:
  // `running` is kept as it is in force. All outlive this.
  RunningOptions(DaemonOptions& running, const std::vector<std::string>& arguments,
                 engine::Engine& engine)
      : running_(running), arguments_(arguments), engine_(engine) {}

  // `tls`: nothing when no certificate was configured at the start.
  void serve(net::Server& server, net::TlsServer* tls) {
    server_ = &server;
    tls_ = tls;
  }

  // Reads everything again, applies what can be applied, says what cannot.
  void reload();

  std::vector<Setting> settings() const override;
  Result<void> set(std::string_view name, std::string_view value) override;

 private:
  void apply(const DaemonOptions& loaded);
  void reload_certificate();
  Result<void> take_certificate(const DaemonOptions& changed);

  DaemonOptions& running_;
  const std::vector<std::string>& arguments_;
  engine::Engine& engine_;
  net::Server* server_ = nullptr;
  net::TlsServer* tls_ = nullptr;
};

}  // namespace holdfast::cmd
