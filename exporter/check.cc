// SPDX-License-Identifier: Apache-2.0
#include "exporter/check.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <iostream>
#include <mutex>
#include <optional>
#include <thread>

#include "collectors/all.h"
#include "exporter/check_table.h"
#include "exporter/json_report.h"
#include "exporter/metrics.h"
#include "exporter/nearest_word.h"
#include "exporter/self_metrics.h"
#include "exporter/text_file.h"
#include "exporter/watch.h"

namespace certhealth {
namespace {

constexpr int kCouldNotLook = 3;
constexpr std::chrono::seconds kPatienceOfPeople{1};

/// Says on a terminal that a look is under way, once it takes long.
class Progress {
 public:
  Progress() {
    if (isatty(STDERR_FILENO) == 1) thread_ = std::thread([this] { Tell(); });
  }
  ~Progress() {
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

 private:
  void Tell() {
    std::unique_lock lock(mutex_);
    int seconds = 0;
    while (!changed_.wait_for(lock, kPatienceOfPeople, [this] { return done_; })) {
      std::fprintf(stderr, "\rlooking, %d s ", ++seconds);
    }
    if (seconds > 0) std::fprintf(stderr, "\r\033[K");
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;
  std::thread thread_;
};

std::shared_ptr<const Snapshot> LookOnce(const Config& config, const Clock& clock) {
  const Progress progress;
  const auto files = MakePosixFileSystem(config.root);
  CertificateReader certificates;
  const auto pause = [](std::chrono::milliseconds span) { std::this_thread::sleep_for(span); };
  auto snapshot = std::make_shared<Snapshot>();
  const std::vector<CollectorAtWork> collectors = MakeCollectors(
      SetupOf(config, {*files, clock, certificates, pause, Ipv6OnlyLookAt(config.root),
                       MountLookAt(config.root), TimeZoneSettingFor(config.root)}));
  // The table has the collectors of the second turn last.
  for (const CollectorAtWork& at_work : collectors) {
    snapshot->runs.push_back(
        std::make_shared<const CollectorRun>(at_work.collector->Look(*snapshot)));
  }
  return snapshot;
}

/// The name among `wanted` that no certificate has, as a message; nothing when all exist.
std::optional<std::string> UnknownName(const Report& report,
                                       const std::vector<std::string>& wanted) {
  std::vector<std::string_view> names;
  for (const Verdict& verdict : report.verdicts) names.push_back(verdict.bundle->name);
  for (const std::string& name : wanted) {
    if (std::ranges::find(names, name) != names.end()) continue;
    const auto nearest = NearestWord(name, names);
    return "there is no certificate named '" + name + "'" +
           (nearest.has_value() ? ", did you mean '" + std::string(*nearest) + "'?"
                                : std::string());
  }
  return std::nullopt;
}

Report OnlyNamed(Report report, const std::vector<std::string>& wanted) {
  if (wanted.empty()) return report;
  std::erase_if(report.verdicts, [&](const Verdict& verdict) {
    return std::ranges::find(wanted, verdict.bundle->name) == wanted.end();
  });
  report.clients.clear();  // what was asked for is these alone
  report.problems = {};
  report.worst = Severity::kInfo;
  for (const Verdict& verdict : report.verdicts) {
    report.worst = std::max(report.worst, verdict.worst());
    for (const ActiveProblem& problem : verdict.problems) {
      ++report.problems[static_cast<std::size_t>(problem.severity)];
    }
  }
  return report;
}

/// The page as node_exporter's textfile collector may have it: nothing about this process, which is
/// gone by then.
std::string ToText(const Report& report, const Config& config) {
  const MetricsInput input =
      MakeMetricsInput(report, config.metrics_dns_names ? DnsNameSeries::kYes : DnsNameSeries::kNo);
  std::string text;
  for (const MetricKind& kind : Metrics()) text += RenderFamily(kind, input);
  return text + RenderBuildInfo(GetBuildInfo());
}

TableOptions TableOptionsFor(const Config& config) {
  TableOptions options;
  const bool terminal = isatty(STDOUT_FILENO) == 1;
  const bool color = config.color == Color::kAlways || (config.color == Color::kAuto && terminal);
  options.colour = color ? TableColour::kAnsi : TableColour::kNone;
  winsize size{};
  if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    options.width = size.ws_col;
  return options;
}

std::string Render(const Report& report, const Config& config) {
  switch (config.format) {
    case CheckFormat::kTable:
      return ToTable(report, TableOptionsFor(config));
    case CheckFormat::kJson:
      return ToJson(report, GetBuildInfo().version) + "\n";
    case CheckFormat::kPrometheus:
      return ToText(report, config);
    case CheckFormat::kOpenMetrics:
      break;
  }
  return ToText(report, config) + "# EOF\n";
}

int ExitCode(const Report& report) {
  const bool looked = std::ranges::all_of(report.snapshot->runs,
                                          [](const auto& run) { return run->failures.empty(); });
  // What is certain stays certain, whatever else could not be seen.
  if (!looked && report.worst != Severity::kCritical) return kCouldNotLook;
  return static_cast<int>(report.worst);
}

}  // namespace

int Check(const Config& config, const Clock& clock) {
  const auto snapshot = LookOnce(config, clock);
  Report report = Evaluate(snapshot, PolicyOf(config), config.at.value_or(clock.Now()));
  if (const auto mistake = UnknownName(report, config.names)) {
    std::cerr << *mistake << "\n";
    return kCouldNotLook;
  }
  report = OnlyNamed(std::move(report), config.names);
  if (!config.textfile_path.empty()) {
    if (const auto failure = WriteAtomically(config.textfile_path, ToText(report, config))) {
      std::cerr << failure->detail << "\n";
      return kCouldNotLook;
    }
  }
  std::cout << Render(report, config) << std::flush;
  if (!std::cout) {
    std::cerr << "cannot write to standard output\n";
    return kCouldNotLook;
  }
  return ExitCode(report);
}

}  // namespace certhealth
