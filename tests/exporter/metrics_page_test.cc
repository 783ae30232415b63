// SPDX-License-Identifier: Apache-2.0
#include "exporter/metrics_page.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>

#include "tests/support/sample_report.h"

namespace certhealth {
namespace {

std::string Join(const std::vector<Block>& blocks) {
  std::string text;
  for (const Block& block : blocks) text += TextOf(block);
  return text;
}

std::string Gunzip(std::string compressed) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string plain(1U << 20U, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(compressed.data());
  stream.avail_in = static_cast<uInt>(compressed.size());
  stream.next_out = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_out = static_cast<uInt>(plain.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  plain.resize(stream.total_out);
  inflateEnd(&stream);
  return plain;
}

std::shared_ptr<const MetricsPage> Render(const Report& report, const MetricsPage* previous) {
  return MetricsPage::Render(report, DnsNameSeries::kNo, previous);
}

TEST(MetricsPage, IsTheFamiliesInTheOrderOfTheTableAndThenTheTail) {
  const Report report = SampleReport();
  const MetricsInput input = MakeMetricsInput(report, DnsNameSeries::kNo);
  std::string expected;
  for (const MetricKind& kind : Metrics()) expected += RenderFamily(kind, input);
  const auto page = Render(report, nullptr);
  EXPECT_EQ(page->size_bytes(), expected.size());
  EXPECT_EQ(Join(page->Assemble("# tail\n", ContentEncoding::kIdentity)), expected + "# tail\n");
}

TEST(MetricsPage, GzipHoldsTheSameBytes) {
  const auto page = Render(SampleReport(), nullptr);
  EXPECT_EQ(Gunzip(Join(page->Assemble("# tail\n", ContentEncoding::kGzip))),
            Join(page->Assemble("# tail\n", ContentEncoding::kIdentity)));
}

TEST(MetricsPage, SharesFamiliesThatDidNotChangeAndNoOthers) {
  Report report = HealthyReport(20);
  const auto first = Render(report, nullptr);
  report.now += std::chrono::hours{1};
  const auto second = Render(report, first.get());
  const auto before = first->Assemble("", ContentEncoding::kIdentity);
  const auto after = second->Assemble("", ContentEncoding::kIdentity);
  ASSERT_EQ(before.size(), after.size());
  std::size_t shared = 0;
  for (std::size_t i = 0; i + 1 < before.size(); ++i) {
    const std::string text = TextOf(before[i]);
    EXPECT_EQ(before[i] == after[i], text == TextOf(after[i])) << text.substr(0, 60);
    shared += before[i] == after[i] ? 1 : 0;
  }
  EXPECT_GE(shared, 5U);
  EXPECT_LT(shared, before.size() - 1) << "days_until_expiry changed";
  EXPECT_EQ(Join(after), Join(Render(report, nullptr)->Assemble("", ContentEncoding::kIdentity)));
  EXPECT_EQ(Gunzip(Join(second->Assemble("", ContentEncoding::kGzip))), Join(after));
}

TEST(MetricsPage, DropsAFamilyThatHasNoSampleAnyMore) {
  const auto first = Render(HealthyReport(2), nullptr);
  const auto second = Render(EmptyReport(), first.get());
  EXPECT_EQ(Join(second->Assemble("", ContentEncoding::kIdentity)).find("days_until_expiry"),
            std::string::npos);
}

}  // namespace
}  // namespace certhealth
