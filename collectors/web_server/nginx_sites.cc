// SPDX-License-Identifier: Apache-2.0
#include "collectors/web_server/nginx_sites.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "collectors/base/ascii.h"
#include "collectors/web_server/nginx_challenge.h"

namespace certhealth {
namespace {

constexpr std::size_t kMaxSites = 20'000;
constexpr std::size_t kMaxDepth = 8;
/// Statements and blocks, and patterns among these, which take longest.
constexpr std::size_t kMaxKept = 200'000;
constexpr std::size_t kMaxPatterns = 5'000;

/// Blocks that hold data, or what only other directives refer to.
constexpr std::array<std::string_view, 7> kData = {
    "types", "map", "geo", "upstream", "match", "split_clients", "charset_map"};

/// The directives that NginxChallengeAnswer goes by.
constexpr std::array<std::string_view, 11> kTelling = {
    "root",   "alias",      "return",      "try_files",  "deny",   "allow",
    "listen", "auth_basic", "server_name", "error_page", "satisfy"};

/// Those that change neither which file is served nor whether.
constexpr auto kHarmless = std::to_array<std::string_view>({
    "absolute_redirect",
    "access_log",
    "add_header",
    "add_trailer",
    "aio",
    "aio_write",
    "auth_basic_user_file",
    "charset",
    "charset_types",
    "chunked_transfer_encoding",
    "default_type",
    "directio",
    "directio_alignment",
    "error_log",
    "etag",
    "expires",
    "http2",
    "http3",
    "if_modified_since",
    "ignore_invalid_headers",
    "index",
    "log_format",
    "log_not_found",
    "log_subrequest",
    "max_ranges",
    "merge_slashes",
    "output_buffers",
    "override_charset",
    "port_in_redirect",
    "postpone_output",
    "real_ip_header",
    "real_ip_recursive",
    "request_pool_size",
    "reset_timedout_connection",
    "send_timeout",
    "sendfile",
    "sendfile_max_chunk",
    "server_name_in_redirect",
    "server_tokens",
    "set",
    "set_real_ip_from",
    "source_charset",
    "tcp_nodelay",
    "tcp_nopush",
    "underscores_in_headers",
});

/// The same, by how their names begin; what hands a request on ends in "_pass".
constexpr auto kHarmlessFamilies = std::to_array<std::string_view>({
    "autoindex",
    "brotli",
    "client_",
    "connection_pool_size",
    "fastcgi_",
    "geoip",
    "grpc_",
    "gunzip",
    "gzip",
    "http2_",
    "http3_",
    "keepalive_",
    "large_client_header",
    "limit_conn",
    "limit_rate",
    "limit_req",
    "lingering_",
    "map_hash_",
    "modsecurity",
    "more_",
    "open_file_cache",
    "open_log_file_cache",
    "proxy_",
    "quic_",
    "resolver",
    "scgi_",
    "server_names_hash_",
    "ssl_",
    "types_hash_",
    "uwsgi_",
    "variables_hash_",
});

bool IsOneOf(const auto& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

bool IsHarmless(std::string_view word) {
  if (IsOneOf(kHarmless, word)) return true;
  return !word.ends_with("_pass") && std::ranges::any_of(kHarmlessFamilies, [&](auto family) {
    return word.starts_with(family);
  });
}

std::optional<std::uint16_t> PortOf(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

/// Of `listen` (ngx_http_core_listen): "80", "*:80", "127.0.0.1:80", "127.0.0.1", "[::]:80". The
/// default port is 80; nullopt for a socket of the file system, or what is none of those.
std::optional<SiteAddress> AddressOf(const NginxStatement& listen) {
  if (listen.words.size() < 2) return std::nullopt;
  std::string_view text = listen.words[1];
  SiteAddress address;
  address.port = 80;
  const bool is_ipv6 = text.starts_with('[');
  std::string_view host = "*";
  if (const auto port = PortOf(text)) {
    address.port = *port;
  } else {
    const std::size_t end = is_ipv6 ? text.find(']') : text.find(':');
    host = text.substr(0, is_ipv6 && end != std::string_view::npos ? end + 1 : end);
    text.remove_prefix(host.size());
    if (!text.empty()) {
      const auto own_port = text.front() == ':' ? PortOf(text.substr(1)) : std::nullopt;
      if (!own_port) return std::nullopt;
      address.port = *own_port;
    }
  }
  address.takes_ipv4 = !is_ipv6;
  address.takes_ipv6 = is_ipv6;
  address.is_any = host == "*" || host == "0.0.0.0" || host == "[::]" || host == "[::0]";
  address.is_loopback = host.starts_with("127.") || host == "[::1]" || host == "localhost";
  for (std::size_t i = 2; i < listen.words.size(); ++i) {
    const std::string& option = listen.words[i];
    if (option == "default_server" || option == "default") address.is_default = true;
    if (option == "ipv6only=off" && is_ipv6) address.takes_ipv4 = true;
  }
  return address;
}

std::optional<WebSite> SiteOf(const NginxScope& http, const NginxScope& server) {
  WebSite site;
  for (const NginxStatement& statement : server.statements) {
    if (statement.words.front() == "server_name") {
      for (std::size_t i = 1; i < statement.words.size(); ++i)
        site.names.push_back(LowerAscii(statement.words[i]));
    }
    if (statement.words.front() != "listen") continue;
    if (statement.words.size() > 1 && statement.words[1].starts_with("unix:")) continue;
    const auto address = AddressOf(statement);
    if (!address) return std::nullopt;
    site.addresses.push_back(*address);
  }
  if (server.Find("listen") == nullptr) {
    site.addresses.push_back({.port = 80, .is_any = true, .takes_ipv4 = true});
  }
  site.answer = NginxChallengeAnswer(http, server);
  return site;
}

}  // namespace

void NginxSites::Begin(const std::vector<std::string>& words, std::string place) {
  const std::string_view name = words.empty() ? std::string_view() : words.front();
  // A stream server may take a port from http.
  if (passed_over_ == 0 && open_.empty() && name == "stream") is_clear_ = false;
  const std::string_view expected = open_.empty()       ? "http"
                                    : open_.size() == 1 ? "server"
                                                        : "location";
  if (passed_over_ > 0 || name != expected || open_.size() == kMaxDepth) {
    if (passed_over_ == 0 && !open_.empty() && !IsOneOf(kData, name)) open_.back().is_clear = false;
    ++passed_over_;
    return;
  }
  const bool is_pattern = words.size() > 1 && words[1].starts_with('~');
  if (++kept_ > kMaxKept || (is_pattern && ++patterns_ > kMaxPatterns)) is_clear_ = false;
  if (!is_clear_) {
    ++passed_over_;
    return;
  }
  open_.push_back({{words, std::move(place)}, {}, {}});
}

void NginxSites::Add(const std::vector<std::string>& words, std::string place) {
  if (passed_over_ > 0 || open_.empty() || words.empty() || words.front() == "include") return;
  NginxScope& scope = open_.back();
  if (IsOneOf(kTelling, words.front())) {
    if (++kept_ > kMaxKept) is_clear_ = false;
    if (is_clear_) scope.statements.push_back({words, std::move(place)});
  } else if (!IsHarmless(words.front())) {
    scope.is_clear = false;
  }
}

void NginxSites::End() {
  if (passed_over_ > 0) {
    --passed_over_;
    return;
  }
  if (open_.empty()) return;
  NginxScope scope = std::move(open_.back());
  open_.pop_back();
  if (!open_.empty()) {
    open_.back().scopes.push_back(std::move(scope));
  } else {
    is_clear_ = is_clear_ && !http_;
    http_ = std::move(scope);
  }
}

std::optional<std::vector<WebSite>> NginxSites::Take() && {
  if (!is_clear_ || !http_ || !open_.empty() || http_->scopes.size() > kMaxSites)
    return std::nullopt;
  std::vector<WebSite> sites;
  for (const NginxScope& server : http_->scopes) {
    auto site = SiteOf(*http_, server);
    if (!site) return std::nullopt;
    sites.push_back(std::move(*site));
  }
  return sites;
}

}  // namespace certhealth
