// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "collectors/certbot_log/log_run.h"

namespace certhealth {

/// The lineages of one run, in the order in which they came up, each name once. certbot takes them
/// in the order of their conf files' names, which makes finding and adding nearly free; another
/// order costs an index. Holds at most `kMaxLineages`.
class LineageTable {
 public:
  static constexpr std::size_t kMaxLineages = 100'000;
  static constexpr std::size_t kMaxNameBytes = 255;  // what a file system allows

  std::optional<std::size_t> Find(std::string_view name);

  /// The place of `name`; a new entry is in progress. Nothing for a name that no file can have, and
  /// when the table is full.
  std::optional<std::size_t> FindOrAdd(std::string_view name);

  /// Makes room for as many as the run before had.
  void Reserve(std::size_t count) { lineages_.reserve(count); }

  LineageResult& operator[](std::size_t place) { return lineages_[place]; }
  std::vector<LineageResult>& all() { return lineages_; }
  const std::vector<LineageResult>& all() const { return lineages_; }

 private:
  void BuildIndex();

  std::vector<LineageResult> lineages_;
  bool ascending_ = true;
  std::size_t next_ = 0;  // place after the last one found: the summary has the same order
  std::unordered_map<std::string, std::size_t> index_;  // once they no longer ascend
};

}  // namespace certhealth
