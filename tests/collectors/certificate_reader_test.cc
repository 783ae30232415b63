// SPDX-License-Identifier: Apache-2.0
#include "collectors/certificate_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "collectors/base/utf8.h"
#include "tests/support/certificate_factory.h"

namespace certhealth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kPath = "/etc/ssl/a.pem";

CertificateFile Read(const std::string& bytes) { return CertificateReader().Read(bytes, kPath); }

std::vector<std::string> Subjects(
    const std::vector<std::shared_ptr<const Certificate>>& certificates) {
  std::vector<std::string> subjects;
  for (const auto& certificate : certificates) subjects.push_back(certificate->subject);
  return subjects;
}

TEST(CertificateReader, ReadsAChainLeafFirst) {
  const CertificateFile file = Read(MakeChain().FullchainPem());
  EXPECT_THAT(Subjects(file.Chain()), ElementsAre("CN=example.com", "CN=Test Intermediate"));
  EXPECT_THAT(file.failures, IsEmpty());
  EXPECT_THAT(file.other_blocks, IsEmpty());
  EXPECT_FALSE(file.has_private_key);
}

TEST(CertificateReader, ReadsDerAndSeveralOfThemInOneFile) {
  const MadeChain chain = MakeChain();
  const CertificateFile file = Read(chain.leaf.der + chain.intermediate.der);
  EXPECT_THAT(Subjects(file.Chain()), ElementsAre("CN=example.com", "CN=Test Intermediate"));
  EXPECT_THAT(file.failures, IsEmpty());
  EXPECT_THAT(Read(chain.leaf.der + "x").failures,
              ElementsAre(Failure{Reason::kBadCertificate,
                                  "/etc/ssl/a.pem: byte " + std::to_string(chain.leaf.der.size()) +
                                      ": neither PEM nor a whole certificate in DER"}));
}

TEST(CertificateReader, AByteOrderMarkBeforePemKeepsTheLeaf) {
  const CertificateFile file = Read("\xEF\xBB\xBF" + MakeChain().FullchainPem());
  EXPECT_THAT(Subjects(file.Chain()), ElementsAre("CN=example.com", "CN=Test Intermediate"));
  EXPECT_THAT(file.failures, IsEmpty());
}

TEST(CertificateReader, TheRestOfAChainDoesNotPassForItsLostLeaf) {
  const MadeChain chain = MakeChain();
  std::string bytes = chain.FullchainPem();
  bytes[40] = '!';
  const CertificateFile file = Read(bytes);
  EXPECT_TRUE(file.first_is_lost);
  EXPECT_THAT(file.Chain(), IsEmpty());
  EXPECT_THAT(Subjects(file.certificates), ElementsAre("CN=Test Intermediate"));
  EXPECT_THAT(file.failures,
              ElementsAre(Failure{Reason::kBadCertificate,
                                  "/etc/ssl/a.pem:1: CERTIFICATE: line 2 is not base64"}));
}

TEST(CertificateReader, ALostIntermediateLeavesTheLeaf) {
  const MadeChain chain = MakeChain();
  const std::string bytes = chain.FullchainPem();
  const CertificateFile file = Read(bytes.substr(0, bytes.size() - 60));
  EXPECT_THAT(Subjects(file.Chain()), ElementsAre("CN=example.com"));
  ASSERT_THAT(file.failures, SizeIs(1));
  EXPECT_THAT(file.failures[0].detail, HasSubstr("cut short"));
}

TEST(CertificateReader, NamesACertificateThatDoesNotDecode) {
  const CertificateFile file =
      Read("-----BEGIN CERTIFICATE-----\nMAMCAQA=\n-----END CERTIFICATE-----\n");
  ASSERT_THAT(file.failures, SizeIs(1));
  EXPECT_EQ(file.failures[0].reason, Reason::kBadCertificate);
  EXPECT_THAT(file.failures[0].detail, HasSubstr("/etc/ssl/a.pem:1: CERTIFICATE: does not decode"));
  EXPECT_TRUE(file.first_is_lost);
}

TEST(CertificateReader, AnEmptyOrForeignFileHoldsNoCertificate) {
  for (const std::string bytes : {"", "\n", "0", "hello", "\xEF\xBB\xBF"}) {
    const CertificateFile file = Read(bytes);
    EXPECT_THAT(file.failures, ElementsAre(Failure{Reason::kNoCertificate,
                                                   "/etc/ssl/a.pem holds no certificate"}));
    EXPECT_FALSE(file.first_is_lost);
  }
  EXPECT_THAT(Read(std::string("\xFF\xFE-\0-\0", 6)).failures[0].detail, HasSubstr("UTF-16"));
}

TEST(CertificateReader, AFileOfKeysAndParametersIsNotBad) {
  const CertificateFile file =
      Read(MakeChain().leaf.private_key_pem +
           "-----BEGIN DH PARAMETERS-----\nMAYCAQsCAQI=\n-----END DH PARAMETERS-----\n");
  EXPECT_THAT(file.failures, IsEmpty());
  EXPECT_THAT(file.certificates, IsEmpty());
  EXPECT_THAT(file.other_blocks, ElementsAre("PRIVATE KEY", "DH PARAMETERS"));
  EXPECT_TRUE(file.has_private_key);
}

TEST(CertificateReader, TakesAKeyInDerForAKey) {
  const std::string key("\x30\x81\x80\x02\x01\x00", 6);
  const CertificateFile file = Read(key + std::string(125, 'x'));
  EXPECT_THAT(file.failures, IsEmpty());
  EXPECT_TRUE(file.has_private_key);
  EXPECT_THAT(file.other_blocks, SizeIs(1));
}

TEST(CertificateReader, ReadsAKeyAndItsCertificatesFromOneFile) {
  const MadeChain chain = MakeChain();
  const CertificateFile file = Read(chain.leaf.private_key_pem + chain.FullchainPem());
  EXPECT_THAT(file.Chain(), SizeIs(2));
  EXPECT_TRUE(file.has_private_key);
}

TEST(CertificateReader, ReadsOpenSslsTrustedCertificateAsTheCertificateInIt) {
  const MadeCertificate made = MakeSelfSigned({});
  std::string pem = made.pem;
  for (const char* word : {"BEGIN ", "END "}) {
    pem.insert(pem.find(word) + std::string_view(word).size(), "TRUSTED ");
  }
  CertificateReader reader;
  const CertificateFile file = reader.Read(pem, kPath);
  ASSERT_THAT(file.certificates, SizeIs(1));
  // The trust settings come after the certificate and are no part of it.
  const auto with_trust = reader.ReadDer(made.der + std::string("\x30\x02\x0c\x00", 4));
  ASSERT_TRUE(with_trust);
  EXPECT_EQ(*with_trust, file.certificates[0]);
}

TEST(CertificateReader, SharesACertificateThatIsInManyFiles) {
  const MadeChain chain = MakeChain();
  CertificateReader reader;
  const CertificateFile first = reader.Read(chain.FullchainPem(), "/a");
  const CertificateFile second = reader.Read(chain.intermediate.der, "/b");
  EXPECT_EQ(first.certificates[1], second.certificates[0]);
  EXPECT_EQ(reader.remembered(), 2U);
}

TEST(CertificateReader, ForgetsWhatNobodyHolds) {
  const MadeChain chain = MakeChain();
  CertificateReader reader;
  const auto held = reader.ReadDer(chain.intermediate.der);
  std::string der = chain.leaf.der;
  const std::size_t serial = der.find("\x4C\x9D\xD9\x63");
  ASSERT_NE(serial, std::string::npos);
  for (int i = 0; i < 3000; ++i) {  // the signature no longer fits, which nobody asks here
    der[serial + 2] = static_cast<char>(i >> 8);
    der[serial + 3] = static_cast<char>(i & 0xFF);
    ASSERT_TRUE(reader.ReadDer(der));
  }
  EXPECT_LE(reader.remembered(), 1024U);
  EXPECT_EQ(*reader.ReadDer(chain.intermediate.der), *held);
}

TEST(CertificateReader, ServesSeveralThreads) {
  const MadeChain chain = MakeChain();
  CertificateReader reader;
  std::vector<CertificateFile> files(4);
  std::vector<std::thread> threads;
  for (CertificateFile& file : files) {
    threads.emplace_back([&] { file = reader.Read(chain.FullchainPem(), kPath); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const CertificateFile& file : files) EXPECT_EQ(file.certificates, files[0].certificates);
}

TEST(CertificateReader, BoundsTheFailuresOfAHostileFile) {
  std::string bytes;
  for (int i = 0; i < 5000; ++i) bytes += "-----BEGIN CERTIFICATE-----\n-----BEGIN \x07-----\n";
  const CertificateFile file = Read(bytes);
  ASSERT_THAT(file.failures, SizeIs(100));
  EXPECT_THAT(file.failures.back().detail, HasSubstr("4901 more failures"));
}

TEST(CertificateReader, ShowsAPathThatIsNotUtf8) {
  const CertificateFile file = CertificateReader().Read("", "/caf\xE9.pem");
  EXPECT_TRUE(IsValidUtf8(file.failures[0].detail));
}

}  // namespace
}  // namespace certhealth
