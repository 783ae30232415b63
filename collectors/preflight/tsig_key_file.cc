// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/tsig_key_file.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/base64.h"

namespace certhealth {
namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{64} * 1024;
constexpr std::string_view kName = "dns_rfc2136_name";
constexpr std::string_view kSecret = "dns_rfc2136_secret";

std::string_view Strip(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\f\v";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// The value without comment and quotes; empty for a quote that stands alone.
std::string_view ValueIn(std::string_view text) {
  text = Strip(text.substr(0, text.find('#')));
  if (!text.starts_with('"') && !text.starts_with('\'')) return text;
  if (text.size() < 2 || text.back() != text.front()) return {};
  return text.substr(1, text.size() - 2);
}

bool IsKeyName(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

/// What stands behind `key` at the top level; empty where that is nowhere, or more than once. Views
/// into `text`.
std::string_view Find(std::string_view text, std::string_view key) {
  std::string_view value;
  int count = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = Strip(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with('[')) break;
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || Strip(line.substr(0, equals)) != key) continue;
    value = ValueIn(line.substr(equals + 1));
    ++count;
  }
  return count == 1 ? value : std::string_view();
}

/// Empty for what is no base64, or nothing.
std::vector<unsigned char> Decode(std::string_view base64) {
  Base64Decoder decoder;
  // In one piece, so that the decoder's text is not moved about.
  const bool is_whole = decoder.Append(base64) && decoder.Finish();
  std::string& bytes = decoder.bytes();
  std::vector<unsigned char> secret;
  if (is_whole) secret.assign(bytes.begin(), bytes.end());
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return secret;
}

}  // namespace

std::optional<TsigKey> ReadTsigKey(const FileSystem& files, const std::string& path) {
  Result<FileContents> contents = files.Read(path, kMaxBytes);
  if (!contents) return std::nullopt;
  std::string text = std::move(contents).value().bytes;
  const std::string_view name = Find(text, kName);
  std::optional<TsigKey> key;
  if (IsKeyName(name)) {
    TsigKey read(std::string(name), Decode(Find(text, kSecret)));
    if (!read.secret().empty()) key.emplace(std::move(read));
  }
  OPENSSL_cleanse(text.data(), text.size());
  return key;
}

}  // namespace certhealth
