// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/http_exchange.h"

#include <array>
#include <chrono>
#include <memory>
#include <utility>

#include "collectors/net/stream.h"
#include "collectors/net/tls_stream.h"
#include "collectors/preflight/server_trust.h"

namespace certhealth {
namespace {

/// A connection that is not there by then will not come; the rest of the time is for the answer.
constexpr std::chrono::seconds kConnectPatience{4};

HttpExchange Faulty(ExchangeFault fault, std::string detail) {
  HttpExchange exchange;
  exchange.fault = fault;
  exchange.detail = std::move(detail);
  return exchange;
}

ExchangeFault FaultOfConnect(StreamFailure failure) {
  switch (failure) {
    case StreamFailure::kRefused:
    case StreamFailure::kClosed:
      return ExchangeFault::kRefused;
    case StreamFailure::kUnreachable:
      return ExchangeFault::kUnreachable;
    case StreamFailure::kLocal:
      return ExchangeFault::kLocal;
    default:
      return ExchangeFault::kConnectTimeout;
  }
}

/// Of two addresses that did not take the connection, the fault that says less for certain.
HttpExchange Milder(HttpExchange one, HttpExchange other) {
  return !one.fault || (other.fault && *other.fault > *one.fault) ? other : one;
}

ExchangeFault FaultOfTransfer(StreamFailure failure) {
  return failure == StreamFailure::kDeadline ? ExchangeFault::kNoAnswer : ExchangeFault::kNotHttp;
}

std::string RequestFor(const HttpUrl& url) {
  return "GET " + url.target + " HTTP/1.1\r\nHost: " + HostField(url) +
         "\r\nUser-Agent: certhealth_exporter\r\nAccept: */*\r\nConnection: close\r\n\r\n";
}

Task<HttpExchange> Converse(ByteStream& stream, const HttpUrl& url, Deadline deadline) {
  const std::string request = RequestFor(url);
  if (const auto fault = co_await stream.Write(request, deadline))
    co_return Faulty(FaultOfTransfer(fault->reason), fault->detail);
  HttpResponseReader reader;
  std::array<char, 4096> buffer{};
  auto state = HttpResponseReader::State::kReading;
  while (state == HttpResponseReader::State::kReading) {
    if (std::chrono::steady_clock::now() >= deadline)
      co_return Faulty(ExchangeFault::kNoAnswer, "the answer took too long");
    const Result<std::size_t, StreamFault> count = co_await stream.Read(buffer, deadline);
    if (!count) co_return Faulty(FaultOfTransfer(count.error().reason), count.error().detail);
    state = *count == 0 ? reader.Finish() : reader.Feed({buffer.data(), *count});
  }
  if (state == HttpResponseReader::State::kBroken)
    co_return Faulty(ExchangeFault::kNotHttp, "what came back is no HTTP");
  HttpExchange exchange;
  exchange.response = reader.response();
  co_return exchange;
}

Task<HttpExchange> ConverseByTls(TcpStream tcp, const HttpUrl& url, TlsTrust trust,
                                 Deadline deadline) {
  const TlsContext context;
  TlsHello hello;
  if (!ParseIpAddress(url.host)) hello.server_name = url.host;
  TlsStream stream(context, std::move(tcp), hello);
  if (const auto fault = co_await stream.Handshake(deadline)) {
    co_return Faulty(fault->reason == TlsFailure::kDeadline ? ExchangeFault::kNoAnswer
                     : fault->reason == TlsFailure::kLocal  ? ExchangeFault::kLocal
                                                            : ExchangeFault::kNotHttp,
                     "TLS: " + fault->detail);
  }
  if (trust == TlsTrust::kVerified) {
    if (const auto fault = JudgeTrust(stream.chain(), url.host))
      co_return Faulty(fault->reason, fault->detail);
  }
  co_return co_await Converse(stream, url, deadline);
}

}  // namespace

Task<HttpExchange> Get(EventLoop& loop, const HttpUrl& url, std::vector<IpAddress> addresses,
                       TlsTrust trust, Deadline deadline) {
  HttpExchange milder;
  for (const IpAddress& address : addresses) {
    const Deadline connected_by =
        std::min(deadline, std::chrono::steady_clock::now() + kConnectPatience);
    const SocketAddress peer{address, url.port};
    Result<TcpStream, StreamFault> connected =
        co_await TcpStream::Connect(loop, peer, connected_by);
    if (!connected) {
      milder = Milder(std::move(milder),
                      Faulty(FaultOfConnect(connected.error().reason), connected.error().detail));
      continue;
    }
    // On this machine a connection is there however late the loop comes to look at it.
    if (std::chrono::steady_clock::now() >= deadline)
      co_return Faulty(ExchangeFault::kLocal, "no time was left");
    TcpStream stream = std::move(connected).value();
    if (url.scheme == HttpScheme::kHttps)
      co_return co_await ConverseByTls(std::move(stream), url, trust, deadline);
    co_return co_await Converse(stream, url, deadline);
  }
  if (!milder.fault) co_return Faulty(ExchangeFault::kLocal, "there is no address to ask");
  co_return milder;
}

}  // namespace certhealth
