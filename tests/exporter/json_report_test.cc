// SPDX-License-Identifier: Apache-2.0
#include "exporter/json_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>

#include "tests/support/golden.h"
#include "tests/support/sample_report.h"

namespace certhealth {
namespace {

using nlohmann::json;
using testing::HasSubstr;

json Parsed(const Report& report) { return json::parse(ToJson(report, "0.1.0")); }

json CertificateNamed(const json& report, const std::string& name) {
  for (const json& certificate : report["certificates"]) {
    if (certificate["name"] == name) return certificate;
  }
  ADD_FAILURE() << "no certificate named " << name;
  return {};
}

void CollectKeys(const json& value, std::set<std::string>& keys) {
  for (const auto& [key, member] : value.items()) {
    if (value.is_object()) keys.insert(key);
    if (member.is_structured()) CollectKeys(member, keys);
  }
}

TEST(JsonReport, OfTheSample) { ExpectGolden(ToJson(SampleReport(), "0.1.0"), "report.json"); }

TEST(JsonReport, HasNoKeyThatIsNotDocumented) {
  std::ifstream file(CERTHEALTH_SOURCE_DIR "/docs/report.md");
  const std::string document(std::istreambuf_iterator<char>(file), {});
  std::set<std::string> keys;
  CollectKeys(Parsed(SampleReport()), keys);
  EXPECT_GT(keys.size(), 40U);
  for (const std::string& key : keys) EXPECT_THAT(document, HasSubstr("`" + key + "`"));
}

TEST(JsonReport, LeavesOutWhatIsNotKnown) {
  const json report = Parsed(SampleReport());
  const json unreadable = CertificateNamed(report, "/etc/ssl/private/vpn/server key.pem");
  EXPECT_FALSE(unreadable.contains("not_after"));
  EXPECT_FALSE(unreadable.contains("chain"));
  EXPECT_FALSE(unreadable.contains("renewal"));
  EXPECT_EQ(unreadable["failures"][0]["reason"], "permission_denied");
  const json broken = CertificateNamed(report, "api.example.org")["renewal"];
  EXPECT_FALSE(broken.contains("threshold_seconds"));
  EXPECT_EQ(broken["enabled"], false);
  EXPECT_EQ(broken["next_renewal_ok"], false);
  const json orphan = CertificateNamed(report, "old.example.org")["renewal"];
  EXPECT_FALSE(orphan.contains("next_renewal_ok"));
  EXPECT_FALSE(orphan.contains("mode"));
  EXPECT_EQ(ToJson(SampleReport(), "0.1.0").find("null"), std::string::npos);
}

TEST(JsonReport, CountsWhatItHolds) {
  const json report = Parsed(SampleReport());
  std::map<std::string, int> counted;
  for (const json& certificate : report["certificates"]) {
    for (const json& problem : certificate["problems"]) ++counted[problem["severity"]];
  }
  for (const json& client : report["clients"]) {
    for (const json& problem : client["problems"]) ++counted[problem["severity"]];
  }
  for (const auto& [severity, count] : report["problems"].items())
    EXPECT_EQ(counted[severity], count) << severity;
  EXPECT_EQ(report["worst"], "critical");
  EXPECT_EQ(Parsed(EmptyReport())["certificates"], json::array());
}

TEST(JsonReport, IsWellFormedWhateverTheStringsHold) {
  for (const std::string& name :
       {std::string("\"}],\\"), std::string("\xFF\xFE\xED\xA0\x80 ill-formed"),
        std::string("nul\0 esc\x1b", 9), std::string(10'000, '"')}) {
    Verdict verdict = SampleVerdict(Source::kCertbot, name, 50);
    AddProblem(verdict, "webroot_missing", name);
    const json certificate = Parsed(ReportOf({std::move(verdict)}))["certificates"][0];
    if (name[0] != '\xFF') {
      EXPECT_EQ(certificate["name"], name);
      EXPECT_EQ(certificate["problems"][0]["detail"], name);
    }
  }
}

TEST(JsonReport, SaysWhatAnAdviceSaysWithoutItsMarks) {
  const json shop = CertificateNamed(Parsed(SampleReport()), "shop.example.org");
  EXPECT_THAT(shop["problems"][0]["advice"],
              HasSubstr("certbot renew --force-renewal --cert-name shop.example.org, then"));
}

}  // namespace
}  // namespace certhealth
