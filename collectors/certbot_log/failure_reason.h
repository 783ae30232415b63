// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace certhealth {

/// Why a renewal failed. Closed: the names are label values and never change their meaning.
enum class RenewalFailure {
  kPortTaken,          // standalone could not listen
  kUnauthorized,       // the CA got the wrong answer to its challenge
  kConnection,         // the CA could not reach this machine
  kDns,                // the CA found no address, or no answer from the name servers
  kCaa,                // a CAA record forbids this CA
  kRateLimited,        // the CA refuses for a while
  kWebroot,            // the webroot is not configured, or cannot be written
  kPlugin,             // a plugin is not installed or lacks its credentials
  kAccount,            // the ACME account is missing, damaged or unknown to the CA
  kHook,               // a manual authentication hook is missing
  kWebServerConfig,    // nginx or apache does not accept its own configuration, or is not there
  kReloadFailed,       // the certificate is saved, the web server did not take it
  kServerUnreachable,  // the CA did not answer, or answered with an error of its own
  kLock,               // another certbot was running
  kConfiguration,      // renewal conf, cli.ini or directory not usable
  kInterrupted,        // the run was killed half-way
  kOther,              // none of these: certbot's own message says what
};

/// The label value: "port_taken".
std::string_view NameOf(RenewalFailure reason);

/// What the CA said about one name of the certificate.
struct AcmeProblem {
  std::string identifier;  // the DNS name or address it concerns
  std::string type;        // "unauthorized", as in RFC 8555, 6.7, without the URN before it
  std::string detail;      // for a person

  bool operator==(const AcmeProblem&) const = default;
};

/// The reason behind certbot's error text `message` (any version, 0.8 to 5.x) and, where the text
/// only says that challenges have failed, behind what the CA said about them.
RenewalFailure ClassifyFailure(std::string_view message, const std::vector<AcmeProblem>& problems);

/// The problems that certbot up to 0.31 wrote into the error text itself: `Failed authorization
/// procedure. NAME (http-01): urn:...:error:TYPE :: TITLE :: DETAIL, NAME (...): ...`.
std::vector<AcmeProblem> ProblemsIn(std::string_view message);

}  // namespace certhealth
