// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

namespace certhealth {

template <auto Free>
struct OpenSslDeleter {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};

/// Owns an OpenSSL object: `OpenSslHandle<X509, X509_free>`.
template <typename T, auto Free>
using OpenSslHandle = std::unique_ptr<T, OpenSslDeleter<Free>>;

}  // namespace certhealth
