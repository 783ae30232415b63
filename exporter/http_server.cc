// SPDX-License-Identifier: Apache-2.0
#include "exporter/http_server.h"

#include <CivetServer.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>

#include "collectors/base/file_descriptor.h"
#include "exporter/socket_file.h"

namespace certhealth {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

#ifdef CERTHEALTH_PACKAGED_CIVETWEB
constexpr bool kPackagedCivetweb = true;
#else
constexpr bool kPackagedCivetweb = false;
#endif

// civetweb's library-wide state, which it counts the users of.
class CivetLibrary {
 public:
  CivetLibrary() { mg_init_library(MG_FEATURES_DEFAULT); }
  ~CivetLibrary() { mg_exit_library(); }
  CivetLibrary(const CivetLibrary&) = delete;
  CivetLibrary& operator=(const CivetLibrary&) = delete;
};

bool HasIpv6() {
  return !kPackagedCivetweb &&
         FileDescriptor(socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0)).valid();
}

// One place to listen, in our words and in civetweb's.
struct Listener {
  ListenAddress address;
  std::string text;  // as the operator wrote it
  std::string spec;  // as civetweb reads it
};

Result<Listener> MakeListener(const std::string& text, std::vector<SocketFile>& socket_files) {
  auto parsed = ParseListenAddress(text);
  if (!parsed) return parsed.error();
  Listener listener{std::move(parsed).value(), text, ""};
  const ListenAddress& address = listener.address;
  const std::string port = std::to_string(address.port);
  using Kind = ListenAddress::Kind;
  if (kPackagedCivetweb && (address.kind == Kind::kIpv6 || address.kind == Kind::kUnix)) {
    return Failure{Reason::kBadText,
                   "cannot listen on " + text +
                       ": this binary was built with the packaged civetweb, which knows neither "
                       "IPv6 nor unix sockets; run scripts/build-civetweb and build again"};
  }
  switch (address.kind) {
    case Kind::kEverywhere:
      listener.spec = (HasIpv6() ? "+" : "") + port;
      break;
    case Kind::kIpv4:
      listener.spec = address.host + ":" + port;
      break;
    case Kind::kIpv6:
      // As elsewhere in Prometheus's world, the IPv6 wildcard means IPv4 too.
      listener.spec = address.host == "::" ? "+" + port : "[" + address.host + "]:" + port;
      break;
    case Kind::kUnix: {
      auto file = SocketFile::Claim(address.path);
      if (!file) {
        return Failure{file.error().reason, "cannot listen on unix:" + file.error().detail};
      }
      listener.spec = "x" + file->BindPath();
      socket_files.push_back(std::move(file).value());
      break;
    }
  }
  return listener;
}

// civetweb logs "cannot bind to IPv6 +10090: 98 (Address already in use)" and throws something
// without the cause.
Failure WhyNotStarted(const std::vector<Listener>& listeners, const std::vector<std::string>& log) {
  for (const std::string& line : log) {
    const auto open = line.rfind('(');
    const auto close = line.rfind(')');
    if (open == std::string::npos || close == std::string::npos || close < open) continue;
    const std::string cause = line.substr(open + 1, close - open - 1);
    for (const Listener& listener : listeners) {
      const std::string spec = listener.spec.substr(listener.spec.starts_with('x') ? 1 : 0);
      if (line.find(" " + spec + ":") == std::string::npos) continue;
      const bool denied = line.find(": " + std::to_string(EACCES) + " (") != std::string::npos;
      return {denied ? Reason::kPermissionDenied : Reason::kReadFailed,
              "cannot listen on " + listener.text + ": " + cause};
    }
  }
  std::string addresses;
  for (const Listener& listener : listeners) addresses += " " + listener.text;
  return {Reason::kReadFailed, "cannot listen on" + addresses + ": " +
                                   (log.empty() ? "civetweb does not say why" : log.front())};
}

HttpRequest ToRequest(const mg_request_info& info) {
  HttpRequest request;
  request.method = info.request_method;
  request.path = info.local_uri_raw;
  if (info.query_string != nullptr) request.query = info.query_string;
  request.headers.reserve(static_cast<std::size_t>(info.num_headers));
  for (int i = 0; i < info.num_headers; ++i) {
    request.headers.emplace_back(info.http_headers[i].name, info.http_headers[i].value);
  }
  // An IPv4 client of a socket for both families shows as ::ffff:192.0.2.1.
  constexpr std::string_view kMapped = "::ffff:";
  const std::string_view peer = info.remote_addr;
  request.peer = peer.starts_with(kMapped) && peer.find('.') != std::string_view::npos
                     ? peer.substr(kMapped.size())
                     : peer;
  // civetweb writes "UNIX" where there is no address at all.
  if (request.peer.find_first_of(".:") == std::string::npos) request.peer = "unix";
  return request;
}

// Small pieces, because civetweb's own timeout starts again with every byte that a client takes.
bool Write(mg_connection& connection, std::string_view bytes, SteadyTime deadline) {
  constexpr std::size_t kPieceBytes = 64 * 1024;
  while (!bytes.empty()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    const std::string_view piece = bytes.substr(0, kPieceBytes);
    if (mg_write(&connection, piece.data(), piece.size()) != static_cast<int>(piece.size())) {
      return false;
    }
    bytes.remove_prefix(piece.size());
  }
  return true;
}

enum class BodyWanted { kYes, kNo };

void Send(mg_connection& connection, const HttpResponse& response, BodyWanted body_wanted,
          SteadyTime deadline) {
  const WallTime now = SystemClock().Now();
  const auto head = SerializeHead(response, now);
  if (!head) return Send(connection, MakeHttpResponse(500), body_wanted, deadline);
  if (!Write(connection, *head, deadline)) return;
  if (body_wanted == BodyWanted::kNo || !MayHaveBody(response.status)) return;
  for (const Block& block : response.body) {
    if (!Write(connection, *block, deadline)) return;
  }
}

// Closing a socket with unread bytes resets it, and the client may lose the response.
void DiscardBody(mg_connection& connection, std::size_t max_bytes, SteadyTime deadline) {
  std::array<char, 4096> buffer;
  for (std::size_t total = 0; total < max_bytes;) {
    const int bytes = mg_read(&connection, buffer.data(), buffer.size());
    if (bytes <= 0 || std::chrono::steady_clock::now() > deadline) return;
    total += static_cast<std::size_t>(bytes);
  }
}

}  // namespace

struct HttpServer::State {
  static State& Of(const mg_connection* connection) {
    auto* civet = static_cast<CivetServer*>(mg_get_user_data(mg_get_context(connection)));
    return *static_cast<State*>(const_cast<void*>(civet->getUserContext()));
  }

  HttpResponse Handle(const HttpRequest& request, const mg_request_info& info) const;
  int Serve(mg_connection& connection) const;
  std::vector<std::string> CivetOptions() const;
  std::optional<Failure> Listen();
  std::optional<Failure> Publish();

  HttpOptions options;
  HttpHandler handler;
  std::vector<Listener> listeners;
  std::vector<ListenAddress> addresses;
  std::vector<SocketFile> socket_files;
  std::atomic<bool> starting = true;
  std::mutex log_mutex;
  std::vector<std::string> log;  // what civetweb says while it starts
  CivetLibrary library;
  std::unique_ptr<CivetServer> civet;  // last: its threads use all of the above
};

HttpResponse HttpServer::State::Handle(const HttpRequest& request,
                                       const mg_request_info& info) const {
  if (request.Header("Transfer-Encoding")) return MakeHttpResponse(411);
  if (info.content_length > static_cast<long long>(options.max_body_bytes)) {
    return MakeHttpResponse(413);
  }
  // An exception that reached civetweb, which is C, would end the process.
  try {
    return handler(request);
  } catch (...) {
    return MakeHttpResponse(500);
  }
}

int HttpServer::State::Serve(mg_connection& connection) const {
  const mg_request_info& info = *mg_get_request_info(&connection);
  // Also keeps civetweb from reading a body of any announced length to its end.
  mg_disable_connection_keep_alive(&connection);
  const HttpRequest request = ToRequest(info);
  const HttpResponse response = Handle(request, info);
  const auto start = std::chrono::steady_clock::now();
  Send(connection, response, request.method == "HEAD" ? BodyWanted::kNo : BodyWanted::kYes,
       start + options.response_timeout);
  if (info.content_length > 0) {
    DiscardBody(connection, options.max_body_bytes,
                std::chrono::steady_clock::now() + options.request_timeout);
  }
  return response.status;
}

std::vector<std::string> HttpServer::State::CivetOptions() const {
  std::string ports;
  // civetweb looks for the colon of a host beyond the end of an entry that starts with a letter, so
  // unix sockets come last.
  for (const bool is_unix : {false, true}) {
    for (const Listener& listener : listeners) {
      if ((listener.address.kind == ListenAddress::Kind::kUnix) != is_unix) continue;
      ports += (ports.empty() ? "" : ",") + listener.spec;
    }
  }
  return {"listening_ports", ports, "num_threads", std::to_string(options.workers),
          // Connections that have sent something and find no free worker wait here, those that
          // have sent nothing in the kernel.
          "connection_queue", "128", "listen_backlog", "4096", "request_timeout_ms",
          std::to_string(options.request_timeout.count()), "max_request_size",
          std::to_string(options.max_head_bytes), "enable_keep_alive", "no", "tcp_nodelay", "1",
          "decode_url", "no", "enable_auth_domain_check", "no", "access_control_allow_methods", "",
          "enable_directory_listing", "no"};
}

// Civetweb's sockets for TCP, in the order they were asked for.
std::optional<Failure> HttpServer::State::Listen() {
  CivetCallbacks callbacks;
  callbacks.begin_request = [](mg_connection* connection) {
    return Of(connection).Serve(*connection);
  };
  callbacks.http_error = [](mg_connection* connection, int status, const char*) {
    const State& state = Of(connection);
    Send(*connection, MakeHttpResponse(status), BodyWanted::kYes,
         std::chrono::steady_clock::now() + state.options.request_timeout);
    return 0;
  };
  callbacks.log_message = [](const mg_connection* connection, const char* message) {
    // Later messages are about clients, who would choose the size of a log.
    if (State& state = Of(connection); state.starting) {
      const std::lock_guard lock(state.log_mutex);
      state.log.emplace_back(message);
    }
    return 1;
  };
  try {
    civet = std::make_unique<CivetServer>(CivetOptions(), &callbacks, this);
  } catch (const CivetException&) {
    const std::lock_guard lock(log_mutex);
    return WhyNotStarted(listeners, log);
  }
  starting = false;
  return Publish();
}

// Gives unix sockets their names and learns the ports that the system chose.
std::optional<Failure> HttpServer::State::Publish() {
  for (SocketFile& file : socket_files) {
    const auto published = file.Publish();
    if (!published) return published.error();
  }
  std::vector<mg_server_port> ports(listeners.size());
  const int known =
      mg_get_server_ports(civet->getContext(), static_cast<int>(ports.size()), ports.data());
  int next = 0;
  for (const Listener& listener : listeners) {
    addresses.push_back(listener.address);
    if (listener.address.kind == ListenAddress::Kind::kUnix || next >= known) continue;
    addresses.back().port =
        static_cast<std::uint16_t>(ports[static_cast<std::size_t>(next++)].port);
  }
  return std::nullopt;
}

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::Start(HttpOptions options, HttpHandler handler) {
  auto state = std::make_unique<State>();
  state->options = std::move(options);
  state->handler = std::move(handler);
  if (state->options.listen_addresses.empty()) {
    return Failure{Reason::kBadText, "no address to listen on"};
  }
  for (const std::string& text : state->options.listen_addresses) {
    auto listener = MakeListener(text, state->socket_files);
    if (!listener) return listener.error();
    state->listeners.push_back(std::move(listener).value());
  }
  if (const auto failure = state->Listen()) return *failure;
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

const std::vector<ListenAddress>& HttpServer::addresses() const { return state_->addresses; }

}  // namespace certhealth
