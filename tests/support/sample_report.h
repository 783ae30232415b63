// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/report.h"

namespace certhealth {

/// A machine made by hand, judged on 2026-10-01 at 12:00 UTC: two stories of the documents and the
/// other ways in which a certificate can stand, eleven in all. One look failed in part.
Report SampleReport();

/// `count` healthy lineages, host-0001.example.org and on, and nothing else.
Report HealthyReport(std::size_t count);

/// What is left when nothing was found by the one collector, certbot's.
Report EmptyReport();

/// A verdict on a lineage or file of this name, with a certificate of 90 days of which `days_left`
/// are left.
Verdict SampleVerdict(Source source, std::string name, int days_left);

/// Adds a problem of the table, at its worst severity unless told.
void AddProblem(Verdict& verdict, std::string_view id, std::string detail);
void AddProblem(Verdict& verdict, std::string_view id, std::string detail, Severity severity);

/// The Report of these verdicts, counted and sorted as Evaluate does, with a run for each source.
Report ReportOf(std::vector<Verdict> verdicts);

}  // namespace certhealth
