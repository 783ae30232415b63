// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/known_ca.h"

#include <algorithm>
#include <array>

namespace certhealth {
namespace {

// By each CA's certificate practice statement or documentation on CAA.
constexpr std::array<std::string_view, 1> kLetsEncrypt = {"letsencrypt.org"};
constexpr std::array<std::string_view, 1> kGoogle = {"pki.goog"};
constexpr std::array<std::string_view, 1> kBuypass = {"buypass.com"};
constexpr std::array<std::string_view, 1> kSslCom = {"ssl.com"};
constexpr std::array<std::string_view, 8> kSectigo = {
    "sectigo.com",  "zerossl.com", "trust-provider.com", "usertrust.com",
    "comodoca.com", "comodo.com",  "entrust.net",        "affirmtrust.com"};

struct Row {
  std::string_view host;  // this one, and all below it
  KnownCa ca;
};

constexpr std::array<Row, 7> kKnownCas = {{
    {"api.letsencrypt.org",
     {"Let's Encrypt", kLetsEncrypt, Rfc8657::kHonours, CriticalFlag::kHighestOrLowest}},
    {"zerossl.com", {"ZeroSSL", kSectigo}},
    {"sectigo.com", {"Sectigo", kSectigo}},
    {"buypass.com", {"Buypass", kBuypass}},
    {"buypass.no", {"Buypass", kBuypass}},
    {"pki.goog", {"Google Trust Services", kGoogle}},
    {"ssl.com", {"SSL.com", kSslCom}},
}};

/// "7" of ".../acme/acct/7" and ".../acme/reg/7" on one of Let's Encrypt's servers, with "staging"
/// in front where it is that; empty for any other URL.
std::string LetsEncryptAccount(std::string_view url) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kForms = {{
      {"https://acme-v01.api.letsencrypt.org/acme/reg/", ""},
      {"https://acme-v02.api.letsencrypt.org/acme/acct/", ""},
      {"https://acme-staging.api.letsencrypt.org/acme/reg/", "staging/"},
      {"https://acme-staging-v02.api.letsencrypt.org/acme/acct/", "staging/"},
  }};
  for (const auto& [form, environment] : kForms) {
    if (url.starts_with(form) && url.size() > form.size())
      return std::string(environment).append(url.substr(form.size()));
  }
  return {};
}

}  // namespace

std::string HostOfServer(std::string_view server) {
  const std::size_t scheme = server.find("://");
  if (scheme == std::string_view::npos) return {};
  server.remove_prefix(scheme + 3);
  server = server.substr(0, server.find_first_of("/?#"));
  if (const std::size_t user = server.rfind('@'); user != std::string_view::npos)
    server.remove_prefix(user + 1);
  if (server.starts_with('[')) {
    server = server.substr(1, std::min(server.find(']'), server.size()) - 1);
  } else {
    server = server.substr(0, server.find(':'));
  }
  std::string host(server);
  std::ranges::transform(host, host.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return host;
}

const KnownCa* FindKnownCa(std::string_view server) {
  const std::string host = HostOfServer(server);
  for (const Row& row : kKnownCas) {
    if (host == row.host ||
        (host.ends_with(row.host) && host[host.size() - row.host.size() - 1] == '.'))
      return &row.ca;
  }
  return nullptr;
}

bool IsSameAccount(std::string_view one, std::string_view other) {
  if (one == other) return true;
  const std::string account = LetsEncryptAccount(one);
  return !account.empty() && account == LetsEncryptAccount(other);
}

}  // namespace certhealth
