// SPDX-License-Identifier: Apache-2.0
#include "exporter/socket_file.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace certhealth {
namespace {

Failure Cannot(const std::string& path, int error) {
  return {error == EACCES   ? Reason::kPermissionDenied
          : error == ENOENT ? Reason::kNotFound
                            : Reason::kReadFailed,
          path + ": " + std::generic_category().message(error)};
}

// Whether somebody accepts connections there; when in doubt, yes.
bool IsListening(const std::string& path) {
  const FileDescriptor probe(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) return true;
  std::copy(path.begin(), path.end(), address.sun_path);
  if (connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
    return true;
  }
  return errno != ECONNREFUSED;
}

}  // namespace

Result<SocketFile> SocketFile::Claim(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos || slash + 1 == path.size()) {
    return Failure{Reason::kBadText, path + ": not the path of a file"};
  }
  FileDescriptor directory(
      open(path.substr(0, slash + 1).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid()) return Cannot(path, errno);

  const std::string name = path.substr(slash + 1);
  struct stat status {};
  if (fstatat(directory.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
    if (!S_ISSOCK(status.st_mode)) {
      return Failure{Reason::kNotRegular, path + ": exists and is not a socket"};
    }
    if (IsListening(path)) return Cannot(path, EADDRINUSE);
  } else if (errno != ENOENT) {
    return Cannot(path, errno);
  }
  SocketFile file(std::move(directory), name, path);
  // What a process with our number left behind when it was killed.
  unlinkat(file.directory_.get(), file.TemporaryName().c_str(), 0);
  return file;
}

SocketFile::~SocketFile() {
  if (!directory_.valid()) return;
  unlinkat(directory_.get(), TemporaryName().c_str(), 0);
  struct stat status {};
  if (inode_ != 0 && fstatat(directory_.get(), name_.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
      status.st_dev == device_ && status.st_ino == inode_) {
    unlinkat(directory_.get(), name_.c_str(), 0);
  }
}

// One name per process and file: the descriptor's number tells apart two sockets in one directory.
std::string SocketFile::TemporaryName() const {
  return ".certhealth-" + std::to_string(getpid()) + "-" + std::to_string(directory_.get()) + "-";
}

std::string SocketFile::BindPath() const {
  return "/proc/self/fd/" + std::to_string(directory_.get()) + "/" + TemporaryName();
}

Result<std::string> SocketFile::Publish() {
  struct stat status {};
  const std::string bound = TemporaryName();
  if (fstatat(directory_.get(), bound.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
      renameat(directory_.get(), bound.c_str(), directory_.get(), name_.c_str()) != 0) {
    return Cannot(path_, errno);
  }
  device_ = status.st_dev;
  inode_ = status.st_ino;
  return path_;
}

}  // namespace certhealth
