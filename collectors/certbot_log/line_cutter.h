// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace certhealth {

/// Cuts bytes, which arrive in pieces of any size, into lines. However the bytes are pieced, the
/// lines are the same. A line longer than `kMaxLineBytes` is told by its beginning, so memory does
/// not grow with it.
class LineCutter {
 public:
  static constexpr std::size_t kMaxLineBytes = 65536;

  /// Calls `on_line` with each line that `bytes` completes, without its newline. The view lives for
  /// that call only. What follows the last newline waits for the next piece.
  template <typename OnLine>
  void Feed(std::string_view bytes, OnLine on_line) {
    while (!bytes.empty()) {
      const std::size_t end = bytes.find('\n');
      const std::string_view piece = bytes.substr(0, end);
      if (end == std::string_view::npos) {
        Keep(piece);
        return;
      }
      if (begun_.empty()) {
        on_line(piece.substr(0, kMaxLineBytes));
      } else {
        Keep(piece);
        on_line(std::string_view(begun_));
        begun_.clear();
      }
      bytes.remove_prefix(end + 1);
    }
  }

  /// Forgets a line that has begun and will not be completed: the end of a file that was cut off.
  void DropPartialLine() { begun_.clear(); }

 private:
  void Keep(std::string_view piece) {
    begun_.append(piece.substr(0, kMaxLineBytes - std::min(kMaxLineBytes, begun_.size())));
  }

  std::string begun_;  // of the line whose end has not come yet
};

}  // namespace certhealth
