// SPDX-License-Identifier: Apache-2.0
#include "tests/support/certbot_log_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "collectors/certbot_log/run_reader.h"

namespace certhealth {
namespace {

constexpr std::string_view kRenewal = "certbot._internal.renewal";
constexpr std::string_view kMain = "DEBUG:certbot._internal.main";
constexpr std::string_view kDisplay = "DEBUG:certbot._internal.display.obj";

int SecondsOf(std::string_view time) {
  const auto two = [time](std::size_t at) { return std::stoi(std::string(time.substr(at, 2))); };
  return two(0) * 3600 + two(3) * 60 + two(6);
}

std::string FullChain(std::string_view name) {
  return "  /etc/letsencrypt/live/" + std::string(name) + "/fullchain.pem";
}

}  // namespace

CertbotLogText::CertbotLogText(std::string_view time) { At(time); }

CertbotLogText& CertbotLogText::At(std::string_view time) {
  seconds_ = SecondsOf(time);
  return *this;
}

CertbotLogText& CertbotLogText::Record(std::string_view logger, std::string_view text) {
  char time[40];
  std::snprintf(time, sizeof time, "2026-11-22 %02d:%02d:%02d,123:", seconds_ / 3600,
                seconds_ / 60 % 60, seconds_ % 60);
  ++seconds_;
  text_ += time;
  text_ += logger;
  text_ += ':';
  return Line(text);
}

CertbotLogText& CertbotLogText::Line(std::string_view line) {
  text_ += line;
  text_ += '\n';
  return *this;
}

CertbotLogText& CertbotLogText::Start(std::string_view arguments, std::string_view version) {
  Record(kMain, "certbot version: " + std::string(version));
  Record(kMain, "Location of certbot entry point: /usr/bin/certbot");
  Record(kMain, "Arguments: " + std::string(arguments));
  return Record(kMain,
                "Discovered plugins: PluginsRegistry(PluginEntryPoint#nginx,"
                "PluginEntryPoint#webroot)");
}

CertbotLogText& CertbotLogText::Processing(std::string_view name) {
  return Record(kDisplay, "Notifying user: Processing /etc/letsencrypt/renewal/" +
                              std::string(name) + ".conf");
}

CertbotLogText& CertbotLogText::NotDue() {
  return Record(kDisplay, "Notifying user: Certificate not yet due for renewal");
}

CertbotLogText& CertbotLogText::Due() {
  return Record("INFO:" + std::string(kRenewal),
                "Certificate is due for renewal, auto-renewing...");
}

CertbotLogText& CertbotLogText::Renewing(std::string_view names) {
  return Record(kDisplay,
                "Notifying user: Renewing an existing certificate for " + std::string(names));
}

CertbotLogText& CertbotLogText::Saved(std::string_view name, int version) {
  return Record("DEBUG:certbot._internal.storage",
                "Writing full chain to /etc/letsencrypt/archive/" + std::string(name) +
                    "/fullchain" + std::to_string(version) + ".pem.");
}

CertbotLogText& CertbotLogText::Failed(std::string_view name, std::string_view error) {
  return Record(
      "ERROR:" + std::string(kRenewal),
      "Failed to renew certificate " + std::string(name) + " with error: " + std::string(error));
}

CertbotLogText& CertbotLogText::SummarySuccess(const std::vector<std::string>& names) {
  Record(kDisplay, "Notifying user: The following renewals succeeded:");
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string line = FullChain(names[i]) + " (success)";
    i == 0 ? Record(kDisplay, "Notifying user: " + line) : Line(line);
  }
  return *this;
}

CertbotLogText& CertbotLogText::SummaryFailure(const std::vector<std::string>& names) {
  Record("ERROR:" + std::string(kRenewal), "The following renewals failed:");
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string line = FullChain(names[i]) + " (failure)";
    i == 0 ? Record("ERROR:" + std::string(kRenewal), line) : Line(line);
  }
  return *this;
}

CertbotLogText& CertbotLogText::NoFailures() {
  return Record("DEBUG:" + std::string(kRenewal), "no renewal failures");
}

CertbotLogText& CertbotLogText::Failures(int renew, int parse) {
  return Record("ERROR:certbot._internal.log", std::to_string(renew) + " renew failure(s), " +
                                                   std::to_string(parse) + " parse failure(s)");
}

CertbotLogText& CertbotLogText::Success(std::string_view name, int version) {
  return Processing(name).Due().Renewing().Saved(name, version);
}

std::vector<LogRun> RunsIn(std::string_view text) {
  RunReader reader{TimeZone()};
  reader.Read(text);
  std::vector<LogRun> runs = reader.TakeFinished();
  for (LogRun& run : reader.Unfinished(RunState::kOver)) runs.push_back(std::move(run));
  return runs;
}

LineageResult ResultOf(const LogRun& run, std::string_view name) {
  const auto found = std::ranges::find(run.lineages, name, &LineageResult::name);
  if (found != run.lineages.end()) return *found;
  ADD_FAILURE() << "no result for " << name;
  return {};
}

WallTime OnThatDay(std::string_view time) {
  return std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) +
         std::chrono::seconds(SecondsOf(time));
}

}  // namespace certhealth
