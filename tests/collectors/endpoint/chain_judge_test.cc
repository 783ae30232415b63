// SPDX-License-Identifier: Apache-2.0
#include "collectors/endpoint/chain_judge.h"

#include <gtest/gtest.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/support/certificate_factory.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

class ChainJudgeTest : public testing::Test {
 protected:
  /// The verdict on `certificates`, leaf first.
  std::string Judge(TrustStore& store, const std::vector<MadeCertificate>& certificates,
                    const std::string& identity) {
    const std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> stack(
        sk_X509_new_null(), [](STACK_OF(X509) * all) { sk_X509_free(all); });
    for (const MadeCertificate& each : certificates) {
      sk_X509_push(stack.get(), each.certificate.get());
    }
    const ChainVerdict verdict = store.Judge(stack.get(), identity, now);
    path_end = verdict.path_end;
    return verdict.distrust ? std::string(NameOf(verdict.distrust->reason)) : "";
  }

  std::shared_ptr<TrustStore> Open(const std::string& path) { return *stores.Open(path); }

  TemporaryTree tree;
  const std::unique_ptr<FileSystem> files = MakePosixFileSystem("/");
  TrustStores stores{*files};
  MadeChain chain = MakeChain();
  std::string roots = tree.Write("roots.pem", chain.root.pem);
  WallTime now = std::chrono::sys_days(std::chrono::year(2026) / 2 / 1);
  std::optional<WallTime> path_end;
};

TEST_F(ChainJudgeTest, KnowsWhenThePathEndsWhateverElseIsSent) {
  const auto store = Open(roots);
  EXPECT_EQ(Judge(*store, {chain.leaf, chain.intermediate}, "1"), "");
  const std::optional<WallTime> end = path_end;
  ASSERT_TRUE(end);
  CertificateSpec stale;
  stale.not_before = std::chrono::sys_days(std::chrono::year(2020) / 1 / 1);
  stale.not_after = std::chrono::sys_days(std::chrono::year(2021) / 1 / 1);
  EXPECT_EQ(Judge(*store, {chain.leaf, chain.intermediate, MakeSelfSigned(stale)}, "2"), "");
  EXPECT_EQ(path_end, end);
  EXPECT_EQ(Judge(*store, {MakeSelfSigned({})}, "3"), "self_signed");
  EXPECT_FALSE(path_end);
}

TEST_F(ChainJudgeTest, SaysThatAChainIsIncompleteOnceItKnowsTheIntermediate) {
  const auto store = Open(roots);
  EXPECT_EQ(Judge(*store, {chain.leaf}, "1"), "unknown_issuer");
  EXPECT_EQ(Judge(*store, {chain.leaf, chain.intermediate}, "2"), "");
  EXPECT_EQ(Judge(*store, {chain.leaf}, "1"), "incomplete_chain");
}

TEST_F(ChainJudgeTest, VerifiesAChainOnce) {
  const auto store = Open(roots);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Judge(*store, {chain.leaf, chain.intermediate}, "1"), "");
  EXPECT_EQ(store->verified(), 1U);
  EXPECT_EQ(Judge(*store, {MakeSelfSigned({})}, "2"), "self_signed");
  EXPECT_EQ(Judge(*store, {MakeSelfSigned({})}, "2"), "self_signed");
  EXPECT_EQ(store->verified(), 2U);
}

TEST_F(ChainJudgeTest, RemembersNothingWithoutAnIdentity) {
  const auto store = Open(roots);
  EXPECT_EQ(Judge(*store, {chain.leaf, chain.intermediate}, ""), "");
  EXPECT_EQ(Judge(*store, {chain.leaf, chain.intermediate}, ""), "");
  EXPECT_EQ(store->verified(), 2U);
}

TEST_F(ChainJudgeTest, VerifiesAgainWhenADateOfThePathHasPassed) {
  const auto store = Open(roots);
  EXPECT_EQ(Judge(*store, {chain.leaf, chain.intermediate}, "1"), "");
  now += std::chrono::days(100);
  EXPECT_EQ(Judge(*store, {chain.leaf, chain.intermediate}, "1"), "expired");
  EXPECT_EQ(Judge(*store, {chain.leaf, chain.intermediate}, "1"), "expired");
  EXPECT_EQ(store->verified(), 2U);
}

TEST_F(ChainJudgeTest, JudgesByTheSameStoreUntilItsFileHasChanged) {
  const auto store = Open(roots);
  EXPECT_EQ(Open(roots), store);
  tree.Write("roots.pem", chain.root.pem + chain.root.pem);
  EXPECT_NE(Open(roots), store);
}

TEST_F(ChainJudgeTest, ReadsTheRootsThatDecodeFromAFileThatIsBroken) {
  const auto store = Open(tree.Write(
      "broken.pem",
      "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n" + chain.root.pem +
          "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n-----BEGIN CERT"));
  EXPECT_EQ(Judge(*store, {chain.leaf, chain.intermediate}, "1"), "");
}

TEST_F(ChainJudgeTest, TakesTheRootsOfTheMachine) {
  // Debian's package is there wherever the tests run.
  EXPECT_TRUE(stores.Open(""));
  EXPECT_EQ(stores.Open(tree.Path("none.pem")).error().reason, Reason::kNotFound);
}

}  // namespace
}  // namespace certhealth
