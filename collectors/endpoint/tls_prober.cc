// SPDX-License-Identifier: Apache-2.0
#include "collectors/endpoint/tls_prober.h"

#include <sys/resource.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <system_error>
#include <utility>

#include "collectors/endpoint/chain_judge.h"
#include "collectors/endpoint/probe_reasons.h"
#include "collectors/endpoint/starttls.h"
#include "collectors/endpoint/tls_facts.h"
#include "collectors/net/gate.h"
#include "collectors/net/tls_stream.h"

namespace certhealth {
namespace {

using std::chrono::milliseconds;
using Clocked = std::chrono::steady_clock;

constexpr milliseconds kGoodbye{250};
constexpr std::size_t kMaxIdentityBytes = 1U << 20U;

/// What lasts from one round to the next. Thread-safe.
struct Lasting {
  Lasting(const FileSystem& all_files, const Clock& the_clock, CertificateReader& reader,
          ProberOptions chosen)
      : files(all_files),
        clock(the_clock),
        certificates(reader),
        options(std::move(chosen)),
        trust(all_files) {}

  const FileSystem& files;
  const Clock& clock;
  CertificateReader& certificates;
  const ProberOptions options;
  TlsContext tls;
  TrustStores trust;
};

/// The name that the certificate is to be for: without the dot at the end, which marks a name of
/// the DNS as absolute and has no place in TLS (RFC 6066, 3).
std::string ExpectedName(const EndpointTarget& target) {
  std::string name = target.server_name.empty() ? target.host : target.server_name;
  if (name.ends_with('.')) name.pop_back();
  return name;
}

/// How many descriptors this process may open, as a limit of probes.
std::size_t PlacesOf(std::size_t wanted) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return wanted;
  return std::max<std::size_t>(1, std::min<std::size_t>(wanted, limit.rlim_cur / 2));
}

/// One call of Probe: its loop, and what the probes share.
class Round {
 public:
  Round(Lasting& lasting, std::span<const ProbeOrder> orders)
      : lasting_(lasting),
        orders_(orders),
        results_(orders.size()),
        lanes_(Lanes()),
        places_(loop_, PlacesOf(lasting.options.max_in_flight)) {}

  std::vector<std::vector<ProbeResult>> Run() {
    loop_.Spawn(Begin());
    loop_.Run();
    return std::move(results_);
  }

 private:
  using Results = std::vector<ProbeResult>;

  /// What could not be connected to in this round, however long that was tried.
  struct Dead {
    EndpointFault fault;
    milliseconds patience{};
  };

  /// What is left of an order's time when its addresses are known.
  struct Allowance {
    Clocked::duration resolved_in{};  // is over of each address's time
    Deadline end = kNoDeadline;       // of all addresses together
  };

  /// Numbers of orders.
  using Lane = std::vector<std::size_t>;

  std::vector<Lane> Lanes() const {
    std::vector<Lane> lanes;
    std::map<std::string_view, std::size_t> places;
    for (std::size_t i = 0; i < orders_.size(); ++i) {
      std::size_t lane = lanes.size();
      if (!orders_[i].lane.empty()) lane = places.emplace(orders_[i].lane, lane).first->second;
      if (lane == lanes.size()) lanes.emplace_back();
      lanes[lane].push_back(i);
    }
    return lanes;
  }

  /// Begins with as many lanes as there are places, and with another for each that is given back.
  Task<void> Begin() {
    for (const Lane& lane : lanes_) {
      co_await places_.Enter(kNoDeadline);
      loop_.Spawn(ServeInTurn(lane, Place(places_)));
    }
  }

  Task<void> ServeInTurn(const Lane& lane, Place place) {
    bool is_slow = false;
    for (const std::size_t i : lane) {
      const ProbeOrder& order = orders_[i];
      if (order.haste == Haste::kCanWait && (is_slow || Clocked::now() >= end_)) continue;
      if (!place.taken()) {
        co_await places_.Enter(kNoDeadline);
        place = Place(places_);
      }
      Place own = std::exchange(place, Place());
      co_await Serve(order, results_[i], std::move(own));
      is_slow = is_slow || RanOutOfTime(results_[i]);
    }
  }

  Task<void> Serve(const ProbeOrder& order, Results& results, Place place) {
    const Clocked::time_point begun = Clocked::now();
    const Result<std::vector<IpAddress>, EndpointFault> addresses = co_await Resolve(order, begun);
    const Clocked::duration resolved_in = Clocked::now() - begun;
    if (!addresses) {
      results.push_back(NewResult(order));
      results.back().endpoint.failure = addresses.error();
      co_return;
    }
    for (const IpAddress& address : *addresses) {
      results.push_back(NewResult(order));
      results.back().endpoint.address = ToString(address);
      if (order.target.address.empty()) SetPhase(results.back(), ProbePhase::kResolve, resolved_in);
    }
    if (order.addresses == AddressChoice::kFirstUp) {
      const Allowance allowance{resolved_in, begun + order.deadlines.whole};
      co_await ProbeUntilUp(order, *addresses, results, std::move(place), allowance);
      co_return;
    }
    const Allowance allowance{resolved_in, kNoDeadline};
    Errand others{addresses->size() - 1, loop_};
    for (std::size_t i = 1; i < addresses->size(); ++i) {
      loop_.Spawn(ProbeBeside(order, (*addresses)[i], results[i], allowance, others));
    }
    co_await ProbeInTurn(order, addresses->front(), results[0], std::move(place), allowance);
    while (others.left > 0) co_await others.done.Until(kNoDeadline);
  }

  /// What a coroutine waits for before it ends.
  struct Errand {
    Errand(std::size_t count, EventLoop& loop) : left(count), done(loop) {}
    std::size_t left;
    Signal done;
  };

  Task<void> ProbeBeside(const ProbeOrder& order, IpAddress address, ProbeResult& result,
                         Allowance allowance, Errand& errand) {
    co_await ProbeInTurn(order, address, result, Place(), allowance);
    --errand.left;
    errand.done.Notify();
  }

  Task<void> ProbeUntilUp(const ProbeOrder& order, const std::vector<IpAddress>& addresses,
                          Results& results, Place place, Allowance allowance) {
    for (std::size_t i = 0; i < addresses.size(); ++i) {
      Place first = std::exchange(place, Place());  // the later addresses find one of their own
      co_await ProbeInTurn(order, addresses[i], results[i], std::move(first), allowance);
      const bool is_last = i + 1 == addresses.size() || Clocked::now() >= allowance.end;
      if (!results[i].endpoint.is_up() && !is_last) continue;
      ProbeResult told = std::move(results[i]);
      results.clear();
      results.push_back(std::move(told));
      co_return;
    }
  }

  /// Never without an address.
  Task<Result<std::vector<IpAddress>, EndpointFault>> Resolve(const ProbeOrder& order,
                                                              Clocked::time_point begun) {
    const EndpointTarget& target = order.target;
    std::vector<IpAddress> addresses;
    const std::string& host = target.address.empty() ? target.host : target.address;
    if (const std::optional<IpAddress> literal = ParseIpAddress(host)) {
      addresses.push_back(*literal);
    } else {
      if (!resolver_) resolver_ = std::make_unique<Resolver>(loop_, lasting_.options.resolver);
      const auto patience = std::min(order.deadlines.resolve, order.deadlines.whole);
      AddressAnswer answer = co_await resolver_->LookUpAddresses(host, begun + patience);
      if (answer.status != DnsStatus::kAnswered) co_return FaultOfLookup(answer);
      addresses = std::move(answer.addresses);
    }
    if (order.reach == ProbeReach::kPublicInternet && !std::ranges::all_of(addresses, IsPublic)) {
      co_return EndpointFault{EndpointFailure::kForbidden,
                              host + " leads to an address that is not of the public Internet"};
    }
    co_return std::move(addresses);
  }

  /// Probes when it is this address's turn. Who has to wait for that gives its place back
  /// meanwhile.
  Task<void> ProbeInTurn(const ProbeOrder& order, IpAddress address, ProbeResult& result,
                         Place place, Allowance allowance) {
    Gate& turns = TurnsOf({address, order.target.port});
    Place turn;
    if (turns.TryEnter()) {
      turn = Place(turns);
    } else {
      place = Place();
      const Deadline patience = std::min(allowance.end, Clocked::now() + order.deadlines.whole);
      if (co_await turns.Enter(patience)) turn = Place(turns);
      // One that nobody can connect to is not asked once more for each of its names.
      const auto dead = dead_.find({address, order.target.port});
      if (dead != dead_.end() && dead->second.patience >= order.deadlines.connect) {
        result.endpoint.probed = lasting_.clock.Now();
        result.endpoint.failure = dead->second.fault;
        co_return;
      }
    }
    if (!place.taken()) {
      co_await places_.Enter(kNoDeadline);
      place = Place(places_);
    }
    const Deadline whole =
        std::min(allowance.end, Clocked::now() + order.deadlines.whole - allowance.resolved_in);
    std::optional<EndpointFault> fault = co_await ProbeOne(order, address, result, whole);
    if (fault) result.endpoint.failure = std::move(fault);
  }

  Task<std::optional<EndpointFault>> ProbeOne(const ProbeOrder& order, const IpAddress& address,
                                              ProbeResult& result, Deadline whole) {
    const std::string name = ExpectedName(order.target);
    result.endpoint.probed = lasting_.clock.Now();
    TlsHello hello;
    if (!ParseIpAddress(name)) hello.server_name = name;
    hello.alpn = order.alpn;
    if (!order.client_certificate.empty()) {
      const auto identity = IdentityOf(order.client_certificate);
      if (!identity) co_return LocalFault("client certificate", identity.error());
      hello.identity = *identity;
    }

    Clocked::time_point begun = Clocked::now();
    const SocketAddress peer{address, order.target.port};
    Result<TcpStream, StreamFault> connected =
        co_await TcpStream::Connect(loop_, peer, std::min(whole, begun + order.deadlines.connect));
    if (!connected) {
      EndpointFault fault{ReasonOfConnect(connected.error().reason), connected.error().detail};
      if (fault.reason != EndpointFailure::kLocalError)
        dead_.emplace(peer, Dead{fault, order.deadlines.connect});
      co_return std::move(fault);
    }
    TcpStream tcp = *std::move(connected);
    SetPhase(result, ProbePhase::kConnect, Clocked::now() - begun);

    if (order.target.starttls != StartTls::kNone) {
      begun = Clocked::now();
      const Deadline deadline = std::min(whole, begun + order.deadlines.starttls);
      std::optional<EndpointFault> fault = co_await Switch(order.target, name, tcp, deadline);
      if (fault) co_return std::move(fault);
      SetPhase(result, ProbePhase::kStartTls, Clocked::now() - begun);
    }

    begun = Clocked::now();
    TlsStream tls(lasting_.tls, std::move(tcp), hello);
    const std::optional<TlsFault> broken =
        co_await tls.Handshake(std::min(whole, begun + order.deadlines.handshake));
    const Clocked::time_point ended = Clocked::now();
    std::optional<EndpointFault> lost = TellCertificates(
        tls, {name, RootsOf(order.roots), result.endpoint.probed}, lasting_.certificates, result);
    if (broken) {
      co_return EndpointFault{ReasonOfHandshake(broken->reason), broken->detail,
                              broken->name_is_unknown};
    }
    SetPhase(result, ProbePhase::kHandshake, ended - begun);
    TellSession(tls, order.min_protocol, result.endpoint);
    co_await tls.Close(std::min(whole, Clocked::now() + kGoodbye));
    co_return std::move(lost);
  }

  Task<std::optional<EndpointFault>> Switch(const EndpointTarget& target, const std::string& name,
                                            TcpStream& tcp, Deadline deadline) {
    const StartTlsTalk::Names names{name, lasting_.options.ehlo_name};
    StartTlsTalk talk(tcp, deadline, names);
    std::optional<EndpointFault> fault = co_await SwitchToTls(target.starttls, talk);
    if (fault) co_return std::move(fault);
    // A server has to wait for our ClientHello.
    if (tcp.HasUnread()) {
      co_return EndpointFault{EndpointFailure::kStartTlsInjection,
                              "plaintext after the answer that announces TLS"};
    }
    co_return std::nullopt;
  }

  static ProbeResult NewResult(const ProbeOrder& order) {
    ProbeResult result;
    result.endpoint.target = order.target;
    return result;
  }

  static void SetPhase(ProbeResult& result, ProbePhase phase, Clocked::duration took) {
    result.endpoint.phases.at(static_cast<std::size_t>(phase)) = took;
  }

  static EndpointFault LocalFault(std::string_view what, const Failure& failure) {
    return {EndpointFailure::kLocalError, std::string(what) + ": " + failure.detail};
  }

  Gate& TurnsOf(const SocketAddress& peer) {
    std::unique_ptr<Gate>& turns = turns_[peer];
    if (!turns) turns = std::make_unique<Gate>(loop_, lasting_.options.per_address);
    return *turns;
  }

  const Result<std::shared_ptr<TrustStore>>& RootsOf(const std::string& path) {
    auto known = roots_.find(path);
    if (known == roots_.end()) known = roots_.emplace(path, lasting_.trust.Open(path)).first;
    return known->second;
  }

  const Result<std::shared_ptr<const TlsIdentity>>& IdentityOf(const std::string& path) {
    auto known = identities_.find(path);
    if (known == identities_.end()) {
      const Result<FileContents> contents = lasting_.files.Read(path, kMaxIdentityBytes);
      known =
          identities_
              .emplace(path, contents ? TlsIdentity::FromPem(contents->bytes) : contents.error())
              .first;
    }
    return known->second;
  }

  Lasting& lasting_;
  const std::span<const ProbeOrder> orders_;
  const Deadline end_ = Clocked::now() + lasting_.options.longest_round;  // for what can wait
  EventLoop loop_;
  std::vector<Results> results_;
  const std::vector<Lane> lanes_;
  Gate places_;
  std::map<SocketAddress, std::unique_ptr<Gate>> turns_;
  std::map<SocketAddress, Dead> dead_;
  std::unique_ptr<Resolver> resolver_;
  std::map<std::string, Result<std::shared_ptr<TrustStore>>> roots_;
  std::map<std::string, Result<std::shared_ptr<const TlsIdentity>>> identities_;
};

class TlsProber final : public Prober {
 public:
  TlsProber(const FileSystem& files, const Clock& clock, CertificateReader& certificates,
            const ProberOptions& options)
      : lasting_(files, clock, certificates, options) {}

  std::vector<std::vector<ProbeResult>> Probe(std::span<const ProbeOrder> orders) override {
    try {
      return Round(lasting_, orders).Run();
    } catch (const std::system_error& error) {
      return NotAsked(orders, error.what());
    }
  }

 private:
  /// There was no event loop to be had.
  static std::vector<std::vector<ProbeResult>> NotAsked(std::span<const ProbeOrder> orders,
                                                        const std::string& why) {
    std::vector<std::vector<ProbeResult>> results;
    for (const ProbeOrder& order : orders) {
      ProbeResult result;
      result.endpoint.target = order.target;
      result.endpoint.failure = EndpointFault{EndpointFailure::kLocalError, why};
      results.push_back({std::move(result)});
    }
    return results;
  }

  Lasting lasting_;
};

}  // namespace

std::unique_ptr<Prober> MakeTlsProber(const FileSystem& files, const Clock& clock,
                                      CertificateReader& certificates,
                                      const ProberOptions& options) {
  return std::make_unique<TlsProber>(files, clock, certificates, options);
}

}  // namespace certhealth
