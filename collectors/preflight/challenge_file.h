// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "collectors/base/clock.h"
#include "collectors/base/file_descriptor.h"
#include "collectors/base/result.h"

namespace certhealth {

/// Whether a certbot is at work now. Its challenges lie in the same directories.
using CertbotRuns = std::function<bool()>;

/// A file in WEBROOT/.well-known/acme-challenge/ that a web server can be asked for, made as
/// certbot makes its own (plugins/webroot.py): mode 0644, missing directories with 0755. Nothing
/// outside that directory is written, no link out of the webroot is followed (openat2(2) with
/// RESOLVE_BENEATH: Linux 5.6), no file that exists is touched. The file, and the directories that
/// were made for it where they are empty and no certbot is at work, are gone when the object is.
class ChallengeFile {
 public:
  /// What the name of each such file starts with; a digit and random characters follow. It is as
  /// long as a token of Let's Encrypt, of the same alphabet.
  static constexpr std::string_view kPrefix = "certhealth-preflight-";

  /// Which directories were not there before.
  struct Made {
    bool well_known = false;
    bool challenges = false;

    int count() const { return (well_known ? 1 : 0) + (challenges ? 1 : 0); }
  };

  /// What was made in each webroot, by its device and inode, for files that lie there side by side:
  /// the last of them takes the directories with it, whichever made them.
  using MadeByWebroot = std::map<std::pair<dev_t, ino_t>, std::shared_ptr<Made>>;

  /// `root` is the prefix of all paths (`--root`), `webroot` an absolute path behind it; links on
  /// the way to the webroot are followed inside `root`. kNotFound when there is no such directory,
  /// kPermissionDenied, else kReadFailed with the system's words. `certbot_runs` is kept. What is
  /// made is noted in `shared`, where there is one.
  static Result<ChallengeFile> Make(const std::string& root, const std::string& webroot,
                                    CertbotRuns certbot_runs, MadeByWebroot* shared = nullptr);
  ~ChallengeFile();
  ChallengeFile(ChallengeFile&& other) noexcept;
  ChallengeFile& operator=(ChallengeFile&&) = delete;

  /// The last part of its URL: "certhealth-preflight-0...".
  const std::string& name() const { return name_; }
  /// All that is in it: like a key authorization, and not to be guessed.
  const std::string& content() const { return content_; }

 private:
  ChallengeFile() = default;

  FileDescriptor webroot_;
  FileDescriptor well_known_;
  FileDescriptor directory_;
  std::shared_ptr<Made> made_ = std::make_shared<Made>();
  bool is_there_ = false;
  std::string name_;
  std::string content_;
  CertbotRuns certbot_runs_;
};

/// Removes what a killed process left in WEBROOT/.well-known/acme-challenge/: this user's small
/// regular files of the name above that are older than `age`, and the directories that had been
/// made for them, where they are empty and no certbot is at work. Returns how many files are gone;
/// nothing there is no failure.
std::size_t SweepChallengeFiles(const std::string& root, const std::string& webroot, WallTime now,
                                std::chrono::seconds age, const CertbotRuns& certbot_runs);

}  // namespace certhealth
