// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/script_interpreter.h"

#include <array>
#include <string_view>

namespace certhealth {
namespace {

constexpr std::size_t kFirstLineBytes = 256;  // that the kernel looks at (BINPRM_BUF_SIZE)

}  // namespace

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
  const Result<FileStatus> status = files.Status(interpreter);
  if (status) return {};
  const Reason reason = status.error().reason;
  return reason == Reason::kNotFound || reason == Reason::kBrokenLink ? interpreter : "";
}

}  // namespace certhealth
