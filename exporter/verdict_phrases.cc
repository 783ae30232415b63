// SPDX-License-Identifier: Apache-2.0
#include "exporter/verdict_phrases.h"

#include <vector>

#include "exporter/escape.h"
#include "exporter/phrases.h"

namespace certhealth {
namespace {

using std::chrono::seconds;

/// An authenticator's name is a word of a plugin; a conf may hold anything.
constexpr std::size_t kLongestMode = 40;
constexpr std::size_t kLongestPath = 300;

std::string Span(seconds span) {
  return span < std::chrono::minutes{1} ? "less than a minute" : FormatSpan(span);
}

}  // namespace

std::string ExpiryPhrase(const Verdict& verdict, WallTime now) {
  const Certificate* leaf = verdict.leaf();
  if (leaf == nullptr) return "unknown";
  return now > leaf->not_after ? Span(now - leaf->not_after) + " ago"
                               : "in " + Span(leaf->not_after - now);
}

std::string RenewalMode(const Verdict& verdict) {
  const Lineage* lineage = verdict.bundle->lineage.get();
  if (verdict.serves) {
    return (verdict.serves->is_newest ? "serves " : "serves an old ") +
           Printable(verdict.serves->lineage->name, kLongestPath);
  }
  if (lineage == nullptr) return std::string(NameOf(verdict.bundle->source));
  if (!lineage->has_conf) return "none";
  const std::string& authenticator = lineage->conf.conf.authenticator;
  if (lineage->conf_failure || authenticator.empty()) return "unknown";
  return Printable(authenticator, kLongestMode);
}

RenewalWords DescribeRenewal(const Verdict& verdict, WallTime now) {
  const std::string mode = RenewalMode(verdict);
  const Lineage* lineage = verdict.bundle->lineage.get();
  if (lineage == nullptr || !lineage->has_conf || lineage->conf_failure) return {mode, {}};
  if (lineage->conf.fault) return {mode + ", skipped", {}};
  if (!verdict.plan.enabled) return {mode + ", off", {}};
  if (!verdict.plan.due) return {mode, {}};
  return {mode + (*verdict.plan.due <= now ? ", due since " : ", from "), verdict.plan.due};
}

std::string RenewalPhrase(const Verdict& verdict, WallTime now) {
  const RenewalWords words = DescribeRenewal(verdict, now);
  return words.day ? words.text + FormatDate(*words.day) : words.text;
}

std::string AgoPhrase(WallTime then, WallTime now) {
  const auto age = now - then;
  if (age < std::chrono::seconds{0}) return "at " + FormatMoment(then);
  if (age < std::chrono::minutes{1}) return "less than a minute ago";
  return FormatSpan(age) + " ago";
}

std::string ServedPhrase(const Verdict& verdict) {
  std::vector<std::string> newest;
  std::vector<std::string> older;
  for (const ServedAt& one : verdict.served_at)
    (one.is_newest ? newest : older).push_back(Printable(one.endpoint->name, kLongestPath));
  std::string phrase;
  if (!newest.empty()) phrase = "served at " + FormatList(newest);
  if (!older.empty())
    phrase += (phrase.empty() ? "an old version is served at " : ", an old version at ") +
              FormatList(older);
  return phrase;
}

std::string ClientPhrase(const ClientState& client, WallTime now) {
  const std::string versions = VersionsPhrase(client, " and ");
  const std::string schedulers = SchedulersPhrase(client, " and ");
  std::string phrase = "certbot";
  if (!versions.empty()) phrase += " " + versions;
  if (client.scheduled == false) {
    phrase += ", started by nothing";
  } else if (!schedulers.empty()) {
    phrase += ", started by " + schedulers;
  }
  if (client.last_ran) phrase += ", last ran " + AgoPhrase(*client.last_ran, now);
  return phrase == "certbot" ? std::string() : Printable(phrase, kLongestPath);
}

std::string LookedAtPhrase(const Report& report) {
  std::vector<std::string> places;
  for (const auto& run : report.snapshot->runs) {
    std::string place(run->collector);
    if (run->certbot != nullptr) {
      std::vector<std::string> roots;
      for (const CertbotRoot& root : run->certbot->roots)
        roots.push_back(Printable(root.config_dir, kLongestPath));
      place +=
          roots.empty() ? " (no configuration directory found)" : " (" + FormatList(roots) + ")";
    }
    places.push_back(std::move(place));
  }
  return FormatList(places);
}

}  // namespace certhealth
