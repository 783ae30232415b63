// SPDX-License-Identifier: Apache-2.0
#include "exporter/log.h"

#include <algorithm>

#include "exporter/escape.h"
#include "exporter/rfc3339.h"

namespace certhealth {
namespace {

/// Whether a logfmt value needs no quotes: visible ASCII without what delimits.
bool IsBareValue(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < 0x7F && c != '=' && c != '"' && c != '\\';
  });
}

void Append(std::string& line, LogFormat format, std::string_view key, std::string_view value) {
  const bool first = line.empty();
  if (format == LogFormat::kJson) {
    line += first ? "{\"" : ",\"";
    line.append(key).append("\":").append(QuoteJson(value));
  } else {
    if (!first) line += ' ';
    line.append(key).append("=").append(IsBareValue(value) ? std::string(value) : QuoteJson(value));
  }
}

}  // namespace

std::string_view NameOf(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarn:
      return "warn";
    case LogLevel::kError:
      return "error";
  }
  return "error";
}

void Log::Debug(std::string_view message, Fields fields) const {
  Write(LogLevel::kDebug, message, fields);
}

void Log::Info(std::string_view message, Fields fields) const {
  Write(LogLevel::kInfo, message, fields);
}

void Log::Warn(std::string_view message, Fields fields) const {
  Write(LogLevel::kWarn, message, fields);
}

void Log::Error(std::string_view message, Fields fields) const {
  Write(LogLevel::kError, message, fields);
}

void Log::Write(LogLevel level, std::string_view message, Fields fields) const {
  if (level < lowest_) return;
  std::string line;
  Append(line, format_, "ts", ToRfc3339(clock_.Now()));
  Append(line, format_, "level", NameOf(level));
  Append(line, format_, "msg", message);
  for (const LogField& field : fields) Append(line, format_, field.key, field.value);
  line += format_ == LogFormat::kJson ? "}\n" : "\n";
  const std::scoped_lock lock(mutex_);
  out_ << line << std::flush;
}

}  // namespace certhealth
