// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/http_fetch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <mutex>

#include "tests/support/fake_peer.h"

namespace certhealth {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

/// Takes a request, and sends what `pages` has for its path.
class FakeWeb {
 public:
  explicit FakeWeb(std::map<std::string, std::string> pages)
      : pages_(std::move(pages)), peer_([this](FakeConnection& client) { Serve(client); }) {}

  std::uint16_t port() const { return peer_.port(); }
  std::string hosts() const {
    const std::lock_guard lock(mutex_);
    return hosts_;
  }

 private:
  void Serve(FakeConnection& client) {
    const std::string request = client.ReceiveLine();
    for (std::string line = client.ReceiveLine(); line.size() > 2; line = client.ReceiveLine()) {
      const std::lock_guard lock(mutex_);
      if (line.starts_with("Host: ")) hosts_ += line.substr(6, line.size() - 8) + " ";
    }
    const std::string path = request.substr(4, request.rfind(' ') - 4);
    const auto page = pages_.find(path);
    client.Send(page == pages_.end() ? "HTTP/1.1 404 Not Found\r\n\r\n" : page->second);
  }

  const std::map<std::string, std::string> pages_;
  mutable std::mutex mutex_;
  std::string hosts_;
  FakePeer peer_;
};

std::string Page(const std::string& body) { return "HTTP/1.1 200 OK\r\n\r\n" + body; }
std::string Redirect(const std::string& to, int status = 302) {
  return "HTTP/1.1 " + std::to_string(status) + " Moved\r\nLocation: " + to + "\r\n\r\n";
}

struct Rules {
  bool is_public_ca = false;
  RedirectHost other_host = {{*ParseIpAddress("127.0.0.1")}, false};
  milliseconds patience{5000};
  milliseconds least_time{0};
  bool uses_up_time = false;  // looking up the host of a redirect
};

FetchResult Fetch(std::uint16_t port, const Rules& given = {}) {
  EventLoop loop;
  FetchRules rules;
  rules.http_port = port;
  rules.is_public_ca = given.is_public_ca;
  rules.least_time = given.least_time;
  rules.resolve = [&](std::string, Deadline deadline) -> Task<RedirectHost> {
    Signal pause(loop);
    if (given.uses_up_time) co_await pause.Until(deadline);
    co_return given.other_host;
  };
  FetchResult result;
  const auto work = [&]() -> Task<void> {
    result = co_await FetchChallenge(loop, "a.example", *ParseIpAddress("127.0.0.1"), "/token",
                                     rules, std::chrono::steady_clock::now() + given.patience);
  };
  loop.Spawn(work());
  loop.Run();
  return result;
}

TEST(HttpFetch, AsksByNameAtTheAddress) {
  const FakeWeb web({{"/token", Page("it")}});
  const FetchResult result = Fetch(web.port());
  EXPECT_EQ(result.end, FetchEnd::kAnswered) << result.detail;
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(result.body, "it");
  EXPECT_EQ(web.hosts(), "a.example:" + std::to_string(web.port()) + " ");
}

TEST(HttpFetch, FollowsRedirectsToOtherPaths) {
  const FakeWeb web({{"/token", Redirect("/y")}, {"/y", Redirect("z", 308)}, {"/z", Page("it")}});
  EXPECT_EQ(Fetch(web.port()).body, "it");
}

TEST(HttpFetch, FollowsTenRedirectsAndNoMore) {
  std::map<std::string, std::string> pages = {{"/10", Page("it")}};
  for (int i = 0; i < 10; ++i) {
    pages.insert_or_assign(i == 0 ? "/token" : "/" + std::to_string(i),
                           Redirect("/" + std::to_string(i + 1)));
  }
  EXPECT_EQ(Fetch(FakeWeb(pages).port()).body, "it");
  pages.insert_or_assign("/10", Redirect("/11"));
  pages.insert_or_assign("/11", Page("it"));
  const FetchResult result = Fetch(FakeWeb(pages).port());
  EXPECT_EQ(result.end, FetchEnd::kRedirectForbidden);
  EXPECT_THAT(result.detail, HasSubstr("10 redirects"));
}

TEST(HttpFetch, AsksOtherHostsOnlyWhereItMay) {
  FakePeer peer([&](FakeConnection& client) {
    const std::string line = client.ReceiveLine();
    while (client.ReceiveLine().size() > 2) {
    }
    client.Send(line.starts_with("GET /x ")
                    ? Page("it")
                    : Redirect("http://b.example:" + std::to_string(peer.port()) + "/x"));
  });
  EXPECT_EQ(Fetch(peer.port()).body, "it");
  Rules nobody;
  nobody.other_host.addresses.clear();
  const FetchResult result = Fetch(peer.port(), nobody);
  EXPECT_EQ(result.end, FetchEnd::kRedirectNotTried);
  EXPECT_THAT(result.detail, HasSubstr("b.example"));
  nobody.other_host.is_dead = true;
  EXPECT_EQ(Fetch(peer.port(), nobody).end, FetchEnd::kRedirectDead);
}

TEST(HttpFetch, EndsWhereCasEnd) {
  const auto end = [](const std::string& page, bool is_public_ca) {
    const FakeWeb web({{"/token", page}});
    Rules rules;
    rules.is_public_ca = is_public_ca;
    return Fetch(web.port(), rules).end;
  };
  using enum FetchEnd;
  EXPECT_EQ(end(Redirect("/token"), false), kRedirectForbidden);  // round and round
  EXPECT_EQ(end(Redirect("ftp://x/"), false), kRedirectForbidden);
  EXPECT_EQ(end(Redirect(""), false), kRedirectForbidden);
  EXPECT_EQ(end(Redirect("http://a.example:8080/"), true), kRedirectForbidden);
  EXPECT_EQ(end(Redirect("http://a.example:8080/"), false), kRedirectNotTried);
  EXPECT_EQ(end(Redirect("http://127.0.0.1/"), true), kRedirectForbidden);
  EXPECT_EQ(end(Redirect("http://127.0.0.1/"), false), kRedirectNotTried);
  EXPECT_EQ(end(Redirect("/y", 303), true), kRedirectForbidden);
  EXPECT_EQ(end(Redirect("/y", 303), false), kAnswered);  // the 404 of /y
}

TEST(HttpFetch, TellsTheWaysOfGettingNothingApart) {
  using enum FetchEnd;
  EXPECT_EQ(Fetch(ClosedPort()).end, kNotConnected);
  const FakePeer silent([](FakeConnection& client) { client.AwaitEnd(); });
  Rules hasty;
  hasty.patience = milliseconds{300};
  EXPECT_EQ(Fetch(silent.port(), hasty).end, kNoAnswer);
  const FakePeer ssh([](FakeConnection& client) { client.Send("SSH-2.0-x\r\n"); });
  EXPECT_EQ(Fetch(ssh.port()).end, kNotHttp);
  const FakePeer closing([](FakeConnection& client) { client.ReceiveLine(); });
  EXPECT_EQ(Fetch(closing.port()).end, kNotHttp);
}

TEST(HttpFetch, AsksNobodyWithoutTimeForAnAnswer) {
  const FakeWeb web({{"/token", Page("it")}});
  Rules late;
  late.patience = milliseconds{-1};
  EXPECT_EQ(Fetch(web.port(), late).end, FetchEnd::kNotTried);
  Rules scarce;
  scarce.least_time = milliseconds{6000};
  const FetchResult result = Fetch(web.port(), scarce);
  EXPECT_EQ(result.end, FetchEnd::kNotTried);
  EXPECT_EQ(result.detail, "no time was left");
  EXPECT_EQ(web.hosts(), "");
}

TEST(HttpFetch, DoesNotTakeARedirectWithoutTimeForOneThatFails) {
  const FakeWeb web({{"/token", Redirect("http://b.example/x")}});
  Rules slow;
  slow.patience = milliseconds{300};
  slow.uses_up_time = true;
  EXPECT_EQ(Fetch(web.port(), slow).end, FetchEnd::kRedirectNotTried);
}

TEST(HttpFetch, ReadsNoMoreThan64KiB) {
  const FakePeer endless([](FakeConnection& client) {
    client.ReceiveLine();
    client.Send("HTTP/1.1 200 OK\r\n\r\n");
    while (client.Send(std::string(10'000, 'x'))) {
    }
  });
  const FetchResult result = Fetch(endless.port());
  EXPECT_EQ(result.end, FetchEnd::kAnswered);
  EXPECT_LE(result.body.size(), 64U * 1024);
}

}  // namespace
}  // namespace certhealth
