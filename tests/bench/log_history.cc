// SPDX-License-Identifier: Apache-2.0
#include "log_history.h"

#include <zlib.h>

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace certhealth::bench {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kTemplateName = "shop.example.com";
constexpr std::size_t kMinRandom = 20;  // a run of base64 of that length is a token or a signature

bool IsTimestamp(std::string_view line) {
  return line.size() > 24 && line.starts_with("2026-") && line[10] == ' ' && line[23] == ':';
}

bool IsBase64(char c) { return kAlphabet.find(c) != std::string_view::npos; }

/// Writes records, half a minute of them with the same second, into files oldest first.
class Writer {
 public:
  Writer(const LogHistory& history, std::string directory)
      : history_(history), directory_(std::move(directory)), next_(history.files) {}

  /// A record or a further line of one; text is what follows the timestamp.
  void Record(std::string_view text) {
    char stamp[32];
    ++milliseconds_;
    const std::uint64_t seconds = milliseconds_ / 1000;
    const int length = std::snprintf(
        stamp, sizeof stamp, "2026-%02u-%02u %02u:%02u:%02u,%03u",
        static_cast<unsigned>(1 + seconds / 86'400 / 28 % 12),
        static_cast<unsigned>(1 + seconds / 86'400 % 28),
        static_cast<unsigned>(seconds / 3600 % 24), static_cast<unsigned>(seconds / 60 % 60),
        static_cast<unsigned>(seconds % 60), static_cast<unsigned>(milliseconds_ % 1000));
    text_.append(stamp, static_cast<std::size_t>(length));
    Line(text);
  }
  void Line(std::string_view text) {
    text_ += text;
    text_ += '\n';
  }
  /// After a record: certbot's handler looks before each.
  void RollOver() {
    if (text_.size() >= history_.file_bytes) Finish();
  }
  void Wait(std::uint64_t seconds) { milliseconds_ += seconds * 1000; }
  bool IsFull() const { return next_ == 0; }

 private:
  void Finish() {
    if (IsFull()) return;
    --next_;
    std::string path = directory_ + "/letsencrypt.log";
    if (next_ > 0) path += "." + std::to_string(next_);
    if (next_ > 0 && next_ % 2 == 0) {
      const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen((path + ".gz").c_str(), "wb"),
                                                            &gzclose);
      if (file == nullptr ||
          gzwrite(file.get(), text_.data(), static_cast<unsigned>(text_.size())) <= 0) {
        throw std::runtime_error("cannot write " + path + ".gz");
      }
    } else if (!(std::ofstream(path, std::ios::binary) << text_)) {
      throw std::runtime_error("cannot write " + path);
    }
    text_.clear();
  }

  const LogHistory& history_;
  std::string directory_;
  std::size_t next_;  // files that are still to be written
  std::uint64_t milliseconds_ = 0;
  std::string text_;  // of the file under way
};

/// The lines of the template that a lineage's renewal consists of.
std::vector<std::string> RenewalLines(const std::string& template_log) {
  std::ifstream in(template_log, std::ios::binary);
  std::vector<std::string> lines;
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    if (line.find("Notifying user: Processing ") != std::string::npos) inside = true;
    if (line.ends_with(":Notifying user: ")) inside = false;  // the summary
    if (inside) lines.push_back(line);
  }
  if (lines.empty()) throw std::runtime_error("no renewal in " + template_log);
  return lines;
}

class Runs {
 public:
  Runs(const LogHistory& history, const std::string& template_log, Writer& writer)
      : history_(history), renewal_(RenewalLines(template_log)), writer_(writer) {}

  void Write() {
    writer_.Record(":DEBUG:certbot._internal.main:certbot version: 2.1.0");
    writer_.Record(
        ":DEBUG:certbot._internal.main:Location of certbot entry point: /usr/bin/certbot");
    writer_.Record(":DEBUG:certbot._internal.main:Arguments: ['-q', '--no-random-sleep-on-renew']");
    writer_.Record(
        ":DEBUG:certbot._internal.main:Discovered plugins: PluginsRegistry("
        "PluginEntryPoint#nginx,PluginEntryPoint#standalone,PluginEntryPoint#webroot)");
    const std::size_t first = first_due_;
    for (std::size_t i = 0; i < history_.lineages; ++i) {
      IsDue(i, first) ? Renewal(NameOf(i)) : NotDue(NameOf(i));
      writer_.RollOver();
    }
    Summary(first);
    first_due_ = (first + history_.due_per_run) % history_.short_lived;
    writer_.Wait(43'200);
  }

 private:
  /// In the order of their numbers as in that of certbot.
  static std::string NameOf(std::size_t i) {
    char name[40];
    std::snprintf(name, sizeof name, "site-%05zu.example.com", i);
    return name;
  }

  bool IsDue(std::size_t i, std::size_t first) const {
    return i < history_.short_lived &&
           (i + history_.short_lived - first) % history_.short_lived < history_.due_per_run;
  }

  void NotDue(const std::string& name) {
    writer_.Record(
        ":DEBUG:certbot._internal.display.obj:Notifying user: Processing "
        "/etc/letsencrypt/renewal/" +
        name + ".conf");
    writer_.Record(
        ":DEBUG:certbot._internal.plugins.selection:Requested authenticator "
        "<certbot._internal.cli.cli_utils._Default object at 0x7f7ebe8e7d50> and installer "
        "<certbot._internal.cli.cli_utils._Default object at 0x7f7ebe8e7d50>");
    writer_.Record(":INFO:certbot.ocsp:Cannot extract OCSP URI from /etc/letsencrypt/archive/" +
                   name + "/cert1.pem");
    writer_.Record(
        ":DEBUG:certbot._internal.display.obj:Notifying user: Certificate not yet due for renewal");
    writer_.Record(
        ":DEBUG:certbot._internal.plugins.selection:Requested authenticator standalone and "
        "installer None");
  }

  void Renewal(const std::string& name) {
    for (const std::string& line : renewal_) {
      std::string text = line;
      for (std::size_t at = 0; (at = text.find(kTemplateName, at)) != std::string::npos;) {
        text.replace(at, kTemplateName.size(), name);
        at += name.size();
      }
      Randomize(text);
      IsTimestamp(text) ? writer_.Record(text.substr(23)) : writer_.Line(text);
    }
  }

  /// Replaces tokens, signatures and the like.
  void Randomize(std::string& text) {
    for (std::size_t begin = 0, end = 0; begin < text.size(); begin = end + 1) {
      for (end = begin; end < text.size() && IsBase64(text[end]); ++end) {
      }
      if (end - begin < kMinRandom) continue;
      for (std::size_t i = begin; i < end; ++i) text[i] = kAlphabet[Random() % kAlphabet.size()];
    }
  }

  std::uint64_t Random() {  // xorshift: the same at every run
    random_ ^= random_ << 13U;
    random_ ^= random_ >> 7U;
    random_ ^= random_ << 17U;
    return random_ >> 20U;
  }

  void Summary(std::size_t first) {
    writer_.Record(":DEBUG:certbot._internal.display.obj:Notifying user: ");
    writer_.Line("- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -");
    Verdicts("The following certificates are not due for renewal yet:",
             " expires on 2027-02-20 (skipped)", false, first);
    Verdicts("Congratulations, all renewals succeeded: ", " (success)", true, first);
    writer_.Record(":DEBUG:certbot._internal.renewal:no renewal failures");
    writer_.RollOver();
  }

  void Verdicts(std::string_view heading, std::string_view verdict, bool due, std::size_t first) {
    const std::string notice = ":DEBUG:certbot._internal.display.obj:Notifying user: ";
    writer_.Record(notice + std::string(heading));
    bool is_first = true;
    for (std::size_t i = 0; i < history_.lineages; ++i) {
      if (IsDue(i, first) != due) continue;
      const std::string entry =
          "  /etc/letsencrypt/live/" + NameOf(i) + "/fullchain.pem" + std::string(verdict);
      is_first ? writer_.Record(notice + entry) : writer_.Line(entry);
      is_first = false;
    }
    writer_.RollOver();
  }

  const LogHistory& history_;
  std::vector<std::string> renewal_;
  Writer& writer_;
  std::size_t first_due_ = 0;
  std::uint64_t random_ = 88172645463325252U;
};

}  // namespace

void WriteLogHistory(const LogHistory& history, const std::string& template_log,
                     const std::string& directory) {
  Writer writer(history, directory);
  Runs runs(history, template_log, writer);
  while (!writer.IsFull()) runs.Write();
}

}  // namespace certhealth::bench
