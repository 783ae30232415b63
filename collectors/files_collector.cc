// SPDX-License-Identifier: Apache-2.0
#include "collectors/files_collector.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "collectors/base/utf8.h"
#include "collectors/glob.h"

namespace certhealth {
namespace {

/// Timestamps of files advance in ticks (4 ms on common kernels); a second is far beyond any.
constexpr std::chrono::seconds kClockTick{1};
constexpr std::uint64_t kMaxFileBytes = std::uint64_t{1} << 20U;

/// The path as valid UTF-8, with no two paths alike: bytes that are no character, and a backslash
/// that could be taken for such a byte, become \xNN.
std::string NameOfPath(std::string_view path) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string name;
  name.reserve(path.size());
  while (!path.empty()) {
    const std::size_t length = path.starts_with("\\x") ? 0 : CharacterLength(path);
    if (length == 0) {
      const auto byte = static_cast<unsigned char>(path[0]);
      name += {'\\', 'x', kDigits[byte >> 4U], kDigits[byte & 0xFU]};
    } else {
      name += path.substr(0, length);
    }
    path.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return name;
}

std::string Join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

CollectorRun FilesCollector::Look(const Snapshot& /*known*/) {
  const auto started = surroundings_.clock.Ticks();
  CollectorRun look;
  look.collector = name();
  std::map<std::string, Wish> paths;
  for (const std::string& pattern : patterns_) {
    GlobResult found = ExpandGlob(surroundings_.files, pattern);
    std::ranges::move(found.failures, std::back_inserter(look.failures));
    for (std::string& path : found.paths) {
      Wish& wish = paths.try_emplace(std::move(path), Wish::kByWildcard).first->second;
      if (found.is_literal) wish = Wish::kByName;
    }
  }
  std::unordered_map<std::string, Known> known;
  for (const auto& [path, wish] : paths) {
    Known seen = LookAt(path, wish);
    if (seen.bundle) look.bundles.push_back(seen.bundle);
    known.emplace(path, std::move(seen));
  }
  known_ = std::move(known);  // what no pattern names any more is forgotten
  std::ranges::sort(look.bundles, {},
                    [](const auto& bundle) -> std::string_view { return bundle->name; });
  look.finished = surroundings_.clock.Now();
  look.took = surroundings_.clock.Ticks() - started;
  return look;
}

FilesCollector::Known FilesCollector::LookAt(const std::string& path, Wish wish) const {
  const auto failed = [&](const Failure& failure) -> Known {
    // Gone between the listing and now: as if it had not been listed.
    if (failure.reason == Reason::kNotFound && wish == Wish::kByWildcard) return Known{};
    return {std::nullopt, FailedBundle(path, failure)};
  };
  const Result<FileStatus> status = surroundings_.files.Status(path);
  if (!status) return failed(status.error());
  const auto before = known_.find(path);
  if (before != known_.end() && before->second.identity == status->identity) {
    return before->second;
  }
  // To open a device may do something: /dev/watchdog would reboot the machine.
  if (status->kind != FileKind::kRegular) {
    return failed({Reason::kNotRegular,
                   path + " is " + std::string(NameOf(status->kind)) + ", not a regular file"});
  }
  Result<FileContents> contents = surroundings_.files.Read(path, kMaxFileBytes);
  if (!contents) return failed(contents.error());
  FileContents read = *std::move(contents);
  CertificateFile file = surroundings_.certificates.Read(std::move(read.bytes), path);
  const WallTime changed{std::chrono::floor<std::chrono::seconds>(
      std::chrono::nanoseconds(read.status.identity.changed_ns))};
  Known seen{std::nullopt, nullptr};
  if (changed + kClockTick < surroundings_.clock.Now()) seen.identity = read.status.identity;
  if (file.certificates.empty() && file.failures.empty()) {
    if (wish == Wish::kByWildcard) return seen;
    file.failures.push_back(
        {Reason::kNoCertificate,
         ToValidUtf8(path) + " holds no certificate, but " + Join(file.other_blocks)});
  }
  seen.bundle = std::make_shared<const Bundle>(
      Bundle{Source::kFile, NameOfPath(path), file.Chain(), std::move(file.failures)});
  return seen;
}

std::shared_ptr<const Bundle> FilesCollector::FailedBundle(const std::string& path,
                                                           const Failure& failure) const {
  Bundle bundle{Source::kFile, NameOfPath(path), {}, {}};
  bundle.failures.push_back({failure.reason, ToValidUtf8(failure.detail)});
  // The same failure as before is the same object, as an unchanged file is.
  const auto before = known_.find(path);
  if (before != known_.end() && before->second.bundle && before->second.bundle->chain.empty() &&
      before->second.bundle->failures == bundle.failures) {
    return before->second.bundle;
  }
  return std::make_shared<const Bundle>(std::move(bundle));
}

}  // namespace certhealth
