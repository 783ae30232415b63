// SPDX-License-Identifier: Apache-2.0
#include "exporter/endpoint_trust.h"

#include <gtest/gtest.h>

#include "tests/support/judge_scene.h"

namespace certhealth {
namespace {

JudgeScene Local(EndpointFailure reason) {
  JudgeScene scene;
  scene.UseEndpoint();
  scene.endpoint.local = true;
  scene.endpoint.distrust = EndpointFault{reason, "x"};
  return scene;
}

TEST(EndpointTrust, IsKnownOfWhatIsWatched) {
  JudgeScene scene;
  scene.UseEndpoint();
  EXPECT_EQ(IsTrusted(scene.JudgeOne()), true);
  scene.endpoint.distrust = EndpointFault{EndpointFailure::kUnknownIssuer, "x"};
  scene.PutOnDisk(scene.leaf);
  EXPECT_EQ(IsTrusted(scene.JudgeOne()), false);
  scene.presents_leaf = false;
  EXPECT_EQ(IsTrusted(scene.JudgeOne()), std::nullopt);
}

TEST(EndpointTrust, IsOpenWhereOnlyTheRootOfOurOwnIsUnknown) {
  for (const auto reason : {EndpointFailure::kUnknownIssuer, EndpointFailure::kSelfSigned,
                            EndpointFailure::kIncompleteChain}) {
    JudgeScene scene = Local(reason);
    EXPECT_EQ(IsTrusted(scene.JudgeOne()), false) << NameOf(reason);
    scene.PutOnDisk(scene.leaf);
    EXPECT_EQ(IsTrusted(scene.JudgeOne()), std::nullopt) << NameOf(reason);
  }
  JudgeScene expired = Local(EndpointFailure::kExpired);
  expired.PutOnDisk(expired.leaf);
  EXPECT_EQ(IsTrusted(expired.JudgeOne()), false);
}

TEST(EndpointTrust, IsKnownWhereTheServerSendsLessThanItHas) {
  JudgeScene scene = Local(EndpointFailure::kIncompleteChain);
  scene.PutOnDisk(scene.leaf);
  scene.rest.clear();
  EXPECT_EQ(IsTrusted(scene.JudgeOne()), false);
}

TEST(EndpointTrust, IsOpenBetweenMailServers) {
  JudgeScene scene = Local(EndpointFailure::kSelfSigned);
  scene.endpoint.target.port = 25;
  scene.endpoint.target.starttls = StartTls::kSmtp;
  EXPECT_EQ(IsTrusted(scene.JudgeOne()), std::nullopt);
}

}  // namespace
}  // namespace certhealth
