// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace certhealth {

/// A text that is empty nearly always, and then takes one pointer instead of a string's 32 bytes:
/// for records of which there are tens of thousands. Otherwise a std::string to whoever reads it.
class RareText {
 public:
  RareText() = default;
  RareText(std::string text)
      : text_(text.empty() ? nullptr : std::make_unique<const std::string>(std::move(text))) {}
  RareText(std::string_view text) : RareText(std::string(text)) {}
  RareText(const char* text) : RareText(std::string(text)) {}
  RareText(const RareText& other) : RareText(other.str()) {}
  RareText(RareText&& other) noexcept = default;
  RareText& operator=(const RareText& other) { return *this = RareText(other.str()); }
  RareText& operator=(RareText&& other) noexcept = default;
  ~RareText() = default;

  bool empty() const { return text_ == nullptr; }
  void clear() { text_ = nullptr; }
  const std::string& str() const {
    static const std::string none;
    return text_ == nullptr ? none : *text_;
  }
  operator const std::string&() const { return str(); }
  operator std::string_view() const { return str(); }

  bool operator==(const RareText& other) const { return str() == other.str(); }
  bool operator==(const std::string& other) const { return str() == other; }
  bool operator==(std::string_view other) const { return str() == other; }
  bool operator==(const char* other) const { return str() == other; }
  friend std::ostream& operator<<(std::ostream& out, const RareText& text) {
    return out << text.str();
  }

 private:
  std::unique_ptr<const std::string> text_;  // never to an empty string
};

}  // namespace certhealth
