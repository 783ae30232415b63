// SPDX-License-Identifier: Apache-2.0
#include "collectors/socket_diag.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cstddef>
#include <cstring>

#include "collectors/base/file_descriptor.h"

namespace certhealth {
namespace {

constexpr timeval kPatience{1, 0};
constexpr int kMaxReplies = 4096;

struct Request {
  nlmsghdr header;
  inet_diag_req_v2 question;
};

bool Ask(int socket) {
  Request request{};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  request.question.sdiag_family = AF_INET6;
  request.question.sdiag_protocol = IPPROTO_TCP;
  request.question.idiag_states = 1U << TCP_LISTEN;
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  return sendto(socket, &request, sizeof request, 0, reinterpret_cast<const sockaddr*>(&kernel),
                sizeof kernel) == static_cast<ssize_t>(sizeof request);
}

/// Whether an answer about one socket says that it leaves IPv4 alone.
bool IsIpv6Only(const inet_diag_msg& socket, std::size_t attribute_bytes) {
  auto left = static_cast<int>(attribute_bytes);
  const auto* attribute = reinterpret_cast<const rtattr*>(&socket + 1);
  for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) {
    if (attribute->rta_type == INET_DIAG_SKV6ONLY && RTA_PAYLOAD(attribute) >= 1)
      return *static_cast<const std::uint8_t*>(RTA_DATA(attribute)) != 0;
  }
  return false;
}

}  // namespace

std::optional<std::unordered_set<std::uint64_t>> Ipv6OnlySockets() {
  const FileDescriptor socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  if (socket.get() < 0) return std::nullopt;
  setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  if (!Ask(socket.get())) return std::nullopt;
  std::unordered_set<std::uint64_t> inodes;
  alignas(nlmsghdr) std::array<char, 32768> buffer{};
  for (int reply = 0; reply < kMaxReplies; ++reply) {
    const ssize_t received = recv(socket.get(), buffer.data(), buffer.size(), 0);
    if (received <= 0) return std::nullopt;
    auto left = static_cast<unsigned>(received);
    for (const auto* message = reinterpret_cast<const nlmsghdr*>(buffer.data());
         NLMSG_OK(message, left); message = NLMSG_NEXT(message, left)) {
      if (message->nlmsg_type == NLMSG_DONE) return inodes;
      if (message->nlmsg_type == NLMSG_ERROR ||
          message->nlmsg_len < NLMSG_LENGTH(sizeof(inet_diag_msg))) {
        return std::nullopt;
      }
      const auto* found = static_cast<const inet_diag_msg*>(NLMSG_DATA(message));
      if (IsIpv6Only(*found, message->nlmsg_len - NLMSG_LENGTH(sizeof(inet_diag_msg))))
        inodes.insert(found->idiag_inode);
    }
  }
  return std::nullopt;
}

Ipv6OnlyLook Ipv6OnlyLookAt(const std::string& root) {
  if (root == "/") return Ipv6OnlySockets;
  return [] { return std::nullopt; };
}

}  // namespace certhealth
