// SPDX-License-Identifier: Apache-2.0
#include "exporter/json_targets.h"

#include <gtest/gtest.h>

#include "tests/support/fake_prober.h"
#include "tests/support/sample_report.h"

namespace certhealth {
namespace {

Report Of(const std::vector<std::pair<Source, std::shared_ptr<const Certificate>>>& certificates) {
  Report report;
  for (const auto& [source, leaf] : certificates) {
    Bundle bundle;
    bundle.source = source;
    bundle.name = "n" + leaf->serial;
    bundle.chain = {leaf};
    if (source == Source::kEndpoint) bundle.endpoint = std::make_shared<const Endpoint>();
    report.verdicts.emplace_back().bundle = std::make_shared<const Bundle>(std::move(bundle));
  }
  return report;
}

TEST(ServiceDiscovery, TellsEveryNameOnce) {
  EXPECT_EQ(ToServiceDiscovery(Of({{Source::kCertbot, MadeUpLeaf({"a.example", "*.a.example"}, 1)},
                                   {Source::kFile, MadeUpLeaf({"a.example", "b.example"}, 2)}})),
            R"([{"targets":["a.example:443"],"labels":{"__meta_certhealth_source":"certbot",)"
            R"("__meta_certhealth_name":"n1"}},{"targets":["b.example:443"],"labels":)"
            R"({"__meta_certhealth_source":"file","__meta_certhealth_name":"n2"}}])");
}

TEST(ServiceDiscovery, LeavesOutWhatNobodyCouldAskFor) {
  EXPECT_EQ(ToServiceDiscovery(Of({{Source::kCertbot, MadeUpLeaf({"*.a.example", "b b", "x:y"})},
                                   {Source::kEndpoint, MadeUpLeaf({"c.example"})}})),
            "[]");
  EXPECT_EQ(ToServiceDiscovery(EmptyReport()), "[]");
}

}  // namespace
}  // namespace certhealth
