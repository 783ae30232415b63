// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "collectors/base/time_zone.h"
#include "collectors/certbot_log/line_cutter.h"
#include "collectors/certbot_log/log_run.h"
#include "collectors/certbot_log/run_builder.h"

namespace certhealth {

/// The grammar of letsencrypt.log, all versions: bytes in, runs out. Pure and incremental: the
/// bytes may come in pieces of any size, from several files one after the other, oldest first.
/// Memory is that of the run being read; it grows neither with the length of a line nor with the
/// history.
class RunReader {
 public:
  /// `zone` is that of the machine that wrote the log: certbot logs its local time without a zone
  /// (0.23+), before that UTC.
  explicit RunReader(TimeZone zone) : zone_(std::move(zone)) {}

  void Read(std::string_view bytes);

  /// A file has ended and what comes is from the next. A line without its newline is forgotten: it
  /// was cut off. A run goes on: certbot rotates in the midst of one.
  void EndFile() { lines_.DropPartialLine(); }

  /// Runs that are over, oldest first. Each is handed out once.
  std::vector<LogRun> TakeFinished();

  /// The run that may go on, as far as the log tells it, after such before it whose end is
  /// doubtful. `state` says whether to wait for more of the last one, or to take it as killed.
  std::vector<LogRun> Unfinished(RunState state) const;

 private:
  void ReadLine(std::string_view line);
  void ReadRecord(const RecordHead& record);
  bool BeginsAgain(Meaning meaning) const;
  void BeginRun(const Saying& saying, LocalTime time);
  void CheckDoubtful();
  WallTime InUtc(LocalTime time) const;
  WallTime ToUtc(LocalTime time);  // and remembers it for the next

  TimeZone zone_;
  LineCutter lines_;
  RecordParser records_;
  std::optional<RunBuilder> run_;
  // Runs that failed in part and then broke off where the next began. If that beginning was a
  // hook's output, certbot's own end of the first of them is still to come.
  std::vector<RunBuilder> doubtful_;
  std::vector<LogRun> finished_;
  bool is_utc_ = false;             // the run was logged in UTC
  bool counts_checked_ = false;     // the run's failures, against the doubtful ones
  LocalTime last_time_{};           // of the newest record, whatever it says
  LocalTime latest_local_{};        // of latest_
  std::optional<WallTime> latest_;  // newest moment so far: tells an hour that comes twice
};

}  // namespace certhealth
