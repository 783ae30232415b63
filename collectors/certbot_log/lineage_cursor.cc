// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_log/lineage_cursor.h"

namespace certhealth {

void LineageCursor::Announce(std::string_view name) {
  unnamed_.reset();
  place_ = table_.FindOrAdd(name);
}

void LineageCursor::Leave() {
  unnamed_.reset();
  place_.reset();
}

LineageResult* LineageCursor::current() {
  if (unnamed_) return &*unnamed_;
  return place_ ? &table_[*place_] : nullptr;
}

LineageResult* LineageCursor::Untouched() {
  if (unnamed_ || !place_) return nullptr;
  LineageResult& lineage = table_[*place_];
  const bool settled = lineage.outcome != LineageOutcome::kInProgress;
  return settled || lineage.attempted ? nullptr : &lineage;
}

void LineageCursor::BeginAttempt(WallTime at) {
  if (LineageResult* const announced = Untouched()) {
    announced->attempted = at;
    return;
  }
  Leave();
  unnamed_.emplace();
  unnamed_->outcome = LineageOutcome::kInProgress;
  unnamed_->attempted = at;
}

LineageResult* LineageCursor::Name(std::string_view name, WallTime at) {
  if (!place_ || unnamed_) {  // else it was announced, and its directory may be named otherwise
    place_ = table_.FindOrAdd(name);
    std::optional<LineageResult> unnamed = TakeUnnamed();
    if (!place_) return nullptr;
    LineageResult& lineage = table_[*place_];
    if (unnamed && lineage.outcome == LineageOutcome::kInProgress) {
      unnamed->name = lineage.name;
      unnamed->summary = lineage.summary;
      lineage = *std::move(unnamed);
    }
  }
  LineageResult& lineage = table_[*place_];
  if (lineage.outcome != LineageOutcome::kInProgress) return nullptr;
  if (!lineage.attempted) lineage.attempted = at;
  return &lineage;
}

LineageResult* LineageCursor::Fail(std::string_view name, WallTime at) {
  if (unnamed_) {
    Name(name, at);
  } else if (!place_ || table_[*place_].name != name) {
    place_ = table_.FindOrAdd(name);
  }
  if (!place_) return nullptr;
  LineageResult& lineage = table_[*place_];
  if (!lineage.attempted) lineage.attempted = at;
  lineage.outcome = LineageOutcome::kFailed;
  return &lineage;
}

}  // namespace certhealth
