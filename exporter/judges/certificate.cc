// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/certificate.h"

#include <algorithm>
#include <cstdio>

#include "exporter/judges/findings.h"
#include "exporter/phrases.h"

namespace certhealth::judges {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

/// How long before its end a certificate of this one's life should have been replaced, whoever does
/// it: the share that ACME clients use, but no more than a month, which is enough for people too.
seconds ReplacementTime(const Certificate& leaf) {
  const seconds lifetime = leaf.lifetime();
  return std::min<seconds>(lifetime < days{10} ? lifetime / 2 : lifetime / 3, days{30});
}

/// certbot's timers run twice a day with up to twelve hours of random delay: a day may pass between
/// two runs. Longer lives leave more room, shorter ones must not lose more than half of what is
/// left.
seconds OverdueGrace(const Certificate& newest, seconds threshold) {
  const seconds grace = std::clamp<seconds>(newest.lifetime() / 60, hours{26}, days{3});
  return threshold > seconds{0} ? std::min(grace, threshold / 2) : grace;
}

bool IsSelfSigned(const Certificate& certificate) {
  return certificate.is_self_issued && (certificate.authority_key_id.empty() ||
                                        certificate.authority_key_id == certificate.subject_key_id);
}

/// A file of CA certificates alone is a trust store, not a chain.
bool PresentsAChain(const Case& given) {
  return given.leaf != nullptr && (given.lineage != nullptr || !given.leaf->is_ca);
}

bool IsWeakHash(const std::string& signature) {
  const auto contains = [&](std::string_view part) {
    return signature.find(part) != std::string::npos;
  };
  return contains("md5") || contains("MD5") || contains("md2") || contains("md4") ||
         contains("sha1") || contains("SHA1");
}

}  // namespace

std::optional<Finding> Expired(const Case& given) {
  if (given.leaf == nullptr || given.now <= given.leaf->not_after) return std::nullopt;
  return Certain("expired " + FormatSpan(given.now - given.leaf->not_after) + " ago, on " +
                 FormatMoment(given.leaf->not_after));
}

std::optional<Finding> ExpiresSoon(const Case& given) {
  if (given.leaf == nullptr || given.now > given.leaf->not_after) return std::nullopt;
  const seconds left = given.leaf->not_after - given.now;
  seconds expected = ReplacementTime(*given.leaf);
  const auto& threshold = given.plan.threshold;
  if (threshold && *threshold > seconds{0}) expected = std::min(expected, *threshold);
  if (left >= expected * 2 / 3) return std::nullopt;
  std::string detail = FormatSpan(left) + " left, until " + FormatMoment(given.leaf->not_after) +
                       "; it should have been replaced " + FormatSpan(expected) + " before that";
  return left < expected / 3 ? Certain(std::move(detail)) : Risk(std::move(detail));
}

std::optional<Finding> NotYetValid(const Case& given) {
  if (given.leaf == nullptr || given.now >= given.leaf->not_before) return std::nullopt;
  return Certain("valid only from " + FormatMoment(given.leaf->not_before) + " on, in " +
                 FormatSpan(given.leaf->not_before - given.now) +
                 "; or this machine's clock is slow");
}

std::optional<Finding> RenewalOverdue(const Case& given) {
  if (given.lineage == nullptr || !given.plan.due || given.lineage->newest == nullptr)
    return std::nullopt;
  const Certificate& newest = *given.lineage->newest;
  // With a threshold wider than the life every certificate is due at once; it is overdue only after
  // it has been there for a while.
  const WallTime due = std::max(
      {*given.plan.due, newest.not_before, given.lineage->newest_saved.value_or(WallTime{})});
  const seconds late = given.now - due;
  if (late <= OverdueGrace(newest, *given.plan.threshold)) return std::nullopt;
  return Risk("due for renewal since " + FormatMoment(due) + ", " + FormatSpan(late) +
              " ago, and still not renewed: automatic renewal does not work");
}

std::optional<Finding> ChainExpiresFirst(const Case& given) {
  if (!PresentsAChain(given)) return std::nullopt;
  const Certificate* first = nullptr;
  for (const auto& certificate : std::span(given.bundle.chain).subspan(1)) {
    if (certificate->not_after >= given.leaf->not_after) continue;
    if (first == nullptr || certificate->not_after < first->not_after) first = certificate.get();
  }
  if (first == nullptr) return std::nullopt;
  return Risk("\"" + first->subject + "\" in the chain expires on " +
              FormatMoment(first->not_after) + ", before the certificate itself");
}

std::optional<Finding> ChainBroken(const Case& given) {
  if (!PresentsAChain(given) || given.bundle.chain.size() < 2 || IsSelfSigned(*given.leaf))
    return std::nullopt;
  const auto others = std::span(given.bundle.chain).subspan(1);
  if (std::ranges::any_of(others,
                          [&](const auto& other) { return IsIssuedBy(*given.leaf, *other); })) {
    return std::nullopt;
  }
  // Beside a lineage, anything may lie in one file: only CA certificates are meant as a chain.
  if (given.lineage == nullptr &&
      !std::ranges::all_of(others, [](const auto& other) { return other->is_ca; })) {
    return std::nullopt;
  }
  return Certain("none of the " + std::to_string(others.size()) +
                 " further certificates is its issuer, \"" + given.leaf->issuer +
                 "\": clients cannot build a path");
}

std::optional<Finding> KeyMismatch(const Case& given) {
  if (given.lineage == nullptr || given.lineage->key_match != KeyMatch::kDiffers)
    return std::nullopt;
  return Certain(
      "privkey.pem is not the key of this certificate: a server that loads both refuses to start");
}

std::optional<Finding> KeyExposed(const Case& given) {
  if (given.lineage == nullptr || !given.lineage->key.readable_by_all) return std::nullopt;
  char mode[8] = {};
  std::snprintf(mode, sizeof mode, "%04o", static_cast<unsigned>(given.lineage->key.permissions));
  return Risk(std::string("privkey.pem has mode ") + mode +
              " and the directories above it are open: every local user can read the private key");
}

std::optional<Finding> WeakKey(const Case& given) {
  if (given.leaf == nullptr) return std::nullopt;
  const PublicKey& key = given.leaf->key;
  const bool weak = key.bits > 0 && ((key.algorithm == KeyAlgorithm::kRsa && key.bits < 2048) ||
                                     (key.algorithm == KeyAlgorithm::kEc && key.bits < 224));
  if (!weak && key.algorithm != KeyAlgorithm::kDsa) return std::nullopt;
  return Risk("its key, " + key.name + ", is below what clients accept today (RSA 2048, P-256)");
}

std::optional<Finding> WeakSignature(const Case& given) {
  // Nobody verifies the signature of a root.
  if (given.leaf == nullptr || IsSelfSigned(*given.leaf) || !IsWeakHash(given.leaf->signature))
    return std::nullopt;
  return Risk("signed with " + given.leaf->signature + ", which clients no longer accept");
}

std::optional<Finding> StagingCertificate(const Case& given) {
  if (given.leaf == nullptr || !IsStaging(*given.leaf)) return std::nullopt;
  return Risk("issued by \"" + given.leaf->issuer +
              "\", a staging environment: no browser trusts it");
}

std::optional<Finding> SelfSigned(const Case& given) {
  if (given.leaf == nullptr || given.leaf->is_ca || !IsSelfSigned(*given.leaf)) return std::nullopt;
  return Risk("signed by its own key: no client trusts it unless it was told to");
}

std::optional<Finding> Unreadable(const Case& given) {
  if (given.lineage != nullptr && given.lineage->cert_failure) {
    const Failure& failure = *given.lineage->cert_failure;
    // certbot reads this file before anything else.
    if (failure.reason != Reason::kPermissionDenied) return FailsRenewal(failure.detail);
  }
  if (given.bundle.failures.empty()) return std::nullopt;
  const Failure& failure = given.bundle.failures.front();
  std::string detail = failure.detail;
  if (given.bundle.failures.size() > 1) {
    detail += " (and " + std::to_string(given.bundle.failures.size() - 1) + " more)";
  }
  // Not being allowed to look says nothing about the certificate.
  if (failure.reason == Reason::kPermissionDenied)
    return Risk(std::move(detail) + ": nothing is known about it");
  return given.leaf == nullptr ? Certain(std::move(detail)) : Risk(std::move(detail));
}

}  // namespace certhealth::judges
