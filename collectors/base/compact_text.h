// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace certhealth {

/// A constant text behind a pointer, for records of which there are tens of thousands. To whoever
/// reads it a std::string.
template <template <typename...> typename Pointer>
class PointedText {
 public:
  PointedText() = default;
  PointedText(std::string text)
      : text_(text.empty() ? nullptr : new const std::string(std::move(text))) {}
  PointedText(std::string_view text) : PointedText(std::string(text)) {}
  PointedText(const char* text) : PointedText(std::string(text)) {}
  PointedText(const PointedText& other) : text_(Copy(other.text_)) {}
  PointedText(PointedText&& other) noexcept = default;
  PointedText& operator=(const PointedText& other) {
    if (this != &other) text_ = Copy(other.text_);
    return *this;
  }
  PointedText& operator=(PointedText&& other) noexcept = default;
  ~PointedText() = default;

  bool empty() const { return text_ == nullptr; }
  void clear() { text_ = nullptr; }
  const std::string& str() const {
    static const std::string none;
    return text_ == nullptr ? none : *text_;
  }
  operator const std::string&() const { return str(); }
  operator std::string_view() const { return str(); }

  bool operator==(const PointedText& other) const {
    return text_ == other.text_ || str() == other.str();
  }
  bool operator==(const std::string& other) const { return str() == other; }
  bool operator==(std::string_view other) const { return str() == other; }
  bool operator==(const char* other) const { return str() == other; }
  friend std::string operator+(const std::string& before, const PointedText& text) {
    return before + text.str();
  }
  friend std::string operator+(const PointedText& text, std::string_view after) {
    return std::string(text.str()).append(after);
  }
  friend std::ostream& operator<<(std::ostream& out, const PointedText& text) {
    return out << text.str();
  }

 private:
  using Text = Pointer<const std::string>;

  static Text Copy(const Text& text) {
    if constexpr (std::is_copy_constructible_v<Text>) {
      return text;
    } else {
      return Text(text == nullptr ? nullptr : new const std::string(*text));
    }
  }

  Text text_;  // never to an empty string
};

/// A text that is empty nearly always, and then takes one pointer instead of a string's 32 bytes.
using RareText = PointedText<std::unique_ptr>;

/// A text that many records have in common: its copies share the one.
using SharedText = PointedText<std::shared_ptr>;

/// Makes `text` share what `last` has, if it is the same, and `last` remember it if not.
inline void ShareWith(SharedText& last, SharedText& text) {
  if (last == text) {
    text = last;
  } else {
    last = text;
  }
}

}  // namespace certhealth
