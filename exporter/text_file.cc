// SPDX-License-Identifier: Apache-2.0
#include "exporter/text_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "collectors/base/file_descriptor.h"

namespace certhealth {
namespace {

Failure FailureOf(std::string_view what, const std::string& path) {
  const int error = errno;
  const Reason reason =
      error == EACCES || error == EPERM ? Reason::kPermissionDenied : Reason::kReadFailed;
  return {reason, std::string(what) + " " + path + ": " + std::generic_category().message(error)};
}

bool WriteAll(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

std::optional<Failure> WriteAtomically(const std::string& path, std::string_view text) {
  // In the same directory, so that the rename is one step; not *.prom, so that nobody collects it
  // half-written.
  std::string temporary = path + ".XXXXXX";
  const FileDescriptor descriptor(mkostemp(temporary.data(), O_CLOEXEC));
  if (!descriptor.valid()) return FailureOf("cannot create a file beside", path);
  const bool written = WriteAll(descriptor.get(), text) && fchmod(descriptor.get(), 0644) == 0 &&
                       fsync(descriptor.get()) == 0 && rename(temporary.c_str(), path.c_str()) == 0;
  if (written) return std::nullopt;
  Failure failure = FailureOf("cannot write", path);
  unlink(temporary.c_str());
  return failure;
}

}  // namespace certhealth
