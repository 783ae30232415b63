// SPDX-License-Identifier: Apache-2.0
#include "exporter/status_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include "collectors/base/utf8.h"
#include "tests/support/golden.h"
#include "tests/support/sample_report.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string Page(const Report& report) { return ToStatusPage(report, {"0.1.0", "/metrics"}); }

/// What html_judge.py has against `pages`; empty when nothing.
std::string FaultsOf(const std::vector<std::string>& pages) {
  const TemporaryTree tree;
  std::string command = "python3 " CERTHEALTH_SOURCE_DIR "/tests/support/html_judge.py";
  for (std::size_t i = 0; i < pages.size(); ++i)
    command += " " + tree.Write("page" + std::to_string(i) + ".html", pages[i]);
  command += " 2>&1";
  const std::unique_ptr<FILE, int (*)(FILE*)> judge(popen(command.c_str(), "r"), pclose);
  std::string faults;
  for (int c = 0; (c = std::fgetc(judge.get())) != EOF;) faults += static_cast<char>(c);
  faults.erase(faults.find_last_not_of('\n') + 1);
  return faults;
}

std::string Heading(const std::string& page) {
  std::smatch match;
  std::regex_search(page, match, std::regex("<h1>.*</svg>(.*)</h1>"));
  return match[1];
}

/// A Report in which `text` is everything that comes from outside.
Report ReportMadeOf(const std::string& text) {
  Verdict lineage = SampleVerdict(Source::kCertbot, text, 50);
  Bundle bundle = *lineage.bundle;
  Certificate leaf = *bundle.chain.front();
  leaf.subject = leaf.issuer = leaf.serial = leaf.key.name = leaf.signature = text;
  leaf.dns_names = {text, text + "2"};
  bundle.chain.front() = std::make_shared<const Certificate>(leaf);
  Lineage record = *bundle.lineage;
  record.conf.conf.authenticator = record.conf.conf.server = text;
  bundle.lineage = std::make_shared<const Lineage>(record);
  bundle.failures = {{Reason::kBadText, text}};
  lineage.bundle = std::make_shared<const Bundle>(bundle);
  Verdict healthy = lineage;
  bundle.name += "-healthy";
  healthy.bundle = std::make_shared<const Bundle>(bundle);
  AddProblem(healthy, "never_renewed", text);
  AddProblem(lineage, "webroot_missing", text);
  AddProblem(lineage, "never_renewed", text);
  Report report = ReportOf({std::move(lineage), std::move(healthy)});
  Snapshot snapshot = *report.snapshot;
  CollectorRun run = *snapshot.runs.front();
  run.failures = {{Reason::kReadFailed, text}};
  run.certbot = nullptr;
  snapshot.runs.front() = std::make_shared<const CollectorRun>(std::move(run));
  report.snapshot = std::make_shared<const Snapshot>(std::move(snapshot));
  return report;
}

TEST(StatusPage, OfTheSample) {
  const std::string page = Page(SampleReport());
  ExpectGolden(page, "status_page/sample.html");
  EXPECT_EQ(FaultsOf({page}), "");
}

TEST(StatusPage, StartsWithTheVerdict) {
  EXPECT_EQ(Heading(Page(SampleReport())), "3 certificates need you now");
  EXPECT_EQ(Heading(Page(HealthyReport(12))), "All 12 certificates are healthy");
  EXPECT_EQ(Heading(Page(HealthyReport(1))), "The one certificate here is healthy");
  EXPECT_EQ(Heading(Page(EmptyReport())), "No certificates found");
  Verdict verdict = SampleVerdict(Source::kFile, "/x.pem", 50);
  AddProblem(verdict, "self_signed", "");
  EXPECT_EQ(Heading(Page(ReportOf({verdict}))), "1 certificate is at risk");
  Report unseen;
  unseen.snapshot = std::make_shared<const Snapshot>();
  EXPECT_EQ(Heading(Page(unseen)), "The first look is under way");
}

TEST(StatusPage, DoesNotCallHealthyWhatItCouldNotSee) {
  Report report = HealthyReport(3);
  CollectorRun run = *report.snapshot->runs.front();
  run.failures = {{Reason::kPermissionDenied, "/etc/letsencrypt: Permission denied"}};
  report.snapshot = std::make_shared<const Snapshot>(
      Snapshot{{std::make_shared<const CollectorRun>(std::move(run))}});
  const std::string page = Page(report);
  EXPECT_EQ(Heading(page), "Not everything could be looked at");
  EXPECT_THAT(page, HasSubstr("/etc/letsencrypt: Permission denied"));
}

TEST(StatusPage, LetsNothingFromOutsideBecomeMarkup) {
  std::vector<std::string> pages;
  for (const std::string text :
       {"<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='x",
        "</style></title><h1>owned</h1>", "&lt;b&gt;", "javascript:alert(1)", "a b\tc\nd", "<!--",
        "]]>", "\xE2\x80\xAEgro.elpmaxe", "\x1b[31m", "\xFF\xFE"}) {
    const std::string page = Page(ReportMadeOf(text));
    for (const char* bad : {"<script", "<img", "<!-", "<h1>owned", "\xE2\x80\xAE", "\x1b"})
      EXPECT_THAT(page, Not(HasSubstr(bad))) << text;
    EXPECT_TRUE(IsValidUtf8(page));
    pages.push_back(page);
  }
  EXPECT_EQ(FaultsOf(pages), "");
}

TEST(StatusPage, ShowsMarkupInNamesAsText) {
  const std::string page = Page(ReportMadeOf("<b>&amp;\"'"));
  EXPECT_THAT(page, HasSubstr("<bdi>&lt;b&gt;&amp;amp;&quot;&#39;</bdi>"));
}

TEST(StatusPage, CutsWhatIsEndless) {
  const std::string page = Page(ReportMadeOf(std::string(10'000, '<')));
  EXPECT_EQ(FaultsOf({page}), "");
  EXPECT_THAT(page, Not(HasSubstr(std::string(301 * 4, 'x'))));
  EXPECT_LT(page.size(), 400'000U);
}

TEST(StatusPage, ShowsFiveHundredAndSaysHowManyMore) {
  const std::string page = Page(HealthyReport(700));
  EXPECT_EQ(FaultsOf({page}), "");
  EXPECT_THAT(page, HasSubstr("All 700 certificates are healthy"));
  EXPECT_THAT(page, HasSubstr("and 200 more healthy certificates: see "));
  const std::regex row("<tr id=");
  const auto rows =
      std::distance(std::sregex_iterator(page.begin(), page.end(), row), std::sregex_iterator());
  EXPECT_EQ(rows, 500);
}

TEST(StatusPage, ShowsTroubledOnesBeforeHealthyOnesWhenThereIsNoRoom) {
  std::vector<Verdict> verdicts;
  for (int i = 0; i < 510; ++i) {
    verdicts.push_back(SampleVerdict(Source::kCertbot, "bad-" + std::to_string(i), 50));
    AddProblem(verdicts.back(), "conf_invalid", "line " + std::to_string(i));
  }
  verdicts.push_back(SampleVerdict(Source::kCertbot, "good", 50));
  const std::string page = Page(ReportOf(std::move(verdicts)));
  EXPECT_EQ(FaultsOf({page}), "");
  EXPECT_THAT(page, HasSubstr("and 10 more troubled certificates: see "));
  EXPECT_THAT(page, HasSubstr("and 1 more healthy certificate: see "));
}

TEST(StatusPage, LinksToTheMetricsWhereverTheyAre) {
  EXPECT_THAT(ToStatusPage(EmptyReport(), {"0.1.0", "/x/\"metrics"}),
              HasSubstr("<a href=\"./x/&quot;metrics\">/x/&quot;metrics</a>"));
}

TEST(StatusPage, IsAllowedItsStyleAndNothingElse) {
  EXPECT_THAT(StatusPageSecurityPolicy(),
              testing::StartsWith("default-src 'none'; style-src 'sha256-"));
  EXPECT_THAT(StatusPageSecurityPolicy(), Not(HasSubstr("unsafe")));
}

}  // namespace
}  // namespace certhealth
