// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "collectors/certbot_log/lineage_table.h"
#include "collectors/certbot_log/log_run.h"

namespace certhealth {

/// The lineage that certbot is at, among those of a run. Since 1.10 it is announced by its name;
/// before, it has none until something that happens to it tells one.
class LineageCursor {
 public:
  /// certbot goes on to the lineage `name`.
  void Announce(std::string_view name);
  /// certbot leaves the lineages.
  void Leave();

  /// certbot sets about renewing a lineage: the one announced, else one without a name yet.
  void BeginAttempt(WallTime at);

  /// Null between lineages.
  LineageResult* current();
  /// The current lineage when it was announced and nothing has been said about it; else null.
  LineageResult* Untouched();
  /// The current lineage, as one that is renewed now. If it has no name yet it is `name`, and what
  /// has happened to it so far stays with it. Null when it is settled already.
  LineageResult* Name(std::string_view name, WallTime at);
  /// The lineage `name`, which has failed, settled or not. It becomes the current one. Null when
  /// the table has no room.
  LineageResult* Fail(std::string_view name, WallTime at);

  /// The current lineage's place in the table, if it has one.
  std::optional<std::size_t> place() const { return place_; }
  std::optional<LineageResult> TakeUnnamed() { return std::exchange(unnamed_, std::nullopt); }

  LineageTable& table() { return table_; }
  const LineageTable& table() const { return table_; }

 private:
  LineageTable table_;
  std::optional<std::size_t> place_;
  std::optional<LineageResult> unnamed_;
};

}  // namespace certhealth
