// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "collectors/base/utf8.h"
#include "collectors/certbot/paths.h"
#include "collectors/web_server/conf_files.h"
#include "collectors/web_server/known_words.h"
#include "collectors/web_server/nginx_sites.h"
#include "collectors/web_server/nginx_tokens.h"
#include "collectors/web_server/web_server_reading.h"

namespace certhealth {
namespace {

using Kind = NginxToken::Kind;

constexpr int kMaxDepth = 16;

/// Files that nginx opens for every server that names them, whether it listens with TLS or not
/// (ngx_http_ssl_merge_srv_conf).
constexpr std::array<std::string_view, 2> kLoadedBySsl = {"ssl_certificate", "ssl_certificate_key"};

/// Blocks that hold directives for logs; what looks like one in another, a map, is data.
constexpr std::array<std::string_view, 6> kLogging = {"http", "server", "location",
                                                      "if",   "stream", "mail"};

/// Blocks in which each word that begins something is a directive.
constexpr std::array<std::string_view, 9> kOfDirectives = {
    "http", "server", "location", "if", "limit_except", "upstream", "events", "stream", "mail"};

/// Where nginx may be, and what the names of its modules begin at (--prefix).
constexpr std::array<std::string_view, 5> kPrograms = {
    "/usr/sbin/", "/usr/bin/", "/usr/local/sbin/", "/usr/local/nginx/sbin/", "/usr/local/bin/"};
constexpr std::array<std::string_view, 5> kPrefixes = {"/usr/share/nginx/", "/usr/lib64/nginx/",
                                                       "/usr/lib/nginx/", "/etc/nginx/",
                                                       "/usr/local/nginx/"};

std::vector<std::string> InEach(std::span<const std::string_view> directories,
                                const std::string& name) {
  if (name.starts_with('/')) return {name};
  std::vector<std::string> paths;
  for (const std::string_view directory : directories)
    paths.push_back(std::string(directory) + name);
  return paths;
}

class NginxReading {
 public:
  NginxReading(const FileSystem& files, const MountView& view, std::string root)
      : files_(files, view), root_(std::move(root)) {}

  WebServerReading Read(const std::string& ctl) && {
    const std::string main = root_ + "/nginx.conf";
    if (files_.IsMissing(main)) {
      Fault(main, 0, "does not exist");
    } else {
      ReadFile(main, 0);
    }
    if (!is_over()) JudgeWords(ctl);
    WebServerReading reading;
    reading.conf.fault = std::move(fault_);
    reading.conf.complete = files_.complete();
    if (reading.conf.fault.empty() && reading.conf.complete) {
      if (auto sites = std::move(sites_).Take())
        reading.conf.sites.emplace(WebServer::kNginx, std::move(*sites));
      reading.conf.changed = files_.changed();
    }
    reading.dependencies = std::move(files_).TakeDependencies();
    return reading;
  }

 private:
  bool is_over() const { return !fault_.empty() || gives_up_; }

  void Fault(const std::string& path, std::size_t line, const std::string& what) {
    if (!fault_.empty()) return;
    fault_ = path + (line == 0 ? " " : ":" + std::to_string(line) + ": ") + what;
    fault_ = Shorten(ToValidUtf8(fault_), 400);
  }

  static std::string PlaceOf(const std::string& path, const NginxToken& token) {
    return ToValidUtf8(path) + ":" + std::to_string(token.line);
  }

  void GiveUp() {
    gives_up_ = true;
    files_.SetIncomplete();
  }

  void ReadFile(const std::string& path, int depth) {
    const std::optional<std::string> text = files_.Read(path);
    if (!text) return;
    NginxTokens tokens(*text);
    const std::size_t outer = blocks_.size();
    while (!is_over()) {
      NginxToken token = tokens.Next();
      switch (token.kind) {
        case Kind::kError:
          return Fault(path, token.line, token.error);
        case Kind::kEnd:
          if (blocks_.size() > outer)
            Fault(path, token.line, "unexpected end of file, expecting \"}\"");
          return;
        case Kind::kBlockEnd:
          if (blocks_.size() == outer) return Fault(path, token.line, "unexpected \"}\"");
          blocks_.pop_back();
          sites_.End();
          break;
        case Kind::kBlockStart:
          // Lua has braces and quotes of its own.
          if (token.words.front().ends_with("_by_lua_block")) return GiveUp();
          if (blocks_.size() > 100) return GiveUp();
          UseWord(path, token);
          sites_.Begin(token.words, PlaceOf(path, token));
          blocks_.push_back(std::move(token.words.front()));
          break;
        case Kind::kDirective:
          UseWord(path, token);
          sites_.Add(token.words, PlaceOf(path, token));
          ReadDirective(path, token, depth);
          break;
      }
    }
  }

  void UseWord(const std::string& path, const NginxToken& token) {
    if (token.words.empty()) return;
    const bool is_directive = std::ranges::all_of(blocks_, [](const std::string& block) {
      return std::ranges::find(kOfDirectives, block) != kOfDirectives.end();
    });
    if (is_directive)
      words_.Use(token.words.front(), path + ":" + std::to_string(token.line) + ": ");
    if (token.words.front() == "load_module" && token.words.size() == 2)
      words_.AddProgram(files_, InEach(kPrefixes, token.words[1]));
  }

  void JudgeWords(const std::string& ctl) {
    words_.AddProgram(files_, InEach(kPrograms, ctl));
    if (const auto unknown = words_.FindUnknown("worker_connections"))
      fault_ =
          Shorten(ToValidUtf8(unknown->place + "unknown directive \"" + unknown->word + "\""), 400);
  }

  void ReadDirective(const std::string& path, const NginxToken& token, int depth) {
    const std::vector<std::string>& words = token.words;
    if (words.size() > 1 && (words[0] == "access_log" || words[0] == "error_log"))
      return ReadLog(path, token);
    if (words.size() != 2) return;
    if (words[0] == "include") return Include(path, token, depth);
    const bool in_server = blocks_.size() == 2 && blocks_[0] == "http" && blocks_[1] == "server";
    const bool is_loaded =
        (in_server && std::ranges::find(kLoadedBySsl, words[0]) != kLoadedBySsl.end()) ||
        (words[0] == "load_module" && words[1].starts_with('/'));
    if (!is_loaded || words[1].empty()) return;
    // A variable is looked up when a client comes; the others are no files.
    const bool is_file = words[1].find('$') == std::string::npos &&
                         !words[1].starts_with("data:") && !words[1].starts_with("engine:") &&
                         !words[1].starts_with("store:");
    if (!is_file) return;
    const std::string file = FullPath(words[1]);
    if (files_.IsMissing(file))
      Fault(path, token.line, words[0] + " " + file + ", which does not exist");
  }

  /// nginx creates its logs, but not their directories (ngx_init_cycle opens them all). What has a
  /// variable is opened when a client comes; "off", "stderr" and "syslog:..." are no files.
  void ReadLog(const std::string& path, const NginxToken& token) {
    const std::string& log = token.words[1];
    const bool is_directive =
        blocks_.empty() || std::ranges::find(kLogging, blocks_.back()) != kLogging.end();
    if (!is_directive || !log.starts_with('/') || log.find('$') != std::string::npos) return;
    const std::string directory = DirectoryOf(log);
    if (files_.IsMissing(directory))
      Fault(path, token.line, token.words[0] + " " + log + ", whose directory does not exist");
  }

  void Include(const std::string& path, const NginxToken& token, int depth) {
    if (depth == kMaxDepth) return GiveUp();
    const std::string pattern = FullPath(token.words[1]);
    if (pattern.find_first_of("*?[") == std::string::npos) {
      if (files_.IsMissing(pattern))
        return Fault(path, token.line, "include " + pattern + ", which does not exist");
      return ReadFile(pattern, depth + 1);
    }
    const auto found = files_.Expand(pattern);
    if (!found) return;
    for (const std::string& file : *found) {
      if (is_over()) return;
      // A link that leads nowhere is among the names, and nginx opens each of them.
      if (files_.IsMissing(file))
        return Fault(path, token.line, "include " + file + ", which does not exist");
      ReadFile(file, depth + 1);
    }
  }

  /// ngx_conf_full_name with the directory of nginx.conf.
  std::string FullPath(const std::string& name) const {
    return name.starts_with('/') ? name : root_ + "/" + name;
  }

  ConfFiles files_;
  std::string root_;
  std::vector<std::string> blocks_;  // names of those that are open
  KnownWords words_{KnownWords::Capitals::kCount};
  NginxSites sites_;
  std::string fault_;
  bool gives_up_ = false;
};

}  // namespace

WebServerReading ReadNginxConf(const FileSystem& files, const MountView& view,
                               const std::string& server_root, const std::string& ctl) {
  return NginxReading(files, view, server_root).Read(ctl);
}

}  // namespace certhealth
