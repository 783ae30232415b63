// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/certbot/lineage.h"
#include "collectors/certbot/machine.h"
#include "collectors/endpoint/endpoint.h"
#include "collectors/preflight/preflight.h"
#include "exporter/report.h"

namespace certhealth {

/// A healthy lineage at a moment in the middle of its life, to be made ill in one way. No problem
/// of the table is there until something is changed.
struct JudgeScene {
  JudgeScene();

  Source source = Source::kCertbot;  // kFile: neither lineage nor machine
  WallTime now;
  Certificate leaf;
  std::vector<Certificate> rest;  // of the chain
  bool presents_leaf = true;
  std::vector<Failure> failures;
  Lineage lineage;  // its `newest` is `leaf` unless set
  CertbotMachine machine;
  std::optional<LineageHistory> history;
  std::vector<std::string> plugins;  // that the newest log, of a day ago, tells of
  std::string entry_point;           // as `plugins`
  std::optional<LogRun> last_renew_run;
  std::optional<LogRun> last_run;           // of any command; the one above unless set
  std::vector<PreflightFinding> preflight;  // of the lineage; none: no check was made
  WallTime preflight_valid_until = WallTime::max();
  std::vector<std::vector<std::string>> neighbours;  // names of other lineages
  Endpoint endpoint;                                 // what was probed, where source is kEndpoint
  std::optional<Lineage> lineage_on_disk;            // beside the endpoint
  std::vector<Certificate> chain_on_disk;            // of that lineage

  /// Makes it an endpoint that presents the leaf and its chain, and is healthy.
  void UseEndpoint();
  /// Puts the lineage "on-disk" beside the endpoint, with the present leaf `newest`.
  void PutOnDisk(const Certificate& newest);

  RenewalConf& conf() { return lineage.conf.conf; }
  PathFact& Path(const std::string& path) { return machine.paths[path]; }
  WritePlace& Place(const std::string& webroot) { return machine.challenge_places[webroot]; }
  void SetDirectory(const std::string& path);
  void SetMissing(const std::string& path);
  void SetFile(const std::string& path, mode_t permissions);
  /// Adds the plugins that are installed for the certbot `program`.
  PluginEnvironment& AddPackages(const std::string& program, std::vector<std::string> names);
  /// Adds a cli.ini with the text `settings`.
  void AddCliIni(const std::string& path, std::string_view settings);
  /// Adds what starts `certbot renew` this often at least.
  Scheduler& AddScheduler(const std::string& where, std::chrono::seconds period);
  /// A `certbot renew` that ended well, this long ago.
  LogRun& SetLastRun(std::chrono::seconds ago);
  /// Makes webroot the authenticator, with an entry of the map for each of the leaf's names.
  void UseWebroot(const std::string& path);
  void SetLinks(int version);
  /// Moves the leaf's life, for a certificate of `lifetime` that began `age` ago.
  void SetLife(std::chrono::seconds lifetime, std::chrono::seconds age);

  Report Judge() const;
  /// The verdict of the scene itself, not of its neighbours.
  Verdict JudgeOne() const;
};

/// What one change of the scene must raise, of the scene's lineage or of certbot as a whole, or
/// must not.
struct JudgeCase {
  std::string_view id;
  std::string_view what;  // "... is told", for the message of a failure
  std::function<void(JudgeScene&)> change;
  std::optional<Severity> severity;  // nothing: the problem must not be there
  NextRenewal next_renewal = NextRenewal::kMayWork;
};

/// Fails the running test for each case that does not hold.
void CheckCases(const std::vector<JudgeCase>& cases);

// By group, each beside its tests; together they cover the table of problems.
std::vector<JudgeCase> CertificateCases();
std::vector<JudgeCase> LineageCases();
std::vector<JudgeCase> NextRenewalCases();
std::vector<JudgeCase> ChallengeCases();
std::vector<JudgeCase> RenewingCases();
std::vector<JudgeCase> ClientCases();
std::vector<JudgeCase> ReloadCases();
std::vector<JudgeCase> StandaloneCases();
std::vector<JudgeCase> EndpointCases();
std::vector<JudgeCase> PreflightCases();
std::vector<JudgeCase> WebrootCases();
std::vector<JudgeCase> HookCases();
std::vector<JudgeCase> CredentialsCases();
std::vector<JudgeCase> WebServerCases();
std::vector<JudgeCase> ServedWebrootCases();
std::vector<JudgeCase> BoxCases();

}  // namespace certhealth
