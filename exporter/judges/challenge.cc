// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/challenge.h"

#include <algorithm>
#include <array>
#include <string>

#include "exporter/judges/findings.h"
#include "exporter/judges/usable_conf.h"

namespace certhealth::judges {
namespace {

/// Authenticators that answer http-01 and nothing else.
constexpr std::array<std::string_view, 4> kHttpOnly = {"standalone", "webroot", "nginx", "apache"};

/// certbot's own, of any release: what they need is looked at.
constexpr std::array<std::string_view, 6> kKnown = {"standalone", "webroot", "nginx",
                                                    "apache",     "manual",  "null"};

/// Its plugins for DNS providers, of any release.
constexpr std::array<std::string_view, 14> kCertbotsOwnDns = {
    "dns-cloudflare", "dns-cloudxns", "dns-digitalocean", "dns-dnsimple",   "dns-dnsmadeeasy",
    "dns-gehirn",     "dns-google",   "dns-linode",       "dns-luadns",     "dns-nsone",
    "dns-ovh",        "dns-rfc2136",  "dns-route53",      "dns-sakuracloud"};

}  // namespace

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

std::optional<Finding> ModeNotJudged(const Case& given) {
  const RenewalConf* conf = UsableConf(given);
  if (conf == nullptr || !given.plan.enabled || conf->authenticator.empty()) return std::nullopt;
  if (std::ranges::find(kKnown, conf->authenticator) != kKnown.end()) return std::nullopt;
  if (std::ranges::find(kCertbotsOwnDns, conf->authenticator) != kCertbotsOwnDns.end())
    return std::nullopt;
  return Note("authenticator = " + conf->authenticator +
              " is no plugin of certbot's own: what it needs to renew is not known");
}

}  // namespace certhealth::judges
