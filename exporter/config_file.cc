// SPDX-License-Identifier: Apache-2.0
#include "exporter/config_file.h"

#include <ini.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>
#include <vector>

#include "exporter/config_line.h"
#include "exporter/config_sections.h"
#include "exporter/escape.h"
#include "exporter/nearest_word.h"

namespace certhealth {
namespace {

constexpr std::uint64_t kMaxFileBytes = 1ULL << 20;
constexpr std::size_t kMaxMistakes = 100;

template <typename Rule>
const Rule* FindRule(std::span<const Rule> rules, std::string_view Rule::*name,
                     std::string_view word) {
  const auto found = std::find_if(rules.begin(), rules.end(),
                                  [&](const Rule& rule) { return rule.*name == word; });
  return found == rules.end() ? nullptr : &*found;
}

template <typename Rule>
std::vector<std::string_view> NamesOf(std::span<const Rule> rules, std::string_view Rule::*name) {
  std::vector<std::string_view> names;
  for (const Rule& rule : rules) names.push_back(rule.*name);
  return names;
}

/// "[certbot "main"]", with the blanks in the right places.
std::string TitleOf(const ConfigLine& line) {
  const std::string word(line.word);
  return line.name.empty() ? "[" + word + "]" : "[" + word + " \"" + std::string(line.name) + "\"]";
}

/// One pass over a file: hands inih one checked line at a time and takes what inih makes of it, so
/// the line number is known when a key arrives.
class Parser {
 public:
  Parser(std::string_view text, std::string_view path, std::span<const std::string_view> ids)
      : rest_(text), path_(Printable(path, 256)) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
    reading_.problem_ids = ids;
  }

  Result<FileSettings> Parse() {
    const int bad_line = ini_parse_stream(&Parser::NextLine, this, &Parser::OnEntry, this);
    if (bad_line != 0) Complain(bad_line, "the line is not understood");
    EndSection();
    if (mistakes_.empty()) return std::move(reading_.settings);
    return Failure{Reason::kBadText, MistakesText()};
  }

 private:
  // inih's fgets: every physical line becomes one line of its own, empty where nothing is for inih.
  static char* NextLine(char* buffer, int size, void* self) {
    Parser& parser = *static_cast<Parser*>(self);
    if (parser.rest_.empty()) return nullptr;
    const std::string line = parser.CheckedLine();
    if (size < 1 || line.size() >= static_cast<std::size_t>(size)) {
      parser.Complain(parser.line_, "the line is too long");
      return nullptr;
    }
    std::memcpy(buffer, line.c_str(), line.size() + 1);
    return buffer;
  }

  static int OnEntry(void* self, const char* /*section*/, const char* key, const char* value) {
    static_cast<Parser*>(self)->Apply(key, value);
    return 1;
  }

  /// The next line as inih may have it. A mistake in it has been noted.
  std::string CheckedLine() {
    ++line_;
    const ConfigLine line = ParseConfigLine(TakeLine(rest_));
    if (!line.mistake.empty()) Complain(line_, line.mistake);
    switch (line.kind) {
      case ConfigLineKind::kNothing:
        break;
      case ConfigLineKind::kSection:
        return StartSection(line);
      case ConfigLineKind::kEntry:
        if (line.mistake.empty() && section_ != nullptr) return std::string(line.text) + "\n";
        missed_key_ = true;
        if (line.mistake.empty() && !pass_over_) {
          Complain(line_, "there is a key before the first section");
          pass_over_ = true;
        }
        break;
    }
    return "\n";
  }

  /// The keys of a section that is wrong are passed over: the one mistake is named, not its echoes.
  std::string StartSection(const ConfigLine& line) {
    EndSection();
    section_ = nullptr;
    pass_over_ = true;
    if (!line.mistake.empty()) return "\n";
    const SectionRule* rule = FindRule(ConfigSections(), &SectionRule::word, line.word);
    if (rule == nullptr) {
      Complain(line_, "unknown section '" + Printable(line.word, 40) + "'" +
                          DidYouMean(line.word, NamesOf(ConfigSections(), &SectionRule::word)));
      return "\n";
    }
    title_ = TitleOf(line);
    const auto [first, is_new] = section_lines_.emplace(title_, line_);
    if (rule->name == SectionName::kNeeded && line.name.empty()) {
      Complain(line_, title_ + " needs a name, as in [" + std::string(line.word) + " \"main\"]");
    } else if (rule->name == SectionName::kForbidden && !line.name.empty()) {
      Complain(line_, title_ + " must be [" + std::string(line.word) + "], it has no name");
    } else if (!is_new) {
      Complain(line_, title_ + " is already there, in line " + std::to_string(first->second));
    } else {
      section_ = rule;
      key_lines_.clear();
      missed_key_ = false;
      if (rule->start != nullptr) rule->start(reading_.settings, line.name);
      return title_ + "\n";
    }
    return "\n";
  }

  /// A key that is needed is not asked for when one of the lines may have been meant for it.
  void EndSection() {
    if (section_ == nullptr || missed_key_) return;
    for (const KeyRule& key : section_->keys) {
      if (key.use == KeyUse::kNeeded && !key_lines_.contains(key.name)) {
        Complain(section_lines_.at(title_),
                 title_ + " needs the key '" + std::string(key.name) + "'");
      }
    }
    if (section_->judge == nullptr) return;
    if (const auto failure = section_->judge(reading_.settings))
      Complain(section_lines_.at(title_), title_ + " " + failure->detail);
  }

  void Apply(std::string_view typed_key, std::string_view value) {
    std::string key(typed_key);
    std::replace(key.begin(), key.end(), '_', '-');
    const KeyRule* rule = FindRule(section_->keys, &KeyRule::name, key);
    if (rule == nullptr) {
      Complain(line_, title_ + " unknown key '" + Printable(typed_key, 40) + "'" +
                          DidYouMean(key, NamesOf(section_->keys, &KeyRule::name)));
      missed_key_ = true;
      return;
    }
    const std::string name(rule->name);
    const auto [first, is_new] = key_lines_.emplace(rule->name, line_);
    if (!is_new && rule->count == KeyCount::kOnce) {
      Complain(line_,
               title_ + " " + name + " is already there, in line " + std::to_string(first->second));
      return;
    }
    if (const auto failure = rule->apply(reading_, value)) {
      Complain(line_, title_ + " " + name + ": " + failure->detail);
    }
  }

  void Complain(int line, std::string what) {
    if (mistakes_.size() < kMaxMistakes) {
      mistakes_.emplace_back(line, std::move(what));
    } else {
      ++more_mistakes_;
    }
  }

  std::string MistakesText() {
    std::stable_sort(mistakes_.begin(), mistakes_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::string text;
    for (const auto& [line, what] : mistakes_) {
      if (!text.empty()) text += '\n';
      text += path_ + ":" + std::to_string(line) + ": " + what;
    }
    if (more_mistakes_ > 0) {
      text += "\n" + path_ + ": and " + std::to_string(more_mistakes_) + " more mistakes";
    }
    return text;
  }

  std::string_view rest_;
  const std::string path_;
  int line_ = 0;  // of what was taken off rest_ last
  ConfigReading reading_;
  std::vector<std::pair<int, std::string>> mistakes_;  // line, what is wrong with it
  std::size_t more_mistakes_ = 0;                      // beyond kMaxMistakes

  const SectionRule* section_ = nullptr;       // null before the first section and in a wrong one
  bool pass_over_ = false;                     // keys outside a section are no news any more
  bool missed_key_ = false;                    // a line of this section did not become a key
  std::string title_;                          // [certbot "main"]
  std::map<std::string, int> section_lines_;   // title -> where it starts
  std::map<std::string_view, int> key_lines_;  // of this section: key -> where it came first
};

}  // namespace

Result<FileSettings> ParseConfigFile(std::string_view text, std::string_view path,
                                     std::span<const std::string_view> problem_ids) {
  return Parser(text, path, problem_ids).Parse();
}

Result<FileSettings> ReadConfigFile(const FileSystem& files, const std::string& path,
                                    std::span<const std::string_view> problem_ids) {
  std::error_code error;
  const std::string absolute = std::filesystem::absolute(path, error).string();
  if (error) return Failure{Reason::kReadFailed, path + ": " + error.message()};
  const Result<FileContents> contents = files.Read(absolute, kMaxFileBytes);
  if (!contents) return contents.error();
  return ParseConfigFile(contents->bytes, path, problem_ids);
}

}  // namespace certhealth
