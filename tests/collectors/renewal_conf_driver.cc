// SPDX-License-Identifier: Apache-2.0
// Reads confs from standard input, each as "LENGTH\n" and so many bytes, and writes for each what
// ReadRenewalConf makes of it as one line of JSON. renewal_conf_differential.py compares.
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "collectors/renewal_conf.h"

namespace certhealth {
namespace {

nlohmann::json Answer(const std::string& text) {
  const ConfReading reading = ReadRenewalConf(text, "file");
  const RenewalConf& conf = reading.conf;
  return {{"fault", reading.fault ? static_cast<int>(*reading.fault) : -1},
          {"detail", reading.fault_detail},
          {"lists", conf.unexpected_lists},
          {"cert", conf.cert},
          {"fullchain", conf.fullchain},
          {"autorenew", conf.autorenew},
          {"allow_subset_of_names", conf.allow_subset_of_names},
          {"reuse_key", conf.reuse_key},
          {"http01_port", conf.http01_port},
          {"pref_challs", conf.preferred_challenges},
          {"account", conf.account},
          {"server", conf.server},
          {"authenticator", conf.authenticator},
          {"installer", conf.installer},
          {"http01_address", conf.http01_address},
          {"pre_hook", conf.pre_hook},
          {"post_hook", conf.post_hook},
          {"renew_hook", conf.deploy_hook},
          {"manual_auth_hook", conf.manual_auth_hook},
          {"webroot_path", conf.webroot_path},
          {"webroot_map", conf.webroot_map}};
}

}  // namespace
}  // namespace certhealth

int main() {
  std::string length;
  while (std::getline(std::cin, length)) {
    std::string text(std::stoul(length), '\0');
    std::cin.read(text.data(), static_cast<std::streamsize>(text.size()));
    std::cout << certhealth::Answer(text).dump() << '\n';
  }
}
