// SPDX-License-Identifier: Apache-2.0
// The table of metrics. Every family is written by one function that reads the Report alone. What
// is not known gets no sample.
#include "exporter/metrics.h"

#include <algorithm>
#include <array>

#include "exporter/endpoint_metrics.h"

namespace certhealth {
namespace {

double Seconds(WallTime moment) { return static_cast<double>(moment.time_since_epoch().count()); }

/// Calls `write(labels, verdict)` for every verdict.
template <typename Write>
void ForEach(const MetricsInput& in, Write write) {
  for (std::size_t i = 0; i < in.labels.size(); ++i) write(in.labels[i], in.report.verdicts[i]);
}

/// Calls `write(labels, leaf)` for every verdict with a certificate.
template <typename Write>
void ForEachLeaf(const MetricsInput& in, Write write) {
  ForEach(in, [&](const std::string& labels, const Verdict& verdict) {
    if (verdict.leaf() != nullptr) write(labels, *verdict.leaf());
  });
}

/// Calls `write(labels, verdict, lineage)` for every verdict with a conf that certbot could use.
template <typename Write>
void ForEachConf(const MetricsInput& in, Write write) {
  ForEach(in, [&](const std::string& labels, const Verdict& verdict) {
    const Lineage* lineage = verdict.bundle->lineage.get();
    if (lineage != nullptr && lineage->has_conf && !lineage->conf_failure)
      write(labels, verdict, *lineage);
  });
}

void DaysUntilExpiry(const MetricsInput& in, SampleText& out) {
  ForEachLeaf(in, [&](const std::string& labels, const Certificate& leaf) {
    out.Add(labels, static_cast<double>((leaf.not_after - in.report.now).count()) / 86400.0);
  });
}

void NotAfter(const MetricsInput& in, SampleText& out) {
  ForEachLeaf(in, [&](const std::string& labels, const Certificate& leaf) {
    out.Add(labels, Seconds(leaf.not_after));
  });
}

void NotBefore(const MetricsInput& in, SampleText& out) {
  ForEachLeaf(in, [&](const std::string& labels, const Certificate& leaf) {
    out.Add(labels, Seconds(leaf.not_before));
  });
}

void LifetimeRemaining(const MetricsInput& in, SampleText& out) {
  ForEachLeaf(in, [&](const std::string& labels, const Certificate& leaf) {
    const double lifetime = static_cast<double>(leaf.lifetime().count());
    if (lifetime > 0)
      out.Add(labels, static_cast<double>((leaf.not_after - in.report.now).count()) / lifetime);
  });
}

void ChainNotAfter(const MetricsInput& in, SampleText& out) {
  ForEach(in, [&](const std::string& labels, const Verdict& verdict) {
    const auto& chain = verdict.bundle->chain;
    if (chain.size() < 2) return;
    const auto first =
        std::ranges::min_element(chain.begin() + 1, chain.end(), {},
                                 [](const auto& certificate) { return certificate->not_after; });
    out.Add(labels, Seconds((*first)->not_after));
  });
}

void CertificateInfo(const MetricsInput& in, SampleText& out) {
  ForEachLeaf(in, [&](const std::string& labels, const Certificate& leaf) {
    out.Add(labels,
            {{"subject", leaf.subject},
             {"issuer", leaf.issuer},
             {"serial", leaf.serial},
             {"sha256", ToHex(leaf.sha256)},
             {"key", leaf.key.name},
             {"signature", leaf.signature}},
            1);
  });
}

void DnsNameInfo(const MetricsInput& in, SampleText& out) {
  if (in.dns_names == DnsNameSeries::kNo) return;
  ForEachLeaf(in, [&](const std::string& labels, const Certificate& leaf) {
    std::vector<std::string_view> names(leaf.dns_names.begin(), leaf.dns_names.end());
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    for (const std::string_view name : names) out.Add(labels, {{"dns_name", name}}, 1);
  });
}

void RenewalMode(const MetricsInput& in, SampleText& out) {
  ForEachConf(in, [&](const std::string& labels, const Verdict&, const Lineage& lineage) {
    const std::string& authenticator = lineage.conf.conf.authenticator;
    if (!authenticator.empty()) out.Add(labels, {{"mode", authenticator}}, 1);
  });
}

void RenewalEnabled(const MetricsInput& in, SampleText& out) {
  ForEach(in, [&](const std::string& labels, const Verdict& verdict) {
    if (verdict.bundle->lineage == nullptr) return;
    if (verdict.bundle->lineage->has_conf && !verdict.has_next_renewal())
      return;  // the conf may not be read
    out.Add(labels, verdict.plan.enabled ? 1 : 0);
  });
}

void RenewalThreshold(const MetricsInput& in, SampleText& out) {
  ForEachConf(in, [&](const std::string& labels, const Verdict& verdict, const Lineage&) {
    if (verdict.plan.threshold)
      out.Add(labels, static_cast<double>(verdict.plan.threshold->count()));
  });
}

void RenewalDue(const MetricsInput& in, SampleText& out) {
  ForEachConf(in, [&](const std::string& labels, const Verdict& verdict, const Lineage&) {
    if (verdict.plan.due) out.Add(labels, Seconds(*verdict.plan.due));
  });
}

void NextRenewalOk(const MetricsInput& in, SampleText& out) {
  ForEach(in, [&](const std::string& labels, const Verdict& verdict) {
    if (verdict.has_next_renewal()) out.Add(labels, verdict.next_renewal_ok() ? 1 : 0);
  });
}

void Renewals(const MetricsInput& in, SampleText& out) {
  ForEach(in, [&](const std::string& labels, const Verdict& verdict) {
    const Lineage* lineage = verdict.bundle->lineage.get();
    if (lineage == nullptr || lineage->archive.newest_complete == 0) return;
    out.Add(labels, lineage->archive.newest_complete - 1);
  });
}

/// Calls `write(labels, attempt)` for the last renewal attempt of every lineage whose log tells of
/// one.
template <typename Write>
void ForEachAttempt(const MetricsInput& in, Write write) {
  ForEach(in, [&](const std::string& labels, const Verdict& verdict) {
    if (verdict.history != nullptr && verdict.history->last_attempt)
      write(labels, *verdict.history->last_attempt);
  });
}

void LastRenewSuccess(const MetricsInput& in, SampleText& out) {
  ForEach(in, [&](const std::string& labels, const Verdict& verdict) {
    if (verdict.history == nullptr || !verdict.history->last_attempt) return;
    const bool renewed = verdict.history->last_attempt->result.outcome == LineageOutcome::kRenewed;
    // An order since then may have been for another renewal, which did not succeed.
    if (renewed && verdict.history->last_order) return;
    out.Add(labels, renewed ? 1 : 0);
  });
}

void LastRenewAttempt(const MetricsInput& in, SampleText& out) {
  ForEach(in, [&](const std::string& labels, const Verdict& verdict) {
    if (verdict.history == nullptr) return;
    const std::optional<RenewalAttempt>& attempt = verdict.history->last_attempt;
    if (verdict.history->last_order) {
      out.Add(labels, Seconds(*verdict.history->last_order));
    } else if (attempt) {
      out.Add(labels, Seconds(attempt->at));
    }
  });
}

void LastRenewSuccessTime(const MetricsInput& in, SampleText& out) {
  ForEach(in, [&](const std::string& labels, const Verdict& verdict) {
    if (const auto success = verdict.last_success()) out.Add(labels, Seconds(*success));
  });
}

void LastRenewFailure(const MetricsInput& in, SampleText& out) {
  ForEachAttempt(in, [&](const std::string& labels, const RenewalAttempt& attempt) {
    if (attempt.result.outcome == LineageOutcome::kRenewed) return;
    const RenewalFailure reason = attempt.result.reason.value_or(RenewalFailure::kOther);
    out.Add(labels, {{"reason", NameOf(reason)}}, 1);
  });
}

/// Calls `write(labels, attempt)` for the last dry run of every lineage whose log tells of one.
template <typename Write>
void ForEachDryRun(const MetricsInput& in, Write write) {
  ForEach(in, [&](const std::string& labels, const Verdict& verdict) {
    if (verdict.history != nullptr && verdict.history->last_dry_run)
      write(labels, *verdict.history->last_dry_run);
  });
}

void LastDryRunSuccess(const MetricsInput& in, SampleText& out) {
  ForEachDryRun(in, [&](const std::string& labels, const RenewalAttempt& attempt) {
    out.Add(labels, attempt.result.outcome == LineageOutcome::kRenewed ? 1 : 0);
  });
}

void LastDryRun(const MetricsInput& in, SampleText& out) {
  ForEachDryRun(in, [&](const std::string& labels, const RenewalAttempt& attempt) {
    out.Add(labels, Seconds(attempt.at));
  });
}

constexpr std::string_view kClientLabels = "source=\"certbot\"";

void ClientLastRun(const MetricsInput& in, SampleText& out) {
  for (const ClientVerdict& client : in.report.clients) {
    if (client.state.last_ran) out.Add(kClientLabels, Seconds(*client.state.last_ran));
  }
}

void ClientLastRunSuccess(const MetricsInput& in, SampleText& out) {
  for (const ClientVerdict& client : in.report.clients) {
    if (client.state.last_run == nullptr) continue;
    if (const auto succeeded = Succeeded(*client.state.last_run))
      out.Add(kClientLabels, *succeeded ? 1 : 0);
  }
}

void ClientScheduled(const MetricsInput& in, SampleText& out) {
  for (const ClientVerdict& client : in.report.clients) {
    if (client.state.scheduled) out.Add(kClientLabels, *client.state.scheduled ? 1 : 0);
  }
}

void ClientInfo(const MetricsInput& in, SampleText& out) {
  for (const ClientVerdict& client : in.report.clients) {
    const std::string schedulers = SchedulersPhrase(client.state, "+");
    const std::string versions = VersionsPhrase(client.state, "+");
    if (schedulers.empty() && versions.empty()) continue;
    out.Add(kClientLabels, {{"scheduler", schedulers}, {"version", versions}}, 1);
  }
}

void Problem(const MetricsInput& in, SampleText& out) {
  ForEach(in, [&](const std::string& labels, const Verdict& verdict) {
    for (const ActiveProblem& problem : verdict.problems) {
      out.Add(labels, {{"problem", problem.kind->id}, {"severity", NameOf(problem.severity)}}, 1);
    }
  });
  for (const ClientVerdict& client : in.report.clients) {
    for (const ActiveProblem& problem : client.problems) {
      out.Add(kClientLabels,
              {{"problem", problem.kind->id}, {"severity", NameOf(problem.severity)}}, 1);
    }
  }
}

void ProblemCount(const MetricsInput& in, SampleText& out) {
  for (const Severity severity : {Severity::kInfo, Severity::kWarning, Severity::kCritical}) {
    out.Add({}, {{"severity", NameOf(severity)}},
            static_cast<double>(in.report.problems[static_cast<std::size_t>(severity)]));
  }
}

void CollectorSuccess(const MetricsInput& in, SampleText& out) {
  for (const auto& run : in.report.snapshot->runs) {
    out.Add({}, {{"collector", run->collector}}, run->failures.empty() ? 1 : 0);
  }
}

void CollectorDuration(const MetricsInput& in, SampleText& out) {
  for (const auto& run : in.report.snapshot->runs)
    out.Add({}, {{"collector", run->collector}}, run->took.count());
}

void CollectorLastRun(const MetricsInput& in, SampleText& out) {
  for (const auto& run : in.report.snapshot->runs)
    out.Add({}, {{"collector", run->collector}}, Seconds(run->finished));
}

constexpr auto kMetrics = std::to_array<MetricKind>({
    {"certhealth_days_until_expiry", "",
     "Days left on the leaf certificate, fractional, negative once it has expired.",
     DaysUntilExpiry},
    {"certhealth_not_after_timestamp_seconds", "", "When the leaf certificate expires.", NotAfter},
    {"certhealth_not_before_timestamp_seconds", "",
     "When the validity of the leaf certificate begins.", NotBefore},
    {"certhealth_lifetime_remaining_ratio", "",
     "Share of the leaf certificate's life that is left: 1 fresh, 0 expired, negative after.",
     LifetimeRemaining},
    {"certhealth_chain_not_after_timestamp_seconds", "",
     "When the first of the other certificates presented expires; absent without any.",
     ChainNotAfter},
    {"certhealth_certificate_info", "subject, issuer, serial, sha256, key, signature",
     "Identity of the leaf certificate.", CertificateInfo},
    {"certhealth_dns_name_info", "dns_name",
     "A DNS name of the leaf certificate; only with --metrics.dns-names.", DnsNameInfo},
    {"certhealth_renewal_mode", "mode",
     "How the certificate is renewed: the authenticator of its conf.", RenewalMode},
    {"certhealth_renewal_enabled", "", "Whether anything would ever renew the certificate.",
     RenewalEnabled},
    {"certhealth_renewal_threshold_seconds", "",
     "How long before expiry the client renews this certificate, by the version of certbot that "
     "runs.",
     RenewalThreshold},
    {"certhealth_renewal_due_timestamp_seconds", "",
     "From when on the client renews this certificate.", RenewalDue},
    {"certhealth_next_renewal_ok", "",
     "0 when something known will make the next renewal fail, else 1.", NextRenewalOk},
    {"certhealth_renewals", "", "How often the lineage has been renewed.", Renewals},
    {"certhealth_last_renew_success", "",
     "Whether the last attempt to renew succeeded, by the client's own log or our hook; absent "
     "while none is known.",
     LastRenewSuccess},
    {"certhealth_last_renew_attempt_timestamp_seconds", "",
     "When the client last tried to renew it.", LastRenewAttempt},
    {"certhealth_last_renew_success_timestamp_seconds", "", "When it was last renewed.",
     LastRenewSuccessTime},
    {"certhealth_last_renew_failure_info", "reason",
     "Why the last attempt failed, while it is a failure.", LastRenewFailure},
    {"certhealth_last_dry_run_success", "", "Whether the last dry run succeeded.",
     LastDryRunSuccess},
    {"certhealth_last_dry_run_timestamp_seconds", "", "When the last dry run was.", LastDryRun},
    {"certhealth_client_last_run_timestamp_seconds", "(no name)",
     "When certbot renew last ran, by its log, our hook or what it wrote into a conf.",
     ClientLastRun},
    {"certhealth_client_last_run_success", "(no name)", "Whether that run ended without a failure.",
     ClientLastRunSuccess},
    {"certhealth_client_renewal_scheduled", "(no name)",
     "Whether a timer or a cron entry starts the client to renew; absent where that cannot be "
     "seen.",
     ClientScheduled},
    {"certhealth_client_info", "scheduler, version (no name)",
     "What starts the client, and which version runs.", ClientInfo},
    {"certhealth_endpoint_up", "", "Whether the endpoint completed a TLS handshake.", EndpointUp},
    {"certhealth_endpoint_trusted", "",
     "Whether a client would trust what the endpoint presents, its name included.",
     EndpointTrusted},
    {"certhealth_endpoint_hostname_match", "",
     "Whether the certificate presented has the name that was asked for.", EndpointHostnameMatch},
    {"certhealth_endpoint_serves_newest", "lineage",
     "1 when the endpoint presents the newest version of the lineage, 0 when an older one; absent "
     "when what it presents is of no lineage here.",
     EndpointServesNewest},
    {"certhealth_endpoint_failure_info", "reason",
     "Why the endpoint did not present a certificate, or one to be trusted.", EndpointFailureInfo},
    {"certhealth_endpoint_phase_duration_seconds", "phase",
     "How long the parts of the last probe took.", EndpointPhaseDuration},
    {"certhealth_endpoint_tls_info", "protocol, cipher, address",
     "What was agreed on in the last handshake, and with which address.", EndpointTlsInfo},
    {"certhealth_problem", "problem, severity",
     "An active problem of a certificate, or without a name of the client as a whole.", Problem},
    {"certhealth_problems", "severity (no source, no name)",
     "Number of active problems by severity.", ProblemCount},
    {"certhealth_collector_success", "collector (no source, no name)",
     "Whether the last look could look at everything it was pointed at.", CollectorSuccess},
    {"certhealth_collector_duration_seconds", "collector (no source, no name)",
     "How long the last look took.", CollectorDuration},
    {"certhealth_collector_last_run_timestamp_seconds", "collector (no source, no name)",
     "When the last look ended. The page shows what was seen then; looks run in the background, "
     "not at scrapes.",
     CollectorLastRun},
});

}  // namespace

std::span<const MetricKind> Metrics() { return kMetrics; }

std::string FamilyHeader(std::string_view name, std::string_view type, std::string_view help) {
  std::string header = "# HELP ";
  header.append(name)
      .append(" ")
      .append(help)
      .append("\n# TYPE ")
      .append(name)
      .append(" ")
      .append(type);
  return header + "\n";
}

MetricsInput MakeMetricsInput(const Report& report, DnsNameSeries dns_names) {
  MetricsInput input{report, {}, dns_names};
  input.labels.reserve(report.verdicts.size());
  for (const Verdict& verdict : report.verdicts) {
    std::string labels = "source=\"";
    labels.append(NameOf(verdict.bundle->source)).append("\",name=\"");
    labels.append(EscapeLabelValue(verdict.bundle->name)).append("\"");
    input.labels.push_back(std::move(labels));
  }
  return input;
}

std::string RenderFamily(const MetricKind& kind, const MetricsInput& input) {
  SampleText samples(kind.name, FamilyHeader(kind.name, "gauge", kind.help));
  kind.write(input, samples);
  return samples.empty() ? std::string() : std::move(samples).TakeText();
}

}  // namespace certhealth
