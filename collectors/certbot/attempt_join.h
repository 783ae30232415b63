// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "collectors/base/clock.h"
#include "collectors/certbot/order_traces.h"
#include "collectors/certbot_log/certbot_history.h"
#include "collectors/certificate.h"

namespace certhealth {

/// A lineage, by what its newest certificate is.
struct IssuedLineage {
  std::string name;                    // as CertbotHistory::lineages has it
  std::vector<std::string> dns_names;  // in any order
  Sha256 public_key_sha256{};
  WallTime saved{};  // when its file was written
};

/// Gives to lineages what is known by names alone: attempts of certonly whose log names domains and
/// no lineage, and orders that the log does not tell of. Pure.
///
/// What names tell is certain only where one lineage has just these names, and only until it gets
/// its next certificate. Of an order besides:
/// - The one that brought the lineage's certificate must be there, by its key, and the order must
///   be newer by number and by time. A tree that was copied has other times.
/// - It must be old enough to be over, and outside of what the log covers.
/// - That it brought no certificate does not tell that a renewal failed: certonly for another name
///   may have ordered the same. So it becomes LineageHistory::last_order, and never an attempt.
///
/// Returns `history` itself where nothing is to be added; it may be null.
std::shared_ptr<const CertbotHistory> PlaceAttempts(std::shared_ptr<const CertbotHistory> history,
                                                    std::vector<IssuedLineage> lineages,
                                                    const std::vector<OrderTrace>& orders,
                                                    WallTime now);

}  // namespace certhealth
