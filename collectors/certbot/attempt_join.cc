// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/attempt_join.h"

#include <algorithm>
#include <map>
#include <utility>

#include "collectors/certbot_log/log_collector.h"

namespace certhealth {
namespace {

using Names = std::vector<std::string>;

class Join {
 public:
  Join(std::shared_ptr<const CertbotHistory> history, std::vector<IssuedLineage> lineages)
      : before_(std::move(history)) {
    for (IssuedLineage& lineage : lineages) {
      std::ranges::sort(lineage.dns_names);
      Names names = lineage.dns_names;
      by_names_[std::move(names)].push_back(std::move(lineage));
    }
  }

  void PlaceUnplaced() {
    if (before_ == nullptr) return;
    for (const UnplacedAttempt& unplaced : before_->unplaced) {
      const IssuedLineage* const lineage = OnlyOneWith(unplaced.domains);
      if (lineage == nullptr || unplaced.attempt.at <= lineage->saved) continue;
      const LineageHistory known = KnownOf(lineage->name);
      if (known.last_attempt && unplaced.attempt.at <= known.last_attempt->at) continue;
      LineageHistory& told = Told(lineage->name);
      told.last_attempt = unplaced.attempt;
      told.last_attempt->result.name = lineage->name;
      told.last_failure = told.last_attempt;
    }
  }

  void PlaceOrders(const std::vector<OrderTrace>& orders, WallTime now) {
    std::map<Names, std::vector<const OrderTrace*>> orders_by_names;
    for (const OrderTrace& order : orders) {
      orders_by_names[order.request.dns_names].push_back(&order);
    }
    for (const auto& [names, theirs] : orders_by_names) {
      const IssuedLineage* const lineage = OnlyOneWith(names);
      if (lineage == nullptr) continue;
      const std::optional<WallTime> last = LastLost(*lineage, theirs, now);
      const LineageHistory known = KnownOf(lineage->name);
      if (!last || (known.last_attempt && *last <= known.last_attempt->at)) continue;
      Told(lineage->name).last_order = last;
    }
  }

  std::shared_ptr<const CertbotHistory> Result() && {
    if (after_ == nullptr) return std::move(before_);
    return std::move(after_);
  }

 private:
  const IssuedLineage* OnlyOneWith(const Names& names) const {
    const auto found = by_names_.find(names);
    return found == by_names_.end() || found->second.size() != 1 ? nullptr : &found->second.front();
  }

  LineageHistory KnownOf(const std::string& name) const {
    const CertbotHistory* const history = after_ != nullptr ? after_.get() : before_.get();
    if (history == nullptr) return {};
    const auto found = history->lineages.find(name);
    return found == history->lineages.end() ? LineageHistory() : found->second;
  }

  LineageHistory& Told(const std::string& name) {
    if (after_ == nullptr) {
      after_ = before_ != nullptr ? std::make_shared<CertbotHistory>(*before_)
                                  : std::make_shared<CertbotHistory>();
    }
    return after_->lineages[name];
  }

  /// When the newest of `orders` was written that the log does not tell of and that came after the
  /// one which brought the lineage's certificate. They ascend by number.
  std::optional<WallTime> LastLost(const IssuedLineage& lineage,
                                   const std::vector<const OrderTrace*>& orders,
                                   WallTime now) const {
    const auto is_its = [&lineage](const OrderTrace* order) {
      return order->request.public_key_sha256 == lineage.public_key_sha256;
    };
    // With --reuse-key all of them have its key, and which one brought it cannot be told.
    const auto its = std::ranges::find_if(orders, is_its);
    if (its == orders.end() || std::ranges::count_if(orders, is_its) != 1) return std::nullopt;
    std::optional<WallTime> last;
    for (auto order = its + 1; order != orders.end(); ++order) {
      const WallTime written = (*order)->written;
      const bool is_over = written + LogCollector::kSilenceOfTheDead < now;
      if (written > lineage.saved && is_over && !IsLogged(written)) {
        last = std::max(last.value_or(written), written);
      }
    }
    return last;
  }

  /// Whether a run of that moment is in the log, if there was one.
  bool IsLogged(WallTime moment) const {
    return before_ != nullptr && before_->last_run != nullptr && before_->first_start &&
           moment >= *before_->first_start && moment <= before_->last_run->last_record;
  }

  std::shared_ptr<const CertbotHistory> before_;
  std::shared_ptr<CertbotHistory> after_;  // once something is added
  std::map<Names, std::vector<IssuedLineage>> by_names_;
};

}  // namespace

std::shared_ptr<const CertbotHistory> PlaceAttempts(std::shared_ptr<const CertbotHistory> history,
                                                    std::vector<IssuedLineage> lineages,
                                                    const std::vector<OrderTrace>& orders,
                                                    WallTime now) {
  if (orders.empty() && (history == nullptr || history->unplaced.empty())) return history;
  Join join(std::move(history), std::move(lineages));
  join.PlaceUnplaced();
  join.PlaceOrders(orders, now);
  return std::move(join).Result();
}

}  // namespace certhealth
