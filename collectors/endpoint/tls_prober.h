// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "collectors/base/clock.h"
#include "collectors/base/file_system.h"
#include "collectors/certificate_reader.h"
#include "collectors/endpoint/prober.h"
#include "collectors/net/resolver.h"

namespace certhealth {

struct ProberOptions {
  /// How many probes are under way at once; fewer when the process may not have two descriptors for
  /// each. Large, because one that waits for a dead peer holds its place until its deadline: with
  /// fewer places than dead peers, the live ones would have to wait. It costs memory, at most
  /// 64 KiB each, and none before it is used.
  std::size_t max_in_flight = 2048;
  /// Probes of one address and port that run at once. A waiting one waits no longer than its own
  /// deadline for the whole.
  std::size_t per_address = 1;
  /// What can wait and has not been begun by then is left: a machine full of dead endpoints has
  /// something to tell all the same.
  std::chrono::milliseconds longest_round{30'000};
  std::string ehlo_name = "certhealth-exporter.invalid";  // where a protocol asks who we are
  ResolverOptions resolver;
};

/// Probes over the network, in the thread of the caller of Probe. What it refers to outlives it.
/// The trust store is read again when its file has changed, and the verdict on a chain is
/// remembered as long as it has not.
std::unique_ptr<Prober> MakeTlsProber(const FileSystem& files, const Clock& clock,
                                      CertificateReader& certificates,
                                      const ProberOptions& options = {});

}  // namespace certhealth
