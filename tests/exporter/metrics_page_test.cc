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
  for (const Block& block : blocks) text += *block;
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
    EXPECT_EQ(before[i] == after[i], *before[i] == *after[i]) << before[i]->substr(0, 60);
    shared += before[i] == after[i] ? 1 : 0;
  }
  EXPECT_GE(shared, 5U);
  EXPECT_LT(shared, before.size() - 1) << "days_until_expiry changed";
  EXPECT_EQ(Join(after), Join(Render(report, nullptr)->Assemble("", ContentEncoding::kIdentity)));
  EXPECT_EQ(Gunzip(Join(second->Assemble("", ContentEncoding::kGzip))), Join(after));
}

TEST(MetricsPage, KeepsThePlainTextForAsLongAsSomebodyAsksForIt) {
  Report report = HealthyReport(20);
  // not_after never changes, so that all pages share it.
  const auto text_of = [](const MetricsPage& page) {
    for (const Block& block : page.Assemble("", ContentEncoding::kIdentity)) {
      if (block->starts_with("# HELP certhealth_not_after")) return std::weak_ptr(block);
    }
    return std::weak_ptr<const std::string>();
  };
  auto page = Render(report, nullptr);
  const auto text = text_of(*page);
  EXPECT_FALSE(text.expired());
  report.now += std::chrono::minutes{1};
  page = Render(report, page.get());
  EXPECT_FALSE(text.expired()) << "asked for since the page before";
  report.now += std::chrono::minutes{3};
  page = Render(report, page.get());
  EXPECT_FALSE(text.expired()) << "asked for lately";
  report.now += std::chrono::minutes{10};
  page = Render(report, page.get());
  EXPECT_TRUE(text.expired());
  EXPECT_FALSE(text_of(*page).expired()) << "and back when it is asked for again";
}

TEST(MetricsPage, CompressesAFamilyOnceForAllPagesThatShareIt) {
  const Report report = HealthyReport(20);
  auto page = Render(report, nullptr);
  const auto before = page->Assemble("", ContentEncoding::kGzip);
  page = Render(report, page.get());
  const auto after = page->Assemble("", ContentEncoding::kGzip);
  ASSERT_EQ(before.size(), after.size());
  for (std::size_t i = 1; i + 1 < before.size(); ++i) EXPECT_EQ(before[i], after[i]);
}

TEST(MetricsPage, DropsAFamilyThatHasNoSampleAnyMore) {
  const auto first = Render(HealthyReport(2), nullptr);
  const auto second = Render(EmptyReport(), first.get());
  EXPECT_EQ(Join(second->Assemble("", ContentEncoding::kIdentity)).find("days_until_expiry"),
            std::string::npos);
}

}  // namespace
}  // namespace certhealth
