// SPDX-License-Identifier: Apache-2.0
#include "collectors/web_server/apache_sites.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <utility>

#include "collectors/base/ascii.h"
#include "collectors/web_server/apache_challenge.h"
#include "collectors/web_server/apache_directives.h"
#include "collectors/web_server/apache_rewrites.h"
#include "collectors/web_server/apache_words.h"

namespace certhealth {
namespace {

constexpr std::size_t kMaxSites = 20'000;
/// Open sections, the main server with them.
constexpr std::size_t kMaxDepth = 16;
/// What hosts and names may cost together, see `CostOf`: some seconds.
constexpr std::size_t kMaxCost = 3'000'000;
/// Statements and sections.
constexpr std::size_t kMaxKept = 200'000;
/// Names of one host that its rules are tried for one by one.
constexpr std::size_t kMaxNames = 100;

constexpr std::array<std::string_view, 6> kForFiles = {
    "directory", "directorymatch", "files", "filesmatch", "location", "locationmatch"};

/// Sections that hold no directives for requests, or for those alone that are handed on.
constexpr std::array<std::string_view, 5> kAside = {"proxy", "proxymatch", "macro",
                                                    "authnprovideralias", "authzprovideralias"};

bool IsOneOf(const auto& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

/// Of <VirtualHost>: "*:80", "_default_", "[::1]:80" (vhost.c, get_addresses); nullopt for none.
std::optional<SiteAddress> AddressOf(std::string_view text) {
  std::string_view host = text;
  std::string_view port;
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
  if (bracket == std::string_view::npos) return std::nullopt;
  const std::size_t colon = text.find(':', bracket);
  if (colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    if (port.empty()) return std::nullopt;
  }
  SiteAddress address;
  if (!port.empty() && port != "*") {
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
    if (error != std::errc{} || end != port.data() + port.size() || address.port == 0)
      return std::nullopt;
  }
  const bool is_ipv6 = host.starts_with('[');
  address.is_any = host == "*" || host == "0.0.0.0" || host == "[::]" || host == "_default_";
  address.is_loopback = host.starts_with("127.") || host == "[::1]";
  address.takes_ipv4 = address.is_any || !is_ipv6;
  address.takes_ipv6 = address.is_any || is_ipv6;
  return address;
}

/// "https://Shop.example:443": the name in lower case.
std::string NameOf(std::string_view text) {
  if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos)
    text.remove_prefix(scheme + 3);
  return LowerAscii(text.substr(0, text.find(':')));
}

bool IsPattern(const std::string& name) { return name.find_first_of("*?") != std::string::npos; }

/// What ServerName and ServerAlias say; nullopt where that cannot be told.
std::optional<std::vector<std::string>> NamesOf(const ApacheScope& server) {
  std::vector<std::string> names;
  for (const ApacheStatement& statement : server.statements) {
    const bool is_alias = statement.name() == "serveralias";
    if (!is_alias && statement.name() != "servername") continue;
    for (std::size_t i = 1; i < statement.words.size(); ++i) {
      const std::string& word = statement.words[i];
      if (!statement.is_certain || word.find('$') != std::string::npos) return std::nullopt;
      if (is_alias) names.push_back(LowerAscii(word));
    }
  }
  const ApacheStatement* name = server.FindLast("servername");
  if (name != nullptr && !IsPattern(name->words.back()))
    names.insert(names.begin(), NameOf(name->Argument(0)));
  return names;
}

/// Of going through it once. Patterns take longest, most of all those for directories, which are
/// tried for each on the way.
std::size_t CostOf(const ApacheScope& scope) {
  const bool is_pattern = scope.head.words.size() > 1 &&
                          (scope.head.name().ends_with("match") || scope.head.Argument(0) == "~");
  std::size_t cost = 1;
  if (is_pattern) cost = scope.head.name().starts_with("directory") ? 200 : 20;
  for (const ApacheStatement& statement : scope.statements)
    cost += statement.name().starts_with("rewrite") || statement.name().ends_with("match") ? 5 : 1;
  for (const ApacheScope& inner : scope.scopes) cost += CostOf(inner);
  return cost;
}

/// Clients of any address at a port meet either the hosts of that port or those of any port, by
/// which of them came first.
bool AreOfOneKind(const std::vector<WebSite>& sites) {
  bool has_any_port = false;
  bool has_own_port = false;
  for (const WebSite& site : sites) {
    for (const SiteAddress& address : site.addresses) {
      if (address.is_any) (address.port == 0 ? has_any_port : has_own_port) = true;
    }
  }
  return !has_any_port || !has_own_port;
}

class SitesOfHosts {
 public:
  SitesOfHosts(const ApacheScope& main, const std::function<bool(const std::string&)>& may_exist,
               const std::vector<std::string>& own_names)
      : main_(main), may_exist_(may_exist), own_names_(own_names), main_cost_(CostOf(main)) {}

  /// Whether what the host is could be told.
  bool Add(const ApacheScope& host) {
    WebSite site;
    if (host.head.words.size() < 2) return false;
    for (std::size_t i = 1; i < host.head.words.size(); ++i) {
      const auto address = AddressOf(host.head.words[i]);
      if (!address) return false;
      site.addresses.push_back(*address);
    }
    auto names = NamesOf(host);
    if (!names) return false;
    site.names = std::move(*names);
    const bool goes_by_name = RewritesByName(host);
    const std::size_t times = goes_by_name ? std::min(site.names.size(), kMaxNames) + 2 : 1;
    cost_ += times * (main_cost_ + CostOf(host));
    if (cost_ > kMaxCost) return false;
    const bool is_nameless = host.FindLast("servername") == nullptr;
    if (is_nameless && !AddMainName(site)) return false;
    if (goes_by_name) {
      AddByName(host, site);
    } else {
      site.answer = Answer(host, {});
      sites_.push_back(site);
    }
    if (is_nameless && main_.FindLast("servername") == nullptr) AddOwnNames(site);
    return sites_.size() <= kMaxSites;
  }

  std::vector<WebSite> Take() && { return std::move(sites_); }

 private:
  ChallengeAnswer Answer(const ApacheScope& host, const AskedHost& asked) const {
    return ApacheChallengeAnswer(main_, host, asked, may_exist_);
  }

  /// A host without a name has the main server's (ap_fini_vhost_config).
  bool AddMainName(WebSite& site) const {
    const ApacheStatement* name = main_.FindLast("servername");
    if (name == nullptr) return true;
    const auto names = NamesOf(main_);
    if (!names) return false;
    site.names.push_back(NameOf(name->Argument(0)));
    return true;
  }

  /// Without that one, what the system calls the machine: who asks for it may be answered by this
  /// host, or by the one that says the name.
  void AddOwnNames(const WebSite& site) {
    if (!own_names_.empty()) sites_.push_back({own_names_, site.addresses, {}});
  }

  /// One for each name, after one for the clients who ask for none of them.
  void AddByName(const ApacheScope& host, const WebSite& site) {
    const auto add = [&](std::vector<std::string> names, const AskedHost& asked) {
      sites_.push_back({std::move(names), site.addresses, Answer(host, asked)});
    };
    add({}, {.other_than = site.names});
    std::vector<std::string> rest;
    std::size_t names_left = kMaxNames;
    for (const std::string& name : site.names) {
      if (names_left > 0 && !IsPattern(name)) {
        --names_left;
        add({name}, {.name = name});
      } else {
        rest.push_back(name);
      }
    }
    if (!rest.empty()) add(std::move(rest), {});
  }

  const ApacheScope& main_;
  const std::function<bool(const std::string&)>& may_exist_;
  const std::vector<std::string>& own_names_;
  std::size_t main_cost_;
  std::size_t cost_ = 0;
  std::vector<WebSite> sites_;
};

}  // namespace

void ApacheSites::Begin(std::vector<std::string> words, std::string place) {
  const std::string name = words.empty() ? std::string() : LowerAscii(words.front());
  const bool is_too_deep = open_.size() == kMaxDepth || ++kept_ > kMaxKept;
  if (passed_over_ > 0 || name.empty() || is_too_deep || IsOneOf(kAside, name)) {
    if (passed_over_ == 0 && is_too_deep) is_clear_ = false;
    ++passed_over_;
    return opened_.push_back(Opened::kPassedOver);
  }
  const bool is_host = name == "virtualhost";
  if (is_host && (open_.size() > 1 || doubts_ > 0)) is_clear_ = false;
  words.front() = name;
  open_.push_back({{std::move(words), std::move(place), doubts_ == 0}, {}, {}});
  opened_.push_back(is_host || IsOneOf(kForFiles, name) ? Opened::kScope : Opened::kPart);
}

void ApacheSites::BeginCondition(Condition condition) {
  if (passed_over_ > 0 || condition == Condition::kDoesNotHold) {
    ++passed_over_;
    return opened_.push_back(Opened::kPassedOver);
  }
  if (condition == Condition::kMayHold) ++doubts_;
  opened_.push_back(condition == Condition::kMayHold ? Opened::kDoubt : Opened::kCondition);
}

void ApacheSites::Add(std::vector<std::string> words, std::string place) {
  if (passed_over_ > 0 || words.empty()) return;
  words.front() = LowerAscii(words.front());
  const std::string& name = words.front();
  ApacheScope& scope = open_.back();
  if (name == "loadmodule") {
    // Answers challenges by itself.
    if (words.size() > 1 && LowerAscii(words[1]) == "md_module") open_.front().is_clear = false;
    return;
  }
  if (name == "usecanonicalname" && words.size() == 2 && LowerAscii(words[1]) == "off") return;
  const ApacheSay say = SayOf(name);
  // Backslashes that stand for one, or for a quote.
  const bool has_escapes = std::ranges::any_of(words, [](const std::string& word) {
    return word.find("\\\\") != std::string::npos || word.ends_with('\\');
  });
  if (say == ApacheSay::kUnknown || (say == ApacheSay::kTells && has_escapes)) {
    scope.is_clear = false;
  } else if (say == ApacheSay::kTells) {
    if (++kept_ > kMaxKept) is_clear_ = false;
    if (is_clear_) scope.statements.push_back({std::move(words), std::move(place), doubts_ == 0});
  }
}

void ApacheSites::End() {
  if (opened_.empty()) return;
  const Opened opened = opened_.back();
  opened_.pop_back();
  if (opened == Opened::kPassedOver) --passed_over_;
  if (opened == Opened::kDoubt) --doubts_;
  if (opened != Opened::kScope && opened != Opened::kPart) return;
  ApacheScope scope = std::move(open_.back());
  open_.pop_back();
  if (scope.head.name() == "virtualhost") return hosts_.push_back(std::move(scope));
  if (opened == Opened::kScope) return open_.back().scopes.push_back(std::move(scope));
  // Who or what <Limit>, <If> and <RequireAny> are for is not looked at.
  const bool is_idle = scope.is_clear && scope.statements.empty() && scope.scopes.empty();
  if (!is_idle) open_.back().is_clear = false;
}

std::optional<std::vector<WebSite>> ApacheSites::Take(
    const std::function<bool(const std::string&)>& may_exist,
    const std::vector<std::string>& own_names) && {
  if (!is_clear_ || open_.size() != 1) return std::nullopt;
  SitesOfHosts sites(open_.front(), may_exist, own_names);
  for (const ApacheScope& host : hosts_) {
    if (!sites.Add(host)) return std::nullopt;
  }
  std::vector<WebSite> all = std::move(sites).Take();
  if (!AreOfOneKind(all)) return std::nullopt;
  return all;
}

}  // namespace certhealth
