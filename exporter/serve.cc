// SPDX-License-Identifier: Apache-2.0
#include "exporter/serve.h"

#include <csignal>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "exporter/http_server.h"
#include "exporter/routes.h"
#include "exporter/watch.h"

namespace certhealth {
namespace {

/// How long a new configuration may take for its first looks before it replaces the old one.
constexpr std::chrono::seconds kFirstLooks{10};
constexpr int kCouldNotStart = 3;

/// The configuration in force, and its replacement. Thread-safe.
class Service {
 public:
  Service(const Config& config, ReadConfig read_config, const Clock& clock, const Log& log)
      : read_config_(std::move(read_config)),
        clock_(clock),
        log_(log),
        has_file_(!config.config_file.empty()),
        watch_(std::make_shared<Watch>(config, clock, log)),
        config_status_{true, clock.Now()} {}

  std::shared_ptr<Watch> watch() const {
    const std::lock_guard lock(mutex_);
    return watch_;
  }

  std::optional<ConfigStatus> config_status() const {
    const std::lock_guard lock(mutex_);
    return has_file_ ? std::optional(config_status_) : std::nullopt;
  }

  /// What is wrong with the configuration, in which case the old one goes on; nothing when the new
  /// one is in force.
  std::optional<std::string> Reload() {
    const std::lock_guard reloading(reloading_);
    const Result<Config> config = read_config_();
    if (!config) {
      log_.Error("the configuration could not be read, the old one goes on",
                 {{"error", config.error().detail}});
      const std::lock_guard lock(mutex_);
      config_status_.last_reload_successful = false;
      return config.error().detail;
    }
    // The old one is served until the new one has something to say.
    auto next = std::make_shared<Watch>(*config, clock_, log_);
    next->WaitForFirstLooks(kFirstLooks);
    {
      const std::lock_guard lock(mutex_);
      std::swap(watch_, next);
      config_status_ = {true, clock_.Now()};
    }
    log_.Info("configuration reloaded");
    return std::nullopt;  // `next`, the old one now, ends here, or with the last request that uses
                          // it
  }

 private:
  const ReadConfig read_config_;
  const Clock& clock_;
  const Log& log_;
  const bool has_file_;
  std::mutex reloading_;      // one reload at a time
  mutable std::mutex mutex_;  // guards what follows
  std::shared_ptr<Watch> watch_;
  ConfigStatus config_status_;
};

sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

}  // namespace

int Serve(const Config& config, const ReadConfig& read_config, const Clock& clock, const Log& log) {
  const sigset_t signals = BlockSignals();  // before any thread starts, so that all inherit it
  Service service(config, read_config, clock, log);

  RouteContext context;
  context.telemetry_path = config.telemetry_path;
  context.board = [&service] {
    const std::shared_ptr<Watch> watch = service.watch();
    return std::shared_ptr<const Board>(watch, &watch->board());  // keeps the whole watch
  };
  context.config_status = [&service] { return service.config_status(); };
  if (config.enable_lifecycle) context.reload = [&service] { return service.Reload(); };
  context.build = GetBuildInfo();

  HttpOptions options;
  options.listen_addresses = config.listen_addresses;
  const auto server =
      HttpServer::Start(std::move(options), [&context, &log](const HttpRequest& request) {
        try {
          return Respond(context, request);
        } catch (const std::exception& error) {
          log.Error("a request could not be answered", {{"error", error.what()}});
          throw;  // the client gets a 500
        }
      });
  if (!server) {
    log.Error("cannot start", {{"error", server.error().detail}});
    return kCouldNotStart;
  }
  for (const ListenAddress& address : (*server)->addresses()) {
    log.Info("listening", {{"address", ToString(address)}});
  }

  while (true) {
    int signal = 0;
    if (sigwait(&signals, &signal) != 0) continue;
    if (signal == SIGHUP) {
      service.Reload();
    } else {
      log.Info("stopping", {{"signal", std::to_string(signal)}});
      return 0;
    }
  }
}

}  // namespace certhealth
