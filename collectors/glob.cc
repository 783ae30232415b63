// SPDX-License-Identifier: Apache-2.0
#include "collectors/glob.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "collectors/base/utf8.h"
#include "collectors/glob_component.h"

namespace certhealth {
namespace {

constexpr std::size_t kMaxFailures = 100;

std::vector<GlobComponent> Split(std::string_view pattern) {
  std::vector<GlobComponent> components;
  while (!pattern.empty()) {
    const std::string_view component = pattern.substr(0, pattern.find('/'));
    const bool repeats_any_depth =
        component == "**" && !components.empty() && components.back().is_any_depth();
    if (!component.empty() && component != "." && !repeats_any_depth) {
      components.emplace_back(component);
    }
    pattern.remove_prefix(std::min(component.size() + 1, pattern.size()));
  }
  return components;
}

/// One walk through the file system for one pattern. Its stack is a vector: a hostile tree is deep.
class Walk {
 public:
  Walk(const FileSystem& files, std::string_view pattern, const GlobLimits& limits)
      : files_(files),
        pattern_(ToValidUtf8(pattern)),
        components_(Split(pattern)),
        first_wildcard_(static_cast<std::size_t>(
            std::ranges::find_if_not(components_, &GlobComponent::is_literal) -
            components_.begin())),
        limits_(limits) {}

  GlobResult Run() && {
    result_.is_literal = first_wildcard_ == components_.size();
    pending_.push_back({});
    while (!stopped_ && !(pending_.empty() && links_.empty())) {
      if (pending_.empty()) {
        pending_.push_back(std::move(links_.front()));
        links_.pop_front();
      }
      const Step step = std::move(pending_.back());
      pending_.pop_back();
      Visit(step);
    }
    SortUnique(result_.paths, [](const std::string& path) { return std::string_view(path); });
    SortUnique(result_.failures,
               [](const Failure& failure) -> std::string_view { return failure.detail; });
    LimitFailures();
    return std::move(result_);
  }

 private:
  /// A directory that the components before `component` have led to.
  struct Step {
    std::string path;  // without a slash at the end: "" is the root
    std::size_t component = 0;
    int depth = 0;  // below the `**` that `component` is
  };

  void Visit(Step step) {
    while (step.component < components_.size() && components_[step.component].is_literal()) {
      step.path += "/" + components_[step.component++].literal();
    }
    if (step.component == components_.size()) return AddIfThere(step.path);
    if (components_[step.component].is_any_depth()) return VisitAnyDepth(step);
    for (const DirectoryEntry& entry : List(step)) {
      if (!components_[step.component].Matches(entry.name)) continue;
      if (step.component + 1 == components_.size()) {
        AddMatch(step.path + "/" + entry.name, entry.kind, components_[step.component]);
      } else if (entry.kind == FileKind::kDirectory || entry.kind == FileKind::kSymlink) {
        pending_.push_back({step.path + "/" + entry.name, step.component + 1, 0});
      }
    }
  }

  void VisitAnyDepth(const Step& step) {
    const Result<FileStatus> status = files_.Status(PathOf(step));
    if (!status) return NoteUnreadable(step, status.error());
    const FileIdentity& identity = status->identity;
    if (!visited_.insert({step.component, identity.device, identity.inode}).second) return;
    if (step.depth > limits_.depth) {
      return Fail(Reason::kTooLarge, PathOf(step) + " is more than " +
                                         std::to_string(limits_.depth) +
                                         " directories below the ** of " + pattern_);
    }
    const bool is_last = step.component + 1 == components_.size();
    if (!is_last) pending_.push_back({step.path, step.component + 1, 0});
    for (const DirectoryEntry& entry : List(step)) {
      if (!components_[step.component].Matches(entry.name)) continue;
      Step below{step.path + "/" + entry.name, step.component, step.depth + 1};
      if (is_last) AddMatch(below.path, entry.kind, components_[step.component]);
      if (entry.kind == FileKind::kDirectory) {
        pending_.push_back(std::move(below));
      } else if (entry.kind == FileKind::kSymlink && LeadsToDirectory(below.path)) {
        links_.push_back(std::move(below));
      }
    }
  }

  /// The entries of a directory; none when it cannot be listed or there have been too many.
  std::vector<DirectoryEntry> List(const Step& step) {
    if (directories_++ == limits_.directories) {
      Stop(std::to_string(limits_.directories) + " directories");
      return {};
    }
    Result<std::vector<DirectoryEntry>> entries = files_.List(PathOf(step));
    if (entries) return *std::move(entries);
    NoteUnreadable(step, entries.error());
    return {};
  }

  void NoteUnreadable(const Step& step, const Failure& failure) {
    // Behind a wildcard, not every match need be a directory that goes on as the pattern does.
    const bool is_no_directory =
        failure.reason == Reason::kNotFound || failure.reason == Reason::kBrokenLink ||
        failure.reason == Reason::kLinkLoop || failure.reason == Reason::kNotRegular;
    const bool is_behind_wildcard = step.component > first_wildcard_ || step.depth > 0;
    if (is_no_directory && is_behind_wildcard) return;
    Fail(failure.reason, failure.detail);
  }

  /// The last component is a plain name.
  void AddIfThere(const std::string& path) {
    if (result_.is_literal) return Add(path.empty() ? "/" : path);
    const Result<FileStatus> status = files_.LinkStatus(path);
    if (status) return Add(path);
    if (status.error().reason != Reason::kNotFound && status.error().reason != Reason::kLinkLoop) {
      Fail(status.error().reason, status.error().detail);
    }
  }

  void AddMatch(const std::string& path, FileKind kind, const GlobComponent& component) {
    if (component.is_any_name()) {
      if (kind == FileKind::kDirectory) return;
      if (kind == FileKind::kSymlink && LeadsToDirectory(path)) return;
    }
    Add(path);
  }

  void Add(const std::string& path) {
    if (result_.paths.size() == limits_.paths) {
      return Stop(std::to_string(limits_.paths) + " paths");
    }
    result_.paths.push_back(path);
  }

  bool LeadsToDirectory(const std::string& link) const {
    const Result<FileStatus> status = files_.Status(link);
    return status && status->kind == FileKind::kDirectory;
  }

  void Stop(const std::string& limit) {
    if (!stopped_) Fail(Reason::kTooLarge, pattern_ + " stands for more than " + limit);
    stopped_ = true;
  }

  void Fail(Reason reason, const std::string& detail) {
    result_.failures.push_back({reason, ToValidUtf8(detail)});
  }

  template <typename T, typename Key>
  static void SortUnique(std::vector<T>& values, Key key) {
    std::ranges::sort(values, {}, key);
    const auto same = [&key](const T& a, const T& b) { return key(a) == key(b); };
    values.erase(std::unique(values.begin(), values.end(), same), values.end());
  }

  void LimitFailures() {
    std::vector<Failure>& failures = result_.failures;
    if (failures.size() <= kMaxFailures) return;
    const std::size_t dropped = failures.size() - kMaxFailures + 1;
    failures.resize(kMaxFailures - 1);
    failures.push_back({Reason::kReadFailed, pattern_ + ": " + std::to_string(dropped) +
                                                 " more directories cannot be looked into"});
  }

  static std::string PathOf(const Step& step) { return step.path.empty() ? "/" : step.path; }

  const FileSystem& files_;
  const std::string pattern_;  // for messages
  const std::vector<GlobComponent> components_;
  const std::size_t first_wildcard_;
  const GlobLimits limits_;
  GlobResult result_;
  std::vector<Step> pending_;
  std::deque<Step> links_;  // to directories, below a `**`; when nothing else is left
  std::set<std::tuple<std::size_t, dev_t, ino_t>> visited_;  // by the `**` of a component
  std::size_t directories_ = 0;
  bool stopped_ = false;
};

}  // namespace

GlobResult ExpandGlob(const FileSystem& files, std::string_view pattern, const GlobLimits& limits) {
  if (!pattern.starts_with('/') || pattern.find('\0') != std::string_view::npos) {
    GlobResult result;
    result.failures.push_back(
        {Reason::kBadText, "'" + ToValidUtf8(pattern) + "' is not an absolute path or pattern"});
    return result;
  }
  return Walk(files, pattern, limits).Run();
}

}  // namespace certhealth
