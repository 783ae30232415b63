// SPDX-License-Identifier: Apache-2.0
// The part of a round that writes: challenge files, and what is fetched of them.
#include <memory>
#include <utility>

#include "collectors/preflight/challenge_file.h"
#include "collectors/preflight/finding_list.h"
#include "collectors/preflight/known_ca.h"
#include "collectors/preflight/round.h"
#include "collectors/preflight/side_by_side.h"

namespace certhealth {
namespace {

constexpr std::size_t kFetchesAtATime = 16;
constexpr int kLeastPartOfTimeout = 4;
constexpr std::string_view kChallengePath = "/.well-known/acme-challenge/";

IpAddress Home(IpAddress::Family family) {
  return *ParseIpAddress(family == IpAddress::Family::kIpv4 ? "127.0.0.1" : "::1");
}

}  // namespace

Task<std::vector<PreflightFinding>> PreflightRound::CheckWebroots(const RenewalTarget& target,
                                                                  Deadline deadline) {
  FindingList unknown(PreflightCheck::kHttp01);
  const auto certbot_runs = [this, config_dir = target.config_dir] {
    return CertbotRuns(config_dir);
  };
  if (certbot_runs()) {
    unknown.Unknown("certbot is at work");
    co_return std::move(unknown).Take();
  }
  std::vector<ChallengeFile> files;  // each is gone at the end, whatever comes in between
  std::vector<NameFetches> names;
  std::vector<std::string> paths;  // on the server, of each of `names`
  for (const auto& [webroot, hosts] : target.webroots) {
    Result<ChallengeFile> made =
        ChallengeFile::Make(setting_.options.root, webroot, certbot_runs, &made_);
    if (!made) {
      unknown.Unknown("no file was put into " + webroot + ": " + made.error().detail);
      continue;
    }
    for (const std::string& host : hosts) {
      names.push_back({host, webroot, made->content(), {}, std::nullopt});
      paths.push_back(std::string(kChallengePath) + made->name());
    }
    files.push_back(std::move(made).value());
  }
  if (files.empty()) co_return std::move(unknown).Take();
  co_await FetchAll(names, paths, target, deadline);
  Findings findings = JudgeHttp01(target, names, setting_.own);
  if (files.size() < target.webroots.size()) {
    Findings more = std::move(unknown).Take();
    findings.insert(findings.end(), more.begin(), more.end());
  }
  co_return findings;
}

Task<void> PreflightRound::FetchAll(std::vector<NameFetches>& names,
                                    const std::vector<std::string>& paths,
                                    const RenewalTarget& target, Deadline deadline) {
  FetchRules rules;
  rules.http_port = setting_.options.http_port;
  rules.is_public_ca = FindKnownCa(target.server) != nullptr;
  rules.least_time = setting_.options.timeout / kLeastPartOfTimeout;
  rules.resolve = [this, is_public_ca = rules.is_public_ca](std::string host, Deadline until) {
    return ResolveRedirectHost(std::move(host), is_public_ca, until);
  };
  struct Errand {
    std::size_t name;
    std::size_t fetch;
  };
  std::vector<Errand> errands;
  for (std::size_t i = 0; i < names.size(); ++i) {
    for (const IpAddress& address : addresses_.at(names[i].name).addresses) {
      errands.push_back({i, names[i].fetches.size()});
      names[i].fetches.emplace_back().address = address;
    }
  }
  const std::function<Task<void>(std::size_t)> fetch = [&](std::size_t i) -> Task<void> {
    NameFetches& name = names[errands[i].name];
    const IpAddress address = name.fetches[errands[i].fetch].address;
    FetchResult result =
        co_await FetchChallenge(loop_, name.name, address, paths[errands[i].name], rules, deadline);
    name.fetches[errands[i].fetch] = std::move(result);
  };
  co_await SideBySide(loop_, errands.size(), kFetchesAtATime, fetch);
  const std::function<Task<void>(std::size_t)> at_home = [&](std::size_t i) -> Task<void> {
    NameFetches& name = names[i];
    if (!NeedsLookAtHome(name, setting_.own)) co_return;
    const IpAddress home = Home(name.fetches.front().address.family);
    FetchResult result = co_await FetchChallenge(loop_, name.name, home, paths[i], rules, deadline);
    name.at_home = std::move(result);
  };
  co_await SideBySide(loop_, names.size(), kFetchesAtATime, at_home);
}

}  // namespace certhealth
