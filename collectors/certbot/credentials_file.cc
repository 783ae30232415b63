// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/credentials_file.h"

#include <algorithm>
#include <array>

#include "collectors/configobj.h"

namespace certhealth {
namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{64} * 1024;

/// Ends of keys that hold no secret and that certbot's plugins are particular about.
constexpr std::array<std::string_view, 5> kPublic = {"_server", "_port", "_algorithm", "_endpoint",
                                                     "_sign_query"};

/// What gives ConfigObj's grammar, and base64, their shape.
constexpr std::string_view kShape = " \t\r\n\f\v'\",#=";

char Masked(char c) {
  if (kShape.find(c) != std::string_view::npos) return c;
  const bool is_of_base64 = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                            (c >= 'a' && c <= 'z') || c == '+' || c == '/';
  return is_of_base64 ? 'x' : '-';
}

/// Whether Python's base64.decodebytes takes the masked text, which is what becomes of a TSIG key.
bool MayBeBase64(std::string_view masked) {
  const auto letters = std::ranges::count(masked, 'x') % 4;
  const auto padding = std::ranges::count(masked, '=');
  return letters == 0 || (letters > 1 && letters + padding >= 4);
}

std::string_view Strip(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\f\v";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace

void MaskSecrets(std::string& text) {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line(text.data() + begin, end - begin);
    const std::size_t equals = line.find('=');
    const std::string_view key = Strip(line.substr(0, std::min(equals, line.size())));
    const bool is_whole = Strip(line).starts_with('[');
    const bool is_public = equals != std::string_view::npos &&
                           std::ranges::any_of(kPublic, [&](std::string_view suffix) {
                             return key.ends_with(suffix);
                           });
    if (!is_whole && !is_public) {
      const std::size_t from = equals == std::string_view::npos ? begin : begin + equals + 1;
      for (std::size_t i = from; i < end; ++i) {
        text[i] = Masked(text[i]);
      }
    }
    begin = end + 1;
  }
}

CredentialsFile ReadCredentialsFile(const FileSystem& files, const std::string& path) {
  CredentialsFile credentials;
  Result<FileContents> contents = files.Read(path, kMaxBytes);
  if (!contents) return credentials;
  std::string text = std::move(contents).value().bytes;
  MaskSecrets(text);
  credentials.seen = true;
  const Result<ConfigObj> file = ParseConfigObj(text, path);
  if (!file) {
    credentials.fault = file.error().detail;
    return credentials;
  }
  for (const ConfigObjScalar& scalar : file->root().scalars()) {
    const std::string* value = std::get_if<std::string>(&scalar.value);
    credentials.keys.emplace(scalar.key, value == nullptr ? "x" : *value);
    if (value != nullptr && scalar.key.ends_with("_secret") && !MayBeBase64(*value))
      credentials.not_base64.insert(scalar.key);
  }
  for (auto& entry : credentials.keys) {
    const bool is_public = std::ranges::any_of(
        kPublic, [&](std::string_view suffix) { return entry.first.ends_with(suffix); });
    if (!is_public && !entry.second.empty()) entry.second = "x";
  }
  return credentials;
}

}  // namespace certhealth
