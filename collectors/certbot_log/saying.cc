// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_log/saying.h"

#include <algorithm>
#include <array>
#include <optional>

#include "collectors/certbot_log/phrases.h"

namespace certhealth {
namespace {

using std::string_view;

/// "main" of "certbot.main" (until 0.40) and "certbot._internal.main"; empty for other loggers.
string_view Component(string_view logger) {
  if (!Skip(logger, "certbot.")) return {};
  Skip(logger, "_internal.");
  return logger;
}

Saying Named(Meaning meaning, string_view name) {
  Saying saying;
  if (name.empty()) return saying;
  saying.meaning = meaning;
  saying.name = name;
  return saying;
}

Saying Texted(Meaning meaning, string_view text) {
  Saying saying;
  saying.meaning = meaning;
  saying.text = text;
  return saying;
}

string_view WithoutSuffix(string_view text, string_view suffix) {
  if (text.ends_with(suffix)) text.remove_suffix(suffix.size());
  return text;
}

/// The lineage of ".../renewal/NAME.conf".
string_view LineageOfConf(string_view path) {
  const string_view file = LastComponent(path);
  return file.ends_with(".conf") ? file.substr(0, file.size() - 5) : string_view();
}

Saying OfMain(const RecordHead& record) {
  string_view text = record.text;
  if (Skip(text, "certbot version: ")) return Texted(Meaning::kVersion, text);
  if (Skip(text, "Location of certbot entry point: ")) return Texted(Meaning::kEntryPoint, text);
  if (Skip(text, "Arguments: ")) return Texted(Meaning::kArguments, text);
  if (Skip(text, "Discovered plugins: ")) return Texted(Meaning::kPlugins, text);
  if (text == "Renewing an existing certificate") return Texted(Meaning::kRenewing, {});
  if (text == "Obtaining a new certificate") return Texted(Meaning::kNewCertificate, {});
  if (text == "Keeping the existing certificate") return Texted(Meaning::kKeeping, {});
  return {};
}

/// `PATH is broken. Skipping.` and its likes, after "Renewal configuration file ".
Saying OfBrokenConf(string_view text) {
  static constexpr auto kFaults = std::to_array<string_view>(
      {" is broken.", " lacks renewalparams.", " does not specify an authenticator.",
       " (cert: ", " produced an unexpected error: ", " references a certificate"});
  // The path ends at the first ".conf" that one of certbot's phrases follows.
  for (std::size_t dot = text.find(".conf"); dot != string_view::npos;
       dot = text.find(".conf", dot + 1)) {
    const string_view rest = text.substr(dot + 5);
    const auto* const fault = std::ranges::find_if(
        kFaults, [rest](string_view known) { return rest.starts_with(known); });
    if (fault == kFaults.end()) continue;
    Saying saying = Named(Meaning::kParseFailed, LineageOfConf(text.substr(0, dot + 5)));
    saying.text = rest.substr(1);
    const std::size_t error = saying.text.find("produced an unexpected error: ");
    if (error != string_view::npos) saying.text.remove_prefix(error + 30);
    return saying;
  }
  return {};
}

Saying OfConfError(string_view text) {
  static constexpr string_view kError = ". The error was ";
  const std::size_t end = text.find(kError);
  if (end == string_view::npos) return {};
  Saying saying = Named(Meaning::kParseFailed, LineageOfConf(text.substr(0, end)));
  saying.text = text.substr(end + kError.size());
  return saying;
}

/// `(NAME) from PATH produced an unexpected error: E. Skipping.` (0.17 to 1.10) and `from PATH ...`
/// (0.4 to 0.16), after "Attempting to renew cert ".
Saying OfFailedAttempt(string_view text) {
  static constexpr string_view kError = " produced an unexpected error: ";
  string_view name;
  if (Skip(text, "(")) {
    const std::size_t end = text.find(") from ");
    if (end == string_view::npos) return {};
    name = text.substr(0, end);
    text.remove_prefix(end + 7);
  } else if (!Skip(text, "from ")) {
    return {};
  }
  const std::size_t end = text.find(kError);
  if (end == string_view::npos) return {};
  if (name.empty()) name = LineageOfConf(text.substr(0, end));
  Saying saying = Named(Meaning::kRenewalFailed, name);
  saying.text = text.substr(end + kError.size());
  return saying;
}

bool IsNotDue(string_view text) {
  return text == "Cert not yet due for renewal" || text == "Certificate not yet due for renewal";
}

Saying OfRenewal(const RecordHead& record) {
  string_view text = record.text;
  if (text == "no renewal failures") return Texted(Meaning::kNoFailures, {});
  if (text.starts_with("Auto-renewal forced with --force-renewal") ||
      text == "Cert is due for renewal, auto-renewing..." ||
      text == "Certificate is due for renewal, auto-renewing...") {
    return Texted(Meaning::kDue, {});
  }
  if (text == "Cert not due for renewal, but simulating renewal for dry run" ||
      text == "Certificate not due for renewal, but simulating renewal for dry run") {
    return Texted(Meaning::kSimulating, {});
  }
  if (IsNotDue(text)) return Texted(Meaning::kNotDue, {});
  if (Skip(text, "Dry run: skipping updating lineage at ")) {
    return Named(Meaning::kNotSavedDryRun, LastComponent(text));
  }
  if (record.level < RecordLevel::kWarning) return {};
  if (Skip(text, "Failed to renew certificate ")) {
    static constexpr string_view kError = " with error: ";
    const std::size_t end = text.find(kError);
    if (end == string_view::npos) return {};
    Saying saying = Named(Meaning::kRenewalFailed, text.substr(0, end));
    saying.text = text.substr(end + kError.size());
    return saying;
  }
  if (Skip(text, "Attempting to renew cert ")) return OfFailedAttempt(text);
  if (Skip(text, "Renewal configuration file ")) return OfBrokenConf(text);
  if (Skip(text, "An error occurred while parsing ")) return OfConfError(text);
  if (Skip(text, "The error was: ")) return Texted(Meaning::kParseError, text);
  if (text.starts_with("All simulated renewals failed.") ||
      text.starts_with("The following simulated renewals failed:")) {
    return Texted(Meaning::kDrySummaryHead, {});
  }
  if (text.starts_with("All renewals failed.") ||
      text.starts_with("The following renewals failed:")) {
    return Texted(Meaning::kSummaryHead, {});
  }
  if (text.starts_with("  /") || text.starts_with("All renewal attempts failed.") ||
      text.starts_with("The following certs could not be renewed:")) {
    return Texted(Meaning::kSummaryEntry, text);
  }
  return {};
}

/// After "Notifying user: " of 1.10 and later.
Saying OfNotice(string_view text) {
  // A notice that is a block of its own begins with an empty line.
  if (text.empty()) return Texted(Meaning::kProblems, {});
  if (Skip(text, "Processing ")) return Named(Meaning::kProcessing, LineageOfConf(text));
  if (IsNotDue(text)) return Texted(Meaning::kNotDue, {});
  if (text.starts_with("  /")) return Texted(Meaning::kSummaryEntry, text);
  if (text.starts_with("Renewing an existing certificate for ")) {
    return Texted(Meaning::kRenewing, {});
  }
  if (text.starts_with("Simulating renewal of an existing certificate for ") ||
      text.starts_with("Simulating a certificate request for ")) {
    return Texted(Meaning::kSimulatedOrder, {});
  }
  if (text.starts_with("Requesting a certificate for ")) {
    return Texted(Meaning::kNewCertificate, {});
  }
  if (text.starts_with("Congratulations, all simulated renewals succeeded") ||
      text.starts_with("The following simulated renewals succeeded:") ||
      text.starts_with("No simulated renewals were attempted.")) {
    return Texted(Meaning::kDrySummaryHead, {});
  }
  if (text.starts_with("Congratulations, all renewals succeeded") ||
      text.starts_with("The following renewals succeeded:") ||
      text.starts_with("No renewals were attempted.")) {
    return Texted(Meaning::kSummaryHead, {});
  }
  for (const string_view retry : {"Unable to obtain a certificate with every requested domain. "
                                  "Retrying without: ",
                                  "Unable to obtain a certificate with every requested identifier. "
                                  "Retrying without: "}) {
    if (Skip(text, retry)) return Texted(Meaning::kRetryWithout, text);
  }
  if (Skip(text, "Deleted all files relating to certificate ")) {
    return Named(Meaning::kDeleted, WithoutSuffix(text, "."));
  }
  if (text.ends_with("; no action taken.") || text == "The dry run was successful." ||
      text == "NEXT STEPS:" || text.starts_with("If you like Certbot")) {
    return Texted(Meaning::kCommandDone, {});
  }
  return {};
}

/// `Writing full chain to /etc/letsencrypt/archive/NAME/fullchain2.pem.`: the last of the four
/// files of a version, so all of them are there. A first issue writes to live/NAME/fullchain.pem.
Saying OfStorage(const RecordHead& record) {
  static constexpr string_view kFile = "fullchain";
  string_view text = record.text;
  if (!Skip(text, "Writing full chain to ")) return {};
  const string_view path = WithoutSuffix(text, ".");
  string_view file = LastComponent(path);
  if (!Skip(file, kFile) || !file.ends_with(".pem")) return {};
  const string_view name = LastComponent(Parent(path));
  const string_view version = file.substr(0, file.size() - 4);
  if (version.empty()) return Named(Meaning::kIssued, name);
  const std::optional<int> number = ToNumber(version);
  if (!number || *number < 1) return {};
  Saying saying = Named(Meaning::kSaved, name);
  saying.number = *number;
  return saying;
}

/// Hooks: certbot.hooks until 0.40, certbot.compat.misc until 1.15, certbot.display.ops since.
Saying OfHooks(const RecordHead& record) {
  string_view text = record.text;
  if (record.level == RecordLevel::kInfo && Skip(text, "Running ")) {
    const std::size_t end = text.find(" command: ");
    return end == string_view::npos ? Saying() : Texted(Meaning::kHookStarts, text.substr(0, end));
  }
  if (text.starts_with("Output from ") || text.starts_with("Error output from ")) {
    return Texted(Meaning::kHookOutput, {});
  }
  if (record.level >= RecordLevel::kWarning) return Texted(Meaning::kHookFailed, text);
  return {};
}

/// `NAME`, or `Identifier(typ=..., value='NAME')` since 5.3.
string_view DomainIn(string_view text) {
  static constexpr string_view kValue = "value='";
  const std::size_t value = text.find(kValue);
  if (!text.starts_with("Identifier(") || value == string_view::npos) return text;
  text.remove_prefix(value + kValue.size());
  return text.substr(0, text.find('\''));
}

Saying OfAuthHandler(const RecordHead& record) {
  string_view text = record.text;
  if (!Skip(text, "Challenge failed for ")) return {};
  if (!Skip(text, "domain ")) Skip(text, "identifier ");
  return Named(Meaning::kChallengeFailed, DomainIn(text));
}

Saying OfLog(const RecordHead& record) {
  const string_view text = record.text;
  if (text.starts_with("Exiting abnormally:")) return Texted(Meaning::kRunFailed, {});
  if (record.level < RecordLevel::kError) return {};
  if (const std::optional<FailureCounts> counts = ParseFailureCounts(text)) {
    Saying saying = Texted(Meaning::kFailureCounts, {});
    saying.counts = *counts;
    return saying;
  }
  if (text == "An unexpected error occurred:") return {};  // the next record says which
  return Texted(Meaning::kRunError, text);
}

Saying OfAcmeClient(const RecordHead& record) {
  string_view text = record.text;
  if (text == "Received response:") return Texted(Meaning::kResponse, {});
  // The path is the CA's choice; what it must end in is not (RFC 9773, 4.1).
  if (!Skip(text, "Sending GET request to ")) return {};
  const string_view last = LastComponent(WithoutSuffix(text, "."));
  const bool is_certificate_id =
      std::ranges::count(last, '.') == 1 && !last.starts_with('.') && !last.ends_with('.');
  const string_view directory = Parent(text);
  if (!is_certificate_id || (directory.find("enewalInfo") == string_view::npos &&
                             directory.find("enewal-info") == string_view::npos)) {
    return {};
  }
  return Texted(Meaning::kRenewalInfoRequest, last);
}

Saying OfCryptoUtil(const RecordHead& record) {
  string_view text = record.text;
  if (Skip(text, "Creating CSR: ") && text.starts_with('/')) return Texted(Meaning::kOrder, {});
  return {};
}

}  // namespace

Saying Understand(const RecordHead& record) {
  if (record.logger == "acme.client") return OfAcmeClient(record);
  const string_view component = Component(record.logger);
  if (component.empty()) return {};
  if (component == "display.obj" || component == "display.util") {
    string_view text = record.text;
    return Skip(text, "Notifying user: ") || Skip(text, "Notifying user:") ? OfNotice(text)
                                                                           : Saying();
  }
  if (component == "renewal") return OfRenewal(record);
  if (component == "main") return OfMain(record);
  if (component == "storage") return OfStorage(record);
  if (component == "hooks" || component == "compat.misc" || component == "display.ops") {
    return OfHooks(record);
  }
  if (component == "auth_handler") return OfAuthHandler(record);
  if (component == "log") return OfLog(record);
  if (component == "crypto_util") return OfCryptoUtil(record);
  if (component == "reporter") {
    if (record.text.ends_with("The following errors were reported by the server:")) {
      return Texted(Meaning::kProblems, {});
    }
    return record.text.starts_with("Reporting to user: Congratulations! Your certificate")
               ? Texted(Meaning::kCommandDone, {})
               : Saying();
  }
  return {};
}

}  // namespace certhealth
