// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cassert>
#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace certhealth {

template <typename T = void>
class Task;

/// What the promises of all Tasks have in common. Whoever awaits the Task is resumed at its end,
/// unless the Task came to its end without ever waiting.
class TaskPromise {
 public:
  // The Task starts when it is awaited.
  std::suspend_always initial_suspend() const noexcept { return {}; }

  struct ResumeAwaiting {
    bool await_ready() const noexcept { return false; }
    template <typename Promise>
    void await_suspend(std::coroutine_handle<Promise> ended) const noexcept {
      const std::coroutine_handle<> awaiting = ended.promise().awaiting_;
      if (awaiting) awaiting.resume();  // which may destroy `ended`
    }
    void await_resume() const noexcept {}
  };
  ResumeAwaiting final_suspend() const noexcept { return {}; }

  void unhandled_exception() noexcept { exception_ = std::current_exception(); }
  void set_awaiting(std::coroutine_handle<> awaiting) { awaiting_ = awaiting; }

 protected:
  void Rethrow() const {
    if (exception_) std::rethrow_exception(exception_);
  }

 private:
  std::coroutine_handle<> awaiting_;
  std::exception_ptr exception_;
};

template <typename T>
class ValuePromise : public TaskPromise {
 public:
  Task<T> get_return_object();
  template <typename From>
  void return_value(From&& value) {
    value_.emplace(std::forward<From>(value));
  }
  T Take() {
    Rethrow();
    return *std::move(value_);
  }

 private:
  std::optional<T> value_;
};

class VoidPromise : public TaskPromise {
 public:
  Task<void> get_return_object();
  void return_void() const {}
  void Take() const { Rethrow(); }
};

/// A coroutine that yields a T: it begins when it is awaited, and is awaited once. It belongs to
/// one thread. What it refers to must outlive it; so must the Task that it is held by. So a
/// parameter of what is spawned rather than awaited is a value, or outlives the loop's `Run`.
///
/// Within the expression of a co_await, give aggregates made by braces and lambdas that capture by
/// value a name of their own first: g++ 12 moves such temporaries as bytes, and a
/// short std::string within them then points to where it was (lint.awaited_temporaries).
template <typename T>
class [[nodiscard]] Task {
 public:
  using promise_type = std::conditional_t<std::is_void_v<T>, VoidPromise, ValuePromise<T>>;

  explicit Task(std::coroutine_handle<promise_type> coroutine) : coroutine_(coroutine) {}
  Task(Task&& other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  Task& operator=(Task&& other) = delete;
  ~Task() {
    if (coroutine_) coroutine_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  // Runs on the stack of whoever awaits, so that a loop over Tasks that need not wait costs no
  // stack; a transfer from coroutine to coroutine would without optimisation.
  bool await_suspend(std::coroutine_handle<> awaiting) {
    coroutine_.resume();
    if (coroutine_.done()) return false;
    coroutine_.promise().set_awaiting(awaiting);
    return true;
  }
  T await_resume() { return coroutine_.promise().Take(); }

  /// The result of a Task that has nothing to wait for, outside any coroutine.
  T Finish() {
    coroutine_.resume();
    assert(coroutine_.done());
    return coroutine_.promise().Take();
  }

 private:
  std::coroutine_handle<promise_type> coroutine_;
};

template <typename T>
Task<T> ValuePromise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<ValuePromise>::from_promise(*this));
}

inline Task<void> VoidPromise::get_return_object() {
  return Task<void>(std::coroutine_handle<VoidPromise>::from_promise(*this));
}

}  // namespace certhealth
