// SPDX-License-Identifier: Apache-2.0
#include "exporter/http_server.h"

#include <CivetServer.h>

#include <array>
#include <atomic>
#include <mutex>
#include <optional>

#include "exporter/listener.h"

namespace certhealth {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

// civetweb's library-wide state, which it counts the users of.
class CivetLibrary {
 public:
  CivetLibrary() { mg_init_library(MG_FEATURES_DEFAULT); }
  ~CivetLibrary() { mg_exit_library(); }
  CivetLibrary(const CivetLibrary&) = delete;
  CivetLibrary& operator=(const CivetLibrary&) = delete;
};

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
  constexpr std::size_t kPieceBytes = 65'536;
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
  const auto head = SerializeHead(response, SystemClock().Now());
  if (!head) return Send(connection, MakeHttpResponse(500), body_wanted, deadline);
  if (!Write(connection, *head, deadline)) return;
  if (body_wanted == BodyWanted::kNo || !MayHaveBody(response.status)) return;
  const auto write = [&](std::string_view bytes) { return Write(connection, bytes, deadline); };
  for (const Block& block : response.body) {
    if (!block->SendTo(write)) return;
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
  const std::pair<const char*, std::string> settings[] = {
      {"listening_ports", ListeningPorts(listeners)},
      {"num_threads", std::to_string(options.workers)},
      // Connections that have sent something and find no free worker wait in the one, those that
      // have sent nothing in the other, which is the kernel's.
      {"connection_queue", "128"},
      {"listen_backlog", "4096"},
      {"request_timeout_ms", std::to_string(options.request_timeout.count())},
      {"max_request_size", std::to_string(options.max_head_bytes)},
      {"enable_keep_alive", "no"},
      {"tcp_nodelay", "1"},
      {"decode_url", "no"},
      // The rest switches off what civetweb would do on its own.
      {"enable_auth_domain_check", "no"},
      {"access_control_allow_methods", ""},
      {"enable_directory_listing", "no"},
  };
  std::vector<std::string> flat;
  for (const auto& [name, value] : settings) flat.insert(flat.end(), {name, value});
  return flat;
}

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
    return WhyNotListening(listeners, log);
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
