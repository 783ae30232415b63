// SPDX-License-Identifier: Apache-2.0
#include "exporter/version.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace certhealth {
namespace {

TEST(Version, StartsAsOtherExportersDo) {
  EXPECT_THAT(VersionText(),
              testing::StartsWith("certhealth_exporter, version " + GetBuildInfo().version + " ("));
}

}  // namespace
}  // namespace certhealth
