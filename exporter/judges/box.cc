// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/box.h"

#include <algorithm>
#include <array>
#include <string>

#include "exporter/judges/cli_options.h"
#include "exporter/judges/findings.h"
#include "exporter/judges/usable_conf.h"

namespace certhealth::judges {
namespace {

using Obstacle = WritePlace::Obstacle;

constexpr std::string_view kImmutable = " is immutable (`lsattr -d` shows an i)";

/// Read by every certbot that runs as root; the others belong to single calls.
constexpr std::array<std::string_view, 2> kReadByAll = {"/etc/letsencrypt/cli.ini",
                                                        "/root/.config/letsencrypt/cli.ini"};

/// certbot makes a lock file in each of its directories before anything else, and new files for
/// each certificate in one of them. An empty lock file needs no space, a certificate does.
std::optional<Finding> JudgeDirectory(const OwnDirectory& directory) {
  const std::string at = directory.place.at == directory.path
                             ? directory.path
                             : directory.path + " cannot be made: " + directory.place.at;
  switch (directory.place.obstacle) {
    case Obstacle::kReadOnly:
      return FailsRenewal(at + " lies on a file system that is mounted read-only");
    case Obstacle::kNotDirectory:
      return FailsRenewal(at + " is not a directory");
    case Obstacle::kNoInodes:
      return FailsRenewal(at + " lies on a file system without an inode left");
    case Obstacle::kNoSpace: {
      const std::string detail = at + " lies on a file system without a byte left";
      return directory.keeps_certificates ? FailsRenewal(detail) : Risk(detail);
    }
    case Obstacle::kImmutable:
      // A lock that is there is opened, and the archive of a lineage lies deeper.
      return directory.is_always_written ? FailsRenewal(at + std::string(kImmutable))
                                         : Risk(at + std::string(kImmutable));
    case Obstacle::kUnseen:
    case Obstacle::kNone:
    case Obstacle::kDanglingLink:  // which certbot meets in other ways
    case Obstacle::kReadOnlyHere:
      break;
  }
  return std::nullopt;
}

/// Whether an option may belong to a plugin that is not certbot's own, as far as the log tells
/// which ones there are.
bool MayHaveOtherPlugins(const Case& given, std::string_view key) {
  const auto& history = given.machine->roots[given.lineage->root].history;
  if (history == nullptr || history->plugins.empty()) return true;
  return std::ranges::any_of(
      history->plugins, [key](const std::string& plugin) { return key.starts_with(plugin + "-"); });
}

}  // namespace

std::optional<Finding> DirectoryNotWritable(const Case& given) {
  if (UsableConf(given) == nullptr || !given.plan.enabled) return std::nullopt;
  // certbot writes new files into archive/NAME, links into live/NAME, and the conf anew.
  if (!given.lineage->immutable.empty()) return FailsRenewal(given.lineage->immutable + kImmutable);
  std::optional<Finding> worst;
  for (const OwnDirectory& directory : given.machine->roots[given.lineage->root].own_directories) {
    std::optional<Finding> finding = JudgeDirectory(directory);
    if (finding && (!worst || finding->severity > worst->severity)) worst = std::move(finding);
  }
  return worst;
}

std::optional<Finding> CliIniInvalid(const Case& given) {
  if (UsableConf(given) == nullptr || !given.plan.enabled) return std::nullopt;
  const Schedule& schedule = given.machine->schedule;
  const auto is_read_by_all = [](std::string_view text) {
    return std::ranges::any_of(kReadByAll,
                               [text](std::string_view path) { return text.starts_with(path); });
  };
  for (const Failure& failure : schedule.cli_ini_failures) {
    if (failure.reason != Reason::kBadText) continue;
    if (is_read_by_all(failure.detail))
      return FailsRenewal(failure.detail + ": certbot ends at once");
    return Risk(failure.detail);
  }
  for (const CliIniFile& file : schedule.cli_inis) {
    const OptionFault fault = FindOptionFault(file.settings);
    if (fault.what.empty()) continue;
    const std::string detail = file.path + ", " + fault.what;
    const bool is_certain = is_read_by_all(file.path) &&
                            (!fault.may_be_a_plugins || !MayHaveOtherPlugins(given, fault.key));
    if (is_certain) return FailsRenewal(detail + ": certbot ends at once, without a log");
    return Risk(detail + ", unless a plugin has it: then certbot would end at once");
  }
  return std::nullopt;
}

}  // namespace certhealth::judges
