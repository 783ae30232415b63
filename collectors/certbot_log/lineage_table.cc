// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_log/lineage_table.h"

#include <algorithm>
#include <utility>

#include "collectors/certbot_log/log_text.h"

namespace certhealth {
namespace {

/// Whether NAME.conf of `left` sorts before that of `right`: "a-0001.conf" before "a.conf".
bool ConfLess(std::string_view left, std::string_view right) {
  static constexpr std::string_view kConf = ".conf";
  const std::size_t common = std::min(left.size(), right.size());
  const int order = left.substr(0, common).compare(right.substr(0, common));
  if (order != 0) return order < 0;
  if (left.size() == right.size()) return false;
  // A common beginning of names that differ: the suffix of the shorter against the longer's rest.
  if (left.size() < right.size()) return kConf <= right.substr(common);
  return left.substr(common) < kConf;
}

}  // namespace

std::optional<std::size_t> LineageTable::Find(std::string_view name) {
  if (next_ < lineages_.size() && lineages_[next_].name == name) return next_++;
  if (!ascending_) {
    const auto found = index_.find(std::string(name));
    if (found == index_.end()) return std::nullopt;
    return found->second;
  }
  const auto found = std::ranges::lower_bound(lineages_, name, ConfLess, &LineageResult::name);
  if (found == lineages_.end() || found->name != name) return std::nullopt;
  const auto place = static_cast<std::size_t>(found - lineages_.begin());
  next_ = place + 1;
  return place;
}

std::optional<std::size_t> LineageTable::FindOrAdd(std::string_view name) {
  if (name.empty() || name.size() > kMaxNameBytes) return std::nullopt;
  std::string clean = CleanText(name, kMaxNameBytes);
  if (clean.empty()) return std::nullopt;
  const bool is_next = ascending_ && (lineages_.empty() || ConfLess(lineages_.back().name, clean));
  if (!is_next) {
    if (const std::optional<std::size_t> place = Find(clean)) return place;
  }
  if (lineages_.size() >= kMaxLineages) return std::nullopt;
  LineageResult& lineage = lineages_.emplace_back();
  lineage.name = std::move(clean);
  lineage.outcome = LineageOutcome::kInProgress;
  if (!is_next && ascending_) {
    BuildIndex();
  } else if (!ascending_) {
    index_.emplace(lineage.name, lineages_.size() - 1);
  }
  return lineages_.size() - 1;
}

void LineageTable::BuildIndex() {
  ascending_ = false;
  for (std::size_t i = 0; i < lineages_.size(); ++i) index_.emplace(lineages_[i].name, i);
}

}  // namespace certhealth
