// SPDX-License-Identifier: Apache-2.0
#include "exporter/json_report.h"

#include <array>
#include <chrono>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>
#include <utility>

#include "collectors/endpoint/endpoint.h"
#include "exporter/advice.h"
#include "exporter/endpoint_trust.h"
#include "exporter/rfc3339.h"

namespace certhealth {
namespace {

using Json = nlohmann::ordered_json;

/// For every text: the parts are put together by hand, because the tree of 100,000 certificates
/// would take ten times the memory of its text.
std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void SetUnlessEmpty(Json& object, const char* key, std::string_view value) {
  if (!value.empty()) object[key] = value;
}

double Days(std::chrono::seconds span) {
  return std::round(static_cast<double>(span.count()) / 86400.0 * 1e4) / 1e4;
}

Json ToJson(std::span<const Failure> failures) {
  Json array = Json::array();
  for (const Failure& failure : failures)
    array.push_back({{"reason", NameOf(failure.reason)}, {"detail", failure.detail}});
  return array;
}

void SetLeaf(Json& object, const Certificate& leaf, WallTime now) {
  object["subject"] = leaf.subject;
  object["issuer"] = leaf.issuer;
  object["serial"] = leaf.serial;
  object["sha256"] = ToHex(leaf.sha256);
  object["dns_names"] = leaf.dns_names;
  object["ip_addresses"] = leaf.ip_addresses;
  object["not_before"] = ToRfc3339(leaf.not_before);
  object["not_after"] = ToRfc3339(leaf.not_after);
  object["days_until_expiry"] = Days(leaf.not_after - now);
  SetUnlessEmpty(object, "key", leaf.key.name);
  SetUnlessEmpty(object, "signature", leaf.signature);
}

Json ChainToJson(std::span<const std::shared_ptr<const Certificate>> others) {
  Json chain = Json::array();
  for (const auto& certificate : others) {
    chain.push_back({{"subject", certificate->subject},
                     {"issuer", certificate->issuer},
                     {"sha256", ToHex(certificate->sha256)},
                     {"not_after", ToRfc3339(certificate->not_after)}});
  }
  return chain;
}

/// What is known of the next renewal follows the metrics of the same names.
Json RenewalToJson(const Verdict& verdict, const Lineage& lineage) {
  Json renewal = Json::object();
  if (lineage.has_conf && !lineage.conf_failure) {
    SetUnlessEmpty(renewal, "mode", lineage.conf.conf.authenticator);
    SetUnlessEmpty(renewal, "server", lineage.conf.conf.server);
  }
  if (!lineage.has_conf || verdict.has_next_renewal()) renewal["enabled"] = verdict.plan.enabled;
  if (verdict.plan.threshold) renewal["threshold_seconds"] = verdict.plan.threshold->count();
  if (verdict.plan.due) renewal["due"] = ToRfc3339(*verdict.plan.due);
  if (verdict.has_next_renewal()) renewal["next_renewal_ok"] = verdict.next_renewal_ok();
  if (lineage.archive.newest_complete > 0)
    renewal["renewals"] = lineage.archive.newest_complete - 1;
  return renewal;
}

/// Of a certificate, or without a `bundle` of certbot as a whole.
Json ProblemsToJson(std::span<const ActiveProblem> problems, const Bundle* bundle) {
  Json array = Json::array();
  for (const ActiveProblem& problem : problems) {
    array.push_back({{"id", problem.kind->id},
                     {"severity", NameOf(problem.severity)},
                     {"group", NameOf(problem.kind->group)},
                     {"fails_next_renewal", problem.next_renewal == NextRenewal::kFails},
                     {"meaning", problem.kind->meaning},
                     {"detail", problem.detail},
                     {"advice", AdviceText(problem, bundle)}});
  }
  return array;
}

Json FaultToJson(const EndpointFault& fault) {
  return {{"reason", NameOf(fault.reason)}, {"detail", fault.detail}};
}

Json PhasesToJson(const Endpoint& endpoint) {
  constexpr std::array<const char*, kProbePhases> kNames = {"resolve", "connect", "starttls",
                                                            "handshake"};
  Json phases = Json::object();
  for (std::size_t i = 0; i < kProbePhases; ++i) {
    if (endpoint.phases[i]) phases[kNames[i]] = endpoint.phases[i]->count();
  }
  return phases;
}

Json EndpointToJson(const Verdict& verdict, const Endpoint& endpoint) {
  Json object = {{"up", endpoint.is_up()},
                 {"local", endpoint.local},
                 {"host", endpoint.target.host},
                 {"port", endpoint.target.port},
                 {"probed", ToRfc3339(endpoint.probed)}};
  SetUnlessEmpty(object, "server_name", endpoint.target.server_name);
  SetUnlessEmpty(object, "address", endpoint.address);
  if (endpoint.failure) object["failure"] = FaultToJson(*endpoint.failure);
  if (const auto trusted = IsTrusted(verdict)) object["trusted"] = *trusted;
  if (endpoint.distrust) object["distrust"] = FaultToJson(*endpoint.distrust);
  if (endpoint.hostname_matches) object["hostname_matches"] = *endpoint.hostname_matches;
  SetUnlessEmpty(object, "protocol", endpoint.protocol);
  SetUnlessEmpty(object, "cipher", endpoint.cipher);
  SetUnlessEmpty(object, "alpn", endpoint.alpn);
  object["phase_seconds"] = PhasesToJson(endpoint);
  if (endpoint.staple) {
    object["ocsp_staple"] = {{"good", endpoint.staple->good},
                             {"this_update", ToRfc3339(endpoint.staple->this_update)}};
    if (endpoint.staple->next_update)
      object["ocsp_staple"]["next_update"] = ToRfc3339(*endpoint.staple->next_update);
  }
  for (const FailedAddress& failed : endpoint.failed_addresses) {
    Json entry = FaultToJson(failed.failure);
    entry["address"] = failed.address;
    object["failed_addresses"].push_back(std::move(entry));
  }
  if (verdict.serves) {
    object["serves"] = {{"lineage", verdict.serves->lineage->name},
                        {"newest", verdict.serves->is_newest}};
  }
  return object;
}

Json ServedAtToJson(std::span<const ServedAt> served_at) {
  Json array = Json::array();
  for (const ServedAt& one : served_at)
    array.push_back({{"endpoint", one.endpoint->name}, {"newest", one.is_newest}});
  return array;
}

Json CertificateToJson(const Verdict& verdict, WallTime now) {
  const Bundle& bundle = *verdict.bundle;
  Json object = {
      {"source", NameOf(bundle.source)}, {"name", bundle.name}, {"worst", NameOf(verdict.worst())}};
  if (verdict.leaf() != nullptr) {
    SetLeaf(object, *verdict.leaf(), now);
    object["chain"] = ChainToJson(std::span(bundle.chain).subspan(1));
  }
  object["failures"] = ToJson(bundle.failures);
  if (bundle.lineage != nullptr) object["renewal"] = RenewalToJson(verdict, *bundle.lineage);
  if (bundle.endpoint != nullptr) object["endpoint"] = EndpointToJson(verdict, *bundle.endpoint);
  if (!verdict.served_at.empty()) object["served_at"] = ServedAtToJson(verdict.served_at);
  object["problems"] = ProblemsToJson(verdict.problems, verdict.bundle.get());
  return object;
}

Json RunToJson(const CollectorRun& run) {
  Json object = {{"name", run.collector},
                 {"success", run.failures.empty()},
                 {"finished", ToRfc3339(run.finished)},
                 {"duration_seconds", run.took.count()},
                 {"failures", ToJson(run.failures)}};
  if (run.certbot == nullptr) return object;
  Json& roots = object["certbot"] = Json::array();
  for (const CertbotRoot& root : run.certbot->roots) {
    Json entry = {{"config_dir", root.config_dir}};
    SetUnlessEmpty(entry, "version", root.running_version);
    roots.push_back(std::move(entry));
  }
  return object;
}

Json ClientToJson(const ClientVerdict& client) {
  Json object = {{"source", NameOf(Source::kCertbot)}, {"worst", NameOf(WorstOf(client.problems))}};
  if (client.state.scheduled) object["renewal_scheduled"] = *client.state.scheduled;
  Json& schedulers = object["schedulers"] = Json::array();
  for (const Scheduler& scheduler : client.machine->schedule.schedulers) {
    Json entry = {{"kind", NameOf(scheduler.kind)},
                  {"where", PlaceOf(scheduler)},
                  {"command", scheduler.command_line},
                  {"state", NameOf(scheduler.state)}};
    SetUnlessEmpty(entry, "why", scheduler.why);
    if (scheduler.longest_period)
      entry["longest_period_seconds"] = scheduler.longest_period->count();
    schedulers.push_back(std::move(entry));
  }
  if (client.state.last_ran) object["last_run"] = ToRfc3339(*client.state.last_ran);
  if (client.state.last_run != nullptr) {
    if (const auto succeeded = Succeeded(*client.state.last_run))
      object["last_run_success"] = *succeeded;
  }
  object["problems"] = ProblemsToJson(client.problems, nullptr);
  return object;
}

Json HeadToJson(const Report& report, std::string_view version) {
  Json head = {{"version", version}, {"now", ToRfc3339(report.now)}};
  Json& problems = head["problems"] = Json::object();
  for (const Severity severity : {Severity::kCritical, Severity::kWarning, Severity::kInfo})
    problems[std::string(NameOf(severity))] = report.problems[static_cast<std::size_t>(severity)];
  head["worst"] = NameOf(report.worst);
  Json& collectors = head["collectors"] = Json::array();
  for (const auto& run : report.snapshot->runs) collectors.push_back(RunToJson(*run));
  Json& clients = head["clients"] = Json::array();
  for (const ClientVerdict& client : report.clients) clients.push_back(ClientToJson(client));
  return head;
}

}  // namespace

std::string ToJson(const Report& report, std::string_view version) {
  std::string text = Dump(HeadToJson(report, version));
  text.pop_back();  // the brace, to put the certificates before it
  text += ",\"certificates\":[";
  std::string_view separator = "\n";
  for (const Verdict& verdict : report.verdicts) {
    text.append(separator).append(Dump(CertificateToJson(verdict, report.now)));
    separator = ",\n";
  }
  return text + "\n]}";
}

}  // namespace certhealth
