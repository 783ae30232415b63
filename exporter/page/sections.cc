// SPDX-License-Identifier: Apache-2.0
#include "exporter/page/sections.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/page/html_text.h"
#include "exporter/page/lifetime_bar.h"
#include "exporter/phrases.h"
#include "exporter/triage.h"
#include "exporter/verdict_phrases.h"

namespace certhealth::page {
namespace {

/// How often there is a problem of one kind. Maps by kind are in the order of the table of
/// problems, because its rows lie in one array.
struct Occurrences {
  Severity worst = Severity::kInfo;
  std::size_t count = 0;
};

std::string IndexItem(const ProblemKind& kind, const Occurrences& found) {
  const std::string look(LookOf(found.worst));
  const std::string id(kind.id);
  std::string html = "<li><a class=\"" + look + "\" href=\"#" + id + "\">" + IconHtml(look) + id;
  if (found.count > 1) html += " <span class=\"count\">×" + std::to_string(found.count) + "</span>";
  return html + "</a></li>\n";
}

std::string HealthyRow(const Verdict& verdict, WallTime now) {
  const Certificate& leaf = *verdict.leaf();
  return "<tr id=\"" + AnchorOf(*verdict.bundle) + "\"><th scope=\"row\">" +
         NameHtml(verdict.bundle->name) + "</th><td class=\"left\">" +
         ToHtml(ExpiryPhrase(verdict, now)) + "</td><td class=\"on\">" +
         TimeHtml(leaf.not_after, FormatDate(leaf.not_after)) + "</td><td class=\"renewal\">" +
         RenewalHtml(verdict, now) + ServedHtml(verdict) + "</td><td class=\"bar\">" +
         LifetimeBar(verdict, now) + "</td></tr>\n";
}

std::string HealthyRowWithoutLeaf(const Verdict& verdict, WallTime now) {
  return "<tr id=\"" + AnchorOf(*verdict.bundle) + "\"><th scope=\"row\">" +
         NameHtml(verdict.bundle->name) +
         "</th><td class=\"left\">unknown</td><td class=\"on\"></td><td class=\"renewal\">" +
         RenewalHtml(verdict, now) + "</td><td class=\"bar\"></td></tr>\n";
}

std::string FoundPhrase(const CollectorRun& run) {
  if (run.collector != "endpoints") return CertificatesPhrase(run.bundles.size());
  return std::to_string(run.bundles.size()) +
         (run.bundles.size() == 1 ? " endpoint" : " endpoints");
}

std::string LookRow(const CollectorRun& run, WallTime now) {
  std::array<char, 32> took{};
  std::snprintf(took.data(), took.size(), "%.3f s", run.took.count());
  std::string html = "<tr><th scope=\"row\">" + ToHtml(run.collector) + "</th><td>" +
                     TimeHtml(run.finished, AgoPhrase(run.finished, now)) + "</td><td>" +
                     took.data() + "</td><td>" + FoundPhrase(run) + "</td><td>";
  if (run.failures.empty())
    return html + "<span class=\"badge ok\">" + IconHtml("ok") + "ok</span></td></tr>\n";
  for (const Failure& failure : run.failures) {
    html += "<p><span class=\"badge warning\">" + IconHtml("warning") + "could not look</span> " +
            ToHtml(failure.detail) + "</p>";
  }
  return html + "</td></tr>\n";
}

}  // namespace

std::string ProblemIndex(std::span<const ActiveProblem* const> problems) {
  std::map<const ProblemKind*, Occurrences> kinds;
  for (const ActiveProblem* problem : problems) {
    if (problem->severity == Severity::kInfo) continue;
    Occurrences& found = kinds[problem->kind];
    found.worst = std::max(found.worst, problem->severity);
    ++found.count;
  }
  if (kinds.empty()) return {};
  std::string html = "<nav class=\"index\" aria-label=\"Problems by kind\"><ul>\n";
  for (const Severity severity : {Severity::kCritical, Severity::kWarning}) {
    for (const auto& [kind, found] : kinds) {
      if (found.worst == severity) html += IndexItem(*kind, found);
    }
  }
  return html + "</ul></nav>\n";
}

std::string HealthyTable(std::span<const Verdict* const> verdicts, WallTime now) {
  if (verdicts.empty()) return {};
  std::string html =
      "<table class=\"healthy\">\n<thead><tr><th scope=\"col\">Certificate</th><th "
      "scope=\"col\">Expires</th><th scope=\"col\">On</th><th scope=\"col\">Renewal</th><th "
      "scope=\"col\">Life</th></tr></thead>\n<tbody>\n";
  for (const Verdict* verdict : verdicts) {
    html += verdict->leaf() == nullptr ? HealthyRowWithoutLeaf(*verdict, now)
                                       : HealthyRow(*verdict, now);
  }
  return html + "</tbody>\n</table>\n";
}

std::string Notes(std::span<const Verdict* const> verdicts) {
  std::map<const ProblemKind*, std::vector<std::pair<const Bundle*, std::string_view>>> notes;
  for (const Verdict* verdict : verdicts) {
    for (const ActiveProblem& note : verdict->problems)
      notes[note.kind].emplace_back(verdict->bundle.get(), note.detail);
  }
  std::string html;
  for (const auto& [kind, certificates] : notes) {
    html += "<details class=\"note\"><summary>" + BadgeHtml(Severity::kInfo) + " " +
            std::string(kind->id) + ": " + ToHtml(kind->meaning) + " <span class=\"count\">" +
            CertificatesPhrase(certificates.size()) + "</span></summary>\n<ul>\n";
    for (const auto& [bundle, detail] : certificates) {
      html += "<li><a href=\"#" + AnchorOf(*bundle) + "\">" + NameHtml(bundle->name) +
              "</a>: " + ToHtml(detail) + "</li>\n";
    }
    html += "</ul></details>\n";
  }
  return html;
}

std::string Looks(const Report& report) {
  if (report.snapshot->runs.empty()) return {};
  std::string html =
      "<table class=\"looks\">\n<thead><tr><th scope=\"col\">Collector</th><th "
      "scope=\"col\">Looked</th><th scope=\"col\">Took</th><th scope=\"col\">Found</th><th "
      "scope=\"col\">Result</th></tr></thead>\n<tbody>\n";
  for (const auto& run : report.snapshot->runs) html += LookRow(*run, report.now);
  html += "</tbody>\n</table>\n";
  for (const ClientVerdict& client : report.clients) {
    const std::string phrase = ClientPhrase(client.state, report.now);
    if (!phrase.empty()) html += "<p>" + ToHtml(phrase) + ".</p>\n";
  }
  return html;
}

}  // namespace certhealth::page
