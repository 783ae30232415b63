// SPDX-License-Identifier: Apache-2.0
// look_bench DIR: what a look at certbot's lineages costs, against the layers that it is
// made of, measured in the same run on the same tree (make_tree makes one). CPU time of one thread,
// files in the page cache, medians of several rounds. Exits 1 when a goal is missed.
#include <fcntl.h>
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "collectors/base/clock.h"
#include "collectors/base/file_system.h"
#include "collectors/certbot/certbot_collector.h"
#include "look_layers.h"
#include "stopwatch.h"

namespace certhealth::bench {
namespace {

constexpr int kRounds = 9;
constexpr double kColdGoal = 1.3;             // of the sum of its layers, at most
constexpr double kStraightforwardGoal = 5.0;  // cold looks that it costs, at least
constexpr double kUnchangedGoal = 2.0;        // of the floor, at most
constexpr double kChangedGoal = 1.5;          // one that changed, of one of a cold look, at most

constexpr const char* kLayers = "the layers together";
constexpr const char* kStraightforward = "the straightforward way";
constexpr const char* kCold = "a cold look";
constexpr const char* kFloor = "the floor of a look without change";
constexpr const char* kUnchanged = "a look without change";
constexpr const char* kChanged = "one that changed, beyond that";

volatile std::size_t sink;

struct Looker {
  Looker(const FileSystem& files, const std::string& root)
      : collector({files, clock, certificates, [](std::chrono::milliseconds) {}},
                  {{{root + "/etc/letsencrypt", root + "/var/log/letsencrypt"}},
                   std::nullopt,
                   ReadKeys::kNo}) {}

  void Look() { sink = collector.Look({}).bundles.size(); }

  SystemClock clock;
  CertificateReader certificates;
  CertbotCollector collector;
};

/// A hundredth of the lineages, so that what they cost stands out from what all cost.
void Change(const std::vector<Material>& lineages) {
  for (std::size_t i = 0; i < lineages.size(); i += 100) {
    utimensat(AT_FDCWD, lineages[i].conf_path.c_str(), nullptr, 0);
  }
}

void MeasureLooks(Stopwatch& stopwatch, const std::string& root,
                  const std::vector<Material>& lineages) {
  // Not with a prefix: then each stat would take three system calls.
  const auto files = MakePosixFileSystem("/");
  auto looker = std::make_unique<Looker>(*files, root);
  stopwatch.Measure(kCold, [&] { looker->Look(); });
  for (int i = 0; i < 3; ++i) {
    stopwatch.Measure(kFloor, [&] { sink = Floor(lineages); });
    stopwatch.Measure(kUnchanged, [&] { looker->Look(); });
  }
  Change(lineages);
  const double begin = CpuMicroseconds();
  looker->Look();
  const double changed = static_cast<double>((lineages.size() + 99) / 100);
  const double extra = CpuMicroseconds() - begin - stopwatch.Last(kUnchanged);
  stopwatch.Add(kChanged, extra / changed * static_cast<double>(lineages.size()));
}

void Row(const std::string& name, double total, double count) {
  std::printf("  %-40s %9.2f us a lineage\n", name.c_str(), total / count);
}

bool Tell(const Stopwatch& stopwatch, double count) {
  std::printf("%.0f lineages\nlayers of a cold look\n", count);
  for (const Layer& layer : Layers()) Row(layer.name, stopwatch.Typical(layer.name), count);
  std::printf("together, and whole looks\n");
  for (const char* name : {kLayers, kStraightforward, kCold, kFloor, kUnchanged, kChanged}) {
    Row(name, stopwatch.Typical(name), count);
  }
  std::printf("ratios\n");
  bool met = TellGoal("cold / layers", stopwatch.Ratio(kCold, kLayers), Bound::kAtMost, kColdGoal);
  met &= TellGoal("straightforward / cold", stopwatch.Ratio(kStraightforward, kCold),
                  Bound::kAtLeast, kStraightforwardGoal);
  met &= TellGoal("unchanged / floor", stopwatch.Ratio(kUnchanged, kFloor), Bound::kAtMost,
                  kUnchangedGoal);
  met &= TellGoal("one that changed / cold one", stopwatch.Ratio(kChanged, kCold), Bound::kAtMost,
                  kChangedGoal);
  return met;
}

bool Run(const std::string& root) {
  const std::vector<Material> lineages = ReadMaterial(root);
  Stopwatch stopwatch;
  for (int round = 0; round < kRounds; ++round) {
    double sum = 0;
    for (const Layer& layer : Layers()) {
      stopwatch.Measure(layer.name, [&] { sink = layer.pass(lineages); });
      sum += stopwatch.Last(layer.name);
    }
    stopwatch.Add(kLayers, sum);
    MeasureLooks(stopwatch, root, lineages);
    stopwatch.Measure(kStraightforward, [&] { sink = Straightforward(lineages); });
    stopwatch.EndRound();
  }
  return Tell(stopwatch, static_cast<double>(lineages.size()));
}

}  // namespace
}  // namespace certhealth::bench

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: look_bench DIR\n");
    return 2;
  }
  return certhealth::bench::Run(std::filesystem::absolute(argv[1])) ? 0 : 1;
}
