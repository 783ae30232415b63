// SPDX-License-Identifier: Apache-2.0
#include "collectors/schedule/unit_tree.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "collectors/base/utf8.h"
#include "collectors/schedule/text.h"

namespace certhealth {
namespace {

constexpr std::uint64_t kMaxUnitBytes = 65536;
constexpr std::size_t kMaxEntries = 20000;  // of one directory
constexpr std::size_t kMaxFailures = 64;

/// In the order in which systemd looks; the first file of a name wins. What generators write stands
/// for something else that is read where it is, and what is transient is gone after a boot.
constexpr std::array<const char*, 5> kDirectories{"/etc/systemd/system", "/run/systemd/system",
                                                  "/usr/local/lib/systemd/system",
                                                  "/usr/lib/systemd/system", "/lib/systemd/system"};

/// Targets that every ordinary boot reaches.
constexpr std::array<const char*, 12> kBootTargets{
    "default.target", "graphical.target", "multi-user.target", "timers.target",
    "basic.target",   "sysinit.target",   "sockets.target",    "paths.target",
    "slices.target",  "local-fs.target",  "remote-fs.target",  "network-online.target"};

bool IsNull(std::string_view link) { return link == "/dev/null" || link.ends_with("/dev/null"); }

std::string_view TypeOf(std::string_view unit) {
  const std::size_t dot = unit.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : unit.substr(dot + 1);
}

bool IsTemplate(std::string_view unit) { return unit.find("@.") != std::string_view::npos; }

/// "certbot@.timer" for "certbot@example.org.timer"; empty for a unit that is no instance.
std::string TemplateOf(const std::string& unit) {
  const std::size_t at = unit.find('@');
  if (at == std::string::npos) return {};
  return unit.substr(0, at + 1) + '.' + std::string(TypeOf(unit));
}

/// Names of the directories of drop-ins, the strongest first: "a-b.timer.d", "a-.timer.d",
/// "timer.d".
std::vector<std::string> DropInDirectories(const std::string& unit) {
  std::vector<std::string> names{unit + ".d"};
  if (const std::string pattern = TemplateOf(unit); !pattern.empty())
    names.push_back(pattern + ".d");
  const std::string suffix = '.' + std::string(TypeOf(unit)) + ".d";
  const std::string stem = unit.substr(0, unit.rfind('.'));
  for (std::size_t dash = stem.rfind('-');
       dash != std::string::npos && dash > 0 && names.size() < 16;
       dash = stem.rfind('-', dash - 1)) {
    if (dash + 1 < stem.size()) names.push_back(stem.substr(0, dash + 1) + suffix);
  }
  names.push_back(suffix.substr(1));
  return names;
}

}  // namespace

UnitTree::UnitTree(const FileSystem& files) : files_(files) {
  for (const char* directory : kDirectories) {
    Result<std::vector<DirectoryEntry>> entries = files_.List(directory);
    if (!entries) {
      if (entries.error().reason != Reason::kNotFound) Note(entries.error());
      continue;
    }
    visible_ = true;
    std::vector<DirectoryEntry> kept = std::move(entries).value();
    if (kept.size() > kMaxEntries) {
      Note({Reason::kTooLarge, std::string(directory) + " has too many entries"});
      kept.resize(kMaxEntries);
    }
    for (const DirectoryEntry& entry : kept) {
      if (entry.name.ends_with(".wants") || entry.name.ends_with(".requires")) {
        ReadWants(directory, entry.name);
      }
    }
    directories_.emplace(directory, std::move(kept));
  }
  FindReachable();
}

void UnitTree::ReadWants(const std::string& directory, const std::string& entry) {
  if (files_left_-- <= 0) return;
  const std::string path = directory + '/' + entry;
  const Result<std::vector<DirectoryEntry>> units = files_.List(path);
  if (!units) {
    if (units.error().reason == Reason::kPermissionDenied) Note(units.error());
    return;
  }
  const std::string dependent = entry.substr(0, entry.rfind('.'));
  for (const DirectoryEntry& unit : *units) {
    if (wants_.size() < kMaxEntries)
      wants_.push_back({dependent, unit.name, path + '/' + unit.name});
  }
}

void UnitTree::FindReachable() {
  std::multimap<std::string, const Want*> pulls;
  for (const Want& want : wants_) pulls.emplace(want.dependent, &want);
  std::vector<std::string> open(kBootTargets.begin(), kBootTargets.end());
  for (const char* directory : kDirectories) {  // the default target is a link to the real one
    const auto link = files_.ReadLink(std::string(directory) + "/default.target");
    if (!link) continue;
    open.emplace_back(BaseName(*link));
    break;
  }
  std::set<std::string> reached(open.begin(), open.end());
  while (!open.empty()) {
    const auto [first, last] = pulls.equal_range(open.back());
    open.pop_back();
    for (auto pull = first; pull != last; ++pull) {
      const Want& want = *pull->second;
      enabled_by_.emplace(want.unit, want.path);
      if (reached.insert(want.unit).second) open.push_back(want.unit);
    }
  }
}

std::vector<std::string> UnitTree::Timers() const {
  std::set<std::string> names;
  for (const auto& [directory, entries] : directories_) {
    for (const DirectoryEntry& entry : entries) {
      if (entry.name.ends_with(".timer")) names.insert(entry.name);
    }
  }
  for (const Want& want : wants_) {
    if (want.unit.ends_with(".timer")) names.insert(want.unit);
  }
  std::erase_if(names, IsTemplate);
  return {names.begin(), names.end()};
}

std::vector<std::string> UnitTree::OwnServices() const {
  std::set<std::string> names;
  for (const auto& [directory, entries] : directories_) {
    const bool own = directory.starts_with("/etc/") || directory.starts_with("/usr/local/");
    for (const DirectoryEntry& entry : entries) {
      if (!entry.name.ends_with(".service") || IsTemplate(entry.name)) continue;
      if ((own && entry.kind == FileKind::kRegular) || MentionsCertbot(entry.name)) {
        names.insert(entry.name);
      }
    }
  }
  return {names.begin(), names.end()};
}

Unit UnitTree::Load(const std::string& name) {
  Unit unit;
  unit.name = name;
  unit.problem = name + " does not exist";
  const std::string pattern = TemplateOf(name);
  bool decided = false;
  for (const char* directory : kDirectories) {
    const DirectoryEntry* entry = Find(directory, name);
    if (entry == nullptr && !pattern.empty()) entry = Find(directory, pattern);
    if (entry == nullptr) continue;
    const std::string path = std::string(directory) + '/' + entry->name;
    const Result<FileStatus> status = files_.Status(path);
    const Result<std::string> link = files_.ReadLink(path);
    const bool masked =
        (link && IsNull(*link)) || (status && status->kind == FileKind::kDevice) ||
        (status && status->kind == FileKind::kRegular && status->identity.size_bytes == 0);
    if (!decided) {
      decided = true;
      unit.path = path;
      if (masked) {
        unit.state = UnitState::kMasked;
        unit.problem = path + " masks it";
      } else if (!status && status.error().reason == Reason::kBrokenLink) {
        unit.problem = status.error().detail;
        break;
      }
    }
    if (masked) continue;  // what it hides still tells what the unit is
    ReadFile(path, unit);
    break;
  }
  if (unit.state == UnitState::kLoaded || unit.state == UnitState::kMasked) ReadDropIns(unit);
  return unit;
}

std::optional<std::string> UnitTree::EnabledBy(const std::string& name) const {
  const auto found = enabled_by_.find(name);
  if (found == enabled_by_.end()) return std::nullopt;
  return found->second;
}

std::optional<std::string> UnitTree::WantedInVainBy(const std::string& name) const {
  if (enabled_by_.contains(name)) return std::nullopt;
  const auto want = std::ranges::find(wants_, name, &Want::unit);
  if (want == wants_.end()) return std::nullopt;
  return want->path;
}

const DirectoryEntry* UnitTree::Find(const std::string& directory, const std::string& name) const {
  const auto entries = directories_.find(directory);
  if (entries == directories_.end()) return nullptr;
  const auto entry = std::ranges::lower_bound(entries->second, name, {}, &DirectoryEntry::name);
  return entry != entries->second.end() && entry->name == name ? &*entry : nullptr;
}

void UnitTree::ReadFile(const std::string& path, Unit& unit) {
  const auto contents =
      files_left_-- > 0 ? files_.Read(path, kMaxUnitBytes)
                        : Failure{Reason::kTooLarge, "too many units: " + path + " was not read"};
  if (contents) {
    UnitFile file = ParseUnitFile(ToValidUtf8(contents->bytes));
    auto& settings = unit.file.settings;
    settings.insert(settings.end(), std::make_move_iterator(file.settings.begin()),
                    std::make_move_iterator(file.settings.end()));
    if (unit.state != UnitState::kMasked) {
      unit.state = UnitState::kLoaded;
      unit.problem.clear();
    }
    return;
  }
  Note(contents.error());
  if (unit.state == UnitState::kMasked) return;
  unit.state = UnitState::kUnreadable;
  unit.problem = contents.error().detail;
}

void UnitTree::ReadDropIns(Unit& unit) {
  std::map<std::string, std::string> paths;  // file name -> the strongest file of that name
  for (const std::string& name : DropInDirectories(unit.name)) {
    for (const char* directory : kDirectories) {
      if (Find(directory, name) == nullptr) continue;
      const std::string path = std::string(directory) + '/' + name;
      const Result<std::vector<DirectoryEntry>> entries = files_.List(path);
      if (!entries) {
        Note(entries.error());
        continue;
      }
      for (const DirectoryEntry& entry : *entries) {
        if (entry.name.ends_with(".conf")) paths.emplace(entry.name, path + '/' + entry.name);
      }
    }
  }
  for (const auto& [name, path] : paths) {
    const Result<std::string> link = files_.ReadLink(path);
    if (link && IsNull(*link)) continue;
    ReadFile(path, unit);
  }
}

void UnitTree::Note(const Failure& failure) {
  if (failures_.size() < kMaxFailures)
    failures_.push_back({failure.reason, ToValidUtf8(failure.detail)});
}

}  // namespace certhealth
