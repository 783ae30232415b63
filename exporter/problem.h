// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "collectors/bundle.h"
#include "collectors/certbot/lineage.h"
#include "collectors/certbot/machine.h"
#include "collectors/preflight/preflight.h"
#include "exporter/client.h"
#include "exporter/name_sets.h"
#include "exporter/renewal_plan.h"
#include "exporter/served.h"

namespace certhealth {

/// How bad a problem is. Values are the exit codes of `check`.
enum class Severity {
  kInfo = 0,      // worth knowing, nothing to do
  kWarning = 1,   // a risk: it may
  kCritical = 2,  // certain: the certificate is bad, or the next renewal will fail
};

std::string_view NameOf(Severity severity);

/// What a problem is about; the groups of the documents and of the status page.
enum class ProblemGroup { kCertificate, kLineage, kNextRenewal, kRenewing, kServed };

std::string_view TitleOf(ProblemGroup group);

/// The group in the JSON report: "next_renewal".
std::string_view NameOf(ProblemGroup group);

/// Whether the next renewal is known to fail because of a problem.
enum class NextRenewal { kMayWork, kFails };

/// A problem that is there. `detail` is for a person: what is wrong with this one, in one or two
/// sentences.
struct Finding {
  Severity severity = Severity::kWarning;
  NextRenewal next_renewal = NextRenewal::kMayWork;
  std::string detail;
  /// What to do about this one, before what the table advises about all of its kind; often empty.
  /// Written as ProblemKind::advice is; static storage.
  std::string_view remedy = {};
};

/// Everything that judging one Bundle may look at.
struct Case {
  const Bundle& bundle;
  const Certificate* leaf;        // of the chain; null when nothing could be read
  const Lineage* lineage;         // null unless certbot looks after it
  const CertbotMachine* machine;  // null unless certbot looks after it
  const NameSets& name_sets;      // of all lineages, this one included
  const ServedCertificates& served;
  RenewalPlan plan;
  const LineageHistory* history;  // null when nothing speaks of it
  const ClientState* client;      // null unless certbot looks after it
  WallTime now;
  std::span<const PreflightFinding> preflight = {};  // of this lineage, while they hold
};

/// Everything that judging certbot as a whole may look at.
struct ClientCase {
  const CertbotMachine& machine;
  const ClientState& state;
  WallTime now;  // not after the look: what runs later is not known yet
};

/// One row of the table of problems. The id is a label value, a heading, and a section of the
/// runbook: it never changes its meaning.
struct ProblemKind {
  std::string_view id;
  ProblemGroup group;
  Severity worst;            // what it can come to
  std::string_view meaning;  // one line
  /// What to do about it. Commands and paths to be typed stand between backticks; NAME is the
  /// lineage's.
  std::string_view advice;
  std::optional<Finding> (*judge)(const Case&);  // null: not of a single certificate
  /// The same where certbot does not look after the certificate; empty when `advice` fits there
  /// too.
  std::string_view advice_elsewhere = {};
  /// Of certbot as a whole, where it has lineages to renew; null: not of that.
  std::optional<Finding> (*judge_client)(const ClientCase&) = nullptr;
};

/// The table, in the order of the documents.
std::span<const ProblemKind> Problems();

/// The row of `id`; null for none.
const ProblemKind* FindProblem(std::string_view id);

}  // namespace certhealth
