// SPDX-License-Identifier: Apache-2.0
#include "collectors/schedule/host.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>

#include "collectors/base/utf8.h"
#include "collectors/schedule/text.h"

namespace certhealth {
namespace {

constexpr std::uint64_t kMaxScriptBytes = 65536;
constexpr mode_t kAnyExecute = 0111;

bool Exists(const FileSystem& files, const std::string& path) {
  return files.Status(path).has_value();
}

bool IsDirectory(const FileSystem& files, const std::string& path) {
  const Result<FileStatus> status = files.Status(path);
  return status && status->kind == FileKind::kDirectory;
}

template <std::size_t kSize>
bool AnyExists(const FileSystem& files, const std::array<const char*, kSize>& paths) {
  return std::ranges::any_of(paths, [&](const char* path) { return Exists(files, path); });
}

bool LooksLikeContainer(const FileSystem& files) {
  return AnyExists(files,
                   std::array{"/.dockerenv", "/run/.containerenv", "/run/secrets/kubernetes.io"});
}

std::optional<bool> SystemdRuns(const FileSystem& files, bool in_container) {
  const Result<FileStatus> status = files.Status("/run/systemd/system");
  if (status) return status->kind == FileKind::kDirectory;
  if (status.error().reason != Reason::kNotFound || in_container) return std::nullopt;
  // An empty /run is that of a host mounted without what is mounted below it.
  const Result<std::vector<DirectoryEntry>> run = files.List("/run");
  if (!run || run->empty()) return std::nullopt;
  // Without anything that could have started the machine, this is no machine.
  if (!AnyExists(files, std::array{"/sbin/init", "/usr/sbin/init", "/etc/inittab", "/etc/init.d",
                                   "/lib/systemd/systemd", "/usr/lib/systemd/systemd"})) {
    return std::nullopt;
  }
  return false;
}

CronDaemon FindCron(const FileSystem& files) {
  if (Exists(files, "/usr/sbin/cron")) return CronDaemon::kDebian;
  if (AnyExists(files,
                std::array{"/usr/sbin/crond", "/usr/bin/crond", "/sbin/crond", "/usr/sbin/fcron",
                           "/usr/local/sbin/fcron", "/usr/bin/fcron", "/usr/sbin/bcron-sched",
                           "/usr/lib/systemd/system-generators/systemd-crontab-generator",
                           "/lib/systemd/system-generators/systemd-crontab-generator"})) {
    return CronDaemon::kOther;
  }
  return IsDirectory(files, "/usr/sbin") && IsDirectory(files, "/usr/bin") ? CronDaemon::kNone
                                                                           : CronDaemon::kUnknown;
}

/// The interpreter of a script, empty for anything else.
std::string InterpreterOf(const FileSystem& files, const std::string& path,
                          const FileStatus& status) {
  if (status.identity.size_bytes > kMaxScriptBytes) return {};
  const Result<FileContents> contents = files.Read(path, kMaxScriptBytes);
  if (!contents || !contents->bytes.starts_with("#!")) return {};
  std::string_view line = std::string_view(contents->bytes).substr(2);
  line = line.substr(0, line.find('\n'));
  return std::string(TakeWord(line));
}

Program Missing(const FileSystem& files, const Host& host, const std::string& path,
                std::string why) {
  // Where not even the first directory is visible, neither would the program be; but a machine
  // whose programs are visible shows what it has.
  const std::string top = path.substr(0, path.find('/', 1));
  if (host.in_container || host.mounts.MayHide(files, path) ||
      (!IsDirectory(files, top) && !IsDirectory(files, "/usr/bin"))) {
    return {path, ProgramState::kUnknown, why + ", or not visible from here"};
  }
  return {path, ProgramState::kMissing, std::move(why)};
}

Program LookAtProgram(const FileSystem& files, const Host& host, const std::string& path) {
  const Result<FileStatus> status = files.Status(path);
  const std::string name = ToValidUtf8(path);
  if (!status) {
    const Reason reason = status.error().reason;
    const std::string why = ToValidUtf8(status.error().detail);
    if (reason == Reason::kNotFound || reason == Reason::kBrokenLink) {
      return Missing(files, host, path, why);
    }
    return {path, ProgramState::kUnknown, why};
  }
  if (status->kind != FileKind::kRegular || (status->permissions & kAnyExecute) == 0) {
    return {path, ProgramState::kNotExecutable, name + " is not an executable file"};
  }
  const std::string interpreter = InterpreterOf(files, path, *status);
  if (interpreter.starts_with('/') && !Exists(files, interpreter)) {
    Program program =
        Missing(files, host, interpreter,
                name + " needs " + ToValidUtf8(interpreter) + ", which does not exist");
    program.path = path;
    return program;
  }
  return {path, ProgramState::kExecutable, {}};
}

/// The line "btime SECONDS" of /proc/stat (proc(5)).
std::optional<WallTime> BootTime(const FileSystem& files) {
  constexpr std::uint64_t kMaxBytes = 1 << 20;  // a line for each processor, and one of interrupts
  constexpr std::string_view kKey = "\nbtime ";
  const Result<FileContents> stat = files.Read("/proc/stat", kMaxBytes);
  if (!stat) return std::nullopt;
  const std::size_t at = stat->bytes.find(kKey);
  if (at == std::string::npos) return std::nullopt;
  std::int64_t seconds = 0;
  const char* const begin = stat->bytes.data() + at + kKey.size();
  const auto end = std::from_chars(begin, stat->bytes.data() + stat->bytes.size(), seconds);
  if (end.ec != std::errc{} || seconds <= 0) return std::nullopt;
  return WallTime(std::chrono::seconds(seconds));
}

}  // namespace

Host LookAtHost(const FileSystem& files) {
  Host host;
  host.booted = BootTime(files);
  host.in_container = LooksLikeContainer(files);
  host.systemd_runs = SystemdRuns(files, host.in_container);
  host.cron = FindCron(files);
  if (host.in_container && host.cron == CronDaemon::kNone) host.cron = CronDaemon::kUnknown;
  host.has_anacron = AnyExists(files, std::array{"/usr/sbin/anacron", "/usr/bin/anacron"});
  return host;
}

Program FindProgram(const FileSystem& files, const Host& host, const std::string& name,
                    const std::string& search_path, PathOrigin origin) {
  if (name.starts_with('/')) return LookAtProgram(files, host, name);
  if (name.empty() || name.find_first_of("/$%") != std::string::npos) {
    return {name, ProgramState::kUnknown, "which program it runs is not known"};
  }
  std::optional<Program> unclear;
  for (const std::string_view directory : Split(search_path, ':')) {
    if (!directory.starts_with('/')) continue;
    Program program = LookAtProgram(files, host, std::string(directory) + '/' + name);
    if (program.state == ProgramState::kExecutable) return program;
    if (program.state == ProgramState::kUnknown && !unclear) unclear = std::move(program);
  }
  if (unclear) return {name, ProgramState::kUnknown, unclear->why};
  const std::string why = name + " is in none of " + Shorten(ToValidUtf8(search_path), 300);
  for (const char* directory : {"/usr/bin", "/usr/local/bin", "/snap/bin", "/usr/local/sbin",
                                "/usr/sbin", "/opt/certbot/bin"}) {
    const Program elsewhere = LookAtProgram(files, host, std::string(directory) + '/' + name);
    if (elsewhere.state != ProgramState::kExecutable) continue;
    const std::string detail = why + ", but " + elsewhere.path + " exists";
    return {name, origin == PathOrigin::kStated ? ProgramState::kMissing : ProgramState::kUnknown,
            detail};
  }
  return {name, host.in_container ? ProgramState::kUnknown : ProgramState::kMissing, why};
}

}  // namespace certhealth
