// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/script_interpreter.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace certhealth {
namespace {

constexpr std::size_t kFirstLineBytes = 256;  // that the kernel looks at (BINPRM_BUF_SIZE)

}  // namespace

/// Where services and cron look for programs, and shells of root.
constexpr std::array<std::string_view, 7> kSearched = {
    "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin", "/snap/bin"};

bool IsGone(const FileSystem& files, const std::string& path) {
  const Result<FileStatus> status = files.Status(path);
  if (status) return false;
  const Reason reason = status.error().reason;
  return reason == Reason::kNotFound || reason == Reason::kBrokenLink;
}

/// env(1) with a name alone; with options or settings it may look elsewhere.
bool IsNowhere(const FileSystem& files, std::string_view name) {
  const bool is_name =
      !name.empty() && name.front() != '-' && name.find_first_of("=/ \t") == std::string_view::npos;
  return is_name && std::ranges::all_of(kSearched, [&](std::string_view directory) {
           return IsGone(files, std::string(directory).append("/").append(name));
         });
}

std::string MissingInterpreter(const FileSystem& files, const std::string& path) {
  const auto source = files.OpenForReading(path);
  if (!source) return {};
  std::array<char, kFirstLineBytes> buffer{};
  const Result<std::size_t> length = (*source)->ReadAt(0, buffer);
  if (!length) return {};
  std::string_view line(buffer.data(), *length);
  if (!line.starts_with("#!")) return {};
  // One that is cut off is not the one that is meant.
  const std::size_t end = line.find('\n');
  if (end == std::string_view::npos && line.size() == buffer.size()) return {};
  line = line.substr(2, end - 2);
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  std::string interpreter(line.substr(0, line.find_first_of(" \t")));
  if (!interpreter.starts_with('/')) return {};
  if (IsGone(files, interpreter)) return interpreter;
  if (interpreter != "/usr/bin/env") return {};
  std::string_view name = line.substr(interpreter.size());
  name.remove_prefix(std::min(name.find_first_not_of(" \t"), name.size()));
  name = name.substr(0, name.find_last_not_of(" \t") + 1);
  return IsNowhere(files, name) ? "/usr/bin/" + std::string(name) : "";
}

}  // namespace certhealth
