// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "collectors/base/file_system.h"
#include "collectors/base/result.h"
#include "collectors/base/time_zone.h"
#include "collectors/certbot_log/certbot_history.h"
#include "collectors/certbot_log/log_files.h"
#include "collectors/certbot_log/run_reader.h"

namespace certhealth {

/// Follows certbot's log in one directory (/var/log/letsencrypt) from look to look. One thread at a
/// time.
class LogCollector {
 public:
  /// A run that writes nothing for so long is dead. certbot itself waits 8 minutes at most, and for
  /// DNS to spread as long as it is told to.
  static constexpr std::chrono::hours kSilenceOfTheDead{2};

  /// `files` must outlive this. `zone` is the one that the log is written in: ReadTimeZone().
  LogCollector(const FileSystem& files, std::string directory, TimeZone zone);

  /// Reads what is new and tells what all of the log says. The same object as before when nothing
  /// has changed. Fails when the directory cannot be listed; a file that cannot be read is told in
  /// the history.
  Result<std::shared_ptr<const CertbotHistory>> Collect(WallTime now);

 private:
  /// Joins the pieces to runs, and the runs that are over to a history.
  class Joiner final : public LogTextSink {
   public:
    explicit Joiner(TimeZone zone) : zone_(std::move(zone)), reader_(zone_) {}
    void Text(std::string_view bytes) override;
    void EndFile() override { reader_.EndFile(); }
    void Restart() override;
    /// The history with the runs that are not over, the last one in the given state.
    CertbotHistory Told(RunState state) const;

   private:
    TimeZone zone_;
    RunReader reader_;
    CertbotHistory history_;
  };

  LogFiles log_files_;
  Joiner joiner_;
  std::shared_ptr<const CertbotHistory> told_;
};

}  // namespace certhealth
