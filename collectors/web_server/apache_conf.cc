// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "collectors/base/ascii.h"
#include "collectors/base/utf8.h"
#include "collectors/certbot/paths.h"
#include "collectors/web_server/apache_sites.h"
#include "collectors/web_server/apache_words.h"
#include "collectors/web_server/conf_files.h"
#include "collectors/web_server/known_words.h"
#include "collectors/web_server/own_names.h"
#include "collectors/web_server/web_server_reading.h"

namespace certhealth {
namespace {

constexpr int kMaxDepth = 16;
constexpr std::size_t kMaxHosts = 20'000;
constexpr std::string_view kBlanks = " \t\r\f\v";

/// Sections that are read or passed over as the configuration is read.
constexpr std::array<std::string_view, 4> kConditions = {"ifdefine", "ifversion", "iffile",
                                                         "macro"};
/// Checked as they are read, where mod_ssl is loaded (ssl_engine_config.c, ssl_cmd_check_file).
constexpr std::array<std::string_view, 3> kCheckedBySsl = {
    "sslcertificatefile", "sslcertificatekeyfile", "sslcertificatechainfile"};

/// Sections whose lines are directives; those of <Perl>, for one, are not.
constexpr std::array<std::string_view, 8> kOfDirectives = {
    "virtualhost", "directory", "directorymatch", "files",
    "filesmatch",  "location",  "locationmatch",  "ifmodule"};

/// The port of an address as certbot splits it (plugins/common.py, Addr.fromstring).
std::string PortOf(std::string_view address) {
  if (address.starts_with('[')) address.remove_prefix(std::min(address.find(']'), address.size()));
  const std::size_t colon = address.find(':');
  return colon == std::string_view::npos ? "" : std::string(address.substr(colon + 1));
}

class ApacheReading {
 public:
  ApacheReading(const FileSystem& files, const MountView& view, std::string root)
      : files_(files, view), root_(std::move(root)) {}

  WebServerReading Read() && {
    const std::string main = root_ + "/apache2.conf";
    if (files_.IsMissing(main)) {
      Fault({main, 0}, "does not exist");
    } else {
      ReadFile(main, 0);
    }
    if (fault_.empty()) JudgeWords();
    WebServerReading reading;
    reading.conf.fault = std::move(fault_);
    reading.conf.complete = files_.complete();
    reading.conf.hosts = std::move(hosts_);
    if (reading.conf.fault.empty() && reading.conf.complete) TakeSites(reading.conf);
    reading.dependencies = std::move(files_).TakeDependencies();
    return reading;
  }

 private:
  struct Place {
    const std::string& path;
    std::size_t line;
  };
  struct Section {
    std::string name;
    bool is_condition = false;  // one that cannot be told, or does not hold
  };
  using Condition = ApacheSites::Condition;

  void TakeSites(WebServerConf& conf) {
    const auto read = [this](const std::string& path) {
      return files_.ReadSystemFile(path).value_or("");
    };
    auto sites =
        std::move(sites_).Take([this](const std::string& path) { return files_.MayExist(path); },
                               OwnNames(read("/etc/hostname"), read("/etc/hosts")));
    if (sites) conf.sites.emplace(WebServer::kApache, std::move(*sites));
    conf.changed = files_.changed();
  }

  static std::string Told(const Place& place) {
    return ToValidUtf8(place.path) + ":" + std::to_string(place.line);
  }

  void Fault(const Place& place, const std::string& what) {
    if (!fault_.empty() || conditions_ > 0) return;
    fault_ = place.path + (place.line == 0 ? " " : ":" + std::to_string(place.line) + ": ") + what;
    fault_ = Shorten(ToValidUtf8(fault_), 400);
  }

  void ReadFile(const std::string& path, int depth) {
    const std::optional<std::string> text = files_.Read(path);
    if (!text) return;
    const std::size_t outer = sections_.size();
    std::size_t number = 0;
    std::string joined;  // of lines that end in a backslash
    for (std::string_view rest = *text; !rest.empty();) {
      ++number;
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      std::string_view line = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (line.ends_with('\\')) {
        joined += line.substr(0, line.size() - 1);
        continue;
      }
      joined += line;
      ReadLine({path, number}, StripBlanks(joined), outer, depth);
      joined.clear();
      if (!fault_.empty()) return;
    }
    if (sections_.size() > outer)
      Fault({path, number}, "<" + sections_.back().name + "> is not closed");
    while (sections_.size() > outer) Close();
  }

  void ReadLine(const Place& place, std::string_view line, std::size_t outer, int depth) {
    if (line.empty() || line.front() == '#') return;
    if (line.starts_with("</")) return CloseSection(place, line, outer);
    if (line.front() == '<') return OpenSection(place, line);
    std::string_view rest = line;
    const std::string name = LowerAscii(TakeApacheWord(rest));
    const std::string value = TakeApacheWord(rest);
    if (name == "include" || name == "includeoptional")
      return Include(place, value, name == "include", depth);
    if (name == "use") return files_.SetIncomplete();  // a macro: it may make hosts
    sites_.Add(ApacheWords(line), Told(place));
    if (name == "serverroot" && value.find('$') == std::string::npos) root_ = value;
    if (name == "sslengine" && in_host_ && LowerAscii(value) == "on") hosts_.back().is_ssl = true;
    UseWord(place, std::string(line.substr(0, line.find_first_of(kBlanks))));
    if (name == "loadmodule") return LoadModule(place, value, TakeApacheWord(rest));
    const bool is_checked =
        std::ranges::find(kCheckedBySsl, name) != kCheckedBySsl.end() && IsLoaded("ssl_module");
    // What has a colon may be a key in a token.
    if (is_checked && value.find_first_of("$:") == std::string::npos && !value.empty())
      MustExist(place, name, value);
  }

  void UseWord(const Place& place, const std::string& word) {
    const bool is_directive =
        conditions_ == 0 && std::ranges::all_of(sections_, [](const Section& section) {
          return std::ranges::find(kOfDirectives, LowerAscii(section.name)) != kOfDirectives.end();
        });
    if (is_directive) words_.Use(word, place.path + ":" + std::to_string(place.line) + ": ");
  }

  void JudgeWords() {
    words_.AddProgram(files_, {"/usr/sbin/apache2", "/usr/sbin/httpd"});
    if (const auto unknown = words_.FindUnknown("DocumentRoot"))
      fault_ =
          Shorten(ToValidUtf8(unknown->place + "invalid command '" + unknown->word + "'"), 400);
  }

  void MustExist(const Place& place, const std::string& name, const std::string& value) {
    const std::string path = FullPath(value);
    if (files_.IsMissing(path)) Fault(place, name + " " + path + ", which does not exist");
  }

  void LoadModule(const Place& place, const std::string& name, const std::string& path) {
    if (conditions_ == 0) modules_.insert(LowerAscii(name));
    words_.AddProgram(files_, {FullPath(path)});
    if (path.starts_with('/') && path.find('$') == std::string::npos)
      MustExist(place, "LoadModule " + name, path);
  }

  bool IsLoaded(const std::string& module) const { return modules_.contains(module); }

  /// Of <IfModule>.
  Condition ConditionOf(std::string_view module) const {
    const bool is_negated = module.starts_with('!');
    if (is_negated) module.remove_prefix(1);
    if (!IsKnownToBeLoaded(module)) return Condition::kMayHold;
    return is_negated ? Condition::kDoesNotHold : Condition::kHolds;
  }

  /// "mod_ssl.c" and "ssl_module" are two names of one; many have a source of another name.
  bool IsKnownToBeLoaded(std::string_view condition) const {
    const std::string name = LowerAscii(condition);
    if (name.starts_with("mod_") && name.ends_with(".c"))
      return IsLoaded(name.substr(4, name.size() - 6) + "_module");
    return IsLoaded(name);
  }

  void OpenSection(const Place& place, std::string_view line) {
    line.remove_prefix(1);
    const std::size_t close = line.rfind('>');
    line = line.substr(0, std::min(close, line.size()));
    std::string_view rest = line;
    Section section{TakeApacheWord(rest)};
    const std::string name = LowerAscii(section.name);
    rest = StripBlanks(rest);
    const bool is_condition = std::ranges::find(kConditions, name) != kConditions.end();
    const Condition condition = is_condition         ? Condition::kMayHold
                                : name == "ifmodule" ? ConditionOf(rest)
                                                     : Condition::kHolds;
    section.is_condition = condition != Condition::kHolds;
    if (section.is_condition) ++conditions_;
    if (is_condition || name == "ifmodule") {
      sites_.BeginCondition(condition);
    } else {
      sites_.Begin(ApacheWords(line), Told(place));
    }
    if (name == "macro") files_.SetIncomplete();
    if (name == "virtualhost") OpenHost(rest);
    sections_.push_back(std::move(section));
  }

  void OpenHost(std::string_view addresses) {
    if (hosts_.size() == kMaxHosts || addresses.find('$') != std::string_view::npos)
      return files_.SetIncomplete();
    in_host_ = true;
    ApacheHost host;
    while (!StripBlanks(addresses).empty()) {
      host.ports.push_back(PortOf(TakeApacheWord(addresses)));
      if (host.ports.back() == "443") host.is_ssl = true;
    }
    hosts_.push_back(std::move(host));
  }

  void CloseSection(const Place& place, std::string_view line, std::size_t outer) {
    const std::string name(StripBlanks(line.substr(2, line.find('>') - 2)));
    if (sections_.size() == outer) return Fault(place, "</" + name + "> without <" + name + ">");
    if (LowerAscii(sections_.back().name) == LowerAscii(name)) return Close();
    // What is passed over is not looked at so closely.
    if (conditions_ > 0) return files_.SetIncomplete();
    Fault(place, "expected </" + sections_.back().name + "> but saw </" + name + ">");
  }

  void Close() {
    sites_.End();
    if (sections_.back().is_condition) --conditions_;
    if (LowerAscii(sections_.back().name) == "virtualhost") in_host_ = false;
    sections_.pop_back();
  }

  void Include(const Place& place, const std::string& value, bool must_be_there, int depth) {
    if (depth == kMaxDepth || value.empty() || value.find('$') != std::string::npos)
      return files_.SetIncomplete();
    const std::string pattern = FullPath(value);
    if (pattern.find_first_of("*?[") != std::string::npos) {
      const auto found = files_.Expand(pattern);
      if (!found) return;
      for (const std::string& file : *found) {
        if (!files_.IsMissing(file)) {
          ReadFile(file, depth + 1);
        } else if (must_be_there) {
          files_.SetIncomplete();
        }
      }
      return;
    }
    if (!files_.IsMissing(pattern)) return ReadFile(pattern, depth + 1);
    if (must_be_there) Fault(place, "Include " + pattern + ", which does not exist");
  }

  std::string FullPath(const std::string& name) const {
    return name.starts_with('/') ? name : root_ + "/" + name;
  }

  ConfFiles files_;
  std::string root_;
  std::vector<Section> sections_;
  int conditions_ = 0;  // of the open sections, how many are conditions that cannot be told
  bool in_host_ = false;
  std::set<std::string> modules_;
  KnownWords words_{KnownWords::Capitals::kDoNotCount};
  std::vector<ApacheHost> hosts_;
  ApacheSites sites_;
  std::string fault_;
};

}  // namespace

WebServerReading ReadApacheConf(const FileSystem& files, const MountView& view,
                                const std::string& server_root) {
  return ApacheReading(files, view, server_root).Read();
}

}  // namespace certhealth
