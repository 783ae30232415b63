// SPDX-License-Identifier: Apache-2.0
// What compilers have got wrong about coroutines: each object is destroyed once, where it lies.
#include "collectors/net/task.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "collectors/net/event_loop.h"

namespace certhealth {
namespace {

int alive = 0;

/// Notices when it was moved as bytes, and not by its constructor.
class Resident {
 public:
  explicit Resident(std::string name) : name_(std::move(name)) { ++alive; }
  Resident(const Resident& other) : name_(other.name_) { ++alive; }
  Resident(Resident&& other) noexcept : name_(std::move(other.name_)) { ++alive; }
  Resident& operator=(const Resident&) = delete;
  ~Resident() {
    EXPECT_EQ(self_, this);
    --alive;
  }

  std::string name() const {
    EXPECT_EQ(self_, this);
    return name_;
  }

 private:
  std::string name_;
  const Resident* const self_ = this;
};

/// Two of them, made by braces.
struct Pair {
  Resident first;
  Resident second;
  int number = 0;
};

/// Passes through the loop once before it goes on, so that the whole stack has been left.
class TaskTest : public testing::Test {
 protected:
  ~TaskTest() override { EXPECT_EQ(alive, 0); }

  Task<void> Pause() {
    Signal pause(loop);
    pause.Notify();  // before the wait: no pause at all
    co_await pause.Until(kNoDeadline);
    co_await pause.Until(std::chrono::steady_clock::now());
  }
  Task<std::string> ByValue(Resident one, Resident other = Resident("default")) {
    co_await Pause();
    co_return one.name() + "+" + other.name();
  }
  Task<std::string> ByReference(const Resident& one) {
    co_await Pause();
    co_return one.name();
  }
  Task<std::string> ByPair(Pair pair) {
    co_await Pause();
    co_return pair.first.name() + "+" + pair.second.name();
  }
  Task<std::string> ByPairReference(const Pair& pair) {
    co_await Pause();
    co_return pair.first.name() + "+" + pair.second.name();
  }
  Task<std::string> ByFunction(std::function<std::string()> tell) {
    co_await Pause();
    co_return tell();
  }
  template <typename Tell>
  Task<std::string> ByCallable(Tell tell) {
    co_await Pause();
    co_return tell();
  }
  Task<Resident> Yield(std::string name) {
    co_await Pause();
    co_return Resident(std::move(name));
  }

  std::vector<std::string> Run(std::function<Task<void>(std::vector<std::string>&)> script) {
    std::vector<std::string> told;
    loop.Spawn(script(told));
    loop.Run();
    return told;
  }

  EventLoop loop;
};

// Longer than what a std::string keeps within itself, and shorter.
const std::string kLong = "a name that is longer than what a string keeps within itself";
const std::string kShort = "short";

TEST_F(TaskTest, TakesArgumentsByValue) {
  const auto told = Run([&](std::vector<std::string>& names) -> Task<void> {
    Resident local(kLong);
    names.push_back(co_await ByValue(local));
    names.push_back(co_await ByValue(std::move(local)));
    names.push_back(co_await ByValue(Resident(kShort), Resident(kLong)));
    names.push_back(co_await ByValue(Resident(kShort + "er")));
  });
  EXPECT_THAT(told, testing::ElementsAre(kLong + "+default", kLong + "+default",
                                         kShort + "+" + kLong, "shorter+default"));
}

TEST_F(TaskTest, KeepsTemporariesUntilTheEndOfTheExpression) {
  const auto told = Run([&](std::vector<std::string>& names) -> Task<void> {
    names.push_back(co_await ByReference(Resident(kShort)));
    names.push_back(co_await ByReference(Resident(kLong)) + "!" +
                    co_await ByReference(Resident(kShort)));
    if (co_await ByReference(Resident(kShort)) == kShort) names.push_back("if");
    if (const std::string name = co_await ByReference(Resident(kLong)); name == kLong) {
      names.push_back(name);
    }
    names.push_back((co_await Yield(kLong)).name());
  });
  EXPECT_THAT(told, testing::ElementsAre(kShort, kLong + "!" + kShort, "if", kLong, kLong));
}

TEST_F(TaskTest, TakesCallables) {
  const auto told = Run([&](std::vector<std::string>& names) -> Task<void> {
    const Resident local(kShort);
    const auto by_copy = [local] { return local.name(); };
    names.push_back(co_await ByCallable(by_copy));
    names.push_back(co_await ByCallable([&local] { return local.name(); }));
    names.push_back(co_await ByFunction(by_copy));
  });
  EXPECT_THAT(told, testing::ElementsAre(kShort, kShort, kShort));
}

TEST_F(TaskTest, TakesAggregatesThatHaveAName) {
  const auto told = Run([&](std::vector<std::string>& names) -> Task<void> {
    Pair pair{Resident(kShort), Resident(kLong), 1};
    names.push_back(co_await ByPairReference(pair));
    names.push_back(co_await ByPair(pair));
    names.push_back(co_await ByPair(std::move(pair)));
  });
  EXPECT_THAT(told, testing::Each(kShort + "+" + kLong));
}

TEST_F(TaskTest, YieldsAggregates) {
  const auto make = [](std::string name) { return Pair{Resident(name), Resident(name + name), 2}; };
  const auto yield = [&](std::string name) -> Task<std::optional<Pair>> {
    co_await Pause();
    co_return Pair{Resident(name), Resident(name + name), 3};
  };
  const auto told = Run([&](std::vector<std::string>& names) -> Task<void> {
    if (const auto pair = co_await yield(kShort)) names.push_back(pair->first.name());
    names.push_back((co_await yield(kShort))->first.name());
    names.push_back(co_await ByPair(make(kShort)));
    names.push_back(co_await ByPairReference(make(kShort)));
  });
  EXPECT_THAT(told, testing::ElementsAre(kShort, kShort, "short+shortshort", "short+shortshort"));
}

TEST_F(TaskTest, FreesWhatANeverAwaitedTaskWasGiven) {
  { const Task<std::string> never = ByValue(Resident(kLong)); }
  EXPECT_EQ(alive, 0);
}

TEST_F(TaskTest, PassesExceptionsOnAndFreesWhatItHolds) {
  const auto fail = [this](Resident held) -> Task<Resident> {
    co_await Pause();
    if (held.name() == kLong) throw std::bad_alloc();
    co_return held;
  };
  std::string caught;
  const auto told = Run([&](std::vector<std::string>& names) -> Task<void> {
    try {
      names.push_back((co_await fail(Resident(kShort))).name());
      names.push_back((co_await fail(Resident(kLong))).name());
    } catch (const std::bad_alloc&) {
      names.push_back("caught");
    }
  });
  EXPECT_THAT(told, testing::ElementsAre(kShort, "caught"));
}

TEST_F(TaskTest, CostsNoStackInALoop) {
  const auto no_wait = []() -> Task<int> { co_return 1; };
  int sum = 0;
  const auto script = [&]() -> Task<void> {
    for (int i = 0; i < 200'000; ++i) sum += co_await no_wait();
    for (int i = 0; i < 20'000; ++i) co_await Pause();
  };
  loop.Spawn(script());
  loop.Run();
  EXPECT_EQ(sum, 200'000);
}

}  // namespace
}  // namespace certhealth
