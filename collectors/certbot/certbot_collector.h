// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "collectors/base/clock.h"
#include "collectors/base/file_system.h"
#include "collectors/certbot/lineage_names.h"
#include "collectors/certbot/lineage_reader.h"
#include "collectors/certbot/machine_look.h"
#include "collectors/certbot/order_traces.h"
#include "collectors/certbot/places.h"
#include "collectors/certbot_hook/hook_record_reader.h"
#include "collectors/certbot_log/log_collector.h"
#include "collectors/collector.h"
#include "collectors/surroundings.h"

namespace certhealth {

struct CertbotOptions {
  std::vector<CertbotPlace> places;     // empty: find them
  std::optional<std::string> logs_dir;  // of every place without its own; empty: find it
  ReadKeys keys = ReadKeys::kNo;
  std::string state_dir{};  // where our hook keeps its records; empty: not looked for
};

/// Looks at certbot's lineages: live/, archive/, renewal/ and accounts/ of each configuration
/// directory, and at what the confs name. A lineage that did not change is not read again.
class CertbotCollector final : public Collector {
 public:
  CertbotCollector(Surroundings surroundings, CertbotOptions options);

  std::string_view name() const override { return "certbot"; }
  CollectorRun Look(const Snapshot& known) override;

 private:
  struct Known {
    std::shared_ptr<const Bundle> bundle;  // before the first reading it has but a name
    LineageIdentity identity;
    std::uint8_t looks = 0;  // since it was last checked throughout
    bool settled = false;    // old enough for its identity to be relied upon
  };
  struct Root {
    CertbotPlace place;
    LineageNames names;
    std::vector<Known> lineages;  // of names, one for one
    std::unique_ptr<LogCollector> log;
    OrderTraces orders;
    std::unique_ptr<HookRecordReader> hook{};
  };

  /// What the log and our hook know of the runs so far.
  CertbotRoot ReadPast(Root& root, CollectorRun& run) const;
  std::shared_ptr<const HookRecords> ReadHookRecords(Root& root, CollectorRun& run) const;

  std::shared_ptr<const CertbotHistory> HistoryOf(Root& root, std::size_t first_bundle,
                                                  std::shared_ptr<const CertbotHistory> log,
                                                  const CollectorRun& run) const;
  void FollowPlaces(const std::vector<CertbotPlace>& places);
  void LookAtNames(CollectorRun& run);
  void Relabel();
  void LookAtRoot(std::size_t index, CollectorRun& run, MachineLook& machine);
  void LookAtLineage(const LineageReader& reader, const std::string& name, Known& known);
  LineageReading ReadSettled(const LineageReader& reader, const std::string& name,
                             const std::string& label);

  Surroundings surroundings_;
  CertbotOptions options_;
  std::vector<Root> roots_;
  std::optional<TimeZone> zone_;  // read at the first look
  MachineMemory memory_;

  std::chrono::milliseconds patience_left_{};  // of the look under way
};

}  // namespace certhealth
