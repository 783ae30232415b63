// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "exporter/report.h"

namespace certhealth {

/// A piece of an advice: prose, or a command to be typed as it stands.
struct AdvicePart {
  enum class Kind { kProse, kCommand };
  Kind kind = Kind::kProse;
  std::string text;  // printable (escape.h)

  bool operator==(const AdvicePart&) const = default;
};

/// What to do about a problem of `kind` with this certificate: the advice of the table, NAME
/// replaced by the lineage's name as a shell takes it. Without a `bundle`, with certbot as a whole.
/// Pure.
std::vector<AdvicePart> AdviceFor(const ProblemKind& kind, const Bundle* bundle);

/// The same of one problem: what helps against this one, then what the table advises.
std::vector<AdvicePart> AdviceFor(const ActiveProblem& problem, const Bundle* bundle);

/// What the problem means, of this certificate: the meaning of the table, NAME replaced likewise.
std::string MeaningText(const ProblemKind& kind, const Bundle* bundle);

/// AdviceFor as one text, nothing marked.
std::string AdviceText(const ActiveProblem& problem, const Bundle* bundle);
std::string AdviceText(const ProblemKind& kind, const Bundle* bundle);

}  // namespace certhealth
