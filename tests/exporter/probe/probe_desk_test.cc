// SPDX-License-Identifier: Apache-2.0
#include "exporter/probe/probe_desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <stdexcept>

#include "tests/support/fake_clock.h"
#include "tests/support/fake_prober.h"

namespace certhealth {
namespace {

std::vector<ProbeModule> AllowAll() {
  ProbeModule module;
  module.name = "default";
  module.targets = {"*:*"};
  return {module};
}

HttpRequest For(const std::string& target) {
  HttpRequest request;
  request.query = "target=" + target;
  return request;
}

std::string BodyOf(const HttpResponse& response) {
  std::string body;
  for (const Block& block : response.body) body += TextOf(block);
  return body;
}

class ProbeDeskTest : public testing::Test {
 protected:
  ProbeDesk MakeDesk(FakeProber::Server server, std::size_t limit = 2) {
    return {AllowAll(), std::chrono::seconds{10},
            limit,      std::make_shared<FakeProber>(std::move(server)),
            {},         clock_};
  }

 private:
  FakeClock clock_;
};

TEST_F(ProbeDeskTest, AnswersWithThePageWhetherItSucceedsOrNot) {
  ProbeDesk desk = MakeDesk([](const EndpointTarget& target) {
    return std::vector{target.host == "a.example"
                           ? Answer(target, MadeUpLeaf({"a.example"}))
                           : NoAnswer(target, EndpointFailure::kConnectRefused)};
  });
  EXPECT_EQ(desk.Answer(For("a.example")).status, 200);
  EXPECT_THAT(BodyOf(desk.Answer(For("a.example"))), testing::HasSubstr("\nprobe_success 1\n"));
  EXPECT_EQ(desk.Answer(For("b.example")).status, 200);
  EXPECT_THAT(BodyOf(desk.Answer(For("b.example"))), testing::HasSubstr("\nprobe_success 0\n"));
}

TEST_F(ProbeDeskTest, RefusesWhatIsWrongOrNotAllowed) {
  ProbeDesk desk = MakeDesk([](const EndpointTarget&) -> std::vector<ProbeResult> {
    ADD_FAILURE() << "was asked";
    return {};
  });
  EXPECT_EQ(desk.Answer(For("")).status, 400);
  FakeClock clock;
  ProbeDesk closed({}, std::chrono::seconds{1}, 1, nullptr, {}, clock);
  EXPECT_EQ(closed.Answer(For("a.example")).status, 400);
  ProbeModule module;
  module.name = "default";
  module.targets = {"a.example:443"};
  ProbeDesk narrow({module}, std::chrono::seconds{1}, 1, nullptr, {}, clock);
  EXPECT_EQ(narrow.Answer(For("b.example")).status, 403);
}

TEST_F(ProbeDeskTest, HasNoMoreInFlightThanItsLimit) {
  std::promise<void> started;
  std::promise<void> go_on;
  ProbeDesk desk = MakeDesk(
      [&](const EndpointTarget& target) {
        started.set_value();
        go_on.get_future().wait();
        return std::vector{NoAnswer(target, EndpointFailure::kConnectTimeout)};
      },
      1);
  auto first = std::async(std::launch::async, [&] { return desk.Answer(For("a.example")).status; });
  started.get_future().wait();
  EXPECT_EQ(desk.Answer(For("b.example")).status, 503);
  go_on.set_value();
  EXPECT_EQ(first.get(), 200);
}

TEST_F(ProbeDeskTest, GivesItsSeatBackWhateverIsThrown) {
  bool throws = true;
  ProbeDesk desk = MakeDesk(
      [&](const EndpointTarget& target) {
        if (throws) throw std::runtime_error("no memory");
        return std::vector{NoAnswer(target, EndpointFailure::kConnectRefused)};
      },
      1);
  EXPECT_THROW(desk.Answer(For("a.example")), std::runtime_error);
  throws = false;
  EXPECT_EQ(desk.Answer(For("a.example")).status, 200);
}

}  // namespace
}  // namespace certhealth
