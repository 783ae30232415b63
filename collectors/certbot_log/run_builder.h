// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/certbot_log/acme_problem_block.h"
#include "collectors/certbot_log/lineage_cursor.h"
#include "collectors/certbot_log/log_run.h"
#include "collectors/certbot_log/run_settlement.h"
#include "collectors/certbot_log/saying.h"

namespace certhealth {

/// One run in the making: takes what the records say in their order, and attributes it to lineages
/// in the same way for all versions. Since 1.10 every lineage is announced by name; before, what
/// happens waits without a name until a record tells it. Copyable, so that a run which is not over
/// can be looked at.
///
/// Text that imitates records (a hook's output, a server's answer) may get in. What it can do is
/// bounded: a failure is never taken back, and what does not agree with certbot's own summary and
/// counts is no success.
class RunBuilder {
 public:
  RunBuilder() = default;

  /// Takes one record that says something.
  void Add(const Saying& saying, WallTime at);
  /// Takes a further line of the record added last.
  void AddLine(std::string_view line);
  /// The record added last has no more lines: one that says nothing has begun.
  void EndRecord() { Close(); }
  /// Whether AddLine would do anything.
  bool WantsLines() const { return open_ != Open::kNothing; }

  /// The time of the newest record, whatever it said.
  void Touch(WallTime at) { run_.last_record = at; }
  void SetStart(WallTime at, std::string_view version);
  /// Makes room for as many lineages as `before` had: runs are alike.
  void ExpectAsManyAs(const RunBuilder& before) {
    lineages_.table().Reserve(before.lineages_.table().all().size());
  }
  void SetStartUnseen(WallTime at);

  bool has_arguments() const { return !run_.arguments.empty(); }
  bool has_entry_point() const { return !run_.entry_point.empty(); }

  /// Failures so far, and whether certbot has said how the run ended: a run that has the one and
  /// lacks the other does not simply stop.
  int CountFailures() const;
  bool HasEnded() const { return run_.failures.has_value() || run_.error.has_value(); }
  const std::optional<FailureCounts>& failures() const { return run_.failures; }

  /// The run as its records tell it.
  LogRun Build(RunState state) &&;

 private:
  /// Which record the lines that come belong to.
  enum class Open {
    kNothing,
    kFailure,
    kParseFailure,
    kProblems,
    kSummary,
    kHookCommand,
    kTraceback,
    kRunError,
    kAnswer,
  };

  void AddHead(const Saying& saying);
  void AddStep(const Saying& saying, WallTime at);
  void AddDetail(const Saying& saying);
  void AddCommandWord(const Saying& saying);
  void AddEnd(const Saying& saying);

  void Close();
  void CloseAnswer();

  void AddSaved(std::string_view name, int version, WallTime at);
  void AddFailure(std::string_view name, std::string_view text, WallTime at);
  void AddParseFailure(std::string_view name, std::string_view text);
  void AddHookFailure(HookFailure failure);
  void AddProblemLine(std::string_view line);
  void AddSummaryLine(std::string_view line);
  void AddDropped(std::string_view name);
  void AddCounts(FailureCounts counts);
  void AddText(std::string_view line);

  LogRun run_;
  LineageCursor lineages_;
  LineageResult stray_;  // collects what belongs to no lineage

  Open open_ = Open::kNothing;
  std::string text_;                   // of the open record, its beginning
  std::optional<std::size_t> failed_;  // whose failure is open
  AcmeProblemBlock problem_block_;
  std::string hook_kind_;            // "deploy-hook", of the hook started last
  std::string renewal_info_serial_;  // that the CA has been asked about

  RunEvidence evidence_;
};

}  // namespace certhealth
