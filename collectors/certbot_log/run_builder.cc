// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_log/run_builder.h"

#include <algorithm>
#include <utility>

#include "collectors/certbot_log/command_line.h"
#include "collectors/certbot_log/failure_text.h"
#include "collectors/certbot_log/log_text.h"
#include "collectors/certbot_log/phrases.h"
#include "collectors/certbot_log/suggested_window.h"

namespace certhealth {
namespace {

using std::string_view;

// Bounds of what is kept, whatever a log says. A certificate has at most 100 names.
constexpr std::size_t kMaxPathBytes = 512;
constexpr std::size_t kMaxArgumentsBytes = 4096;
constexpr std::size_t kMaxAnswerBytes = 8192;
constexpr std::size_t kMaxHooks = 16;
constexpr std::size_t kMaxNames = 1000;  // issued or deleted in one run

}  // namespace

void RunBuilder::SetStart(WallTime at, string_view version) {
  run_.start = run_.last_record = at;
  run_.version = CleanText(version, 32);
}

void RunBuilder::SetStartUnseen(WallTime at) {
  run_.start = run_.last_record = at;
  run_.start_seen = false;
}

void RunBuilder::Add(const Saying& saying, WallTime at) {
  Close();
  run_.last_record = at;
  switch (saying.meaning) {
    case Meaning::kNothing:
    case Meaning::kVersion:
    case Meaning::kHookOutput:
      return;
    case Meaning::kEntryPoint:
    case Meaning::kArguments:
    case Meaning::kPlugins:
      return AddHead(saying);
    case Meaning::kProcessing:
    case Meaning::kNotDue:
    case Meaning::kDue:
    case Meaning::kSimulating:
    case Meaning::kRenewing:
    case Meaning::kSaved:
    case Meaning::kNotSavedDryRun:
    case Meaning::kRenewalFailed:
    case Meaning::kParseFailed:
    case Meaning::kParseError:
      return AddStep(saying, at);
    case Meaning::kProblems:
    case Meaning::kChallengeFailed:
    case Meaning::kRetryWithout:
    case Meaning::kHookStarts:
    case Meaning::kHookFailed:
    case Meaning::kRenewalInfoRequest:
    case Meaning::kResponse:
      return AddDetail(saying);
    case Meaning::kSimulatedOrder:
    case Meaning::kNewCertificate:
    case Meaning::kKeeping:
    case Meaning::kOrder:
    case Meaning::kIssued:
    case Meaning::kDeleted:
    case Meaning::kCommandDone:
      return AddCommandWord(saying);
    case Meaning::kSummaryHead:
    case Meaning::kDrySummaryHead:
    case Meaning::kSummaryEntry:
    case Meaning::kNoFailures:
    case Meaning::kFailureCounts:
    case Meaning::kRunFailed:
    case Meaning::kRunError:
      return AddEnd(saying);
  }
}

void RunBuilder::AddHead(const Saying& saying) {
  if (saying.meaning == Meaning::kEntryPoint) {
    run_.entry_point = CleanText(saying.text, kMaxPathBytes);
  } else if (saying.meaning == Meaning::kPlugins) {
    run_.plugins = ParsePlugins(saying.text);
  } else {
    CommandLine command_line = ParseCommandLine(saying.text);
    evidence_.dry_by_arguments = command_line.dry_run;
    run_.certificate_name = std::move(command_line.certificate_name);
    run_.domains = std::move(command_line.domains);
    run_.arguments = CleanText(saying.text, kMaxArgumentsBytes);
    if (run_.arguments.empty()) run_.arguments = "[]";
  }
}

/// What certbot does about one lineage.
void RunBuilder::AddStep(const Saying& saying, WallTime at) {
  switch (saying.meaning) {
    case Meaning::kProcessing:
      evidence_.is_renew = true;
      return lineages_.Announce(saying.name);
    case Meaning::kNotDue:
      if (LineageResult* lineage = lineages_.Untouched()) {
        lineage->outcome = LineageOutcome::kNotDue;
      } else {
        ++run_.unattributed_not_due;
      }
      return;
    case Meaning::kSimulating:
      evidence_.says_dry = true;
      return lineages_.BeginAttempt(at);
    case Meaning::kDue:
      return lineages_.BeginAttempt(at);
    case Meaning::kRenewing: {
      evidence_.is_one_certificate = true;
      // certonly with other names renews without asking whether that is due.
      const LineageResult* const subject = lineages_.current();
      if (subject == nullptr || !subject->attempted) lineages_.BeginAttempt(at);
      return;
    }
    case Meaning::kSaved:
      return AddSaved(saying.name, saying.number, at);
    case Meaning::kNotSavedDryRun:
      evidence_.says_dry = true;
      if (LineageResult* lineage = lineages_.Name(saying.name, at))
        lineage->outcome = LineageOutcome::kRenewed;
      return;
    case Meaning::kRenewalFailed:
      return AddFailure(saying.name, saying.text, at);
    case Meaning::kParseFailed:
      return AddParseFailure(saying.name, saying.text);
    case Meaning::kParseError:
      if (!failed_) return;
      text_ = saying.text.substr(0, kMaxFailureTextBytes);
      open_ = Open::kParseFailure;
      return;
    default:
      return;
  }
}

/// What is told of the lineage that certbot is at.
void RunBuilder::AddDetail(const Saying& saying) {
  switch (saying.meaning) {
    case Meaning::kProblems:
      open_ = Open::kProblems;
      return problem_block_.Begin();
    case Meaning::kChallengeFailed:
      return AddDropped(saying.name);
    case Meaning::kRetryWithout:
      for (string_view names = saying.text; !names.empty();) {
        const std::size_t comma = names.find(", ");
        AddDropped(names.substr(0, comma));
        names.remove_prefix(comma == string_view::npos ? names.size() : comma + 2);
      }
      return;
    case Meaning::kHookStarts:
      hook_kind_ = CleanText(saying.text, 64);
      return;
    case Meaning::kHookFailed:
      if (std::optional<HookFailure> failure = ParseHookFailure(saying.text)) {
        AddHookFailure(std::move(*failure));
      } else if (saying.text.find(" command \"") != string_view::npos) {
        open_ = Open::kHookCommand;
      }
      return;
    case Meaning::kRenewalInfoRequest:
      renewal_info_serial_ = SerialOfCertificateId(saying.text);
      return;
    case Meaning::kResponse:
      if (!renewal_info_serial_.empty()) open_ = Open::kAnswer;
      return;
    default:
      return;
  }
}

/// What tells the command, and whether it is a dry run.
void RunBuilder::AddCommandWord(const Saying& saying) {
  switch (saying.meaning) {
    case Meaning::kSimulatedOrder:
      evidence_.says_dry = true;
      return;
    case Meaning::kOrder:
      evidence_.says_real = true;
      return;
    case Meaning::kNewCertificate:
      evidence_.is_one_certificate = true;
      return;
    case Meaning::kKeeping:
      evidence_.is_one_certificate = evidence_.is_done = true;
      return;
    case Meaning::kIssued:
      evidence_.is_one_certificate = true;
      return AppendUnique(run_.issued, saying.name, kMaxNames);
    case Meaning::kDeleted:
      return AppendUnique(run_.deleted, saying.name, kMaxNames);
    case Meaning::kCommandDone:
      evidence_.is_done = true;
      return;
    default:
      return;
  }
}

/// How the run ends.
void RunBuilder::AddEnd(const Saying& saying) {
  switch (saying.meaning) {
    case Meaning::kSummaryHead:
    case Meaning::kDrySummaryHead:
    case Meaning::kSummaryEntry:
      evidence_.is_renew = true;
      evidence_.says_real |= saying.meaning == Meaning::kSummaryHead;
      evidence_.says_dry |= saying.meaning == Meaning::kDrySummaryHead;
      lineages_.Leave();
      open_ = Open::kSummary;
      return AddSummaryLine(saying.text);
    case Meaning::kNoFailures:
      return AddCounts(run_.failures.value_or(FailureCounts{}));  // a bad end weighs more
    case Meaning::kFailureCounts:
      return AddCounts(saying.counts);
    case Meaning::kRunFailed:
      open_ = Open::kTraceback;
      return;
    case Meaning::kRunError:
      open_ = Open::kRunError;
      text_ = saying.text.substr(0, kMaxFailureTextBytes);
      return;
    default:
      return;
  }
}

void RunBuilder::AddLine(string_view line) {
  switch (open_) {
    case Open::kNothing:
      return;
    case Open::kFailure:
    case Open::kParseFailure:
    case Open::kRunError:
    case Open::kAnswer:
      return AddText(line);
    case Open::kProblems:
      return AddProblemLine(line);
    case Open::kSummary:
      return AddSummaryLine(line);
    case Open::kHookCommand:
      if (std::optional<HookFailure> failure = ParseHookFailure(line)) {
        failure->hook.clear();
        AddHookFailure(std::move(*failure));
        open_ = Open::kNothing;
      }
      return;
    case Open::kTraceback:
      if (const std::optional<FailureCounts> counts = ParseFailureCounts(line)) {
        AddCounts(*counts);
        open_ = Open::kNothing;
      } else if (!line.empty() && line.front() != ' ') {
        text_ = line.substr(0, kMaxFailureTextBytes);  // the last one is the error
      }
      return;
  }
}

void RunBuilder::AddText(string_view line) {
  const std::size_t max = open_ == Open::kAnswer ? kMaxAnswerBytes : kMaxFailureTextBytes;
  if (text_.size() >= max) return;
  text_ += '\n';
  text_ += line.substr(0, max);
}

void RunBuilder::Close() {
  switch (std::exchange(open_, Open::kNothing)) {
    case Open::kFailure:
      TakeFailure(lineages_.table()[*failed_], text_);
      break;
    case Open::kParseFailure:
      if (LineageResult& lineage = lineages_.table()[*failed_];
          lineage.outcome == LineageOutcome::kParseFailed) {
        TakeParseFailure(lineage, text_);
      }
      break;
    case Open::kTraceback:
      if (!run_.error) run_.error = ErrorOfTraceback(text_, stray_.problems);
      break;
    case Open::kRunError:
      run_.error = ErrorOfRun(text_, stray_.problems);
      break;
    case Open::kAnswer:
      CloseAnswer();
      break;
    case Open::kNothing:
    case Open::kProblems:
    case Open::kSummary:
    case Open::kHookCommand:
      break;
  }
  text_.clear();
}

void RunBuilder::CloseAnswer() {
  std::optional<SuggestedWindow> window = ParseSuggestedWindow(text_);
  if (window) {
    window->serial = std::exchange(renewal_info_serial_, {});
    if (LineageResult* subject = lineages_.current()) subject->suggested_window = std::move(window);
  }
  renewal_info_serial_.clear();
}

void RunBuilder::AddSaved(string_view name, int version, WallTime at) {
  evidence_.says_real = true;
  LineageResult* const lineage = lineages_.Name(name, at);
  if (lineage == nullptr) return;
  lineage->outcome = LineageOutcome::kRenewed;
  lineage->saved_version = version;
  lineage->saved = at;
}

void RunBuilder::AddFailure(string_view name, string_view text, WallTime at) {
  evidence_.is_renew = true;
  if (lineages_.Fail(name, at) == nullptr) return;
  failed_ = lineages_.place();
  open_ = Open::kFailure;
  text_ = text.substr(0, kMaxFailureTextBytes);
}

void RunBuilder::AddParseFailure(string_view name, string_view text) {
  evidence_.is_renew = true;
  failed_.reset();
  lineages_.Announce(name);
  LineageResult* const lineage = lineages_.Untouched();
  if (lineage == nullptr) return;
  lineage->outcome = LineageOutcome::kParseFailed;
  lineage->reason = RenewalFailure::kConfiguration;
  failed_ = lineages_.place();
  open_ = Open::kParseFailure;
  text_ = text.substr(0, kMaxFailureTextBytes);
}

void RunBuilder::AddHookFailure(HookFailure failure) {
  if (failure.hook.empty()) failure.hook = hook_kind_;
  LineageResult* const subject = failure.hook == "post-hook" ? nullptr : lineages_.current();
  std::vector<HookFailure>& hooks = subject != nullptr ? subject->failed_hooks : run_.failed_hooks;
  if (hooks.size() < kMaxHooks) hooks.push_back(std::move(failure));
}

void RunBuilder::AddProblemLine(string_view line) {
  // Told of every certificate but those that `renew` gets, also with -q (1.16+).
  if (line == "Successfully received certificate.") evidence_.is_done = true;
  LineageResult* const subject = lineages_.current();
  if (problem_block_.AddLine(line, (subject != nullptr ? *subject : stray_).problems) ==
      AcmeProblemBlock::Wants::kNothing) {
    open_ = Open::kNothing;
  }
}

void RunBuilder::AddSummaryLine(string_view line) {
  const std::optional<SummaryEntry> entry = ParseSummaryEntry(line);
  if (!entry) return;
  if (entry->verdict == SummaryVerdict::kFailure) {
    ++evidence_.summary_failures;
    if (const auto place = lineages_.table().FindOrAdd(entry->name)) {
      lineages_.table()[*place].summary = SummaryVerdict::kFailure;
    }
  } else if (const auto place = lineages_.table().Find(entry->name)) {
    // Two confs may lead to one certificate: what failed once has failed.
    std::optional<SummaryVerdict>& summary = lineages_.table()[*place].summary;
    if (summary != SummaryVerdict::kFailure) summary = entry->verdict;
  }
}

void RunBuilder::AddDropped(string_view name) {
  if (LineageResult* subject = lineages_.current()) {
    AppendUnique(subject->dropped_names, name, kMaxDroppedNames);
  }
}

void RunBuilder::AddCounts(FailureCounts counts) {
  evidence_.is_renew = true;
  lineages_.Leave();
  run_.failures = counts;
}

int RunBuilder::CountFailures() const {
  const auto failed = std::ranges::count_if(
      lineages_.table().all(),
      [](const LineageResult& lineage) { return IsFailure(lineage.outcome); });
  return std::max(static_cast<int>(failed), evidence_.summary_failures);
}

LogRun RunBuilder::Build(RunState state) && {
  Close();
  evidence_.lineage = lineages_.place();
  evidence_.unnamed = lineages_.TakeUnnamed();
  run_.lineages = std::move(lineages_.table().all());
  return Settle(std::move(run_), std::move(evidence_), state);
}

}  // namespace certhealth
