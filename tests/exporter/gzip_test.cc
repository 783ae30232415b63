// SPDX-License-Identifier: Apache-2.0
#include "exporter/gzip.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>

#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

using Compressed = std::vector<std::shared_ptr<const CompressedBlock>>;

Compressed CompressAll(const std::vector<std::string>& texts) {
  Compressed blocks;
  for (const std::string& text : texts) {
    blocks.push_back(std::make_shared<const CompressedBlock>(CompressBlock(text)));
  }
  return blocks;
}

// What the machine's own gzip makes of a page; it checks the CRC and the length.
std::string Gunzip(const std::vector<Block>& page) {
  const TemporaryTree tree;
  std::string bytes;
  for (const Block& block : page) bytes += TextOf(block);
  const std::string path = tree.Write("page.gz", bytes);
  const std::string plain = tree.Path("page");
  if (std::system(("gzip -dc " + path + " > " + plain).c_str()) != 0) return "gzip refuses it";
  std::ifstream file(plain, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string Noise(std::size_t bytes) {
  std::mt19937 random(7);
  std::string text(bytes, '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

TEST(Gzip, OfNothingIsAnEmptyFile) {
  EXPECT_EQ(Gunzip(AssembleGzip({})), "");
  EXPECT_EQ(Gunzip(AssembleGzip(CompressAll({"", ""}))), "");
}

TEST(Gzip, ReadsBackAsTheBlocksInOrder) {
  const std::vector<std::string> texts[] = {
      {"one"},
      {"one\n", "two\n", "two\n"},
      {"", "a", "", "", "b", ""},
      {std::string(1, '\0')},
      {Noise(100'000), "x", Noise(100'000)},
      {std::string(5'000'000, 'x'), std::string(70'000, 'y')},
  };
  for (const auto& page : texts) {
    std::string plain;
    for (const std::string& text : page) plain += text;
    EXPECT_TRUE(Gunzip(AssembleGzip(CompressAll(page))) == plain) << page.front().substr(0, 20);
  }
}

TEST(Gzip, TakesAThousandBlocks) {
  std::vector<std::string> texts;
  std::string plain;
  for (int i = 0; i < 1000; ++i) {
    texts.push_back("certhealth_renewal_enabled{name=\"" + std::to_string(i) + "\"} 1\n");
    plain += texts.back();
  }
  EXPECT_EQ(Gunzip(AssembleGzip(CompressAll(texts))), plain);
}

TEST(Gzip, DoesNotDependOnTheOrderOfCompression) {
  const auto blocks = CompressAll({"first\n", "second\n"});
  EXPECT_EQ(Gunzip(AssembleGzip({blocks[1], blocks[0], blocks[1]})), "second\nfirst\nsecond\n");
}

TEST(Gzip, SharesTheCompressedBytes) {
  const auto blocks = CompressAll({"one", "", "two"});
  const auto page = AssembleGzip(blocks);
  ASSERT_EQ(page.size(), 4U) << "header, two blocks, trailer";
  const auto is_shared = [](const Block& sent, const CompressedBlock& block) {
    return sent->SendTo(
        [&](std::string_view bytes) { return bytes.data() == block.deflate.data(); });
  };
  EXPECT_TRUE(is_shared(page[1], *blocks[0]));
  EXPECT_TRUE(is_shared(page[2], *blocks[2]));
}

TEST(Gzip, MakesTextSmaller) {
  EXPECT_LT(CompressBlock(std::string(10'000, 'x')).deflate.size(), 200U);
}

TEST(Gzip, ABlockIsDecompressedToWhatItWasMadeOf) {
  for (const std::string& text :
       {std::string(), std::string("x"), Noise(300'000), std::string(5'000'000, 'x')}) {
    const auto block = std::make_shared<const CompressedBlock>(CompressBlock(text));
    EXPECT_EQ(TextOf(MakePlainBlock(block)), text);
    EXPECT_EQ(MakePlainBlock(block)->size_bytes(), text.size());
  }
}

}  // namespace
}  // namespace certhealth
