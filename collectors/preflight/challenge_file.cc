// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/challenge_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "collectors/preflight/beneath.h"

namespace certhealth {
namespace {

const std::string kWellKnown = ".well-known";
const std::string kChallenges = "acme-challenge";
const std::string kBoth = kWellKnown + "/" + kChallenges;

constexpr std::size_t kNameBytes = 43;  // a token's, of 32 random bytes in base64url
constexpr off_t kMostLeftoverBytes = 256;
constexpr int kMostEntries = 10'000;

Failure FailureOf(int error, const std::string& path) {
  if (error == ENOENT) return {Reason::kNotFound, path + " does not exist"};
  if (error == EXDEV) return {Reason::kBrokenLink, path + " leads out of the webroot"};
  const Reason reason =
      error == EACCES || error == EPERM ? Reason::kPermissionDenied : Reason::kReadFailed;
  return {reason, path + ": " + std::generic_category().message(error)};
}

/// Characters of base64url from the system's randomness; empty without any.
std::string RandomText(std::size_t length) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text(length, '\0');
  if (getrandom(text.data(), length, 0) != static_cast<ssize_t>(length)) return {};
  for (char& c : text) c = kAlphabet[static_cast<unsigned char>(c) % kAlphabet.size()];
  return text;
}

FileDescriptor OpenDirectory(const FileDescriptor& start, const std::string& path,
                             Confine confine = Confine::kBeneath) {
  return OpenConfined(start.get(), path, O_PATH | O_DIRECTORY, 0, confine);
}

Result<FileDescriptor> OpenWebroot(const std::string& root, const std::string& webroot) {
  const FileDescriptor start(open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!start.valid()) return FailureOf(errno, root);
  FileDescriptor opened = OpenDirectory(start, webroot, Confine::kInRoot);
  if (!opened.valid()) return FailureOf(errno, webroot);
  return opened;
}

/// Whether a directory that was just made is ours, and open to a web server: the process's umask
/// may say otherwise.
bool IsOpenToAll(const FileDescriptor& directory) {
  struct stat status {};
  return fstat(directory.get(), &status) == 0 && status.st_uid == geteuid() &&
         (status.st_mode & 0055U) == 0055U;
}

bool WriteAll(const FileDescriptor& file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(file.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// Removes the directories that were made for a file, the inner one first, as far as they are
/// empty, and takes them out of `made`: whoever makes them next, they are his.
void RemoveDirectories(ChallengeFile::Made& made, const FileDescriptor& webroot,
                       const FileDescriptor& well_known, const CertbotRuns& certbot_runs) {
  // certbot makes the directory, and then its file in it.
  if ((!made.challenges && !made.well_known) || certbot_runs()) return;
  if (made.challenges && unlinkat(well_known.get(), kChallenges.c_str(), AT_REMOVEDIR) != 0) return;
  made.challenges = false;
  if (made.well_known && unlinkat(webroot.get(), kWellKnown.c_str(), AT_REMOVEDIR) == 0)
    made.well_known = false;
}

/// What is noted of the webroot that is open there; null where it cannot be told apart from others.
std::shared_ptr<ChallengeFile::Made> MadeIn(const FileDescriptor& webroot,
                                            ChallengeFile::MadeByWebroot& shared) {
  struct stat status {};
  if (fstat(webroot.get(), &status) != 0) return nullptr;
  auto& made = shared[{status.st_dev, status.st_ino}];
  if (made == nullptr) made = std::make_shared<ChallengeFile::Made>();
  return made;
}

struct CloseList {
  void operator()(DIR* list) const { closedir(list); }
};

/// How many directories were made for a leftover of that name; nullopt when it is no leftover.
std::optional<int> DirectoriesMadeFor(std::string_view name) {
  if (name.size() != kNameBytes || !name.starts_with(ChallengeFile::kPrefix)) return std::nullopt;
  const char digit = name[ChallengeFile::kPrefix.size()];
  if (digit < '0' || digit > '2') return std::nullopt;
  return digit - '0';
}

}  // namespace

/// Opens the webroot's `path`; where there is nothing, makes the directory `name` in `parent`.
struct DirectoryMaker {
  const FileDescriptor& webroot;

  Result<FileDescriptor> OpenOrMake(const std::string& path, const FileDescriptor& parent,
                                    const std::string& name, bool& made) const {
    FileDescriptor opened = OpenDirectory(webroot, path);
    if (opened.valid()) return opened;
    if (errno != ENOENT) return FailureOf(errno, path);
    if (mkdirat(parent.get(), name.c_str(), 0755) != 0)
      return errno == EEXIST ? Failure{Reason::kBrokenLink, path + " is a link that leads nowhere"}
                             : FailureOf(errno, path);
    made = true;
    opened = OpenDirectory(webroot, path);
    if (!opened.valid()) return FailureOf(errno, path);
    if (!IsOpenToAll(opened))
      return Failure{Reason::kPermissionDenied, path + " cannot be made readable for all: umask"};
    return opened;
  }
};

Result<ChallengeFile> ChallengeFile::Make(const std::string& root, const std::string& webroot,
                                          CertbotRuns certbot_runs, MadeByWebroot* shared) {
  ChallengeFile file;
  file.certbot_runs_ = std::move(certbot_runs);
  Result<FileDescriptor> opened = OpenWebroot(root, webroot);
  if (!opened) return opened.error();
  file.webroot_ = std::move(opened).value();
  if (shared != nullptr) {
    if (auto made = MadeIn(file.webroot_, *shared)) file.made_ = std::move(made);
  }
  const DirectoryMaker maker{file.webroot_};
  const auto named = [&](const Failure& failure) {
    return Failure{failure.reason, webroot + "/" + failure.detail};
  };
  Result<FileDescriptor> well_known =
      maker.OpenOrMake(kWellKnown, file.webroot_, kWellKnown, file.made_->well_known);
  if (!well_known) return named(well_known.error());
  file.well_known_ = std::move(well_known).value();
  Result<FileDescriptor> directory =
      maker.OpenOrMake(kBoth, file.well_known_, kChallenges, file.made_->challenges);
  if (!directory) return named(directory.error());
  file.directory_ = std::move(directory).value();

  std::string name = std::string(kPrefix) + std::to_string(file.made_->count());
  const std::string random = RandomText(kNameBytes - name.size());
  file.content_ = RandomText(kNameBytes);
  if (random.empty() || file.content_.empty())
    return Failure{Reason::kReadFailed, "the system gives no random bytes"};
  file.name_ = name + random;
  file.content_ = file.name_ + "." + file.content_;
  const FileDescriptor written = MakeFileBeneath(file.directory_.get(), file.name_, 0644);
  if (!written.valid()) return named(FailureOf(errno, kBoth));
  file.is_there_ = true;
  if (fchmod(written.get(), 0644) != 0 || !WriteAll(written, file.content_))
    return named(FailureOf(errno, kBoth + "/" + file.name_));
  return file;
}

ChallengeFile::ChallengeFile(ChallengeFile&& other) noexcept
    : webroot_(std::move(other.webroot_)),
      well_known_(std::move(other.well_known_)),
      directory_(std::move(other.directory_)),
      made_(std::exchange(other.made_, nullptr)),
      is_there_(std::exchange(other.is_there_, false)),
      name_(std::move(other.name_)),
      content_(std::move(other.content_)),
      certbot_runs_(std::move(other.certbot_runs_)) {}

ChallengeFile::~ChallengeFile() {
  if (is_there_) unlinkat(directory_.get(), name_.c_str(), 0);
  if (made_ != nullptr) RemoveDirectories(*made_, webroot_, well_known_, certbot_runs_);
}

std::size_t SweepChallengeFiles(const std::string& root, const std::string& webroot, WallTime now,
                                std::chrono::seconds age, const CertbotRuns& certbot_runs) {
  const Result<FileDescriptor> opened = OpenWebroot(root, webroot);
  if (!opened) return 0;
  const FileDescriptor well_known = OpenDirectory(*opened, kWellKnown);
  FileDescriptor directory =
      OpenConfined(opened->get(), kBoth, O_RDONLY | O_DIRECTORY, 0, Confine::kBeneath);
  if (!well_known.valid() || !directory.valid()) return 0;
  const std::unique_ptr<DIR, CloseList> list(fdopendir(directory.get()));
  if (list == nullptr) return 0;
  const int listed = directory.release();  // closed with the list
  std::size_t gone = 0;
  int directories_made = 0;
  const dirent* entry = nullptr;
  for (int i = 0; i < kMostEntries && (entry = readdir(list.get())) != nullptr; ++i) {
    const auto made = DirectoriesMadeFor(entry->d_name);
    struct stat status {};
    if (!made || fstatat(listed, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(status.st_mode) || status.st_uid != geteuid() ||
        status.st_size > kMostLeftoverBytes ||
        WallTime(std::chrono::seconds(status.st_mtim.tv_sec)) > now - age ||
        unlinkat(listed, entry->d_name, 0) != 0)
      continue;
    directories_made = std::max(directories_made, *made);
    ++gone;
  }
  ChallengeFile::Made made{directories_made > 1, directories_made > 0};
  RemoveDirectories(made, *opened, well_known, certbot_runs);
  return gone;
}

}  // namespace certhealth
