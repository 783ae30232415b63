// SPDX-License-Identifier: Apache-2.0
#include "collectors/web_server/apache_sections.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include "collectors/base/ascii.h"
#include "collectors/web_server/apache_cover.h"
#include "collectors/web_server/apache_words.h"

namespace certhealth {
namespace {

using Truth = PatternMatch;

bool Is(std::string_view word, std::string_view lower) { return LowerAscii(word) == lower; }

/// ErrorDocument 404: a page keeps the status, a program may change it.
bool GivesMore(const ApacheStatement& statement) {
  if (statement.name() == "fallbackresource") return !Is(statement.Argument(0), "disabled");
  const std::string_view page = statement.Argument(1);
  const bool is_elsewhere = page.starts_with('/') || page.find("://") != std::string_view::npos;
  return is_elsewhere && !page.ends_with(".html") && !page.ends_with(".htm");
}

class Sections {
 public:
  Sections(const std::string& directory, const std::function<bool(const std::string&)>& may_exist)
      : directory_(directory), may_exist_(may_exist) {}

  /// Statements of a whole server.
  void AddServer(const ApacheScope& server) {
    for (const ApacheStatement& statement : server.statements) {
      const std::string_view name = statement.name();
      if (name == "errordocument" || name == "fallbackresource") {
        say_.gives_more = say_.gives_more || GivesMore(statement);
      } else if (name == "accessfilename") {
        if (statement.words.size() != 2 || statement.words[1] != ".htaccess") SetUnclear();
      } else if (name == "sethandler" || name == "require" || name == "order" || name == "deny" ||
                 name == "allow" || name.starts_with("allowoverride")) {
        SetUnclear();
      }
    }
    for (const ApacheScope& section : server.scopes) {
      AddSection(section, Truth::kYes, RankOf(section));
    }
  }

  SectionsSay Judge() {
    // The last one counts: AuthMerging is off.
    const auto last = std::ranges::max_element(accesses_, {}, &Access::rank);
    if (last != accesses_.end() && !last->is_granted) SetUnclear();
    if (say_.is_clear) JudgeOverrides();
    return say_;
  }

 private:
  struct Rank {
    int kind = 0;  // in the order that Apache merges them (docs: "How the sections are merged")
    std::size_t size = 0;
    std::size_t number = 0;
    auto operator<=>(const Rank&) const = default;
  };
  struct Access {
    Rank rank;
    bool is_granted = false;
  };
  struct Override {
    std::size_t size = 0;  // of the directory's path
    bool is_none = false;
  };

  void SetUnclear() { say_.is_clear = false; }

  Rank RankOf(const ApacheScope& section) {
    const std::string_view name = section.head.name();
    const std::string_view path = section.head.Argument(0);
    const bool is_path = name == "directory" && path != "~";
    const int kind = is_path                         ? 0
                     : name.starts_with("directory") ? 1
                     : name.starts_with("files")     ? 2
                                                     : 3;
    return {kind, is_path ? path.size() - (path.ends_with('/') ? 1U : 0U) : 0, number_++};
  }

  void AddSection(const ApacheScope& section, Truth outer, Rank rank) {
    Truth truth = Covers(section, directory_);
    if (truth == Truth::kNo) return;
    if (outer != Truth::kYes || !section.head.is_certain) truth = Truth::kUnknown;
    if (!section.is_clear) return SetUnclear();
    for (const ApacheStatement& statement : section.statements) {
      AddStatement(statement, statement.is_certain && truth == Truth::kYes, rank);
    }
    AddOldAccess(section);
    for (const ApacheScope& inner : section.scopes) AddSection(inner, truth, RankOf(inner));
  }

  void AddStatement(const ApacheStatement& statement, bool is_certain, Rank rank) {
    const std::string_view name = statement.name();
    const std::string_view first = statement.Argument(0);
    if (name == "require") {
      const bool is_granted = Is(first, "all") && Is(statement.Argument(1), "granted");
      if (is_certain) {
        AddAccess(rank, is_granted);
      } else if (!is_granted) {
        SetUnclear();
      }
    } else if (name == "allowoverride" || name == "allowoverridelist") {
      AddOverride(statement, is_certain && rank.kind == 0, rank.size);
    } else if (name == "errordocument" || name == "fallbackresource") {
      say_.gives_more = say_.gives_more || GivesMore(statement);
    } else {
      const bool is_nothing = name == "order" || name == "allow" || name == "rewriteengine" ||
                              name == "rewritecond" || (name == "proxypass" && first == "!") ||
                              (name == "sethandler" && Is(first, "none"));
      if (!is_nothing) SetUnclear();
    }
  }

  /// Of several in a section one is enough.
  void AddAccess(Rank rank, bool is_granted) {
    const auto same = std::ranges::find(accesses_, rank, &Access::rank);
    if (same == accesses_.end()) {
      accesses_.push_back({rank, is_granted});
    } else {
      same->is_granted = same->is_granted || is_granted;
    }
  }

  /// mod_access_compat: "Order allow,deny" denies what is not allowed.
  void AddOldAccess(const ApacheScope& section) {
    const ApacheStatement* order = section.FindLast("order");
    if (order == nullptr || Is(order->Argument(0), "deny,allow")) return;
    const bool allows_all = std::ranges::any_of(section.statements, [](const auto& statement) {
      return statement.name() == "allow" && statement.is_certain &&
             Is(statement.Argument(0), "from") && Is(statement.Argument(1), "all");
    });
    if (!allows_all) SetUnclear();
  }

  void AddOverride(const ApacheStatement& statement, bool is_certain, std::size_t size) {
    const bool is_none = statement.words.size() == 2 && Is(statement.Argument(0), "none");
    if (is_certain && statement.name() != "allowoverridelist") {
      overrides_.push_back({size, is_none});
    } else {
      has_doubtful_override_ = has_doubtful_override_ || !is_none;
    }
  }

  void JudgeOverrides() {
    // A later one of the same directory counts.
    std::ranges::stable_sort(overrides_, {}, &Override::size);
    for (std::size_t end = 0; end != std::string::npos;
         end = end == directory_.size()
                   ? std::string::npos
                   : std::min(directory_.find('/', end + 1), directory_.size())) {
      bool is_read = false;
      for (const Override& one : overrides_) {
        if (one.size <= end) is_read = !one.is_none;
      }
      if (!is_read && !has_doubtful_override_) continue;
      if (may_exist_(directory_.substr(0, end) + "/.htaccess")) return SetUnclear();
    }
  }

  const std::string& directory_;
  const std::function<bool(const std::string&)>& may_exist_;
  SectionsSay say_;
  std::vector<Access> accesses_;
  std::vector<Override> overrides_;
  bool has_doubtful_override_ = false;
  std::size_t number_ = 0;
};

}  // namespace

SectionsSay JudgeSections(const ApacheScope& main, const ApacheScope& host,
                          const std::string& directory,
                          const std::function<bool(const std::string&)>& may_exist) {
  Sections sections(directory, may_exist);
  sections.AddServer(main);
  sections.AddServer(host);
  return sections.Judge();
}

LocationsSay JudgeLocations(const ApacheScope& main, const ApacheScope& host) {
  LocationsSay say = LocationsSay::kNothing;
  for (const ApacheScope* server : {&main, &host}) {
    for (const ApacheScope& section : server->scopes) {
      if (!section.head.name().starts_with("location")) continue;
      const Truth truth = Covers(section, "/");
      if (truth == Truth::kNo) continue;
      if (!section.is_clear) return LocationsSay::kUnknown;
      for (const ApacheStatement& statement : section.statements) {
        if (!statement.name().starts_with("proxypass")) continue;
        const bool is_exclusion = truth == Truth::kYes && section.head.is_certain &&
                                  statement.is_certain && statement.name() == "proxypass" &&
                                  statement.words.size() == 2 && statement.Argument(0) == "!";
        if (!is_exclusion) return LocationsSay::kUnknown;
        say = LocationsSay::kNoProxy;
      }
    }
  }
  return say;
}

}  // namespace certhealth
