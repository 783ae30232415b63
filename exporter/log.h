// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <mutex>
#include <ostream>
#include <string>
#include <string_view>

#include "collectors/base/clock.h"

namespace certhealth {

enum class LogLevel { kDebug, kInfo, kWarn, kError };
enum class LogFormat { kLogfmt, kJson };

/// "debug", "info", "warn", "error".
std::string_view NameOf(LogLevel level);

struct LogField {
  std::string_view key;  // [a-z_]+, chosen in the code; not "ts", "level" or "msg"
  std::string value;     // any bytes
};

/// The program's own messages, one line each, whatever the values hold:
///   ts=2026-12-24T00:00:00Z level=info msg="configuration loaded" file=/etc/certhealth.ini
/// Thread-safe: lines never mix. `clock` and `out` outlive it.
class Log {
 public:
  Log(LogLevel lowest, LogFormat format, const Clock& clock, std::ostream& out)
      : lowest_(lowest), format_(format), clock_(clock), out_(out) {}

  using Fields = std::initializer_list<LogField>;
  void Debug(std::string_view message, Fields fields = {}) const;
  void Info(std::string_view message, Fields fields = {}) const;
  void Warn(std::string_view message, Fields fields = {}) const;
  void Error(std::string_view message, Fields fields = {}) const;

 private:
  void Write(LogLevel level, std::string_view message, Fields fields) const;

  const LogLevel lowest_;
  const LogFormat format_;
  const Clock& clock_;
  std::ostream& out_;
  mutable std::mutex mutex_;
};

}  // namespace certhealth
