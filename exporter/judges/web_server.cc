// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/web_server.h"

#include <algorithm>
#include <string>

#include "collectors/certbot/pre_hook.h"
#include "exporter/judges/findings.h"
#include "exporter/judges/usable_conf.h"

namespace certhealth::judges {
namespace {

/// cli.ini and the command line win over the conf, and may set the plugin up for another program or
/// place.
bool IsSetUpElsewhere(const Schedule& schedule, const std::string& prefix) {
  return std::ranges::any_of(schedule.cli_inis,
                             [&](const CliIniFile& file) {
                               return std::ranges::any_of(file.settings.settings,
                                                          [&](const CliIniSetting& setting) {
                                                            return setting.key.starts_with(prefix);
                                                          });
                             }) ||
         std::ranges::any_of(schedule.schedulers, [&](const Scheduler& scheduler) {
           return scheduler.command_line.find("--" + prefix) != std::string::npos ||
                  std::ranges::any_of(scheduler.calls, [&](const ScheduledCall& call) {
                    return call.command.text.find("--" + prefix) != std::string::npos;
                  });
         });
}

/// certbot needs a host that listens where the CA will ask (certbot_apache, http_01.py,
/// _relevant_vhosts): one for the name itself or any other without TLS.
bool HasHostOn(const WebServerConf& conf, std::uint16_t port) {
  return std::ranges::any_of(conf.hosts, [port](const ApacheHost& host) {
    return std::ranges::any_of(host.ports, [port](const std::string& text) {
      return text.empty() || text == "*" || text == std::to_string(port);
    });
  });
}

/// Programs that are the web server itself, as /proc names them.
bool IsTheServer(const WebServerPlugin& plugin, const std::string& process) {
  // Systemd holds the sockets that it hands to services.
  if (process == "systemd" || process == plugin.ctl.substr(plugin.ctl.rfind('/') + 1)) return true;
  if (plugin.server == WebServer::kNginx)
    return process.starts_with("nginx") || process.starts_with("openresty");
  return process.starts_with("apache") || process.starts_with("httpd");
}

/// Another program that holds the port, so that neither the server nor what certbot adds to its
/// configuration could bind it; null for none that is certain.
const ListeningSocket* OtherHolder(const Case& given, const WebServerPlugin& plugin,
                                   std::uint16_t port) {
  if (!given.machine->listeners) return nullptr;
  const ListeningSocket* holder = nullptr;
  for (const ListeningSocket& listener : *given.machine->listeners) {
    if (listener.port != port) continue;
    // Who cannot be named may be the server; behind a proxy it shares the port by its address.
    if (listener.process.empty() || IsTheServer(plugin, listener.process)) return nullptr;
    const bool is_any_ipv4 = listener.is_wildcard() && (listener.family == AddressFamily::kIpv4 ||
                                                        listener.ipv6_only == false);
    if (is_any_ipv4) holder = &listener;
  }
  return holder;
}

}  // namespace

std::optional<Finding> WebServerConfig(const Case& given) {
  const RenewalConf* conf = UsableConf(given);
  if (conf == nullptr || !given.plan.enabled) return std::nullopt;
  const std::optional<WebServerPlugin> plugin = WebServerOf(*conf);
  if (!plugin) return std::nullopt;
  const std::string name(plugin->name);
  if (IsSetUpElsewhere(given.machine->schedule, name + "-")) return std::nullopt;
  const PathFact& program = given.machine->Fact(plugin->ctl);
  if (program.state == PathFact::State::kMissing) {
    return LacksPlugin(*conf, name,
                       "certbot's " + name + " plugin needs the program " + plugin->ctl +
                           ", which does not exist");
  }
  if (program.state == PathFact::State::kPresent && !program.is_executable()) {
    return LacksPlugin(*conf, name,
                       "certbot's " + name + " plugin needs the program " + plugin->ctl +
                           ", which is not executable");
  }
  // Where not even the program can be seen, its files may be elsewhere too.
  if (program.state != PathFact::State::kPresent) return std::nullopt;
  const auto found = given.machine->web_servers.find(plugin->key());
  if (found == given.machine->web_servers.end()) return std::nullopt;
  const WebServerConf& server = *found->second;
  if (!server.fault.empty()) {
    return LacksPlugin(
        *conf, name,
        server.fault + ": " + name + " refuses its configuration, which certbot has it test first");
  }
  if (conf->authenticator == "apache" && plugin->server == WebServer::kApache && server.complete &&
      !HasHostOn(server, conf->http01_port)) {
    return FailsRenewal("no virtual host in " + plugin->server_root + " listens on port " +
                        std::to_string(conf->http01_port) +
                        ": certbot has none to answer the challenge with");
  }
  if (conf->authenticator != plugin->name || MayRunPreHook(*given.lineage, *given.machine) ||
      given.machine->roots[given.lineage->root].lock_holder)
    return std::nullopt;
  if (const ListeningSocket* holder = OtherHolder(given, *plugin, conf->http01_port)) {
    return FailsRenewal(holder->process + " listens on " + ToString(*holder) + ": " + name +
                        " cannot answer the challenge there");
  }
  return std::nullopt;
}

}  // namespace certhealth::judges
