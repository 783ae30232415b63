// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>

#include "collectors/net/event_loop.h"

namespace certhealth {

/// Lets so many through at once, in the order they came. One thread, that of the loop.
class Gate {
 public:
  /// REQUIRES: `loop` outlives the gate; the gate outlives whoever waits.
  Gate(EventLoop& loop, std::size_t places) : loop_(loop), free_(places) {}
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  /// True, and a place is taken; false when none is free.
  bool TryEnter();
  /// Waits for a place; false at the deadline, without one.
  Task<bool> Enter(Deadline deadline);
  /// Gives a place back.
  void Leave();

 private:
  struct Waiting {
    explicit Waiting(EventLoop& loop) : turn(loop) {}
    Signal turn;
    bool granted = false;
  };

  EventLoop& loop_;
  std::size_t free_;
  std::deque<Waiting*> waiting_;  // on the stacks of the coroutines that wait
};

/// A place of a gate, given back at its end.
class Place {
 public:
  Place() = default;
  explicit Place(Gate& gate) : gate_(&gate) {}
  ~Place() {
    if (gate_ != nullptr) gate_->Leave();
  }
  Place(Place&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
  Place& operator=(Place&& other) noexcept {
    std::swap(gate_, other.gate_);
    return *this;
  }

  bool taken() const { return gate_ != nullptr; }

 private:
  Gate* gate_ = nullptr;
};

}  // namespace certhealth
