// SPDX-License-Identifier: Apache-2.0
#include "exporter/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "collectors/base/utf8.h"
#include "tests/support/judge_scene.h"
#include "tests/support/sample_report.h"

namespace certhealth {
namespace {

using std::chrono::days;
using testing::IsEmpty;

/// "name{labels}" -> the text of the value.
using Series = std::map<std::string, std::string>;

Series SeriesOf(const Report& report, DnsNameSeries dns_names = DnsNameSeries::kNo) {
  Series series;
  const MetricsInput input = MakeMetricsInput(report, dns_names);
  for (const MetricKind& kind : Metrics()) {
    std::istringstream lines(RenderFamily(kind, input));
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with('#')) continue;
      const std::size_t space = line.rfind(' ');
      EXPECT_TRUE(series.emplace(line.substr(0, space), line.substr(space + 1)).second)
          << "twice: " << line;
    }
  }
  return series;
}

/// The value of a family's one series about the scene's own lineage; empty when there is none.
std::string ValueOf(const Series& series, const std::string& family) {
  std::string value;
  for (const auto& [labels, text] : series) {
    if (labels.starts_with(family + "{source=")) value = text;
  }
  return value;
}

std::set<std::string> KeysOf(const Series& series) {
  std::set<std::string> keys;
  for (const auto& [key, value] : series) keys.insert(key);
  return keys;
}

TEST(Metrics, TellOfAHealthyLineageWhatIsSo) {
  JudgeScene scene;
  scene.machine.roots[0].running_version = "5.5.0";
  const Series series = SeriesOf(scene.Judge());
  const auto seconds_of = [](WallTime time) {
    return std::to_string(time.time_since_epoch().count());
  };
  EXPECT_EQ(ValueOf(series, "certhealth_days_until_expiry"), "70");
  EXPECT_EQ(ValueOf(series, "certhealth_not_after_timestamp_seconds"),
            seconds_of(scene.leaf.not_after));
  EXPECT_EQ(ValueOf(series, "certhealth_not_before_timestamp_seconds"),
            seconds_of(scene.leaf.not_before));
  EXPECT_EQ(ValueOf(series, "certhealth_lifetime_remaining_ratio"), "0.777778");
  EXPECT_EQ(ValueOf(series, "certhealth_chain_not_after_timestamp_seconds"),
            seconds_of(scene.rest[0].not_after));
  EXPECT_EQ(ValueOf(series, "certhealth_renewal_enabled"), "1");
  EXPECT_EQ(ValueOf(series, "certhealth_renewal_threshold_seconds"), "2592000");
  EXPECT_EQ(ValueOf(series, "certhealth_renewal_due_timestamp_seconds"),
            seconds_of(scene.leaf.not_after - days{30}));
  EXPECT_EQ(ValueOf(series, "certhealth_next_renewal_ok"), "1");
  EXPECT_EQ(ValueOf(series, "certhealth_renewals"), "2");
  EXPECT_TRUE(series.contains(
      "certhealth_renewal_mode{source=\"certbot\",name=\"example.com\",mode=\"standalone\"}"));
  for (const char* severity : {"info", "warning", "critical"}) {
    EXPECT_EQ(series.at(std::string("certhealth_problems{severity=\"") + severity + "\"}"), "0");
  }
}

TEST(Metrics, WithoutACertificateNothingIsSaidOfIt) {
  JudgeScene scene;
  scene.presents_leaf = false;
  scene.failures = {{Reason::kPermissionDenied, "may not be read"}};
  const Series series = SeriesOf(scene.Judge());
  for (const char* family :
       {"certhealth_days_until_expiry", "certhealth_not_after_timestamp_seconds",
        "certhealth_not_before_timestamp_seconds", "certhealth_lifetime_remaining_ratio",
        "certhealth_chain_not_after_timestamp_seconds", "certhealth_certificate_info",
        "certhealth_renewal_threshold_seconds", "certhealth_renewal_due_timestamp_seconds"}) {
    EXPECT_EQ(ValueOf(series, family), "") << family;
  }
  EXPECT_EQ(ValueOf(series, "certhealth_next_renewal_ok"), "1") << "the conf is there";
}

TEST(Metrics, WithoutAConfThatMayBeReadNothingIsSaidOfRenewal) {
  JudgeScene scene;
  scene.lineage.conf_failure = {Reason::kPermissionDenied, "may not be read"};
  for (const Reason reason : {Reason::kPermissionDenied, Reason::kTooLarge}) {
    scene.lineage.conf_failure->reason = reason;
    const Series series = SeriesOf(scene.Judge());
    for (const char* family :
         {"certhealth_renewal_mode", "certhealth_renewal_enabled", "certhealth_next_renewal_ok",
          "certhealth_renewal_threshold_seconds", "certhealth_renewal_due_timestamp_seconds"}) {
      EXPECT_EQ(ValueOf(series, family), "") << family << " " << NameOf(reason);
    }
    EXPECT_EQ(ValueOf(series, "certhealth_days_until_expiry"), "70");
  }
}

TEST(Metrics, ALeafAloneHasNoChainAndAnOrphanNoNextRenewal) {
  JudgeScene scene;
  scene.rest.clear();
  scene.lineage.has_conf = false;
  const Series series = SeriesOf(scene.Judge());
  EXPECT_EQ(ValueOf(series, "certhealth_chain_not_after_timestamp_seconds"), "");
  EXPECT_EQ(ValueOf(series, "certhealth_next_renewal_ok"), "");
  EXPECT_EQ(ValueOf(series, "certhealth_renewal_enabled"), "0") << "nothing would ever renew it";
}

TEST(Metrics, AreNegativeOnceItHasExpired) {
  JudgeScene scene;
  scene.SetLife(days{90}, days{99});
  const Series series = SeriesOf(scene.Judge());
  EXPECT_EQ(ValueOf(series, "certhealth_days_until_expiry"), "-9");
  EXPECT_EQ(ValueOf(series, "certhealth_lifetime_remaining_ratio"), "-0.100000");
}

TEST(Metrics, NextRenewalOkFollowsWhatCertbotWouldRefuse) {
  JudgeScene refused;
  refused.conf().authenticator = "manual";
  EXPECT_EQ(ValueOf(SeriesOf(refused.Judge()), "certhealth_next_renewal_ok"), "0");
  JudgeScene risky;
  risky.UseWebroot("/var/www");
  risky.SetMissing("/var/www");
  EXPECT_EQ(ValueOf(SeriesOf(risky.Judge()), "certhealth_next_renewal_ok"), "1");
  JudgeScene off;
  off.conf().autorenew = false;
  EXPECT_EQ(ValueOf(SeriesOf(off.Judge()), "certhealth_next_renewal_ok"), "1");
  EXPECT_EQ(ValueOf(SeriesOf(off.Judge()), "certhealth_renewal_enabled"), "0");
}

TEST(Metrics, ARenewalChangesValuesAndNeverSeries) {
  JudgeScene scene;
  scene.conf().authenticator = "webroot";
  RenewalAttempt attempt;
  attempt.result.outcome = LineageOutcome::kRenewed;
  scene.history.emplace().last_attempt = attempt;
  const Series before = SeriesOf(scene.Judge());
  scene.SetLife(days{90}, days{1});
  scene.leaf.sha256.fill(9);
  scene.leaf.serial = "77";
  scene.SetLinks(4);
  scene.lineage.archive = {true, 4, 4, 3};
  scene.history->last_attempt->at = scene.now;
  const Series after = SeriesOf(scene.Judge());
  EXPECT_NE(before, after);
  const auto without_identity = [](const Series& series) {
    std::set<std::string> keys = KeysOf(series);
    std::erase_if(keys, [](const std::string& key) {
      return key.starts_with("certhealth_certificate_info{");
    });
    return keys;
  };
  EXPECT_EQ(without_identity(before), without_identity(after));
}

TEST(Metrics, AreAtMostFifteenForAHealthyLineage) {
  JudgeScene scene;
  RenewalAttempt attempt;
  attempt.result.outcome = LineageOutcome::kRenewed;
  scene.history.emplace().last_attempt = attempt;
  std::size_t of_it = 0;
  for (const auto& [key, value] : SeriesOf(scene.Judge()))
    of_it += key.find("name=\"example.com\"") != std::string::npos ? 1 : 0;
  EXPECT_LE(of_it, 15U);
  EXPECT_GE(of_it, 12U);
}

TEST(Metrics, TakeBackASuccessThatAnUnknownAttemptHasFollowed) {
  JudgeScene scene;
  RenewalAttempt attempt;
  attempt.at = scene.now - days{2};
  attempt.result.outcome = LineageOutcome::kRenewed;
  scene.history.emplace().last_attempt = attempt;
  const auto timestamp = [&scene] {
    return ValueOf(SeriesOf(scene.Judge()), "certhealth_last_renew_attempt_timestamp_seconds");
  };
  const std::string logged = timestamp();
  scene.history->last_order = scene.now - days{1};
  EXPECT_EQ(ValueOf(SeriesOf(scene.Judge()), "certhealth_last_renew_success"), "");
  EXPECT_NE(timestamp(), logged);
  EXPECT_NE(timestamp(), "");
  scene.history->last_attempt->result.outcome = LineageOutcome::kFailed;
  EXPECT_EQ(ValueOf(SeriesOf(scene.Judge()), "certhealth_last_renew_success"), "0");
  scene.history->last_attempt.reset();
  EXPECT_EQ(ValueOf(SeriesOf(scene.Judge()), "certhealth_last_renew_success"), "");
  EXPECT_NE(timestamp(), "");
}

TEST(Metrics, TellTheLastAttemptOnceOneIsKnown) {
  JudgeScene scene;
  EXPECT_EQ(ValueOf(SeriesOf(scene.Judge()), "certhealth_last_renew_success"), "");
  RenewalAttempt attempt;
  attempt.at = scene.now - days{1};
  attempt.result.outcome = LineageOutcome::kFailed;
  attempt.result.reason = RenewalFailure::kOther;
  scene.history.emplace().last_attempt = attempt;
  Series series = SeriesOf(scene.Judge());
  EXPECT_EQ(ValueOf(series, "certhealth_last_renew_success"), "0");
  EXPECT_EQ(ValueOf(series, "certhealth_last_renew_failure_info"), "1");
  scene.history->last_attempt->result.outcome = LineageOutcome::kRenewed;
  scene.history->last_dry_run = attempt;
  series = SeriesOf(scene.Judge());
  EXPECT_EQ(ValueOf(series, "certhealth_last_renew_success"), "1");
  EXPECT_EQ(ValueOf(series, "certhealth_last_renew_failure_info"), "");
  EXPECT_EQ(ValueOf(series, "certhealth_last_dry_run_success"), "0");
  EXPECT_NE(ValueOf(series, "certhealth_last_dry_run_timestamp_seconds"), "");
}

TEST(Metrics, StayOneLineASampleWhateverTheNamesHold) {
  JudgeScene scene;
  scene.leaf.subject = "CN=a\"b\\c\nd\re";
  scene.leaf.issuer = std::string("nul\0", 4) + "\xff";
  scene.conf().authenticator = "x\"} 1\ncerthealth_fake{a=\"";
  const Series series = SeriesOf(scene.Judge(), DnsNameSeries::kYes);
  bool has_info = false;
  for (const auto& [key, value] : series) {
    EXPECT_THAT(key, testing::StartsWith("certhealth_"));
    EXPECT_THAT(key, testing::Not(testing::StartsWith("certhealth_fake")));
    EXPECT_TRUE(key.ends_with('}')) << key;
    EXPECT_EQ(ToValidUtf8(key), key);
    EXPECT_EQ(key.find('\r'), std::string::npos);
    EXPECT_EQ(key.find('\0'), std::string::npos);
    has_info |= key.find("subject=\"CN=a\\\"b\\\\c\\nd") != std::string::npos;
  }
  EXPECT_TRUE(has_info);
}

TEST(Metrics, GiveDnsNamesOnlyWhenAskedAndEachOnce) {
  JudgeScene scene;
  scene.leaf.dns_names = {"b.example.com", "a.example.com", "b.example.com"};
  const auto count = [&](DnsNameSeries dns_names) {
    return std::ranges::count_if(SeriesOf(scene.Judge(), dns_names), [](const auto& series) {
      return series.first.starts_with("certhealth_dns_name_info{");
    });
  };
  EXPECT_EQ(count(DnsNameSeries::kNo), 0);
  EXPECT_EQ(count(DnsNameSeries::kYes), 2);
}

TEST(Metrics, AFileHasItsDatesAndNothingOfRenewal) {
  JudgeScene scene;
  scene.source = Source::kFile;
  const Series series = SeriesOf(scene.Judge());
  EXPECT_EQ(ValueOf(series, "certhealth_days_until_expiry"), "70");
  for (const auto& [key, value] : series) {
    if (key.find("name=") == std::string::npos) continue;
    EXPECT_EQ(key.find("renew"), std::string::npos) << key;
  }
}

TEST(Metrics, AreUniqueInTheSampleReport) { EXPECT_GT(SeriesOf(SampleReport()).size(), 50U); }

TEST(Metrics, TableHasHelpAndNamesOfTheConventions) {
  std::set<std::string_view> names;
  for (const MetricKind& kind : Metrics()) {
    EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
    EXPECT_TRUE(kind.name.starts_with("certhealth_"));
    EXPECT_FALSE(kind.help.empty());
    EXPECT_EQ(kind.help.find_first_of("\"\\\n"), std::string_view::npos) << kind.name;
  }
  EXPECT_THAT(RenderFamily(Metrics()[0], MakeMetricsInput(EmptyReport(), DnsNameSeries::kNo)),
              IsEmpty())
      << "a family without a sample is not on the page";
}

}  // namespace
}  // namespace certhealth
