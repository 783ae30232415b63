// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_log/log_files.h"

#include <algorithm>

#include "collectors/certbot_log/log_names.h"

namespace certhealth {
namespace {

constexpr std::size_t kMaxFailures = 8;
constexpr int kMaxPasses = 8;

// A log shrinks to a tenth, one of "not due" alone to a fiftieth. What claims to be more is a bomb.
constexpr std::uint64_t kMaxCompression = 128;

}  // namespace

Result<bool> LogFiles::Look(LogTextSink& sink) {
  found_new_ = false;
  for (int pass = 0; pass < kMaxPasses; ++pass) {
    Result<std::vector<Listed>> listed = List();
    if (!listed) return listed.error();
    std::vector<Listed> files = std::move(listed).value();
    std::ranges::reverse(files);
    SetAsideGone(files);
    if (known_.empty()) LeaveOutOldest(files);
    const Pass end = ReadNew(files, sink);
    if (end == Pass::kDone) break;
    if (end == Pass::kUnordered) {
      sink.Restart();
      known_.clear();
      gone_.clear();
      tail_.reset();
      found_new_ = true;
    }
  }
  gone_.clear();
  failures_.clear();
  for (const auto& [inode, file] : known_) {
    if (file.failure && failures_.size() < kMaxFailures) failures_.push_back(*file.failure);
  }
  return found_new_;
}

Result<std::vector<LogFiles::Listed>> LogFiles::List() const {
  const Result<std::vector<DirectoryEntry>> entries = files_.List(directory_);
  if (!entries) return entries.error();
  std::vector<std::string> names;
  for (const DirectoryEntry& entry : *entries) names.push_back(entry.name);
  std::vector<Listed> files;
  for (const std::string& name : LogNames(names, limits_.max_files)) {
    std::string path = directory_ + "/" + name;
    const Result<FileStatus> status = files_.Status(path);
    if (!status && status.error().reason == Reason::kPermissionDenied) return status.error();
    if (!status || status->kind != FileKind::kRegular) continue;
    files.push_back({std::move(path), status->identity});
  }
  return files;
}

/// Of all that is there for the first time, only the newest part is read.
void LogFiles::LeaveOutOldest(const std::vector<Listed>& oldest_first) {
  std::uint64_t total = 0;
  std::size_t keep = 0;
  for (auto file = oldest_first.rbegin(); file != oldest_first.rend(); ++file, ++keep) {
    const std::uint64_t size = file->identity.size_bytes;
    const bool compressed = file->path.ends_with(".gz");
    total += std::min(compressed ? size * kMaxCompression : size, limits_.max_file_bytes);
    if (total > limits_.max_bytes && keep > 0) break;
  }
  is_cut_ = keep < oldest_first.size() || oldest_first.size() == limits_.max_files;
  for (std::size_t i = 0; i + keep < oldest_first.size(); ++i) {
    known_[oldest_first[i].inode()].identity = oldest_first[i].identity;
  }
}

/// Sets aside what has vanished or shrunk: it may turn up again, compressed or copied.
void LogFiles::SetAsideGone(const std::vector<Listed>& present) {
  std::map<Inode, std::uint64_t> sizes;
  for (const Listed& file : present) sizes[file.inode()] = file.identity.size_bytes;
  for (auto file = known_.begin(); file != known_.end();) {
    const auto size = sizes.find(file->first);
    const bool shrunk = size != sizes.end() && size->second < file->second.identity.size_bytes;
    if (size != sizes.end() && !shrunk) {
      ++file;
    } else {
      gone_.insert(*file);
      file = known_.erase(file);
    }
  }
}

bool LogFiles::IsUnchanged(const Listed& file) const {
  const auto known = known_.find(file.inode());
  if (known == known_.end()) return false;
  const FileIdentity& before = known->second.identity;
  if (const std::optional<Failure>& failure = known->second.failure) {
    // A chmod shows in the ctime; what failed otherwise, may work now.
    return failure->reason == Reason::kPermissionDenied && before == file.identity;
  }
  // Renaming changes the ctime alone.
  return before.size_bytes == file.identity.size_bytes &&
         before.modified_ns == file.identity.modified_ns;
}

/// The place before which nothing new may be read: that of the tail or, when it is gone, behind all
/// that has been read.
std::size_t LogFiles::FirstPlaceToRead(const std::vector<Listed>& oldest_first) const {
  if (tail_ && known_.contains(*tail_)) {
    const auto tail = std::ranges::find(oldest_first, *tail_, &Listed::inode);
    return static_cast<std::size_t>(tail - oldest_first.begin());
  }
  for (std::size_t i = oldest_first.size(); i > 0; --i) {
    const auto known = known_.find(oldest_first[i - 1].inode());
    // An inode may be that of a file long gone; such a file has changed.
    if (known != known_.end() && known->second.consumed > 0 && IsUnchanged(oldest_first[i - 1])) {
      return i;
    }
  }
  return 0;
}

LogFiles::Pass LogFiles::ReadNew(const std::vector<Listed>& oldest_first, LogTextSink& sink) {
  const std::size_t first_place = FirstPlaceToRead(oldest_first);
  for (std::size_t i = 0; i < oldest_first.size(); ++i) {
    const Listed& file = oldest_first[i];
    if (IsUnchanged(file)) continue;
    if (file.identity.size_bytes == 0) {
      known_[file.inode()] = Known{file.identity, {}, 0, {}};
      continue;
    }
    Result<LogTextSource> opened = LogTextSource::Open(files_, file.path);
    if (!opened) {
      if (opened.error().reason == Reason::kNotFound) return Pass::kMoved;
      known_[file.inode()] = Known{file.identity, {}, 0, opened.error()};
      continue;
    }
    LogTextSource source = std::move(opened).value();
    const FileIdentity& identity = source.identity();
    if (Inode(identity.device, identity.inode) != file.inode()) return Pass::kMoved;
    const Role role = Recognise(source, file.inode());
    if (role == Role::kReadBefore) continue;
    if (i < first_place) return Pass::kUnordered;
    ReadText(source, role, sink);
  }
  return Pass::kDone;
}

/// Whether the text of `source` has been read before, in this file or in one that has been moved
/// here, and brings what is known about it up to date.
LogFiles::Role LogFiles::Recognise(const LogTextSource& source, Inode inode) {
  const FileIdentity& identity = source.identity();
  auto known = known_.find(inode);
  if (known != known_.end() && !source.head().starts_with(known->second.head)) {
    gone_.insert(*known);  // another text in its place
    known_.erase(known);
    known = known_.end();
  }
  if (known == known_.end()) {
    const auto moved = std::ranges::find_if(gone_, [&source](const auto& gone) {
      return !gone.second.head.empty() && source.head().starts_with(gone.second.head);
    });
    if (moved == gone_.end()) {
      known_[inode] = Known{identity, source.head(), 0, {}};
      return Role::kNew;
    }
    known = known_.insert_or_assign(inode, moved->second).first;
    if (tail_ == moved->first) tail_ = inode;
    gone_.erase(moved);
  }
  const bool is_tail = tail_ == inode;
  const bool has_more = is_tail || known->second.consumed == 0 ||
                        (!source.is_compressed() && known->second.consumed < identity.size_bytes);
  known->second.identity = identity;
  known->second.head = source.head();
  known->second.failure.reset();
  if (!has_more) return Role::kReadBefore;
  return is_tail && known->second.consumed > 0 ? Role::kTail : Role::kNew;
}

void LogFiles::ReadText(LogTextSource& source, Role role, LogTextSink& sink) {
  const FileIdentity& identity = source.identity();
  const Inode inode(identity.device, identity.inode);
  Known& known = known_[inode];
  if (role == Role::kNew) {
    known.consumed = 0;
    if (tail_) sink.EndFile();
  }
  std::uint64_t from = known.consumed;
  std::uint64_t max_bytes = limits_.max_file_bytes;
  if (source.is_compressed()) {
    max_bytes = std::min(max_bytes, identity.size_bytes * kMaxCompression);
  } else if (identity.size_bytes - from > max_bytes) {
    from = identity.size_bytes - max_bytes;
    is_cut_ = true;
    sink.EndFile();
  }
  const Result<std::uint64_t> end =
      source.Read(from, max_bytes, [&sink](std::string_view bytes) { sink.Text(bytes); });
  known.failure = end ? std::nullopt : std::optional(end.error());
  found_new_ = found_new_ || role == Role::kNew || !end || *end != known.consumed;
  known.consumed = end ? *end : identity.size_bytes;
  tail_ = inode;
}

}  // namespace certhealth
