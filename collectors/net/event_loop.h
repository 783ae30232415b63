// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <coroutine>
#include <memory>

#include "collectors/base/file_descriptor.h"
#include "collectors/net/task.h"

namespace certhealth {

using Deadline = std::chrono::steady_clock::time_point;

inline constexpr Deadline kNoDeadline = Deadline::max();

enum class Direction { kRead, kWrite };

/// Why a wait is over.
enum class Wakeup { kReady, kDeadline, kCancelled };

/// Lets coroutines wait for descriptors and for time, in one thread. A wait for a descriptor or for
/// a deadline keeps `Run` running; a Signal that is awaited without a deadline does not, so that
/// whoever notifies it has to wait for something else.
class EventLoop {
 public:
  EventLoop();
  ~EventLoop();  // REQUIRES: nothing waits any more
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// Begins `task` at once; it goes on from wait to wait within `Run`.
  void Spawn(Task<void> task);

  /// Returns when all that was spawned has come to its end. Throws what one of them has thrown, if
  /// any, after the others have ended too.
  void Run();

  struct State;
  State& state() { return *state_; }

 private:
  const std::unique_ptr<State> state_;
};

class WaitSlot;

/// What `co_await` takes; yields a Wakeup.
class [[nodiscard]] Wait {
 public:
  Wait(WaitSlot& slot, Deadline deadline) : slot_(slot), deadline_(deadline) {}
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiting);
  Wakeup await_resume() const;

 private:
  WaitSlot& slot_;
  const Deadline deadline_;
};

/// A descriptor that the loop watches, and closes at the end. For each direction, one coroutine can
/// wait at a time. REQUIRES: the loop outlives it; nobody waits when it is destroyed.
class DescriptorWatch {
 public:
  DescriptorWatch(EventLoop& loop, FileDescriptor descriptor);
  ~DescriptorWatch();
  DescriptorWatch(DescriptorWatch&&) noexcept;

  int descriptor() const;
  /// kDeadline only when there is nothing to be done at the deadline, however late the loop comes:
  /// whoever waits again and again looks at the clock as well.
  Wait Until(Direction direction, Deadline deadline);
  /// Whoever waits is woken with kCancelled, from within `Run`.
  void Cancel();
  /// Stops watching and hands the descriptor to the caller. Cancels.
  FileDescriptor Release();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// Wakes the one coroutine that waits for it; without a notification, it is a pause.
class Signal {
 public:
  explicit Signal(EventLoop& loop);
  ~Signal();
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  /// kReady at once when it has been notified since the last wait.
  Task<Wakeup> Until(Deadline deadline);
  /// The coroutine goes on within `Run`, not within this call.
  void Notify();

 private:
  struct State;
  const std::shared_ptr<State> state_;
};

}  // namespace certhealth
