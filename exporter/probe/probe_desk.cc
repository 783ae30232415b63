// SPDX-License-Identifier: Apache-2.0
#include "exporter/probe/probe_desk.h"

#include <span>
#include <utility>

#include "collectors/endpoint/address_merge.h"
#include "exporter/http_text.h"
#include "exporter/probe/probe_page.h"
#include "exporter/probe/probe_request.h"

namespace certhealth {
namespace {

Bundle ToBundle(std::string name, ProbeResult result) {
  Bundle bundle;
  bundle.source = Source::kEndpoint;
  bundle.name = std::move(name);
  bundle.chain = std::move(result.chain);
  bundle.failures = std::move(result.failures);
  bundle.endpoint = std::make_shared<const Endpoint>(std::move(result.endpoint));
  return bundle;
}

}  // namespace

class ProbeDesk::Seat {
 public:
  explicit Seat(ProbeDesk& desk) : desk_(desk), prober_(desk.TakeProber()) {}
  ~Seat() { desk_.GiveBack(std::move(prober_)); }
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;

  Prober& prober() {
    if (prober_ == nullptr) prober_ = desk_.make_prober_();
    return *prober_;
  }

 private:
  ProbeDesk& desk_;
  std::unique_ptr<Prober> prober_;
};

bool ProbeDesk::TakeSeat() {
  const std::lock_guard lock(mutex_);
  if (in_flight_ >= limit_) return false;
  ++in_flight_;
  return true;
}

std::unique_ptr<Prober> ProbeDesk::TakeProber() {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) return nullptr;
  std::unique_ptr<Prober> prober = std::move(idle_.back());
  idle_.pop_back();
  return prober;
}

void ProbeDesk::GiveBack(std::unique_ptr<Prober> prober) {
  const std::lock_guard lock(mutex_);
  --in_flight_;
  if (prober != nullptr) idle_.push_back(std::move(prober));
}

HttpResponse ProbeDesk::Answer(const HttpRequest& request) {
  auto parsed = ParseProbeRequest(request, modules_, timeout_);
  if (!parsed) {
    return MakeHttpResponse(parsed.error().reason == Reason::kPermissionDenied ? 403 : 400,
                            parsed.error().detail);
  }
  if (!make_prober_ || !TakeSeat()) return MakeHttpResponse(503, "too many probes are in flight");
  Seat seat(*this);
  const auto started = clock_.Ticks();
  auto results = seat.prober().Probe(std::span(&parsed->order, 1));
  const std::chrono::duration<double> took = clock_.Ticks() - started;
  HttpResponse response;
  response.content_type = ContentTypeOf(PageFormat::kText);
  response.body.push_back(
      MakeBlock(ToProbePage(ToBundle(parsed->name, MergeAddresses(std::move(results.front()))),
                            took, clock_.Now())));
  return response;
}

}  // namespace certhealth
