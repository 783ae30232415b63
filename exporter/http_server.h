// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "collectors/base/result.h"
#include "exporter/http_message.h"
#include "exporter/listen_address.h"

namespace certhealth {

/// Answers one request. Called from many threads at once; what it throws becomes a 500. It should
/// return within seconds: as long as it runs it occupies one of the workers.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

struct HttpOptions {
  /// Where to listen; ParseListenAddress() says in which forms.
  std::vector<std::string> listen_addresses = {":10090"};
  /// Threads that each serve one connection at a time. One costs 16 KiB of memory, 30 once it has
  /// served.
  int workers = 384;
  /// For a whole request to arrive.
  std::chrono::milliseconds request_timeout{2000};
  /// For a client to take the whole response. One that takes nothing at all is dropped after
  /// `request_timeout`.
  std::chrono::milliseconds response_timeout{10000};
  /// A request line and its headers together; beyond it the answer is 400.
  std::size_t max_head_bytes = 16'384;
  /// A request's body, which is read and thrown away; beyond it the answer is 413.
  std::size_t max_body_bytes = 65'536;
};

/// A server for HTTP/1.0 and 1.1. Every response closes its connection: a kept one would hold a
/// worker, and scrapers come back only after longer than any safe timeout. Clients that are slow or
/// say nothing cannot shut the others out: connections without a byte wait in the kernel, an
/// unfinished request is dropped after `request_timeout` (twice that when its bytes trickle), and
/// an unread response after `response_timeout`. Ignores SIGPIPE for the whole process.
class HttpServer {
 public:
  /// Listens and serves before it returns. The failure names the address and the cause: kBadText
  /// for an address that cannot be read, kPermissionDenied, kReadFailed otherwise ("cannot listen
  /// on :10090: Address already in use").
  static Result<std::unique_ptr<HttpServer>> Start(HttpOptions options, HttpHandler handler);

  /// Stops to listen, waits for the requests that are being answered, removes its unix sockets.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Where it listens, in the order of the options, with the ports that the system chose.
  const std::vector<ListenAddress>& addresses() const;

 private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace certhealth
