// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/attempt_join.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace certhealth {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr WallTime kMidnight{std::chrono::sys_days(std::chrono::year(2026) / 11 / 22)};
constexpr WallTime kSaved = kMidnight + hours(1);
constexpr WallTime kNow = kMidnight + hours(20);
constexpr Sha256 kKey{1};
constexpr Sha256 kOtherKey{2};

IssuedLineage Issued(std::string name, std::vector<std::string> dns_names) {
  return {std::move(name), std::move(dns_names), kKey, kSaved};
}

OrderTrace Order(unsigned number, WallTime written, Sha256 key,
                 std::vector<std::string> dns_names = {"a.example", "b.example"}) {
  return {number, written, {std::move(dns_names), key}};
}

RenewalAttempt AttemptAt(WallTime at, LineageOutcome outcome) {
  RenewalAttempt attempt;
  attempt.at = at;
  attempt.result.outcome = outcome;
  return attempt;
}

/// A log that reaches from 2:00 to 4:00.
std::shared_ptr<CertbotHistory> Log() {
  auto history = std::make_shared<CertbotHistory>();
  LogRun run;
  run.start = kMidnight + hours(2);
  run.last_record = kMidnight + hours(4);
  history->Add(std::move(run));
  return history;
}

std::optional<WallTime> LastOrder(const std::shared_ptr<const CertbotHistory>& history,
                                  const std::string& name = "shop") {
  if (history == nullptr || !history->lineages.contains(name)) return std::nullopt;
  return history->lineages.at(name).last_order;
}

const std::vector<IssuedLineage> kShop = {Issued("shop", {"b.example", "a.example"})};
/// The order that brought the certificate, and one that did not.
const std::vector<OrderTrace> kOrders = {Order(3, kSaved - minutes(1), kKey),
                                         Order(4, kSaved + hours(8), kOtherKey)};

TEST(AttemptJoin, TellsTheOrderThatTheLogHasLost) {
  EXPECT_EQ(LastOrder(PlaceAttempts(nullptr, kShop, kOrders, kNow)), kSaved + hours(8));
  EXPECT_EQ(LastOrder(PlaceAttempts(Log(), kShop, kOrders, kNow)), kSaved + hours(8));
}

TEST(AttemptJoin, NeverMakesAnAttemptOfAnOrder) {
  const auto told = PlaceAttempts(Log(), kShop, kOrders, kNow);
  EXPECT_EQ(told->lineages.at("shop").last_attempt, std::nullopt);
  EXPECT_EQ(told->lineages.at("shop").last_failure, std::nullopt);
}

TEST(AttemptJoin, LeavesToTheLogWhatItCovers) {
  const std::vector<OrderTrace> orders = {kOrders[0], Order(4, kMidnight + hours(3), kOtherKey)};
  EXPECT_EQ(LastOrder(PlaceAttempts(nullptr, kShop, orders, kNow)), kMidnight + hours(3));
  EXPECT_EQ(LastOrder(PlaceAttempts(Log(), kShop, orders, kNow)), std::nullopt);
}

TEST(AttemptJoin, TellsNoOrderOlderThanTheLastAttempt) {
  const auto log = Log();
  log->lineages["shop"].last_attempt = AttemptAt(kSaved + hours(9), LineageOutcome::kFailed);
  EXPECT_EQ(PlaceAttempts(log, kShop, kOrders, kNow), log);
  log->lineages["shop"].last_attempt = AttemptAt(kSaved + hours(7), LineageOutcome::kFailed);
  const auto told = PlaceAttempts(log, kShop, kOrders, kNow);
  EXPECT_EQ(LastOrder(told), kSaved + hours(8));
  EXPECT_EQ(told->lineages.at("shop").last_attempt, log->lineages.at("shop").last_attempt);
}

TEST(AttemptJoin, TellsNoOrderThatMayStillBeUnderWay) {
  EXPECT_EQ(LastOrder(PlaceAttempts(nullptr, kShop, kOrders, kSaved + hours(9))), std::nullopt);
}

TEST(AttemptJoin, TellsNothingWhereTwoLineagesHaveTheNames) {
  const std::vector<IssuedLineage> both = {kShop[0],
                                           Issued("shop-0001", {"a.example", "b.example"})};
  EXPECT_EQ(PlaceAttempts(nullptr, both, kOrders, kNow), nullptr);
}

TEST(AttemptJoin, TellsNothingOfALineageWithOtherNames) {
  for (const std::vector<std::string>& names :
       {std::vector<std::string>{"a.example"}, {"a.example", "b.example", "c.example"}}) {
    EXPECT_EQ(PlaceAttempts(nullptr, {Issued("shop", names)}, kOrders, kNow), nullptr);
  }
}

TEST(AttemptJoin, TellsNothingWithoutTheOrderThatBroughtTheCertificate) {
  EXPECT_EQ(PlaceAttempts(nullptr, kShop, {kOrders[1]}, kNow), nullptr);
  // A reused key: either may be the one.
  EXPECT_EQ(PlaceAttempts(nullptr, kShop, {kOrders[0], Order(4, kSaved + hours(8), kKey)}, kNow),
            nullptr);
}

TEST(AttemptJoin, IsNotMisledByATreeThatWasCopied) {
  // All times are those of the copy; the order before was that of an earlier certificate.
  const WallTime copied = kSaved + minutes(1);
  EXPECT_EQ(
      PlaceAttempts(nullptr, kShop, {Order(2, copied, kOtherKey), Order(3, copied, kKey)}, kNow),
      nullptr);
}

TEST(AttemptJoin, GivesAFailedCertonlyToTheOneLineageWithItsNames) {
  const auto log = Log();
  log->unplaced.push_back(
      {{"a.example", "b.example"}, AttemptAt(kMidnight + hours(3), LineageOutcome::kFailed)});
  const auto told = PlaceAttempts(log, kShop, {}, kNow);
  const LineageHistory& shop = told->lineages.at("shop");
  EXPECT_EQ(shop.last_attempt->at, kMidnight + hours(3));
  EXPECT_EQ(shop.last_attempt->result.name, "shop");
  EXPECT_EQ(shop.last_failure, shop.last_attempt);
  EXPECT_THAT(log->lineages, testing::IsEmpty());
  EXPECT_EQ(PlaceAttempts(log, {Issued("shop", {"a.example"})}, {}, kNow), log);
  EXPECT_EQ(PlaceAttempts(log, {kShop[0], Issued("twin", kShop[0].dns_names)}, {}, kNow), log);
}

TEST(AttemptJoin, ForgetsAFailedCertonlyOnceTheLineageWentOn) {
  const auto log = Log();
  log->unplaced.push_back({{"a.example", "b.example"}, AttemptAt(kSaved, LineageOutcome::kFailed)});
  EXPECT_EQ(PlaceAttempts(log, kShop, {}, kNow), log);  // a certificate has come since
  log->unplaced[0].attempt.at = kMidnight + hours(3);
  log->lineages["shop"].last_attempt = AttemptAt(kMidnight + hours(3), LineageOutcome::kRenewed);
  EXPECT_EQ(PlaceAttempts(log, kShop, {}, kNow), log);
}

}  // namespace
}  // namespace certhealth
