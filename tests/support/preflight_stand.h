// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>

#include "collectors/preflight/preflight_collector.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_dns.h"
#include "tests/support/fake_peer.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {

/// Serves the files below `root`, and each is one answer.
inline FakePeer::Script ServeFiles(std::string root) {
  return [root = std::move(root)](FakeConnection& client) {
    const std::string request = client.ReceiveLine();
    while (client.ReceiveLine().size() > 2) {
    }
    if (request.size() < 15) return;
    std::ifstream file(root + request.substr(4, request.rfind(' ') - 4));
    std::stringstream text;
    text << file.rdbuf();
    client.Send(file ? "HTTP/1.1 200 OK\r\n\r\n" + text.str() : "HTTP/1.1 404 No\r\n\r\n");
  };
}

/// One lineage by webroot for a.example, and a machine to look at it.
struct PreflightStand {
  PreflightStand() : dns([this](const DnsQuestion& question) { return Answer(question); }) {
    lineage.name = "a";
    lineage.has_conf = true;
    conf().authenticator = "webroot";
    conf().webroot_path = {tree.MakeDirectory("www")};
    conf().server = "https://127.0.0.1:" + std::to_string(ClosedPort()) + "/dir";
    leaf.dns_names = {"a.example"};
    machine.roots.emplace_back().config_dir = "/etc/letsencrypt";
    const std::string address = dns.address();
    options.resolver = {
        *ParseIpAddress("127.0.0.1"),
        static_cast<std::uint16_t>(std::stoi(address.substr(address.find(':') + 1)))};
    options.timeout = std::chrono::seconds{5};
  }

  RenewalConf& conf() { return lineage.conf.conf; }

  std::optional<DnsReply> Answer(const DnsQuestion& question) {
    ++asked;
    if (is_silent || (is_silent_on_caa && question.type == DnsType::kCaa)) return std::nullopt;
    if (rcode != 0 || question.type != DnsType::kA) return DnsReply{rcode, {}};
    return DnsReply{0, {ARecord(question.name.ends_with("a.example") ? "127.0.0.1" : "192.0.2.7")}};
  }

  Snapshot Known() {
    Bundle bundle;
    bundle.source = Source::kCertbot;
    lineage.newest = std::make_shared<const Certificate>(leaf);
    bundle.chain = {lineage.newest};
    bundle.lineage = std::make_shared<const Lineage>(lineage);
    CollectorRun seen;
    seen.certbot = std::make_shared<const CertbotMachine>(machine);
    seen.bundles = {std::make_shared<const Bundle>(bundle)};
    Snapshot known;
    known.runs = {std::make_shared<const CollectorRun>(seen)};
    return known;
  }

  PreflightCollector CollectorFor(std::set<PreflightCheck> checks) {
    options.checks = std::move(checks);
    const auto pause = [this](std::chrono::milliseconds span) {
      paused += span;
      if (in_pause) in_pause();
    };
    return {{*files, clock, certificates, pause}, options};
  }

  CollectorRun Look(std::set<PreflightCheck> checks) {
    return CollectorFor(std::move(checks)).Look(Known());
  }

  PreflightFinding First(PreflightCheck check) {
    const CollectorRun run = Look({check});
    const auto& findings = run.preflight->lineages.at({"/etc/letsencrypt", "a"});
    EXPECT_EQ(findings.size(), 1U);
    return findings.empty() ? PreflightFinding{} : findings.front();
  }

  const TemporaryTree tree;
  const std::unique_ptr<FileSystem> files = MakePosixFileSystem("/");
  FakeClock clock;
  CertificateReader certificates;
  std::chrono::milliseconds paused{};
  std::function<void()> in_pause;
  std::atomic<int> rcode = 0;
  std::atomic<int> asked = 0;
  bool is_silent = false;
  bool is_silent_on_caa = false;
  const FakeDns dns;
  CertbotMachine machine;
  Lineage lineage;
  Certificate leaf;
  PreflightOptions options;
};

}  // namespace certhealth
