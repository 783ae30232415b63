// SPDX-License-Identifier: Apache-2.0
// look_bench [--check] DIR: what a look at certbot's lineages costs, against the layers that it is
// made of, measured in the same run on the same tree (make_tree makes one). CPU time of one thread,
// files in the page cache, the best of several rounds. With --check, exits 1 when a goal is missed.
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "collectors/base/clock.h"
#include "collectors/base/file_system.h"
#include "collectors/certbot/certbot_collector.h"
#include "look_layers.h"

namespace certhealth::bench {
namespace {

constexpr int kRounds = 5;
constexpr double kColdGoal = 1.3;             // of the sum of its layers, at most
constexpr double kStraightforwardGoal = 5.0;  // cold looks that it costs, at least
constexpr double kUnchangedGoal = 2.0;        // of the floor, at most

double CpuMicroseconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

/// The best of all rounds for each thing measured, in microseconds of CPU for all lineages.
class Stopwatch {
 public:
  template <typename Work>
  void Measure(const std::string& name, Work work) {
    const double begin = CpuMicroseconds();
    work();
    const double spent = CpuMicroseconds() - begin;
    const auto [best, is_new] = best_.emplace(name, spent);
    if (!is_new) best->second = std::min(best->second, spent);
  }
  double Best(const std::string& name) const { return best_.at(name); }

 private:
  std::map<std::string, double> best_;
};

volatile std::size_t sink;

struct Looker {
  explicit Looker(const FileSystem& files)
      : collector({files, clock, certificates, [](std::chrono::milliseconds) {}}, {}) {}

  void Look() { sink = collector.Look().bundles.size(); }

  SystemClock clock;
  CertificateReader certificates;
  CertbotCollector collector;
};

void MeasureLooks(Stopwatch& stopwatch, const FileSystem& files, const Material& changing) {
  auto looker = std::make_unique<Looker>(files);
  stopwatch.Measure("cold", [&] { looker->Look(); });
  for (int i = 0; i < 3; ++i) {
    stopwatch.Measure("unchanged", [&] { looker->Look(); });
    utimensat(AT_FDCWD, changing.conf_path.c_str(), nullptr, 0);
    stopwatch.Measure("one changed", [&] { looker->Look(); });
  }
}

void Row(const std::string& name, double total, double count) {
  std::printf("  %-40s %9.2f us a lineage\n", name.c_str(), total / count);
}

bool Goal(const char* name, double ratio, double goal, bool at_most) {
  const bool met = at_most ? ratio <= goal : ratio >= goal;
  std::printf("  %-40s %9.2f   goal: at %s %.1f: %s\n", name, ratio, at_most ? "most" : "least",
              goal, met ? "met" : "MISSED");
  return met;
}

bool Tell(const Stopwatch& stopwatch, double count) {
  double sum = 0;
  std::printf("layers of a cold look\n");
  for (const Layer& layer : Layers()) {
    Row(layer.name, stopwatch.Best(layer.name), count);
    sum += stopwatch.Best(layer.name);
  }
  Row("together", sum, count);
  std::printf("whole looks\n");
  for (const char* name : {"straightforward", "cold", "floor", "unchanged", "one changed"}) {
    Row(name, stopwatch.Best(name), count);
  }
  const double one = stopwatch.Best("one changed") - stopwatch.Best("unchanged");
  std::printf("  %-40s %9.2f us\n", "the one that changed, alone", one);
  std::printf("ratios\n");
  const double cold = stopwatch.Best("cold");
  bool met = Goal("cold / layers", cold / sum, kColdGoal, true);
  met &= Goal("straightforward / cold", stopwatch.Best("straightforward") / cold,
              kStraightforwardGoal, false);
  met &= Goal("unchanged / floor", stopwatch.Best("unchanged") / stopwatch.Best("floor"),
              kUnchangedGoal, true);
  return met;
}

bool Run(const std::string& root) {
  const std::vector<Material> lineages = ReadMaterial(root);
  const auto files = MakePosixFileSystem(root);
  Stopwatch stopwatch;
  for (int round = 0; round < kRounds; ++round) {
    for (const Layer& layer : Layers()) {
      stopwatch.Measure(layer.name, [&] { sink = layer.pass(lineages); });
    }
    stopwatch.Measure("straightforward", [&] { sink = Straightforward(lineages); });
    stopwatch.Measure("floor", [&] { sink = Floor(lineages); });
    MeasureLooks(stopwatch, *files, lineages.front());
  }
  std::printf("%zu lineages\n", lineages.size());
  return Tell(stopwatch, static_cast<double>(lineages.size()));
}

}  // namespace
}  // namespace certhealth::bench

int main(int argc, char** argv) {
  const bool check = argc > 1 && std::string_view(argv[1]) == "--check";
  if (argc != (check ? 3 : 2)) {
    std::fprintf(stderr, "usage: look_bench [--check] DIR\n");
    return 2;
  }
  const bool met = certhealth::bench::Run(argv[argc - 1]);
  return check && !met ? 1 : 0;
}
