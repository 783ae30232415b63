// SPDX-License-Identifier: Apache-2.0
// make_tree DIR COUNT: generates DIR/etc/letsencrypt with COUNT healthy lineages, as a certbot with
// that --config-dir leaves them, for benchmarks. Each leaf has its own serial, name and dates; all
// share one key, and fullchain is leaf and two intermediates. What the tree says is the same for
// the same COUNT and day; keys and signatures differ.
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "collectors/openssl_handle.h"

namespace certhealth {
namespace {

namespace fs = std::filesystem;
using Key = OpenSslHandle<EVP_PKEY, EVP_PKEY_free>;
using Cert = OpenSslHandle<X509, X509_free>;

constexpr long kDay = 86'400;
constexpr std::string_view kServer = "acme-v02.api.letsencrypt.org/directory";
constexpr std::string_view kAccount = "5e7c1b0a94d2f3867a1c0d9be4f25836";

void Require(bool done, const char* what) {
  if (!done) throw std::runtime_error(what);
}

void Write(const fs::path& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  Require(file.flush().good(), path.c_str());
}

struct Issuer {
  Key key;
  Cert cert;
  std::string pem;
};

struct Request {
  std::string common_name;
  long serial;
  std::time_t begin;
  std::time_t end;
  std::string san;  // empty for a CA
};

std::string ToPem(X509& cert) {
  const OpenSslHandle<BIO, BIO_free_all> memory(BIO_new(BIO_s_mem()));
  Require(memory != nullptr && PEM_write_bio_X509(memory.get(), &cert) == 1, "PEM");
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

void AddExtension(X509& cert, X509V3_CTX& context, int nid, const std::string& value) {
  const OpenSslHandle<X509_EXTENSION, X509_EXTENSION_free> extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  Require(extension != nullptr && X509_add_ext(&cert, extension.get(), -1) == 1, value.c_str());
}

/// `issuer` null: signed by `key` itself.
Cert Sign(const Request& request, EVP_PKEY& key, const Issuer* issuer) {
  Cert cert(X509_new());
  Require(cert != nullptr, "X509_new");
  X509_set_version(cert.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(cert.get()), request.serial);
  ASN1_TIME_set(X509_getm_notBefore(cert.get()), request.begin);
  ASN1_TIME_set(X509_getm_notAfter(cert.get()), request.end);
  X509_NAME* name = X509_get_subject_name(cert.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(request.common_name.c_str()),
                             -1, -1, 0);
  X509_set_issuer_name(cert.get(),
                       issuer == nullptr ? name : X509_get_subject_name(issuer->cert.get()));
  Require(X509_set_pubkey(cert.get(), &key) == 1, "public key");
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer == nullptr ? cert.get() : issuer->cert.get(), cert.get(), nullptr,
                 nullptr, 0);
  const bool is_ca = request.san.empty();
  AddExtension(*cert, context, NID_basic_constraints,
               is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
  AddExtension(*cert, context, NID_key_usage,
               is_ca ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature");
  AddExtension(*cert, context, NID_subject_key_identifier, "hash");
  if (issuer != nullptr) AddExtension(*cert, context, NID_authority_key_identifier, "keyid");
  if (!is_ca) {
    AddExtension(*cert, context, NID_ext_key_usage, "serverAuth,clientAuth");
    AddExtension(*cert, context, NID_subject_alt_name, request.san);
  }
  Require(X509_sign(cert.get(), issuer == nullptr ? &key : issuer->key.get(), EVP_sha256()) > 0,
          "signature");
  return cert;
}

Issuer MakeIssuer(const std::string& name, long serial, std::time_t now, const Issuer* above) {
  Key key(EVP_EC_gen("P-256"));
  Require(key != nullptr, "key");
  Cert cert = Sign({name, serial, now - 400 * kDay, now + 1400 * kDay, ""}, *key, above);
  std::string pem = ToPem(*cert);
  return {std::move(key), std::move(cert), std::move(pem)};
}

std::string ConfOf(const fs::path& root, const std::string& name) {
  const std::string etc = (root / "etc/letsencrypt").string();
  const std::string live = etc + "/live/" + name + "/";
  const std::string webroot = (root / "var/www/html").string();
  return "# renew_before_expiry = 30 days\nversion = 2.1.0\narchive_dir = " + etc + "/archive/" +
         name + "\ncert = " + live + "cert.pem\nprivkey = " + live +
         "privkey.pem\nchain = " + live + "chain.pem\nfullchain = " + live +
         "fullchain.pem\n\n# Options used in the renewal process\n[renewalparams]\naccount = " +
         std::string(kAccount) + "\nserver = https://" + std::string(kServer) +
         "\nauthenticator = webroot\nwebroot_path = " + webroot +
         ",\nkey_type = ecdsa\n[[webroot_map]]\n" + name + " = " + webroot + "\n";
}

void WriteAccount(const fs::path& etc) {
  const fs::path account = etc / "accounts" / kServer / kAccount;
  fs::create_directories(account);
  Write(account / "meta.json", "{\"creation_host\": \"bench\"}");
  Write(account / "regr.json", "{\"body\": {}, \"uri\": \"https://acme.example/acct/1\"}");
  Write(account / "private_key.json",
        "{\"kty\": \"RSA\", \"n\": \"" + std::string(342, 'A') + "\"}");
}

class Tree {
 public:
  Tree(const fs::path& root, std::time_t now)
      : now_(now),
        root_(root),
        etc_(root / "etc/letsencrypt"),
        root_ca_(MakeIssuer("Bench Root", 1, now, nullptr)),
        upper_(MakeIssuer("Bench Intermediate 1", 2, now, &root_ca_)),
        lower_(MakeIssuer("Bench Intermediate 2", 3, now, &upper_)),
        chain_(lower_.pem + upper_.pem),
        key_(EVP_EC_gen("P-256")) {
    for (const char* part : {"live", "archive", "renewal"}) fs::create_directories(etc_ / part);
    fs::create_directories(root / "var/www/html");
    fs::create_directories(root / "var/log/letsencrypt");
    WriteAccount(etc_);
  }

  void AddLineage(long number) const {
    char name_text[64];
    std::snprintf(name_text, sizeof name_text, "site%06ld.example.com", number);
    const std::string name = name_text;
    const std::time_t begin = now_ - kDay - (number * 7919) % (50 * kDay);
    const Cert leaf = Sign({name, 1'000'000 + number, begin, begin + 90 * kDay - 1, "DNS:" + name},
                           *key_, &lower_);
    const std::string pem = ToPem(*leaf);
    const fs::path archive = etc_ / "archive" / name;
    const fs::path live = etc_ / "live" / name;
    fs::create_directory(archive);
    fs::create_directory(live);
    Write(archive / "cert1.pem", pem);
    Write(archive / "chain1.pem", chain_);
    Write(archive / "fullchain1.pem", pem + chain_);
    Write(archive / "privkey1.pem", "not read\n");
    chmod((archive / "privkey1.pem").c_str(), S_IRUSR | S_IWUSR);
    for (const char* kind : {"cert", "chain", "fullchain", "privkey"}) {
      fs::create_symlink("../../archive/" + name + "/" + kind + "1.pem",
                         live / (std::string(kind) + ".pem"));
    }
    Write(etc_ / "renewal" / (name + ".conf"), ConfOf(root_, name));
  }

 private:
  std::time_t now_;
  fs::path root_;
  fs::path etc_;
  Issuer root_ca_;
  Issuer upper_;
  Issuer lower_;
  std::string chain_;
  Key key_;
};

std::time_t Today() {
  const auto now = std::chrono::system_clock::now();
  return std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::days>(now));
}

}  // namespace
}  // namespace certhealth

int main(int argc, char** argv) {
  const long count = argc == 3 ? std::atol(argv[2]) : 0;
  if (count <= 0) {
    std::fprintf(stderr, "usage: make_tree DIR COUNT\n");
    return 2;
  }
  try {
    const certhealth::Tree tree(std::filesystem::absolute(argv[1]), certhealth::Today());
    for (long number = 0; number < count; ++number) tree.AddLineage(number);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "make_tree: %s\n", error.what());
    return 1;
  }
}
