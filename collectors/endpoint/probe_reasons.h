// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/endpoint/endpoint.h"
#include "collectors/net/resolver.h"
#include "collectors/net/stream.h"
#include "collectors/net/tls_stream.h"

namespace certhealth {

// What the failures of the network are for an endpoint.

EndpointFailure ReasonOfConnect(StreamFailure failure);
EndpointFailure ReasonOfHandshake(TlsFailure failure);
EndpointFault FaultOfLookup(const AddressAnswer& answer);

}  // namespace certhealth
