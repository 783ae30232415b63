// SPDX-License-Identifier: Apache-2.0
#include "exporter/probe/probe_request.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "collectors/endpoint/endpoint_options.h"
#include "collectors/endpoint/endpoint_url.h"
#include "exporter/escape.h"
#include "exporter/http_text.h"
#include "exporter/nearest_word.h"

namespace certhealth {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kForTheWayBack{500};
constexpr milliseconds kLeast{100};
constexpr std::string_view kDefaultModule = "default";

Failure Bad(std::string text) { return {Reason::kBadText, std::move(text)}; }

using Query = std::vector<std::pair<std::string, std::string>>;

/// The value of a parameter that may be there once; empty when it is not.
Result<std::string> Parameter(const Query& query, std::string_view name) {
  const std::string* value = nullptr;
  for (const auto& [key, text] : query) {
    if (key != name) continue;
    if (value != nullptr) return Bad("the parameter '" + std::string(name) + "' is there twice");
    value = &text;
  }
  return value == nullptr ? std::string() : *value;
}

/// What is left of the scrape; nothing without the header or with nonsense in it.
std::optional<milliseconds> ScrapeTimeLeft(const HttpRequest& request) {
  const auto header = request.Header("X-Prometheus-Scrape-Timeout-Seconds");
  if (!header) return std::nullopt;
  double seconds = 0;
  const char* end = header->data() + header->size();
  const auto [stop, error] = std::from_chars(header->data(), end, seconds);
  if (error != std::errc{} || stop != end || !std::isfinite(seconds) || seconds <= 0 ||
      seconds > 86400) {
    return std::nullopt;
  }
  const milliseconds whole(static_cast<std::int64_t>(seconds * 1000));
  return std::max(whole - kForTheWayBack, std::min(whole / 2, kLeast));
}

Result<const ProbeModule*> FindModule(std::span<const ProbeModule> modules,
                                      const std::string& typed) {
  const std::string_view name = typed.empty() ? kDefaultModule : std::string_view(typed);
  const auto found = std::ranges::find(modules, name, &ProbeModule::name);
  if (found != modules.end()) return &*found;
  if (modules.empty())
    return Bad(
        "/probe asks only what a section [probe \"NAME\"] of the configuration allows, and "
        "there is none");
  std::vector<std::string_view> names;
  for (const ProbeModule& module : modules) names.push_back(module.name);
  return Bad("unknown module '" + Printable(name) + "'" + DidYouMean(name, names));
}

Result<EndpointTarget> ParseTarget(const std::string& typed, const ProbeModule& module) {
  if (typed.empty()) return Bad("the parameter 'target' is missing");
  auto target = ParseEndpointUrl(typed);
  if (!target) return target.error();
  EndpointTarget parsed = *std::move(target);
  const bool names_scheme = typed.find("://") != std::string::npos;
  if (!names_scheme && module.starttls != StartTls::kNone) parsed.starttls = module.starttls;
  if (!Allows(module, HostAndPort(parsed.host, parsed.port))) {
    return Failure{Reason::kPermissionDenied, HostAndPort(parsed.host, parsed.port) +
                                                  " is none of the targets of [probe \"" +
                                                  module.name + "\"]"};
  }
  return parsed;
}

Result<std::string> ParseServerName(const Query& query) {
  for (const std::string_view parameter : {"hostname", "server_name"}) {
    const auto typed = Parameter(query, parameter);
    if (!typed) return typed.error();
    if (typed->empty()) continue;
    auto name = ParseHostName(*typed);
    if (!name) return Bad(std::string(parameter) + ": " + name.error().detail);
    return name;
  }
  return std::string();
}

}  // namespace

Result<ProbeRequest> ParseProbeRequest(const HttpRequest& request,
                                       std::span<const ProbeModule> modules, milliseconds timeout) {
  const Result<Query> query = ParseQuery(request.query);
  if (!query) return query.error();
  const auto module_name = Parameter(*query, "module");
  if (!module_name) return module_name.error();
  const auto module = FindModule(modules, *module_name);
  if (!module) return module.error();
  const auto typed = Parameter(*query, "target");
  if (!typed) return typed.error();
  auto target = ParseTarget(*typed, **module);
  if (!target) return target.error();
  auto server_name = ParseServerName(*query);
  if (!server_name) return server_name.error();

  ProbeRequest parsed;
  ProbeOrder& order = parsed.order;
  order.target = *std::move(target);
  order.target.server_name = *std::move(server_name);
  order.addresses = AddressChoice::kFirstUp;
  order.alpn = (*module)->alpn;
  order.min_protocol = (*module)->min_protocol;
  order.client_certificate = (*module)->client_certificate;
  order.roots = (*module)->roots;
  order.reach = (*module)->reach;
  milliseconds whole = (*module)->timeout.value_or(timeout);
  if (const auto left = ScrapeTimeLeft(request)) whole = std::min(whole, *left);
  order.deadlines = DeadlinesWithin(whole);
  parsed.name = NameOf(order.target);
  return parsed;
}

}  // namespace certhealth
