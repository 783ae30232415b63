// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/served_webroot.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <string_view>

#include "collectors/certbot/pre_hook.h"
#include "exporter/judges/findings.h"
#include "exporter/judges/usable_conf.h"
#include "exporter/judges/webroots.h"

namespace certhealth::judges {
namespace {

using Kind = ChallengeAnswer::Kind;

/// certbot writes the conf right after the certificate.
constexpr std::chrono::seconds kSavingTakes{60};
/// A configuration may be edited some time before the server reads it.
constexpr std::chrono::hours kUntilReload{24};

/// The server that takes the CA's connections.
struct Holder {
  const WebServerConf* conf = nullptr;
  std::string_view name;
  bool is_sure = true;  // by the names of processes
};

std::optional<WebServer> ServerOf(std::string_view process) {
  if (process.starts_with("nginx")) return WebServer::kNginx;
  if (process.starts_with("apache2") || process.starts_with("httpd")) return WebServer::kApache;
  return std::nullopt;
}

const WebServerConf* ConfOf(const CertbotMachine& machine, WebServer server) {
  const auto found = machine.web_servers.find(DefaultWebServer(server).key());
  if (found == machine.web_servers.end() || !found->second->sites) return nullptr;
  return found->second.get();
}

/// Whose process that is cannot be seen: that of the only server that runs, else perhaps of the
/// only one that is set up.
std::optional<Holder> HiddenHolder(const CertbotMachine& machine) {
  std::set<WebServer> running;
  std::set<WebServer> set_up;
  for (const std::string& process : machine.processes) {
    if (const auto server = ServerOf(process)) running.insert(*server);
  }
  for (const WebServer server : {WebServer::kNginx, WebServer::kApache}) {
    if (machine.web_servers.contains(DefaultWebServer(server).key())) set_up.insert(server);
  }
  const std::set<WebServer>& candidates = running.empty() ? set_up : running;
  if (candidates.size() != 1) return std::nullopt;
  const WebServerConf* conf = ConfOf(machine, *candidates.begin());
  if (conf == nullptr) return std::nullopt;
  return Holder{conf, DefaultWebServer(*candidates.begin()).name, !running.empty()};
}

std::optional<Holder> HolderOf(const CertbotMachine& machine, std::uint16_t port) {
  if (!machine.listeners) return std::nullopt;
  std::optional<std::string> process;
  for (const ListeningSocket& listener : *machine.listeners) {
    if (listener.port != port) continue;
    if (process && *process != listener.process) return std::nullopt;
    process = listener.process;
  }
  if (!process) return std::nullopt;
  if (const auto server = ServerOf(*process)) {
    const WebServerConf* conf = ConfOf(machine, *server);
    if (conf == nullptr) return std::nullopt;
    return Holder{conf, DefaultWebServer(*server).name};
  }
  if (!process->empty()) return std::nullopt;
  return HiddenHolder(machine);
}

/// A renewal worked with this conf and this configuration of the server: whatever they seem to say,
/// the CA finds the challenges.
bool IsProven(const Lineage& lineage, const WebServerConf& server) {
  return lineage.archive.before_newest > 0 && lineage.newest_saved &&
         lineage.conf_written <= *lineage.newest_saved + kSavingTakes &&
         server.changed + kUntilReload <= *lineage.newest_saved;
}

enum class Service { kFound, kUnknown, kPerhapsWrong, kWrong };

Service Judge(const ChallengeAnswer& answer, const DirectoryPlace& written,
              const CertbotMachine& machine) {
  if (answer.kind == Kind::kRefuses) return Service::kWrong;
  if (answer.kind != Kind::kDirectory && answer.kind != Kind::kFallback) return Service::kUnknown;
  const DirectoryPlace* served = machine.Directory(answer.directory);
  if (served == nullptr) return Service::kUnknown;
  if (*served == written) return Service::kFound;
  return answer.kind == Kind::kDirectory ? Service::kWrong : Service::kPerhapsWrong;
}

std::string Describe(const ChallengeAnswer& answer, const Holder& holder, const std::string& name,
                     std::string_view webroot) {
  const std::string server(holder.name);
  if (answer.kind == Kind::kRefuses) {
    return server + " answers " + std::to_string(answer.status) + " to challenges of " + name +
           " (" + answer.place + ")";
  }
  return server + " looks for challenges of " + name + " in " + answer.directory + " (" +
         answer.place + "), and certbot puts them below " + std::string(webroot);
}

struct NameJudgement {
  Service service = Service::kUnknown;
  std::string detail;
};

/// Wrong only where every address that the CA may choose gives the wrong answer.
NameJudgement JudgeName(const Case& given, const Holder& holder, const std::string& name,
                        const std::string& webroot) {
  const CertbotMachine& machine = *given.machine;
  const DirectoryPlace* written = machine.Directory(ChallengeDirectory(webroot));
  if (written == nullptr) return {};
  const std::uint16_t port = given.lineage->conf.conf.http01_port;
  const ChallengeAnswers met = holder.conf->sites->AnswersTo(name, port);
  if (met.answers.empty()) return {};
  NameJudgement least{Service::kWrong, {}};
  for (const ChallengeAnswer& answer : met.answers) {
    const Service service = Judge(answer, *written, machine);
    if (service < least.service || least.detail.empty())
      least = {std::min(service, least.service), Describe(answer, holder, name, webroot)};
  }
  // Names that the server does not know may be served by another machine, from a shared directory;
  // from one that is not there nobody serves.
  const bool is_missing = machine.Fact(webroot).state == PathFact::State::kMissing;
  const bool may_be_found = met.may_leave || (!met.is_named && !is_missing);
  if (least.service == Service::kWrong && may_be_found) least.service = Service::kPerhapsWrong;
  return least;
}

}  // namespace

std::optional<Finding> WebrootServedOtherwise(const Case& given) {
  const RenewalConf* conf = ConfOfAuthenticator(given, "webroot");
  if (conf == nullptr || !given.plan.enabled) return std::nullopt;
  const std::optional<Holder> holder = HolderOf(*given.machine, conf->http01_port);
  if (!holder || IsProven(*given.lineage, *holder->conf)) return std::nullopt;
  const Webroots webroots(*conf);
  std::string certain;
  std::string perhaps;
  bool is_every_name_wrong = true;
  for (const std::string& name : NamesToRenew(given)) {
    const std::string webroot(webroots.Of(name));
    if (IsWildcard(name) || webroot.empty()) continue;
    NameJudgement judgement = JudgeName(given, *holder, name, webroot);
    is_every_name_wrong = is_every_name_wrong && judgement.service == Service::kWrong;
    if (judgement.service == Service::kWrong && certain.empty())
      certain = std::move(judgement.detail);
    if (judgement.service == Service::kPerhapsWrong && perhaps.empty())
      perhaps = std::move(judgement.detail);
  }
  const bool is_enough = !conf->allow_subset_of_names || is_every_name_wrong;
  const bool is_sure = holder->is_sure && !MayRunPreHook(*given.lineage, *given.machine);
  if (!certain.empty() && is_enough && is_sure)
    return FailsRenewal(certain + ": the CA will not find them");
  if (certain.empty()) certain = std::move(perhaps);
  if (certain.empty()) return std::nullopt;
  return Risk(certain + ": the CA may not find them");
}

}  // namespace certhealth::judges
