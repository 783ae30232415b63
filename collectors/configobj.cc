// SPDX-License-Identifier: Apache-2.0
#include "collectors/configobj.h"

#include <algorithm>
#include <optional>

#include "collectors/base/pattern.h"
#include "collectors/base/utf32.h"
#include "collectors/base/utf8.h"

namespace certhealth {
namespace {

/// ConfigObj's regular expressions, token for token: they are the only definition of the format.
/// The names are those of the Python source.
struct Grammar {
  // clang-format off
  Pattern keyword{
      R"re((\s*))re"           // indentation
      R"re(()re"
      R"re((?:".*?")|)re"      // double quotes
      R"re((?:'.*?')|)re"      // single quotes
      R"re((?:[^'"=].*?))re"   // no quotes
      R"re())re"
      R"re(\s*=\s*)re"         // divider
      R"re((.*)$)re"};         // value, with its lists and comment
  Pattern sectionmarker{
      R"re((\s*))re"                 // indentation
      R"re(((?:\[\s*)+))re"          // section marker open
      R"re(()re"
      R"re((?:"\s*\S.*?\s*")|)re"    // at least one non-space with double quotes
      R"re((?:'\s*\S.*?\s*')|)re"    // at least one non-space with single quotes
      R"re((?:[^'"\s].*?))re"        // at least one non-space unquoted
      R"re())re"
      R"re(((?:\s*\])+))re"          // section marker close
      R"re(\s*(\#.*)?$)re"};         // optional comment
  Pattern valueexp{
      R"re((?:(?:()re"
      R"re((?:(?:)re"
      R"re((?:".*?")|)re"             // double quotes
      R"re((?:'.*?')|)re"             // single quotes
      R"re((?:[^'",\#][^,\#]*?))re"   // unquoted
      R"re()\s*,\s*)*)re"             // all list items that end in a comma (if any)
      R"re()()re"
      R"re((?:".*?")|)re"             // double quotes
      R"re((?:'.*?')|)re"             // single quotes
      R"re((?:[^'",\#\s][^,]*?)|)re"  // unquoted
      R"re((?:(?<!,)))re"             // empty value
      R"re()?)|)re"                   // last item in a list, or string value
      R"re((,)))re"                   // alternatively a single comma: empty list
      R"re(\s*(\#.*)?$)re"};          // optional comment
  Pattern listvalueexp{R"re(((?:".*?")|(?:'.*?')|(?:[^'",\#]?.*?))\s*,\s*)re"};
  Pattern single_line_single{R"re('''(.*?)'''\s*(\#.*)?$)re"};
  Pattern single_line_double{R"re("""(.*?)"""\s*(\#.*)?$)re"};
  Pattern multi_line_single{R"re((.*?)'''\s*(\#.*)?$)re"};
  Pattern multi_line_double{R"re((.*?)"""\s*(\#.*)?$)re"};
  // clang-format on
};

const Grammar& TheGrammar() {
  static const Grammar grammar;
  return grammar;
}

std::u32string_view Unquote(std::u32string_view text) {
  const bool quoted =
      text.front() == text.back() && (text.front() == U'"' || text.front() == U'\'');
  if (!quoted) return text;
  // Python's [1:-1] of a single quote is empty.
  return text.size() < 2 ? std::u32string_view() : text.substr(1, text.size() - 2);
}

/// A list or a plain value; nothing where ConfigObj has a parse error.
std::optional<ConfigObjValue> ParseValue(std::u32string_view text) {
  const std::optional<Pattern::Groups> groups = TheGrammar().valueexp.Match(text);
  if (!groups) return std::nullopt;
  const std::optional<std::u32string_view> items = (*groups)[1];
  std::optional<std::u32string_view> last = (*groups)[2];
  const bool only_comma = (*groups)[3].has_value();
  if (items && items->empty() && !last) return std::nullopt;
  if (only_comma) return std::vector<std::string>();
  const bool is_list = items && !items->empty();
  if (last && last->empty() && is_list) last.reset();  // only the comma at the end
  if (last && !last->empty()) last = Unquote(*last);
  if (!is_list) return ToUtf8(last.value_or(std::u32string_view()));
  std::vector<std::string> list;
  for (const std::u32string_view item : TheGrammar().listvalueexp.FindAll(*items)) {
    if (item.empty()) return std::nullopt;
    list.push_back(ToUtf8(Unquote(item)));
  }
  if (last) list.push_back(ToUtf8(*last));
  return list;
}

/// A line of plain ASCII without quotes, comments and more than one comma, and that one at its end.
struct PlainScalar {
  std::string_view key;
  std::string_view value;
  bool is_list = false;
};

bool IsPlainKeyCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

bool IsPlainValueCharacter(char c) {
  return c >= ' ' && c <= '~' && c != '\'' && c != '"' && c != '#' && c != ',';
}

std::optional<PlainScalar> ReadPlainScalar(std::string_view line) {
  const std::size_t key_end =
      static_cast<std::size_t>(std::ranges::find_if_not(line, IsPlainKeyCharacter) - line.begin());
  PlainScalar plain{line.substr(0, key_end), line.substr(key_end)};
  constexpr std::string_view kEquals = " = ";
  if (plain.key.empty() || !plain.value.starts_with(kEquals)) return std::nullopt;
  plain.value.remove_prefix(kEquals.size());
  if (plain.value.ends_with(',')) {
    plain.value.remove_suffix(1);
    plain.is_list = true;
  }
  const bool is_plain = !plain.value.empty() && plain.value.front() != ' ' &&
                        plain.value.back() != ' ' &&
                        std::ranges::all_of(plain.value, IsPlainValueCharacter);
  return is_plain ? std::optional(plain) : std::nullopt;
}

/// "[[name]]" alone on its line, the name of letters, digits, '_', '.' and '-'.
struct PlainMarker {
  std::ptrdiff_t depth = 0;
  std::string_view name;
};

std::optional<PlainMarker> ReadPlainMarker(std::string_view line) {
  const std::size_t depth = std::min(line.find_first_not_of('['), line.size());
  line.remove_prefix(depth);
  const auto name_end = std::ranges::find_if_not(line, IsPlainKeyCharacter);
  const std::string_view name(line.begin(), name_end);
  line.remove_prefix(name.size());
  const bool closes =
      line.size() == depth && std::ranges::all_of(line, [](char c) { return c == ']'; });
  if (depth == 0 || name.empty() || !closes) return std::nullopt;
  return PlainMarker{static_cast<std::ptrdiff_t>(depth), name};
}

/// `text` for a message: short, on one line.
std::string Quoted(std::u32string_view text) {
  std::u32string printable;
  for (const char32_t c : text.substr(0, 60)) printable.push_back(c < 0x20 || c == 0x7F ? U'?' : c);
  return "'" + ToUtf8(printable) + (text.size() > 60 ? "..." : "") + "'";
}

}  // namespace

const ConfigObjScalar* ConfigObjSection::FindScalar(std::string_view key) const {
  const auto found = index_.find(key);
  if (found == index_.end() || found->second.kind != Kind::kScalar) return nullptr;
  return &scalars_[found->second.position];
}

const ConfigObjSection* ConfigObjSection::FindSection(std::string_view name) const {
  const auto found = index_.find(name);
  if (found == index_.end() || found->second.kind != Kind::kSection) return nullptr;
  return sections_[found->second.position];
}

void ConfigObjSection::Add(ConfigObjScalar scalar) {
  index_.emplace(scalar.key, Place{Kind::kScalar, scalars_.size()});
  scalars_.push_back(std::move(scalar));
}

void ConfigObjSection::Add(const ConfigObjSection* section) {
  index_.emplace(section->name(), Place{Kind::kSection, sections_.size()});
  sections_.push_back(section);
}

ConfigObj::ConfigObj(std::string_view path) : path_(ToValidUtf8(path)) {
  sections_.emplace_back(nullptr, "", 0);
}

/// One pass over the lines of a file.
class ConfigObjParser {
 public:
  ConfigObjParser(std::string_view text, std::string_view path)
      : rest_(text), file_(path), section_(&file_.sections_.front()) {}

  Result<ConfigObj> Parse() && {
    if (auto failure = Decode()) return *failure;
    while (SkipNothingness(), !rest_.empty()) {
      if (AddPlainScalar() || OpenPlainSection()) continue;
      const std::optional<std::u32string> line = NextLine();
      const std::u32string_view stripped = Strip(*line);
      if (stripped.empty() || stripped.front() == U'#') continue;
      std::optional<Pattern::Groups> marker;
      if (stripped.front() == U'[') marker = TheGrammar().sectionmarker.Match(*line);
      const std::optional<Failure> failure = marker ? OpenSection(*marker) : AddScalar(*line);
      if (failure) return *failure;
    }
    return std::move(file_);
  }

 private:
  Failure Wrong(std::string_view what) const { return WrongAt(line_, what); }

  Failure WrongAt(int line, std::string_view what) const {
    return {Reason::kBadText, file_.path() + ":" + std::to_string(line) + ": " + std::string(what)};
  }

  /// A byte that is not UTF-8 fails the file before any line is parsed.
  std::optional<Failure> Decode() {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
    if (IsValidUtf8(rest_)) return std::nullopt;
    int line = 1;
    std::string_view text = rest_;
    while (IsValidUtf8(text.substr(0, text.find('\n')))) {
      text.remove_prefix(text.find('\n') + 1);
      ++line;
    }
    return WrongAt(line, "not UTF-8; save the file as UTF-8");
  }

  /// Goes past the empty lines and the comments that start a line.
  void SkipNothingness() {
    while (rest_.starts_with('\n') || rest_.starts_with('#')) {
      const std::size_t end = rest_.find('\n');
      rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
      ++line_;
    }
  }

  /// Takes the next line if it is a scalar to which none but the simplest rules of the grammar
  /// apply, as most lines are that certbot writes: this is ten times as fast as the grammar's
  /// patterns. Leaves the line alone otherwise, also where it would be a mistake.
  bool AddPlainScalar() {
    const std::string_view line = rest_.substr(0, rest_.find('\n'));
    const std::optional<PlainScalar> plain = ReadPlainScalar(line);
    if (!plain || section_->Has(plain->key)) return false;
    ++line_;
    rest_.remove_prefix(std::min(rest_.size(), line.size() + 1));
    ConfigObjValue value = std::string(plain->value);
    if (plain->is_list) value = std::vector<std::string>{std::string(plain->value)};
    section_->Add(ConfigObjScalar{std::string(plain->key), std::move(value), line_});
    return true;
  }

  /// Lines end at a line feed alone; carriage returns before it go with it.
  std::optional<std::u32string> NextLine() {
    if (rest_.empty()) return std::nullopt;
    const std::size_t end = rest_.find('\n');
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    ++line_;
    while (line.ends_with('\r')) line.remove_suffix(1);
    return ToUtf32(line);
  }

  std::optional<Failure> OpenSection(const Pattern::Groups& marker) {
    const auto depth = std::count(marker[2]->begin(), marker[2]->end(), U'[');
    const auto closed = std::count(marker[4]->begin(), marker[4]->end(), U']');
    if (depth != closed) {
      return Wrong("a section opens with " + std::to_string(depth) + " '[' and closes with " +
                   std::to_string(closed) + " ']'; use as many of both");
    }
    if (depth > depth_ + 1) {
      return Wrong("section nested too deep; at most " + std::to_string(depth_ + 1) + " '[' here");
    }
    const std::u32string_view name = Unquote(*marker[3]);
    if (!OpenSection(depth, ToUtf8(name))) {
      return Wrong("the name of section " + Quoted(name) +
                   " is taken; put all its keys under the first");
    }
    return std::nullopt;
  }

  /// False when the name is taken.
  bool OpenSection(std::ptrdiff_t depth, std::string name) {
    ConfigObjSection* parent = section_;
    for (; depth_ >= depth; --depth_) parent = ancestors_[static_cast<std::size_t>(depth_) - 1];
    if (parent->Has(name)) return false;
    ancestors_.resize(static_cast<std::size_t>(depth_));
    ancestors_.push_back(parent);
    depth_ = depth;
    section_ = &file_.sections_.emplace_back(parent, std::move(name), line_);
    parent->Add(section_);
    return true;
  }

  /// Takes the next line if it opens a section in the way that certbot writes it. Leaves the line
  /// alone otherwise, also where it would be a mistake.
  bool OpenPlainSection() {
    const std::string_view line = rest_.substr(0, rest_.find('\n'));
    const std::optional<PlainMarker> marker = ReadPlainMarker(line);
    if (!marker || marker->depth > depth_ + 1) return false;
    const ConfigObjSection* parent = section_;
    for (std::ptrdiff_t depth = depth_; depth >= marker->depth; --depth) parent = parent->parent();
    if (parent->Has(marker->name)) return false;
    ++line_;
    rest_.remove_prefix(std::min(rest_.size(), line.size() + 1));
    return OpenSection(marker->depth, std::string(marker->name));
  }

  std::optional<Failure> AddScalar(std::u32string_view line) {
    const auto keyword = TheGrammar().keyword.Match(line);
    if (!keyword) {
      return Wrong("neither 'key = value' nor '[section]': " + Quoted(line));
    }
    const int first_line = line_;
    const std::u32string_view key = Unquote(*(*keyword)[2]);
    const std::u32string_view text = *(*keyword)[3];
    const bool is_triple = text.starts_with(U"'''") || text.starts_with(U"\"\"\"");
    std::optional<ConfigObjValue> value = is_triple ? ParseTriple(text) : ParseValue(text);
    if (!value) {
      return WrongAt(first_line, "the value of " + Quoted(key) +
                                     (is_triple ? " has no closing triple quotes, or text after "
                                                  "them; close it with the same three quotes"
                                                : " has a quote that is not closed, text after a "
                                                  "closing quote, or an empty list item; quote it "
                                                  "as a whole"));
    }
    std::string key_utf8 = ToUtf8(key);
    if (section_->Has(key_utf8)) {
      return WrongAt(line_, "the key " + Quoted(key) + " is there already; keep one of the two");
    }
    section_->Add(ConfigObjScalar{std::move(key_utf8), std::move(*value), first_line});
    return std::nullopt;
  }

  /// A value in triple quotes, over as many lines as it takes.
  std::optional<ConfigObjValue> ParseTriple(std::u32string_view text) {
    const std::u32string_view quotes = text.substr(0, 3);
    const bool is_single = quotes == U"'''";
    const Grammar& grammar = TheGrammar();
    const Pattern& one_line = is_single ? grammar.single_line_single : grammar.single_line_double;
    const Pattern& last_line = is_single ? grammar.multi_line_single : grammar.multi_line_double;
    if (const auto groups = one_line.Match(text)) return ToUtf8(*(*groups)[1]);
    text.remove_prefix(3);
    if (text.find(quotes) != std::u32string_view::npos) return std::nullopt;
    std::string value = ToUtf8(text);
    while (const std::optional<std::u32string> line = NextLine()) {
      value.push_back('\n');
      if (line->find(quotes) == std::u32string::npos) {
        value.append(ToUtf8(*line));
        continue;
      }
      const auto groups = last_line.Match(*line);
      if (!groups) return std::nullopt;
      return value.append(ToUtf8(*(*groups)[1]));
    }
    return std::nullopt;
  }

  std::string_view rest_;
  int line_ = 0;
  ConfigObj file_;
  ConfigObjSection* section_;
  std::ptrdiff_t depth_ = 0;                  // of section_
  std::vector<ConfigObjSection*> ancestors_;  // of section_, the top level first
};

Result<ConfigObj> ParseConfigObj(std::string_view text, std::string_view path) {
  return ConfigObjParser(text, path).Parse();
}

}  // namespace certhealth
