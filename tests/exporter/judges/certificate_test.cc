// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/certificate.h"

#include <gtest/gtest.h>

#include "tests/support/judge_scene.h"

namespace certhealth {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;
using enum Severity;

std::vector<JudgeCase> CertificateCases() {
  using S = JudgeScene;
  const auto fails = NextRenewal::kFails;
  const Failure forbidden{Reason::kPermissionDenied, "may not be read"};
  const Failure torn{Reason::kBadCertificate, "does not decode"};
  return {
      {"expired", "a second after its end", [](S& s) { s.leaf.not_after = s.now - seconds{1}; },
       kCritical},
      {"expired", "in its last second", [](S& s) { s.leaf.not_after = s.now; }, {}},
      {"expired", "without a certificate", [](S& s) { s.presents_leaf = false; }, {}},

      {"expires_soon", "19 of 90 days left", [](S& s) { s.SetLife(days{90}, days{71}); }, kWarning},
      {"expires_soon", "9 of 90 days left", [](S& s) { s.SetLife(days{90}, days{81}); }, kCritical},
      {"expires_soon", "20 of 90 days left", [](S& s) { s.SetLife(days{90}, days{70}); }, {}},
      {"expires_soon", "10 days left is no more than a warning",
       [](S& s) { s.SetLife(days{90}, days{80}); }, kWarning},
      {"expires_soon",
       "expired is another problem",
       [](S& s) { s.SetLife(days{90}, days{91}); },
       {}},
      {"expires_soon",
       "an operator who wants it late is not warned before",
       [](S& s) {
         s.conf().renew_before_expiry = "5 days";
         s.SetLife(days{90}, days{86});
       },
       {}},
      {"expires_soon", "a file has no threshold but its life's",
       [](S& s) {
         s.source = Source::kFile;
         s.SetLife(days{365}, days{346});
       },
       kWarning},

      {"not_yet_valid", "a minute before it begins",
       [](S& s) { s.leaf.not_before = s.now + std::chrono::minutes{1}; }, kCritical},
      {"not_yet_valid", "in its first second", [](S& s) { s.leaf.not_before = s.now; }, {}},

      {"renewal_overdue", "two days late", [](S& s) { s.SetLife(days{90}, days{62}); }, kWarning},
      {"renewal_overdue",
       "a day late is a random delay",
       [](S& s) { s.SetLife(days{90}, days{61}); },
       {}},
      {"renewal_overdue",
       "nothing renews it, so nothing is late",
       [](S& s) {
         s.conf().autorenew = false;
         s.SetLife(days{90}, days{80});
       },
       {}},
      {"renewal_overdue",
       "due at once, but just saved",
       [](S& s) {
         s.SetLife(days{6}, hours{20});
         s.lineage.newest_saved = s.now - hours{19};
       },
       {}},

      {"chain_expires_first", "the issuer ends a second before",
       [](S& s) { s.rest[0].not_after = s.leaf.not_after - seconds{1}; }, kWarning},
      {"chain_expires_first",
       "both end together",
       [](S& s) { s.rest[0].not_after = s.leaf.not_after; },
       {}},
      {"chain_expires_first",
       "a file of CA certificates is no chain",
       [](S& s) {
         s.source = Source::kFile;
         s.leaf.is_ca = true;
         s.rest[0].not_after = s.now;
       },
       {}},

      {"chain_broken", "the issuer is another", [](S& s) { s.rest[0].subject = "CN=Other"; },
       kCritical},
      {"chain_broken", "its key is another", [](S& s) { s.rest[0].subject_key_id = "other"; },
       kCritical},
      {"chain_broken",
       "in another order",
       [](S& s) {
         s.rest.insert(s.rest.begin(), s.rest[0]);
         s.rest[0].subject = "CN=Root";
       },
       {}},
      {"chain_broken", "a leaf alone", [](S& s) { s.rest.clear(); }, {}},
      {"chain_broken",
       "two leaves in one file",
       [](S& s) {
         s.source = Source::kFile;
         s.rest[0].subject = "CN=other.example.com";
         s.rest[0].is_ca = false;
       },
       {}},

      {"key_mismatch", "compared and different",
       [](S& s) { s.lineage.key_match = KeyMatch::kDiffers; }, kCritical},
      {"key_mismatch",
       "compared and the same",
       [](S& s) { s.lineage.key_match = KeyMatch::kMatches; },
       {}},
      {"key_mismatch", "not compared", [](S&) {}, {}},

      {"key_exposed", "everybody may",
       [](S& s) {
         s.lineage.key = {true, true, 0644, 0};
       },
       kWarning},
      {"key_exposed",
       "0644 in a closed directory",
       [](S& s) {
         s.lineage.key = {true, false, 0644, 0};
       },
       {}},

      {"weak_key", "RSA 1024",
       [](S& s) {
         s.leaf.key = {KeyAlgorithm::kRsa, 1024, "rsa-1024"};
       },
       kWarning},
      {"weak_key",
       "RSA 2048",
       [](S& s) {
         s.leaf.key = {KeyAlgorithm::kRsa, 2048, "rsa-2048"};
       },
       {}},
      {"weak_key", "P-192",
       [](S& s) {
         s.leaf.key = {KeyAlgorithm::kEc, 192, "ec-p192"};
       },
       kWarning},
      {"weak_key", "DSA",
       [](S& s) {
         s.leaf.key = {KeyAlgorithm::kDsa, 3072, "dsa-3072"};
       },
       kWarning},
      {"weak_key",
       "a curve of unknown size",
       [](S& s) {
         s.leaf.key = {KeyAlgorithm::kEc, 0, "ec-1.2.3"};
       },
       {}},
      {"weak_key",
       "Ed25519",
       [](S& s) {
         s.leaf.key = {KeyAlgorithm::kEd25519, 253, "ed25519"};
       },
       {}},

      {"weak_signature", "SHA-1", [](S& s) { s.leaf.signature = "sha1WithRSAEncryption"; },
       kWarning},
      {"weak_signature", "MD5", [](S& s) { s.leaf.signature = "md5WithRSAEncryption"; }, kWarning},
      {"weak_signature", "SHA-256", [](S& s) { s.leaf.signature = "sha256WithRSAEncryption"; }, {}},
      {"weak_signature",
       "nobody verifies a root's",
       [](S& s) {
         s.source = Source::kFile;
         s.leaf.signature = "sha1WithRSAEncryption";
         s.leaf.is_self_issued = true;
         s.leaf.authority_key_id.clear();
       },
       {}},

      {"staging_certificate", "by its issuer's name",
       [](S& s) { s.leaf.issuer = s.rest[0].subject = "CN=(STAGING) Ersatz E1,O=Some CA"; },
       kWarning},
      {"staging_certificate",
       "a company of that name",
       [](S& s) { s.leaf.issuer = s.rest[0].subject = "CN=Staging Ltd CA"; },
       {}},

      {"self_signed", "its own issuer and key",
       [](S& s) {
         s.leaf.is_self_issued = true;
         s.leaf.authority_key_id = s.leaf.subject_key_id;
       },
       kWarning},
      {"self_signed",
       "of the same name, by another key",
       [](S& s) { s.leaf.is_self_issued = true; },
       {}},
      {"self_signed",
       "a root is meant to be",
       [](S& s) {
         s.leaf.is_self_issued = s.leaf.is_ca = true;
         s.leaf.authority_key_id.clear();
       },
       {}},

      {"unreadable", "nothing could be read",
       [=](S& s) {
         s.presents_leaf = false;
         s.failures = {torn};
       },
       kCritical},
      {"unreadable", "the leaf is there, another is not", [=](S& s) { s.failures = {torn}; },
       kWarning},
      {"unreadable", "no permission says nothing",
       [=](S& s) {
         s.presents_leaf = false;
         s.failures = {forbidden};
       },
       kWarning},
      {"unreadable", "cert.pem, by which certbot goes",
       [=](S& s) { s.lineage.cert_failure = torn; }, kCritical, fails},
      {"unreadable",
       "cert.pem may not be read",
       [=](S& s) { s.lineage.cert_failure = forbidden; },
       {}},
      {"unreadable", "a healthy one", [](S&) {}, {}},
  };
}

namespace {

TEST(CertificateJudges, RaiseWhatIsWrongAndNothingThatIsNot) { CheckCases(CertificateCases()); }

}  // namespace
}  // namespace certhealth
