// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "collectors/base/clock.h"
#include "collectors/base/file_system.h"
#include "collectors/net/event_loop.h"
#include "collectors/net/resolver.h"
#include "collectors/preflight/acme_check.h"
#include "collectors/preflight/challenge_file.h"
#include "collectors/preflight/dns_client.h"
#include "collectors/preflight/http01_check.h"
#include "collectors/preflight/known_names.h"
#include "collectors/preflight/own_addresses.h"
#include "collectors/preflight/preflight_options.h"
#include "collectors/preflight/renewal_target.h"

namespace certhealth {

/// What a round goes by, beside the targets. All that it refers to outlives the round.
struct RoundSetting {
  const PreflightOptions& options;
  const FileSystem& files;
  const Clock& clock;  // by which signatures are dated
  const KnownNames& names;
  OwnAddresses own;
  CertbotsWay certbots_way;  // as far as it is the same for all lineages
};

/// One round of checks over all lineages: what is the same for several is asked once. One thread.
class PreflightRound {
 public:
  PreflightRound(EventLoop& loop, const RoundSetting& setting);

  /// What each of `targets` comes to, in their order; a few at a time, each within the timeout.
  Task<std::vector<std::vector<PreflightFinding>>> Examine(
      const std::vector<RenewalTarget>& targets);

 private:
  using Findings = std::vector<PreflightFinding>;

  Task<void> LookAtDirectories(const std::vector<RenewalTarget>& targets);
  Task<void> LookAtDirectory(DirectoryLook& look, Deadline deadline);
  Task<Findings> ExamineOne(const RenewalTarget& target);
  Task<void> LookUpNames(const RenewalTarget& target, Deadline deadline);
  Task<Findings> CheckDnsUpdate(const RenewalTarget& target, Deadline deadline);
  Task<Findings> CheckCaa(const RenewalTarget& target, Deadline deadline);
  Task<Findings> CheckWebroots(const RenewalTarget& target, Deadline deadline);
  Task<void> FetchAll(std::vector<NameFetches>& names, const std::vector<std::string>& paths,
                      const RenewalTarget& target, Deadline deadline);
  Task<RedirectHost> ResolveRedirectHost(std::string host, bool is_public_ca, Deadline deadline);
  Findings CheckPort(const RenewalTarget& target) const;
  bool CertbotRuns(const std::string& config_dir) const;
  Deadline NewDeadline() const;

  EventLoop& loop_;
  const RoundSetting& setting_;
  DnsClient dns_;
  std::map<std::string, NameAddresses> addresses_;    // by name, of names asked in this round
  std::map<std::string, DirectoryLook> directories_;  // by server
  ChallengeFile::MadeByWebroot made_;
};

}  // namespace certhealth
