// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/round.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "collectors/preflight/acme_documents.h"
#include "collectors/preflight/caa_check.h"
#include "collectors/preflight/dns_check.h"
#include "collectors/preflight/dns_update_check.h"
#include "collectors/preflight/finding_list.h"
#include "collectors/preflight/known_ca.h"
#include "collectors/preflight/port_bind.h"
#include "collectors/preflight/side_by_side.h"
#include "collectors/preflight/tsig_key_file.h"
#include "collectors/schedule/lock.h"

namespace certhealth {
namespace {

constexpr std::size_t kLineagesAtATime = 8;
constexpr std::size_t kQuestionsAtATime = 8;  // of one lineage
constexpr std::size_t kMostResolvConfBytes = std::size_t{64} * 1024;
constexpr std::size_t kMostAccountBytes = std::size_t{64} * 1024;

std::vector<SocketAddress> ServersFor(const PreflightOptions& options, const FileSystem& files) {
  if (options.resolver) return {*options.resolver};
  const auto conf = files.Read("/etc/resolv.conf", kMostResolvConfBytes);
  return ParseResolvConf(conf ? std::string_view(conf->bytes) : std::string_view());
}

void Append(std::vector<PreflightFinding>& all, std::vector<PreflightFinding> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

PreflightRound::PreflightRound(EventLoop& loop, const RoundSetting& setting)
    : loop_(loop), setting_(setting), dns_(loop, ServersFor(setting.options, setting.files)) {}

Deadline PreflightRound::NewDeadline() const {
  return std::chrono::steady_clock::now() + setting_.options.timeout;
}

bool PreflightRound::CertbotRuns(const std::string& config_dir) const {
  const auto lock = ReadLock(setting_.files, config_dir + "/.certbot.lock");
  return lock && lock->has_value();
}

Task<std::vector<std::vector<PreflightFinding>>> PreflightRound::Examine(
    const std::vector<RenewalTarget>& targets) {
  if (setting_.options.Asks(PreflightCheck::kAcme)) co_await LookAtDirectories(targets);
  std::vector<Findings> results(targets.size());
  const std::function<Task<void>(std::size_t)> examine = [&](std::size_t i) -> Task<void> {
    results[i] = co_await ExamineOne(targets[i]);
  };
  co_await SideBySide(loop_, targets.size(), kLineagesAtATime, examine);
  co_return results;
}

Task<void> PreflightRound::LookAtDirectories(const std::vector<RenewalTarget>& targets) {
  for (const RenewalTarget& target : targets) directories_[target.server].server = target.server;
  std::vector<DirectoryLook*> looks;
  for (auto& [server, look] : directories_) looks.push_back(&look);
  const std::function<Task<void>(std::size_t)> one = [&](std::size_t i) -> Task<void> {
    co_await LookAtDirectory(*looks[i], NewDeadline());
  };
  co_await SideBySide(loop_, looks.size(), kLineagesAtATime, one);
}

Task<void> PreflightRound::LookAtDirectory(DirectoryLook& look, Deadline deadline) {
  const auto url = ParseHttpUrl(look.server);
  if (!url) {
    look.exchange.fault = ExchangeFault::kLocal;
    look.exchange.detail = "it is no URL";
    co_return;
  }
  std::vector<IpAddress> addresses;
  if (const auto address = ParseIpAddress(url->host)) {
    addresses.push_back(*address);
  } else {
    Resolver resolver(loop_, {});
    AddressAnswer answer = co_await resolver.LookUpAddresses(url->host, deadline);
    if (answer.status != DnsStatus::kAnswered) {
      look.unresolved = answer.status;
      look.detail = answer.detail;
      co_return;
    }
    addresses = std::move(answer.addresses);
  }
  look.exchange = co_await Get(loop_, *url, std::move(addresses), TlsTrust::kVerified, deadline);
}

Task<std::vector<PreflightFinding>> PreflightRound::ExamineOne(const RenewalTarget& target) {
  const PreflightOptions& options = setting_.options;
  const Deadline deadline = NewDeadline();
  Findings findings;
  const bool is_http = target.method == ChallengeMethod::kHttp01;
  const bool wants_fetch = options.Asks(PreflightCheck::kHttp01) && !target.webroots.empty();
  if (is_http && (options.Asks(PreflightCheck::kDns) || wants_fetch))
    co_await LookUpNames(target, deadline);
  if (is_http && options.Asks(PreflightCheck::kDns)) {
    std::vector<NameAddresses> lookups;
    for (const std::string& name : target.names) {
      if (!name.starts_with("*.")) lookups.push_back(addresses_.at(name));
    }
    Append(findings, JudgeDns(target, lookups, setting_.own));
  }
  if (target.update && options.Asks(PreflightCheck::kDns))
    Append(findings, co_await CheckDnsUpdate(target, deadline));
  // Before CAA, which many servers leave unanswered: what time that takes, the fetches would lack.
  if (wants_fetch) Append(findings, co_await CheckWebroots(target, deadline));
  if (options.Asks(PreflightCheck::kCaa)) Append(findings, co_await CheckCaa(target, deadline));
  if (options.Asks(PreflightCheck::kHttp01) && target.authenticator == "standalone" &&
      target.port_seems_free)
    Append(findings, CheckPort(target));
  if (options.Asks(PreflightCheck::kAcme)) {
    CertbotsWay way = setting_.certbots_way;
    way.has_system_roots = target.has_system_roots;
    way.verifies_nothing = target.verifies_nothing;
    Append(findings, JudgeDirectory(directories_.at(target.server), way));
  }
  co_return findings;
}

Task<void> PreflightRound::LookUpNames(const RenewalTarget& target, Deadline deadline) {
  const std::function<Task<void>(std::size_t)> one = [&](std::size_t i) -> Task<void> {
    const std::string& name = target.names[i];
    // A wildcard is validated by dns-01 whatever the method of the others: it needs no address.
    if (name.starts_with("*.") || addresses_.contains(name)) co_return;
    NameAddresses found = co_await dns_.LookUp(name, deadline);
    found.by_own_resolver = !setting_.options.resolver;
    found.has_no_route =
        !found.addresses.empty() && std::ranges::none_of(found.addresses, HasRoute);
    addresses_.insert_or_assign(name, std::move(found));
  };
  co_await SideBySide(loop_, target.names.size(), kQuestionsAtATime, one);
}

Task<std::vector<PreflightFinding>> PreflightRound::CheckDnsUpdate(const RenewalTarget& target,
                                                                   Deadline deadline) {
  // The key is there for as long as it takes to sign, and never across a wait.
  SignQuestion sign = [&](const std::string& question,
                          TsigAlgorithm algorithm) -> std::optional<std::string> {
    const auto key = ReadTsigKey(setting_.files, target.update->credentials);
    if (!key) return std::nullopt;
    return SignDnsMessage(question, *key, algorithm, setting_.clock.Now());
  };
  if (setting_.options.keys == ReadKeys::kNo) sign = nullptr;
  const DnsUpdateLook look =
      co_await LookAtDnsServer(loop_, *target.update, target.names, sign, deadline);
  co_return JudgeDnsUpdate(target, look);
}

Task<std::vector<PreflightFinding>> PreflightRound::CheckCaa(const RenewalTarget& target,
                                                             Deadline deadline) {
  std::vector<RelevantCaa> lookups(target.names.size());
  const std::function<Task<void>(std::size_t)> one = [&](std::size_t i) -> Task<void> {
    lookups[i] = co_await dns_.LookUpCaa(target.names[i], deadline);
  };
  co_await SideBySide(loop_, target.names.size(), kQuestionsAtATime, one);
  CaaContext context;
  if (const auto known = directories_.find(target.server); known != directories_.end())
    context.published_identities = PublishedIdentities(known->second);
  if (!target.account_directory.empty()) {
    const auto account =
        setting_.files.Read(target.account_directory + "/regr.json", kMostAccountBytes);
    if (account) context.account_uri = ParseAccountUri(account->bytes);
  }
  co_return JudgeCaaRecords(target, lookups, context);
}

Task<RedirectHost> PreflightRound::ResolveRedirectHost(std::string host, bool is_public_ca,
                                                       Deadline deadline) {
  const bool is_ours = setting_.names.Contains(host);
  NameAddresses found = co_await dns_.LookUp(std::move(host), deadline);
  RedirectHost result;
  result.is_dead = found.status == DnsStatus::kNoName || found.status == DnsStatus::kNoData ||
                   found.status == DnsStatus::kServerFailed;
  // A zone that the resolver here has itself: the internet may have another.
  if (found.is_authoritative && is_public_ca && !setting_.options.resolver) result.is_dead = false;
  const bool leads_here = std::ranges::all_of(
      found.addresses, [&](const IpAddress& address) { return setting_.own.Contains(address); });
  if (is_ours || leads_here) result.addresses = std::move(found.addresses);
  co_return result;
}

std::vector<PreflightFinding> PreflightRound::CheckPort(const RenewalTarget& target) const {
  FindingList findings(PreflightCheck::kHttp01);
  if (CertbotRuns(target.config_dir)) {
    findings.Unknown("certbot is at work");
    return std::move(findings).Take();
  }
  constexpr std::string_view kPortTaken = "standalone_port_taken";
  const std::string port = "port " + std::to_string(target.http01_port);
  std::string detail;
  switch (TryBind(target.http01_address, target.http01_port)) {
    case BindOutcome::kBound:
      return std::move(findings).Take();
    case BindOutcome::kInUse:
      detail = port + " cannot be bound, though nothing is seen to listen on it";
      break;
    case BindOutcome::kNotHere:
      detail =
          target.http01_address + ", where certbot would listen, is no address of this machine";
      break;
    case BindOutcome::kNotAllowed:
    case BindOutcome::kUnknown:
      findings.Unknown("this process may not bind " + port);
      return std::move(findings).Take();
  }
  if (target.has_pre_hook) {
    findings.MayFail(kPortTaken,
                     detail + ": unless a pre hook changes that, certbot cannot bind it");
  } else {
    findings.Fails(kPortTaken, detail + ": certbot cannot bind it");
  }
  return std::move(findings).Take();
}

}  // namespace certhealth
