// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "exporter/report.h"

namespace certhealth {

/// When the leaf expires, seen from `now`: "in 58 days", "3 days ago"; "unknown" without a leaf.
std::string ExpiryPhrase(const Verdict& verdict, WallTime now);

/// How the certificate is renewed: "webroot", "none" for a lineage that nothing renews, "unknown"
/// where the conf may not be read, "file" where certbot does not look after it; of an endpoint the
/// lineage that it presents, where it does. Printable.
std::string RenewalMode(const Verdict& verdict);

/// What is known of the next renewal: words, and the day that they may end with.
struct RenewalWords {
  std::string text;  // printable; ends with a space before a day
  std::optional<WallTime> day;
};

/// "webroot, from " or "webroot, due since " and a day; "webroot, off".
RenewalWords DescribeRenewal(const Verdict& verdict, WallTime now);

/// The same as one text: "webroot, from 2026-09-01".
std::string RenewalPhrase(const Verdict& verdict, WallTime now);

/// Where a lineage is served: "served at a.example:443, an old version at a.example:993". Empty
/// where no endpoint is known to. Printable.
std::string ServedPhrase(const Verdict& verdict);

/// certbot as a whole: "certbot 2.1.0, started by systemd, last ran 3 hours ago". Empty where
/// nothing of it is known. Printable.
std::string ClientPhrase(const ClientState& client, WallTime now);

/// "3 hours ago"; the moment itself where it lies ahead.
std::string AgoPhrase(WallTime then, WallTime now);

/// What the collectors looked at: "certbot (/etc/letsencrypt) and file". Empty before the first
/// look. Printable.
std::string LookedAtPhrase(const Report& report);

}  // namespace certhealth
