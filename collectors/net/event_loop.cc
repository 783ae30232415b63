// SPDX-License-Identifier: Apache-2.0
#include "collectors/net/event_loop.h"

#include <poll.h>

#define ASIO_STANDALONE
#define ASIO_NO_DEPRECATED
#include <array>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <cstdint>
#include <exception>
#include <utility>

namespace certhealth {

struct EventLoop::State {
  // One thread, so Asio need not lock.
  asio::io_context io{ASIO_CONCURRENCY_HINT_UNSAFE};
  std::exception_ptr exception;
};

/// One coroutine that waits, or none, and the timer of its deadline.
class WaitSlot {
 public:
  explicit WaitSlot(asio::io_context& io) : timer(io) {}
  virtual ~WaitSlot() = default;

  void Begin(std::coroutine_handle<> coroutine, Deadline deadline) {
    ++turn_;
    if (deadline != kNoDeadline) {
      timer.expires_at(deadline);
      timer.async_wait([self = shared(), turn = turn_](const asio::error_code& error) {
        if (!error) self->Wake(turn, self->IsReady() ? Wakeup::kReady : Wakeup::kDeadline);
      });
    }
    Listen(turn_);
    waiting_ = coroutine;  // last: when there was no memory, nobody waits
  }

  /// Ends the wait of `turn`; one that is over is not ended again by what comes late.
  void Wake(std::uint64_t turn, Wakeup why) {
    if (turn != turn_ || !waiting_) return;
    wakeup_ = why;
    timer.cancel();
    std::exchange(waiting_, nullptr).resume();
  }

  Wakeup wakeup() const { return wakeup_; }
  std::uint64_t turn() const { return turn_; }

 protected:
  virtual std::shared_ptr<WaitSlot> shared() = 0;
  virtual void Listen(std::uint64_t turn) = 0;

  /// Asked at the deadline: what came in time and waits in the queue of a busy loop is not late.
  virtual bool IsReady() const { return false; }

  asio::steady_timer timer;

 private:
  std::coroutine_handle<> waiting_;
  std::uint64_t turn_ = 0;
  Wakeup wakeup_ = Wakeup::kReady;
};

void Wait::await_suspend(std::coroutine_handle<> waiting) { slot_.Begin(waiting, deadline_); }

Wakeup Wait::await_resume() const { return slot_.wakeup(); }

namespace {

struct Detached {
  struct promise_type {
    Detached get_return_object() const { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const {}
    void unhandled_exception() const { std::terminate(); }
  };
};

Detached Drive(EventLoop::State& loop, Task<void> task) {
  try {
    co_await task;
  } catch (...) {
    loop.exception = std::current_exception();
  }
}

}  // namespace

EventLoop::EventLoop() : state_(std::make_unique<State>()) {}
EventLoop::~EventLoop() = default;

void EventLoop::Spawn(Task<void> task) { Drive(*state_, std::move(task)); }

void EventLoop::Run() {
  state_->io.restart();
  state_->io.run();
  if (state_->exception) std::rethrow_exception(std::exchange(state_->exception, nullptr));
}

struct DescriptorWatch::State : std::enable_shared_from_this<DescriptorWatch::State> {
  class Slot final : public WaitSlot {
   public:
    Slot(State& owner, asio::io_context& io, asio::posix::descriptor_base::wait_type type)
        : WaitSlot(io), owner_(owner), type_(type) {}

   private:
    std::shared_ptr<WaitSlot> shared() override { return {owner_.shared_from_this(), this}; }
    void Listen(std::uint64_t turn) override {
      owner_.descriptor.async_wait(type_, [self = shared(), turn](const asio::error_code& error) {
        self->Wake(turn, error ? Wakeup::kCancelled : Wakeup::kReady);
      });
    }

    bool IsReady() const override {
      const bool reads = type_ == asio::posix::descriptor_base::wait_read;
      pollfd asked{owner_.descriptor.native_handle(), static_cast<short>(reads ? POLLIN : POLLOUT),
                   0};
      return poll(&asked, 1, 0) > 0;
    }

    State& owner_;
    const asio::posix::descriptor_base::wait_type type_;
  };

  explicit State(asio::io_context& io)
      : descriptor(io),
        slots{Slot(*this, io, asio::posix::descriptor_base::wait_read),
              Slot(*this, io, asio::posix::descriptor_base::wait_write)} {}

  asio::posix::stream_descriptor descriptor;
  std::array<Slot, 2> slots;
};

DescriptorWatch::DescriptorWatch(EventLoop& loop, FileDescriptor descriptor)
    : state_(std::make_shared<State>(loop.state().io)) {
  asio::error_code error;
  state_->descriptor.assign(descriptor.get(), error);
  // One that cannot be watched is closed here, and answers each wait with kCancelled.
  if (!error) descriptor.release();
}

DescriptorWatch::DescriptorWatch(DescriptorWatch&&) noexcept = default;

DescriptorWatch::~DescriptorWatch() {
  asio::error_code ignored;
  if (state_) state_->descriptor.close(ignored);
}

int DescriptorWatch::descriptor() const { return state_->descriptor.native_handle(); }

Wait DescriptorWatch::Until(Direction direction, Deadline deadline) {
  return {state_->slots.at(direction == Direction::kRead ? 0 : 1), deadline};
}

void DescriptorWatch::Cancel() {
  asio::error_code ignored;
  state_->descriptor.cancel(ignored);
}

FileDescriptor DescriptorWatch::Release() {
  if (!state_->descriptor.is_open()) return {};
  return FileDescriptor(state_->descriptor.release());
}

struct Signal::State final : WaitSlot, std::enable_shared_from_this<Signal::State> {
  explicit State(asio::io_context& context) : WaitSlot(context) {}

  std::shared_ptr<WaitSlot> shared() override { return shared_from_this(); }
  void Listen(std::uint64_t) override {}

  void Post() {
    asio::post(timer.get_executor(),
               [self = shared_from_this(), turn = turn()] { self->Wake(turn, Wakeup::kReady); });
  }

  bool notified = false;
  bool waiting = false;
};

Signal::Signal(EventLoop& loop) : state_(std::make_shared<State>(loop.state().io)) {}
Signal::~Signal() = default;

Task<Wakeup> Signal::Until(Deadline deadline) {
  Wakeup wakeup = Wakeup::kReady;
  if (!state_->notified) {
    state_->waiting = true;
    wakeup = co_await Wait(*state_, deadline);
    state_->waiting = false;
  }
  co_return std::exchange(state_->notified, false) ? Wakeup::kReady : wakeup;
}

void Signal::Notify() {
  state_->notified = true;
  if (state_->waiting) state_->Post();
}

}  // namespace certhealth
