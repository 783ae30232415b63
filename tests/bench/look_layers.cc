// SPDX-License-Identifier: Apache-2.0
#include "look_layers.h"

#include <dirent.h>
#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "collectors/certificate_decoder.h"
#include "collectors/openssl_handle.h"
#include "collectors/pem.h"
#include "collectors/renewal_conf.h"

namespace certhealth::bench {
namespace {

constexpr std::array<const char*, 4> kFiles = {"/cert.pem", "/privkey.pem", "/chain.pem",
                                               "/fullchain.pem"};

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "look_bench: %s\n", what.c_str());
  std::exit(2);
}

std::size_t Stat(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) Fail(path);
  return status.st_ino + static_cast<std::size_t>(status.st_ctim.tv_nsec);
}

std::string ReadAll(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status {};
  if (file < 0 || fstat(file, &status) != 0) Fail(path);
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  if (read(file, bytes.data(), bytes.size()) != status.st_size) Fail(path);
  close(file);
  return bytes;
}

std::size_t StatAndReadLinks(const std::vector<Material>& lineages) {
  std::size_t sum = 0;
  std::array<char, 256> text{};
  for (const Material& lineage : lineages) {
    for (const char* file : kFiles) {
      const std::string path = lineage.live + file;
      sum += Stat(path);
      sum += static_cast<std::size_t>(readlink(path.c_str(), text.data(), text.size()));
    }
  }
  return sum;
}

std::size_t ListArchives(const std::vector<Material>& lineages) {
  std::size_t sum = 0;
  for (const Material& lineage : lineages) {
    DIR* directory = opendir(lineage.archive.c_str());
    if (directory == nullptr) Fail(lineage.archive);
    while (const dirent* entry = readdir(directory)) sum += entry->d_ino;
    closedir(directory);
  }
  return sum;
}

std::size_t ReadFiles(const std::vector<Material>& lineages) {
  std::size_t sum = 0;
  for (const Material& lineage : lineages) {
    for (const char* file : {"/cert.pem", "/chain.pem", "/fullchain.pem"}) {
      sum += ReadAll(lineage.live + file).size();
    }
    sum += ReadAll(lineage.conf_path).size();
  }
  return sum;
}

/// One for all passes, as a look has one for all lineages.
const CertificateDecoder& Decoder() {
  static const CertificateDecoder decoder;
  return decoder;
}

std::size_t DecodeAndDigest(const std::vector<Material>& lineages) {
  std::size_t sum = 0;
  for (const Material& lineage : lineages) {
    for (const PemBlock& block : ReadPem(lineage.fullchain)) {
      sum += Decoder().Digest(block.der)->front();
    }
  }
  return sum;
}

std::size_t ParseLeaves(const std::vector<Material>& lineages) {
  std::size_t sum = 0;
  for (const Material& lineage : lineages) {
    const auto leaf = Decoder().Decode(lineage.leaf_der, Sha256{});
    if (!leaf) Fail(lineage.live);
    sum += leaf->dns_names.size();
  }
  return sum;
}

std::size_t ReadConfs(const std::vector<Material>& lineages) {
  std::size_t sum = 0;
  for (const Material& lineage : lineages) {
    const ConfReading reading = ReadRenewalConf(lineage.conf, lineage.conf_path);
    if (reading.fault) Fail(lineage.conf_path);
    sum += reading.conf.webroot_map.size();
  }
  return sum;
}

using Cert = OpenSslHandle<X509, X509_free>;

/// What anybody would take out of a certificate.
std::size_t Extract(X509& cert) {
  tm begin{};
  tm end{};
  ASN1_TIME_to_tm(X509_get0_notBefore(&cert), &begin);
  ASN1_TIME_to_tm(X509_get0_notAfter(&cert), &end);
  std::size_t sum = static_cast<std::size_t>(begin.tm_yday + end.tm_yday);
  for (const X509_NAME* name : {X509_get_subject_name(&cert), X509_get_issuer_name(&cert)}) {
    char* text = X509_NAME_oneline(name, nullptr, 0);
    sum += static_cast<unsigned char>(*text);
    OPENSSL_free(text);
  }
  const OpenSslHandle<BIGNUM, BN_free> serial(
      ASN1_INTEGER_to_BN(X509_get0_serialNumber(&cert), nullptr));
  char* hex = BN_bn2hex(serial.get());
  sum += static_cast<unsigned char>(*hex);
  OPENSSL_free(hex);
  const OpenSslHandle<GENERAL_NAMES, GENERAL_NAMES_free> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&cert, NID_subject_alt_name, nullptr, nullptr)));
  return names == nullptr ? sum : sum + static_cast<std::size_t>(sk_GENERAL_NAME_num(names.get()));
}

}  // namespace

std::vector<Material> ReadMaterial(const std::string& root) {
  const std::string etc = root + "/etc/letsencrypt";
  std::vector<Material> lineages;
  for (const auto& entry : std::filesystem::directory_iterator(etc + "/renewal")) {
    Material lineage;
    lineage.name = entry.path().stem();
    lineage.live = etc + "/live/" + lineage.name;
    lineage.archive = etc + "/archive/" + lineage.name;
    lineage.conf_path = entry.path();
    lineage.conf = ReadAll(lineage.conf_path);
    lineage.fullchain = ReadAll(lineage.live + "/fullchain.pem");
    const std::vector<PemBlock> blocks = ReadPem(lineage.fullchain);
    if (blocks.empty()) Fail(lineage.live);
    lineage.leaf_der = blocks.front().der;
    lineages.push_back(std::move(lineage));
  }
  std::ranges::sort(lineages, {}, &Material::name);
  return lineages;
}

const std::vector<Layer>& Layers() {
  static const std::vector<Layer> layers = {
      {"stat and read the text of four links", StatAndReadLinks},
      {"list archive/NAME", ListArchives},
      {"read cert, chain, fullchain and conf", ReadFiles},
      {"base64 and SHA-256 of three", DecodeAndDigest},
      {"parse the leaf", ParseLeaves},
      {"understand the conf", ReadConfs},
  };
  return layers;
}

std::size_t Straightforward(const std::vector<Material>& lineages) {
  std::size_t sum = 0;
  for (const Material& lineage : lineages) {
    for (const char* file : kFiles) sum += Stat(lineage.live + file);
    const std::string pem = ReadAll(lineage.live + "/fullchain.pem");
    sum += ReadAll(lineage.conf_path).size();
    const OpenSslHandle<BIO, BIO_free_all> bytes(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    for (int i = 0; i < 3; ++i) {
      const Cert cert(PEM_read_bio_X509(bytes.get(), nullptr, nullptr, nullptr));
      if (cert == nullptr) Fail(lineage.live);
      std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
      X509_digest(cert.get(), EVP_sha256(), digest.data(), nullptr);
      sum += Extract(*cert) + digest.front();
    }
  }
  return sum;
}

std::size_t Floor(const std::vector<Material>& lineages) {
  std::size_t sum = 0;
  for (const Material& lineage : lineages) {
    sum += Stat(lineage.live) + Stat(lineage.live + "/fullchain.pem") + Stat(lineage.conf_path);
  }
  return sum;
}

}  // namespace certhealth::bench
