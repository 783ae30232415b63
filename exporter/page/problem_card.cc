// SPDX-License-Identifier: Apache-2.0
#include "exporter/page/problem_card.h"

#include "exporter/advice.h"
#include "exporter/page/html_text.h"
#include "exporter/page/lifetime_bar.h"
#include "exporter/phrases.h"
#include "exporter/triage.h"
#include "exporter/verdict_phrases.h"

namespace certhealth::page {
namespace {

constexpr std::size_t kNamesInFull = 4;

/// No certificate's: those have a source in front.
const std::string kClientAnchor = "certbot";

std::string ExpiryHtml(const Verdict& verdict, WallTime now) {
  const Certificate* leaf = verdict.leaf();
  if (leaf == nullptr) return "no certificate could be read";
  return (now > leaf->not_after ? "expired " : "expires ") +
         TimeHtml(leaf->not_after, ExpiryPhrase(verdict, now));
}

std::string CaretakerHtml(const Verdict& verdict, WallTime now) {
  if (verdict.bundle->endpoint != nullptr) return RenewalHtml(verdict, now);
  if (verdict.bundle->lineage == nullptr) return "a watched file";
  return "renewal: " + RenewalHtml(verdict, now) + ServedHtml(verdict);
}

/// What the certificate is for, where its name does not say it all.
std::string NamesHtml(const Verdict& verdict) {
  const Certificate* leaf = verdict.leaf();
  if (leaf == nullptr || leaf->dns_names.empty()) return {};
  if (leaf->dns_names.size() == 1 && leaf->dns_names.front() == verdict.bundle->name) return {};
  return "<span>for <bdi>" + ToHtml(FormatList(leaf->dns_names, kNamesInFull)) + "</bdi></span>";
}

std::string HeadHtml(const Verdict& verdict, WallTime now) {
  const Bundle& bundle = *verdict.bundle;
  return "<header><h3><a href=\"#" + AnchorOf(bundle) + "\">" + NameHtml(bundle.name) +
         "</a></h3>" + BadgeHtml(verdict.worst()) + "</header>\n<p class=\"facts\"><span>" +
         ExpiryHtml(verdict, now) + "</span> <span>" + CaretakerHtml(verdict, now) + "</span> " +
         NamesHtml(verdict) + "</p>\n";
}

/// A note in the place of a problem: one quiet line.
std::string NoteHtml(const ActiveProblem& note) {
  return "<p class=\"note-line\">" + BadgeHtml(note.severity) + " " + std::string(note.kind->id) +
         ": " + ToHtml(note.detail) + "</p>\n";
}

/// Of the card of a certificate, or without a `bundle` of certbot's.
std::string ProblemHtml(const ActiveProblem& problem, const Bundle* bundle, SeenProblems& seen) {
  const std::string id(problem.kind->id);
  const std::string anchor = (bundle == nullptr ? kClientAnchor : AnchorOf(*bundle)) + ":" + id;
  std::string html = "<section class=\"problem\" id=\"" + anchor + "\">\n<h4";
  if (seen.insert(problem.kind->id).second) html += " id=\"" + id + "\"";
  html += ">" + BadgeHtml(problem.severity) + " <a href=\"#" + anchor + "\">" + id + "</a></h4>\n";
  html += "<p class=\"meaning\">" + ToHtml(MeaningText(*problem.kind, bundle)) +
          "</p>\n<p class=\"detail\">" + ToHtml(problem.detail) + "</p>\n";
  if (problem.next_renewal == NextRenewal::kFails)
    html += "<p class=\"fails\">The next renewal will fail.</p>\n";
  return html + "<p class=\"advice\"><b>What to do:</b> " + AdviceHtml(problem, bundle) +
         "</p>\n</section>\n";
}

/// Options in elements of their own, so that no line ends after their hyphens.
std::string CommandHtml(std::string_view command) {
  std::string html = "<code>";
  for (;;) {
    const std::size_t space = command.find(' ');
    const std::string word = ToHtml(command.substr(0, space));
    html += word.starts_with('-') ? "<span>" + word + "</span>" : word;
    if (space == std::string_view::npos) return html + "</code>";
    html += ' ';
    command.remove_prefix(space + 1);
  }
}

}  // namespace

std::string AdviceHtml(const ActiveProblem& problem, const Bundle* bundle) {
  std::string html;
  for (const AdvicePart& part : AdviceFor(problem, bundle)) {
    html += part.kind == AdvicePart::Kind::kCommand ? CommandHtml(part.text) : ToHtml(part.text);
  }
  return html;
}

std::string ProblemCard(const Verdict& verdict, WallTime now, SeenProblems& seen) {
  std::string html = "<article class=\"card " + std::string(LookOf(verdict.worst())) + "\" id=\"" +
                     AnchorOf(*verdict.bundle) + "\">\n" + HeadHtml(verdict, now) +
                     LifetimeFigure(verdict, now);
  for (const ActiveProblem* problem : ByUrgency(verdict.problems))
    html += problem->severity == Severity::kInfo
                ? NoteHtml(*problem)
                : ProblemHtml(*problem, verdict.bundle.get(), seen);
  return html + "</article>\n";
}

std::string ClientCard(const ClientVerdict& client, WallTime now, SeenProblems& seen) {
  if (client.problems.empty()) return {};
  const Severity worst = WorstOf(client.problems);
  std::string html = "<article class=\"card " + std::string(LookOf(worst)) + "\" id=\"" +
                     kClientAnchor + "\">\n<header><h3><a href=\"#" + kClientAnchor +
                     "\">certbot itself</a></h3>" + BadgeHtml(worst) + "</header>\n";
  const std::string phrase = ClientPhrase(client.state, now);
  if (!phrase.empty()) html += "<p class=\"facts\"><span>" + ToHtml(phrase) + "</span></p>\n";
  for (const ActiveProblem* problem : ByUrgency(client.problems))
    html += ProblemHtml(*problem, nullptr, seen);
  return html + "</article>\n";
}

}  // namespace certhealth::page
