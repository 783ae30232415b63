// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/base/file_system.h"
#include "collectors/certbot_log/log_text_source.h"

namespace certhealth {

/// Takes the text of a log that lies in several files.
class LogTextSink {
 public:
  virtual ~LogTextSink() = default;
  /// The next piece. Pieces come in the order in which they were written.
  virtual void Text(std::string_view bytes) = 0;
  /// The file so far has ended; what comes is from the next one.
  virtual void EndFile() = 0;
  /// What came until now is void: the files have changed in a way that only reading all of them
  /// again explains.
  virtual void Restart() = 0;
};

/// letsencrypt.log and its rotations in one directory, followed from look to look: each look hands
/// out only what was written since the last one, through rotation (by certbot or by logrotate),
/// compression, truncation and replacement. A look with nothing new opens no file.
///
/// Files are chosen newest first and read oldest first: what is too much is missing at the old end,
/// and a run that rotation has split is read in one piece.
class LogFiles {
 public:
  struct Limits {
    std::size_t max_files = 10'000;
    std::uint64_t max_file_bytes = 1ULL << 30U;  // of one file: the newest part, if it is plain
    std::uint64_t max_bytes = 1ULL << 34U;       // of all files, as far as their sizes tell
  };

  /// `files` must outlive this.
  LogFiles(const FileSystem& files, std::string directory, Limits limits)
      : files_(files), directory_(std::move(directory)), limits_(limits) {}
  LogFiles(const FileSystem& files, std::string directory)
      : LogFiles(files, std::move(directory), Limits()) {}

  /// Whether there was anything new. Fails when the directory cannot be listed.
  Result<bool> Look(LogTextSink& sink);

  /// Of the files that could not be read at the last look, the first few.
  const std::vector<Failure>& failures() const { return failures_; }
  /// More was there than the limits allow.
  bool is_cut() const { return is_cut_; }

 private:
  using Inode = std::pair<dev_t, ino_t>;

  struct Known {
    FileIdentity identity;           // when it was read last
    std::string head;                // how its text begins: tells it from another in its place
    std::uint64_t consumed = 0;      // bytes of its text that were handed out
    std::optional<Failure> failure;  // it could not be read
  };

  struct Listed {
    std::string path;
    FileIdentity identity;
    Inode inode() const { return {identity.device, identity.inode}; }
  };

  /// How one pass over the files ended.
  enum class Pass {
    kDone,
    kMoved,      // files were renamed meanwhile: list them again
    kUnordered,  // something new lies before what was handed out
  };

  /// What a file's text is to what has been handed out.
  enum class Role {
    kReadBefore,
    kTail,  // goes on where the last piece ended
    kNew,
  };

  Result<std::vector<Listed>> List() const;
  void LeaveOutOldest(const std::vector<Listed>& oldest_first);
  void SetAsideGone(const std::vector<Listed>& present);
  bool IsUnchanged(const Listed& file) const;
  std::size_t FirstPlaceToRead(const std::vector<Listed>& oldest_first) const;
  Pass ReadNew(const std::vector<Listed>& oldest_first, LogTextSink& sink);
  Role Recognise(const LogTextSource& source, Inode inode);
  void ReadText(LogTextSource& source, Role role, LogTextSink& sink);

  const FileSystem& files_;
  std::string directory_;
  Limits limits_;

  std::map<Inode, Known> known_;
  std::map<Inode, Known> gone_;  // known at the last look, and now away or replaced
  std::optional<Inode> tail_;    // the file whose text came last
  bool found_new_ = false;
  bool is_cut_ = false;
  std::vector<Failure> failures_;
};

}  // namespace certhealth
