// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/challenge.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <unordered_map>

#include "collectors/certbot/hook_command.h"
#include "exporter/judges/findings.h"
#include "exporter/judges/usable_conf.h"
#include "exporter/judges/webroots.h"
#include "exporter/phrases.h"

namespace certhealth::judges {
namespace {

/// certbot's own DNS plugins that cannot work without a credentials file (dns-route53 and
/// dns-google can).
constexpr std::array<std::string_view, 12> kNeedCredentials = {
    "dns-cloudflare",  "dns-cloudxns", "dns-digitalocean", "dns-dnsimple",
    "dns-dnsmadeeasy", "dns-gehirn",   "dns-linode",       "dns-luadns",
    "dns-nsone",       "dns-ovh",      "dns-rfc2136",      "dns-sakuracloud"};

/// Authenticators that answer http-01 and nothing else.
constexpr std::array<std::string_view, 4> kHttpOnly = {"standalone", "webroot", "nginx", "apache"};

const RenewalConf* ConfOfAuthenticator(const Case& given, std::string_view authenticator) {
  const RenewalConf* conf = UsableConf(given);
  return conf != nullptr && conf->authenticator == authenticator ? conf : nullptr;
}

/// The names that the next renewal will ask for.
std::span<const std::string> NamesToRenew(const Case& given) {
  if (given.lineage == nullptr || given.lineage->newest == nullptr) return {};
  return given.lineage->newest->dns_names;
}

bool IsWildcard(std::string_view name) { return name.starts_with("*."); }

/// One sentence on every webroot of the certificate for which `is_wrong` holds, each once: "PATH
/// (for a and b)".
template <typename Predicate>
std::vector<std::string> WebrootsWhere(const Case& given, const RenewalConf& conf,
                                       Predicate is_wrong) {
  const Webroots webroots(conf);
  std::vector<std::pair<std::string, std::vector<std::string>>> wrong;
  std::unordered_map<std::string_view, std::size_t> places;
  for (const std::string& name : NamesToRenew(given)) {
    const std::string_view webroot = webroots.Of(name);
    if (webroot.empty()) continue;
    const auto [place, is_new] = places.try_emplace(webroot, wrong.size());
    if (!is_new) {
      if (place->second < wrong.size()) wrong[place->second].second.push_back(name);
      continue;
    }
    std::string path(webroot);
    if (is_wrong(given.machine->Fact(path))) {
      wrong.push_back({std::move(path), {name}});
    } else {
      place->second = std::string::npos;
    }
  }
  std::vector<std::string> sentences;
  for (const auto& [path, names] : wrong)
    sentences.push_back(path + " (for " + FormatList(names) + ")");
  return sentences;
}

struct Hook {
  std::string_view key;
  const std::string& command;
  bool is_checked;  // certbot refuses to run without it, where for the others the shell just fails
};

std::array<Hook, 5> HooksOf(const RenewalConf& conf) {
  return {{{"manual_auth_hook", conf.manual_auth_hook, true},
           {"manual_cleanup_hook", conf.manual_cleanup_hook, true},
           {"pre_hook", conf.pre_hook, false},
           {"post_hook", conf.post_hook, false},
           {"renew_hook", conf.deploy_hook, false}}};
}

/// The finding for the worst of the hooks whose program's fact satisfies `is_wrong`.
template <typename Predicate>
std::optional<Finding> JudgeHooks(const Case& given, std::string_view what, Predicate is_wrong) {
  const RenewalConf* conf = UsableConf(given);
  if (conf == nullptr) return std::nullopt;
  for (const Hook& hook : HooksOf(*conf)) {
    const bool is_manual = hook.is_checked;
    if (is_manual && conf->authenticator != "manual") continue;
    const std::optional<std::string> program =
        is_manual ? std::optional(FirstWord(hook.command)) : ProgramOf(hook.command);
    if (!program || program->empty() || !is_wrong(given.machine->Fact(*program))) continue;
    std::string detail =
        std::string(hook.key) + " runs " + *program + ", which " + std::string(what);
    if (is_manual) return FailsRenewal(std::move(detail));
    return Risk(std::move(detail) + "; certbot goes on without it");
  }
  return std::nullopt;
}

}  // namespace

std::optional<Finding> WebrootMissing(const Case& given) {
  const RenewalConf* conf = ConfOfAuthenticator(given, "webroot");
  if (conf == nullptr) return std::nullopt;
  const auto missing = WebrootsWhere(
      given, *conf, [](const PathFact& fact) { return fact.state == PathFact::State::kMissing; });
  if (missing.empty()) return std::nullopt;
  // Not certain: certbot creates the directory, and a server may be set up to serve it.
  return Risk(FormatList(missing) +
              " does not exist: certbot will create it, and the CA will most likely get a 404");
}

std::optional<Finding> WebrootNotDirectory(const Case& given) {
  const RenewalConf* conf = ConfOfAuthenticator(given, "webroot");
  if (conf == nullptr) return std::nullopt;
  const auto wrong = WebrootsWhere(given, *conf, [](const PathFact& fact) {
    return fact.state == PathFact::State::kPresent && fact.kind != FileKind::kDirectory;
  });
  if (wrong.empty()) return std::nullopt;
  return FailsRenewal(FormatList(wrong) + " is not a directory");
}

std::optional<Finding> WebrootNotWritable(const Case& given) {
  const RenewalConf* conf = ConfOfAuthenticator(given, "webroot");
  if (conf == nullptr) return std::nullopt;
  const auto wrong = WebrootsWhere(given, *conf, [](const PathFact& fact) {
    return fact.state == PathFact::State::kPresent && fact.read_only_mount;
  });
  if (wrong.empty()) return std::nullopt;
  return FailsRenewal(FormatList(wrong) + " lies on a file system that is mounted read-only");
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

std::optional<Finding> WildcardNeedsDns(const Case& given) {
  const RenewalConf* conf = UsableConf(given);
  if (conf == nullptr) return std::nullopt;
  const auto names = NamesToRenew(given);
  const auto wildcard = std::ranges::find_if(names, IsWildcard);
  if (wildcard == names.end()) return std::nullopt;
  const bool http_only = std::ranges::find(kHttpOnly, conf->authenticator) != kHttpOnly.end();
  const bool http_preferred =
      conf->authenticator == "manual" && !conf->preferred_challenges.empty() &&
      std::ranges::none_of(conf->preferred_challenges, [](const std::string& challenge) {
        return challenge.starts_with("dns");
      });
  if (!http_only && !http_preferred) return std::nullopt;
  return FailsRenewal(*wildcard + " is a wildcard, which CAs validate by dns-01 alone; " +
                      conf->authenticator + " answers http-01");
}

std::optional<Finding> ManualWithoutHook(const Case& given) {
  const RenewalConf* conf = ConfOfAuthenticator(given, "manual");
  if (conf == nullptr || !conf->manual_auth_hook.empty()) return std::nullopt;
  return FailsRenewal(
      "authenticator = manual without manual_auth_hook: somebody would have to type at every "
      "renewal");
}

std::optional<Finding> HookMissing(const Case& given) {
  return JudgeHooks(given, "does not exist",
                    [](const PathFact& fact) { return fact.state == PathFact::State::kMissing; });
}

std::optional<Finding> HookNotExecutable(const Case& given) {
  return JudgeHooks(given, "is not executable", [](const PathFact& fact) {
    return fact.state == PathFact::State::kPresent && !fact.is_executable();
  });
}

std::optional<Finding> CredentialsMissing(const Case& given) {
  const RenewalConf* conf = UsableConf(given);
  if (conf == nullptr || !conf->authenticator.starts_with("dns-")) return std::nullopt;
  std::string key = conf->authenticator + "-credentials";
  std::ranges::replace(key, '-', '_');
  const auto found =
      std::ranges::find(conf->credentials, key, &std::pair<std::string, std::string>::first);
  if (found == conf->credentials.end()) {
    if (std::ranges::find(kNeedCredentials, conf->authenticator) == kNeedCredentials.end())
      return std::nullopt;
    return FailsRenewal(key + " is not set: certbot would have to ask");
  }
  const PathFact& fact = given.machine->Fact(found->second);
  if (fact.state != PathFact::State::kMissing) return std::nullopt;
  return FailsRenewal(key + " = " + found->second + ", which does not exist");
}

std::optional<Finding> CredentialsExposed(const Case& given) {
  const RenewalConf* conf = UsableConf(given);
  if (conf == nullptr) return std::nullopt;
  for (const auto& [key, path] : conf->credentials) {
    const PathFact& fact = given.machine->Fact(path);
    if (fact.state != PathFact::State::kPresent || (fact.permissions & 0007U) == 0) continue;
    char mode[8] = {};
    std::snprintf(mode, sizeof mode, "%04o", static_cast<unsigned>(fact.permissions));
    return Risk(path + " has mode " + mode +
                ": every local user can use the DNS provider's account");
  }
  return std::nullopt;
}

}  // namespace certhealth::judges
