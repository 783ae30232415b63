// SPDX-License-Identifier: Apache-2.0
#include "collectors/certificate_reader.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "collectors/base/utf8.h"
#include "collectors/pem.h"

namespace certhealth {
namespace {

constexpr std::size_t kMaxFailures = 100;
constexpr std::size_t kMinSweep = 1024;
constexpr std::size_t kMaxOtherBlocks = 16;
constexpr unsigned char kSequence = 0x30;
constexpr unsigned char kInteger = 0x02;

/// An ASN.1 element's header: where the content starts and how long it is.
struct DerHeader {
  std::size_t header_bytes = 0;
  std::size_t content_bytes = 0;
};

/// The header at the start of `der` (X.690, 8.1.3), when the whole element is there.
std::optional<DerHeader> ReadDerHeader(std::string_view der) {
  const auto at = [der](std::size_t i) { return static_cast<unsigned char>(der[i]); };
  if (der.size() < 2) return std::nullopt;
  DerHeader header{2, at(1)};
  if (at(1) >= 0x80) {
    const std::size_t length_bytes = at(1) & 0x7FU;
    if (length_bytes == 0 || length_bytes > 4 || der.size() < 2 + length_bytes) return std::nullopt;
    header = {2 + length_bytes, 0};
    for (std::size_t i = 0; i < length_bytes; ++i) {
      header.content_bytes = header.content_bytes << 8U | at(2 + i);
    }
  }
  if (header.content_bytes > der.size() - header.header_bytes) return std::nullopt;
  return header;
}

bool LooksLikeDer(std::string_view bytes) {
  return bytes.size() >= 2 && static_cast<unsigned char>(bytes[0]) == kSequence &&
         static_cast<unsigned char>(bytes[1]) > 0x80;  // a certificate has more than 127 bytes
}

/// Collects the parts of one file.
class FileReading {
 public:
  FileReading(CertificateReader& reader, std::string_view path)
      : reader_(reader), path_(ToValidUtf8(path)) {}

  void ReadText(std::string_view text) {
    for (const PemBlock& block : ReadPem(text)) {
      if (!block.is_certificate()) {
        AddOther(block);
        continue;
      }
      const std::string place = path_ + ":" + std::to_string(block.line) + ": " + block.label;
      if (!block.fault.empty()) Fail(Reason::kBadCertificate, place + ": " + block.fault);
      if (block.der.empty()) {
        Lose();
      } else {
        ReadOne(block.der, place);
      }
    }
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
      Fail(Reason::kNoCertificate, path_ + " is UTF-16 text; PEM is ASCII");
    }
  }

  void ReadDer(std::string_view bytes) {
    std::string_view rest = bytes;
    while (!rest.empty()) {
      const std::string place = path_ + ": byte " + std::to_string(bytes.size() - rest.size());
      const std::optional<DerHeader> header = ReadDerHeader(rest);
      if (!header || header->content_bytes == 0) {
        Fail(Reason::kBadCertificate, place + ": neither PEM nor a whole certificate in DER");
        return Lose();
      }
      if (static_cast<unsigned char>(rest[header->header_bytes]) == kInteger) {
        // A certificate starts with a SEQUENCE; a key or PKCS #12 with its version.
        file_.has_private_key = true;
        return AddLabel("private key or PKCS #12 in DER");
      }
      if (!ReadOne(rest, place)) return;
      rest.remove_prefix(header->header_bytes + header->content_bytes);
    }
  }

  CertificateFile Take() && {
    if (dropped_failures_ > 0) {
      file_.failures.push_back(
          {Reason::kBadCertificate,
           path_ + ": " + std::to_string(dropped_failures_) + " more failures in this file"});
    }
    if (file_.certificates.empty() && file_.failures.empty() && file_.other_blocks.empty()) {
      file_.failures.push_back({Reason::kNoCertificate, path_ + " holds no certificate"});
    }
    return std::move(file_);
  }

 private:
  bool ReadOne(std::string_view der, const std::string& place) {
    const Result<std::shared_ptr<const Certificate>> certificate = reader_.ReadDer(der);
    if (!certificate) {
      Fail(certificate.error().reason, place + ": " + certificate.error().detail);
      Lose();
      return false;
    }
    const std::string& flaw = (*certificate)->flaw;
    if (!flaw.empty()) Fail(Reason::kBadCertificate, place + ": " + flaw);
    file_.certificates.push_back(*certificate);
    return true;
  }

  void AddOther(const PemBlock& block) {
    if (block.is_private_key()) file_.has_private_key = true;
    AddLabel(block.label);
  }

  void AddLabel(std::string_view label) {
    if (file_.other_blocks.size() == kMaxOtherBlocks) return;
    if (std::ranges::find(file_.other_blocks, label) != file_.other_blocks.end()) return;
    file_.other_blocks.emplace_back(label);
  }

  void Fail(Reason reason, std::string detail) {
    if (file_.failures.size() < kMaxFailures - 1) {
      file_.failures.push_back({reason, std::move(detail)});
    } else {
      ++dropped_failures_;
    }
  }

  void Lose() {
    if (file_.certificates.empty()) file_.first_is_lost = true;
  }

  CertificateReader& reader_;
  const std::string path_;
  CertificateFile file_;
  std::size_t dropped_failures_ = 0;
};

}  // namespace

std::vector<std::shared_ptr<const Certificate>> CertificateFile::Chain() const {
  if (first_is_lost) return {};
  return certificates;
}

CertificateFile CertificateReader::Read(std::string bytes, std::string_view path) {
  FileReading reading(*this, path);
  if (LooksLikeDer(bytes)) {
    reading.ReadDer(bytes);
  } else {
    reading.ReadText(bytes);
  }
  CertificateFile file = std::move(reading).Take();
  if (file.has_private_key) OPENSSL_cleanse(bytes.data(), bytes.size());
  return file;
}

Result<std::shared_ptr<const Certificate>> CertificateReader::ReadDer(std::string_view der) {
  // OpenSSL's "TRUSTED CERTIFICATE" has more behind the certificate, which is not part of it.
  if (const std::optional<DerHeader> header = ReadDerHeader(der)) {
    der = der.substr(0, header->header_bytes + header->content_bytes);
  }
  const Result<Sha256> sha256 = decoder_.Digest(der);
  if (!sha256) return sha256.error();
  if (std::shared_ptr<const Certificate> known = Find(*sha256)) return known;
  Result<Certificate> certificate = decoder_.Decode(der, *sha256);
  if (!certificate) return certificate.error();
  return Remember(*std::move(certificate));
}

std::size_t CertificateReader::remembered() const {
  const std::lock_guard lock(mutex_);
  return known_.size();
}

std::size_t CertificateReader::FirstBytes::operator()(const Sha256& digest) const {
  std::size_t hash = 0;
  std::memcpy(&hash, digest.data(), sizeof hash);
  return hash;
}

std::shared_ptr<const Certificate> CertificateReader::Find(const Sha256& sha256) const {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(sha256);
  return found == known_.end() ? nullptr : found->second.lock();
}

std::shared_ptr<const Certificate> CertificateReader::Remember(Certificate certificate) {
  const std::lock_guard lock(mutex_);
  if (known_.size() >= sweep_at_) {
    std::erase_if(known_, [](const auto& entry) { return entry.second.expired(); });
    sweep_at_ = std::max<std::size_t>(kMinSweep, known_.size() * 2);
  }
  std::weak_ptr<const Certificate>& known = known_[certificate.sha256];
  // Another thread may have decoded the same one meanwhile.
  if (std::shared_ptr<const Certificate> first = known.lock()) return first;
  // Nearly all certificates of a machine come from one issuer.
  ShareWith(last_issuer_, certificate.issuer);
  ShareWith(last_signature_, certificate.signature);
  auto read = std::make_shared<const Certificate>(std::move(certificate));
  known = read;
  return read;
}

}  // namespace certhealth
