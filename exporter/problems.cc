// SPDX-License-Identifier: Apache-2.0
// The table of problems. A row and its judge are all that a new problem takes: the metrics,
// `check`, the status page and the JSON report go by this table, and tests hold the documents
// against it.
#include <algorithm>
#include <array>

#include "exporter/judges/box.h"
#include "exporter/judges/certificate.h"
#include "exporter/judges/challenge.h"
#include "exporter/judges/client.h"
#include "exporter/judges/credentials.h"
#include "exporter/judges/endpoint.h"
#include "exporter/judges/hooks.h"
#include "exporter/judges/last_renewal.h"
#include "exporter/judges/lineage.h"
#include "exporter/judges/next_renewal.h"
#include "exporter/judges/preflight.h"
#include "exporter/judges/reload.h"
#include "exporter/judges/standalone.h"
#include "exporter/judges/web_server.h"
#include "exporter/judges/webroot.h"
#include "exporter/problem.h"

namespace certhealth {
namespace {

using enum ProblemGroup;
using enum Severity;

constexpr auto kProblems = std::to_array<ProblemKind>({
    // The certificate.
    {"expired", kCertificate, kCritical, "The certificate has expired.",
     "Renew it now: `certbot renew --force-renewal --cert-name NAME`, then reload the server. Look "
     "at the other problems of this certificate for why it was not renewed in time.",
     judges::Expired, "Replace it by a new one, then reload what serves it."},
    {"expires_soon", kCertificate, kCritical,
     "Less is left than a certificate of this life should ever have.",
     "Find out why it was not replaced: `certbot renew --dry-run --cert-name NAME` shows what a "
     "renewal runs into.",
     judges::ExpiresSoon,
     "Find out who should have replaced it and why that did not happen; replace it before then."},
    {"not_yet_valid", kCertificate, kCritical, "The certificate's validity has not begun.",
     "Check the machine's clock (`timedatectl`). If the clock is right, serve the certificate from "
     "before until then.",
     judges::NotYetValid},
    {"renewal_overdue", kCertificate, kWarning,
     "Less is left than the renewal threshold: automatic renewal should have run and did not "
     "succeed.",
     "Read the newest run in /var/log/letsencrypt/letsencrypt.log, check that the timer runs "
     "(`systemctl list-timers`), and try `certbot renew --dry-run --cert-name NAME`.",
     judges::RenewalOverdue},
    {"chain_expires_first", kCertificate, kWarning,
     "Another certificate of the chain expires before the leaf.",
     "Renew, so that the CA's present chain is fetched; if it stays, ask for another one with "
     "--preferred-chain.",
     judges::ChainExpiresFirst},
    {"chain_broken", kCertificate, kCritical,
     "The chain does not lead from the certificate to its issuer.",
     "Put the issuer's certificate behind the leaf. `certbot renew --force-renewal --cert-name "
     "NAME` writes the chain anew.",
     judges::ChainBroken, "Put the issuer's certificate behind the leaf."},
    {"key_mismatch", kCertificate, kCritical, "The private key does not belong to the certificate.",
     "Restore the key of this version from archive/, or issue anew: `certbot renew --force-renewal "
     "--cert-name NAME`.",
     judges::KeyMismatch},
    {"key_exposed", kCertificate, kWarning, "Every local user can read the private key.",
     "`chmod 0600` the key and `chmod 0700` live/ and archive/. If others had access to the "
     "machine, replace the key.",
     judges::KeyExposed},
    {"weak_key", kCertificate, kWarning, "The key is smaller than what clients accept.",
     "Issue anew with a present-day key: `certbot renew --force-renewal --key-type ecdsa "
     "--cert-name NAME`.",
     judges::WeakKey, "Have it issued anew with a present-day key: P-256, or RSA with 2048 bits."},
    {"weak_signature", kCertificate, kWarning, "The signature uses a hash that clients refuse.",
     "Have the CA issue it anew with SHA-256.", judges::WeakSignature},
    {"staging_certificate", kCertificate, kWarning,
     "A staging environment issued it: no client trusts it.",
     "Issue it from the production server: `certbot certonly --cert-name NAME --server "
     "https://acme-v02.api.letsencrypt.org/directory --force-renewal`.",
     judges::StagingCertificate, "Have it issued by the CA's production server."},
    {"self_signed", kCertificate, kWarning, "The certificate is signed by its own key.",
     "Replace it by one from a CA, or take the file out of what is watched.", judges::SelfSigned},
    {"unreadable", kCertificate, kCritical, "There should be a certificate, and it cannot be read.",
     "See the detail: repair or remove the file, or let the exporter read it (CAP_DAC_READ_SEARCH, "
     "a group, an ACL).",
     judges::Unreadable},
    // The lineage.
    {"links_broken", kLineage, kCritical, "The links in live/ are not as certbot demands.",
     "Point all four links in `live/NAME` to the same version in `archive/NAME` (`ln -sfn "
     "../../archive/NAME/certN.pem cert.pem`, and so on), or delete the lineage (`certbot delete "
     "--cert-name NAME`) and issue it anew.",
     judges::LinksBroken},
    {"live_behind_archive", kLineage, kCritical,
     "archive/ has a newer version than live/ points to.",
     "`certbot renew` moves the links at its next run; then reload the servers. If it does not, "
     "see its log.",
     judges::LiveBehindArchive},
    {"fullchain_mismatch", kLineage, kCritical,
     "fullchain.pem is not cert.pem followed by chain.pem.",
     "Find out what rewrote the files; `certbot renew --force-renewal --cert-name NAME` writes all "
     "of them anew.",
     judges::FullchainMismatch},
    {"update_interrupted", kLineage, kWarning,
     "certbot was interrupted while it installed a new version.",
     "The next `certbot renew` repairs it. Do not restart servers before that: the key may not fit "
     "the certificate.",
     judges::UpdateInterrupted},
    {"orphan_live", kLineage, kWarning, "live/NAME has no renewal conf: nothing renews it.",
     "If it is still served, issue it anew; if not, remove `live/NAME` and `archive/NAME`.",
     judges::OrphanLive},
    {"orphan_conf", kLineage, kCritical, "A renewal conf without its live/NAME.",
     "Remove the conf (`certbot delete --cert-name NAME`), or restore `live/NAME` from a backup "
     "with its links.",
     judges::OrphanConf},
    {"duplicate_names", kLineage, kWarning, "Two lineages carry exactly the same names.",
     "See which one the servers use (grep for live/ in their configuration), then `certbot delete` "
     "the other.",
     judges::DuplicateNames},
    {"names_dropped", kLineage, kWarning,
     "The certificate has fewer names than the version before.",
     "If that was not meant, mend what keeps the name from validating and issue anew with all "
     "names.",
     judges::NamesDropped},
    // Will the next renewal work.
    {"conf_invalid", kNextRenewal, kCritical, "certbot cannot use the renewal conf and skips it.",
     "Correct the line that is named. `certbot certificates` tells whether it reads the file then.",
     judges::ConfInvalid},
    {"conf_paths_wrong", kNextRenewal, kCritical,
     "The paths in the conf are not those of its lineage.",
     "Set cert, privkey, chain and fullchain to the files in `live/NAME`, or remove a conf that "
     "was copied.",
     judges::ConfPathsWrong},
    {"renewal_disabled", kNextRenewal, kWarning, "autorenew is off: certbot never renews it.",
     "Remove `autorenew = False` from the conf (`certbot reconfigure --cert-name NAME`), or take "
     "care of renewing it by hand.",
     judges::RenewalDisabled},
    {"renew_before_expiry_ignored", kNextRenewal, kCritical,
     "renew_before_expiry does not mean what was intended.",
     "Write it at the top of the conf as a number and a unit, such as 30 days, without a comma; or "
     "remove it.",
     judges::RenewBeforeExpiryIgnored},
    {"threshold_too_wide", kNextRenewal, kWarning,
     "The certificate is due for renewal at every run.",
     "Use certbot 4 or later for short-lived certificates, or set renew_before_expiry below their "
     "life.",
     judges::ThresholdTooWide},
    {"authenticator_missing", kNextRenewal, kCritical, "The conf names no authenticator.",
     "Add `authenticator = ...` to [renewalparams], or issue anew with the method that is meant.",
     judges::AuthenticatorMissing},
    {"plugin_missing", kNextRenewal, kCritical,
     "certbot does not have the plugin that the conf names, or cannot start at all.",
     "Install it for the certbot that runs: Debian `apt install python3-certbot-PLUGIN`, snap "
     "`snap "
     "install certbot-PLUGIN`, pip into certbot's own environment. Where its Python is gone, "
     "install certbot anew.",
     judges::PluginMissing},
    {"account_missing", kNextRenewal, kCritical, "The ACME account of the conf is not there.",
     "Restore accounts/ from a backup, or set account = to one that exists (`certbot "
     "show_account`), or register anew.",
     judges::AccountMissing},
    {"server_retired", kNextRenewal, kCritical, "The ACME server of the conf no longer issues.",
     "Issue anew from a server that does: `certbot certonly --cert-name NAME --server URL "
     "--force-renewal`.",
     judges::ServerRetired},
    {"staging_server", kNextRenewal, kWarning, "The conf's server is a staging environment.",
     "Issue anew from the production server; --dry-run tests without leaving such a conf behind.",
     judges::StagingServer},
    {"standalone_port_taken", kNextRenewal, kCritical,
     "The port that the standalone authenticator needs is held by another program.",
     "Let the web server answer the challenge (`certbot reconfigure --cert-name NAME --webroot -w "
     "DIR`, or its plugin), or stop it for the renewal: --pre-hook and --post-hook.",
     judges::StandalonePortUnusable},
    {"webroot_missing", kNextRenewal, kWarning, "A webroot of the conf does not exist.",
     "Set webroot_map and webroot_path to the directory that the web server serves for these names "
     "(`certbot reconfigure --cert-name NAME --webroot -w DIR`), then try `certbot renew --dry-run "
     "--cert-name NAME`.",
     judges::WebrootMissing},
    {"webroot_not_directory", kNextRenewal, kCritical, "A webroot of the conf is not a directory.",
     "Set webroot_map and webroot_path to the directory that the web server serves for these "
     "names.",
     judges::WebrootNotDirectory},
    {"webroot_not_writable", kNextRenewal, kCritical, "A webroot of the conf cannot be written to.",
     "Mount it read-write, or use another webroot, or have the server serve "
     "/.well-known/acme-challenge/ from elsewhere.",
     judges::WebrootNotWritable},
    {"webroot_map_incomplete", kNextRenewal, kCritical,
     "certbot knows no webroot for a name of the certificate.",
     "Add the name to [[webroot_map]], or set webroot_path (`certbot reconfigure --cert-name NAME "
     "--webroot -w DIR`).",
     judges::WebrootMapIncomplete},
    {"webroot_disagrees", kNextRenewal, kWarning,
     "webroot_path and webroot_map name different directories.",
     "Find out which one the web server serves, and set both to it.", judges::WebrootDisagrees},
    {"wildcard_needs_dns", kNextRenewal, kCritical,
     "A wildcard name with a method that cannot validate it.",
     "Use a dns plugin, or a manual hook with --preferred-challenges dns.",
     judges::WildcardNeedsDns},
    {"manual_without_hook", kNextRenewal, kCritical,
     "The manual method without a hook cannot renew unattended.",
     "Issue anew with --manual-auth-hook, or with a method that needs nobody at the keyboard.",
     judges::ManualWithoutHook},
    {"hook_missing", kNextRenewal, kCritical, "A hook does not exist.",
     "Restore the program, or correct the hook where the detail says: in the conf (`certbot "
     "reconfigure --cert-name NAME`), in cli.ini or in what starts certbot.",
     judges::HookMissing},
    {"hook_not_executable", kNextRenewal, kCritical, "A hook cannot be executed.",
     "`chmod +x` the file, or correct its first line where that names an interpreter that is not "
     "there.",
     judges::HookNotExecutable, "", judges::DirectoryHookNotExecutable},
    {"credentials_missing", kNextRenewal, kCritical,
     "The credentials file of the DNS plugin is not there.",
     "Restore the file, or set its path in the conf.", judges::CredentialsMissing},
    {"credentials_incomplete", kNextRenewal, kCritical,
     "The credentials file of the DNS plugin lacks what the plugin needs.",
     "Add what the detail names; the plugin's documentation shows the whole file.",
     judges::CredentialsIncomplete},
    {"credentials_exposed", kNextRenewal, kWarning,
     "Every local user can read the DNS provider's credentials.",
     "`chmod 0600` the file; if others had access to the machine, replace the token.",
     judges::CredentialsExposed},
    {"webroot_not_served", kNextRenewal, kCritical,
     "What certbot puts into the webroot is not what the CA gets.",
     "Set webroot_map and webroot_path to the directory that the web server serves for "
     "/.well-known/acme-challenge/ (`certbot reconfigure --cert-name NAME --webroot -w DIR`), or "
     "correct the server's configuration.",
     judges::WebrootNotServed},
    {"dns_unresolved", kNextRenewal, kCritical,
     "A name of the certificate does not resolve (--preflight=dns).",
     "Restore the name's A and AAAA records, or issue anew without it: one name that is gone fails "
     "the whole certificate.",
     judges::DnsUnresolved},
    {"dns_points_elsewhere", kNextRenewal, kCritical,
     "A name of the certificate leads to another machine (--preflight=dns).",
     "Correct the A and AAAA records, IPv6 first: the CA prefers it. Where NAT, a balancer or a "
     "CDN "
     "is in between, tell its addresses: `--preflight.addresses=ADDRESS`.",
     judges::DnsPointsElsewhere},
    {"dns_update_refused", kNextRenewal, kCritical,
     "The DNS server of the credentials is not there, or does not take the key (--preflight=dns).",
     "Try `dig +tcp SOA DOMAIN @SERVER`, with `-k FILE` for the key: see to the server, to the "
     "name, algorithm and secret of the key on both sides, and to both clocks.",
     judges::DnsUpdateRefused},
    {"caa_forbids", kNextRenewal, kCritical,
     "The CAA records of a name do not let the CA issue (--preflight=caa).",
     "Add the CA to the CAA records of the name, or of the domain above it (`0 issue "
     "\"letsencrypt.org\"`), with the account and the method that are in use, if they are named.",
     judges::CaaForbids},
    {"ca_unreachable", kNextRenewal, kCritical,
     "The ACME server of the conf cannot be used from this machine (--preflight=acme).",
     "Try `curl URL` with the server's URL of the detail: see to the firewall, the resolver, the "
     "clock and the roots (`update-ca-certificates`) of this machine.",
     judges::CaUnreachable},
    {"web_server_config", kNextRenewal, kCritical,
     "certbot's plugin cannot work with the web server as it is.",
     "Correct what the detail names; `nginx -t` or `apache2ctl configtest` tells when the server "
     "accepts its configuration.",
     judges::WebServerConfig},
    {"directory_not_writable", kNextRenewal, kCritical,
     "certbot cannot write to one of its own directories.", "Make room, or mount it read-write.",
     judges::DirectoryNotWritable},
    {"cli_ini_invalid", kNextRenewal, kCritical, "certbot does not accept its cli.ini.",
     "Correct the line that is named; `certbot --version` runs without complaint then.",
     judges::CliIniInvalid},
    {"mode_not_judged", kNextRenewal, kInfo, "What this method of renewal needs is not known here.",
     "`certbot renew --dry-run --cert-name NAME` tells whether it works.", judges::ModeNotJudged},
    // Is anything renewing at all.
    {"not_scheduled", kRenewing, kCritical, "Nothing starts certbot to renew it.",
     "Debian: `systemctl enable --now certbot.timer`. Snap: `snap start --enable certbot.renew`. "
     "Elsewhere a cron entry that calls `certbot renew -q` twice a day.",
     judges::LineageNotScheduled, "", judges::NotScheduled},
    {"scheduled_twice", kRenewing, kWarning, "Two schedulers start certbot.",
     "Keep one of them: disable the other's timer, or remove its cron entry. Where two certbots "
     "are installed, remove one.",
     nullptr, "", judges::ScheduledTwice},
    {"scheduled_too_rarely", kRenewing, kWarning,
     "certbot is started too seldom for the life of this certificate.",
     "Start `certbot renew -q` twice a day: a run that finds nothing due does nothing.",
     judges::ScheduledTooRarely},
    {"runs_stopped", kRenewing, kWarning, "certbot should have run since, and did not.",
     "See why: `systemctl status certbot.timer certbot.service`, or the mail of cron. A certbot "
     "that dies at its start leaves no log: try `certbot renew --dry-run`.",
     nullptr, "", judges::RunsStopped},
    {"last_run_failed", kRenewing, kWarning, "The last run of certbot renew failed.",
     "The reason is in the detail and in the problems of each certificate, the whole story in "
     "/var/log/letsencrypt/letsencrypt.log.",
     nullptr, "", judges::LastRunFailed},
    {"last_renewal_failed", kRenewing, kWarning, "The last attempt to renew it failed.",
     "Mend what the reason in the detail names, then try `certbot renew --dry-run --cert-name "
     "NAME`. The whole story is in /var/log/letsencrypt/letsencrypt.log.",
     judges::LastRenewalFailed},
    {"renewed_not_deployed", kRenewing, kCritical,
     "Renewed on disk, but the web server did not take the new certificate.",
     "Find out what the server complains about (`nginx -t`, `apachectl configtest`), then reload "
     "it.",
     judges::RenewedNotDeployed},
    {"hook_failed", kRenewing, kWarning, "A hook of the last renewal failed.",
     "Run the hook by hand. If it reloads the server, the server still has the old certificate.",
     judges::HookFailed, "", judges::HookOfRunFailed},
    {"never_renewed", kRenewing, kInfo, "The first version: that renewal works is not proven yet.",
     "`certbot renew --dry-run --cert-name NAME` proves it without waiting.", judges::NeverRenewed},
    {"lock_held", kRenewing, kWarning, "A run of certbot hangs and keeps every other one out.",
     "Look at the process (`ps -ef | grep certbot`): a hook that waits for ever, or a question "
     "that nobody answers. Stop it; the lock goes with it.",
     nullptr, "", judges::LockHeld},

    // What is served.
    {"endpoint_down", kServed, kCritical, "The endpoint does not present a certificate.",
     "See the reason in the detail: whether the server runs, whether the name leads to it, and "
     "whether it speaks TLS there. `certhealth_exporter probe NAME` shows the "
     "probe step by step.",
     judges::EndpointDown},
    {"endpoint_untrusted", kServed, kCritical,
     "A client would not trust what the endpoint presents.",
     "Give the server the whole chain (fullchain.pem) of a certificate from a public CA, and "
     "reload it. If the certificate is meant to be private, name its root: `roots` in the "
     "endpoint's section of the configuration.",
     judges::EndpointUntrusted},
    {"endpoint_wrong_name", kServed, kCritical,
     "The endpoint presents a certificate for other names than it was asked for.",
     "Have the server present the certificate of this name (its virtual host or its SNI map), or "
     "have the certificate issued for this name too.",
     judges::EndpointWrongName},
    {"endpoint_expires_soon", kServed, kCritical,
     "What the endpoint presents has less left than a certificate of this life should ever have.",
     "Find out who renews it and why that did not happen. If it has been renewed there, reload "
     "the server.",
     judges::EndpointExpiresSoon},
    {"serves_old_certificate", kServed, kCritical,
     "A newer version is on disk, and the endpoint still presents the old one.",
     "Reload the server (`systemctl reload nginx`), and let certbot do so after each renewal: a "
     "script in /etc/letsencrypt/renewal-hooks/deploy/. A server that reads copies of the files "
     "needs the new copies first.",
     judges::ServesOldCertificate},
    {"no_reload_configured", kServed, kWarning,
     "Nothing tells a server to take the new certificate after a renewal.",
     "Put a script that reloads what uses it into /etc/letsencrypt/renewal-hooks/deploy/ and make "
     "it executable, or `certbot reconfigure --cert-name NAME --deploy-hook 'systemctl reload "
     "nginx'` (certbot 2.3 and later).",
     judges::NoReloadConfigured},
});

}  // namespace

std::span<const ProblemKind> Problems() { return kProblems; }

const ProblemKind* FindProblem(std::string_view id) {
  const auto found = std::ranges::find(kProblems, id, &ProblemKind::id);
  return found == kProblems.end() ? nullptr : &*found;
}

std::string_view NameOf(Severity severity) {
  switch (severity) {
    case Severity::kInfo:
      return "info";
    case Severity::kWarning:
      return "warning";
    case Severity::kCritical:
      break;
  }
  return "critical";
}

std::string_view NameOf(ProblemGroup group) {
  switch (group) {
    case ProblemGroup::kCertificate:
      return "certificate";
    case ProblemGroup::kLineage:
      return "lineage";
    case ProblemGroup::kNextRenewal:
      return "next_renewal";
    case ProblemGroup::kRenewing:
      return "renewing";
    case ProblemGroup::kServed:
      break;
  }
  return "served";
}

std::string_view TitleOf(ProblemGroup group) {
  switch (group) {
    case ProblemGroup::kCertificate:
      return "The certificate";
    case ProblemGroup::kLineage:
      return "The lineage";
    case ProblemGroup::kNextRenewal:
      return "Will the next renewal work";
    case ProblemGroup::kRenewing:
      return "Is anything renewing at all";
    case ProblemGroup::kServed:
      break;
  }
  return "What is served";
}

}  // namespace certhealth
