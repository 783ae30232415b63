// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>

#include "collectors/certbot_log/log_collector.h"
#include "tests/support/certbot_log_text.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {

/// `text` as gzip writes it.
inline std::string Gzip(std::string_view text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string bytes(text.size() + 1024, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  bytes.resize(stream.total_out);
  deflateEnd(&stream);
  return bytes;
}

/// Counts what is opened, and can be told what to say.
class WatchedFileSystem final : public FileSystem {
 public:
  explicit WatchedFileSystem(const std::string& root) : files_(MakePosixFileSystem(root)) {}

  Result<std::vector<DirectoryEntry>> List(const std::string& path) const override {
    ++listed;
    return files_->List(path);
  }
  Result<FileStatus> Status(const std::string& path) const override { return files_->Status(path); }
  Result<FileStatus> LinkStatus(const std::string& path) const override {
    return files_->LinkStatus(path);
  }
  Result<std::string> ReadLink(const std::string& path) const override {
    return files_->ReadLink(path);
  }
  Result<FileContents> Read(const std::string& path, std::uint64_t max_bytes) const override {
    ++read;
    return files_->Read(path, max_bytes);
  }
  Result<std::unique_ptr<ByteSource>> OpenForReading(const std::string& path) const override {
    ++opened;
    if (path.ends_with(unreadable)) return Failure{Reason::kPermissionDenied, path};
    if (before_open) before_open();
    auto source = files_->OpenForReading(path);
    if (after_open) after_open();
    return source;
  }
  Result<DirectoryCondition> Condition(const std::string& path) const override {
    return files_->Condition(path);
  }

  mutable int opened = 0;
  mutable int listed = 0;
  mutable int read = 0;
  std::string unreadable = "\n";  // the end of a path
  std::function<void()> before_open;
  std::function<void()> after_open;

 private:
  std::unique_ptr<FileSystem> files_;
};

/// A log directory of its own, and a collector that looks at it.
class LogCollectorTest : public testing::Test {
 protected:
  static constexpr std::string_view kLog = "logs/letsencrypt.log";

  LogCollectorTest() {
    tree_.MakeDirectory("logs");
    collector_ = std::make_unique<LogCollector>(files_, "/logs", TimeZone());
  }

  /// What is told now, a few minutes after the last record.
  std::shared_ptr<const CertbotHistory> Look() {
    const auto told = collector_->Collect(OnThatDay("23:00:00"));
    EXPECT_TRUE(told);
    return told ? *told : std::make_shared<const CertbotHistory>();
  }
  /// What a collector tells that has not looked before.
  std::shared_ptr<const CertbotHistory> FreshLook() {
    collector_ = std::make_unique<LogCollector>(files_, "/logs", TimeZone());
    return Look();
  }
  int OpenedByLook() {
    files_.opened = 0;
    Look();
    return files_.opened;
  }

  void Append(std::string_view text) const {
    std::ofstream(tree_.Path(kLog), std::ios::app | std::ios::binary) << text;
  }
  void Rename(const std::string& from, const std::string& to) const {
    std::filesystem::rename(tree_.Path("logs/" + from), tree_.Path("logs/" + to));
  }
  /// .1 becomes .2, and so on.
  void Rotate() const {
    for (int i = 20; i >= 0; --i) {
      for (const std::string end : {"", ".gz"}) {
        const std::string from = "letsencrypt.log" + (i == 0 ? "" : "." + std::to_string(i)) + end;
        if (std::filesystem::exists(tree_.Path("logs/" + from))) {
          Rename(from, "letsencrypt.log." + std::to_string(i + 1) + end);
        }
      }
    }
  }

  TemporaryTree tree_;
  WatchedFileSystem files_{tree_.root()};
  std::unique_ptr<LogCollector> collector_;
};

/// The log of a run that renews `name`.
inline std::string SuccessAt(std::string_view time, std::string_view name, int version) {
  CertbotLogText log(time);
  return log.Start().Success(name, version).SummarySuccess({std::string(name)}).NoFailures().text();
}

/// The log of a run that fails to.
inline std::string FailureAt(std::string_view time, std::string_view name,
                             std::string_view error = "Some challenges have failed.") {
  CertbotLogText log(time);
  log.Start().Processing(name).Due().Renewing().Failed(name, error);
  return log.SummaryFailure({std::string(name)}).Failures(1, 0).text();
}

/// The log of a run that finds it too early.
inline std::string NotDueAt(std::string_view time, std::string_view name) {
  CertbotLogText log(time);
  return log.Start().Processing(name).NotDue().NoFailures().text();
}

}  // namespace certhealth
