// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_log/run_reader.h"

#include <charconv>
#include <utility>

namespace certhealth {
namespace {

constexpr std::size_t kMaxDoubtful = 4;

/// Until 0.22 certbot logged in UTC.
bool LogsInUtc(std::string_view version) {
  if (!version.starts_with("0.")) return false;
  version.remove_prefix(2);
  unsigned minor = 0;
  const auto result = std::from_chars(version.data(), version.data() + version.size(), minor);
  return result.ec == std::errc() && minor <= 22;
}

}  // namespace

void RunReader::Read(std::string_view bytes) {
  lines_.Feed(bytes, [this](std::string_view line) { ReadLine(line); });
}

void RunReader::ReadLine(std::string_view line) {
  if (const std::optional<RecordHead> record = records_.Parse(line)) {
    ReadRecord(*record);
  } else if (run_ && run_->WantsLines()) {
    run_->AddLine(line);
    CheckDoubtful();
  }
}

void RunReader::ReadRecord(const RecordHead& record) {
  const Saying saying = Understand(record);
  const bool starts = saying.meaning == Meaning::kVersion || BeginsAgain(saying.meaning);
  if (starts) BeginRun(saying, record.time);
  last_time_ = record.time;
  if (saying.meaning == Meaning::kNothing) {
    // It says nothing, but it does end the record before it.
    if (run_ && run_->WantsLines()) run_->EndRecord();
    return;
  }
  const WallTime at = ToUtc(record.time);
  if (!run_) run_.emplace().SetStartUnseen(at);
  run_->Add(saying, at);
  CheckDoubtful();
}

/// A run that was killed may leave half a line, and the next run's first record is then glued to
/// it. The second and the third come once in a run too.
bool RunReader::BeginsAgain(Meaning meaning) const {
  return run_ && ((meaning == Meaning::kEntryPoint && run_->has_entry_point()) ||
                  (meaning == Meaning::kArguments && run_->has_arguments()));
}

void RunReader::BeginRun(const Saying& saying, LocalTime time) {
  RunBuilder next;
  if (run_) {
    run_->Touch(ToUtc(last_time_));
    next.ExpectAsManyAs(*run_);
    if (!doubtful_.empty() || (run_->CountFailures() > 0 && !run_->HasEnded())) {
      doubtful_.push_back(*std::move(run_));
    } else {
      finished_.push_back(std::move(*run_).Build(RunState::kOver));
    }
  }
  if (doubtful_.size() > kMaxDoubtful) {  // it really was killed
    for (RunBuilder& run : doubtful_) finished_.push_back(std::move(run).Build(RunState::kOver));
    doubtful_.clear();
  }
  const std::string_view version = saying.meaning == Meaning::kVersion ? saying.text : "";
  if (!version.empty() && is_utc_ != LogsInUtc(version)) {
    is_utc_ = !is_utc_;
    latest_.reset();
  }
  run_ = std::move(next);
  run_->SetStart(ToUtc(time), version);
  counts_checked_ = false;
}

/// A run's own counts, at the very end, that do not fit it but fit one that broke off before it:
/// the beginning in between was a forgery, and so is all that came with it.
void RunReader::CheckDoubtful() {
  if (doubtful_.empty() || counts_checked_ || !run_->failures() || run_->failures()->renew == 0) {
    return;
  }
  counts_checked_ = true;
  const FailureCounts counts = *run_->failures();
  if (run_->CountFailures() == counts.renew || doubtful_.front().CountFailures() != counts.renew) {
    return;
  }
  run_ = std::move(doubtful_.front());
  doubtful_.clear();
  Saying saying;
  saying.meaning = Meaning::kFailureCounts;
  saying.counts = counts;
  run_->Add(saying, ToUtc(last_time_));
}

WallTime RunReader::InUtc(LocalTime time) const {
  return is_utc_ ? WallTime(time.time_since_epoch()) : zone_.ToUtc(time, latest_);
}

WallTime RunReader::ToUtc(LocalTime time) {
  if (latest_ && time == latest_local_) return *latest_;
  latest_ = InUtc(time);
  latest_local_ = time;
  return *latest_;
}

std::vector<LogRun> RunReader::TakeFinished() { return std::exchange(finished_, {}); }

std::vector<LogRun> RunReader::Unfinished(RunState state) const {
  std::vector<LogRun> runs;
  for (const RunBuilder& run : doubtful_) runs.push_back(RunBuilder(run).Build(RunState::kOver));
  if (run_) {
    RunBuilder run = *run_;
    run.Touch(InUtc(last_time_));
    runs.push_back(std::move(run).Build(state));
  }
  return runs;
}

}  // namespace certhealth
