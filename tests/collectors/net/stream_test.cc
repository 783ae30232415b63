// SPDX-License-Identifier: Apache-2.0
#include "collectors/net/stream.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>

#include "tests/support/fake_peer.h"

namespace certhealth {
namespace {

constexpr std::chrono::seconds kPatience{20};
constexpr std::chrono::milliseconds kImpatience{20};

Deadline In(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }

SocketAddress Loopback(std::uint16_t port) { return {*ParseIpAddress("127.0.0.1"), port}; }

/// The line that a client reads who has said hello, or why there is none.
Result<std::string, StreamFault> LineFrom(std::uint16_t port, std::chrono::milliseconds patience) {
  EventLoop loop;
  Result<std::string, StreamFault> line = StreamFault{StreamFailure::kLocal, "never asked"};
  const auto talk = [&]() -> Task<void> {
    Result<TcpStream, StreamFault> stream =
        co_await TcpStream::Connect(loop, Loopback(port), In(patience));
    if (!stream) {
      line = stream.error();
      co_return;
    }
    TcpStream open = *std::move(stream);
    co_await open.Write("hello\n", In(patience));
    BoundedReader reader(open);
    line = co_await reader.ReadLine(In(patience));
  };
  loop.Spawn(talk());
  loop.Run();
  return line;
}

StreamFailure FailureFrom(std::uint16_t port, std::chrono::milliseconds patience = kPatience) {
  const Result<std::string, StreamFault> line = LineFrom(port, patience);
  EXPECT_FALSE(line);
  return line ? StreamFailure::kLocal : line.error().reason;
}

TEST(TcpStream, WritesAndReads) {
  const FakePeer peer([](FakeConnection& client) { client.Send(client.ReceiveLine()); });
  const Result<std::string, StreamFault> line = LineFrom(peer.port(), kPatience);
  ASSERT_TRUE(line) << line.error().detail;
  EXPECT_EQ(*line, "hello");
}

TEST(TcpStream, ReadsALineThatComesByteByByte) {
  const FakePeer peer([](FakeConnection& client) {
    for (const char c : std::string("220 slow\r\n")) client.Send({&c, 1});
  });
  const Result<std::string, StreamFault> line = LineFrom(peer.port(), kPatience);
  ASSERT_TRUE(line) << line.error().detail;
  EXPECT_EQ(*line, "220 slow");
}

TEST(TcpStream, TellsThatNobodyListens) {
  EXPECT_EQ(FailureFrom(ClosedPort()), StreamFailure::kRefused);
}

TEST(TcpStream, GivesUpOnASilentPeer) {
  const FakePeer peer([](FakeConnection& client) { client.AwaitEnd(); });
  EXPECT_EQ(FailureFrom(peer.port(), kImpatience), StreamFailure::kDeadline);
}

TEST(TcpStream, GivesUpOnAPeerThatDribbles) {
  const FakePeer peer([](FakeConnection& client) {
    while (client.Send("x")) {
    }
  });
  EXPECT_NE(FailureFrom(peer.port(), kPatience), StreamFailure::kDeadline);
  const FakePeer slow([](FakeConnection& client) {
    client.Send("x");
    client.AwaitEnd();
  });
  EXPECT_EQ(FailureFrom(slow.port(), kImpatience), StreamFailure::kDeadline);
}

TEST(TcpStream, TellsThatThePeerIsGone) {
  const FakePeer closes([](FakeConnection& client) { client.ReceiveLine(); });
  EXPECT_EQ(FailureFrom(closes.port()), StreamFailure::kClosed);
  const FakePeer resets([](FakeConnection& client) {
    client.ReceiveLine();
    client.Reset();
  });
  EXPECT_EQ(FailureFrom(resets.port()), StreamFailure::kClosed);
}

TEST(BoundedReader, RefusesALineWithoutEnd) {
  const FakePeer peer([](FakeConnection& client) {
    client.Send(std::string(1 << 20, 'x'));
    client.AwaitEnd();
  });
  EXPECT_EQ(FailureFrom(peer.port()), StreamFailure::kTooLong);
}

TEST(DescriptorWatch, IsReadyWhenALoopThatIsLateFindsItSo) {
  EventLoop loop;
  constexpr int kMany = 200;  // more than the loop is told of at once
  std::vector<FileDescriptor> writers;
  std::vector<Wakeup> wakeups;
  const auto wait = [&](FileDescriptor reader) -> Task<void> {
    DescriptorWatch watch(loop, std::move(reader));
    wakeups.push_back(co_await watch.Until(Direction::kRead, In(-std::chrono::seconds(1))));
  };
  for (int i = 0; i < kMany; ++i) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    writers.emplace_back(ends[1]);
    if (i > 0) {
      ASSERT_EQ(write(ends[1], "x", 1), 1);
    }
    loop.Spawn(wait(FileDescriptor(ends[0])));
  }
  loop.Run();
  ASSERT_THAT(wakeups, testing::SizeIs(kMany));
  EXPECT_EQ(std::ranges::count(wakeups, Wakeup::kDeadline), 1)
      << "the one that has nothing to read";
}

TEST(Signal, RemembersThatItWasNotified) {
  EventLoop loop;
  Signal signal(loop);
  std::vector<Wakeup> wakeups;
  const auto wait = [&]() -> Task<void> {
    signal.Notify();
    wakeups.push_back(co_await signal.Until(kNoDeadline));
    wakeups.push_back(co_await signal.Until(In(std::chrono::milliseconds(1))));
  };
  loop.Spawn(wait());
  loop.Run();
  EXPECT_THAT(wakeups, testing::ElementsAre(Wakeup::kReady, Wakeup::kDeadline));
}

TEST(EventLoop, ThrowsWhatATaskHasThrownWhenTheOthersHaveEnded) {
  EventLoop loop;
  Signal signal(loop);
  bool other_ended = false;
  const auto fails = [&]() -> Task<void> {
    co_await signal.Until(In(std::chrono::milliseconds(1)));
    throw std::bad_alloc();
  };
  Signal longer(loop);
  const auto waits = [&]() -> Task<void> {
    co_await longer.Until(In(std::chrono::milliseconds(5)));
    other_ended = true;
  };
  loop.Spawn(fails());
  loop.Spawn(waits());
  EXPECT_THROW(loop.Run(), std::bad_alloc);
  EXPECT_TRUE(other_ended);
}

}  // namespace
}  // namespace certhealth
