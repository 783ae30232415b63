// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/acme_documents.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace certhealth {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostIdentities = 32;

/// The text of the member `name`; null when there is none.
const std::string* TextOf(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? nullptr : found->get_ptr<const std::string*>();
}

std::optional<Json> ParseObject(std::string_view text) {
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  return json;
}

}  // namespace

std::optional<AcmeDirectory> ParseAcmeDirectory(std::string_view text) {
  const auto json = ParseObject(text);
  if (!json) return std::nullopt;
  AcmeDirectory directory;
  const std::string* const new_order = TextOf(*json, "newOrder");
  directory.has_new_order = new_order != nullptr && !new_order->empty();
  const auto meta = json->find("meta");
  if (meta == json->end() || !meta->is_object()) return directory;
  const auto identities = meta->find("caaIdentities");
  if (identities == meta->end() || !identities->is_array()) return directory;
  for (const Json& identity : *identities) {
    const auto* const domain = identity.get_ptr<const std::string*>();
    if (domain == nullptr || domain->empty() || directory.caa_identities.size() >= kMostIdentities)
      continue;
    std::string& added = directory.caa_identities.emplace_back(*domain);
    std::ranges::transform(added, added.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
  }
  return directory;
}

std::optional<std::string> ParseAccountUri(std::string_view text) {
  const auto json = ParseObject(text);
  if (!json) return std::nullopt;
  const std::string* const uri = TextOf(*json, "uri");
  if (uri == nullptr || uri->empty()) return std::nullopt;
  return *uri;
}

}  // namespace certhealth
