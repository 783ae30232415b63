// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/webroot.h"

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

#include "exporter/judges/findings.h"
#include "exporter/judges/usable_conf.h"
#include "exporter/judges/webroots.h"
#include "exporter/phrases.h"

namespace certhealth::judges {
namespace {

using Obstacle = WritePlace::Obstacle;

/// A webroot that certbot goes to at the next renewal.
struct WebrootInUse {
  std::string path;
  std::vector<std::string> names;  // of the certificate; else of the map alone
  bool gets_challenges = false;    // for the others it only makes the directories
};

/// Each once: those of the certificate's names, then what else the map holds. certbot makes the
/// directories of all of them (webroot.py, _create_challenge_dirs).
std::vector<WebrootInUse> WebrootsInUse(const Case& given, const RenewalConf& conf) {
  const Webroots webroots(conf);
  std::vector<WebrootInUse> in_use;
  std::unordered_map<std::string_view, std::size_t> places;
  const auto add = [&](std::string_view path, const std::string& name, bool gets_challenges) {
    if (path.empty()) return;
    const auto [place, is_new] = places.try_emplace(path, in_use.size());
    if (is_new) in_use.push_back({std::string(path), {}, gets_challenges});
    WebrootInUse& webroot = in_use[place->second];
    if (webroot.gets_challenges == gets_challenges) webroot.names.push_back(name);
  };
  for (const std::string& name : NamesToRenew(given)) add(webroots.Of(name), name, true);
  for (const auto& [name, path] : conf.webroot_map) add(path, name, false);
  return in_use;
}

std::string Describe(const WebrootInUse& webroot) {
  return webroot.path + " (for " + FormatList(webroot.names) + ")";
}

/// What is in the way, where that is not the webroot itself.
std::string Describe(const WebrootInUse& webroot, const WritePlace& place) {
  return (place.at == webroot.path ? "" : place.at + ", on the way to ") + Describe(webroot);
}

bool IsInTheWay(Obstacle obstacle) {
  return obstacle == Obstacle::kNotDirectory || obstacle == Obstacle::kDanglingLink;
}

/// Why nothing can be made in a directory; empty where something can.
std::string_view WhyNotWritable(Obstacle obstacle) {
  switch (obstacle) {
    case Obstacle::kReadOnly:
      return " lies on a file system that is mounted read-only";
    case Obstacle::kImmutable:
      return " is immutable (`lsattr -d` shows an i)";
    case Obstacle::kNoSpace:
      return " lies on a file system without a byte left";
    case Obstacle::kNoInodes:
      return " lies on a file system without an inode left";
    case Obstacle::kUnseen:
    case Obstacle::kNone:
    case Obstacle::kNotDirectory:
    case Obstacle::kDanglingLink:
    case Obstacle::kReadOnlyHere:
      break;
  }
  return {};
}

}  // namespace

std::optional<Finding> WebrootMissing(const Case& given) {
  const RenewalConf* conf = ConfOfAuthenticator(given, "webroot");
  if (conf == nullptr) return std::nullopt;
  std::vector<std::string> missing;
  for (const WebrootInUse& webroot : WebrootsInUse(given, *conf)) {
    const Obstacle obstacle = given.machine->ChallengePlace(webroot.path).obstacle;
    const bool is_missing = given.machine->Fact(webroot.path).state == PathFact::State::kMissing;
    if (is_missing && webroot.gets_challenges && !IsInTheWay(obstacle) &&
        WhyNotWritable(obstacle).empty())
      missing.push_back(Describe(webroot));
  }
  if (missing.empty()) return std::nullopt;
  // Not certain: certbot creates the directory, and a server may be set up to serve it.
  return Risk(FormatList(missing) +
              " does not exist: certbot will create it, and the CA will most likely get a 404");
}

std::optional<Finding> WebrootNotDirectory(const Case& given) {
  const RenewalConf* conf = ConfOfAuthenticator(given, "webroot");
  if (conf == nullptr) return std::nullopt;
  std::vector<std::string> wrong;
  for (const WebrootInUse& webroot : WebrootsInUse(given, *conf)) {
    const WritePlace& place = given.machine->ChallengePlace(webroot.path);
    if (!IsInTheWay(place.obstacle)) continue;
    wrong.push_back(Describe(webroot, place) + (place.obstacle == Obstacle::kDanglingLink
                                                    ? " is a link to what does not exist"
                                                    : " is not a directory"));
  }
  if (wrong.empty()) return std::nullopt;
  return FailsRenewal(FormatList(wrong));
}

std::optional<Finding> WebrootNotWritable(const Case& given) {
  const RenewalConf* conf = ConfOfAuthenticator(given, "webroot");
  if (conf == nullptr) return std::nullopt;
  std::vector<std::string> wrong;
  for (const WebrootInUse& webroot : WebrootsInUse(given, *conf)) {
    const WritePlace& place = given.machine->ChallengePlace(webroot.path);
    const std::string_view why = WhyNotWritable(place.obstacle);
    if (why.empty()) continue;
    // An empty directory can be made where no file would fit.
    if (!webroot.gets_challenges && (place.exists || place.obstacle == Obstacle::kNoSpace))
      continue;
    wrong.push_back(Describe(webroot, place).append(why));
  }
  if (wrong.empty()) return std::nullopt;
  return FailsRenewal(FormatList(wrong));
}

std::optional<Finding> WebrootMapIncomplete(const Case& given) {
  const RenewalConf* conf = ConfOfAuthenticator(given, "webroot");
  if (conf == nullptr) return std::nullopt;
  const Webroots webroots(*conf);
  std::vector<std::string> without;
  for (const std::string& name : NamesToRenew(given)) {
    if (!IsWildcard(name) && webroots.Of(name).empty()) without.push_back(name);
  }
  if (without.empty()) return std::nullopt;
  return FailsRenewal(
      FormatList(without) +
      " has no entry in webroot_map, and there is no webroot_path: certbot would have to ask");
}

std::optional<Finding> WebrootDisagrees(const Case& given) {
  const RenewalConf* conf = ConfOfAuthenticator(given, "webroot");
  if (conf == nullptr || conf->webroot_path.empty() || conf->webroot_map.empty())
    return std::nullopt;
  const Webroots webroots(*conf);
  for (const std::string& path : conf->webroot_path) {
    if (!webroots.IsMappedTo(path)) {
      return Risk("webroot_path names " + path +
                  ", which webroot_map uses for no name: one of the two is mistyped. The "
                  "map counts for the names in it");
    }
  }
  for (const std::string& name : NamesToRenew(given)) {
    const std::string_view path = webroots.Of(name);
    if (!webroots.IsAWebrootPath(path)) {
      return Risk("webroot_map sends " + name + " to " + std::string(path) +
                  ", which is not in webroot_path");
    }
  }
  return std::nullopt;
}

}  // namespace certhealth::judges
