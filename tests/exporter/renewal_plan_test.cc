// SPDX-License-Identifier: Apache-2.0
#include "exporter/renewal_plan.h"

#include <gtest/gtest.h>

#include "collectors/certbot/certbot_version.h"

namespace certhealth {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

constexpr WallTime kNotBefore{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}};
constexpr std::string_view kLetsEncrypt = "https://acme-v02.api.letsencrypt.org/directory";

/// A lineage whose newest certificate lives for `lifetime`, written and run by certbot `version`.
struct Scene {
  Lineage lineage;
  CertbotMachine machine;

  Scene(std::string version, seconds lifetime) {
    auto certificate = std::make_shared<Certificate>();
    certificate->not_before = kNotBefore;
    certificate->not_after = kNotBefore + lifetime;
    lineage.newest = certificate;
    lineage.has_conf = true;
    for (LineageLink& link : lineage.links) link.state = LinkState::kGood;
    lineage.conf.conf.server = "https://ca.example/directory";
    machine.roots.push_back({"/etc/letsencrypt", std::move(version), nullptr, {}});
  }
  Scene& RenewBefore(std::string text) {
    lineage.conf.conf.renew_before_expiry = std::move(text);
    return *this;
  }
  RenewalPlan Plan() const { return PlanRenewal(lineage, machine); }
  seconds Threshold() const { return Plan().threshold.value_or(seconds{-1}); }
};

TEST(RenewalPlan, IsThirtyDaysBeforeCertbotFourWhateverTheLifetime) {
  for (const char* version : {"0.8.0", "0.40.1", "1.12.0", "2.1.0", "3.3.0"}) {
    EXPECT_EQ(Scene(version, days{90}).Threshold(), days{30}) << version;
    EXPECT_EQ(Scene(version, days{6}).Threshold(), days{30}) << version;
  }
}

TEST(RenewalPlan, IsAThirdOfTheLifetimeSinceFourAndHalfUnderTenDays) {
  for (const char* version : {"4.0.0", "4.1.1", "5.5.0", "5.7.0.dev0"}) {
    EXPECT_EQ(Scene(version, days{90}).Threshold(), days{30}) << version;
    EXPECT_EQ(Scene(version, days{45}).Threshold(), days{15}) << version;
    EXPECT_EQ(Scene(version, days{10}).Threshold(), seconds{days{10}} / 3) << version;
    EXPECT_EQ(Scene(version, hours{160}).Threshold(), hours{80}) << version;
  }
}

TEST(RenewalPlan, GoesByTheVersionThatRunsAndByTheConfOnlyWithoutOne) {
  Scene scene("", days{45});
  scene.lineage.conf.conf.version = "2.1.0";
  EXPECT_EQ(scene.Threshold(), days{30});
  scene.machine.roots.front().running_version = "5.5.0";
  EXPECT_EQ(scene.Threshold(), days{15});
}

TEST(RenewalPlan, TakesRenewBeforeExpiryAtItsWordBeforeFour) {
  EXPECT_EQ(Scene("2.1.0", days{90}).RenewBefore("10 days").Threshold(), days{10});
  EXPECT_EQ(Scene("2.1.0", days{90}).RenewBefore("60").Threshold(), days{60});
}

TEST(RenewalPlan, CannotBeDelayedInFourZero) {
  EXPECT_EQ(Scene("4.0.0", days{90}).RenewBefore("10 days").Threshold(), days{30});
  EXPECT_EQ(Scene("4.0.0", days{90}).RenewBefore("60 days").Threshold(), days{60});
}

TEST(RenewalPlan, CannotHoldBackTheWindowOfLetsEncryptSinceFourOne) {
  Scene elsewhere("4.1.0", days{90});
  EXPECT_EQ(elsewhere.RenewBefore("10 days").Threshold(), days{10});
  Scene lets_encrypt("4.1.0", days{90});
  lets_encrypt.lineage.conf.conf.server = kLetsEncrypt;
  EXPECT_EQ(lets_encrypt.RenewBefore("10 days").Threshold(), days{30});
}

TEST(RenewalPlan, TakesATextThatCertbotCannotReadForZero) {
  const RenewalPlan plan = Scene("2.1.0", days{90}).RenewBefore("when I feel like it").Plan();
  EXPECT_EQ(plan.threshold, seconds{0});
  EXPECT_FALSE(plan.unreadable_threshold.empty());
  EXPECT_EQ(plan.due, kNotBefore + days{90});
}

TEST(RenewalPlan, CountsMonthsByTheCalendarAtTheEndOfTheLife) {
  // 2026-11-22 and 90 days is 2027-02-20; the month before it has 31 days.
  EXPECT_EQ(Scene("2.1.0", days{90}).RenewBefore("1 month").Threshold(), days{31});
}

TEST(RenewalPlan, IsOffWithAutorenewFalseSinceTwentySixAndThenNeverDue) {
  Scene scene("2.1.0", days{90});
  scene.lineage.conf.conf.autorenew = false;
  EXPECT_FALSE(scene.Plan().enabled);
  EXPECT_FALSE(scene.Plan().due.has_value());
  scene.machine.roots.front().running_version = "0.25.1";
  EXPECT_TRUE(scene.Plan().enabled);
}

TEST(RenewalPlan, KnowsNothingWithoutAUsableConf) {
  Scene scene("2.1.0", days{90});
  scene.lineage.conf.fault = ConfFault::kNoAuthenticator;
  EXPECT_FALSE(scene.Plan().enabled);
  EXPECT_FALSE(scene.Plan().threshold.has_value());
}

TEST(RenewalPlan, KnowsNoMomentWithoutACertificate) {
  Scene scene("2.1.0", days{90});
  scene.lineage.newest = nullptr;
  EXPECT_TRUE(scene.Plan().enabled);
  EXPECT_FALSE(scene.Plan().due.has_value());
}

TEST(CertbotVersion, OrdersByNumber) {
  EXPECT_LT(ParseCertbotVersion("0.9.3"), ParseCertbotVersion("0.10.0"));
  EXPECT_EQ(ParseCertbotVersion("5.7.0.dev0"), (CertbotVersion{{5, 7, 0}}));
  EXPECT_EQ(ParseCertbotVersion("4"), (CertbotVersion{{4, 0, 0}}));
  EXPECT_EQ(ParseCertbotVersion("unknown"), std::nullopt);
  EXPECT_EQ(ParseCertbotVersion(""), std::nullopt);
}

}  // namespace
}  // namespace certhealth
