// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/credentials.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "exporter/judges/findings.h"
#include "exporter/judges/usable_conf.h"
#include "exporter/phrases.h"

namespace certhealth::judges {
namespace {

/// certbot's own DNS plugins that cannot work without a credentials file (dns-route53 and
/// dns-google can).
constexpr std::array<std::string_view, 12> kNeedCredentials = {
    "dns-cloudflare",  "dns-cloudxns", "dns-digitalocean", "dns-dnsimple",
    "dns-dnsmadeeasy", "dns-gehirn",   "dns-linode",       "dns-luadns",
    "dns-nsone",       "dns-ovh",      "dns-rfc2136",      "dns-sakuracloud"};

/// What certbot's plugins demand of their file, without the plugin's own prefix
/// (`required_variables` and _add_provider_option in each; of 0.22 to 5.8). dns-cloudflare has
/// rules of its own; of dns-google, dns-route53 and others nothing is known.
struct RequiredKeys {
  std::string_view plugin;
  std::array<std::string_view, 4> keys;
};
constexpr auto kRequired = std::to_array<RequiredKeys>({
    {"dns-cloudxns", {"api_key", "secret_key"}},
    {"dns-digitalocean", {"token"}},
    {"dns-dnsimple", {"token"}},
    {"dns-dnsmadeeasy", {"api_key", "secret_key"}},
    {"dns-gehirn", {"api_token", "api_secret"}},
    {"dns-linode", {"key"}},
    {"dns-luadns", {"email", "token"}},
    {"dns-nsone", {"api_key"}},
    {"dns-ovh", {"endpoint", "application_key", "application_secret", "consumer_key"}},
    {"dns-rfc2136", {"name", "secret", "server"}},
    {"dns-sakuracloud", {"api_token", "api_secret"}},
});

/// The path that the authenticator's own credentials key has; null where it has none.
const std::string* CredentialsPath(const RenewalConf& conf, const std::string& key) {
  const auto found =
      std::ranges::find(conf.credentials, key, &std::pair<std::string, std::string>::first);
  return found == conf.credentials.end() ? nullptr : &found->second;
}

/// "dns_rfc2136_" for "dns-rfc2136".
std::string PrefixOf(const RenewalConf& conf) {
  std::string prefix = conf.authenticator + "_";
  std::ranges::replace(prefix, '-', '_');
  return prefix;
}

/// Set to nothing is as good as absent.
bool IsSet(const CredentialsFile& file, const std::string& key) {
  const auto found = file.keys.find(key);
  return found != file.keys.end() && !found->second.empty();
}

/// dns_cloudflare.py, _validate_credentials.
std::string FaultOfCloudflare(const CredentialsFile& file) {
  const bool has_email = IsSet(file, "dns_cloudflare_email");
  const bool has_key = IsSet(file, "dns_cloudflare_api_key");
  if (IsSet(file, "dns_cloudflare_api_token")) {
    return has_email || has_key ? "sets dns_cloudflare_api_token and a global key beside it" : "";
  }
  if (has_email && has_key) return {};
  if (has_email) return "lacks dns_cloudflare_api_key";
  if (has_key) return "lacks dns_cloudflare_email";
  return "lacks dns_cloudflare_api_token";
}

/// Of what Python's int() takes, what people write; an empty one stands for the default.
bool IsNumber(std::string_view text) {
  return text.find_first_not_of(" \t0123456789") == std::string_view::npos;
}

/// dns_rfc2136.py, _validate_credentials and Authenticator.ALGORITHMS.
std::string FaultOfRfc2136(const CredentialsFile& file) {
  static constexpr std::array<std::string_view, 6> kAlgorithms = {
      "hmac-md5", "hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512"};
  const std::string& server = file.keys.find("dns_rfc2136_server")->second;
  std::array<unsigned char, 16> address{};
  const bool is_address = inet_pton(AF_INET, server.c_str(), address.data()) == 1 ||
                          inet_pton(AF_INET6, server.c_str(), address.data()) == 1;
  // Of what has a scope, Python's releases think differently.
  if (!is_address && server.find_first_of("%:") == std::string::npos)
    return "has dns_rfc2136_server = " + server + ", which must be an IP address";
  if (file.not_base64.contains("dns_rfc2136_secret"))
    return "has a dns_rfc2136_secret that is no base64: a part of it is missing";
  const auto port = file.keys.find("dns_rfc2136_port");
  if (port != file.keys.end() && !IsNumber(port->second))
    return "has dns_rfc2136_port = " + port->second + ", which must be a number";
  const auto found = file.keys.find("dns_rfc2136_algorithm");
  if (found == file.keys.end() || found->second.empty()) return {};
  std::string algorithm = found->second;
  for (char& c : algorithm) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  if (std::ranges::find(kAlgorithms, algorithm) != kAlgorithms.end()) return {};
  return "has dns_rfc2136_algorithm = " + found->second + ", which certbot does not know";
}

}  // namespace

std::optional<Finding> CredentialsMissing(const Case& given) {
  const RenewalConf* conf = UsableConf(given);
  if (conf == nullptr || !conf->authenticator.starts_with("dns-")) return std::nullopt;
  const std::string key = PrefixOf(*conf) + "credentials";
  const std::string* path = CredentialsPath(*conf, key);
  if (path == nullptr) {
    if (std::ranges::find(kNeedCredentials, conf->authenticator) == kNeedCredentials.end())
      return std::nullopt;
    return FailsRenewal(key + " is not set: certbot would have to ask");
  }
  const PathFact& fact = given.machine->Fact(*path);
  if (fact.state == PathFact::State::kPresent && fact.kind == FileKind::kDirectory)
    return FailsRenewal(key + " = " + *path + ", which is a directory");
  if (fact.state != PathFact::State::kMissing) return std::nullopt;
  return FailsRenewal(key + " = " + *path + ", which does not exist");
}

std::optional<Finding> CredentialsIncomplete(const Case& given) {
  const RenewalConf* conf = UsableConf(given);
  if (conf == nullptr || !conf->authenticator.starts_with("dns-")) return std::nullopt;
  const bool is_cloudflare = conf->authenticator == "dns-cloudflare";
  const auto required = std::ranges::find(kRequired, conf->authenticator, &RequiredKeys::plugin);
  if (!is_cloudflare && required == kRequired.end()) return std::nullopt;
  const std::string prefix = PrefixOf(*conf);
  const std::string* path = CredentialsPath(*conf, prefix + "credentials");
  if (path == nullptr) return std::nullopt;
  const auto found = given.machine->credentials.find(*path);
  if (found == given.machine->credentials.end() || !found->second.seen) return std::nullopt;
  const CredentialsFile& file = found->second;
  if (!file.fault.empty()) return FailsRenewal(file.fault);
  std::string fault;
  if (is_cloudflare) {
    fault = FaultOfCloudflare(file);
  } else {
    std::vector<std::string> lacking;
    for (const std::string_view key : required->keys) {
      if (!key.empty() && !IsSet(file, prefix + std::string(key)))
        lacking.push_back(prefix + std::string(key));
    }
    if (!lacking.empty())
      fault = "lacks " + FormatList(lacking);
    else if (conf->authenticator == "dns-rfc2136")
      fault = FaultOfRfc2136(file);
  }
  if (fault.empty()) return std::nullopt;
  return FailsRenewal(*path + " " + fault);
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
