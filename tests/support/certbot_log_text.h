// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collectors/certbot_log/log_run.h"

namespace certhealth {

/// Writes letsencrypt.log as certbot 2.1.0 does, one record after the other, a second apart.
class CertbotLogText {
 public:
  /// The clock starts at `time` of 2026-11-22.
  explicit CertbotLogText(std::string_view time = "10:00:00");

  /// A record as it is: level and logger, "ERROR:certbot._internal.renewal", and its text.
  CertbotLogText& Record(std::string_view logger, std::string_view text);
  /// A line that is no record.
  CertbotLogText& Line(std::string_view line);
  /// Moves the clock.
  CertbotLogText& At(std::string_view time);

  CertbotLogText& Start(std::string_view arguments = "['-q']", std::string_view version = "2.1.0");
  CertbotLogText& Processing(std::string_view name);
  CertbotLogText& NotDue();
  CertbotLogText& Due();
  CertbotLogText& Renewing(std::string_view names = "a name");
  CertbotLogText& Saved(std::string_view name, int version);
  CertbotLogText& Failed(std::string_view name, std::string_view error);
  CertbotLogText& SummarySuccess(const std::vector<std::string>& names);
  CertbotLogText& SummaryFailure(const std::vector<std::string>& names);
  CertbotLogText& NoFailures();
  CertbotLogText& Failures(int renew, int parse);
  /// A lineage that is due and saved.
  CertbotLogText& Success(std::string_view name, int version);

  const std::string& text() const { return text_; }

 private:
  std::string text_;
  int seconds_ = 0;  // since midnight
};

/// The runs in `text`, read in one piece; the last one taken as over.
std::vector<LogRun> RunsIn(std::string_view text);

/// The result of `name`; fails the test when the run has none.
LineageResult ResultOf(const LogRun& run, std::string_view name);

/// `time` of 2026-11-22 in UTC.
WallTime OnThatDay(std::string_view time);

}  // namespace certhealth
