// SPDX-License-Identifier: Apache-2.0
#include "exporter/probe/probe_desk.h"

#include <span>
#include <utility>

#include "collectors/endpoint/address_merge.h"
#include "exporter/http_text.h"
#include "exporter/probe/probe_page.h"
#include "exporter/probe/probe_request.h"

namespace certhealth {

/// The right to one probe, given back in the end, whatever is thrown.
class ProbeDesk::Seat {
 public:
  explicit Seat(ProbeDesk& desk) : desk_(desk), is_free_(++desk.in_flight_ <= desk.limit_) {}
  ~Seat() { --desk_.in_flight_; }
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;

  bool is_free() const { return is_free_; }

 private:
  ProbeDesk& desk_;
  const bool is_free_;
};

HttpResponse ProbeDesk::Answer(const HttpRequest& request) {
  auto parsed = ParseProbeRequest(request, modules_, timeout_);
  if (!parsed) {
    return MakeHttpResponse(parsed.error().reason == Reason::kPermissionDenied ? 403 : 400,
                            parsed.error().detail);
  }
  const Seat seat(*this);
  if (!seat.is_free()) return MakeHttpResponse(503, "too many probes are in flight");
  const auto started = clock_.Ticks();
  auto results = prober_->Probe(std::span(&parsed->order, 1));
  const std::chrono::duration<double> took = clock_.Ticks() - started;
  HttpResponse response;
  response.content_type = ContentTypeOf(PageFormat::kText);
  response.body.push_back(
      MakeBlock(ToProbePage(ToBundle(parsed->name, MergeAddresses(std::move(results.front()))),
                            took, policy_, clock_.Now())));
  return response;
}

}  // namespace certhealth
