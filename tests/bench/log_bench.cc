// SPDX-License-Identifier: Apache-2.0
// log_bench [--check] DIR: what it costs to read the history of certbot's log, against `zcat -f
// FILES | wc -l` over the same files in the same run, and what a look costs that finds nothing new.
// Makes the history in DIR if it is not there. User and system time of the processes, files in the
// page cache, the best of several rounds. With --check, exits 1 when a goal is missed.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

#include "collectors/certbot_log/log_collector.h"
#include "log_history.h"

namespace certhealth::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kRounds = 3;
constexpr double kColdGoal = 1.5;     // of zcat and wc, at most
constexpr double kMemoryGoal = 1.15;  // of a tenth of the history, at most
constexpr std::size_t kShortFiles = 100;
constexpr std::size_t kFiles = 1'000;
constexpr WallTime kNow{std::chrono::sys_days(std::chrono::year(2026) / 11 / 22)};

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

struct Cost {
  double cpu_seconds = std::numeric_limits<double>::infinity();
  long peak_kib = 0;
};

/// What `work` costs in a process of its own. Exits 2 when it fails.
template <typename Work>
Cost CostOf(Work work) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) _exit(work());
  int status = 0;
  rusage usage{};
  if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0) {
    std::fprintf(stderr, "log_bench: a measured process failed\n");
    std::exit(2);
  }
  return {Seconds(usage.ru_utime) + Seconds(usage.ru_stime), usage.ru_maxrss};
}

/// Counts what is opened, and what is asked at all.
class CountingFileSystem final : public FileSystem {
 public:
  Result<std::vector<DirectoryEntry>> List(const std::string& path) const override {
    return files_->List(path);
  }
  Result<FileStatus> Status(const std::string& path) const override { return files_->Status(path); }
  Result<FileStatus> LinkStatus(const std::string& path) const override {
    return files_->LinkStatus(path);
  }
  Result<std::string> ReadLink(const std::string& path) const override {
    return files_->ReadLink(path);
  }
  Result<FileContents> Read(const std::string& path, std::uint64_t max_bytes) const override {
    ++opened;
    return files_->Read(path, max_bytes);
  }
  Result<std::unique_ptr<ByteSource>> OpenForReading(const std::string& path) const override {
    ++opened;
    return files_->OpenForReading(path);
  }
  Result<DirectoryCondition> Condition(const std::string& path) const override {
    return files_->Condition(path);
  }

  mutable long opened = 0;

 private:
  std::unique_ptr<FileSystem> files_ = MakePosixFileSystem("/");
};

int CollectCold(const std::string& directory) {
  const auto files = MakePosixFileSystem("/");
  LogCollector collector(*files, directory, TimeZone());
  const auto history = collector.Collect(kNow);
  return history && (*history)->lineages.size() >= 100 && !(*history)->is_cut ? 0 : 1;
}

int CountLines(const std::string& directory) {
  const std::string command = "cd '" + directory + "' && zcat -f letsencrypt.log* | wc -l";
  return execl("/bin/sh", "sh", "-c", (command + " >/dev/null").c_str(), nullptr);
}

struct UnchangedLook {
  long opened = 0;
  double cpu_seconds = 0;
};

UnchangedLook LookAgain(const std::string& directory) {
  const CountingFileSystem files;
  LogCollector collector(files, directory, TimeZone());
  if (!collector.Collect(kNow)) std::exit(2);
  files.opened = 0;
  const std::clock_t begin = std::clock();
  if (!collector.Collect(kNow)) std::exit(2);
  return {files.opened, static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC};
}

const std::string kTemplateLog =
    CERTHEALTH_SAMPLES "/03-forced-renew-success/var/log/letsencrypt/letsencrypt.log";

/// DIR/full has the whole history, DIR/short the newest tenth of it.
void MakeHistories(const fs::path& directory) {
  const fs::path full = directory / "full";
  const fs::path complete = directory / "complete";
  if (fs::exists(complete)) return;
  fs::remove_all(full);
  fs::remove_all(directory / "short");
  fs::create_directories(full);
  fs::create_directories(directory / "short");
  WriteLogHistory({.files = kFiles}, kTemplateLog, full.string());
  for (const fs::directory_entry& entry : fs::directory_iterator(full)) {
    std::string name = entry.path().filename().string();
    const std::string number = name.substr(std::min<std::size_t>(16, name.size()));
    if (number.empty() || std::stoul(number) < kShortFiles) {
      fs::create_hard_link(entry.path(), directory / "short" / name);
    }
  }
  fs::create_directory(complete);
}

bool Tell(std::string_view what, double value, double goal) {
  const bool is_met = value <= goal;
  std::printf("%-58s %8.2f  goal %.2f  %s\n", std::string(what).c_str(), value, goal,
              is_met ? "met" : "MISSED");
  return is_met;
}

int Main(const fs::path& directory, bool check) {
  MakeHistories(directory);
  const std::string full = (directory / "full").string();
  const std::string small = (directory / "short").string();
  Cost cold;
  Cost lines;
  for (int round = 0; round < kRounds; ++round) {
    const Cost collected = CostOf([&full] { return CollectCold(full); });
    const Cost counted = CostOf([&full] { return CountLines(full); });
    cold = {std::min(cold.cpu_seconds, collected.cpu_seconds),
            std::max(cold.peak_kib, collected.peak_kib)};
    lines.cpu_seconds = std::min(lines.cpu_seconds, counted.cpu_seconds);
  }
  const Cost short_cost = CostOf([&small] { return CollectCold(small); });
  const UnchangedLook unchanged = LookAgain(full);
  std::printf("cold collect %.2f s CPU, zcat -f | wc -l %.2f s, nothing new %.4f s\n",
              cold.cpu_seconds, lines.cpu_seconds, unchanged.cpu_seconds);
  std::printf("peak memory %ld KiB for %zu files, %ld KiB for %zu\n", cold.peak_kib, kFiles,
              short_cost.peak_kib, kShortFiles);
  bool met = Tell("cold collect / (zcat -f | wc -l), CPU", cold.cpu_seconds / lines.cpu_seconds,
                  kColdGoal);
  met &= Tell("files opened by a look with nothing new", static_cast<double>(unchanged.opened), 0);
  met &= Tell("peak memory, 1,000 rotations / 100 rotations",
              static_cast<double>(cold.peak_kib) / static_cast<double>(short_cost.peak_kib),
              kMemoryGoal);
  return check && !met ? 1 : 0;
}

}  // namespace
}  // namespace certhealth::bench

int main(int argc, char** argv) {
  const bool check = argc == 3 && std::string_view(argv[1]) == "--check";
  if (argc != 2 && !check) {
    std::fprintf(stderr, "usage: log_bench [--check] DIR\n");
    return 2;
  }
  try {
    return certhealth::bench::Main(argv[argc - 1], check);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "log_bench: %s\n", error.what());
    return 2;
  }
}
