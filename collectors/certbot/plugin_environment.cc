// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/plugin_environment.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "collectors/base/utf8.h"
#include "collectors/certbot/paths.h"

namespace certhealth {
namespace {

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{64} * 1024;
constexpr std::size_t kMaxPackages = 5000;
constexpr std::size_t kMaxPrograms = 16;

/// Where the system's Python of Debian and Fedora looks when root starts it.
constexpr std::array<std::string_view, 8> kSystemPackages = {
    "/usr/lib/python3/dist-packages",         "/usr/local/lib/python3.*/dist-packages",
    "/usr/lib/python3.*/site-packages",       "/usr/lib64/python3.*/site-packages",
    "/usr/local/lib/python3.*/site-packages", "/usr/local/lib64/python3.*/site-packages",
    "/usr/local/lib/python3/dist-packages",   "/root/.local/lib/python3.*/site-packages"};

std::string_view Strip(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\f\v");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\f\v") - first + 1);
}

std::string_view TakeLine(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = Strip(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

class EnvironmentReading {
 public:
  EnvironmentReading(const FileSystem& files, const MountView& view) : files_(files), view_(view) {}

  std::shared_ptr<const PluginEnvironment> Read(const std::string& program) {
    const std::vector<std::string> patterns = PackagesOf(program);
    for (const std::string& pattern : patterns) {
      DependOn(DirectoryOf(pattern.substr(0, pattern.find('*'))));
      for (const std::string& directory : Directories(pattern)) ReadPackages(directory);
    }
    const bool is_known = has_certbot_ || !environment_.missing_interpreter.empty();
    if (!is_certain_ || !is_known) return nullptr;
    std::ranges::sort(environment_.plugins);
    return std::make_shared<const PluginEnvironment>(std::move(environment_));
  }

  std::vector<FileDependency> TakeDependencies() { return std::move(dependencies_); }

 private:
  bool IsMissing(const Failure& failure, const std::string& path) const {
    return failure.reason == Reason::kNotFound && !view_.MayHide(files_, path);
  }

  bool IsGone(const std::string& path) const {
    const Result<FileStatus> status = files_.Status(path);
    if (status) return false;
    const Reason reason = status.error().reason;
    return (reason == Reason::kNotFound || reason == Reason::kBrokenLink) &&
           !view_.MayHide(files_, path);
  }

  void DependOn(const std::string& path) { dependencies_.push_back(DependencyOn(files_, path)); }

  /// Empty where nothing is there; uncertain where it may not be read.
  std::string Text(const std::string& path) {
    Result<FileContents> contents = files_.Read(path, kMaxFileBytes);
    if (contents) return std::move(std::move(contents).value().bytes);
    if (contents.error().reason != Reason::kNotFound) is_certain_ = false;
    return {};
  }

  /// Where the Python that the script names looks for packages: patterns.
  std::vector<std::string> PackagesOf(const std::string& program) {
    DependOn(program);
    const std::string script = Text(program);
    std::string_view rest = script;
    const std::string_view line = TakeLine(rest);
    const std::string interpreter(
        line.starts_with("#!") ? Strip(line.substr(2, line.find(' ', 3) - 2)) : "");
    const std::string name(BaseOf(interpreter));
    const bool is_python = interpreter.starts_with('/') && name.starts_with("python");
    if (!is_python) {
      is_certain_ = false;
      return {};
    }
    const std::string prefix = DirectoryOf(DirectoryOf(interpreter));
    DependOn(interpreter);
    if (IsGone(interpreter)) {
      environment_.where = ToValidUtf8(prefix);
      environment_.missing_interpreter = ToValidUtf8(interpreter);
      return {};
    }
    DependOn(prefix + "/pyvenv.cfg");
    const std::string settings = Text(prefix + "/pyvenv.cfg");
    environment_.where = ToValidUtf8(prefix);
    if (!settings.empty()) {
      if (settings.find("include-system-site-packages = false") == std::string::npos)
        is_certain_ = false;
      return {prefix + "/lib/python3.*/site-packages", prefix + "/lib64/python3.*/site-packages"};
    }
    if (prefix != "/usr") is_certain_ = false;
    return {kSystemPackages.begin(), kSystemPackages.end()};
  }

  std::vector<std::string> Directories(const std::string& pattern) {
    if (pattern.find('*') == std::string::npos) return {pattern};
    const std::size_t star = pattern.find('*');
    const std::string parent = DirectoryOf(pattern.substr(0, star));
    const std::string name_start(BaseOf(pattern.substr(0, star)));
    const std::string below = pattern.substr(star + 1);
    std::vector<std::string> directories;
    const auto entries = files_.List(parent);
    if (!entries) {
      if (!IsMissing(entries.error(), parent)) is_certain_ = false;
      return {};
    }
    for (const DirectoryEntry& entry : *entries) {
      if (entry.name.starts_with(name_start))
        directories.push_back(parent + "/" + entry.name + below);
    }
    return directories;
  }

  void ReadPackages(const std::string& directory) {
    DependOn(directory);
    const auto entries = files_.List(directory);
    if (!entries) {
      if (!IsMissing(entries.error(), directory)) is_certain_ = false;
      return;
    }
    if (const auto status = files_.Status(directory))
      environment_.changed = std::max(environment_.changed, status->modified());
    if (entries->size() > kMaxPackages) is_certain_ = false;
    for (const DirectoryEntry& entry : *entries) {
      if (!is_certain_) return;
      const std::string path = directory + "/" + entry.name;
      if (entry.name.ends_with(".egg-link") || entry.name.ends_with(".egg")) is_certain_ = false;
      if (entry.name.ends_with(".pth")) ReadPathFile(path);
      if (entry.name.ends_with(".dist-info") || entry.name.ends_with(".egg-info"))
        ReadEntryPoints(path);
    }
  }

  /// Lines that are no code lead to packages elsewhere (site.py).
  void ReadPathFile(const std::string& path) {
    const std::string text = Text(path);
    for (std::string_view rest = text; !rest.empty();) {
      const std::string_view line = TakeLine(rest);
      const bool is_path = !line.empty() && line.front() != '#' && !line.starts_with("import ") &&
                           !line.starts_with("import\t");
      if (is_path) is_certain_ = false;
    }
  }

  void ReadEntryPoints(const std::string& package) {
    const std::string text = Text(package + "/entry_points.txt");
    bool in_plugins = false;
    for (std::string_view rest = text; !rest.empty();) {
      const std::string_view line = TakeLine(rest);
      if (line.starts_with('[')) {
        in_plugins = line == "[certbot.plugins]" || line == "[letsencrypt.plugins]";
      } else if (in_plugins && line.find('=') != std::string_view::npos) {
        const std::string name(Strip(line.substr(0, line.find('='))));
        if (name == "standalone") has_certbot_ = true;
        environment_.plugins.push_back(ToValidUtf8(name));
      }
    }
  }

  const FileSystem& files_;
  const MountView& view_;
  PluginEnvironment environment_;
  std::vector<FileDependency> dependencies_;
  bool is_certain_ = true;
  bool has_certbot_ = false;
};

}  // namespace

std::shared_ptr<const PluginEnvironment> PluginEnvironments::Look(const FileSystem& files,
                                                                  const MountView& view,
                                                                  const std::string& program,
                                                                  WallTime now) {
  if (known_.size() > kMaxPrograms) known_.clear();
  Known& known = known_[program];
  if (known.dependencies.AreUnchanged(files)) return known.environment;
  EnvironmentReading reading(files, view);
  known.environment = reading.Read(program);
  known.dependencies = {reading.TakeDependencies(), now};
  return known.environment;
}

}  // namespace certhealth
