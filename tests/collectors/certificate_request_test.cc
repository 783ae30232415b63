// SPDX-License-Identifier: Apache-2.0
#include "collectors/certificate_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "collectors/certificate_reader.h"

namespace certhealth {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

std::string Slurp(const fs::path& path) {
  std::stringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

const fs::path kSample = fs::path(CERTHEALTH_SAMPLES) / "05-standalone-port-busy/etc/letsencrypt";
const std::string kRequest = Slurp(kSample / "csr/0000_csr-certbot.pem");

TEST(CertificateRequest, TellsItsNamesAndTheKeyOfItsCertificate) {
  const Result<CertificateRequest> request = ReadCertificateRequest(kRequest);
  ASSERT_TRUE(request);
  EXPECT_THAT(request->dns_names, ElementsAre("shop.example.com", "www.shop.example.com"));
  CertificateReader reader;
  const CertificateFile issued =
      reader.Read(Slurp(kSample / "archive/shop.example.com/cert1.pem"), "cert1.pem");
  EXPECT_EQ(request->public_key_sha256, issued.certificates.at(0)->public_key_sha256);
  const auto later = ReadCertificateRequest(Slurp(kSample / "csr/0001_csr-certbot.pem"));
  EXPECT_EQ(later->dns_names, request->dns_names);
  EXPECT_NE(later->public_key_sha256, request->public_key_sha256);
}

TEST(CertificateRequest, IsReadOfEverySample) {
  int count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(CERTHEALTH_SAMPLES)) {
    if (!entry.path().filename().string().ends_with("_csr-certbot.pem")) continue;
    ++count;
    EXPECT_TRUE(ReadCertificateRequest(Slurp(entry.path()))) << entry.path();
  }
  EXPECT_EQ(count, 147);
}

TEST(CertificateRequest, IsAFailureWhenThereIsNone) {
  for (const std::string& text : {std::string(), std::string("text"), std::string(70'000, 'x'),
                                  kRequest.substr(0, kRequest.size() / 2),
                                  Slurp(kSample / "archive/shop.example.com/cert1.pem")}) {
    const Result<CertificateRequest> request = ReadCertificateRequest(text);
    ASSERT_FALSE(request);
    EXPECT_EQ(request.error().reason, Reason::kBadText);
  }
}

TEST(CertificateRequest, AsksNobodyForAPassword) {
  std::string text = kRequest;
  text.insert(text.find('\n') + 1,
              "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123456789ABCDEF0123456789ABCDEF\n\n");
  EXPECT_FALSE(ReadCertificateRequest(text));
}

// Made by `openssl req -new -newkey ec`, with IP:192.0.2.1 besides a DNS name.
TEST(CertificateRequest, ForAnAddressIsNotRead) {
  EXPECT_FALSE(ReadCertificateRequest(R"(-----BEGIN CERTIFICATE REQUEST-----
MIHpMIGPAgEAMAAwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATPmezWB7lW2ANY
wRcKwsI21Ixrg50LzE8DgawAnfiiht8yPVaWecY8ORCZy5htTT8JGT/jpdstc8Oi
gRI0xMpOoC0wKwYJKoZIhvcNAQkOMR4wHDAaBgNVHREEEzARgglhLmV4YW1wbGWH
BMAAAgEwCgYIKoZIzj0EAwIDSQAwRgIhAMzY3JzdcziRUaDwsfEcGJMf1nRIJtHL
uSDMJ1BVY6n1AiEAx9GIFn9yWrN2kGPhpP875tHIPgTDx5Xp6SD+Z/YqQ8I=
-----END CERTIFICATE REQUEST-----
)"));
}

}  // namespace
}  // namespace certhealth
