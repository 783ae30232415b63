// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/paths.h"

#include <algorithm>
#include <charconv>

namespace certhealth {

std::string DirectoryOf(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos || slash == 0) return "/";
  return std::string(path.substr(0, slash));
}

std::string_view BaseOf(std::string_view path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

std::string NormalPath(std::string_view path) {
  std::string normal;
  normal.reserve(path.size() + 1);
  std::size_t begin = 0;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    if (part == "..") {
      normal.resize(std::min(normal.rfind('/'), normal.size()));
    } else if (!part.empty() && part != ".") {
      normal.append("/").append(part);
    }
    begin = end + 1;
  }
  return normal.empty() ? "/" : normal;
}

std::string ResolveLinkText(std::string_view directory, std::string_view text) {
  if (text.starts_with('/')) return NormalPath(text);
  std::string path;
  path.reserve(directory.size() + 1 + text.size());
  return NormalPath(path.append(directory).append("/").append(text));
}

std::optional<int> VersionOf(std::string_view file_name, std::string_view kind) {
  constexpr std::string_view kSuffix = ".pem";
  if (!file_name.starts_with(kind) || !file_name.ends_with(kSuffix)) return std::nullopt;
  if (file_name.size() <= kind.size() + kSuffix.size()) return std::nullopt;
  const std::string_view digits =
      file_name.substr(kind.size(), file_name.size() - kind.size() - kSuffix.size());
  int version = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), version);
  if (error != std::errc() || end != digits.data() + digits.size() || version <= 0)
    return std::nullopt;
  return version;
}

}  // namespace certhealth
