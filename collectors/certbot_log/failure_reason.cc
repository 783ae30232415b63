// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_log/failure_reason.h"

#include <algorithm>
#include <array>

namespace certhealth {
namespace {

constexpr std::size_t kMaxProblems = 16;

struct Sign {
  std::string_view text;  // somewhere in certbot's message
  RenewalFailure reason;
};

// In order: the first that fits decides, so what is specific comes before what is general.
constexpr auto kSigns = std::to_array<Sign>({
    // The CA's refusals, of ACME v2 and v1, in full or with the URN described away (certbot 1.14+).
    {":error:rateLimited", RenewalFailure::kRateLimited},
    {"There were too many requests of a given type", RenewalFailure::kRateLimited},
    {"too many certificates", RenewalFailure::kRateLimited},
    {"too many failed authorizations", RenewalFailure::kRateLimited},
    {"too many new orders", RenewalFailure::kRateLimited},
    {"temporarily prevented from requesting certificates", RenewalFailure::kRateLimited},
    {":error:caa ", RenewalFailure::kCaa},
    {"CAA record for ", RenewalFailure::kCaa},
    {"Rechecking CAA for ", RenewalFailure::kCaa},
    {":error:accountDoesNotExist", RenewalFailure::kAccount},
    {":error:externalAccountRequired", RenewalFailure::kAccount},
    {":error:userActionRequired", RenewalFailure::kAccount},
    {":error:dns ", RenewalFailure::kDns},
    {":error:connection ", RenewalFailure::kConnection},
    {":error:tls ", RenewalFailure::kConnection},
    {":error:unauthorized ", RenewalFailure::kUnauthorized},
    {":error:incorrectResponse ", RenewalFailure::kUnauthorized},
    {":error:serverInternal", RenewalFailure::kServerUnreachable},
    {":error:badNonce", RenewalFailure::kServerUnreachable},
    // Standalone: 1.17+ and 0.11 to 0.14; 0.15 to 1.16; 0.8 to 0.10; no permission, any version.
    {"Could not bind TCP port ", RenewalFailure::kPortTaken},
    {"Problem binding to port ", RenewalFailure::kPortTaken},
    {"required ports is already taken", RenewalFailure::kPortTaken},
    {"required ports are already taken", RenewalFailure::kPortTaken},
    // What a missing setting is about is told by the question that certbot could not ask.
    {"Couldn't create root for ", RenewalFailure::kWebroot},
    {"Input the webroot for ", RenewalFailure::kWebroot},
    {"Select the webroot for ", RenewalFailure::kWebroot},
    {"Please choose an account", RenewalFailure::kAccount},
    {"Please read the Terms of Service", RenewalFailure::kAccount},
    {"Account at ", RenewalFailure::kAccount},
    {"Deserialization error: ", RenewalFailure::kAccount},
    {"-hook command ", RenewalFailure::kHook},
    {"--manual-auth-hook", RenewalFailure::kHook},
    {"does not appear to be installed", RenewalFailure::kPlugin},
    {"credentials INI file", RenewalFailure::kPlugin},
    {"File not found: ", RenewalFailure::kPlugin},
    {".ini: ", RenewalFailure::kPlugin},
    {" is required when using ", RenewalFailure::kPlugin},
    {"The nginx plugin is not working", RenewalFailure::kWebServerConfig},
    {"The apache plugin is not working", RenewalFailure::kWebServerConfig},
    {"nginx restart failed", RenewalFailure::kWebServerConfig},
    {"Error while running nginx", RenewalFailure::kWebServerConfig},
    {"Error while running apache", RenewalFailure::kWebServerConfig},
    {"apache2ctl", RenewalFailure::kWebServerConfig},
    {"Unable to find a virtual host", RenewalFailure::kWebServerConfig},
    {"Cannot find a VirtualHost", RenewalFailure::kWebServerConfig},
    {"Could not automatically find a matching server block", RenewalFailure::kWebServerConfig},
    {" plugin is not working", RenewalFailure::kPlugin},
    // The way to the CA.
    {"Max retries exceeded with url", RenewalFailure::kServerUnreachable},
    {"Connection aborted", RenewalFailure::kServerUnreachable},
    {"Read timed out", RenewalFailure::kServerUnreachable},
    {"NewConnectionError", RenewalFailure::kServerUnreachable},
    {"Temporary failure in name resolution", RenewalFailure::kServerUnreachable},
    {"The service is down for maintenance", RenewalFailure::kServerUnreachable},
    {"The server experienced an internal error", RenewalFailure::kServerUnreachable},
    // The machine.
    {"Another instance of Certbot is already running", RenewalFailure::kLock},
    {"Exiting due to user request", RenewalFailure::kInterrupted},
    {"Either run as root, or set --config-dir", RenewalFailure::kConfiguration},
    {"No certificate found with name ", RenewalFailure::kConfiguration},
    {"Missing command line flag or config entry", RenewalFailure::kConfiguration},
    {"Read-only file system", RenewalFailure::kConfiguration},
});

/// The CA's words for what went wrong at a challenge, the most telling first.
constexpr auto kProblemTypes = std::to_array<Sign>({
    {"rateLimited", RenewalFailure::kRateLimited},
    {"caa", RenewalFailure::kCaa},
    {"dns", RenewalFailure::kDns},
    {"connection", RenewalFailure::kConnection},
    {"tls", RenewalFailure::kConnection},
    {"unauthorized", RenewalFailure::kUnauthorized},
    {"incorrectResponse", RenewalFailure::kUnauthorized},
    {"unknownHost", RenewalFailure::kDns},  // ACME v1
    {"serverInternal", RenewalFailure::kServerUnreachable},
});

bool IsAboutChallenges(std::string_view message) {
  return message.starts_with("Some challenges have failed") ||
         message.starts_with("Failed authorization procedure.") ||
         message.starts_with("All authorizations were not finalized by the CA") ||
         message.starts_with("Challenges failed for all domains");
}

RenewalFailure ClassifyProblems(const std::vector<AcmeProblem>& problems) {
  for (const Sign& sign : kProblemTypes) {
    if (std::ranges::find(problems, sign.text, &AcmeProblem::type) != problems.end()) {
      return sign.reason;
    }
  }
  return RenewalFailure::kOther;
}

/// `Requesting localhost/dir: Connection refused`: certbot's own summary of a failed request.
bool IsFailedRequest(std::string_view message) {
  return message.starts_with("Requesting ") && message.find(": ") != std::string_view::npos;
}

}  // namespace

std::string_view NameOf(RenewalFailure reason) {
  switch (reason) {
    case RenewalFailure::kPortTaken:
      return "port_taken";
    case RenewalFailure::kUnauthorized:
      return "unauthorized";
    case RenewalFailure::kConnection:
      return "connection";
    case RenewalFailure::kDns:
      return "dns";
    case RenewalFailure::kCaa:
      return "caa";
    case RenewalFailure::kRateLimited:
      return "rate_limited";
    case RenewalFailure::kWebroot:
      return "webroot";
    case RenewalFailure::kPlugin:
      return "plugin";
    case RenewalFailure::kAccount:
      return "account";
    case RenewalFailure::kHook:
      return "hook";
    case RenewalFailure::kWebServerConfig:
      return "web_server_config";
    case RenewalFailure::kReloadFailed:
      return "reload_failed";
    case RenewalFailure::kServerUnreachable:
      return "server_unreachable";
    case RenewalFailure::kLock:
      return "lock";
    case RenewalFailure::kConfiguration:
      return "configuration";
    case RenewalFailure::kInterrupted:
      return "interrupted";
    case RenewalFailure::kOther:
      return "other";
  }
  return "other";
}

RenewalFailure ClassifyFailure(std::string_view message, const std::vector<AcmeProblem>& problems) {
  if (IsAboutChallenges(message) && !problems.empty()) return ClassifyProblems(problems);
  for (const Sign& sign : kSigns) {
    if (message.find(sign.text) != std::string_view::npos) return sign.reason;
  }
  return IsFailedRequest(message) ? RenewalFailure::kServerUnreachable : RenewalFailure::kOther;
}

std::vector<AcmeProblem> ProblemsIn(std::string_view message) {
  static constexpr std::string_view kPrefix = "Failed authorization procedure. ";
  static constexpr std::string_view kUrn = "): urn:";
  static constexpr std::string_view kColons = " :: ";
  std::vector<AcmeProblem> problems;
  if (!message.starts_with(kPrefix)) return problems;
  message.remove_prefix(kPrefix.size());
  while (problems.size() < kMaxProblems) {
    const std::size_t urn = message.find(kUrn);
    const std::size_t challenge = message.substr(0, urn).rfind(" (");
    if (urn == std::string_view::npos || challenge == std::string_view::npos) break;
    const std::string_view identifier = message.substr(0, challenge);
    message.remove_prefix(urn + kUrn.size());
    // The detail ends where the next name begins: at the last ", " before the next " (CHALLENGE".
    const std::size_t next = message.find(kUrn);
    const std::size_t next_name =
        next == std::string_view::npos ? next : message.substr(0, next).rfind(", ");
    const std::string_view problem = message.substr(0, next_name);
    const std::string_view urn_text = problem.substr(0, problem.find(kColons));
    const std::size_t detail = problem.find(kColons, urn_text.size() + kColons.size());
    problems.push_back(
        {std::string(identifier), std::string(urn_text.substr(urn_text.rfind(':') + 1)),
         detail == std::string_view::npos ? std::string()
                                          : std::string(problem.substr(detail + kColons.size()))});
    if (next_name == std::string_view::npos) break;
    message.remove_prefix(next_name + 2);
  }
  return problems;
}

}  // namespace certhealth
