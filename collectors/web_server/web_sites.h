// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "collectors/web_server/web_site.h"

namespace certhealth {

enum class WebServer { kNginx, kApache };

/// What a client who asks for a challenge may be told, by the address that it comes to.
struct ChallengeAnswers {
  bool is_named = false;   // every site that answers has the name among its own
  bool may_leave = false;  // a redirect goes to a name that no site has: perhaps another machine's
  std::vector<ChallengeAnswer> answers;  // redirects to this server followed; empty where not known
};

/// All the sites of a web server. Immutable; asked in the time of a name's labels, but for Apache's
/// patterns, which are tried one by one.
class WebSites {
 public:
  /// `sites` in the order of the configuration.
  WebSites(WebServer server, std::vector<WebSite> sites);

  /// What a challenge of `name` is answered at `port` (nginx: server_name; Apache: vhosts/details).
  ChallengeAnswers AnswersTo(const std::string& name, std::uint16_t port) const;

  const std::vector<WebSite>& all() const { return sites_; }

 private:
  enum class Family { kIpv4, kIpv6 };
  enum class Whose { kAsked, kOther };  // of a name: that of the client, or of a redirect
  /// Of those that take clients on any address of a family at a port.
  struct Door {
    std::size_t first = 0;
    std::optional<std::size_t> by_default{};
    bool may_be_any = false;  // a name of one is a regular expression, or is filled in
  };
  struct Choice {
    std::size_t site = 0;
    bool is_named = false;
  };

  void AddDoors(std::size_t index);
  bool Follow(const std::string& name, Whose whose, std::uint16_t port, int redirects,
              ChallengeAnswers& into) const;
  std::optional<Choice> ChooseOfNginx(const std::string& name, std::uint16_t port, Family family,
                                      const Door& door) const;
  Choice ChooseOfApache(const std::string& name, std::uint16_t port, Family family,
                        const Door& door) const;
  std::optional<std::size_t> FirstNamed(const std::string& name, std::uint16_t port,
                                        Family family) const;
  bool Takes(std::size_t index, std::uint16_t port, Family family) const;

  WebServer server_;
  std::vector<WebSite> sites_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_name_;  // as they are written
  std::vector<std::pair<std::size_t, std::string>> patterns_;          // Apache's
  std::map<std::pair<std::uint16_t, Family>, Door> doors_;
  std::map<std::uint16_t, bool> has_own_address_;  // a site at that port takes one address alone
};

}  // namespace certhealth
