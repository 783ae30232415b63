// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_log/log_collector.h"

#include <utility>

namespace certhealth {

LogCollector::LogCollector(const FileSystem& files, std::string directory, TimeZone zone)
    : log_files_(files, std::move(directory)), joiner_(std::move(zone)) {}

Result<std::shared_ptr<const CertbotHistory>> LogCollector::Collect(WallTime now) {
  const Result<bool> found_new = log_files_.Look(joiner_);
  if (!found_new) return found_new.error();
  const auto is_dead = [now](const CertbotHistory& history) {
    return history.last_run != nullptr && history.last_run->end == RunEnd::kOpen &&
           now - history.last_run->last_record > kSilenceOfTheDead;
  };
  const bool same_unreadable = told_ != nullptr && told_->unreadable == log_files_.failures();
  if (!*found_new && same_unreadable && !is_dead(*told_)) return told_;

  CertbotHistory history = joiner_.Told(RunState::kMayGoOn);
  if (is_dead(history)) history = joiner_.Told(RunState::kOver);
  history.unreadable = log_files_.failures();
  history.is_cut = log_files_.is_cut();
  told_ = std::make_shared<const CertbotHistory>(std::move(history));
  return told_;
}

void LogCollector::Joiner::Text(std::string_view bytes) {
  reader_.Read(bytes);
  for (LogRun& run : reader_.TakeFinished()) history_.Add(std::move(run));
}

void LogCollector::Joiner::Restart() {
  reader_ = RunReader(zone_);
  history_ = CertbotHistory();
}

CertbotHistory LogCollector::Joiner::Told(RunState state) const {
  CertbotHistory history = history_;
  for (LogRun& run : reader_.Unfinished(state)) history.Add(std::move(run));
  return history;
}

}  // namespace certhealth
