// SPDX-License-Identifier: Apache-2.0
// page_bench DIR: what it costs to judge and to render, beside the look that it follows, and beside
// prometheus-cpp's serializer on the same samples. CPU time, medians of several rounds. Exits 1
// when a goal is missed.
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/base/clock.h"
#include "collectors/base/file_system.h"
#include "collectors/certbot/certbot_collector.h"
#include "exporter/metrics_page.h"
#include "stopwatch.h"

namespace certhealth::bench {
namespace {

constexpr int kRounds = 7;
constexpr double kRenderGoal = 0.15;     // of a look with all that follows it, at most
constexpr double kSerializerGoal = 5.0;  // times as long as ours that theirs takes, at least

constexpr const char* kCold = "a cold look";
constexpr const char* kUnchanged = "a look without change";
constexpr const char* kJudge = "judging";
constexpr const char* kFirstPage = "the first page, compressed";
constexpr const char* kNextPage = "the page after no change";
constexpr const char* kText = "the text of all families";
constexpr const char* kTheirs = "prometheus-cpp's serializer";
constexpr const char* kColdWhole = "cold: look, judge, page";
constexpr const char* kUnchangedWhole = "unchanged: look, judge, page";

volatile std::size_t sink;

/// The labels of a sample of our own page, which has no comma or quote inside of a value but those
/// of names in certificates; these are of no matter here.
prometheus::ClientMetric ToMetric(std::string_view line) {
  prometheus::ClientMetric metric;
  const std::size_t space = line.rfind(' ');
  metric.gauge.value = std::stod(std::string(line.substr(space + 1)));
  const std::size_t open = line.find('{');
  if (open > space) return metric;
  std::string_view labels = line.substr(open + 1, line.rfind('}') - open - 1);
  while (!labels.empty()) {
    const std::size_t equals = labels.find("=\"");
    const std::size_t end = labels.find('"', equals + 2);
    metric.label.push_back({std::string(labels.substr(0, equals)),
                            std::string(labels.substr(equals + 2, end - equals - 2))});
    labels.remove_prefix(std::min(labels.size(), end + 2));
  }
  return metric;
}

/// The families of a page as prometheus-cpp holds them.
std::vector<prometheus::MetricFamily> ToFamilies(const MetricsInput& input) {
  std::vector<prometheus::MetricFamily> families;
  for (const MetricKind& kind : Metrics()) {
    const std::string text = RenderFamily(kind, input);
    if (text.empty()) continue;
    prometheus::MetricFamily family{
        std::string(kind.name), std::string(kind.help), prometheus::MetricType::Gauge, {}};
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      if (!line.starts_with('#')) family.metric.push_back(ToMetric(line));
      rest.remove_prefix(line.size() + 1);
    }
    families.push_back(std::move(family));
  }
  return families;
}

std::size_t TextBytes(const MetricsInput& input) {
  std::size_t bytes = 0;
  for (const MetricKind& kind : Metrics()) bytes += RenderFamily(kind, input).size();
  return bytes;
}

void MeasureRound(Stopwatch& stopwatch, CertbotCollector& collector) {
  const SystemClock clock;
  Snapshot seen;
  stopwatch.Measure(
      kCold, [&] { seen.runs = {std::make_shared<const CollectorRun>(collector.Look({}))}; });
  const auto first = std::make_shared<const Snapshot>(seen);
  Report report;
  stopwatch.Measure(kJudge, [&] { report = Evaluate(first, {}, clock.Now()); });
  std::shared_ptr<const MetricsPage> page;
  stopwatch.Measure(kFirstPage,
                    [&] { page = MetricsPage::Render(report, DnsNameSeries::kNo, nullptr); });
  stopwatch.Add(kColdWhole,
                stopwatch.Last(kCold) + stopwatch.Last(kJudge) + stopwatch.Last(kFirstPage));

  stopwatch.Measure(kUnchanged, [&] { sink = collector.Look({}).bundles.size(); });
  report = Evaluate(first, {}, clock.Now() + std::chrono::minutes{1});
  stopwatch.Measure(kNextPage,
                    [&] { page = MetricsPage::Render(report, DnsNameSeries::kNo, page.get()); });
  stopwatch.Add(kUnchangedWhole,
                stopwatch.Last(kUnchanged) + stopwatch.Last(kJudge) + stopwatch.Last(kNextPage));

  const MetricsInput input = MakeMetricsInput(report, DnsNameSeries::kNo);
  stopwatch.Measure(kText, [&] { sink = TextBytes(input); });
  const auto families = ToFamilies(input);
  stopwatch.Measure(kTheirs,
                    [&] { sink = prometheus::TextSerializer().Serialize(families).size(); });
}

bool Tell(const Stopwatch& stopwatch) {
  for (const char* name : {kCold, kUnchanged, kJudge, kFirstPage, kNextPage, kText, kTheirs}) {
    std::printf("  %-40s %9.2f ms\n", name, stopwatch.Typical(name) / 1e3);
  }
  std::printf("ratios\n");
  bool met = TellGoal("first page / cold look and all", stopwatch.Ratio(kFirstPage, kColdWhole),
                      Bound::kAtMost, kRenderGoal);
  met &= TellGoal("next page / unchanged look and all", stopwatch.Ratio(kNextPage, kUnchangedWhole),
                  Bound::kAtMost, kRenderGoal);
  met &= TellGoal("prometheus-cpp's serializer / our text", stopwatch.Ratio(kTheirs, kText),
                  Bound::kAtLeast, kSerializerGoal);
  return met;
}

bool Run(const std::string& root) {
  const auto files = MakePosixFileSystem("/");
  const SystemClock clock;
  Stopwatch stopwatch;
  for (int round = 0; round < kRounds; ++round) {
    CertificateReader certificates;
    CertbotCollector collector({*files, clock, certificates, [](std::chrono::milliseconds) {}},
                               {{{root + "/etc/letsencrypt", root + "/var/log/letsencrypt"}},
                                std::nullopt,
                                ReadKeys::kNo});
    MeasureRound(stopwatch, collector);
    stopwatch.EndRound();
  }
  return Tell(stopwatch);
}

}  // namespace
}  // namespace certhealth::bench

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: page_bench DIR\n");
    return 2;
  }
  return certhealth::bench::Run(std::filesystem::absolute(argv[1])) ? 0 : 1;
}
