// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "exporter/metrics.h"

namespace certhealth {

// The families of endpoints: writers for the table of metrics.

void EndpointUp(const MetricsInput& in, SampleText& out);
void EndpointTrusted(const MetricsInput& in, SampleText& out);
void EndpointHostnameMatch(const MetricsInput& in, SampleText& out);
void EndpointServesNewest(const MetricsInput& in, SampleText& out);
void EndpointFailureInfo(const MetricsInput& in, SampleText& out);
void EndpointPhaseDuration(const MetricsInput& in, SampleText& out);
void EndpointTlsInfo(const MetricsInput& in, SampleText& out);

}  // namespace certhealth
