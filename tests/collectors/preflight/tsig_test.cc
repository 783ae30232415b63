// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/tsig.h"

#include <gtest/gtest.h>

#include "collectors/preflight/soa_message.h"
#include "tests/support/hex.h"

namespace certhealth {
namespace {

constexpr WallTime kNow{std::chrono::seconds{1'700'000'000}};

TsigKey KeyNamed(std::string name) {
  const std::string secret = "secret of a key";
  return {std::move(name), {secret.begin(), secret.end()}};
}

struct Vector {
  TsigAlgorithm algorithm;
  std::string_view record;
};
/// What dnspython 2.3.0 puts behind the same question, at the same time, with the same key.
constexpr auto kVectors = std::to_array<Vector>({
    {TsigAlgorithm::kMd5,
     "0763657274626f740000fa00ff00000000003a08686d61632d6d6435077369672d616c67"
     "0372656703696e740000006553f100012c001015782d81705ce0f28f03e5eb165df43d12"
     "3400000000"},
    {TsigAlgorithm::kSha1,
     "0763657274626f740000fa00ff00000000002f09686d61632d736861310000006553f100"
     "012c00141538e6fcafda7d33b7d2f1e522db4278e8198a1d123400000000"},
    {TsigAlgorithm::kSha224,
     "0763657274626f740000fa00ff0000000000390b686d61632d7368613232340000006553"
     "f100012c001cfe914cf42f1b69f8ce215694456dcb1ea15d20c05ea2ec7334b8e07c1234"
     "00000000"},
    {TsigAlgorithm::kSha256,
     "0763657274626f740000fa00ff00000000003d0b686d61632d7368613235360000006553"
     "f100012c0020015467649638e5d722c848acbbd904c890e88e3c9ec2097bc2696f4ddf3f"
     "b676123400000000"},
    {TsigAlgorithm::kSha384,
     "0763657274626f740000fa00ff00000000004d0b686d61632d7368613338340000006553"
     "f100012c0030ce89fabf3a01cc0ad1a145c1a68e92121f726d49bb3f1d02b134f4b55bac"
     "8cabe368475ff179eab65eb948840a1e0c9d123400000000"},
    {TsigAlgorithm::kSha512,
     "0763657274626f740000fa00ff00000000005d0b686d61632d7368613531320000006553"
     "f100012c00405d7700041b43fc3e69469277b08de7b7a92485ef8a0814add1c08c307131"
     "287a2c894cb5681f1ca050db370c84f1927b90f36b8dad99597e8d8aaf8d82046b351234"
     "00000000"},
});

TEST(Tsig, SignsAsCertbotsLibraryDoes) {
  const auto question = MakeSoaQuestion("example.com", 0x1234);
  ASSERT_TRUE(question);
  EXPECT_EQ(ToHex(*question), "123400000001000000000000076578616d706c6503636f6d0000060001");
  for (const Vector& vector : kVectors) {
    const auto whole = SignDnsMessage(*question, KeyNamed("certbot"), vector.algorithm, kNow);
    ASSERT_TRUE(whole);
    EXPECT_EQ(ToHex(*whole), "123400000001000000000001076578616d706c6503636f6d0000060001" +
                                 std::string(vector.record))
        << NameOf(vector.algorithm);
  }
}

TEST(Tsig, TakesAKeysNameInAnyCaseAndWithADotBehindIt) {
  const auto question = MakeSoaQuestion("example.com", 0x1234);
  const auto sign = [&](std::string name) {
    return SignDnsMessage(*question, KeyNamed(std::move(name)), TsigAlgorithm::kSha256, kNow);
  };
  EXPECT_TRUE(sign("certbot"));
  EXPECT_EQ(sign("Certbot."), sign("certbot"));
  EXPECT_TRUE(sign("update.certbot.example"));
  for (const char* name : {"", ".", "a..b", ".a"}) EXPECT_FALSE(sign(name)) << name;
  EXPECT_FALSE(sign(std::string(64, 'a')));
  std::string long_name = "a";
  for (int i = 0; i < 130; ++i) long_name += ".a";
  EXPECT_FALSE(sign(long_name));
}

TEST(Tsig, KnowsCertbotsAlgorithmsByTheirNames) {
  EXPECT_EQ(ParseTsigAlgorithm("HMAC-SHA512"), TsigAlgorithm::kSha512);
  EXPECT_EQ(ParseTsigAlgorithm("hmac-md5"), TsigAlgorithm::kMd5);
  EXPECT_EQ(ParseTsigAlgorithm("HMAC-SHA3"), std::nullopt);
  EXPECT_EQ(ParseTsigAlgorithm(""), std::nullopt);
  EXPECT_EQ(NameOf(TsigAlgorithm::kSha224), "hmac-sha224");
}

}  // namespace
}  // namespace certhealth
