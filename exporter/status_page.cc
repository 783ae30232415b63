// SPDX-License-Identifier: Apache-2.0
#include "exporter/status_page.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include "exporter/page/html_text.h"
#include "exporter/page/icons.h"
#include "exporter/page/problem_card.h"
#include "exporter/page/sections.h"
#include "exporter/page/style.h"
#include "exporter/phrases.h"
#include "exporter/triage.h"
#include "exporter/verdict_phrases.h"

namespace certhealth {
namespace {

using page::ToHtml;
using Verdicts = std::span<const Verdict* const>;

constexpr std::size_t kMostCertificates = 500;

/// The answer to the one question that people open the page with.
struct Headline {
  std::string_view look;
  std::string words;
};

bool AllLooksWorked(const Report& report) {
  return std::ranges::all_of(report.snapshot->runs,
                             [](const auto& run) { return run->failures.empty(); });
}

Headline HeadlineOf(const Report& report, const Tally& tally) {
  if (report.snapshot->runs.empty()) return {"info", "The first look is under way"};
  if (tally.critical > 0) {
    return {"critical", CertificatesPhrase(tally.critical) +
                            (tally.critical == 1 ? " needs" : " need") + " you now"};
  }
  if (tally.warning > 0) {
    return {"warning", CertificatesPhrase(tally.warning) +
                           (tally.warning == 1 ? " is at risk" : " are at risk")};
  }
  for (const ClientVerdict& client : report.clients) {
    const Severity worst = WorstOf(client.problems);
    if (worst == Severity::kCritical) return {"critical", "certbot needs you now"};
    if (worst == Severity::kWarning) return {"warning", "certbot needs a look"};
  }
  const bool seen_all = AllLooksWorked(report);
  const std::string_view look = seen_all ? "ok" : "warning";
  if (tally.healthy == 0) return {seen_all ? "info" : "warning", "No certificates found"};
  if (!seen_all) return {look, "Not everything could be looked at"};
  if (tally.healthy == 1) return {look, "The one certificate here is healthy"};
  return {look, "All " + CertificatesPhrase(tally.healthy) + " are healthy"};
}

std::string Head(const Headline& headline) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
         "name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta "
         "name=\"color-scheme\" content=\"light dark\">\n<title>" +
         ToHtml(headline.words) + " - certhealth</title>\n<link rel=\"icon\" href=\"" +
         page::Favicon(headline.look) + "\">\n<style>" + std::string(page::StyleText()) +
         "</style>\n</head>\n<body>\n" + std::string(page::IconSymbols());
}

std::string TallyHtml(const Tally& tally) {
  const auto item = [](std::string_view look, std::size_t count, std::string_view word) {
    return "<li class=\"" + std::string(count > 0 ? look : "none") + "\">" + page::IconHtml(look) +
           "<b>" + std::to_string(count) + "</b> " + std::string(word) + "</li>\n";
  };
  return "<ul class=\"tally\">\n" + item("critical", tally.critical, "critical") +
         item("warning", tally.warning, "warning") + item("ok", tally.healthy, "healthy") +
         "</ul>\n";
}

std::string VerdictSection(const Report& report, const Headline& headline, const Tally& tally) {
  const std::string look(headline.look);
  std::string html = "<section class=\"verdict " + look + "\">\n<h1>" + page::IconHtml(look) +
                     ToHtml(headline.words) + "</h1>\n";
  if (tally.all() > 0) html += TallyHtml(tally);
  if (tally.all() == 0 && !report.snapshot->runs.empty())
    html += "<p>Looked at: " + ToHtml(LookedAtPhrase(report)) + ".</p>\n";
  if (!AllLooksWorked(report)) {
    html += "<p>Something could not be looked at: <a href=\"#looks\">see which, and why</a>.</p>\n";
  }
  return html + "</section>\n";
}

std::string Section(std::string_view id, std::string_view title, const std::string& content) {
  if (content.empty()) return {};
  return "<section id=\"" + std::string(id) + "\">\n<h2>" + std::string(title) + "</h2>\n" +
         content + "</section>\n";
}

/// The line in the place of what is left out of a section.
std::string MoreLine(std::size_t more, std::string_view which) {
  if (more == 0) return {};
  return "<p class=\"more\">and " + std::to_string(more) + " more " + std::string(which) +
         (more == 1 ? " certificate" : " certificates") +
         ": see <a href=\"api/v1/report\">/api/v1/report</a></p>\n";
}

std::string TroubledSection(const Report& report, Verdicts troubled, std::size_t room) {
  const Verdicts shown = troubled.first(std::min(troubled.size(), room));
  std::vector<const ActiveProblem*> problems;
  const auto add = [&problems](std::span<const ActiveProblem> more) {
    for (const ActiveProblem& problem : more) problems.push_back(&problem);
  };
  for (const ClientVerdict& client : report.clients) add(client.problems);
  for (const Verdict* verdict : shown) add(verdict->problems);
  page::SeenProblems seen;
  std::string cards = page::ProblemIndex(problems);
  for (const ClientVerdict& client : report.clients)
    cards += page::ClientCard(client, report.now, seen);
  for (const Verdict* verdict : shown) cards += page::ProblemCard(*verdict, report.now, seen);
  return Section("problems", "What to do",
                 cards + MoreLine(troubled.size() - shown.size(), "troubled"));
}

std::string HealthySections(Verdicts healthy, std::size_t room, WallTime now) {
  if (healthy.empty()) return {};
  const Verdicts shown = healthy.first(std::min(healthy.size(), room));
  return Section(
             "healthy", "Healthy certificates",
             page::HealthyTable(shown, now) + MoreLine(healthy.size() - shown.size(), "healthy")) +
         Section("notes", "Worth knowing", page::Notes(shown));
}

/// A link of this server, written so that it holds behind a proxy that adds a prefix.
std::string LocalLink(std::string_view path) {
  return "<a href=\"" + ToHtml("." + std::string(path)) + "\">" + ToHtml(path) + "</a>";
}

std::string Foot(const PageContext& context) {
  return "<footer><p>" + LocalLink(context.telemetry_path) + " · " + LocalLink("/api/v1/report") +
         "</p><p>certhealth_exporter " + ToHtml(context.version) + "</p></footer>\n";
}

}  // namespace

std::string ToStatusPage(const Report& report, const PageContext& context) {
  const Tally tally = CountCertificates(report);
  const Headline headline = HeadlineOf(report, tally);
  const std::vector<const Verdict*> all = ByUrgency(report);
  const Verdicts troubled = Verdicts(all).first(tally.critical + tally.warning);
  const std::size_t room = kMostCertificates - std::min(kMostCertificates, troubled.size());
  return Head(headline) + "<header class=\"top\"><p class=\"brand\">certhealth</p><p>as of " +
         page::TimeHtml(report.now, FormatMoment(report.now)) + "</p></header>\n<main>\n" +
         VerdictSection(report, headline, tally) +
         TroubledSection(report, troubled, kMostCertificates) +
         HealthySections(Verdicts(all).subspan(troubled.size()), room, report.now) +
         Section("looks", "Looks", page::Looks(report)) + "</main>\n" + Foot(context) +
         "</body>\n</html>\n";
}

std::string StatusPageSecurityPolicy() {
  return "default-src 'none'; style-src 'sha256-" + std::string(page::StyleHash()) +
         "'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

}  // namespace certhealth
