// SPDX-License-Identifier: Apache-2.0
// round_bench PORT ROOTS: a round of 10,000 endpoints, of which 1,000 are dead in four ways,
// against the TLS server that listens at PORT on every address of 127.0.0.0/8. Then 100,000 probes
// that fail. Exits 1 when a goal is missed.
#include <netinet/in.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "collectors/endpoint/tls_prober.h"
#include "tests/bench/stopwatch.h"

namespace certhealth::bench {
namespace {

using std::chrono::duration;
using Ticks = std::chrono::steady_clock;

constexpr std::size_t kEndpoints = 10'000;
constexpr std::size_t kDeadEach = 250;  // of each of the four kinds
constexpr std::chrono::milliseconds kDeadline{5000};
constexpr double kRoundGoal = 1.2;  // times the deadline, plus the live ones' CPU
constexpr double kInFlightGoalKib = 64;
constexpr std::size_t kFailures = 100'000;

struct Listener {
  FileDescriptor descriptor;
  std::uint16_t port = 0;
};

Listener Listen(int backlog) {
  Listener listener{FileDescriptor(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), 0};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  bind(listener.descriptor.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  socklen_t length = sizeof address;
  getsockname(listener.descriptor.get(), reinterpret_cast<sockaddr*>(&address), &length);
  listen(listener.descriptor.get(), backlog);
  listener.port = ntohs(address.sin_port);
  return listener;
}

/// A process that accepts everybody and says a byte of a TLS record a second to each client of
/// `dribbling`, and nothing to those of `silent`.
pid_t StartDeadServer(const Listener& silent, const Listener& dribbling) {
  const pid_t child = fork();
  if (child != 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::vector<FileDescriptor> clients;
  std::vector<int> dribbled;
  for (auto next = Ticks::now();;) {
    std::array<pollfd, 2> watched{pollfd{silent.descriptor.get(), POLLIN, 0},
                                  {dribbling.descriptor.get(), POLLIN, 0}};
    poll(watched.data(), watched.size(), 100);
    for (const pollfd& listener : watched) {
      if (listener.revents == 0) continue;
      clients.emplace_back(accept(listener.fd, nullptr, nullptr));
      if (listener.fd == dribbling.descriptor.get()) dribbled.push_back(clients.back().get());
    }
    if (Ticks::now() < next) continue;
    next += std::chrono::seconds(1);
    for (const int client : dribbled) send(client, "\x16", 1, MSG_NOSIGNAL);
  }
}

std::size_t MemoryKib(const std::string& field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field + ":"))
      return std::strtoul(line.c_str() + field.size() + 1, nullptr, 10);
  }
  return 0;
}

std::size_t OpenDescriptors() {
  const std::filesystem::directory_iterator open("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(open), end(open)));
}

ProbeOrder OrderFor(std::size_t number, std::uint16_t port, const std::string& roots) {
  ProbeOrder order;
  const std::string address = "127." + std::to_string(1 + number / 62'500) + "." +
                              std::to_string(number / 250 % 250) + "." +
                              std::to_string(1 + number % 250);
  order.target = {"example.com", port, StartTls::kNone, "", address};
  order.roots = roots;
  order.deadlines = {kDeadline, kDeadline, kDeadline, kDeadline, kDeadline};
  return order;
}

class Bench {
 public:
  Bench(std::uint16_t live_port, std::string roots)
      : live_port_(live_port),
        roots_(std::move(roots)),
        silent_(Listen(4096)),
        dribbling_(Listen(4096)),
        deaf_(Listen(0)),
        closed_port_(Listen(0).port),
        server_(StartDeadServer(silent_, dribbling_)) {
    for (int i = 0; i < 4; ++i) {  // fill the queue of the one that never accepts
      deafened_.emplace_back(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_port = htons(deaf_.port);
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      connect(deafened_.back().get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }
  }
  ~Bench() {
    kill(server_, SIGKILL);
    waitpid(server_, nullptr, 0);
  }

  bool Run() {
    const bool in_flight = InFlight();  // first: memory that was used before would hide it
    const bool round = Round();
    return Failures() && round && in_flight;
  }

 private:
  std::vector<std::vector<ProbeResult>> Probe(const std::vector<ProbeOrder>& orders) {
    return prober_->Probe(orders);
  }

  bool Round() {
    std::vector<ProbeOrder> live;
    for (std::size_t i = 0; i < kEndpoints - 4 * kDeadEach; ++i) {
      live.push_back(OrderFor(i, live_port_, roots_));
    }
    double begin_cpu = CpuMicroseconds();
    const Ticks::time_point begin_live = Ticks::now();
    Probe(live);
    const double live_cpu = (CpuMicroseconds() - begin_cpu) / 1e6;
    const double live_wall = duration<double>(Ticks::now() - begin_live).count();

    // The dead ones first: that is where they would do harm.
    std::vector<ProbeOrder> orders;
    for (std::size_t i = 0; i < kDeadEach; ++i) {
      for (const std::uint16_t port : {silent_.port, dribbling_.port, deaf_.port, closed_port_}) {
        orders.push_back(OrderFor(i, port, roots_));
      }
    }
    orders.insert(orders.end(), live.begin(), live.end());
    const Ticks::time_point begin = Ticks::now();
    const auto results = Probe(orders);
    const double wall = duration<double>(Ticks::now() - begin).count();
    std::map<std::string, std::size_t> outcomes;
    for (const auto& each : results) {
      const Endpoint& endpoint = each.front().endpoint;
      ++outcomes[endpoint.failure ? std::string(NameOf(endpoint.failure->reason)) : "up"];
    }
    for (const auto& [outcome, count] : outcomes) std::printf("  %zu %s\n", count, outcome.c_str());
    std::printf(
        "9,000 live ones alone: %.2f s, CPU %.2f s; with 1,000 dead ones: %.2f s; peak of memory "
        "%zu KiB\n",
        live_wall, live_cpu, wall, MemoryKib("VmHWM"));
    const double deadline = duration<double>(kDeadline).count();
    const double allowed = kRoundGoal * deadline + std::max(live_cpu, live_wall);
    return TellGoal("round / (1.2 deadlines + the live ones)", wall / allowed, Bound::kAtMost, 1) &
           (outcomes["up"] == live.size());
  }

  bool InFlight() {
    constexpr std::size_t kSilent = 1500;
    std::vector<ProbeOrder> orders;
    for (std::size_t i = 0; i < kSilent; ++i) orders.push_back(OrderFor(i, silent_.port, roots_));
    const std::size_t before = MemoryKib("VmRSS");
    std::ofstream("/proc/self/clear_refs") << "5";  // the peak begins anew
    Probe(orders);
    const double each = static_cast<double>(MemoryKib("VmHWM") - before) / kSilent;
    std::printf("%zu in flight\n", kSilent);
    return TellGoal("KiB for each probe in flight", each, Bound::kAtMost, kInFlightGoalKib);
  }

  bool Failures() {
    std::vector<ProbeOrder> orders;
    for (std::size_t i = 0; i < 1000; ++i) {
      orders.push_back(OrderFor(i, closed_port_, roots_));
      orders.push_back(OrderFor(i, live_port_, roots_));
      orders.back().target.starttls = StartTls::kPostgres;  // nginx answers that with an alert
    }
    Probe(orders);
    const std::size_t before = MemoryKib("VmRSS");
    const std::size_t descriptors = OpenDescriptors();
    std::size_t failed = 0;
    while (failed < kFailures) {
      for (const auto& each : Probe(orders)) failed += each.front().endpoint.failure ? 1 : 0;
    }
    const std::size_t after = MemoryKib("VmRSS");
    std::printf("%zu failed probes: from %zu to %zu KiB, from %zu to %zu descriptors\n", failed,
                before, after, descriptors, OpenDescriptors());
    return TellGoal("memory after / before",
                    static_cast<double>(after) / static_cast<double>(before), Bound::kAtMost,
                    1.05) &
           (OpenDescriptors() == descriptors);
  }

  const std::uint16_t live_port_;
  const std::string roots_;
  const Listener silent_;
  const Listener dribbling_;
  const Listener deaf_;
  const std::uint16_t closed_port_;
  const pid_t server_;
  std::vector<FileDescriptor> deafened_;
  const std::unique_ptr<FileSystem> files_ = MakePosixFileSystem("/");
  SystemClock clock_;
  CertificateReader certificates_;
  const std::unique_ptr<Prober> prober_ = MakeTlsProber(*files_, clock_, certificates_);
};

}  // namespace
}  // namespace certhealth::bench

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: round_bench PORT ROOTS\n");
    return 2;
  }
  rlimit descriptors{};
  getrlimit(RLIMIT_NOFILE, &descriptors);
  descriptors.rlim_cur = descriptors.rlim_max;
  setrlimit(RLIMIT_NOFILE, &descriptors);
  certhealth::bench::Bench bench(static_cast<std::uint16_t>(std::atoi(argv[1])), argv[2]);
  return bench.Run() ? 0 : 1;
}
