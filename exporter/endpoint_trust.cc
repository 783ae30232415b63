// SPDX-License-Identifier: Apache-2.0
#include "exporter/endpoint_trust.h"

namespace certhealth {
namespace {

/// Whether all that is wrong is that the chain, as far as it goes, ends in no root of this
/// machine's.
bool IsAboutTheRoot(const Verdict& verdict, EndpointFailure reason) {
  switch (reason) {
    case EndpointFailure::kSelfSigned:
    case EndpointFailure::kUnknownIssuer:
      return true;
    case EndpointFailure::kIncompleteChain:
      // More on disk than is sent: the server's settings are wrong.
      return !verdict.chain_on_disk || *verdict.chain_on_disk <= verdict.bundle->chain.size();
    default:
      return false;
  }
}

}  // namespace

bool IsOpportunistic(const EndpointTarget& target) {
  return (target.starttls == StartTls::kSmtp && target.port == 25) ||
         target.starttls == StartTls::kLmtp;
}

std::optional<bool> IsTrusted(const Verdict& verdict) {
  if (verdict.leaf() == nullptr) return std::nullopt;
  const Endpoint& endpoint = *verdict.bundle->endpoint;
  // Whoever did not finish the handshake has not shown that the certificate is theirs.
  if (!endpoint.distrust) return endpoint.is_up() ? std::optional(true) : std::nullopt;
  const bool is_root_open = endpoint.local && (verdict.chain_on_disk || verdict.serves ||
                                               IsOpportunistic(endpoint.target));
  if (is_root_open && IsAboutTheRoot(verdict, endpoint.distrust->reason)) return std::nullopt;
  return false;
}

}  // namespace certhealth
