// SPDX-License-Identifier: Apache-2.0
#include "collectors/endpoint/endpoint_collector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectors/certbot/lineage.h"
#include "collectors/endpoint/endpoint_url.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_prober.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

using std::chrono::minutes;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kHead =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
    "inode\n";
constexpr std::string_view kWebListener =
    "   0: 00000000:01BB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 77 "
    "1 0 100 0 0 10 0\n";

std::vector<WatchedEndpoint> Watched(std::initializer_list<std::string_view> urls) {
  std::vector<WatchedEndpoint> watched;
  for (const std::string_view url : urls)
    watched.emplace_back().order.target = *ParseEndpointUrl(url);
  return watched;
}

/// A machine with one collector of endpoints.
class Stand {
 public:
  explicit Stand(EndpointOptions options, FakeProber::Server server)
      : files_(MakePosixFileSystem(tree.root())) {
    auto fake = std::make_unique<FakeProber>(std::move(server));
    prober = fake.get();
    SetListeners(true);
    collector = std::make_unique<EndpointCollector>(
        clock, std::move(options), [this] { return ReadListeners(*files_); }, std::move(fake));
  }

  void SetListeners(bool web) {
    tree.Write("proc/1/net/tcp", std::string(kHead) + std::string(web ? kWebListener : ""));
  }

  std::vector<std::string> LookedAt() {
    std::vector<std::string> names;
    for (const auto& bundle : collector->Look(known).bundles) {
      const Endpoint& endpoint = *bundle->endpoint;
      names.push_back(bundle->name + (endpoint.is_up() ? " up" : " down"));
    }
    return names;
  }

  void SetLineage(std::vector<std::string> names, std::uint8_t number) {
    Lineage lineage;
    lineage.newest = MadeUpLeaf(names, number);
    lineage.sha256_before = MadeUpLeaf(names, static_cast<std::uint8_t>(number - 1))->sha256;
    Bundle bundle;
    bundle.source = Source::kCertbot;
    bundle.name = names.front();
    bundle.chain = {lineage.newest};
    bundle.lineage = std::make_shared<const Lineage>(std::move(lineage));
    auto run = std::make_shared<CollectorRun>();
    run->bundles = {std::make_shared<const Bundle>(std::move(bundle))};
    known.runs = {run};
  }

  TemporaryTree tree;
  FakeClock clock;
  Snapshot known;
  FakeProber* prober;
  std::unique_ptr<EndpointCollector> collector;

 private:
  std::unique_ptr<FileSystem> files_;
};

EndpointOptions Local() {
  EndpointOptions options;
  options.local = LocalEndpoints::kYes;
  options.local_ports = UsualTlsPorts();
  return options;
}

std::vector<ProbeResult> Serves(const EndpointTarget& target, std::vector<std::string> names,
                                std::uint8_t number = 5) {
  return {Answer(target, MadeUpLeaf(std::move(names), number))};
}

TEST(EndpointCollector, TellsWatchedEndpointsUnderTheirNames) {
  EndpointOptions options;
  options.watched = Watched({"b.example:8443", "a.example", "a.example:443"});
  options.watched.push_back(options.watched[1]);
  options.watched.back().order.target.host = "192.0.2.7";
  options.watched.back().order.target.server_name = "c.example";
  Stand stand(options, [](const EndpointTarget& target) {
    return target.host == "b.example"
               ? std::vector{NoAnswer(target, EndpointFailure::kConnectRefused)}
               : Serves(target, {"a.example", "c.example"});
  });
  EXPECT_THAT(stand.LookedAt(),
              ElementsAre("a.example:443 up", "b.example:8443 down", "c.example:443@192.0.2.7 up"));
}

TEST(EndpointCollector, GivesEachAddressASeriesWhereThatIsAskedFor) {
  EndpointOptions options;
  options.watched = Watched({"a.example"});
  options.watched[0].addresses = AddressSeries::kEach;
  Stand stand(options, [](const EndpointTarget& target) {
    auto results = Serves(target, {"a.example"});
    results.push_back(NoAnswer(target, EndpointFailure::kConnectTimeout));
    results[1].endpoint.address = "2001:db8::1";
    return results;
  });
  EXPECT_THAT(stand.LookedAt(),
              ElementsAre("a.example:443@192.0.2.1 up", "a.example:443@2001:db8::1 down"));
}

TEST(EndpointCollector, AsksOnlyWhatIsDueAndTellsTheRestAsLastSeen) {
  EndpointOptions options;
  options.watched = Watched({"a.example", "b.example"});
  options.watched[1].interval = minutes{60};
  Stand stand(options, [](const EndpointTarget& target) { return Serves(target, {target.host}); });
  stand.LookedAt();
  EXPECT_EQ(stand.prober->asked(), 2U);
  stand.clock.Advance(minutes{1});
  EXPECT_THAT(stand.LookedAt(), SizeIs(2));
  EXPECT_EQ(stand.prober->asked(), 2U);
  stand.clock.Advance(minutes{5});
  EXPECT_THAT(stand.LookedAt(), SizeIs(2));
  EXPECT_EQ(stand.prober->asked(), 3U);
}

TEST(EndpointCollector, AsksOneHostOneAfterTheOther) {
  EndpointOptions options;
  options.watched = Watched({"a.example", "a.example:8443", "b.example", "a.example:993"});
  Stand stand(options, [](const EndpointTarget& target) { return Serves(target, {target.host}); });
  stand.LookedAt();
  EXPECT_THAT(stand.prober->asked_what(),
              ElementsAre("a.example:443 in lane a.example", "a.example:8443 in lane a.example",
                          "b.example:443 in lane b.example", "a.example:993 in lane a.example"));
}

TEST(EndpointCollector, LeavesAHostThatIsSlowAloneForThisLook) {
  EndpointOptions options;
  options.watched = Watched({"a.example", "a.example:8443"});
  Stand stand(options, [](const EndpointTarget& target) {
    return std::vector{NoAnswer(target, EndpointFailure::kConnectTimeout)};
  });
  EXPECT_THAT(stand.LookedAt(), ElementsAre("a.example:443 down"));
  EXPECT_THAT(stand.LookedAt(), ElementsAre("a.example:443 down", "a.example:8443 down"));
}

TEST(EndpointCollector, AsksASlowHostEverythingWhereThereIsOneLook) {
  EndpointOptions options = Local();
  options.looks = Looks::kOne;
  options.watched = Watched({"a.example", "a.example:8443"});
  Stand stand(options, [](const EndpointTarget& target) {
    return std::vector{NoAnswer(target, EndpointFailure::kConnectTimeout)};
  });
  stand.SetLineage({"b.example", "c.example"}, 5);
  EXPECT_THAT(stand.LookedAt(), ElementsAre("a.example:443 down", "a.example:8443 down"));
  EXPECT_EQ(stand.prober->asked(), 3U) << "a listener that is no endpoint yet, once";
}

TEST(EndpointCollector, AsksItsOwnListenersForTheNamesOnDisk) {
  Stand stand(Local(), [](const EndpointTarget& target) {
    return Serves(target, {"a.example", "*.a.example"});
  });
  EXPECT_THAT(stand.LookedAt(), IsEmpty()) << "nothing is known yet";
  stand.SetLineage({"a.example", "*.a.example"}, 5);
  EXPECT_THAT(stand.LookedAt(), ElementsAre("*.a.example:443 up", "a.example:443 up"));
  stand.SetListeners(false);
  EXPECT_THAT(stand.LookedAt(), IsEmpty()) << "its listener is gone";
}

TEST(EndpointCollector, TellsNothingOfAListenerThatServesAnotherName) {
  Stand stand(Local(),
              [](const EndpointTarget& target) { return Serves(target, {"default.example"}, 9); });
  stand.SetLineage({"a.example"}, 5);
  EXPECT_THAT(stand.LookedAt(), IsEmpty());
  stand.clock.Advance(minutes{10});
  stand.LookedAt();
  EXPECT_EQ(stand.prober->asked(), 1U) << "and asks seldom";
}

TEST(EndpointCollector, TellsAVersionBeforeThatLacksTheName) {
  Stand stand(Local(),
              [](const EndpointTarget& target) { return Serves(target, {"old-name.example"}, 4); });
  stand.SetLineage({"a.example"}, 5);
  EXPECT_THAT(stand.LookedAt(), ElementsAre("a.example:443 up"));
}

TEST(EndpointCollector, TellsSilenceOnlyOfAListenerThatHasSpoken) {
  bool is_silent = true;
  Stand stand(Local(), [&](const EndpointTarget& target) {
    return is_silent ? std::vector{NoAnswer(target, EndpointFailure::kHandshakeTimeout)}
                     : Serves(target, {"a.example"});
  });
  stand.SetLineage({"a.example"}, 5);
  EXPECT_THAT(stand.LookedAt(), IsEmpty());
  is_silent = false;
  stand.clock.Advance(minutes{120});
  EXPECT_THAT(stand.LookedAt(), ElementsAre("a.example:443 up"));
  is_silent = true;
  stand.clock.Advance(minutes{10});
  EXPECT_THAT(stand.LookedAt(), ElementsAre("a.example:443 down"));
}

TEST(EndpointCollector, TellsNothingOfAListenerThatDeclinesTheNameOrSpeaksNoTls) {
  for (const EndpointFault& fault : {EndpointFault{EndpointFailure::kNotTls, ""},
                                     EndpointFault{EndpointFailure::kTlsAlert, "", true}}) {
    bool serves = true;
    Stand stand(Local(), [&](const EndpointTarget& target) {
      if (serves) return Serves(target, {"a.example"});
      std::vector answers{NoAnswer(target, fault.reason)};
      answers.front().endpoint.failure = fault;
      return answers;
    });
    stand.SetLineage({"a.example"}, 5);
    EXPECT_THAT(stand.LookedAt(), SizeIs(1));
    serves = false;
    stand.clock.Advance(minutes{10});
    EXPECT_THAT(stand.LookedAt(), IsEmpty()) << NameOf(fault.reason);
  }
}

TEST(EndpointCollector, TellsThatAListenerNoLongerPresentsWhatItDid) {
  for (const auto reason : {EndpointFailure::kStartTlsRefused, EndpointFailure::kTlsAlert}) {
    bool serves = true;
    Stand stand(Local(), [&](const EndpointTarget& target) {
      return serves ? Serves(target, {"a.example"}) : std::vector{NoAnswer(target, reason)};
    });
    stand.SetLineage({"a.example"}, 5);
    EXPECT_THAT(stand.LookedAt(), SizeIs(1));
    serves = false;
    stand.clock.Advance(minutes{10});
    EXPECT_THAT(stand.LookedAt(), ElementsAre("a.example:443 down")) << NameOf(reason);
  }
}

TEST(EndpointCollector, LooksForANewCertificateAtOnce) {
  Stand stand(Local(), [](const EndpointTarget& target) { return Serves(target, {"a.example"}); });
  stand.SetLineage({"a.example"}, 5);
  stand.LookedAt();
  stand.LookedAt();
  EXPECT_EQ(stand.prober->asked(), 1U);
  stand.SetLineage({"a.example"}, 6);
  EXPECT_THAT(stand.LookedAt(), SizeIs(1));
  EXPECT_EQ(stand.prober->asked(), 2U);
}

TEST(EndpointCollector, TellsANameThatIsWatchedAndServedHereTwice) {
  EndpointOptions options = Local();
  options.watched = Watched({"a.example"});
  Stand stand(options, [](const EndpointTarget& target) { return Serves(target, {"a.example"}); });
  stand.SetLineage({"a.example"}, 5);
  EXPECT_THAT(stand.LookedAt(), ElementsAre("a.example:443 up", "a.example:443@127.0.0.1 up"));
}

TEST(EndpointCollector, TellsNoNameTwice) {
  EndpointOptions options = Local();
  options.watched = Watched({"a.example"});
  options.watched[0].addresses = AddressSeries::kEach;
  Stand stand(options, [](const EndpointTarget& target) {
    auto results = Serves(target, {"a.example"});
    results[0].endpoint.address = "127.0.0.1";
    return results;
  });
  stand.SetLineage({"a.example"}, 5);
  EXPECT_THAT(stand.LookedAt(), ElementsAre("a.example:443@127.0.0.1 up"));
}

TEST(EndpointCollector, SaysThatTheListenersCannotBeSeen) {
  EndpointOptions options = Local();
  options.watched = Watched({"a.example"});
  Stand stand(options, [](const EndpointTarget& target) { return Serves(target, {"a.example"}); });
  std::filesystem::remove(stand.tree.Path("proc/1/net/tcp"));
  const CollectorRun run = stand.collector->Look(stand.known);
  EXPECT_THAT(run.failures, SizeIs(1));
  EXPECT_THAT(run.bundles, SizeIs(1)) << "what is watched does not need them";
}

TEST(EndpointCollector, LooksOftenEnoughForTheShortestInterval) {
  EndpointOptions options;
  EXPECT_EQ(EndpointCollector::LookInterval(options), std::chrono::seconds{30});
  options.watched = Watched({"a.example"});
  options.watched[0].interval = std::chrono::seconds{20};
  EXPECT_EQ(EndpointCollector::LookInterval(options), std::chrono::seconds{2});
}

}  // namespace
}  // namespace certhealth
