// SPDX-License-Identifier: Apache-2.0
#include "collectors/web_server/conf_files.h"

#include "collectors/certbot/paths.h"
#include "collectors/glob.h"

namespace certhealth {
namespace {

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{4} << 20U;
constexpr std::uint64_t kMaxProgramBytes = std::uint64_t{16} << 20U;
constexpr std::string_view kWildcards = "*?[";

}  // namespace

std::optional<std::string> ConfFiles::Read(const std::string& path) {
  if (files_left_ == 0) {
    complete_ = false;
    return std::nullopt;
  }
  --files_left_;
  DependOnConf(path);
  Result<FileContents> contents = files_.Read(path, std::min(kMaxFileBytes, bytes_left_));
  if (!contents) {
    complete_ = false;
    return std::nullopt;
  }
  bytes_left_ -= contents->bytes.size();
  return std::move(std::move(contents).value().bytes);
}

std::optional<std::string> ConfFiles::ReadProgram(const std::string& path) {
  DependOn(path);
  Result<FileContents> contents =
      files_.Read(path, std::min(kMaxProgramBytes, program_bytes_left_));
  if (!contents) return std::nullopt;
  program_bytes_left_ -= contents->bytes.size();
  return std::move(std::move(contents).value().bytes);
}

std::optional<std::vector<std::string>> ConfFiles::Expand(const std::string& pattern) {
  // A directory that a name is added to or taken from changes; one that is not there may come.
  const std::size_t wildcard = pattern.find_first_of(kWildcards);
  const std::string fixed = DirectoryOf(std::string_view(pattern).substr(0, wildcard));
  DependOnConf(fixed);
  GlobResult found = ExpandGlob(files_, pattern, {5000, 1000, 8});
  const bool is_missing = !files_.Status(fixed);
  const bool is_hidden = is_missing && view_.MayHide(files_, fixed);
  if ((!found.failures.empty() && !is_missing) || is_hidden) {
    complete_ = false;
    return std::nullopt;
  }
  // Neither nginx nor Apache takes an editor's ".site.swp" for "*".
  if (!BaseOf(pattern).starts_with('.'))
    std::erase_if(found.paths,
                  [](const std::string& path) { return BaseOf(path).starts_with('.'); });
  for (const std::string& path : found.paths) DependOn(DirectoryOf(path));
  return std::move(found.paths);
}

bool ConfFiles::IsMissing(const std::string& path) {
  DependOn(path);
  const Result<FileStatus> status = files_.Status(path);
  if (status) return false;
  const Reason reason = status.error().reason;
  const bool is_missing = reason == Reason::kNotFound || reason == Reason::kBrokenLink;
  return is_missing && !view_.MayHide(files_, path);
}

bool ConfFiles::MayExist(const std::string& path) {
  if (looks_left_ == 0) return true;
  --looks_left_;
  DependOn(path);
  const Result<FileStatus> status = files_.LinkStatus(path);
  return status || status.error().reason != Reason::kNotFound || view_.MayHide(files_, path);
}

void ConfFiles::DependOnConf(const std::string& path) {
  DependOn(path);
  const Result<FileStatus> status = files_.Status(path);
  if (status) changed_ = std::max(changed_, status->modified());
}

void ConfFiles::DependOn(const std::string& path) {
  if (!known_.insert(path).second) return;
  dependencies_.push_back(DependencyOn(files_, path));
}

}  // namespace certhealth
