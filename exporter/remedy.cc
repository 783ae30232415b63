// SPDX-License-Identifier: Apache-2.0
#include "exporter/remedy.h"

namespace certhealth {

std::string_view RemedyFor(RenewalFailure reason) {
  switch (reason) {
    case RenewalFailure::kPortTaken:
      return "See what holds the port (`ss -ltnp`). Stop it for the renewal with --pre-hook and "
             "--post-hook, or let the web server answer the challenge.";
    case RenewalFailure::kUnauthorized:
      return "Something else answers for the name: compare the webroot in the conf with what the "
             "web server serves, and the name's A and AAAA records with this machine's addresses.";
    case RenewalFailure::kConnection:
      return "The CA could not reach this machine: open port 80 in every firewall on the way, and "
             "check that the A and AAAA records lead here.";
    case RenewalFailure::kDns:
      return "The CA could not resolve the name: look at its records with `dig`, at DNSSEC, and "
             "whether the domain is still registered. One dead name fails the whole certificate.";
    case RenewalFailure::kCaa:
      return "A CAA record forbids this CA: add it (`dig CAA` shows what is there), or use the CA "
             "that the record allows.";
    case RenewalFailure::kRateLimited:
      return "The CA refuses for a while: wait until the moment that it gives, and find what asked "
             "so often. Try with --dry-run until then.";
    case RenewalFailure::kWebroot:
      return "Set the webroot for every name: `certbot reconfigure --cert-name NAME --webroot -w "
             "DIR`, and check that certbot may write there.";
    case RenewalFailure::kPlugin:
      return "Install the plugin for the certbot that runs, and give it its credentials "
             "(`certbot plugins` lists what there is).";
    case RenewalFailure::kAccount:
      return "Restore accounts/ from a backup, or register anew and set account = in the conf "
             "(`certbot show_account`).";
    case RenewalFailure::kHook:
      return "Set a manual_auth_hook that exists and is executable, or use a method that needs "
             "nobody at the keyboard.";
    case RenewalFailure::kWebServerConfig:
      return "The web server does not accept its own configuration: `nginx -t` or `apachectl "
             "configtest` says where.";
    case RenewalFailure::kReloadFailed:
      return "The certificate is there: see why the server does not take it (`nginx -t`, "
             "`apachectl configtest`), then reload it.";
    case RenewalFailure::kServerUnreachable:
      return "The CA did not answer: check this machine's way out, its resolver, its clock and its "
             "CA certificates. If it was the CA, the next run will do.";
    case RenewalFailure::kLock:
      return "Another certbot was running: see whether one hangs (`ps -ef | grep certbot`), and "
             "that only one scheduler starts it.";
    case RenewalFailure::kConfiguration:
      return "certbot cannot use its configuration: mend what the message names, in the renewal "
             "conf or in cli.ini.";
    case RenewalFailure::kInterrupted:
      return "The run was killed half-way: by a reboot, a timeout of its unit, or for want of "
             "memory (`journalctl -u certbot`). The next run tries again.";
    case RenewalFailure::kOther:
      break;
  }
  return "The message is certbot's own; the lines around it in "
         "/var/log/letsencrypt/letsencrypt.log say more.";
}

}  // namespace certhealth
