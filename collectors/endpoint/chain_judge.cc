// SPDX-License-Identifier: Apache-2.0
#include "collectors/endpoint/chain_judge.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <new>
#include <unordered_map>
#include <utility>

#include "collectors/endpoint/chain_verification.h"
#include "collectors/net/tls_library.h"
#include "collectors/openssl_handle.h"

namespace certhealth {
namespace {

constexpr std::size_t kMaxRootsBytes = 16U << 20U;
constexpr std::size_t kMaxRemembered = 65'536;  // chains
constexpr int kMaxKnown = 256;                  // intermediates

// Where distributions keep their roots: Debian, Fedora, openSUSE, Alpine.
constexpr std::array<const char*, 4> kRootsOfMachines = {
    "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"};

using X509Handle = OpenSslHandle<X509, X509_free>;
using StoreHandle = OpenSslHandle<X509_STORE, X509_STORE_free>;
using Stack =
    std::unique_ptr<STACK_OF(X509),
                    decltype([](STACK_OF(X509) * stack) { sk_X509_pop_free(stack, X509_free); })>;

/// How far `now` has come on a path: it stays the same until one of its dates passes.
std::size_t DatesPassed(const std::vector<PathStep>& path, WallTime now) {
  std::size_t passed = 0;
  for (const PathStep& step : path) passed += (now >= step.not_before) + (now > step.not_after);
  return passed;
}

class OpenSslTrustStore final : public TrustStore {
 public:
  OpenSslTrustStore(StoreHandle store) : store_(std::move(store)), known_(sk_X509_new_null()) {}

  ChainVerdict Judge(stack_st_X509* chain, const std::string& identity, WallTime now) override {
    if (std::optional<PathVerdict> verdict = Recall(identity, now)) {
      return Whole(*std::move(verdict), now);
    }
    PathVerdict verdict = VerifyPath(store_.get(), chain, KnownIntermediates().get(), now);
    Remember(identity, chain, verdict, now);
    return Whole(std::move(verdict), now);
  }

  std::size_t verified() const override {
    const std::lock_guard lock(mutex_);
    return verified_;
  }

 private:
  struct Memory {
    PathVerdict verdict;
    std::size_t dates_passed = 0;  // when it was given; afterwards another path may be the better
    int known = 0;                 // intermediates, likewise
  };

  static ChainVerdict Whole(PathVerdict verdict, WallTime now) {
    if (verdict.distrust) return {std::move(verdict.distrust), std::nullopt};
    if (auto distrust = JudgeDates(verdict.path, now)) return {std::move(distrust), std::nullopt};
    const auto first_end = std::ranges::min_element(verdict.path, {}, &PathStep::not_after);
    return {std::nullopt, first_end->not_after};
  }

  std::optional<PathVerdict> Recall(const std::string& identity, WallTime now) const {
    const std::lock_guard lock(mutex_);
    const auto found = remembered_.find(identity);
    if (found == remembered_.end()) return std::nullopt;
    const Memory& memory = found->second;
    if (memory.dates_passed != DatesPassed(memory.verdict.path, now)) return std::nullopt;
    const auto& distrust = memory.verdict.distrust;
    const bool is_open = distrust && distrust->reason == EndpointFailure::kUnknownIssuer;
    if (is_open && memory.known != sk_X509_num(known_.get())) return std::nullopt;
    return memory.verdict;
  }

  Stack KnownIntermediates() const {
    const std::lock_guard lock(mutex_);
    return Stack(X509_chain_up_ref(known_.get()));
  }

  void Remember(const std::string& identity, STACK_OF(X509) * chain, const PathVerdict& verdict,
                WallTime now) {
    const std::lock_guard lock(mutex_);
    ++verified_;
    if (!verdict.distrust) RememberIntermediates(chain);
    if (identity.empty()) return;
    if (remembered_.size() >= kMaxRemembered) remembered_.clear();
    remembered_.insert_or_assign(
        identity, Memory{verdict, DatesPassed(verdict.path, now), sk_X509_num(known_.get())});
  }

  /// Of a chain that is trusted, so that they say of others what these lack.
  void RememberIntermediates(STACK_OF(X509) * chain) {
    for (int i = 1; i < sk_X509_num(chain) && sk_X509_num(known_.get()) < kMaxKnown; ++i) {
      X509* const one = sk_X509_value(chain, i);
      bool is_known = false;
      for (int k = 0; k < sk_X509_num(known_.get()) && !is_known; ++k) {
        is_known = X509_cmp(sk_X509_value(known_.get(), k), one) == 0;
      }
      if (is_known || X509_up_ref(one) != 1) continue;
      if (sk_X509_push(known_.get(), one) == 0) X509_free(one);
    }
  }

  const StoreHandle store_;
  mutable std::mutex mutex_;  // guards what follows
  const Stack known_;         // its content, too
  std::unordered_map<std::string, Memory> remembered_;
  std::size_t verified_ = 0;
};

/// All certificates of a PEM text that decode.
std::shared_ptr<TrustStore> MakeStore(std::string_view pem) {
  StoreHandle store(X509_STORE_new());
  const OpenSslHandle<BIO, BIO_free> text(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (store == nullptr || text == nullptr) throw std::bad_alloc();
  for (;;) {
    X509* reading = X509_new_ex(TlsLibrary(), nullptr);
    const bool read = PEM_read_bio_X509(text.get(), &reading, nullptr, nullptr) != nullptr;
    const X509Handle root(reading);  // null when what was read does not decode
    if (read) {
      X509_STORE_add_cert(store.get(), root.get());
    } else if (ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE) {
      break;
    }
    ERR_clear_error();
  }
  ERR_clear_error();
  return std::make_shared<OpenSslTrustStore>(std::move(store));
}

}  // namespace

Result<std::shared_ptr<TrustStore>> TrustStores::Open(const std::string& path) {
  std::string chosen = path;
  Result<FileStatus> status = Failure{Reason::kNotFound, "no roots on this machine"};
  if (path.empty()) {
    for (const char* place : kRootsOfMachines) {
      status = files_.Status(place);
      chosen = place;
      if (status) break;
    }
  } else {
    status = files_.Status(path);
  }
  if (!status) return status.error();
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(chosen);
  if (found != known_.end() && found->second.identity == status->identity) {
    return found->second.store;
  }
  const Result<FileContents> contents = files_.Read(chosen, kMaxRootsBytes);
  if (!contents) return contents.error();
  Known& known = known_[chosen];
  known = {contents->status.identity, MakeStore(contents->bytes)};
  return known.store;
}

}  // namespace certhealth
