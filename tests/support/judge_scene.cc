// SPDX-License-Identifier: Apache-2.0
#include "tests/support/judge_scene.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace certhealth {
namespace {

using std::chrono::days;

constexpr WallTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 6 / 1}};
const std::string kName = "example.com";

std::shared_ptr<const Bundle> Neighbour(std::size_t index, const std::vector<std::string>& names) {
  Certificate leaf;
  leaf.dns_names = names;
  Lineage lineage;
  lineage.has_conf = true;
  lineage.newest = std::make_shared<const Certificate>(std::move(leaf));
  Bundle bundle;
  bundle.source = Source::kCertbot;
  bundle.name = "neighbour-" + std::to_string(index);
  bundle.lineage = std::make_shared<const Lineage>(std::move(lineage));
  return std::make_shared<const Bundle>(std::move(bundle));
}

const Verdict& TheOne(const Report& report) {
  return *std::ranges::find(report.verdicts, kName,
                            [](const Verdict& verdict) { return verdict.bundle->name; });
}

}  // namespace

JudgeScene::JudgeScene() : now(kNow) {
  leaf.sha256.fill(1);
  leaf.subject = "CN=example.com";
  leaf.issuer = "CN=E7,O=Some CA";
  leaf.dns_names = {"example.com", "www.example.com"};
  leaf.key = {KeyAlgorithm::kEc, 256, "ec-p256"};
  leaf.signature = "ecdsa-with-SHA384";
  leaf.subject_key_id = "leaf";
  leaf.authority_key_id = "issuer";
  SetLife(days{90}, days{20});
  Certificate issuer;
  issuer.sha256.fill(2);
  issuer.subject = leaf.issuer;
  issuer.issuer = "CN=Root";
  issuer.subject_key_id = leaf.authority_key_id;
  issuer.is_ca = true;
  issuer.not_before = now - days{1000};
  issuer.not_after = now + days{1000};
  rest = {issuer};

  lineage.has_conf = lineage.has_live = true;
  RenewalConf& renewal = lineage.conf.conf;
  renewal.version = "2.1.0";
  renewal.authenticator = "standalone";
  renewal.account = "0123";
  renewal.server = "https://acme-v02.api.letsencrypt.org/directory";
  SetLinks(3);
  lineage.archive = {true, 3, 3, 2};
  lineage.fullchain = FullchainState::kConsistent;
  lineage.key = {true, false, 0600, 0};

  CertbotRoot root;
  root.config_dir = "/etc/letsencrypt";
  ServerAccounts accounts;
  accounts.seen = true;
  accounts.complete = {renewal.account};
  root.accounts["acme-v02.api.letsencrypt.org/directory"] = accounts;
  root.pre_hooks.seen = root.deploy_hooks.seen = root.post_hooks.seen = true;
  root.deploy_hooks.programs = {"/etc/letsencrypt/renewal-hooks/deploy/reload"};
  machine.roots.push_back(std::move(root));
  machine.schedule.host.systemd_runs = true;
  AddScheduler("/usr/lib/systemd/system/certbot.timer", std::chrono::hours{24});
}

Scheduler& JudgeScene::AddScheduler(const std::string& where, std::chrono::seconds period) {
  ScheduledCall call;
  call.command.text = "certbot -q renew";
  call.command.program = "certbot";
  call.command.subcommand = "renew";
  call.program = {"/usr/bin/certbot", ProgramState::kExecutable, {}};
  Scheduler scheduler;
  scheduler.where = where;
  scheduler.command_line = call.command.text;
  scheduler.calls = {call};
  scheduler.state = SchedulerState::kEnabled;
  scheduler.longest_period = period;
  machine.schedule.schedulers.push_back(std::move(scheduler));
  return machine.schedule.schedulers.back();
}

PluginEnvironment& JudgeScene::AddPackages(const std::string& program,
                                           std::vector<std::string> names) {
  auto environment = std::make_shared<PluginEnvironment>();
  environment->plugins = std::move(names);
  environment->where = "/usr";
  PluginEnvironment& added = *environment;
  machine.plugin_environments[program] = std::move(environment);
  return added;
}

void JudgeScene::AddCliIni(const std::string& path, std::string_view settings) {
  machine.schedule.cli_inis.push_back({path, ParseCliIni(settings).value()});
}

LogRun& JudgeScene::SetLastRun(std::chrono::seconds ago) {
  LogRun& run = last_renew_run.emplace();
  run.start = now - ago;
  run.last_record = run.start + std::chrono::seconds{20};
  run.version = "2.1.0";
  run.command = CertbotCommand::kRenew;
  run.end = RunEnd::kFinished;
  run.failures = FailureCounts{};
  return run;
}

void JudgeScene::SetDirectory(const std::string& path) {
  PathFact& fact = Path(path);
  fact.state = PathFact::State::kPresent;
  fact.kind = FileKind::kDirectory;
  fact.permissions = 0755;
  Place(path) = {WritePlace::Obstacle::kNone, path, false};
}

void JudgeScene::SetMissing(const std::string& path) {
  Path(path).state = PathFact::State::kMissing;
  Place(path) = {WritePlace::Obstacle::kNone, "/", false};
}

void JudgeScene::SetFile(const std::string& path, mode_t permissions) {
  PathFact& fact = Path(path);
  fact.state = PathFact::State::kPresent;
  fact.kind = FileKind::kRegular;
  fact.permissions = permissions;
  Place(path) = {WritePlace::Obstacle::kNotDirectory, path, false};
}

void JudgeScene::UseWebroot(const std::string& path) {
  conf().authenticator = "webroot";
  conf().webroot_path = {path};
  for (const std::string& name : leaf.dns_names) conf().webroot_map.emplace_back(name, path);
  SetDirectory(path);
}

void JudgeScene::SetLinks(int version) {
  for (LineageLink& link : lineage.links) link = {LinkState::kGood, "", version};
}

void JudgeScene::SetLife(std::chrono::seconds lifetime, std::chrono::seconds age) {
  leaf.not_before = now - age;
  leaf.not_after = leaf.not_before + lifetime;
  lineage.newest_saved = leaf.not_before + std::chrono::hours{1};
}

void JudgeScene::UseEndpoint() {
  source = Source::kEndpoint;
  endpoint.target.host = kName;
  endpoint.address = "192.0.2.1";
  endpoint.probed = now;
  endpoint.hostname_matches = true;
  endpoint.protocol = "TLSv1.3";
}

void JudgeScene::PutOnDisk(const Certificate& newest) {
  lineage_on_disk.emplace();
  lineage_on_disk->newest = std::make_shared<const Certificate>(newest);
  lineage_on_disk->newest_saved = now - days{2};
  chain_on_disk = {newest, rest.front()};
}

Report JudgeScene::Judge() const {
  Bundle bundle;
  bundle.source = source;
  bundle.name = kName;
  bundle.failures = failures;
  const auto shared_leaf = std::make_shared<const Certificate>(leaf);
  if (presents_leaf) {
    bundle.chain.push_back(shared_leaf);
    for (const Certificate& certificate : rest)
      bundle.chain.push_back(std::make_shared<const Certificate>(certificate));
  }
  auto run = std::make_shared<CollectorRun>();
  run->collector = "certbot";
  run->finished = now;
  if (source == Source::kCertbot) {
    Lineage judged = lineage;
    judged.name = kName;
    if (judged.newest == nullptr && presents_leaf) judged.newest = shared_leaf;
    bundle.lineage = std::make_shared<const Lineage>(std::move(judged));
  }
  if (source == Source::kCertbot || !neighbours.empty()) {
    CertbotMachine seen = machine;
    if (history || last_renew_run || last_run || !plugins.empty()) {
      CertbotHistory told;
      told.plugins = plugins;
      told.entry_point = entry_point;
      told.version_seen = now - days{1};
      if (history) told.lineages[kName] = *history;
      if (last_renew_run) told.last_renew_run = std::make_shared<const LogRun>(*last_renew_run);
      told.last_run = last_run ? std::make_shared<const LogRun>(*last_run) : told.last_renew_run;
      seen.roots.front().history = std::make_shared<const CertbotHistory>(std::move(told));
    }
    run->certbot = std::make_shared<const CertbotMachine>(std::move(seen));
  }
  if (source == Source::kEndpoint) bundle.endpoint = std::make_shared<const Endpoint>(endpoint);
  run->bundles.push_back(std::make_shared<const Bundle>(std::move(bundle)));
  if (lineage_on_disk) {
    Bundle on_disk;
    on_disk.source = Source::kCertbot;
    on_disk.name = "on-disk";
    for (const Certificate& certificate : chain_on_disk)
      on_disk.chain.push_back(std::make_shared<const Certificate>(certificate));
    on_disk.lineage = std::make_shared<const Lineage>(*lineage_on_disk);
    run->bundles.push_back(std::make_shared<const Bundle>(std::move(on_disk)));
  }
  for (std::size_t i = 0; i < neighbours.size(); ++i)
    run->bundles.push_back(Neighbour(i, neighbours[i]));
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->runs.push_back(std::move(run));
  if (!preflight.empty()) {
    auto told = std::make_shared<Preflight>();
    told->lineages[{machine.roots.front().config_dir, kName}] = preflight;
    told->valid_until = preflight_valid_until;
    auto second = std::make_shared<CollectorRun>();
    second->collector = "preflight";
    second->preflight = std::move(told);
    snapshot->runs.push_back(std::move(second));
  }
  return Evaluate(std::move(snapshot), {}, now);
}

Verdict JudgeScene::JudgeOne() const {
  const Report report = Judge();
  return TheOne(report);
}

void CheckCases(const std::vector<JudgeCase>& cases) {
  for (const JudgeCase& one : cases) {
    SCOPED_TRACE(std::string(one.id) + ": " + std::string(one.what));
    JudgeScene scene;
    one.change(scene);
    const Report report = scene.Judge();
    const Verdict& verdict = TheOne(report);
    std::vector<ActiveProblem> problems = verdict.problems;
    for (const ClientVerdict& client : report.clients)
      problems.insert(problems.end(), client.problems.begin(), client.problems.end());
    const auto found =
        std::ranges::find(problems, one.id, [](const ActiveProblem& p) { return p.kind->id; });
    const bool is_there = found != problems.end();
    EXPECT_EQ(is_there, one.severity.has_value()) << (is_there ? found->detail : "not raised");
    if (!is_there || !one.severity) continue;
    EXPECT_EQ(NameOf(found->severity), NameOf(*one.severity)) << found->detail;
    EXPECT_EQ(found->next_renewal == NextRenewal::kFails, one.next_renewal == NextRenewal::kFails)
        << found->detail;
    EXPECT_FALSE(found->detail.empty());
    if (one.next_renewal == NextRenewal::kFails) {
      EXPECT_FALSE(verdict.next_renewal_ok());
    }
  }
}

}  // namespace certhealth
