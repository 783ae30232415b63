// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/lineage.h"

#include <algorithm>

#include "exporter/judges/findings.h"
#include "exporter/phrases.h"

namespace certhealth::judges {
namespace {

/// certbot repairs what an interrupted update left, at its next run, and the next run is within a
/// day.
constexpr std::chrono::hours kRepairTime{26};

std::string FileName(std::size_t index) { return std::string(kLineageFileNames[index]) + ".pem"; }

bool NothingThere(const Lineage& lineage) {
  return !lineage.has_live && std::ranges::all_of(lineage.links, [](const LineageLink& link) {
    return link.state == LinkState::kMissing;
  });
}

bool AllGood(const Lineage& lineage) {
  return std::ranges::all_of(
      lineage.links, [](const LineageLink& link) { return link.state == LinkState::kGood; });
}

bool SameVersions(const Lineage& lineage) {
  return std::ranges::all_of(lineage.links, [&](const LineageLink& link) {
    return link.version == lineage.links.front().version;
  });
}

/// What certbot's _check_symlinks and latest_common_version refuse, as one sentence; empty when
/// nothing.
std::string FaultOfLink(const LineageLink& link, std::size_t index) {
  switch (link.state) {
    case LinkState::kMissing:
      return FileName(index) + " is missing from live/";
    case LinkState::kNotALink:
      return FileName(index) + " in live/ is not a symbolic link";
    case LinkState::kDangling:
      return FileName(index) + " in live/ links to a file that does not exist";
    case LinkState::kGood:
      if (link.version > 0) return {};
      return "the target of " + FileName(index) + " in live/ is not named " +
             std::string(kLineageFileNames[index]) + "N.pem";
    case LinkState::kUnseen:
      return {};
  }
  return {};
}

}  // namespace

std::optional<Finding> LinksBroken(const Case& given) {
  if (given.lineage == nullptr || NothingThere(*given.lineage)) return std::nullopt;
  std::vector<std::string> faults;
  for (std::size_t i = 0; i < given.lineage->links.size(); ++i) {
    std::string fault = FaultOfLink(given.lineage->links[i], i);
    if (!fault.empty()) faults.push_back(std::move(fault));
  }
  // With all four previous_*.pem there, certbot puts the links back before it checks them.
  if (faults.empty() || given.lineage->previous_links == 4) return std::nullopt;
  std::string detail = FormatList(faults);
  if (!given.lineage->has_conf) return Risk(std::move(detail));
  return FailsRenewal(std::move(detail) + ": certbot refuses the lineage");
}

std::optional<Finding> LiveBehindArchive(const Case& given) {
  if (given.lineage == nullptr || !AllGood(*given.lineage) || !SameVersions(*given.lineage))
    return std::nullopt;
  const int linked = given.lineage->links.front().version;
  const int newest = given.lineage->archive.newest_complete;
  if (linked == 0 || linked >= newest) return std::nullopt;
  std::string detail = "live/ points to version " + std::to_string(linked) +
                       ", archive/ has version " + std::to_string(newest) +
                       ": certbot counts it as renewed, but servers go on reading the old one";
  const auto saved = given.lineage->newest_saved;
  const bool repair_is_late = saved && given.now - *saved > kRepairTime;
  return repair_is_late ? Certain(std::move(detail)) : Risk(std::move(detail));
}

std::optional<Finding> FullchainMismatch(const Case& given) {
  if (given.lineage == nullptr) return std::nullopt;
  switch (given.lineage->fullchain) {
    case FullchainState::kOtherLeaf:
      return Certain("fullchain.pem starts with another certificate than the one in cert.pem");
    case FullchainState::kOtherChain:
      return Risk("fullchain.pem carries other intermediates than chain.pem");
    case FullchainState::kConsistent:
    case FullchainState::kNotCompared:
      break;
  }
  return std::nullopt;
}

std::optional<Finding> UpdateInterrupted(const Case& given) {
  if (given.lineage == nullptr) return std::nullopt;
  const Lineage& lineage = *given.lineage;
  if (lineage.previous_links > 0) {
    return Risk("live/ still has " + std::to_string(lineage.previous_links) +
                " of the previous_*.pem links that certbot makes while it swaps versions");
  }
  if (AllGood(lineage) && !SameVersions(lineage)) {
    std::vector<std::string> versions;
    for (std::size_t i = 0; i < lineage.links.size(); ++i) {
      versions.push_back(FileName(i) + " to version " + std::to_string(lineage.links[i].version));
    }
    return Risk("the links in live/ point to different versions: " + FormatList(versions));
  }
  if (lineage.archive.seen && lineage.archive.newest > lineage.archive.newest_complete &&
      lineage.archive.newest_complete > 0) {
    return Risk("version " + std::to_string(lineage.archive.newest) + " in archive/ is incomplete");
  }
  return std::nullopt;
}

std::optional<Finding> OrphanLive(const Case& given) {
  if (given.lineage == nullptr || given.lineage->has_conf) return std::nullopt;
  return Risk("live/" + given.bundle.name + " has no renewal/" + given.bundle.name +
              ".conf: nothing will ever renew it, though it may still be served");
}

std::optional<Finding> OrphanConf(const Case& given) {
  if (given.lineage == nullptr || !given.lineage->has_conf || !NothingThere(*given.lineage))
    return std::nullopt;
  return FailsRenewal("renewal/" + given.bundle.name + ".conf has no live/" + given.bundle.name +
                      ": every run of certbot reports it as a failure");
}

std::optional<Finding> DuplicateNames(const Case& given) {
  if (given.lineage == nullptr || !given.lineage->has_conf) return std::nullopt;
  Namesakes others = given.name_sets.OthersLike(given.bundle);
  if (others.count == 0) return std::nullopt;
  if (const std::size_t untold = others.count - others.first.size(); untold > 0)
    others.first.push_back(std::to_string(untold) + " more");
  return Risk("carries exactly the names of " + FormatList(others.first) +
              ": one of them is renewed in vain, and a server may still use the one that is not");
}

std::optional<Finding> NamesDropped(const Case& given) {
  if (given.lineage == nullptr || given.lineage->dropped_names.empty()) return std::nullopt;
  std::string detail = "the version before also had " + FormatList(given.lineage->dropped_names);
  // With this option certbot leaves out what fails to validate, and calls it a success.
  if (given.lineage->conf.conf.allow_subset_of_names) {
    return Risk(std::move(detail) + ": allow_subset_of_names dropped it in silence");
  }
  return Note(std::move(detail));
}

}  // namespace certhealth::judges
