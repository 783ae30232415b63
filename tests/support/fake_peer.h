// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "collectors/base/file_descriptor.h"

namespace certhealth {

/// The server's end of a connection, blocking. Whatever fails ends in empty strings: the test looks
/// at the client's end.
class FakeConnection {
 public:
  explicit FakeConnection(FileDescriptor descriptor) : descriptor_(std::move(descriptor)) {}

  int descriptor() const { return descriptor_.get(); }
  /// False once the client is gone.
  bool Send(std::string_view bytes) const;
  /// What there is, when there is any; empty at the client's end.
  std::string Receive() const;
  /// Up to and with a LF.
  std::string ReceiveLine() const;
  /// Returns when the client has closed the connection.
  void AwaitEnd() const;
  /// The client sees a reset.
  void Reset();

 private:
  FileDescriptor descriptor_;
};

/// A TCP server on a free port of 127.0.0.1 that plays `script` for each connection, each in a
/// thread of its own, until the test is over.
class FakePeer {
 public:
  using Script = std::function<void(FakeConnection&)>;

  explicit FakePeer(Script script);
  ~FakePeer();  // waits for the scripts' ends: they end with their connections
  FakePeer(const FakePeer&) = delete;
  FakePeer& operator=(const FakePeer&) = delete;

  std::uint16_t port() const { return port_; }

 private:
  void Accept();
  void PartFrom(const FakeConnection& connection) const;

  const Script script_;
  FileDescriptor listener_;
  FileDescriptor stop_;
  std::uint16_t port_ = 0;
  std::vector<std::thread> scripts_;
  std::thread accepting_;
};

/// A port of 127.0.0.1 that nobody listens on.
std::uint16_t ClosedPort();

}  // namespace certhealth
