// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/cli_options.h"

#include <algorithm>
#include <array>

namespace certhealth::judges {
namespace {

/// Options without a value; a cli.ini says true or false. As certbot 2.1 and 5.8 with all plugins
/// list them, without those that count (verbose) or print something and end.
constexpr auto kFlags = std::to_array<std::string_view>({
    "agree-tos",
    "allow-subset-of-names",
    "apache",
    "authenticators",
    "auto-hsts",
    "break-my-certs",
    "debug",
    "debug-challenges",
    "delete-after-revoke",
    "disable-hook-validation",
    "disable-renew-updates",
    "dns-cloudflare",
    "dns-digitalocean",
    "dns-dnsimple",
    "dns-dnsmadeeasy",
    "dns-gehirn",
    "dns-google",
    "dns-linode",
    "dns-luadns",
    "dns-nsone",
    "dns-ovh",
    "dns-rfc2136",
    "dns-route53",
    "dns-sakuracloud",
    "dry-run",
    "duplicate",
    "eff-email",
    "expand",
    "force-interactive",
    "force-renewal",
    "hsts",
    "init",
    "installers",
    "keep",
    "keep-until-expiring",
    "manual",
    "manual-public-ip-logging-ok",
    "must-staple",
    "new-key",
    "nginx",
    "no-autorenew",
    "no-bootstrap",
    "no-delete-after-revoke",
    "no-directory-hooks",
    "no-eff-email",
    "no-hsts",
    "no-permissions-check",
    "no-random-sleep-on-renew",
    "no-redirect",
    "no-reuse-key",
    "no-self-upgrade",
    "no-staple-ocsp",
    "no-uir",
    "no-verify-ssl",
    "non-interactive",
    "noninteractive",
    "os-packages-only",
    "preconfigured-renewal",
    "prepare",
    "quiet",
    "redirect",
    "register-unsafely-without-email",
    "reinstall",
    "renew-by-default",
    "renew-with-new-domains",
    "reuse-key",
    "run-deploy-hooks",
    "staging",
    "standalone",
    "staple-ocsp",
    "strict-permissions",
    "test-cert",
    "text",
    "uir",
    "webroot",
});

/// Options with a value, of the same, and those that went away before.
constexpr auto kValues = std::to_array<std::string_view>({
    "account",
    "agree-dev-preview",
    "apache-bin",
    "apache-challenge-location",
    "apache-ctl",
    "apache-dismod",
    "apache-enmod",
    "apache-handle-modules",
    "apache-handle-mods",
    "apache-handle-sites",
    "apache-init-script",
    "apache-le-vhost-ext",
    "apache-logs-root",
    "apache-server-root",
    "apache-vhost-root",
    "authenticator",
    "autorenew",
    "cert-name",
    "cert-path",
    "chain-path",
    "checkpoints",
    "config",
    "config-dir",
    "configurator",
    "csr",
    "deploy-hook",
    "directory-hooks",
    "dns-google-project",
    "dns-route53-propagation-seconds",
    "domain",
    "domains",
    "eab-hmac-alg",
    "eab-hmac-key",
    "eab-kid",
    "elliptic-curve",
    "email",
    "fullchain-path",
    "help",
    "http-01-address",
    "http-01-port",
    "https-port",
    "installer",
    "ip-address",
    "issuance-timeout",
    "key-path",
    "key-type",
    "logs-dir",
    "manual-auth-hook",
    "manual-cleanup-hook",
    "manual-test-mode",
    "max-log-backups",
    "nginx-ctl",
    "nginx-server-root",
    "nginx-sleep-seconds",
    "num",
    "os-packages",
    "post-hook",
    "pre-hook",
    "preferred-chain",
    "preferred-challenges",
    "preferred-profile",
    "random-sleep-on-renew",
    "reason",
    "renew-hook",
    "required-profile",
    "rsa-key-size",
    "server",
    "standalone-supported-challenges",
    "strict-permissions",
    "tls-sni-01-address",
    "tls-sni-01-port",
    "update-registration",
    "user-agent",
    "user-agent-comment",
    "validate-hooks",
    "verb",
    "verbose",
    "verbose-level",
    "version",
    "webroot-map",
    "webroot-path",
    "work-dir",
});

constexpr auto kNumbers = std::to_array<std::string_view>({
    "http-01-port",
    "https-port",
    "issuance-timeout",
    "max-log-backups",
    "nginx-sleep-seconds",
    "rsa-key-size",
});

/// Of certbot's own plugins for DNS providers, whose names they begin with.
constexpr auto kDnsSuffixes =
    std::to_array<std::string_view>({"-credentials", "-propagation-seconds"});

bool IsKnown(std::string_view key) {
  const auto begins = [key](std::string_view option) { return option.starts_with(key); };
  if (std::ranges::any_of(kFlags, begins) || std::ranges::any_of(kValues, begins)) return true;
  return key.starts_with("dns-") &&
         std::ranges::any_of(kDnsSuffixes, [key](auto suffix) { return key.ends_with(suffix); });
}

std::string InLowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return lower;
}

/// ConfigArgParse, convert_item_to_command_line_arg.
bool IsTruthValue(std::string_view text) {
  const std::string lower = InLowerCase(text);
  constexpr auto kTruth =
      std::to_array<std::string_view>({"true", "yes", "1", "false", "no", "0", "on", "off"});
  return std::ranges::find(kTruth, lower) != kTruth.end();
}

bool IsNumber(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789+-_ ") == std::string_view::npos;
}

}  // namespace

OptionFault FindOptionFault(const CliIni& settings) {
  for (const CliIniSetting& setting : settings.settings) {
    const std::string line = "line " + std::to_string(setting.line) + ": ";
    if (!IsKnown(setting.key))
      return {line + "'" + setting.key + "' is no option", setting.key, true};
    if (setting.is_list) continue;
    const std::string& value = setting.values.front();
    if (value.empty()) continue;
    if (std::ranges::find(kFlags, setting.key) != kFlags.end() && !IsTruthValue(value))
      return {line + setting.key + " must be true or false", setting.key};
    if (std::ranges::find(kNumbers, setting.key) != kNumbers.end() && !IsNumber(value))
      return {line + setting.key + " must be a number", setting.key};
  }
  return {};
}

}  // namespace certhealth::judges
