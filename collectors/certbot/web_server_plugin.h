// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "collectors/renewal_conf.h"
#include "collectors/web_server/web_sites.h"

namespace certhealth {

/// What certbot's nginx or apache plugin works on, or serves its webroots.
struct WebServerPlugin {
  WebServer server = WebServer::kNginx;
  std::string_view name;    // "nginx": of the plugin
  std::string ctl;          // the program that it starts
  std::string server_root;  // "/etc/nginx"

  /// The key of CertbotMachine::web_servers.
  std::string key() const { return std::string(name) + " " + server_root; }
};

/// The one that `conf` uses as authenticator or installer, with the defaults of Debian's and of
/// upstream's plugins; nullopt for none. nginx comes first.
std::optional<WebServerPlugin> WebServerOf(const RenewalConf& conf);

/// The one that Debian's packages set up.
WebServerPlugin DefaultWebServer(WebServer server);

}  // namespace certhealth
