// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/certbot_collector.h"

#include <algorithm>
#include <set>
#include <utility>

#include "collectors/base/utf8.h"
#include "collectors/certbot/attempt_join.h"
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
/// Timestamps of files advance in ticks (4 ms on common kernels); a second is far beyond any.
constexpr seconds kClockTick{1};
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

CollectorRun CertbotCollector::Look() {
  const auto started = surroundings_.clock.Ticks();
  patience_left_ = kPatience;
  labels_.clear();
  CollectorRun run;
  run.collector = name();

  Schedule schedule = ScheduleReader(surroundings_.files).Read();
  const std::vector<CertbotPlace> places =
      FindCertbot(surroundings_.files, schedule, options_.places, options_.logs_dir);
  std::vector<Root> roots;
  for (const CertbotPlace& place : places) {
    const auto known = std::ranges::find(roots_, place, &Root::place);
    roots.push_back(known == roots_.end() ? Root{place, {}, nullptr, {}} : std::move(*known));
  }
  roots_ = std::move(roots);

  if (!zone_) zone_ = ReadTimeZone(surroundings_.files);
  MachineLook machine(surroundings_.files, std::move(schedule), *zone_);
  for (std::size_t index = 0; index < roots_.size(); ++index) {
    CertbotRoot told = ReadPast(roots_[index], run);
    const std::shared_ptr<const CertbotHistory> log = told.history;
    machine.AddRoot(std::move(told));
    const std::size_t first_bundle = run.bundles.size();
    LookAtRoot(index, run, machine);
    machine.SetHistory(HistoryOf(roots_[index], first_bundle, log, run));
  }
  std::ranges::sort(run.bundles, {},
                    [](const auto& bundle) -> const std::string& { return bundle->name; });
  run.certbot =
      std::make_shared<const CertbotMachine>(std::move(machine).Finish(surroundings_.ipv6_only));
  run.finished = surroundings_.clock.Now();
  run.took = surroundings_.clock.Ticks() - started;
  return run;
}

CertbotRoot CertbotCollector::ReadPast(Root& root, CollectorRun& run) const {
  CertbotRoot told;
  told.config_dir = root.place.config_dir;
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
    lineages.push_back({lineage.name, lineage.newest->dns_names,
                        lineage.newest->public_key_sha256, *lineage.newest_saved});
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

void CertbotCollector::LookAtRoot(std::size_t index, CollectorRun& run, MachineLook& machine) {
  Root& root = roots_[index];
  const LineageReader reader(surroundings_.files, surroundings_.certificates, root.place.config_dir,
                             index, options_.keys);
  for (auto& [name, known] : root.lineages) known.seen = false;
  for (const std::string& name : NamesIn(root.place.config_dir, run.failures)) {
    std::shared_ptr<const Bundle> bundle = BundleOf(reader, root, name);
    if (IsEmptyRemnant(*bundle->lineage)) continue;
    machine.AddLineage(*bundle->lineage);
    run.bundles.push_back(std::move(bundle));
  }
  std::erase_if(root.lineages, [](const auto& entry) { return !entry.second.seen; });
}

std::vector<std::string> CertbotCollector::NamesIn(const std::string& config_dir,
                                                   std::vector<Failure>& failures) const {
  constexpr std::string_view kSuffix = ".conf";
  std::set<std::string> names;
  const auto renewal = surroundings_.files.List(config_dir + "/renewal");
  if (!renewal) {
    failures.push_back(renewal.error());
  } else {
    for (const DirectoryEntry& entry : *renewal) {
      // certbot's glob is renewal/*.conf: no dotfiles, nothing below.
      if (entry.name.starts_with('.') || !entry.name.ends_with(kSuffix)) continue;
      names.insert(entry.name.substr(0, entry.name.size() - kSuffix.size()));
    }
  }
  const auto live = surroundings_.files.List(config_dir + "/live");
  if (!live) {
    if (live.error().reason != Reason::kNotFound) failures.push_back(live.error());
  } else {
    for (const DirectoryEntry& entry : *live) {
      if (entry.name.starts_with('.')) continue;
      if (entry.kind == FileKind::kDirectory) {
        names.insert(entry.name);
      } else if (entry.kind == FileKind::kSymlink) {
        const auto status = surroundings_.files.Status(config_dir + "/live/" + entry.name);
        if (status && status->kind == FileKind::kDirectory) names.insert(entry.name);
      }
    }
  }
  return {names.begin(), names.end()};
}

std::string CertbotCollector::LabelOf(const std::string& name, const std::string& config_dir) {
  std::string label = ToValidUtf8(name);
  // Two directories may hold lineages of one name, and two names may differ in bytes that are no
  // text.
  if (labels_.contains(label)) label += " (" + ToValidUtf8(config_dir) + ")";
  const auto [found, is_new] = labels_.try_emplace(label, 1);
  if (is_new) return label;
  // Counted on from the last one of this text, so that any number of them takes but a step each.
  std::size_t& count = found->second;
  std::string numbered;
  do {
    numbered = label + " #" + std::to_string(++count);
  } while (!labels_.try_emplace(numbered, 1).second);
  return numbered;
}

std::shared_ptr<const Bundle> CertbotCollector::BundleOf(const LineageReader& reader, Root& root,
                                                         const std::string& name) {
  const std::string label = LabelOf(name, root.place.config_dir);
  const auto found = root.lineages.find(name);
  if (found != root.lineages.end()) {
    Known& known = found->second;
    known.seen = true;
    const bool throughout = ++known.looks % kLooksBetweenFullChecks == 0;
    const LineageIdentity& identity = known.reading.identity;
    if (known.settled && known.label == label &&
        (throughout ? identity.IsUnchangedThroughout(surroundings_.files)
                    : identity.IsUnchanged(surroundings_.files))) {
      return known.reading.bundle;
    }
  }
  const WallTime read_at = surroundings_.clock.Now();
  LineageReading reading = ReadSettled(reader, name, label);
  const WallTime changed_at = reading.identity.NewestChange();
  const bool moving = reading.in_motion && IsRecent(changed_at, read_at);
  if (moving && found != root.lineages.end()) return found->second.reading.bundle;
  Known& known = root.lineages[name];
  known.label = label;
  known.reading = std::move(reading);
  known.settled = !moving && changed_at + kClockTick < read_at;
  // The first full check of each lineage falls on another look, so that no look pays for all of
  // them.
  known.looks = std::hash<std::string>{}(name) % kLooksBetweenFullChecks;
  known.seen = true;
  return known.reading.bundle;
}

LineageReading CertbotCollector::ReadSettled(const LineageReader& reader, const std::string& name,
                                             const std::string& label) {
  LineageReading reading = reader.Read(name, label);
  for (milliseconds pause = kFirstPause; pause <= kLongestPause && pause <= patience_left_;
       pause *= 2) {
    if (!reading.in_motion) break;
    // Not live/ alone: archive/ is written before the links move.
    if (!IsRecent(reading.identity.NewestChange(), surroundings_.clock.Now())) break;
    surroundings_.pause(pause);
    patience_left_ -= pause;
    reading = reader.Read(name, label);
  }
  return reading;
}

}  // namespace certhealth
