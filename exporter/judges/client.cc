// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/client.h"

#include <algorithm>
#include <string>
#include <vector>

#include "exporter/judges/findings.h"
#include "exporter/phrases.h"

namespace certhealth::judges {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

/// Something that is not visible here, such as a loop in a container, starts certbot where it ran
/// so lately; certbot's own timers leave a day between two runs at most.
constexpr hours kRanLately{36};

/// What a run may be late for reasons of its own: a machine under load, a clock that is set.
constexpr hours kLeastGrace{2};

/// certbot waits for the CA and for DNS to spread, but tells of that all the while.
constexpr hours kLongSilence{1};

/// A certificate should be tried this often between its threshold and its end.
constexpr int kLeastTries = 3;

/// Why nothing of what is there counts: "PLACE: it is not executable".
std::vector<std::string> Idle(const Schedule& schedule) {
  std::vector<std::string> idle;
  for (const Scheduler& scheduler : schedule.schedulers)
    idle.push_back(PlaceOf(scheduler) + " (" + scheduler.why + ")");
  return idle;
}

/// The lineage's own period: the shortest among what renews it; nullopt when one is not known.
std::optional<seconds> PeriodOf(const Case& given) {
  const std::string& config_dir = given.machine->roots[given.lineage->root].config_dir;
  std::optional<seconds> shortest;
  for (const Scheduler* scheduler : given.client->schedulers) {
    if (!Covers(*scheduler, given.lineage->name, config_dir)) continue;
    if (!scheduler->longest_period) return std::nullopt;
    shortest = std::min(shortest.value_or(seconds::max()), *scheduler->longest_period);
  }
  return shortest;
}

/// When `scheduler` was last known to have had no reason to start certbot.
WallTime WaitsSince(const ClientCase& given, const Scheduler& scheduler) {
  WallTime since = *given.state.last_ran;
  if (scheduler.set_up) since = std::max(since, *scheduler.set_up);
  const std::optional<WallTime>& booted = given.machine.schedule.host.booted;
  return booted ? std::max(since, *booted) : since;
}

std::string CountsPhrase(const FailureCounts& counts) {
  std::vector<std::string> parts;
  if (counts.renew > 0) parts.push_back(std::to_string(counts.renew) + " not renewed");
  if (counts.parse > 0)
    parts.push_back(std::to_string(counts.parse) + " with a conf that certbot cannot use");
  return FormatList(parts);
}

}  // namespace

std::optional<Finding> NotScheduled(const ClientCase& given) {
  if (given.state.scheduled != false) return std::nullopt;
  if (given.state.last_ran && given.now - *given.state.last_ran < kRanLately) return std::nullopt;
  const std::vector<std::string> idle = Idle(given.machine.schedule);
  if (idle.empty()) return Certain("no timer and no cron entry calls certbot renew");
  return Certain("nothing starts certbot: " + FormatList(idle));
}

std::optional<Finding> LineageNotScheduled(const Case& given) {
  if (given.client == nullptr || given.client->scheduled != true || !given.plan.enabled)
    return std::nullopt;
  const CertbotRoot& root = given.machine->roots[given.lineage->root];
  for (const Scheduler& scheduler : given.machine->schedule.schedulers) {
    const bool may_count = scheduler.counts().value_or(true);
    if (may_count &&
        (scheduler.calls.empty() || Covers(scheduler, given.lineage->name, root.config_dir)))
      return std::nullopt;
  }
  if (!given.machine->schedule.failures.empty()) return std::nullopt;
  const auto looked_at = given.history != nullptr && given.history->last_attempt
                             ? std::optional(given.history->last_attempt->at)
                             : std::nullopt;
  if (looked_at && given.now - *looked_at < kRanLately) return std::nullopt;
  return Risk(PlaceOf(*given.client->schedulers.front()) + " renews other lineages than this one");
}

std::optional<Finding> ScheduledTwice(const ClientCase& given) {
  const auto& schedulers = given.state.schedulers;
  for (std::size_t i = 0; i < schedulers.size(); ++i) {
    for (std::size_t j = i + 1; j < schedulers.size(); ++j) {
      // Two lines of one table are somebody's intent: twice a day, say.
      if (schedulers[i]->where == schedulers[j]->where) continue;
      if (!Overlap(*schedulers[i], *schedulers[j])) continue;
      return Risk(PlaceOf(*schedulers[i]) + " and " + PlaceOf(*schedulers[j]) +
                  " both start it: a run fails when the other one holds the lock, and two "
                  "versions of certbot would write the same confs");
    }
  }
  return std::nullopt;
}

std::optional<Finding> RunsStopped(const ClientCase& given) {
  if (given.state.scheduled != true || !given.state.last_ran) return std::nullopt;
  for (const Scheduler* scheduler : given.state.schedulers) {
    if (!scheduler->longest_period) continue;
    // What renews some lineages by name may do so by other commands than `renew`.
    const bool by_renew = std::ranges::any_of(scheduler->calls, [](const ScheduledCall& call) {
      return ReachOf(call.command) == RenewalReach::kAll;
    });
    if (!by_renew) continue;
    const seconds period = *scheduler->longest_period;
    const seconds grace = std::max<seconds>(period / 2, kLeastGrace);
    if (given.now - WaitsSince(given, *scheduler) <= period + grace) continue;
    std::string detail = "certbot renew last ran at " + FormatMoment(*given.state.last_ran) +
                         ", though " + PlaceOf(*scheduler) + " should start it every " +
                         FormatSpan(period);
    for (const Failure& failure : given.machine.schedule.cli_ini_failures)
      detail += "; certbot may die of " + failure.detail;
    return Risk(std::move(detail));
  }
  return std::nullopt;
}

std::optional<Finding> LastRunFailed(const ClientCase& given) {
  const LogRun* run = given.state.last_run;
  if (run == nullptr || Succeeded(*run) != false) return std::nullopt;
  const std::string when = "the run of " + FormatMoment(run->start);
  if (run->error) {
    return Risk(when + " failed, " + std::string(NameOf(run->error->reason)) + ": " +
                run->error->message.substr(0, run->error->message.find('\n')));
  }
  if (run->failures) return Risk(when + " failed: " + CountsPhrase(*run->failures));
  return Risk(when + " was killed before it came to an end");
}

std::optional<Finding> LockHeld(const ClientCase& given) {
  for (const CertbotRoot& root : given.machine.roots) {
    if (!root.lock_holder || root.history == nullptr || root.history->last_run == nullptr) continue;
    const LogRun& run = *root.history->last_run;
    if (run.end == RunEnd::kFinished || given.now - run.last_record < kLongSilence) continue;
    const std::string holder = root.lock_holder->pid
                                   ? "process " + std::to_string(*root.lock_holder->pid)
                                   : std::string("a process that is not visible here");
    return Risk(holder + " holds the lock in " + root.config_dir + ", and the run of " +
                FormatMoment(run.start) + " has said nothing since " +
                FormatMoment(run.last_record) + ": every other run fails until it ends");
  }
  return std::nullopt;
}

std::optional<Finding> HookOfRunFailed(const ClientCase& given) {
  if (given.state.last_run == nullptr || given.state.last_run->failed_hooks.empty())
    return std::nullopt;
  const HookFailure& failed = given.state.last_run->failed_hooks.front();
  return Risk((failed.hook.empty() ? std::string("a hook") : failed.hook) + " ended with code " +
              std::to_string(failed.exit_code) + " in the run of " +
              FormatMoment(given.state.last_run->start) +
              "; certbot counts the renewals as successes all the same");
}

std::optional<Finding> ScheduledTooRarely(const Case& given) {
  if (given.client == nullptr || given.client->scheduled != true || !given.plan.enabled ||
      !given.plan.threshold || given.lineage->newest == nullptr) {
    return std::nullopt;
  }
  const std::optional<seconds> period = PeriodOf(given);
  const seconds span = std::min(*given.plan.threshold, given.lineage->newest->lifetime());
  if (!period || span <= seconds{0} || *period * kLeastTries <= span) return std::nullopt;
  return Risk("certbot is started every " + FormatSpan(*period) +
              ", and this certificate is renewed " + FormatSpan(span) +
              " before expiry: a failure leaves too few tries");
}

}  // namespace certhealth::judges
