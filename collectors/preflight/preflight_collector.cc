// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/preflight_collector.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "collectors/preflight/challenge_file.h"
#include "collectors/preflight/round.h"
#include "collectors/preflight/server_trust.h"
#include "collectors/schedule/lock.h"

namespace certhealth {
namespace {

using Findings = std::vector<PreflightFinding>;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t kMostEnvironmentBytes = std::size_t{64} * 1024;
constexpr std::size_t kMostModulesBytes = std::size_t{256} * 1024;
/// A file so old belongs to no round that is under way.
constexpr minutes kLeftoverAge{10};
/// Resolvers keep an error for as long as this, and servers are restarted in less.
constexpr seconds kLongestPause{10};

bool IsSet(const char* variable) {
  const char* const value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

std::vector<RenewalTarget> TargetsIn(const Snapshot& known) {
  std::vector<RenewalTarget> targets;
  for (const auto& run : known.runs) {
    if (run->certbot == nullptr) continue;
    for (const auto& bundle : run->bundles) {
      if (bundle->lineage == nullptr) continue;
      if (auto target = TargetOf(*bundle->lineage, *run->certbot))
        targets.push_back(*std::move(target));
    }
  }
  return targets;
}

/// By the environment, which certbot's own units share where it is set for the whole machine.
CertbotsWay FindCertbotsWay(const FileSystem& files) {
  CertbotsWay way;
  for (const char* variable : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"})
    way.has_proxy = way.has_proxy || IsSet(variable);
  const auto environment = files.Read("/etc/environment", kMostEnvironmentBytes);
  if (environment) {
    const std::string& text = environment->bytes;
    way.has_proxy = way.has_proxy || text.find("https_proxy") != std::string::npos ||
                    text.find("HTTPS_PROXY") != std::string::npos;
  }
  way.roots_given = RootsGiven() != nullptr;
  return way;
}

bool Fails(const PreflightFinding& finding) { return finding.outcome == PreflightOutcome::kFails; }

bool HasFailure(const Findings& findings) { return std::ranges::any_of(findings, Fails); }

/// The `second` findings, where only what failed in the first ones too is certain.
Findings OnlyWhatRepeats(const Findings& first, Findings second) {
  for (PreflightFinding& finding : second) {
    const bool repeats = std::ranges::any_of(first, [&](const PreflightFinding& before) {
      return Fails(before) && before.problem == finding.problem;
    });
    if (Fails(finding) && !repeats) finding.outcome = PreflightOutcome::kMayFail;
  }
  return second;
}

bool FindNat(const FileSystem& files) {
  const auto modules = files.Read("/proc/modules", kMostModulesBytes);
  return HasNat(modules ? std::optional<std::string_view>(modules->bytes) : std::nullopt);
}

}  // namespace

void PreflightCollector::Sweep(const std::vector<RenewalTarget>& targets) const {
  const seconds timeout = std::chrono::ceil<seconds>(options_.timeout);
  const seconds age = std::max<seconds>(kLeftoverAge, 2 * timeout);
  std::set<std::string> swept;  // webroots
  for (const RenewalTarget& target : targets) {
    for (const auto& [webroot, names] : target.webroots) {
      if (!swept.insert(webroot).second) continue;
      const auto certbot_runs = [&] {
        const auto lock = ReadLock(surroundings_.files, target.config_dir + "/.certbot.lock");
        return lock && lock->has_value();
      };
      SweepChallengeFiles(options_.root, webroot, surroundings_.clock.Now(), age, certbot_runs);
    }
  }
}

PreflightCollector::Results PreflightCollector::Examine(
    const Snapshot& known, const std::vector<RenewalTarget>& targets) const {
  const KnownNames names(known);
  const RoundSetting setting{
      options_,
      surroundings_.files,
      surroundings_.clock,
      names,
      {InterfaceAddresses(), options_.addresses, FindNat(surroundings_.files)},
      FindCertbotsWay(surroundings_.files)};
  EventLoop loop;
  Results results;
  {
    PreflightRound round(loop, setting);
    const auto examine = [&]() -> Task<void> { results = co_await round.Examine(targets); };
    loop.Spawn(examine());
    loop.Run();
  }
  return results;
}

milliseconds PreflightCollector::PauseBetween() const {
  return std::min<milliseconds>(options_.timeout, kLongestPause);
}

void PreflightCollector::ExamineAgain(const Snapshot& known,
                                      const std::vector<RenewalTarget>& targets,
                                      Results& results) const {
  std::vector<std::size_t> places;
  std::vector<RenewalTarget> failing;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (!HasFailure(results[i])) continue;
    places.push_back(i);
    failing.push_back(targets[i]);
  }
  if (failing.empty()) return;
  surroundings_.pause(PauseBetween());
  Results second = Examine(known, failing);
  for (std::size_t i = 0; i < failing.size(); ++i) {
    Findings& first = results[places[i]];
    first = OnlyWhatRepeats(first, std::move(second[i]));
  }
}

CollectorRun PreflightCollector::Look(const Snapshot& known) {
  const auto started = surroundings_.clock.Ticks();
  const std::vector<RenewalTarget> targets = TargetsIn(known);
  if (options_.Asks(PreflightCheck::kHttp01)) Sweep(targets);
  Results results = Examine(known, targets);
  ExamineAgain(known, targets, results);
  auto preflight = std::make_shared<Preflight>();
  for (std::size_t i = 0; i < targets.size(); ++i)
    preflight->lineages[{targets[i].config_dir, targets[i].lineage}] = std::move(results[i]);
  CollectorRun run;
  run.collector = name();
  run.finished = surroundings_.clock.Now();
  run.took = surroundings_.clock.Ticks() - started;
  preflight->valid_until = run.finished + std::chrono::ceil<seconds>(2 * options_.interval) +
                           std::chrono::ceil<seconds>(2 * options_.timeout + PauseBetween());
  run.preflight = std::move(preflight);
  return run;
}

}  // namespace certhealth
