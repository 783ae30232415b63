// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "collectors/base/utf8.h"
#include "collectors/certbot/paths.h"
#include "collectors/web_server/conf_files.h"
#include "collectors/web_server/known_words.h"
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

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return lower;
}

std::string_view Strip(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// Takes a word as ap_getword_conf does.
std::string TakeWord(std::string_view& rest) {
  rest = Strip(rest);
  if (rest.empty()) return {};
  const char quote = rest.front() == '"' || rest.front() == '\'' ? rest.front() : '\0';
  const std::size_t begin = quote == '\0' ? 0 : 1;
  const std::size_t end = quote == '\0' ? rest.find_first_of(kBlanks) : rest.find(quote, 1);
  std::string word(rest.substr(begin, std::min(end, rest.size()) - begin));
  rest.remove_prefix(std::min(end == std::string_view::npos ? end : end + 1, rest.size()));
  return word;
}

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
    bool is_condition = false;  // one that cannot be told
  };

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
      ReadLine({path, number}, Strip(joined), outer, depth);
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
    if (line.front() == '<') return OpenSection(line);
    std::string_view rest = line;
    const std::string name = Lower(TakeWord(rest));
    const std::string value = TakeWord(rest);
    if (name == "include" || name == "includeoptional")
      return Include(place, value, name == "include", depth);
    if (name == "use") return files_.SetIncomplete();  // a macro: it may make hosts
    if (name == "serverroot" && value.find('$') == std::string::npos) root_ = value;
    if (name == "sslengine" && in_host_ && Lower(value) == "on") hosts_.back().is_ssl = true;
    UseWord(place, std::string(line.substr(0, line.find_first_of(kBlanks))));
    if (name == "loadmodule") return LoadModule(place, value, TakeWord(rest));
    const bool is_checked =
        std::ranges::find(kCheckedBySsl, name) != kCheckedBySsl.end() && IsLoaded("ssl_module");
    // What has a colon may be a key in a token.
    if (is_checked && value.find_first_of("$:") == std::string::npos && !value.empty())
      MustExist(place, name, value);
  }

  void UseWord(const Place& place, const std::string& word) {
    const bool is_directive =
        conditions_ == 0 && std::ranges::all_of(sections_, [](const Section& section) {
          return std::ranges::find(kOfDirectives, Lower(section.name)) != kOfDirectives.end();
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
    if (conditions_ == 0) modules_.insert(Lower(name));
    words_.AddProgram(files_, {FullPath(path)});
    if (path.starts_with('/') && path.find('$') == std::string::npos)
      MustExist(place, "LoadModule " + name, path);
  }

  bool IsLoaded(const std::string& module) const { return modules_.contains(module); }

  /// "mod_ssl.c" and "ssl_module" are two names of one; many have a source of another name.
  bool IsKnownToBeLoaded(std::string_view condition) const {
    const std::string name = Lower(condition);
    if (name.starts_with("mod_") && name.ends_with(".c"))
      return IsLoaded(name.substr(4, name.size() - 6) + "_module");
    return IsLoaded(name);
  }

  void OpenSection(std::string_view line) {
    line.remove_prefix(1);
    const std::size_t close = line.rfind('>');
    std::string_view rest = line.substr(0, std::min(close, line.size()));
    Section section{TakeWord(rest)};
    const std::string name = Lower(section.name);
    rest = Strip(rest);
    section.is_condition = std::ranges::find(kConditions, name) != kConditions.end() ||
                           (name == "ifmodule" && !IsKnownToBeLoaded(rest));
    if (section.is_condition) ++conditions_;
    if (name == "macro") files_.SetIncomplete();
    if (name == "virtualhost") OpenHost(rest);
    sections_.push_back(std::move(section));
  }

  void OpenHost(std::string_view addresses) {
    if (hosts_.size() == kMaxHosts || addresses.find('$') != std::string_view::npos)
      return files_.SetIncomplete();
    in_host_ = true;
    ApacheHost host;
    while (!Strip(addresses).empty()) {
      host.ports.push_back(PortOf(TakeWord(addresses)));
      if (host.ports.back() == "443") host.is_ssl = true;
    }
    hosts_.push_back(std::move(host));
  }

  void CloseSection(const Place& place, std::string_view line, std::size_t outer) {
    const std::string name(Strip(line.substr(2, line.find('>') - 2)));
    if (sections_.size() == outer) return Fault(place, "</" + name + "> without <" + name + ">");
    if (Lower(sections_.back().name) == Lower(name)) return Close();
    // What is passed over is not looked at so closely.
    if (conditions_ > 0) return files_.SetIncomplete();
    Fault(place, "expected </" + sections_.back().name + "> but saw </" + name + ">");
  }

  void Close() {
    if (sections_.back().is_condition) --conditions_;
    if (Lower(sections_.back().name) == "virtualhost") in_host_ = false;
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
  std::string fault_;
};

}  // namespace

WebServerReading ReadApacheConf(const FileSystem& files, const MountView& view,
                                const std::string& server_root) {
  return ApacheReading(files, view, server_root).Read();
}

}  // namespace certhealth
