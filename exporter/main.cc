// SPDX-License-Identifier: Apache-2.0
#include <linux/capability.h>
#include <malloc.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <exception>
#include <iostream>
#include <optional>
#include <vector>

#include "collectors/base/file_system.h"
#include "exporter/check.h"
#include "exporter/command_line.h"
#include "exporter/config_file.h"
#include "exporter/hook/hook.h"
#include "exporter/problem.h"
#include "exporter/serve.h"

namespace certhealth {
namespace {

constexpr int kCouldNotStart = 3;

std::vector<std::string_view> ProblemIds() {
  std::vector<std::string_view> ids;
  for (const ProblemKind& kind : Problems()) ids.push_back(kind.id);
  return ids;
}

/// A root that is not there would look like a machine without certificates.
std::optional<Failure> FaultOfRoot(const FileSystem& files, const std::string& root) {
  const Result<FileStatus> status = files.Status(root);
  if (!status) return Failure{status.error().reason, "--root: " + status.error().detail};
  if (status->kind == FileKind::kDirectory) return std::nullopt;
  return Failure{Reason::kNotFound, "--root: " + root + ": not a directory"};
}

/// The flags, completed by the configuration file as it is now.
Result<Config> Complete(const Config& flags) {
  const auto files = MakePosixFileSystem("/");
  if (const auto fault = FaultOfRoot(*files, flags.root)) return *fault;
  if (flags.config_file.empty()) return flags;
  const auto settings = ReadConfigFile(*files, flags.config_file, ProblemIds());
  if (!settings) return settings.error();
  return Merge(flags, *settings);
}

int Run(int argc, char** argv) {
  Result<CommandLine> command_line = ParseCommandLine(argc, argv);
  if (!command_line) {
    std::cerr << command_line.error().detail << "\n";
    return kCouldNotStart;
  }
  if (const auto* answer = std::get_if<PrintAndExit>(&command_line.value())) {
    std::cout << answer->text;
    return 0;
  }
  const Config flags = std::get<Config>(std::move(command_line).value());
  const Result<Config> config = Complete(flags);
  if (!config) {
    std::cerr << config.error().detail << "\n";
    return kCouldNotStart;
  }
  if (config->config_check) {
    std::cout << "OK\n";
    return 0;
  }
  const SystemClock clock;
  switch (config->command) {
    case Command::kCheck:
      return Check(*config, clock);
    case Command::kHookInstall:
    case Command::kHookRemove:
      return Hook(*config);
    case Command::kServe:
      break;
  }
  const Log log(config->log_level, config->log_format, clock, std::cerr);
  return Serve(
      *config, [&flags] { return Complete(flags); }, clock, log);
}

}  // namespace
}  // namespace certhealth

namespace {

/// Idle connections and parked workers take descriptors; without any left the web front could only
/// spin. What the administrator allows at most is there to be used.
void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

/// A capability that a file grants "+p", permitted, is put to use by the program itself; in return
/// the program also starts where a container withholds it.
void TakeReadSearchCapability() {
  constexpr std::uint32_t kReadSearch = 1U << CAP_DAC_READ_SEARCH;
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
  if (syscall(SYS_capget, &header, sets.data()) != 0) return;
  const bool idle = (sets[0].permitted & ~sets[0].effective & kReadSearch) != 0;
  if (!idle) return;
  sets[0].effective |= kReadSearch;
  syscall(SYS_capset, &header, sets.data());
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  // One heap for all threads: hundreds of parked workers with heaps of their own would cost more
  // than the data.
  mallopt(M_ARENA_MAX, 2);
  // Fixed, or it would grow with the first page, and pages would leave holes in the heap.
  mallopt(M_MMAP_THRESHOLD, 256 * 1024);
  RaiseDescriptorLimit();
  TakeReadSearchCapability();
  try {
    return certhealth::Run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "certhealth_exporter: " << error.what() << "\n";
    return certhealth::kCouldNotStart;
  }
}
