// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/certbot_collector.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "collectors/certbot/attempt_join.h"
#include "collectors/certbot/lineage_labels.h"
#include "collectors/schedule/schedule_reader.h"

namespace certhealth {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// certbot swaps its four links within milliseconds. A lineage that looks torn is read again for as
/// long as a busy machine may take; one that stays torn is told as it is once its last change is
/// this old.
constexpr seconds kSwapTime{5};
constexpr milliseconds kFirstPause{10};
constexpr milliseconds kLongestPause{160};
/// For all lineages of one look together, so that a machine full of torn ones is still looked at in
/// time.
constexpr milliseconds kPatience{2000};
/// cert and chain rewritten in place, which certbot never does, are noticed within so many looks.
constexpr std::size_t kLooksBetweenFullChecks = 10;

/// live/NAME without a conf and without a single link: certbot takes no notice of it.
bool IsEmptyRemnant(const Lineage& lineage) {
  return !lineage.has_conf && std::ranges::all_of(lineage.links, [](const LineageLink& link) {
    return link.state == LinkState::kMissing;
  });
}

/// Whether a swap may still be under way. A change far in the future says nothing: a clock was set.
bool IsRecent(WallTime changed, WallTime now) {
  return changed > now - kSwapTime && changed < now + kSwapTime;
}

}  // namespace

CertbotCollector::CertbotCollector(Surroundings surroundings, CertbotOptions options)
    : surroundings_(std::move(surroundings)), options_(std::move(options)) {}

CollectorRun CertbotCollector::Look(const Snapshot& /*known*/) {
  const auto started = surroundings_.clock.Ticks();
  patience_left_ = kPatience;
  CollectorRun run;
  run.collector = name();

  Schedule schedule = ScheduleReader(surroundings_.files,
                                     surroundings_.mounts ? surroundings_.mounts() : MountView())
                          .Read();
  const std::vector<CertbotPlace> places =
      FindCertbot(surroundings_.files, schedule, options_.places, options_.logs_dir);
  FollowPlaces(places);
  LookAtNames(run);

  if (!zone_) zone_ = ReadTimeZone(surroundings_.files, surroundings_.time_zone);
  MachineLook machine(surroundings_.files, std::move(schedule), *zone_, memory_, options_.keys,
                      surroundings_.clock.Now());
  for (std::size_t index = 0; index < roots_.size(); ++index) {
    CertbotRoot told = ReadPast(roots_[index], run);
    const std::shared_ptr<const CertbotHistory> log = told.history;
    machine.AddRoot(std::move(told));
    const std::size_t first_bundle = run.bundles.size();
    LookAtRoot(index, run, machine);
    machine.SetHistory(HistoryOf(roots_[index], first_bundle, log, run));
  }
  const auto by_name = [](const auto& bundle) -> const std::string& { return bundle->name; };
  if (!std::ranges::is_sorted(run.bundles, {}, by_name))
    std::ranges::sort(run.bundles, {}, by_name);
  run.certbot =
      std::make_shared<const CertbotMachine>(std::move(machine).Finish(surroundings_.ipv6_only));
  run.finished = surroundings_.clock.Now();
  run.took = surroundings_.clock.Ticks() - started;
  return run;
}

CertbotRoot CertbotCollector::ReadPast(Root& root, CollectorRun& run) const {
  CertbotRoot told;
  told.config_dir = root.place.config_dir;
  told.logs_dir = root.place.logs_dir.value_or("");
  told.hook_records = ReadHookRecords(root, run);
  if (root.log == nullptr) {
    root.log = std::make_unique<LogCollector>(surroundings_.files, root.place.logs_dir.value_or(""),
                                              *zone_);
  }
  const auto history = root.log->Collect(surroundings_.clock.Now());
  if (history) {
    told.history = *history;
    told.running_version = (*history)->version;
    return told;
  }
  // Without a log, the confs still tell; and where it may not be read, that is what the hook is
  // for.
  const Reason reason = history.error().reason;
  const bool is_replaced = reason == Reason::kPermissionDenied && told.hook_records != nullptr;
  if (reason != Reason::kNotFound && !is_replaced) run.failures.push_back(history.error());
  return told;
}

/// What the log says, and what else is known by the names of certificates.
std::shared_ptr<const CertbotHistory> CertbotCollector::HistoryOf(
    Root& root, std::size_t first_bundle, std::shared_ptr<const CertbotHistory> log,
    const CollectorRun& run) const {
  const WallTime now = surroundings_.clock.Now();
  const std::vector<OrderTrace>& orders =
      root.orders.Look(surroundings_.files, root.place.config_dir, now);
  if (orders.empty() && (log == nullptr || log->unplaced.empty())) return log;
  std::vector<IssuedLineage> lineages;
  for (std::size_t i = first_bundle; i < run.bundles.size(); ++i) {
    const Lineage& lineage = *run.bundles[i]->lineage;
    // Without a conf certbot does not look for it by its names either.
    if (lineage.newest == nullptr || !lineage.newest_saved || !lineage.has_conf) continue;
    if (!lineage.newest->ip_addresses.empty()) continue;
    lineages.push_back({lineage.name, lineage.newest->dns_names, lineage.newest->public_key_sha256,
                        *lineage.newest_saved});
  }
  return PlaceAttempts(std::move(log), std::move(lineages), orders, now);
}

std::shared_ptr<const HookRecords> CertbotCollector::ReadHookRecords(Root& root,
                                                                     CollectorRun& run) const {
  if (options_.state_dir.empty()) return nullptr;
  if (root.hook == nullptr) {
    root.hook = std::make_unique<HookRecordReader>(
        surroundings_.files, HookRecordsDirectory(options_.state_dir, root.place.config_dir));
  }
  auto records = root.hook->Read(surroundings_.clock.Now());
  if (records) return *std::move(records);
  run.failures.push_back(records.error());
  return nullptr;
}

void CertbotCollector::FollowPlaces(const std::vector<CertbotPlace>& places) {
  std::vector<Root> roots;
  for (const CertbotPlace& place : places) {
    const auto known = std::ranges::find(roots_, place, &Root::place);
    if (known != roots_.end() && known - roots_.begin() == std::ssize(roots)) {
      roots.push_back(std::move(*known));
    } else {
      roots.emplace_back().place = place;  // a Lineage knows its root by its number
    }
  }
  roots_ = std::move(roots);
}

void CertbotCollector::LookAtNames(CollectorRun& run) {
  bool any_listed = false;
  for (Root& root : roots_) {
    const std::vector<std::string> before = root.names.names();
    const auto outcome =
        root.names.Look(surroundings_.files, surroundings_.clock, root.place.config_dir);
    std::ranges::copy(root.names.failures(), std::back_inserter(run.failures));
    if (outcome == LineageNames::Outcome::kAsBefore) continue;
    any_listed = true;
    const std::vector<std::string>& names = root.names.names();
    std::vector<Known> lineages(names.size());
    for (std::size_t i = 0, old = 0; i < names.size(); ++i) {
      while (old < before.size() && before[old] < names[i]) ++old;
      if (old < before.size() && before[old] == names[i])
        lineages[i] = std::move(root.lineages[old]);
    }
    root.lineages = std::move(lineages);
  }
  if (any_listed) Relabel();
}

void CertbotCollector::Relabel() {
  LineageLabels labels;
  for (Root& root : roots_) {
    for (std::size_t i = 0; i < root.lineages.size(); ++i) {
      std::shared_ptr<const Bundle>& known = root.lineages[i].bundle;
      std::string label = labels.LabelOf(root.names.names()[i], root.place.config_dir);
      if (known != nullptr && known->name == label) continue;
      auto renamed =
          known == nullptr ? std::make_shared<Bundle>() : std::make_shared<Bundle>(*known);
      renamed->source = Source::kCertbot;
      renamed->name = std::move(label);
      known = std::move(renamed);
    }
  }
}

void CertbotCollector::LookAtRoot(std::size_t index, CollectorRun& run, MachineLook& machine) {
  Root& root = roots_[index];
  const LineageReader reader(surroundings_.files, surroundings_.certificates, root.place.config_dir,
                             index, options_.keys);
  run.bundles.reserve(run.bundles.size() + root.lineages.size());
  for (std::size_t i = 0; i < root.lineages.size(); ++i) {
    Known& known = root.lineages[i];
    LookAtLineage(reader, root.names.names()[i], known);
    if (IsEmptyRemnant(*known.bundle->lineage)) continue;
    machine.AddLineage(*known.bundle->lineage);
    run.bundles.push_back(known.bundle);
  }
}

void CertbotCollector::LookAtLineage(const LineageReader& reader, const std::string& name,
                                     Known& known) {
  known.looks = static_cast<std::uint8_t>((known.looks + 1) % kLooksBetweenFullChecks);
  if (known.settled && (known.looks == 0 ? known.identity.IsUnchangedThroughout(surroundings_.files)
                                         : known.identity.IsUnchanged(surroundings_.files))) {
    return;
  }
  const WallTime read_at = surroundings_.clock.Now();
  LineageReading reading = ReadSettled(reader, name, known.bundle->name);
  const WallTime changed_at = reading.identity.NewestChange();
  const bool moving = reading.in_motion && IsRecent(changed_at, read_at);
  if (moving && known.bundle->lineage != nullptr) return;  // the reading before stands
  known.bundle = std::move(reading.bundle);
  known.identity = std::move(reading.identity);
  known.settled = !moving && changed_at + kClockTick < read_at;
  // The first full check of each lineage falls on another look, so that no look pays for all of
  // them.
  known.looks = static_cast<std::uint8_t>(std::hash<std::string>{}(name) % kLooksBetweenFullChecks);
}

LineageReading CertbotCollector::ReadSettled(const LineageReader& reader, const std::string& name,
                                             const std::string& label) {
  LineageReading reading = reader.Read(name, label);
  milliseconds pause = kFirstPause;
  bool is_changing = true;
  while (reading.in_motion && std::min(pause, kLongestPause) <= patience_left_) {
    // Not live/ alone: archive/ is written before the links move.
    if (!IsRecent(reading.identity.NewestChange(), surroundings_.clock.Now())) break;
    // One that stays as it is may be told soon; one that is seen to change is not done.
    if (pause > kLongestPause && !is_changing) break;
    const milliseconds wait = std::min(pause, kLongestPause);
    surroundings_.pause(wait);
    patience_left_ -= wait;
    if (pause <= kLongestPause) pause *= 2;
    is_changing = !reading.identity.IsUnchangedThroughout(surroundings_.files);
    reading = reader.Read(name, label);
  }
  return reading;
}

}  // namespace certhealth
