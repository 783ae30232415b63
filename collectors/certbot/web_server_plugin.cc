// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/web_server_plugin.h"

namespace certhealth {

std::optional<WebServerPlugin> WebServerOf(const RenewalConf& conf) {
  const auto or_else = [](const std::string& text, const char* otherwise) {
    return text.empty() ? std::string(otherwise) : text;
  };
  const auto is_used = [&](std::string_view plugin) {
    return conf.authenticator == plugin || conf.installer == plugin;
  };
  if (is_used("nginx")) {
    return WebServerPlugin{WebServer::kNginx, "nginx", or_else(conf.nginx_ctl, "nginx"),
                           or_else(conf.nginx_server_root, "/etc/nginx")};
  }
  if (is_used("apache")) {
    return WebServerPlugin{WebServer::kApache, "apache", or_else(conf.apache_ctl, "apache2ctl"),
                           or_else(conf.apache_server_root, "/etc/apache2")};
  }
  return std::nullopt;
}

WebServerPlugin DefaultWebServer(WebServer server) {
  if (server == WebServer::kNginx) return {server, "nginx", "nginx", "/etc/nginx"};
  return {server, "apache", "apache2ctl", "/etc/apache2"};
}

}  // namespace certhealth
