// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/report.h"
#include "exporter/sample_text.h"

namespace certhealth {

/// Whether each DNS name gets a series of its own (--metrics.dns-names).
enum class DnsNameSeries { kNo, kYes };

/// What the metrics are rendered from: the Report, and what is the same in many samples.
struct MetricsInput {
  const Report& report;
  std::vector<std::string> labels;  // of report.verdicts, one for one: source="...",name="..."
  DnsNameSeries dns_names = DnsNameSeries::kNo;
};

/// One row of the table of metrics: a family. All are gauges.
struct MetricKind {
  std::string_view name;
  std::string_view labels;  // beyond source and name; for the documents
  std::string_view
      help;  // one line, without quotes and backslashes, which the two formats escape differently
  void (*write)(const MetricsInput&, SampleText&);
};

/// The table, in the order of the page.
std::span<const MetricKind> Metrics();

MetricsInput MakeMetricsInput(const Report& report, DnsNameSeries dns_names);

/// The text of one family with HELP and TYPE; empty when it has no sample. Pure.
std::string RenderFamily(const MetricKind& kind, const MetricsInput& input);

/// HELP and TYPE lines of a family.
std::string FamilyHeader(std::string_view name, std::string_view type, std::string_view help);

}  // namespace certhealth
