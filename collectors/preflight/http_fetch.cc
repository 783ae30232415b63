// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/http_fetch.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "collectors/base/utf8.h"
#include "collectors/net/stream.h"
#include "collectors/preflight/http_exchange.h"

namespace certhealth {
namespace {

constexpr int kMostRedirects = 10;
constexpr std::size_t kMostShownBytes = 200;

std::string Shown(std::string_view text) {
  std::string shown = ToValidUtf8(text);
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return Shorten(std::move(shown), kMostShownBytes);
}

/// By the Baseline Requirements and RFC 7538; others follow 303 too.
bool IsRedirect(int status) {
  constexpr std::array<int, 5> kRedirects = {301, 302, 303, 307, 308};
  return std::ranges::find(kRedirects, status) != kRedirects.end();
}

bool IsPortOfCas(std::uint16_t port) { return port == 80 || port == 443; }

/// Where a redirect leads, or why it is not followed.
struct Hop {
  std::optional<HttpUrl> url;
  FetchEnd end = FetchEnd::kRedirectForbidden;
  std::string why;
};

Hop NextHop(const HttpUrl& from, const HttpAnswer& response, const FetchRules& rules) {
  const FetchEnd unless_public =
      rules.is_public_ca ? FetchEnd::kRedirectForbidden : FetchEnd::kRedirectNotTried;
  const auto next = ResolveRedirect(from, response.location);
  if (!next)
    return {std::nullopt, FetchEnd::kRedirectForbidden,
            "a redirect to '" + Shown(response.location) + "', which is no URL"};
  const std::string where = "a redirect to " + Shown(ToString(*next));
  if (response.status == 303) {
    if (rules.is_public_ca)
      return {std::nullopt, FetchEnd::kRedirectForbidden, where + " by 303, which CAs do not take"};
  }
  if (!IsPortOfCas(next->port) && next->port != rules.http_port)
    return {std::nullopt, unless_public, where + ": CAs go to the ports 80 and 443 only"};
  if (ParseIpAddress(next->host))
    return {std::nullopt, unless_public, where + ": CAs go to names only"};
  return {next, FetchEnd::kAnswered, {}};
}

FetchEnd EndOf(ExchangeFault fault, bool is_first_hop) {
  if (fault == ExchangeFault::kLocal)
    return is_first_hop ? FetchEnd::kNotTried : FetchEnd::kRedirectNotTried;
  if (!is_first_hop) return FetchEnd::kRedirectFailed;
  switch (fault) {
    case ExchangeFault::kRefused:
      return FetchEnd::kNotConnected;
    case ExchangeFault::kUnreachable:
    case ExchangeFault::kConnectTimeout:
      return FetchEnd::kConnectTimeout;
    case ExchangeFault::kNoAnswer:
      return FetchEnd::kNoAnswer;
    case ExchangeFault::kNotHttp:
      return FetchEnd::kNotHttp;
    case ExchangeFault::kUntrusted:
    case ExchangeFault::kBadCertificate:
    case ExchangeFault::kLocal:
      break;
  }
  return FetchEnd::kNotTried;
}

/// The end of a fetch that got no further than `url`.
FetchResult Ended(FetchResult result, FetchEnd end, std::string detail) {
  result.end = end;
  result.detail = std::move(detail);
  return result;
}

}  // namespace

Task<FetchResult> FetchChallenge(EventLoop& loop, std::string name, IpAddress address,
                                 std::string path, const FetchRules& rules, Deadline deadline) {
  FetchResult result;
  result.address = address;
  HttpUrl url{HttpScheme::kHttp, std::move(name), rules.http_port, std::move(path)};
  std::vector<IpAddress> addresses{address};
  for (int redirects = 0;; ++redirects) {
    if (std::chrono::steady_clock::now() + rules.least_time >= deadline) {
      co_return Ended(std::move(result),
                      redirects == 0 ? FetchEnd::kNotTried : FetchEnd::kRedirectNotTried,
                      "no time was left");
    }
    HttpExchange exchange = co_await Get(loop, url, addresses, TlsTrust::kAny, deadline);
    if (exchange.fault) {
      co_return Ended(std::move(result), EndOf(*exchange.fault, redirects == 0),
                      (redirects == 0 ? "" : ToString(url) + ": ") + exchange.detail);
    }
    if (!IsRedirect(exchange.response.status)) {
      result.end = FetchEnd::kAnswered;
      result.status = exchange.response.status;
      result.body = std::move(exchange.response.body);
      if (redirects > 0) result.detail = "at " + Shown(ToString(url));
      co_return result;
    }
    if (redirects == kMostRedirects)
      co_return Ended(std::move(result), FetchEnd::kRedirectForbidden, "more than 10 redirects");
    Hop hop = NextHop(url, exchange.response, rules);
    if (!hop.url) co_return Ended(std::move(result), hop.end, std::move(hop.why));
    if (hop.url->host != url.host) {
      RedirectHost host = co_await rules.resolve(hop.url->host, deadline);
      const std::string where = "a redirect to " + Shown(ToString(*hop.url));
      if (host.is_dead)
        co_return Ended(std::move(result), FetchEnd::kRedirectDead,
                        where + ", which does not resolve");
      if (host.addresses.empty())
        co_return Ended(std::move(result), FetchEnd::kRedirectNotTried,
                        where + ", which is not this machine's to ask");
      addresses = std::move(host.addresses);
    }
    url = *std::move(hop.url);
  }
}

}  // namespace certhealth
