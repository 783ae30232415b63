// SPDX-License-Identifier: Apache-2.0
#include "exporter/watch.h"

#include <malloc.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "collectors/all.h"
#include "collectors/endpoint/tls_prober.h"

namespace certhealth {
namespace {

/// Of /probe at once: half of the web front's workers stay for everything else.
constexpr std::size_t kMostProbesForPeers = 192;

}  // namespace

Watch::Watch(const Config& config, const Clock& clock, const Log& log)
    : clock_(clock), log_(log), files_(MakePosixFileSystem(config.root)) {
  // The end of the program waits for no collector's pause.
  const auto pause = [this](std::chrono::milliseconds span) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, span, [this] { return stopping_; });
  };
  const CollectorSetup setup =
      SetupOf(config, {*files_, clock_, certificates_, pause, Ipv6OnlyLookAt(config.root),
                       MountLookAt(config.root), TimeZoneSettingFor(config.root)});
  collectors_ = MakeCollectors(setup);
  probes_ = std::make_unique<ProbeDesk>(config.probe_modules, config.probe_timeout,
                                        std::min(config.probe_concurrency, kMostProbesForPeers),
                                        setup.prober, PolicyOf(config), clock_);
  std::vector<std::string_view> names;
  for (const CollectorAtWork& at_work : collectors_) {
    names.push_back(at_work.kind->name);
    if (at_work.kind->turn == Turn::kFirst) ++first_turn_left_;
  }
  board_ = std::make_unique<Board>(
      std::move(names), PolicyOf(config),
      config.metrics_dns_names ? DnsNameSeries::kYes : DnsNameSeries::kNo, clock_, log_);
  for (const CollectorAtWork& at_work : collectors_) {
    threads_.emplace_back([this, &at_work] { LookAgainAndAgain(at_work); });
  }
}

Watch::~Watch() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Watch::WaitForFirstLooks(std::chrono::milliseconds longest) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, longest, [this] { return stopping_ || board_->Latest()->complete; });
}

bool Watch::AwaitTurn(Turn turn) {
  std::unique_lock lock(mutex_);
  changed_.wait(
      lock, [this, turn] { return stopping_ || turn == Turn::kFirst || first_turn_left_ == 0; });
  return !stopping_;
}

void Watch::LookAgainAndAgain(const CollectorAtWork& at_work) {
  if (!AwaitTurn(at_work.kind->turn)) return;
  for (bool is_first = true;; is_first = false) {
    CollectorRun run = LookOnce(*at_work.collector);
    log_.Debug("looked", {{"collector", std::string(at_work.kind->name)},
                          {"bundles", std::to_string(run.bundles.size())},
                          {"seconds", std::to_string(run.took.count())}});
    board_->Publish(std::move(run));
    // What judging and rendering took is not needed until the next look.
    malloc_trim(0);
    std::unique_lock lock(mutex_);
    if (is_first && at_work.kind->turn == Turn::kFirst) --first_turn_left_;
    changed_.notify_all();
    if (changed_.wait_for(lock, at_work.interval, [this] { return stopping_; })) return;
  }
}

CollectorRun Watch::LookOnce(Collector& collector) {
  try {
    return collector.Look(*board_->Latest()->snapshot);
  } catch (const std::exception&
               error) {  // a library's, or no memory: this look is lost, not the program
    log_.Error("a look failed",
               {{"collector", std::string(collector.name())}, {"error", error.what()}});
    CollectorRun run;
    run.collector = collector.name();
    run.finished = clock_.Now();
    run.failures.push_back({Reason::kReadFailed, error.what()});
    return run;
  }
}

std::shared_ptr<Prober> MakeProber(const Config& config, const Surroundings& surroundings) {
  ProberOptions options;
  options.max_in_flight = config.probe_concurrency;
  return MakeTlsProber(surroundings.files, surroundings.clock, surroundings.certificates, options);
}

EndpointOptions EndpointOptionsOf(const Config& config) {
  EndpointOptions options;
  options.watched = config.endpoints;
  for (WatchedEndpoint& watched : options.watched)
    watched.order.deadlines = DeadlinesWithin(watched.timeout.value_or(config.probe_timeout));
  options.local = config.endpoints_local ? LocalEndpoints::kYes : LocalEndpoints::kNo;
  options.local_ports = config.local_ports;
  options.deadlines = DeadlinesWithin(config.probe_timeout);
  options.interval = config.interval_endpoints;
  options.looks = config.command == Command::kServe ? Looks::kMany : Looks::kOne;
  return options;
}

namespace {

PreflightOptions PreflightOf(const Config& config) {
  PreflightOptions options;
  options.checks = config.preflight;
  options.timeout = config.preflight_timeout;
  options.interval = config.interval_preflight;
  options.addresses = config.preflight_addresses;
  options.resolver = config.preflight_resolver;
  options.http_port = config.preflight_http_port;
  options.keys = config.verify_keys ? ReadKeys::kYes : ReadKeys::kNo;
  options.root = config.root;
  return options;
}

}  // namespace

CollectorSetup SetupOf(const Config& config, const Surroundings& surroundings) {
  return {surroundings,
          {config.certbot, config.certbot_logs_dir,
           config.verify_keys ? ReadKeys::kYes : ReadKeys::kNo, config.state_dir},
          config.files,
          config.interval_files,
          EndpointOptionsOf(config),
          OwnListeners(surroundings.files, config.root),
          MakeProber(config, surroundings),
          PreflightOf(config),
          config.interval_preflight};
}

Policy PolicyOf(const Config& config) { return {config.ignored_problems}; }

}  // namespace certhealth
