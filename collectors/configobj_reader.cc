// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>

#include "collectors/base/utf8.h"
#include "collectors/configobj.h"

namespace certhealth {
namespace {

// Python's own stack gives way at about a thousand.
constexpr std::size_t kMaxDepth = 200;

struct Reference {
  std::size_t begin;
  std::size_t end;
  std::string_view name;
};

/// The first `%\(([^)]*)\)s` at or after `from`. Every "%(" before a ")" that no "s" follows fails
/// at that same ")", so the search may go on behind it: it is linear.
std::optional<Reference> FindReference(std::string_view text, std::size_t from) {
  for (;;) {
    const std::size_t begin = text.find("%(", from);
    if (begin == std::string_view::npos) return std::nullopt;
    const std::size_t close = text.find(')', begin);
    if (close == std::string_view::npos) return std::nullopt;
    if (text.substr(close + 1, 1) == "s") {
      return Reference{begin, close + 2, text.substr(begin + 2, close - begin - 2)};
    }
    from = close + 1;
  }
}

std::string Spelled(std::string_view name) { return "%(" + Shorten(std::string(name), 60) + ")s"; }

}  // namespace

Result<ConfigObjReader::Found> ConfigObjReader::LookUp(std::string_view name,
                                                       const ConfigObjSection& start) {
  const auto wrong = [name](std::string_view what) {
    return Failure{Reason::kBadText, Spelled(name) + std::string(what)};
  };
  for (const ConfigObjSection* section = &start; section != nullptr; section = section->parent()) {
    const ConfigObjScalar* scalar = section->FindScalar(name);
    if (scalar == nullptr) {
      if (section->FindScalar("DEFAULT") != nullptr) {
        return wrong(" is looked for in DEFAULT, which is a value and must be a section");
      }
      const ConfigObjSection* defaults = section->FindSection("DEFAULT");
      if (defaults != nullptr) scalar = defaults->FindScalar(name);
    }
    if (scalar == nullptr) continue;
    const auto* text = std::get_if<std::string>(&scalar->value);
    if (text == nullptr) return wrong(" names a list; quote the commas of its value");
    return Found{text, section};
  }
  return wrong(" names a key that is not there; ConfigObj has no escape for it");
}

Result<std::string> ConfigObjReader::Replace(std::string_view key, std::string_view text,
                                             const ConfigObjSection& found_in,
                                             const ConfigObjSection& start, Trail& trail) {
  std::pair<std::string, std::string> step(key, found_in.name());
  // The names, not the sections, tell a loop: so it is in ConfigObj.
  if (trail.size() >= kMaxDepth || std::find(trail.begin(), trail.end(), step) != trail.end()) {
    return Failure{Reason::kBadText, Spelled(key) + " leads back to itself"};
  }
  trail.push_back(std::move(step));
  std::string replaced;
  std::size_t done = 0;
  while (const std::optional<Reference> reference = FindReference(text, done)) {
    if (replacements_left_ == 0) {
      return Failure{Reason::kBadText, "too many %(name)s to replace"};
    }
    --replacements_left_;
    const Result<Found> found = LookUp(reference->name, start);
    if (!found) return found.error();
    const Result<std::string> value =
        Replace(reference->name, *found->text, *found->section, start, trail);
    if (!value) return value.error();
    if (value->size() > bytes_left_) {
      return Failure{Reason::kBadText, "the %(name)s expand to too much text"};
    }
    bytes_left_ -= value->size();
    replaced.append(text, done, reference->begin - done).append(*value);
    done = reference->end;
  }
  trail.pop_back();
  return replaced.append(text.substr(done));
}

Result<ConfigObjValue> ConfigObjReader::Read(const ConfigObjSection& section,
                                             const ConfigObjScalar& scalar) {
  ConfigObjValue value = scalar.value;
  const auto replace = [&](std::string& text) -> std::optional<Failure> {
    if (text.find("%(") == std::string::npos) return std::nullopt;
    Trail trail;
    Result<std::string> replaced = Replace(scalar.key, text, section, section, trail);
    if (!replaced) {
      return Failure{Reason::kBadText, file_.path() + ":" + std::to_string(scalar.line) + ": " +
                                           replaced.error().detail};
    }
    text = std::move(replaced).value();
    return std::nullopt;
  };
  if (auto* text = std::get_if<std::string>(&value)) {
    if (auto failure = replace(*text)) return *failure;
    return value;
  }
  for (std::string& item : std::get<std::vector<std::string>>(value)) {
    if (auto failure = replace(item)) return *failure;
  }
  return value;
}

}  // namespace certhealth
