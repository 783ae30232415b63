// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "collectors/certbot/lineage.h"
#include "collectors/certbot/machine.h"

namespace certhealth {

/// What certbot will do about one lineage, by the rules of the certbot that runs (storage.py
/// should_autorenew, renewal.py should_renew, of 0.8 to 5.6).
struct RenewalPlan {
  bool enabled =
      false;  // something would ever renew it: a conf that certbot does not skip, autorenew not off
  std::optional<std::chrono::seconds>
      threshold;                     // how long before expiry it is renewed; 0: only once expired
  std::optional<WallTime> due;       // from when on; absent when it never will be
  std::string unreadable_threshold;  // why certbot takes renew_before_expiry for zero; empty when
                                     // it does not
};

/// Whether certbot reports the lineage as a parse failure and goes on without it (storage.py,
/// RenewableCert.__init__, and renewal.py, _reconstitute; 0.8 to 5.6).
bool CertbotSkips(const Lineage& lineage);

/// `machine` tells which certbot runs; without a log of it the conf's `version` stands in. Pure.
RenewalPlan PlanRenewal(const Lineage& lineage, const CertbotMachine& machine);

/// The rule alone: `lifetime` of the newest certificate, as a certbot of `version` judges it.
/// RFC 9773's window of Let's Encrypt is the same moment, to a hundredth of the lifetime.
std::chrono::seconds DefaultThreshold(std::string_view version, std::chrono::seconds lifetime);

}  // namespace certhealth
