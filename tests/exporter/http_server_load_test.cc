// SPDX-License-Identifier: Apache-2.0
// What hostile or broken clients may cost the others.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <vector>

#include "exporter/http_server.h"
#include "tests/support/raw_http.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kHugeBytes = 32'000'000;  // more than the kernel keeps for a client

HttpResponse SmallOrHuge(const HttpRequest& request) {
  if (request.path != "/huge") return MakeHttpResponse(200, "page");
  static const Block block = MakeBlock(std::string(100'000, 'x'));
  HttpResponse response;
  response.body.assign(kHugeBytes / block->size_bytes(), block);
  return response;
}

// The packaged one has no unix sockets.
bool IsOurCivetweb() {
  const TemporaryTree tree;
  HttpOptions options;
  options.listen_addresses = {"unix:" + tree.Path("x.sock")};
  options.workers = 1;
  return HttpServer::Start(options, [](const HttpRequest&) { return MakeHttpResponse(200); })
      .has_value();
}

// With the default options.
class HttpServerUnderLoad : public testing::Test {
 protected:
  HttpServerUnderLoad() {
    // Both ends of every connection are descriptors of this process.
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);

    HttpOptions options;
    options.listen_addresses = {"127.0.0.1:0"};
    auto server = HttpServer::Start(options, SmallOrHuge);
    if (server) server_ = std::move(server).value();
  }
  void SetUp() override { ASSERT_TRUE(server_); }

  void Open(int count, std::string_view bytes) {
    for (int i = 0; i < count; ++i) {
      clients_.emplace_back(server_->addresses()[0]);
      ASSERT_FALSE(clients_.back().invalid());
      if (!bytes.empty()) clients_.back().Send(bytes);
    }
  }

  // The longest of a few scrapes one after the other.
  std::chrono::milliseconds SlowestScrape() const {
    std::chrono::milliseconds slowest{0};
    for (int i = 0; i < 10; ++i) {
      const auto start = std::chrono::steady_clock::now();
      EXPECT_EQ(Get(server_->addresses()[0], "/metrics").body, "page\n");
      slowest = std::max(slowest, std::chrono::ceil<std::chrono::milliseconds>(
                                      std::chrono::steady_clock::now() - start));
    }
    return slowest;
  }

  std::unique_ptr<HttpServer> server_;
  std::vector<RawClient> clients_;
};

TEST_F(HttpServerUnderLoad, AnswersBesideHalfOpenRequestsIdleConnectionsAndClientsThatDoNotRead) {
  Open(300, "GET /metrics HTTP/1.1\r\nHost: ");
  Open(50, "GET /huge HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_LT(SlowestScrape(), 1s);
  // Nor do these reach a worker, with the civetweb of scripts/build-civetweb.
  if (!IsOurCivetweb()) GTEST_SKIP() << "the packaged civetweb gives an idle connection a worker";
  Open(1000, "");
  EXPECT_LT(SlowestScrape(), 1s);
}

// With one worker alone, whoever holds it shuts the others out.
class HttpServerOfOneWorker : public testing::Test {
 protected:
  void SetUp() override {
    HttpOptions options;
    options.listen_addresses = {"127.0.0.1:0"};
    options.workers = 1;
    options.request_timeout = 200ms;
    options.response_timeout = 400ms;
    auto server = HttpServer::Start(options, SmallOrHuge);
    ASSERT_TRUE(server);
    server_ = std::move(server).value();
  }

  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerOfOneWorker, DropsAnUnfinishedRequest) {
  const RawClient slow(server_->addresses()[0]);
  slow.Send("GET /metrics HTTP/1.1\r\nHost: ");
  EXPECT_EQ(Get(server_->addresses()[0], "/").body, "page\n");
  const std::string refusal = slow.ReadToEnd().value_or("still open");
  EXPECT_TRUE(refusal.starts_with("HTTP/1.1 400 ")) << refusal;
}

TEST_F(HttpServerOfOneWorker, DropsAResponseThatIsNotRead) {
  const RawClient deaf(server_->addresses()[0]);
  deaf.Send("GET /huge HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(Get(server_->addresses()[0], "/").body, "page\n");
  EXPECT_LT(deaf.ReadToEnd().value_or("").size(), kHugeBytes);
}

TEST_F(HttpServerOfOneWorker, DropsAResponseThatIsReadTooSlowly) {
  const RawClient slow(server_->addresses()[0]);
  slow.Send("GET /huge HTTP/1.1\r\nHost: x\r\n\r\n");
  // The client takes some whenever the other has not been answered for a while: without a limit on
  // the whole, no single wait of the server would ever be too long.
  const RawClient other(server_->addresses()[0]);
  other.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  bool answered = false;
  for (int i = 0; i < 200 && !answered; ++i) {
    slow.ReadSome(100'000);
    answered = other.ReadableWithin(20ms);
  }
  EXPECT_TRUE(answered);
}

}  // namespace
}  // namespace certhealth
