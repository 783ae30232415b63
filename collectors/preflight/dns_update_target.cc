// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/dns_update_target.h"

#include <algorithm>

#include "collectors/base/ascii.h"
#include "collectors/certbot/asked_server.h"
#include "collectors/certbot/certbot_version.h"

namespace certhealth {
namespace {

// certbot's dns_rfc2136.py, in its releases.
constexpr CertbotVersion kSignsQuestions{{1, 32, 0}};
constexpr CertbotVersion kSignsByOption{{2, 6, 0}};
/// Up to this one, an algorithm that is not in capitals counts as the default; from the other one
/// on, it counts as it is meant.
constexpr CertbotVersion kLastParticular{{3, 1, 0}};
constexpr CertbotVersion kFirstLenient{{4, 0, 0}};
constexpr TsigAlgorithm kDefaultAlgorithm = TsigAlgorithm::kMd5;

std::string ValueOf(const CredentialsFile& file, std::string_view key) {
  const auto found = file.keys.find(key);
  return found == file.keys.end() ? std::string() : found->second;
}

ZoneQuestions QuestionsOf(const CredentialsFile& file,
                          const std::optional<CertbotVersion>& certbot) {
  if (!certbot) return ZoneQuestions::kUnknown;
  if (*certbot < kSignsQuestions) return ZoneQuestions::kPlain;
  if (*certbot < kSignsByOption) return ZoneQuestions::kSigned;
  return LowerAscii(ValueOf(file, "dns_rfc2136_sign_query")) == "true" ? ZoneQuestions::kSigned
                                                                       : ZoneQuestions::kPlain;
}

std::vector<TsigAlgorithm> AlgorithmsOf(const std::string& text,
                                        const std::optional<CertbotVersion>& certbot) {
  if (text.empty()) return {kDefaultAlgorithm};
  const auto meant = ParseTsigAlgorithm(text);
  if (!meant) return {};
  const bool is_in_capitals =
      std::ranges::none_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
  if (is_in_capitals || meant == kDefaultAlgorithm || (certbot && *certbot >= kFirstLenient))
    return {*meant};
  if (certbot && *certbot <= kLastParticular) return {kDefaultAlgorithm};
  return {*meant, kDefaultAlgorithm};
}

}  // namespace

std::optional<DnsUpdateTarget> DnsUpdateTargetOf(const RenewalConf& conf, const CertbotRoot& root,
                                                 const CertbotMachine& machine) {
  if (conf.authenticator != "dns-rfc2136") return std::nullopt;
  const auto path = std::ranges::find(conf.credentials, "dns_rfc2136_credentials",
                                      &std::pair<std::string, std::string>::first);
  if (path == conf.credentials.end()) return std::nullopt;
  const auto found = machine.credentials.find(path->second);
  if (found == machine.credentials.end()) return std::nullopt;
  const CredentialsFile& file = found->second;
  if (!file.seen || !file.fault.empty()) return std::nullopt;
  const auto server = DnsServerOf(file);
  if (!server) return std::nullopt;
  const auto certbot = ParseCertbotVersion(root.running_version);
  DnsUpdateTarget target;
  target.credentials = path->second;
  target.server = {server->addresses.front(), server->port};
  target.algorithms = AlgorithmsOf(ValueOf(file, "dns_rfc2136_algorithm"), certbot);
  target.questions = QuestionsOf(file, certbot);
  if (target.algorithms.empty()) return std::nullopt;
  return target;
}

}  // namespace certhealth
