// SPDX-License-Identifier: Apache-2.0
#include "exporter/self_metrics.h"

#include <utility>

#include "exporter/metrics.h"
#include "exporter/sample_text.h"

namespace certhealth {
namespace {

std::string Gauge(std::string_view name, std::string_view help, double value) {
  SampleText samples(name, FamilyHeader(name, "gauge", help));
  samples.Add({}, value);
  return std::move(samples).TakeText();
}

template <typename Number>
std::string GaugeIfKnown(std::string_view name, std::string_view help,
                         const std::optional<Number>& value) {
  return value ? Gauge(name, help, static_cast<double>(*value)) : std::string();
}

std::string CpuSeconds(const std::optional<double>& seconds, PageFormat format) {
  if (!seconds) return {};
  constexpr std::string_view kName = "process_cpu_seconds_total";
  // OpenMetrics names a counter's family without the suffix of its sample.
  const std::string_view family =
      format == PageFormat::kOpenMetrics
          ? kName.substr(0, kName.size() - std::string_view("_total").size())
          : kName;
  SampleText samples(kName, FamilyHeader(family, "counter", "User and system CPU time spent."));
  samples.Add({}, *seconds);
  return std::move(samples).TakeText();
}

}  // namespace

std::string RenderBuildInfo(const BuildInfo& build) {
  constexpr std::string_view kName = "certhealth_exporter_build_info";
  SampleText samples(kName, FamilyHeader(kName, "gauge", "What the exporter was built from."));
  samples.Add({},
              {{"version", build.version},
               {"revision", build.revision},
               {"branch", build.branch},
               {"compiler", build.compiler}},
              1);
  return std::move(samples).TakeText();
}

std::string RenderSelf(const BuildInfo& build, const std::optional<ConfigStatus>& config,
                       const ProcessUsage& usage, PageFormat format) {
  std::string text = RenderBuildInfo(build);
  if (config) {
    text += Gauge("certhealth_config_last_reload_successful",
                  "Whether the configuration file could be read when it was last tried.",
                  config->last_reload_successful ? 1 : 0);
    text += Gauge("certhealth_config_last_reload_success_timestamp_seconds",
                  "When the configuration in force was read.",
                  static_cast<double>(config->last_success.time_since_epoch().count()));
  }
  text += CpuSeconds(usage.cpu_seconds, format);
  text +=
      GaugeIfKnown("process_start_time_seconds", "When the process started.", usage.start_seconds);
  text += GaugeIfKnown("process_resident_memory_bytes", "Resident memory.", usage.resident_bytes);
  text += GaugeIfKnown("process_virtual_memory_bytes", "Virtual memory.", usage.virtual_bytes);
  text += GaugeIfKnown("process_open_fds", "Open file descriptors.", usage.open_files);
  text += GaugeIfKnown("process_max_fds", "Limit of open file descriptors.", usage.max_open_files);
  text += GaugeIfKnown("process_threads", "Threads.", usage.threads);
  if (format == PageFormat::kOpenMetrics) text += "# EOF\n";
  return text;
}

}  // namespace certhealth
