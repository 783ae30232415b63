// SPDX-License-Identifier: Apache-2.0
#include "exporter/hook/hook_install.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "collectors/certbot_hook/hook_records.h"
#include "exporter/escape.h"
#include "exporter/hook/hook_script.h"
#include "exporter/hook/host_directory.h"

namespace certhealth {
namespace {

constexpr std::array<HookStage, 2> kStages = {HookStage::kDeploy, HookStage::kPost};
constexpr mode_t kProgramMode = 0755;
constexpr mode_t kOthersMayWrite = 0022;
constexpr std::size_t kMaxScriptBytes = std::size_t{1} << 16U;
constexpr std::size_t kLongestLine = 4096;

enum class Found { kNothing, kOurs };

std::string Line(std::string_view text) { return Printable(text, kLongestLine); }

void Say(HookChange& change, std::string_view what, std::string_view path) {
  change.done.push_back(Line(std::string(what) + " " + std::string(path)));
}

/// What is in `directory` by the name of the hook.
Result<Found> Look(const HostDirectory& directory) {
  const std::string name(kHookName);
  const auto text = directory.ReadFile(name, kMaxScriptBytes);
  if (!text) return text.error();
  if (!*text) return Found::kNothing;
  if (IsHookScript(**text)) return Found::kOurs;
  return Failure{Reason::kNotRegular, directory.path() + "/" + name +
                                          ": not a hook of certhealth_exporter, so it stays as it "
                                          "is; move it away"};
}

/// Whether certbot, which hands the path of a hook to a shell as it is, would run the one below
/// `config_dir`.
bool IsOneWord(std::string_view config_dir) {
  return std::ranges::all_of(config_dir, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/._-+@:,%=").find(c) != std::string_view::npos;
  });
}

std::string HooksPath(const HookPlace& place, HookStage stage) {
  return place.config_dir + "/renewal-hooks/" + std::string(NameOf(stage));
}

/// What speaks against installing; nothing is changed.
std::optional<Failure> Objection(const HookPlace& place) {
  if (!IsOneWord(place.config_dir)) {
    return Failure{Reason::kBadText, place.config_dir +
                                         ": certbot does not quote the path of a hook, so its "
                                         "shell would not find one below this directory"};
  }
  if (place.state_dir.find('\n') != std::string::npos)
    return Failure{Reason::kBadText, "--state.dir: a line's end in the path"};
  const auto config = HostDirectory::Open(place.root, place.config_dir);
  if (!config) return config.error();
  if (config->owner() != geteuid()) {
    return Failure{Reason::kPermissionDenied,
                   place.config_dir + " belongs to user " + std::to_string(config->owner()) +
                       ": install its hook as that user, with a --state.dir of his own"};
  }
  for (const HookStage stage : kStages) {
    const auto hooks = HostDirectory::Open(place.root, HooksPath(place, stage));
    if (!hooks && hooks.error().reason == Reason::kNotFound) continue;
    if (!hooks) return hooks.error();
    if (const auto found = Look(*hooks); !found) return found.error();
  }
  return std::nullopt;
}

Result<HostDirectory> OpenOrMakeAll(const std::string& root, const std::string& path,
                                    HookChange& change) {
  auto directory = HostDirectory::Open(root, path);
  if (directory || directory.error().reason != Reason::kNotFound || path == "/") return directory;
  const std::size_t slash = path.rfind('/');
  const std::string above = slash == 0 ? "/" : path.substr(0, slash);
  const auto parent = OpenOrMakeAll(root, above, change);
  if (!parent) return parent.error();
  auto made = parent->OpenOrMake(path.substr(slash + 1));
  if (made && made->was_made()) Say(change, "created", made->path());
  return made;
}

/// The directories that the hook writes in: it trusts what it finds there.
std::optional<Failure> MakeRecords(const HookPlace& place, HookChange& change) {
  const std::string records = HookRecordsDirectory(place.state_dir, place.config_dir);
  const std::string hook = records.substr(0, records.rfind('/'));
  for (const std::string& path : {place.state_dir, hook, records, records + "/renewed"}) {
    const auto directory = OpenOrMakeAll(place.root, path, change);
    if (!directory) return directory.error();
    if (directory->owner() == geteuid() && (directory->permissions() & kOthersMayWrite) == 0)
      continue;
    return Failure{Reason::kPermissionDenied,
                   path + ": others than user " + std::to_string(geteuid()) +
                       " can write here, so the hook would not; make it that user's, mode 0755"};
  }
  return std::nullopt;
}

std::optional<Failure> WriteProgram(const HookPlace& place, HookStage stage, HookChange& change) {
  const auto hooks = OpenOrMakeAll(place.root, HooksPath(place, stage), change);
  if (!hooks) return hooks.error();
  const std::string name(kHookName);
  const auto before = hooks->ReadFile(name, kMaxScriptBytes);
  if (!before) return before.error();
  const std::string script =
      HookScript(stage, place.state_dir, HookRecordsDirectory(place.state_dir, place.config_dir));
  const std::string path = hooks->path() + "/" + name;
  if (*before == script && hooks->ModeOf(name) == kProgramMode) {
    Say(change, "already installed:", path);
    return std::nullopt;
  }
  if (auto failure = hooks->WriteFile(name, script, kProgramMode)) return failure;
  Say(change, *before ? "replaced" : "installed", path);
  return std::nullopt;
}

std::optional<Failure> RemoveProgram(const HookPlace& place, HookStage stage, HookChange& change) {
  const auto hooks = HostDirectory::Open(place.root, HooksPath(place, stage));
  if (!hooks && hooks.error().reason == Reason::kNotFound) return std::nullopt;
  if (!hooks) return hooks.error();
  const auto found = Look(*hooks);
  if (!found) return found.error();
  if (*found == Found::kNothing) return std::nullopt;
  const std::string name(kHookName);
  if (auto failure = hooks->RemoveFile(name)) return failure;
  Say(change, "removed", hooks->path() + "/" + name);
  return std::nullopt;
}

std::optional<Failure> RemoveFiles(const HostDirectory& directory,
                                   bool (*is_ours)(const std::string&)) {
  const auto names = directory.Names();
  if (!names) return names.error();
  for (const std::string& name : *names) {
    if (!is_ours(name)) continue;
    if (auto failure = directory.RemoveFile(name)) return failure;
  }
  return std::nullopt;
}

/// The records of this configuration directory, and the directories above them as far as they are
/// empty then.
std::optional<Failure> RemoveRecords(const HookPlace& place, HookChange& change) {
  const std::string path = HookRecordsDirectory(place.state_dir, place.config_dir);
  const auto hook = HostDirectory::Open(place.root, path.substr(0, path.rfind('/')));
  if (!hook && hook.error().reason == Reason::kNotFound) return std::nullopt;
  if (!hook) return hook.error();
  const std::string name = path.substr(path.rfind('/') + 1);
  const auto records = hook->Enter(name);
  if (!records && records.error().reason == Reason::kNotFound) return std::nullopt;
  if (!records) return records.error();
  if (const auto renewed = records->Enter("renewed")) {
    if (auto failure = RemoveFiles(*renewed, [](const std::string&) { return true; }))
      return failure;
    if (auto failure = records->RemoveDirectory("renewed")) return failure;
  }
  if (auto failure = RemoveFiles(*records, [](const std::string& file) {
        return file == "failed" || file.starts_with(".new.");
      })) {
    return failure;
  }
  if (auto failure = hook->RemoveDirectory(name)) return failure;
  Say(change, "removed", path);
  // What others have put there, or the hook of another certbot, keeps them.
  if (const auto state = HostDirectory::Open(place.root, place.state_dir)) {
    if (!state->RemoveDirectory("hook")) Say(change, "removed", hook->path());
  }
  return std::nullopt;
}

}  // namespace

HookChange InstallHook(const HookPlace& place) {
  HookChange change;
  const auto add = [&change](std::optional<Failure> failure) {
    if (failure) change.failures.push_back({failure->reason, Line(failure->detail)});
    return !failure;
  };
  if (!add(Objection(place)) || !add(MakeRecords(place, change))) return change;
  for (const HookStage stage : kStages) add(WriteProgram(place, stage, change));
  return change;
}

HookChange RemoveHook(const HookPlace& place) {
  HookChange change;
  const auto add = [&change](std::optional<Failure> failure) {
    if (failure) change.failures.push_back({failure->reason, Line(failure->detail)});
  };
  for (const HookStage stage : kStages) add(RemoveProgram(place, stage, change));
  // While a program of ours is still there, it goes on recording.
  if (change.failures.empty()) add(RemoveRecords(place, change));
  if (change.done.empty() && change.failures.empty())
    Say(change, "no hook is installed in", place.config_dir);
  return change;
}

}  // namespace certhealth
