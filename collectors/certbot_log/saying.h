// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "collectors/certbot_log/log_run.h"
#include "collectors/certbot_log/record.h"

namespace certhealth {

/// The meaning of one record, whatever version of certbot wrote it. This is the only place that
/// knows certbot's wording, from 0.8 to 5.x.
enum class Meaning {
  kNothing,          // not for us
  kVersion,          // a run starts; text = version
  kEntryPoint,       // text = path
  kArguments,        // text = Python list
  kPlugins,          // text = PluginsRegistry(...)
  kProcessing,       // name; the lineage that is next (1.10+)
  kNotDue,           // this one is not due
  kDue,              // this one is renewed now: due or forced
  kSimulating,       // this one is renewed now, as a dry run
  kRenewing,         // an existing certificate, for real (until 1.10 in a dry run too)
  kSimulatedOrder,   // a dry run, of a renewal or of a first issue
  kNewCertificate,   // a first issue, or a certificate with other names
  kKeeping,          // certonly leaves the certificate as it is
  kOrder,            // a CSR was written to disk: this is no dry run
  kSaved,            // name, number = version
  kIssued,           // name; a first issue was saved
  kNotSavedDryRun,   // name; a dry run got its certificate
  kDeleted,          // name
  kRenewalFailed,    // name, text = the error's first line; more lines may follow
  kParseFailed,      // name, text = the error's first line; more lines may follow
  kParseError,       // text = the error of the last kParseFailed (1.11+)
  kSummaryHead,      // summary of real renewals
  kDrySummaryHead,   // summary of simulated ones
  kSummaryEntry,     // lines for ParseSummaryEntry follow; text = the first, or a heading
  kNoFailures,       // `renew` ends well
  kFailureCounts,    // `renew` ends badly; counts
  kRunFailed,        // traceback follows
  kRunError,         // text = why the run ended
  kCommandDone,      // another command than renew ends well
  kProblems,         // the CA's words may follow: "Domain: ", "Type: ", "Detail: "
  kChallengeFailed,  // name
  kRetryWithout,     // text = names, apart by ", "
  kHookStarts,       // text = kind
  kHookFailed,  // text = the line for ParseHookFailure; it may end on a later line (until 1.15)
  kHookOutput,  // until 1.15: what the hook printed follows, as it is
  kRenewalInfoRequest,  // text = AKI.SERIAL
  kResponse,            // the CA's answer follows
};

struct Saying {
  Meaning meaning = Meaning::kNothing;
  std::string_view name;  // of a lineage, or of a domain
  std::string_view text;
  int number = 0;
  FailureCounts counts;
};

/// What the record that begins with `record` says. The views point into the record.
Saying Understand(const RecordHead& record);

}  // namespace certhealth
