// SPDX-License-Identifier: Apache-2.0
#include "collectors/endpoint/endpoint_collector.h"

#include <algorithm>
#include <utility>

#include "collectors/certbot/lineage.h"
#include "collectors/endpoint/address_merge.h"
#include "collectors/endpoint/endpoint_url.h"
#include "collectors/endpoint/local_endpoints.h"
#include "collectors/listening_socket.h"

namespace certhealth {
namespace {

using std::chrono::milliseconds;

/// What shares a lane is asked one after the other.
std::string LaneOf(const ProbeOrder& order) {
  const EndpointTarget& target = order.target;
  // The listeners of this machine are different programs.
  if (!target.address.empty()) return HostAndPort(target.address, target.port);
  return target.host;
}

/// What a listener says that has served a name and does so no more, by its configuration. A server
/// that cannot load its certificate says something else: another alert, no STARTTLS.
bool DeclinesTheName(const EndpointFault& fault) {
  return fault.reason == EndpointFailure::kNotTls || fault.name_is_unknown;
}

/// What one address of a watched name is called, a listener of this machine may be called too.
void SortAndDropNamesakes(std::vector<std::shared_ptr<const Bundle>>& bundles) {
  const auto name = [](const auto& bundle) { return std::string_view(bundle->name); };
  std::ranges::stable_sort(bundles, {}, name);
  // clang 14 cannot use what std::ranges::unique yields.
  const auto is_namesake = [](const auto& a, const auto& b) { return a->name == b->name; };
  bundles.erase(std::unique(bundles.begin(), bundles.end(), is_namesake), bundles.end());
}

std::unordered_set<std::string> VersionsBefore(const Snapshot& known) {
  std::unordered_set<std::string> versions;
  for (const auto& run : known.runs) {
    for (const auto& bundle : run->bundles) {
      if (bundle->lineage != nullptr && bundle->lineage->sha256_before)
        versions.insert(ToHex(*bundle->lineage->sha256_before));
    }
  }
  return versions;
}

std::shared_ptr<const Bundle> Shared(const std::string& name, ProbeResult result, bool local) {
  result.endpoint.local = local;
  return std::make_shared<const Bundle>(ToBundle(name, std::move(result)));
}

}  // namespace

EndpointCollector::EndpointCollector(const Clock& clock, EndpointOptions options,
                                     ListenersLook listeners, std::shared_ptr<Prober> prober)
    : clock_(clock),
      options_(std::move(options)),
      listeners_(std::move(listeners)),
      prober_(std::move(prober)) {}

milliseconds EndpointCollector::LookInterval(const EndpointOptions& options) {
  milliseconds shortest = options.interval;
  for (const WatchedEndpoint& watched : options.watched)
    shortest = std::min(shortest, watched.interval.value_or(options.interval));
  return std::clamp<milliseconds>(shortest / 10, std::chrono::seconds{1}, std::chrono::seconds{30});
}

std::vector<EndpointCollector::Wish> EndpointCollector::Wishes(const Snapshot& known,
                                                               CollectorRun& run) const {
  std::vector<Wish> wishes;
  std::unordered_set<std::string> names;
  for (const WatchedEndpoint& watched : options_.watched) {
    std::string name = NameOf(watched.order.target);
    if (!names.insert(name).second) continue;
    wishes.push_back({name, name, watched.order, watched.addresses,
                      watched.interval.value_or(options_.interval), false});
  }
  if (options_.local == LocalEndpoints::kNo) return wishes;
  const auto listeners = listeners_();
  if (!listeners) {
    run.failures.push_back(listeners.error());
    return wishes;
  }
  for (LocalQuestion& question : LocalQuestions(*listeners, options_.local_ports, known)) {
    // A name may be watched from outside and asked for in here: two views of one name.
    if (names.contains(question.name)) {
      question.name =
          HostAndPort(question.target.host, question.target.port) + "@" + question.target.address;
    }
    if (!names.insert(question.name).second) continue;
    ProbeOrder order;
    order.target = std::move(question.target);
    order.deadlines = options_.deadlines;
    // A certificate that is new on disk is looked for at once.
    wishes.push_back({question.name, question.name + "\n" + question.expected, std::move(order),
                      AddressSeries::kTogether, options_.interval, true});
  }
  return wishes;
}

CollectorRun EndpointCollector::Look(const Snapshot& known) {
  const auto started = clock_.Ticks();
  CollectorRun run;
  run.collector = name();
  versions_before_ = VersionsBefore(known);
  const std::vector<Wish> wishes = Wishes(known, run);
  std::vector<Wish> due;
  std::unordered_set<std::string> keys;
  for (const Wish& wish : wishes) {
    keys.insert(wish.key);
    if (schedule_.IsDue(wish.key, started)) due.push_back(wish);
  }
  schedule_.KeepOnly(keys);
  std::erase_if(told_, [&](const auto& told) { return !keys.contains(told.first); });
  Ask(due);

  std::unordered_set<std::string> names;
  for (const Wish& wish : wishes) {
    names.insert(wish.name);
    const auto told = told_.find(wish.key);
    if (told != told_.end()) std::ranges::copy(told->second, std::back_inserter(run.bundles));
  }
  std::erase_if(served_here_, [&](const std::string& one) { return !names.contains(one); });
  SortAndDropNamesakes(run.bundles);
  run.finished = clock_.Now();
  run.took = clock_.Ticks() - started;
  return run;
}

/// For the next look. A listener of this machine is no endpoint before it has answered.
bool EndpointCollector::CanWait(const Wish& wish) const {
  return wish.local || options_.looks == Looks::kMany;
}

void EndpointCollector::Ask(const std::vector<Wish>& due) {
  if (due.empty()) return;
  std::vector<ProbeOrder> orders;
  for (const Wish& wish : due) {
    ProbeOrder& order = orders.emplace_back(wish.order);
    order.lane = LaneOf(wish.order);
    order.haste = CanWait(wish) ? Haste::kCanWait : Haste::kNow;
  }
  std::vector<std::vector<ProbeResult>> results = prober_->Probe(orders);
  for (std::size_t i = 0; i < due.size() && i < results.size(); ++i) {
    if (!results[i].empty()) Settle(due[i], std::move(results[i]));
  }
}

void EndpointCollector::Settle(const Wish& wish, std::vector<ProbeResult> results) {
  const bool answered = std::ranges::any_of(
      results, [](const ProbeResult& result) { return result.endpoint.is_up(); });
  Bundles bundles = Told(wish, std::move(results));
  ProbeOutcome outcome = answered ? ProbeOutcome::kAnswered : ProbeOutcome::kFailed;
  if (bundles.empty()) {
    outcome = ProbeOutcome::kNotHere;
    served_here_.erase(wish.name);
  } else if (wish.local) {
    served_here_.insert(wish.name);
  }
  schedule_.Settle(wish.key, outcome, wish.interval, clock_.Ticks());
  told_[wish.key] = std::move(bundles);
}

EndpointCollector::Bundles EndpointCollector::Told(const Wish& wish,
                                                   std::vector<ProbeResult> results) const {
  Bundles bundles;
  if (wish.addresses == AddressSeries::kTogether) {
    ProbeResult merged = MergeAddresses(std::move(results));
    if (!wish.local || IsServedHere(wish, merged))
      bundles.push_back(Shared(wish.name, std::move(merged), wish.local));
    return bundles;
  }
  std::unordered_set<std::string> names;
  for (ProbeResult& result : results) {
    std::string name = wish.name;
    if (!result.endpoint.address.empty()) name += "@" + result.endpoint.address;
    if (names.insert(name).second) bundles.push_back(Shared(name, std::move(result), false));
  }
  return bundles;
}

bool EndpointCollector::IsServedHere(const Wish& wish, const ProbeResult& result) const {
  const Endpoint& endpoint = result.endpoint;
  if (endpoint.failure)
    return served_here_.contains(wish.name) && !DeclinesTheName(*endpoint.failure);
  if (endpoint.hostname_matches.value_or(false)) return true;
  // A certificate that has lost or gained names since: the old one may lack the name.
  return !result.chain.empty() && versions_before_.contains(ToHex(result.chain.front()->sha256));
}

}  // namespace certhealth
