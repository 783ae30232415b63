// SPDX-License-Identifier: Apache-2.0
// Every real attempt in the samples, told twice: by the log, and by our hook, called as the certbot
// of the log would have called it. Both must say the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "collectors/base/clock.h"
#include "collectors/certbot/certbot_collector.h"
#include "collectors/certbot_hook/hook_record_reader.h"
#include "collectors/certbot_log/gunzip.h"
#include "collectors/certbot_log/run_reader.h"
#include "exporter/hook/hook_install.h"
#include "exporter/metrics.h"
#include "exporter/report.h"
#include "tests/support/fake_clock.h"
#include "tests/support/hook_caller.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

namespace fs = std::filesystem;

std::string Slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  std::string bytes = text.str();
  if (!LooksLikeGzip(bytes)) return bytes;
  Gunzip gunzip;
  gunzip.Give(bytes);
  std::string plain(1 << 22U, '\0');
  plain.resize(gunzip.Inflate(plain).produced);
  return plain;
}

struct LoggedRun {
  LogRun meaning;
  std::string text;
};

/// The runs of a sample whose runs are a file each, oldest first.
std::vector<LoggedRun> RunsOf(const fs::path& sample) {
  std::map<int, std::string, std::greater<>> files;  // by number, 0 for letsencrypt.log
  for (const auto& entry : fs::directory_iterator(sample / "var/log/letsencrypt")) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("letsencrypt.log")) continue;
    const std::string number = name.substr(std::min<std::size_t>(16, name.size()));
    files[number.empty() ? 0 : std::stoi(number)] = Slurp(entry.path());
  }
  std::vector<LoggedRun> runs;
  for (const auto& [number, text] : files) {
    RunReader reader{TimeZone()};
    reader.Read(text);
    reader.EndFile();
    std::vector<LogRun> found = reader.TakeFinished();
    for (LogRun& run : reader.Unfinished(RunState::kOver)) found.push_back(std::move(run));
    for (LogRun& run : found) runs.push_back({std::move(run), text});
  }
  return runs;
}

/// One sample as the collector sees it, and a certbot that calls the installed hook.
class Sample {
 public:
  explicit Sample(const std::string& name)
      : path_(fs::path(CERTHEALTH_SAMPLES) / name),
        files_(MakePosixFileSystem(path_.string())),
        place_{"/", tree_.MakeDirectory("etc/letsencrypt"), tree_.Path("state")} {
    CertbotCollector collector({*files_, clock_, certificates_, [](auto) {}}, {});
    run_ = collector.Look({});
    EXPECT_THAT(InstallHook(place_).failures, testing::IsEmpty());
  }

  const fs::path& path() const { return path_; }
  bool has_lineages() const { return !run_.bundles.empty(); }

  /// Calls the hook as a certbot from 4.2 on does in `run`. Where no lineage gets as far as the
  /// first hook, none is called (certbot's main.py, _get_and_save_cert).
  void Replay(const LoggedRun& run) {
    if (run.meaning.dry_run || run.text.find("Renewing an existing cert") == run.text.npos) return;
    std::string failed;
    for (const LineageResult& lineage : run.meaning.lineages) {
      if (lineage.saved) {
        Call("deploy", {{"RENEWED_LINEAGE", place_.config_dir + "/live/" + lineage.name}},
             *lineage.saved);
      }
      if (!IsAttempt(lineage.outcome)) continue;
      called_[lineage.name] = &run.meaning;
      if (lineage.outcome == LineageOutcome::kRenewed) continue;
      for (const std::string& dns_name : DnsNames(lineage.name))
        failed += (failed.empty() ? "" : " ") + dns_name;
    }
    Call("post", {{"RENEWED_DOMAINS", ""}, {"FAILED_DOMAINS", failed}}, run.meaning.last_record);
  }

  enum class By { kLog, kHook, kBoth };
  Report Told(By by) const {
    CertbotMachine machine = *run_.certbot;
    if (by == By::kHook) machine.roots.at(0).history = nullptr;
    if (by != By::kLog) {
      const auto real = MakePosixFileSystem("/");
      HookRecordReader reader(*real, HookRecordsDirectory(place_.state_dir, place_.config_dir));
      const auto records = reader.Read(clock_.Now());
      EXPECT_TRUE(records && *records != nullptr);
      if (records) machine.roots.at(0).hook_records = *records;
    }
    auto run = std::make_shared<CollectorRun>(run_);
    run->certbot = std::make_shared<const CertbotMachine>(std::move(machine));
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->runs.push_back(std::move(run));
    return Evaluate(std::move(snapshot), {}, clock_.Now());
  }

  /// The run of the last attempt at a lineage of which the hook was told; null for none.
  const LogRun* LastCall(const std::string& lineage) const {
    const auto found = called_.find(lineage);
    return found == called_.end() ? nullptr : found->second;
  }

 private:
  void Call(const std::string& stage, const Environment& variables, WallTime at) {
    EXPECT_EQ(caller_.Call(place_.config_dir + "/renewal-hooks/" + stage + "/certhealth", variables,
                           at.time_since_epoch().count()),
              (Ended{0, ""}));
  }

  std::vector<std::string> DnsNames(const std::string& lineage) const {
    for (const auto& bundle : run_.bundles) {
      if (bundle->name == lineage && bundle->lineage->newest != nullptr)
        return bundle->lineage->newest->dns_names;
    }
    return {};
  }

  fs::path path_;
  std::unique_ptr<FileSystem> files_;
  FakeClock clock_;
  CertificateReader certificates_;
  TemporaryTree tree_;
  HookPlace place_;
  HookCaller caller_;
  CollectorRun run_;
  std::map<std::string, const LogRun*> called_;
};

std::vector<std::string> SampleNames() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(CERTHEALTH_SAMPLES)) {
    if (fs::is_directory(entry.path() / "var/log/letsencrypt"))
      names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

/// The samples of a family, without the looks that made them.
std::string GaugesOf(const Report& report) {
  const MetricsInput input = MakeMetricsInput(report, DnsNameSeries::kNo);
  std::string text;
  for (const MetricKind& kind : Metrics()) {
    if (kind.name.starts_with("certhealth_last_renew") || kind.name == "certhealth_problem")
      text += RenderFamily(kind, input);
  }
  return text;
}

TEST(LogAndHook, SayTheSameOfEveryRealAttempt) {
  int failures = 0;
  int successes = 0;
  int untold = 0;
  for (const std::string& name : SampleNames()) {
    SCOPED_TRACE(name);
    Sample sample(name);
    if (!sample.has_lineages()) continue;
    const std::vector<LoggedRun> runs = RunsOf(sample.path());
    for (const LoggedRun& run : runs) sample.Replay(run);
    const Report log = sample.Told(Sample::By::kLog);
    const Report hook = sample.Told(Sample::By::kHook);
    EXPECT_EQ(GaugesOf(sample.Told(Sample::By::kBoth)), GaugesOf(log));
    ASSERT_EQ(log.verdicts.size(), hook.verdicts.size());
    for (std::size_t i = 0; i < log.verdicts.size(); ++i) {
      const Bundle& bundle = *log.verdicts[i].bundle;
      SCOPED_TRACE(bundle.name);
      const auto& logged = log.verdicts[i].history;
      const auto& hooked = hook.verdicts[i].history;
      const LogRun* const call = sample.LastCall(bundle.name);
      if (call == nullptr) {
        EXPECT_TRUE(hooked == nullptr || !hooked->last_attempt);
        if (logged != nullptr && logged->last_attempt) ++untold;
        continue;
      }
      ASSERT_TRUE(logged && logged->last_attempt && hooked && hooked->last_attempt);
      EXPECT_EQ(NameOf(hooked->last_attempt->result.outcome),
                NameOf(logged->last_attempt->result.outcome));
      // The hook is called between the attempt and the end of the run.
      EXPECT_GE(hooked->last_attempt->at, logged->last_attempt->at);
      EXPECT_LE(hooked->last_attempt->at, call->last_record);
      EXPECT_EQ(hooked->last_success, logged->last_success);
      const bool success = logged->last_attempt->result.outcome == LineageOutcome::kRenewed;
      ++(success ? successes : failures);
    }
  }
  EXPECT_EQ(successes, 29);
  EXPECT_EQ(failures, 20);
  EXPECT_EQ(untold, 13);  // a plugin, an account or the CA was missing before the first hook
}

}  // namespace
}  // namespace certhealth
