// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "collectors/base/result.h"

namespace certhealth {

/// A value of a ConfigObj file: an unquoted comma makes a list.
using ConfigObjValue = std::variant<std::string, std::vector<std::string>>;

struct ConfigObjScalar {
  std::string key;
  ConfigObjValue value;  // as it stands in the file: nothing is interpolated yet
  int line = 0;          // counted from 1
};

/// A section, or the top level. A name means one thing in a section: a scalar or a subsection.
class ConfigObjSection {
 public:
  ConfigObjSection(const ConfigObjSection* parent, std::string name, int line)
      : parent_(parent), name_(std::move(name)), line_(line) {}

  const ConfigObjSection* parent() const { return parent_; }  // null at the top level
  const std::string& name() const { return name_; }           // empty at the top level only
  int line() const { return line_; }                          // 0 at the top level
  /// Both in the order of the file.
  const std::vector<ConfigObjScalar>& scalars() const { return scalars_; }
  const std::vector<const ConfigObjSection*>& sections() const { return sections_; }

  /// Null when there is none. The pointer lives as long as the file.
  const ConfigObjScalar* FindScalar(std::string_view key) const;
  const ConfigObjSection* FindSection(std::string_view name) const;
  bool Has(std::string_view name) const { return index_.contains(name); }

  /// For the parser. REQUIRES: !Has(the key), !Has(the section's name)
  void Add(ConfigObjScalar scalar);
  void Add(const ConfigObjSection* section);

 private:
  enum class Kind { kScalar, kSection };
  struct Place {
    Kind kind;
    std::size_t position;
  };

  const ConfigObjSection* parent_;
  std::string name_;
  int line_;
  std::vector<ConfigObjScalar> scalars_;
  std::vector<const ConfigObjSection*> sections_;
  std::map<std::string, Place, std::less<>> index_;
};

/// A parsed file. Owns its sections side by side, so that no depth of nesting is a depth of the
/// stack. Immutable once parsed; movable, and a move keeps the addresses.
class ConfigObj {
 public:
  explicit ConfigObj(std::string_view path);
  ConfigObj(ConfigObj&&) = default;
  ConfigObj& operator=(ConfigObj&&) = default;
  ConfigObj(const ConfigObj&) = delete;
  ConfigObj& operator=(const ConfigObj&) = delete;

  const ConfigObjSection& root() const { return sections_.front(); }
  const std::string& path() const { return path_; }  // for messages: valid UTF-8

 private:
  friend class ConfigObjParser;

  std::string path_;
  std::deque<ConfigObjSection> sections_;  // the top level first
};

/// Reads `text` as python3-configobj 5.0.8 does when certbot calls it: ConfigObj(file,
/// encoding='utf-8'). One bad line makes the whole file unusable; the Failure (kBadText) names the
/// first: "path:line: what is wrong; what would be right". `path` is for messages only. Time and
/// memory are linear in the text, but for the look-up of names. Pure; thread-safe.
Result<ConfigObj> ParseConfigObj(std::string_view text, std::string_view path);

/// Reads values as ConfigObj hands them out: every %(name)s replaced, by the value of that name in
/// the section, in its subsection DEFAULT, then in its parents in the same way. There is no escape.
/// Where ConfigObj would go on for minutes or run out of stack, this gives up: one reader does a
/// bounded amount of replacing in its life. Not thread-safe; many readers may share a file.
class ConfigObjReader {
 public:
  /// `file` outlives the reader.
  explicit ConfigObjReader(const ConfigObj& file) : file_(file) {}

  /// The value of `scalar`, which stands in `section`. kBadText, with path and line, for a name
  /// that is nowhere, a name that is no single value, a loop, or too much to replace.
  Result<ConfigObjValue> Read(const ConfigObjSection& section, const ConfigObjScalar& scalar);

 private:
  struct Found {
    const std::string* text;
    const ConfigObjSection* section;  // in which the look-up ended, which may be DEFAULT's parent
  };
  using Trail = std::vector<std::pair<std::string, std::string>>;  // keys and names of sections

  Result<std::string> Replace(std::string_view key, std::string_view text,
                              const ConfigObjSection& found_in, const ConfigObjSection& start,
                              Trail& trail);
  static Result<Found> LookUp(std::string_view name, const ConfigObjSection& start);

  const ConfigObj& file_;
  std::size_t replacements_left_ = 10'000;
  std::size_t bytes_left_ = std::size_t{4} << 20U;
};

}  // namespace certhealth
