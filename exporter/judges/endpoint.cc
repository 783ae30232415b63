// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/endpoint.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/endpoint/endpoint.h"
#include "exporter/endpoint_trust.h"
#include "exporter/judges/certificate.h"
#include "exporter/judges/findings.h"
#include "exporter/phrases.h"

namespace certhealth::judges {
namespace {

/// certbot saves every lineage of a run before its last hooks reload the servers, and some reload
/// them by a timer of their own.
constexpr std::chrono::hours kReloadGrace{1};

std::string Says(const EndpointFault& fault) {
  std::string text(NameOf(fault.reason));
  return fault.detail.empty() ? text : text + ": " + fault.detail;
}

/// What a client of now would say of the certificates; nothing where it would trust them. That the
/// name is wrong is another problem.
std::optional<EndpointFault> DistrustNow(const Case& given) {
  const Endpoint& endpoint = *given.bundle.endpoint;
  if (given.leaf == nullptr) return std::nullopt;
  if (given.now > given.leaf->not_after) {
    return EndpointFault{EndpointFailure::kExpired,
                         "presents a certificate that expired " +
                             FormatSpan(given.now - given.leaf->not_after) + " ago, on " +
                             FormatMoment(given.leaf->not_after)};
  }
  if (!endpoint.distrust || endpoint.distrust->reason == EndpointFailure::kWrongName)
    return std::nullopt;
  return endpoint.distrust;
}

/// A listener of this machine that presents what lies on its disk: only what the server makes of it
/// is the endpoint's own fault.
std::optional<Finding> UntrustedThoughOnDisk(const Case& given, const Bundle& on_disk,
                                             const EndpointFault& fault) {
  if (fault.reason != EndpointFailure::kIncompleteChain) return std::nullopt;
  if (on_disk.chain.size() <= given.bundle.chain.size()) return std::nullopt;
  return Certain("sends " + std::to_string(given.bundle.chain.size()) + " of the " +
                 std::to_string(on_disk.chain.size()) + " certificates that " + on_disk.name +
                 " has on disk: clients that do not know the issuer cannot build a path. The "
                 "server must be given fullchain.pem, not cert.pem");
}

std::optional<Finding> UntrustedHere(const Case& given, const EndpointFault& fault) {
  if (IsOpportunistic(given.bundle.endpoint->target) &&
      given.served.OnDisk(*given.leaf) == nullptr && !given.served.VersionOf(given.bundle)) {
    return Note(Says(fault));
  }
  // The server's settings, whatever certificate it has.
  if (fault.reason == EndpointFailure::kWeakProtocol) return Risk(Says(fault));
  if (const Bundle* on_disk = given.served.OnDisk(*given.leaf))
    return UntrustedThoughOnDisk(given, *on_disk, fault);
  if (fault.reason == EndpointFailure::kExpired) return Certain(Says(fault));
  // An old version of a lineage is told as that.
  if (given.served.VersionOf(given.bundle)) return std::nullopt;
  return Risk(Says(fault));
}

std::string Quoted(const std::vector<std::string>& names) {
  return names.empty() ? "no name at all" : FormatList(names, 3);
}

}  // namespace

std::optional<Finding> EndpointDown(const Case& given) {
  if (given.bundle.endpoint == nullptr) return std::nullopt;
  const Endpoint& endpoint = *given.bundle.endpoint;
  if (endpoint.failure) {
    std::string detail = Says(*endpoint.failure);
    if (endpoint.addresses > 1)
      detail += " (and so its " + std::to_string(endpoint.addresses - 1) + " other addresses)";
    // Not the endpoint's fault: nothing is known of it.
    if (endpoint.failure->reason == EndpointFailure::kLocalError) return Risk(std::move(detail));
    return Certain(std::move(detail));
  }
  if (endpoint.failed_addresses.empty()) return std::nullopt;
  const FailedAddress& first = endpoint.failed_addresses.front();
  const std::size_t count = endpoint.failed_addresses.size();
  return Risk(std::to_string(count) + " of its " + std::to_string(endpoint.addresses) +
              (count == 1 ? " addresses does not answer: " : " addresses do not answer: ") +
              first.address + ": " + Says(first.failure));
}

std::optional<Finding> EndpointUntrusted(const Case& given) {
  if (given.bundle.endpoint == nullptr) return std::nullopt;
  const auto fault = DistrustNow(given);
  if (!fault) return std::nullopt;
  if (given.bundle.endpoint->local) return UntrustedHere(given, *fault);
  return Certain(Says(*fault));
}

std::optional<Finding> EndpointWrongName(const Case& given) {
  if (given.bundle.endpoint == nullptr || given.leaf == nullptr) return std::nullopt;
  const Endpoint& endpoint = *given.bundle.endpoint;
  // A listener of this machine need not serve each name; an old version is told as that.
  if (endpoint.local || endpoint.hostname_matches.value_or(true)) return std::nullopt;
  const EndpointTarget& target = endpoint.target;
  std::string detail = "asked for " +
                       (target.server_name.empty() ? target.host : target.server_name) +
                       ", it presents a certificate for " + Quoted(given.leaf->dns_names);
  if (const Bundle* on_disk = given.served.OnDisk(*given.leaf))
    detail += ", the one of " + on_disk->name + " on this machine";
  return Certain(std::move(detail));
}

std::optional<Finding> EndpointExpiresSoon(const Case& given) {
  if (given.bundle.endpoint == nullptr || given.leaf == nullptr) return std::nullopt;
  if (given.served.OnDisk(*given.leaf) != nullptr || given.served.VersionOf(given.bundle))
    return std::nullopt;
  return ExpiresSoon(given);
}

std::optional<Finding> ServesOldCertificate(const Case& given) {
  if (given.bundle.endpoint == nullptr || given.leaf == nullptr) return std::nullopt;
  const auto version = given.served.VersionOf(given.bundle);
  if (!version || version->is_newest) return std::nullopt;
  const Lineage& lineage = *version->lineage->lineage;
  if (lineage.newest == nullptr) return std::nullopt;
  const WallTime saved = lineage.newest_saved.value_or(lineage.newest->not_before);
  if (given.bundle.endpoint->probed < saved + kReloadGrace) return std::nullopt;
  std::string detail = "presents serial " + given.leaf->serial + ", valid until " +
                       FormatMoment(given.leaf->not_after) + "; since " + FormatMoment(saved) +
                       " " + version->lineage->name + " has serial " + lineage.newest->serial +
                       " on disk";
  const auto soon = ExpiresSoon(given);
  const bool is_urgent =
      given.now > given.leaf->not_after || (soon && soon->severity == Severity::kCritical);
  return is_urgent ? Certain(std::move(detail)) : Risk(std::move(detail));
}

}  // namespace certhealth::judges
