// SPDX-License-Identifier: Apache-2.0
#include "collectors/net/resolver.h"

#include <ares.h>
#include <netinet/in.h>
#include <sys/time.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "collectors/base/utf8.h"

namespace certhealth {
namespace {

constexpr std::chrono::milliseconds kTick{250};
constexpr int kClassIn = 1;
constexpr int kTypeCaa = 257;

DnsStatus StatusOf(int ares) {
  switch (ares) {
    case ARES_SUCCESS:
      return DnsStatus::kAnswered;
    case ARES_ENOTFOUND:
      return DnsStatus::kNoName;
    case ARES_ENODATA:
      return DnsStatus::kNoData;
    case ARES_ETIMEOUT:
    case ARES_ECANCELLED:
      return DnsStatus::kTimeout;
    case ARES_ECONNREFUSED:
    case ARES_ENOTINITIALIZED:
    case ARES_EDESTRUCTION:
    case ARES_ENOMEM:
      return DnsStatus::kUnreachable;
    case ARES_EBADNAME:
      return DnsStatus::kBadName;
    case ARES_EBADRESP:
    case ARES_EBADSTR:
      return DnsStatus::kBadAnswer;
    default:
      return DnsStatus::kServerFailed;
  }
}

/// A question that c-ares answers by a callback. It lives on after the one who asked has given up.
template <typename Answer>
struct Question {
  explicit Question(EventLoop& loop) : answered(loop) {}

  void Fill(int status, Answer filled) {
    answer = std::move(filled);
    answer.status = StatusOf(status);
    if (status != ARES_SUCCESS) answer.detail = ares_strerror(status);
    answered.Notify();
  }

  Signal answered;
  Answer answer;
};

/// What c-ares keeps for its callback, and gives back once.
template <typename Answer>
using Held = std::shared_ptr<Question<Answer>>;

template <typename Answer>
void* Hold(const Held<Answer>& question) {
  return std::make_unique<Held<Answer>>(question).release();
}

template <typename Answer>
Held<Answer> TakeBack(void* held) {
  return *std::unique_ptr<Held<Answer>>(static_cast<Held<Answer>*>(held));
}

std::optional<IpAddress> AddressOf(const ares_addrinfo_node& node) {
  IpAddress address;
  if (node.ai_family == AF_INET) {
    sockaddr_in raw{};
    std::memcpy(&raw, node.ai_addr, sizeof raw);
    std::memcpy(address.bytes.data(), &raw.sin_addr, sizeof raw.sin_addr);
  } else if (node.ai_family == AF_INET6) {
    sockaddr_in6 raw{};
    std::memcpy(&raw, node.ai_addr, sizeof raw);
    address.family = IpAddress::Family::kIpv6;
    std::memcpy(address.bytes.data(), &raw.sin6_addr, sizeof raw.sin6_addr);
    address.scope = raw.sin6_scope_id;
  } else {
    return std::nullopt;
  }
  return address;
}

AddressAnswer ToAnswer(const ares_addrinfo& info) {
  AddressAnswer answer;
  for (const ares_addrinfo_node* node = info.nodes; node != nullptr; node = node->ai_next) {
    if (const std::optional<IpAddress> address = AddressOf(*node)) {
      answer.addresses.push_back(*address);
    }
  }
  for (const ares_addrinfo_cname* cname = info.cnames; cname != nullptr; cname = cname->next) {
    if (cname->name != nullptr) answer.aliases.push_back(ToValidUtf8(cname->name));
  }
  return answer;
}

/// Sorted, so that a server that rotates its answers does not make them look like other ones.
std::vector<IpAddress> Choose(std::vector<IpAddress> addresses, std::size_t max_per_family) {
  std::ranges::sort(addresses);
  addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
  std::size_t taken[2] = {0, 0};
  std::erase_if(addresses, [&](const IpAddress& address) {
    return taken[address.family == IpAddress::Family::kIpv4 ? 0 : 1]++ >= max_per_family;
  });
  return addresses;
}

void OnAddresses(void* held, int status, int, ares_addrinfo* info) {
  const Held<AddressAnswer> question = TakeBack<AddressAnswer>(held);
  const std::unique_ptr<ares_addrinfo, decltype(&ares_freeaddrinfo)> owned(info, ares_freeaddrinfo);
  AddressAnswer answer = owned ? ToAnswer(*owned) : AddressAnswer();
  if (status == ARES_SUCCESS && answer.addresses.empty()) status = ARES_ENODATA;
  question->Fill(status, std::move(answer));
}

void OnCaa(void* held, int status, int, unsigned char* message, int length) {
  const Held<CaaAnswer> question = TakeBack<CaaAnswer>(held);
  CaaAnswer answer;
  if (status == ARES_SUCCESS) {
    ares_caa_reply* replies = nullptr;
    status = ares_parse_caa_reply(message, length, &replies);
    const std::unique_ptr<ares_caa_reply, decltype(&ares_free_data)> owned(replies, ares_free_data);
    for (const ares_caa_reply* reply = replies; reply != nullptr; reply = reply->next) {
      answer.records.push_back(
          {(reply->critical & 0x80) != 0,
           std::string(reinterpret_cast<const char*>(reply->property), reply->plength),
           std::string(reinterpret_cast<const char*>(reply->value), reply->length)});
    }
    if (status == ARES_SUCCESS && answer.records.empty()) status = ARES_ENODATA;
  }
  question->Fill(status, std::move(answer));
}

}  // namespace

/// c-ares and the sockets it has open, watched by the loop.
class Resolver::Channel : public std::enable_shared_from_this<Channel> {
 public:
  Channel(EventLoop& loop, const ResolverOptions& options)
      : loop_(loop), options_(options), idle_(loop) {}

  ~Channel() {
    if (channel_ != nullptr) ares_destroy(channel_);
  }

  void Open() {
    ares_options set{};
    // NOCHECKRESP: otherwise SERVFAIL comes out as if no server had been there.
    set.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOCHECKRESP;
    set.timeout = static_cast<int>(options_.retry.count());
    set.tries = options_.tries;
    set.sock_state_cb = [](void* self, ares_socket_t socket, int readable, int writable) {
      static_cast<Channel*>(self)->Follow(socket, readable != 0, writable != 0);
    };
    set.sock_state_cb_data = this;
    const int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB |
                     ARES_OPT_DOMAINS;
    if (ares_init_options(&channel_, &set, mask) != ARES_SUCCESS) channel_ = nullptr;
    if (channel_ == nullptr || options_.servers.empty()) return;
    ares_set_servers_ports_csv(channel_, options_.servers.c_str());
  }

  /// Has `ask` ask c-ares, and waits for the answer.
  template <typename Answer, typename Ask>
  Task<Answer> Answered(Ask ask, Deadline deadline) {
    const auto question = std::make_shared<Question<Answer>>(loop_);
    if (channel_ == nullptr) {
      question->Fill(ARES_ENOTINITIALIZED, {});
      co_return std::move(question->answer);
    }
    ++asking_;
    if (!std::exchange(ticking_, true)) loop_.Spawn(Tick(shared_from_this()));
    ask(channel_, Hold<Answer>(question));
    const Wakeup wakeup = co_await question->answered.Until(deadline);
    --asking_;
    if (asking_ == 0) {
      // What others have given up before must not be waited for.
      ares_cancel(channel_);
      idle_.Notify();
    }
    if (wakeup == Wakeup::kReady) co_return std::move(question->answer);
    Answer late;
    late.status = DnsStatus::kTimeout;
    late.detail = "no answer in time";
    co_return std::move(late);
  }

 private:
  /// A socket of c-ares, which closes it itself.
  struct Socket {
    DescriptorWatch watch;
    bool wants_write = false;
    bool writing = false;
  };

  /// c-ares tells what it waits for; nothing, before it closes the socket.
  void Follow(ares_socket_t number, bool readable, bool writable) {
    const auto found = sockets_.find(number);
    if (!readable && !writable) {
      if (found == sockets_.end()) return;
      found->second->watch.Release().release();
      sockets_.erase(found);
      return;
    }
    std::shared_ptr<Socket> socket;
    if (found == sockets_.end()) {
      socket = std::make_shared<Socket>(Socket{DescriptorWatch(loop_, FileDescriptor(number))});
      sockets_.emplace(number, socket);
      loop_.Spawn(Read(shared_from_this(), socket, number));
    } else {
      socket = found->second;
    }
    socket->wants_write = writable;
    if (writable && !std::exchange(socket->writing, true)) {
      loop_.Spawn(Write(shared_from_this(), socket, number));
    }
  }

  static Task<void> Read(std::shared_ptr<Channel> self, std::shared_ptr<Socket> socket,
                         ares_socket_t number) {
    for (;;) {
      const Wakeup wakeup = co_await socket->watch.Until(Direction::kRead, kNoDeadline);
      if (wakeup != Wakeup::kReady) co_return;
      ares_process_fd(self->channel_, number, ARES_SOCKET_BAD);
    }
  }

  static Task<void> Write(std::shared_ptr<Channel> self, std::shared_ptr<Socket> socket,
                          ares_socket_t number) {
    while (socket->wants_write) {
      const Wakeup wakeup = co_await socket->watch.Until(Direction::kWrite, kNoDeadline);
      if (wakeup != Wakeup::kReady) co_return;
      ares_process_fd(self->channel_, ARES_SOCKET_BAD, number);
    }
    socket->writing = false;
  }

  /// Lets c-ares notice what took too long, for as long as somebody asks.
  static Task<void> Tick(std::shared_ptr<Channel> self) {
    while (self->asking_ > 0) {
      const auto pause = std::min(kTick, self->options_.retry);
      co_await self->idle_.Until(std::chrono::steady_clock::now() + pause);
      ares_process_fd(self->channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    }
    self->ticking_ = false;
  }

  EventLoop& loop_;
  const ResolverOptions options_;
  Signal idle_;
  ares_channel channel_ = nullptr;
  std::map<ares_socket_t, std::shared_ptr<Socket>> sockets_;
  std::size_t asking_ = 0;
  bool ticking_ = false;

  friend class Resolver;
};

Resolver::Resolver(EventLoop& loop, const ResolverOptions& options)
    : channel_(std::make_shared<Channel>(loop, options)) {
  // c-ares needs no ares_library_init here: on this system it only sets its allocator.
  channel_->Open();
}

Resolver::~Resolver() = default;

Task<AddressAnswer> Resolver::LookUpAddresses(std::string name, Deadline deadline) {
  const auto ask = [&name](ares_channel channel, void* held) {
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_flags = ARES_AI_NOSORT;
    ares_getaddrinfo(channel, name.c_str(), nullptr, &hints, OnAddresses, held);
  };
  AddressAnswer answer = co_await channel_->Answered<AddressAnswer>(ask, deadline);
  answer.addresses = Choose(std::move(answer.addresses), channel_->options_.max_per_family);
  co_return std::move(answer);
}

Task<CaaAnswer> Resolver::LookUpCaa(std::string name, Deadline deadline) {
  const auto ask = [&name](ares_channel channel, void* held) {
    ares_query(channel, name.c_str(), kClassIn, kTypeCaa, OnCaa, held);
  };
  co_return co_await channel_->Answered<CaaAnswer>(ask, deadline);
}

}  // namespace certhealth
