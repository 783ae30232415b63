// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/asked_server.h"

#include <algorithm>
#include <string>

#include "collectors/certbot/pre_hook.h"
#include "exporter/judges/findings.h"

namespace certhealth::judges {

std::optional<Finding> NobodyListensAt(const Case& given, const AskedServer& server) {
  const CertbotMachine& machine = *given.machine;
  if (!machine.network || machine.network->may_translate || !machine.listeners) return std::nullopt;
  const bool is_here = std::ranges::all_of(
      server.addresses, [&](const IpAddress& one) { return machine.network->Has(one); });
  // On whatever address: that one may take both families is not always known.
  const bool is_heard = std::ranges::any_of(
      *machine.listeners,
      [&](const ListeningSocket& listener) { return listener.port == server.port; });
  if (!is_here || is_heard) return std::nullopt;
  std::string detail =
      server.text + ": nobody listens on port " + std::to_string(server.port) + " of this machine";
  if (MayRunPreHook(*given.lineage, machine))
    return Risk(std::move(detail) + ", unless a pre hook starts it");
  return FailsRenewal(std::move(detail));
}

}  // namespace certhealth::judges
