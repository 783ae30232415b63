// SPDX-License-Identifier: Apache-2.0
#include "tests/support/sample_report.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <cstdio>
#include <utility>

namespace certhealth {
namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr WallTime kNow =
    std::chrono::sys_days{std::chrono::year{2026} / std::chrono::October / 1} + hours{12};
constexpr days kLife{90};
constexpr days kThreshold{30};

std::shared_ptr<const Certificate> SampleIssuer() {
  Certificate issuer;
  issuer.sha256.fill(0xCA);
  issuer.serial = "00CA";
  issuer.subject = "CN=E7,O=Let's Encrypt,C=US";
  issuer.issuer = "CN=ISRG Root X1,O=Internet Security Research Group,C=US";
  issuer.not_before = kNow - days{400};
  issuer.not_after = kNow + days{500};
  issuer.key = {KeyAlgorithm::kEc, 384, "ec-p384"};
  issuer.signature = "sha256WithRSAEncryption";
  issuer.is_ca = true;
  return std::make_shared<const Certificate>(std::move(issuer));
}

Certificate SampleLeaf(const std::string& name, int days_left) {
  Certificate leaf;
  for (std::size_t i = 0; i < leaf.sha256.size(); ++i)
    leaf.sha256[i] = static_cast<std::uint8_t>(i + name.size());
  leaf.serial = "03A1";
  leaf.subject = "CN=" + name;
  leaf.issuer = "CN=E7,O=Let's Encrypt,C=US";
  leaf.dns_names = {name};
  leaf.not_after = kNow + days{days_left} - hours{4};
  leaf.not_before = leaf.not_after - kLife;
  leaf.key = {KeyAlgorithm::kEc, 256, "ec-p256"};
  leaf.signature = "ecdsa-with-SHA384";
  return leaf;
}

Lineage SampleLineage(const std::shared_ptr<const Certificate>& leaf) {
  Lineage lineage;
  lineage.has_conf = true;
  lineage.has_live = true;
  lineage.conf.conf.version = "2.1.0";
  lineage.conf.conf.authenticator = "webroot";
  lineage.conf.conf.server = "https://acme-v02.api.letsencrypt.org/directory";
  for (LineageLink& link : lineage.links) link = {LinkState::kGood, "", 4};
  lineage.archive = {true, 4, 4, 3};
  lineage.newest = leaf;
  return lineage;
}

/// Gives `verdict` another Lineage than the one it has, made from it by `change`.
template <typename Change>
void ChangeLineage(Verdict& verdict, Change change) {
  Bundle bundle = *verdict.bundle;
  Lineage lineage = *bundle.lineage;
  change(lineage);
  bundle.lineage = std::make_shared<const Lineage>(std::move(lineage));
  verdict.bundle = std::make_shared<const Bundle>(std::move(bundle));
}

void SetAuthenticator(Verdict& verdict, std::string authenticator) {
  ChangeLineage(verdict, [&](Lineage& lineage) {
    lineage.conf.conf.authenticator = std::move(authenticator);
  });
}

std::shared_ptr<CollectorRun> SampleRun(Source source) {
  auto run = std::make_shared<CollectorRun>();
  run->collector = source == Source::kCertbot ? "certbot" : "files";
  run->finished = kNow - std::chrono::seconds{35};
  run->took = std::chrono::duration<double>{source == Source::kCertbot ? 0.125 : 0.004};
  if (source == Source::kCertbot) {
    CertbotMachine machine;
    machine.roots.push_back({"/etc/letsencrypt", "2.1.0", {}});
    run->certbot = std::make_shared<const CertbotMachine>(std::move(machine));
  }
  return run;
}

/// certbot itself, by a timer that starts it no more.
ClientVerdict StoppedClient() {
  Scheduler timer;
  timer.where = "/usr/lib/systemd/system/certbot.timer";
  timer.command_line = "/usr/bin/certbot -q renew --no-random-sleep-on-renew";
  timer.state = SchedulerState::kEnabled;
  timer.longest_period = std::chrono::hours{24};
  LogRun run;
  run.start = kNow - std::chrono::days{9};
  run.end = RunEnd::kFinished;
  CertbotHistory history;
  history.last_renew_run = std::make_shared<const LogRun>(std::move(run));
  CertbotRoot root;
  root.config_dir = "/etc/letsencrypt";
  root.running_version = "2.1.0";
  root.history = std::make_shared<const CertbotHistory>(std::move(history));
  CertbotMachine machine;
  machine.schedule.schedulers.push_back(std::move(timer));
  machine.roots.push_back(std::move(root));
  ClientVerdict client;
  client.machine = std::make_shared<const CertbotMachine>(std::move(machine));
  client.state = DescribeClient(*client.machine);
  const ProblemKind* kind = FindProblem("runs_stopped");
  assert(kind != nullptr);
  client.problems.push_back({kind, kind->worst, NextRenewal::kMayWork,
                             "certbot renew last ran at 2026-09-22 12:00 UTC, though "
                             "/usr/lib/systemd/system/certbot.timer should start it every 1 day"});
  return client;
}

/// The first story of the documents: the webroot was mistyped when the lineage was issued.
Verdict MistypedWebroot() {
  Verdict verdict = SampleVerdict(Source::kCertbot, "ghost.example.org", 71);
  AddProblem(verdict, "webroot_missing",
             "/var/www/gohst (for ghost.example.org) does not exist: certbot will create it, and "
             "the CA will most likely get a 404");
  AddProblem(
      verdict, "webroot_disagrees",
      "webroot_path names /var/www/ghost, which webroot_map uses for no name: one of the two "
      "is mistyped. The map counts for the names in it");
  AddProblem(verdict, "never_renewed", "issued on 2026-09-12 and not renewed since");
  ChangeLineage(verdict, [](Lineage& lineage) { lineage.archive = {true, 1, 1, 0}; });
  return verdict;
}

/// The second story: a web server holds port 80, and nobody looked for ten nights.
Verdict FailingStandalone() {
  Verdict verdict = SampleVerdict(Source::kCertbot, "intranet.example.org", 6);
  SetAuthenticator(verdict, "standalone");
  AddProblem(verdict, "expires_soon",
             "5 days 20 hours left, until 2026-10-07 08:00 UTC; it should have been replaced 30 "
             "days before that");
  AddProblem(verdict, "renewal_overdue",
             "due for renewal since 2026-09-07 08:00 UTC, 24 days ago, and still not renewed: "
             "automatic renewal does not work");
  return verdict;
}

Verdict BrokenConf() {
  Verdict verdict = SampleVerdict(Source::kCertbot, "api.example.org", 44);
  const std::string detail =
      "/etc/letsencrypt/renewal/api.example.org.conf:12: no \"=\" in this line, a key needs one";
  ChangeLineage(verdict, [&](Lineage& lineage) {
    lineage.conf.fault = ConfFault::kUnparseable;
    lineage.conf.fault_detail = detail;
  });
  verdict.plan = {};
  AddProblem(verdict, "conf_invalid", detail + ": certbot skips the file");
  verdict.problems.back().next_renewal = NextRenewal::kFails;
  return verdict;
}

Verdict Expired() {
  Verdict verdict = SampleVerdict(Source::kCertbot, "shop.example.org", -3);
  AddProblem(verdict, "expired", "expired 3 days ago, on 2026-09-28 08:00 UTC");
  AddProblem(verdict, "renewal_overdue",
             "due for renewal since 2026-08-29 08:00 UTC, 33 days ago, and still not renewed: "
             "automatic renewal does not work");
  AddProblem(verdict, "account_missing",
             "/etc/letsencrypt/accounts/acme-v02.api.letsencrypt.org/directory/"
             "7f8e0a5c6d1b2e3f405162738495a6b7 does not exist");
  verdict.problems.back().next_renewal = NextRenewal::kFails;
  return verdict;
}

Verdict Orphan() {
  Verdict verdict = SampleVerdict(Source::kCertbot, "old.example.org", 20);
  ChangeLineage(verdict, [](Lineage& lineage) {
    lineage.has_conf = false;
    lineage.conf = {};
  });
  verdict.plan = {};
  AddProblem(
      verdict, "orphan_live",
      "live/old.example.org has no renewal/old.example.org.conf: nothing will ever renew it, "
      "though it may still be served");
  return verdict;
}

Verdict NewWildcard() {
  Verdict verdict = SampleVerdict(Source::kCertbot, "example.org", 80);
  SetAuthenticator(verdict, "dns-cloudflare");
  AddProblem(verdict, "never_renewed", "issued on 2026-09-21 and not renewed since");
  return verdict;
}

Verdict SelfSigned() {
  Verdict verdict = SampleVerdict(Source::kFile, "/etc/ssl/private/backup.pem", 60);
  AddProblem(verdict, "self_signed",
             "signed by its own key: no client trusts it unless it was told to");
  return verdict;
}

Verdict Forbidden() {
  Verdict verdict;
  Bundle bundle;
  bundle.name = "/etc/ssl/private/vpn/server key.pem";
  bundle.failures = {{Reason::kPermissionDenied, bundle.name + ": Permission denied"}};
  verdict.bundle = std::make_shared<const Bundle>(std::move(bundle));
  AddProblem(verdict, "unreadable",
             "/etc/ssl/private/vpn/server key.pem: Permission denied: nothing is known about it",
             Severity::kWarning);
  return verdict;
}

}  // namespace

Verdict SampleVerdict(Source source, std::string name, int days_left) {
  const auto leaf = std::make_shared<const Certificate>(SampleLeaf(name, days_left));
  Bundle bundle;
  bundle.source = source;
  bundle.name = std::move(name);
  bundle.chain = {leaf};
  Verdict verdict;
  if (source == Source::kCertbot) {
    static const auto issuer = SampleIssuer();
    bundle.chain.push_back(issuer);
    bundle.lineage = std::make_shared<const Lineage>(SampleLineage(leaf));
    verdict.plan = {true, kThreshold, leaf->not_after - kThreshold, ""};
  }
  verdict.bundle = std::make_shared<const Bundle>(std::move(bundle));
  return verdict;
}

void AddProblem(Verdict& verdict, std::string_view id, std::string detail) {
  AddProblem(verdict, id, std::move(detail), FindProblem(id)->worst);
}

void AddProblem(Verdict& verdict, std::string_view id, std::string detail, Severity severity) {
  assert(FindProblem(id) != nullptr);
  verdict.problems.push_back({FindProblem(id), severity, NextRenewal::kMayWork, std::move(detail)});
}

Report ReportOf(std::vector<Verdict> verdicts) {
  std::ranges::stable_sort(verdicts, {}, [](const Verdict& verdict) {
    return std::pair(NameOf(verdict.bundle->source), std::string_view(verdict.bundle->name));
  });
  auto snapshot = std::make_shared<Snapshot>();
  for (const Source source : {Source::kCertbot, Source::kFile}) {
    auto run = SampleRun(source);
    for (const Verdict& verdict : verdicts) {
      if (verdict.bundle->source == source) run->bundles.push_back(verdict.bundle);
    }
    if (source == Source::kCertbot || !run->bundles.empty()) snapshot->runs.push_back(run);
  }
  Report report;
  report.snapshot = snapshot;
  report.now = kNow;
  for (const Verdict& verdict : verdicts) {
    for (const ActiveProblem& problem : verdict.problems) {
      ++report.problems[static_cast<std::size_t>(problem.severity)];
      report.worst = std::max(report.worst, problem.severity);
    }
  }
  report.verdicts = std::move(verdicts);
  return report;
}

Report SampleReport() {
  std::vector<Verdict> verdicts = {Expired(),    FailingStandalone(), BrokenConf(),
                                   Orphan(),     MistypedWebroot(),   NewWildcard(),
                                   SelfSigned(), Forbidden()};
  verdicts.push_back(SampleVerdict(Source::kCertbot, "www.example.org", 52));
  verdicts.push_back(SampleVerdict(Source::kCertbot, "mail.example.org", 33));
  verdicts.push_back(SampleVerdict(Source::kFile, "/etc/ssl/private/printer.pem", 400));
  Report report = ReportOf(std::move(verdicts));
  Snapshot snapshot = *report.snapshot;
  CollectorRun files = *snapshot.runs.back();
  files.failures.push_back(
      {Reason::kPermissionDenied, "/srv/keys/**/*.pem: /srv/keys: Permission denied"});
  snapshot.runs.back() = std::make_shared<const CollectorRun>(std::move(files));
  report.snapshot = std::make_shared<const Snapshot>(std::move(snapshot));
  report.clients.push_back(StoppedClient());
  ++report.problems[static_cast<std::size_t>(Severity::kWarning)];
  return report;
}

Report HealthyReport(std::size_t count) {
  std::vector<Verdict> verdicts;
  for (std::size_t i = 1; i <= count; ++i) {
    char name[32] = {};
    std::snprintf(name, sizeof name, "host-%04zu.example.org", i);
    verdicts.push_back(SampleVerdict(Source::kCertbot, name, 31 + static_cast<int>(i % 59)));
  }
  return ReportOf(std::move(verdicts));
}

Report EmptyReport() { return ReportOf({}); }

}  // namespace certhealth
