// SPDX-License-Identifier: Apache-2.0
#include "collectors/web_server/web_sites.h"

#include <algorithm>

#include "collectors/base/ascii.h"

namespace certhealth {
namespace {

/// CAs follow ten; between sites of one machine there is one, or a circle.
constexpr int kMaxRedirects = 3;

constexpr std::uint16_t kAnyPort = 0;

/// On each port a name counts once.
constexpr std::size_t kMaxSitesOfName = 256;

/// As ap_strcasecmp_match: "*" any text, "?" one character.
bool Matches(std::string_view pattern, std::string_view name) {
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  std::size_t at = 0;
  std::size_t in_pattern = 0;
  while (at < name.size()) {
    const bool is_in = in_pattern < pattern.size();
    if (is_in && pattern[in_pattern] == '*') {
      star = in_pattern++;
      resume = at;
    } else if (is_in && (pattern[in_pattern] == '?' || pattern[in_pattern] == name[at])) {
      ++in_pattern;
      ++at;
    } else if (star != std::string_view::npos) {
      in_pattern = star + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  return pattern.substr(in_pattern).find_first_not_of('*') == std::string_view::npos;
}

/// Of nginx: what may stand for any name.
bool IsOpen(const std::string& name) {
  return name.starts_with('~') || name.find('$') != std::string::npos;
}

/// How nginx would write the patterns that `name` matches, the longest first.
std::vector<std::string> PatternsOf(const std::string& name) {
  std::vector<std::string> patterns = {"." + name};
  for (std::size_t dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1)) {
    patterns.push_back("*" + name.substr(dot));
    patterns.push_back(name.substr(dot));
  }
  for (std::size_t dot = name.rfind('.'); dot != std::string::npos && dot > 0;
       dot = name.rfind('.', dot - 1))
    patterns.push_back(name.substr(0, dot) + ".*");
  return patterns;
}

}  // namespace

WebSites::WebSites(WebServer server, std::vector<WebSite> sites)
    : server_(server), sites_(std::move(sites)) {
  for (std::size_t index = 0; index < sites_.size(); ++index) {
    for (const std::string& name : sites_[index].names) {
      if (server_ == WebServer::kApache && name.find_first_of("*?") != std::string::npos) {
        patterns_.emplace_back(index, name);
      } else {
        std::vector<std::size_t>& sites_of_name = by_name_[name];
        if (sites_of_name.size() < kMaxSitesOfName) sites_of_name.push_back(index);
      }
    }
    AddDoors(index);
  }
}

void WebSites::AddDoors(std::size_t index) {
  const WebSite& site = sites_[index];
  for (const SiteAddress& address : site.addresses) {
    if (address.is_loopback) continue;
    if (!address.is_any) {
      has_own_address_[address.port] = true;
      continue;
    }
    for (const Family family : {Family::kIpv4, Family::kIpv6}) {
      if (!(family == Family::kIpv4 ? address.takes_ipv4 : address.takes_ipv6)) continue;
      Door& door = doors_.try_emplace({address.port, family}, Door{.first = index}).first->second;
      if (address.is_default && !door.by_default) door.by_default = index;
      door.may_be_any = door.may_be_any || std::ranges::any_of(site.names, IsOpen);
    }
  }
}

bool WebSites::Takes(std::size_t index, std::uint16_t port, Family family) const {
  return std::ranges::any_of(sites_[index].addresses, [&](const SiteAddress& address) {
    return address.is_any && (address.port == port || address.port == kAnyPort) &&
           (family == Family::kIpv4 ? address.takes_ipv4 : address.takes_ipv6);
  });
}

std::optional<std::size_t> WebSites::FirstNamed(const std::string& name, std::uint16_t port,
                                                Family family) const {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return std::nullopt;
  for (const std::size_t index : found->second) {
    if (Takes(index, port, family)) return index;
  }
  return std::nullopt;
}

std::optional<WebSites::Choice> WebSites::ChooseOfNginx(const std::string& name, std::uint16_t port,
                                                        Family family, const Door& door) const {
  if (const auto site = FirstNamed(name, port, family)) return Choice{*site, true};
  for (const std::string& pattern : PatternsOf(name)) {
    if (const auto site = FirstNamed(pattern, port, family)) return Choice{*site, true};
  }
  if (door.may_be_any) return std::nullopt;
  return Choice{door.by_default.value_or(door.first), false};
}

WebSites::Choice WebSites::ChooseOfApache(const std::string& name, std::uint16_t port,
                                          Family family, const Door& door) const {
  auto best = FirstNamed(name, port, family);
  for (const auto& [index, pattern] : patterns_) {
    if (best && *best <= index) break;
    if (Matches(pattern, name) && Takes(index, port, family)) best = index;
  }
  return {best.value_or(door.first), best.has_value()};
}

/// Whether all that may be met is known.
bool WebSites::Follow(const std::string& name, Whose whose, std::uint16_t port, int redirects,
                      ChallengeAnswers& into) const {
  for (const std::uint16_t own : {port, kAnyPort}) {
    // Who comes to that address meets another set of sites.
    if (has_own_address_.contains(own)) return false;
  }
  for (const Family family : {Family::kIpv4, Family::kIpv6}) {
    auto door = doors_.find({port, family});
    if (door == doors_.end()) door = doors_.find({kAnyPort, family});
    if (door == doors_.end()) continue;
    const std::optional<Choice> choice = server_ == WebServer::kNginx
                                             ? ChooseOfNginx(name, port, family, door->second)
                                             : ChooseOfApache(name, port, family, door->second);
    if (!choice) return false;
    into.may_leave = into.may_leave || (whose == Whose::kOther && !choice->is_named);
    into.is_named = choice->is_named && (into.answers.empty() || into.is_named);
    const ChallengeAnswer& answer = sites_[choice->site].answer;
    if (answer.kind != ChallengeAnswer::Kind::kRedirects) {
      into.answers.push_back(answer);
      continue;
    }
    const std::size_t before = into.answers.size();
    const bool is_same = answer.host.empty();
    const std::string host = is_same ? name : LowerAscii(answer.host);
    if (redirects == kMaxRedirects ||
        !Follow(host, is_same ? whose : Whose::kOther, answer.port, redirects + 1, into))
      return false;
    if (into.answers.size() == before) return false;
  }
  return true;
}

ChallengeAnswers WebSites::AnswersTo(const std::string& name, std::uint16_t port) const {
  ChallengeAnswers answers;
  if (!Follow(LowerAscii(name), Whose::kAsked, port, 0, answers)) return {};
  return answers;
}

}  // namespace certhealth
