// SPDX-License-Identifier: Apache-2.0
// Whatever a server says before TLS, the talk ends: with TLS to begin and nothing left unread, or
// with one fault, whose detail is bounded and valid UTF-8. However the bytes are cut into pieces,
// the outcome is the same. The first byte of the input is the protocol.
#include <cstdint>
#include <cstdlib>

#include "collectors/base/utf8.h"
#include "collectors/endpoint/starttls.h"
#include "tests/support/scripted_stream.h"

namespace {

std::optional<certhealth::EndpointFault> Talk(certhealth::StartTls protocol,
                                              const std::string& says, std::size_t piece_bytes) {
  certhealth::ScriptedStream stream(says, piece_bytes);
  const certhealth::StartTlsTalk::Names names{"example.com", "probe.example"};
  certhealth::StartTlsTalk talk(stream, certhealth::kNoDeadline, names);
  std::optional<certhealth::EndpointFault> fault = certhealth::SwitchToTls(protocol, talk).Finish();
  if (!fault && !talk.unread().empty()) std::abort();
  return fault;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto protocol = static_cast<certhealth::StartTls>(data[0] % 13);
  const std::string says(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::optional<certhealth::EndpointFault> fault = Talk(protocol, says, 4096);
  if (fault && (fault->detail.size() > 500 || !certhealth::IsValidUtf8(fault->detail)))
    std::abort();
  const std::optional<certhealth::EndpointFault> in_pieces = Talk(protocol, says, 3);
  // Pieces decide how much of an injection has been received, not whether there is one.
  if (fault.has_value() != in_pieces.has_value()) {
    if (fault.value_or(certhealth::EndpointFault()).reason !=
        certhealth::EndpointFailure::kStartTlsInjection) {
      std::abort();
    }
    return 0;
  }
  if (fault && fault->reason != in_pieces->reason) std::abort();
  return 0;
}
