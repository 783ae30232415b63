// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/order_traces.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "collectors/certbot/lineage_identity.h"

namespace certhealth {
namespace {

/// NNNN of "NNNN_csr-certbot.pem": four digits or more.
std::optional<unsigned> NumberOf(std::string_view name) {
  constexpr std::string_view kSuffix = "_csr-certbot.pem";
  if (!name.ends_with(kSuffix)) return std::nullopt;
  name.remove_suffix(kSuffix.size());
  unsigned number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (name.size() < 4 || error != std::errc() || end != name.data() + name.size()) {
    return std::nullopt;
  }
  return number;
}

}  // namespace

const std::vector<OrderTrace>& OrderTraces::Look(const FileSystem& files,
                                                 const std::string& config_dir, WallTime now) {
  const std::string directory = config_dir + "/csr";
  const Result<FileStatus> folder = files.Status(directory);
  if (!folder || folder->kind != FileKind::kDirectory) {
    *this = OrderTraces();
    return traces_;
  }
  if (folder_ == folder->identity) return traces_;
  const bool has_settled = folder->modified() + kClockTick < now;
  folder_ = has_settled ? std::optional(folder->identity) : std::nullopt;
  Read(files, directory);
  return traces_;
}

void OrderTraces::Read(const FileSystem& files, const std::string& directory) {
  const Result<std::vector<DirectoryEntry>> entries = files.List(directory);
  std::vector<std::pair<unsigned, std::string>> names;
  if (entries) {
    for (const DirectoryEntry& entry : *entries) {
      const std::optional<unsigned> number = NumberOf(entry.name);
      if (number) names.emplace_back(*number, entry.name);
    }
  }
  std::ranges::sort(names);
  if (names.size() > kMaxTraces) {
    names.erase(names.begin(), names.end() - static_cast<std::ptrdiff_t>(kMaxTraces));
  }
  std::map<unsigned, Known> before = std::exchange(known_, {});
  traces_.clear();
  for (const auto& [number, name] : names) {
    const std::string path = directory + "/" + name;
    const Result<FileStatus> status = files.Status(path);
    if (!status || status->kind != FileKind::kRegular) continue;
    const auto old = before.find(number);
    Known known{status->identity, std::nullopt};
    if (old != before.end() && old->second.identity == status->identity) {
      known = std::move(old->second);
    } else if (const Result<FileContents> contents = files.Read(path, kMaxBytes)) {
      Result<CertificateRequest> request = ReadCertificateRequest(contents->bytes);
      if (request) known.request = std::move(request).value();
    }
    if (known.request) traces_.push_back({number, status->modified(), *known.request});
    known_.insert_or_assign(number, std::move(known));
  }
}

}  // namespace certhealth
