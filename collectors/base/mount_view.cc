// SPDX-License-Identifier: Apache-2.0
#include "collectors/base/mount_view.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace certhealth {
namespace {

constexpr std::uint64_t kMaxTableBytes = 1 << 20;
constexpr std::size_t kMaxMounts = 8192;

std::string_view TakeField(std::string_view& line) {
  const std::string_view field = line.substr(0, line.find(' '));
  line.remove_prefix(std::min(field.size() + 1, line.size()));
  return field;
}

bool IsOctal(char c) { return c >= '0' && c <= '7'; }

/// "\040" is a blank; the kernel writes blanks, tabs, line feeds and backslashes so.
std::string Unescape(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size() && IsOctal(text[i + 1]) && IsOctal(text[i + 2]) &&
        IsOctal(text[i + 3])) {
      plain += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 +
                                 (text[i + 3] - '0'));
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

/// Among "rw,nosuid,relatime".
bool HasReadOnly(std::string_view options) { return options == "ro" || options.starts_with("ro,"); }

std::optional<Mount> ParseMount(std::string_view line) {
  TakeField(line);  // the mount's number
  TakeField(line);  // its parent's
  Mount mount;
  mount.device = TakeField(line);
  mount.root = Unescape(TakeField(line));
  mount.point = Unescape(TakeField(line));
  mount.read_only = HasReadOnly(TakeField(line));
  if (!mount.root.starts_with('/') || !mount.point.starts_with('/')) return std::nullopt;
  // Optional fields, a dash, the type, the source, the options of the file system.
  const std::size_t dash = line.starts_with("- ") ? 0 : line.find(" - ");
  if (dash == std::string_view::npos) return std::nullopt;
  line.remove_prefix(line.find('-', dash) + 2);
  TakeField(line);
  TakeField(line);
  mount.file_system_read_only = HasReadOnly(line);
  mount.read_only |= mount.file_system_read_only;
  return mount;
}

/// Whether `path` is `directory` or below it.
bool LiesIn(std::string_view path, std::string_view directory) {
  if (directory == "/") return path.starts_with('/');
  return path.starts_with(directory) &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

/// The mount that `path` lies on: the deepest, and of several at one place the last.
const Mount* MountOf(const std::vector<Mount>& mounts, std::string_view path) {
  const Mount* deepest = nullptr;
  for (const Mount& mount : mounts) {
    const bool deeper = deepest == nullptr || mount.point.size() >= deepest->point.size();
    if (deeper && LiesIn(path, mount.point)) deepest = &mount;
  }
  return deepest;
}

/// `path`, which lies on `mount`, as its file system names it.
std::string PathInside(const Mount& mount, std::string_view path) {
  std::string inside = mount.root == "/" ? std::string() : mount.root;
  std::string_view rest = path.substr(mount.point == "/" ? 0 : mount.point.size());
  if (rest == "/") rest = {};
  inside += rest;
  return inside;
}

std::string_view ParentOf(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string_view::npos ? "/" : path.substr(0, slash);
}

}  // namespace

std::vector<Mount> ParseMounts(std::string_view mountinfo) {
  std::vector<Mount> mounts;
  while (!mountinfo.empty() && mounts.size() < kMaxMounts) {
    const std::string_view line = mountinfo.substr(0, mountinfo.find('\n'));
    mountinfo.remove_prefix(std::min(line.size() + 1, mountinfo.size()));
    if (auto mount = ParseMount(line)) mounts.push_back(*std::move(mount));
  }
  return mounts;
}

MountView::MountView(std::vector<Mount> own, std::vector<Mount> machine, std::string root)
    : own_(std::move(own)),
      machine_(std::move(machine)),
      root_(root == "/" ? "" : std::move(root)) {}

MountView MountView::OfUnknownMachine() {
  MountView view;
  view.is_unknown_ = true;
  return view;
}

/// Whether `path` leads us where it leads the machine.
bool MountView::IsSame(std::string_view path) const {
  std::string ours = root_ + std::string(path);
  if (path == "/" && !root_.empty()) ours.pop_back();
  const Mount* const own = MountOf(own_, ours);
  const Mount* const machine = MountOf(machine_, path);
  if (own == nullptr || machine == nullptr) return true;  // nothing known
  return own->device == machine->device && PathInside(*own, ours) == PathInside(*machine, path);
}

bool MountView::MayHide(const FileSystem& files, std::string_view path) const {
  if (machine_.empty()) return false;
  while (path != "/") {
    const std::string_view parent = ParentOf(path);
    if (files.Status(std::string(parent))) {
      if (files.LinkStatus(std::string(path))) return true;  // a link, to what we do not see
      return !IsSame(parent);
    }
    path = parent;
  }
  return true;
}

std::optional<bool> MountView::IsReadOnly(std::string_view path) const {
  if (is_unknown_) return false;
  const Mount* const machine = MountOf(machine_, path);
  if (machine == nullptr) return std::nullopt;
  return machine->read_only;
}

MountLook MountLookAt(const std::string& root) {
  return [root] {
    const auto files = MakePosixFileSystem("/");
    const std::string proc = (root == "/" ? "" : root) + "/proc";
    const auto machine = files->Read(proc + "/1/mountinfo", kMaxTableBytes);
    const auto own = files->Read("/proc/self/mountinfo", kMaxTableBytes);
    if (!machine || !own) return root == "/" ? MountView() : MountView::OfUnknownMachine();
    if (root == "/" && own->bytes == machine->bytes) return MountView();
    return MountView(ParseMounts(own->bytes), ParseMounts(machine->bytes), root);
  };
}

}  // namespace certhealth
