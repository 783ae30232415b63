// SPDX-License-Identifier: Apache-2.0
#include "collectors/process_usage.h"

#include <sys/resource.h>
#include <unistd.h>

#include <sstream>
#include <string>
#include <vector>

#include "collectors/base/file_system.h"

namespace certhealth {
namespace {

constexpr std::uint64_t kMaxProcBytes = std::uint64_t{1} << 16U;

/// The fields of /proc/self/stat behind the program's name, which may hold blanks and parentheses:
/// the first is the state, field 3 of proc(5).
std::vector<std::string> StatFields(const FileSystem& files) {
  std::vector<std::string> fields;
  const Result<FileContents> stat = files.Read("/proc/self/stat", kMaxProcBytes);
  if (!stat) return fields;
  const std::size_t name_end = stat->bytes.rfind(')');
  if (name_end == std::string::npos) return fields;
  std::istringstream rest(stat->bytes.substr(name_end + 1));
  for (std::string field; rest >> field;) fields.push_back(field);
  return fields;
}

std::optional<double> BootSeconds(const FileSystem& files) {
  const Result<FileContents> stat = files.Read("/proc/stat", std::uint64_t{1} << 20U);
  if (!stat) return std::nullopt;
  std::istringstream lines(stat->bytes);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("btime ")) return std::strtod(line.c_str() + 6, nullptr);
  }
  return std::nullopt;
}

}  // namespace

ProcessUsage MeasureProcess() {
  ProcessUsage usage;
  const auto files = MakePosixFileSystem("/");
  const std::vector<std::string> fields = StatFields(*files);
  const auto field = [&](std::size_t number) {  // as proc(5) counts them
    return std::strtoull(fields[number - 3].c_str(), nullptr, 10);
  };
  if (fields.size() > 21) {
    const double ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
    usage.cpu_seconds = static_cast<double>(field(14) + field(15)) / ticks;
    usage.threads = field(20);
    usage.virtual_bytes = field(23);
    usage.resident_bytes = field(24) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
    if (const auto boot = BootSeconds(*files)) {
      usage.start_seconds = *boot + static_cast<double>(field(22)) / ticks;
    }
  }
  if (const auto descriptors = files->List("/proc/self/fd")) {
    usage.open_files = descriptors->size() - 1;  // without the one that lists them
  }
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) usage.max_open_files = limit.rlim_cur;
  return usage;
}

}  // namespace certhealth
