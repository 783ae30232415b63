// SPDX-License-Identifier: Apache-2.0
// Every certificate of the samples, read by us and by `openssl x509`, must say the same.
#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <cctype>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "collectors/certificate_reader.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

using CertificatesByDigest = std::map<std::string, std::string>;  // SHA-256 -> PEM block

void AddCertificates(const std::filesystem::path& path, CertificatesByDigest& certificates) {
  std::ifstream file(path, std::ios::binary);
  std::string block;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("-----BEGIN ")) block.clear();
    block += line + "\n";
    if (line != "-----END CERTIFICATE-----") continue;
    const CertificateFile read = CertificateReader().Read(block, path.string());
    ASSERT_EQ(read.certificates.size(), 1U) << path;
    ASSERT_TRUE(read.failures.empty()) << read.failures[0].detail;
    certificates[ToHex(read.certificates[0]->sha256)] = block;
  }
}

std::string Iso8601(WallTime time) {
  const std::time_t seconds = time.time_since_epoch().count();
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%SZ", std::gmtime(&seconds));
  return text;
}

/// What `openssl x509` would print for it.
std::string Print(const Certificate& certificate) {
  std::string text = "signature=" + certificate.signature + "\nserial=" + certificate.serial +
                     "\nsubject=" + certificate.subject + "\nissuer=" + certificate.issuer +
                     "\nnotBefore=" + Iso8601(certificate.not_before) +
                     "\nnotAfter=" + Iso8601(certificate.not_after) +
                     "\nsha256=" + ToHex(certificate.sha256) + "\n";
  for (const std::string& name : certificate.dns_names) text += "DNS:" + name + "\n";
  for (const std::string& address : certificate.ip_addresses) text += "IP:" + address + "\n";
  return text;
}

/// IPv6 addresses in the one form of inet_ntop: openssl prints "0:0:0:0:0:0:0:1".
std::string Normal(const std::string& address) {
  in6_addr bytes{};
  char text[INET6_ADDRSTRLEN];
  if (inet_pton(AF_INET6, address.c_str(), &bytes) != 1) return address;
  return inet_ntop(AF_INET6, &bytes, text, sizeof text);
}

/// The output of `openssl x509` for one certificate, brought into the form of Print.
std::string Rewrite(const std::string& output) {
  std::string text;
  std::string addresses;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    line.erase(0, line.find_first_not_of(' '));
    if (line.starts_with("sha256 Fingerprint=")) {
      std::erase(line, ':');
      for (char& c : line) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      text += "sha256=" + line.substr(line.find('=') + 1) + "\n";
    } else if (line.starts_with("Signature Algorithm: ")) {
      text += "signature=" + line.substr(line.find(": ") + 2) + "\n";
    } else if (line.starts_with("DNS:") || line.starts_with("IP Address:")) {
      std::istringstream names(line);
      for (std::string name; std::getline(names >> std::ws, name, ',');) {
        if (name.starts_with("DNS:")) {
          text += name + "\n";
        } else {
          addresses += "IP:" + Normal(name.substr(name.find(':') + 1)) + "\n";
        }
      }
    } else if (line.find('=') != std::string::npos) {
      text += line + "\n";
    }
  }
  return text + addresses;
}

TEST(CertificateJudge, OpenSslSaysTheSameOfEveryCertificateOfTheSamples) {
  CertificatesByDigest certificates;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(CERTHEALTH_SAMPLES)) {
    if (entry.is_regular_file()) AddCertificates(entry.path(), certificates);
  }
  ASSERT_GT(certificates.size(), 50U);

  const TemporaryTree tree;
  for (const auto& [digest, pem] : certificates) tree.Write(digest + ".pem", pem);
  // One shell for all; each output goes beside its certificate.
  const std::string script =
      "cd " + tree.root() +
      " && for f in *.pem; do openssl x509 -in $f -noout -text -certopt"
      " no_header,no_version,no_serial,no_issuer,no_validity,no_subject,no_pubkey,no_extensions,"
      "no_sigdump -serial -subject -issuer -dates"
      " -dateopt iso_8601 -nameopt RFC2253,-esc_msb -fingerprint -sha256 -ext subjectAltName"
      " >$f.out 2>$f.err || exit 1; done";
  ASSERT_EQ(std::system(script.c_str()), 0);
  CertificateReader reader;
  for (const auto& [digest, pem] : certificates) {
    std::ifstream file(tree.Path(digest + ".pem.out"));
    const std::string output(std::istreambuf_iterator<char>(file), {});
    const CertificateFile read = reader.Read(pem, digest);
    EXPECT_EQ(Print(*read.certificates.at(0)), Rewrite(output));
  }
}

}  // namespace
}  // namespace certhealth
