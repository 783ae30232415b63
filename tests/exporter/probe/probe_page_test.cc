// SPDX-License-Identifier: Apache-2.0
#include "exporter/probe/probe_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectors/endpoint/address_merge.h"
#include "tests/support/fake_prober.h"

namespace certhealth {
namespace {

using testing::HasSubstr;
using testing::Not;

const EndpointTarget kTarget{"a.example", 443, StartTls::kNone, "", ""};

std::string Page(ProbeResult result, const Policy& policy = {}) {
  return ToProbePage(ToBundle("a.example:443", std::move(result)), std::chrono::milliseconds{250},
                     policy, std::chrono::sys_days{std::chrono::year{2100} / 1 / 1});
}

TEST(ProbePage, HasTheNamesOfBlackboxExporterBesideOurs) {
  ProbeResult result = Answer(kTarget, MadeUpLeaf({"a.example", "b.example"}, 7));
  result.endpoint.phases[0] = std::chrono::milliseconds{5};
  const std::string page = Page(result);
  for (const char* line :
       {"\nprobe_success 1\n", "\nprobe_duration_seconds 0.250000\n", "\nprobe_ip_protocol 4\n",
        "\nprobe_dns_lookup_time_seconds 0.005000\n", "\nprobe_ssl_earliest_cert_expiry 410",
        "\nprobe_ssl_last_chain_expiry_timestamp_seconds 410",
        "\nprobe_ssl_last_chain_info{fingerprint_sha256=\"0707",
        "subjectalternative=\"a.example,b.example\",serialnumber=\"7\"} 1\n",
        "\nprobe_tls_version_info{version=\"TLS 1.3\"} 1\n",
        "\nprobe_tls_cipher_info{cipher=\"TLS_AES_256_GCM_SHA384\"} 1\n",
        "\ncerthealth_endpoint_up{source=\"endpoint\",name=\"a.example:443\"} 1\n",
        "\ncerthealth_days_until_expiry{source=\"endpoint\",name=\"a.example:443\"} "}) {
    EXPECT_THAT(page, HasSubstr(line));
  }
}

TEST(ProbePage, KeepsTheCertificatesFactsWhenItIsBad) {
  ProbeResult result = Answer(kTarget, MadeUpLeaf({"b.example"}));
  const std::string page = Page(result);
  EXPECT_THAT(page, HasSubstr("\nprobe_success 0\n"));
  EXPECT_THAT(page, HasSubstr("\nprobe_ssl_earliest_cert_expiry "));
  EXPECT_THAT(page, Not(HasSubstr("probe_ssl_last_chain_expiry")));
  EXPECT_THAT(page, HasSubstr("reason=\"wrong_name\"} 1\n"));
}

TEST(ProbePage, LeavesOutWhatThePolicyIgnores) {
  const ProbeResult result = Answer(kTarget, MadeUpLeaf({"b.example"}));
  EXPECT_THAT(Page(result), HasSubstr("problem=\"endpoint_wrong_name\""));
  Policy policy;
  policy.ignored_problems = {"endpoint_wrong_name"};
  EXPECT_THAT(Page(result, policy), Not(HasSubstr("problem=\"endpoint_wrong_name\"")));
}

TEST(ProbePage, SaysWhyThereIsNothing) {
  const std::string page = Page(NoAnswer(kTarget, EndpointFailure::kConnectRefused));
  EXPECT_THAT(page, HasSubstr("\nprobe_success 0\n"));
  EXPECT_THAT(page, HasSubstr("reason=\"connect_refused\"} 1\n"));
  EXPECT_THAT(page, Not(HasSubstr("probe_ssl_")));
}

TEST(ProbePage, SaysNothingOfTheExporter) {
  const std::string page = Page(NoAnswer(kTarget, EndpointFailure::kConnectRefused));
  EXPECT_THAT(page, Not(HasSubstr("certhealth_collector_")));
  EXPECT_THAT(page, Not(HasSubstr("process_")));
}

}  // namespace
}  // namespace certhealth
