// SPDX-License-Identifier: Apache-2.0
#include "collectors/net/gate.h"

#include <algorithm>

namespace certhealth {

bool Gate::TryEnter() {
  if (free_ == 0) return false;
  --free_;
  return true;
}

Task<bool> Gate::Enter(Deadline deadline) {
  if (TryEnter()) co_return true;
  Waiting self(loop_);
  waiting_.push_back(&self);
  co_await self.turn.Until(deadline);
  if (!self.granted) std::erase(waiting_, &self);
  co_return self.granted;
}

void Gate::Leave() {
  if (waiting_.empty()) {
    ++free_;
    return;
  }
  // The place passes on directly: nobody who comes later can take it in between.
  Waiting& next = *waiting_.front();
  waiting_.pop_front();
  next.granted = true;
  next.turn.Notify();
}

}  // namespace certhealth
