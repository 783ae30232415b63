// SPDX-License-Identifier: Apache-2.0
#include "collectors/endpoint/probe_reasons.h"

namespace certhealth {

EndpointFailure ReasonOfConnect(StreamFailure failure) {
  switch (failure) {
    case StreamFailure::kDeadline:
      return EndpointFailure::kConnectTimeout;
    case StreamFailure::kRefused:
      return EndpointFailure::kConnectRefused;
    case StreamFailure::kUnreachable:
      return EndpointFailure::kUnreachable;
    case StreamFailure::kLocal:
      return EndpointFailure::kLocalError;
    case StreamFailure::kClosed:
    case StreamFailure::kTooLong:
      break;
  }
  return EndpointFailure::kClosed;
}

EndpointFailure ReasonOfHandshake(TlsFailure failure) {
  switch (failure) {
    case TlsFailure::kDeadline:
      return EndpointFailure::kHandshakeTimeout;
    case TlsFailure::kClosed:
      return EndpointFailure::kClosed;
    case TlsFailure::kNotTls:
      return EndpointFailure::kNotTls;
    case TlsFailure::kAlert:
      return EndpointFailure::kTlsAlert;
    case TlsFailure::kTooLarge:
      return EndpointFailure::kTooLarge;
    case TlsFailure::kBadCertificate:
      return EndpointFailure::kBadCertificate;
    case TlsFailure::kLocal:
      return EndpointFailure::kLocalError;
    case TlsFailure::kProtocol:
      break;
  }
  return EndpointFailure::kTlsProtocol;
}

EndpointFault FaultOfLookup(const AddressAnswer& answer) {
  switch (answer.status) {
    case DnsStatus::kNoName:
    case DnsStatus::kNoData:
    case DnsStatus::kBadName:
      return {EndpointFailure::kNameNotFound, answer.detail};
    case DnsStatus::kTimeout:
      return {EndpointFailure::kResolveTimeout, answer.detail};
    default:
      return {EndpointFailure::kResolveFailed, answer.detail};
  }
}

}  // namespace certhealth
