// SPDX-License-Identifier: Apache-2.0
// Any bytes: an answer is bounded by what was fed and by the reader's limit, and is the same
// however it is cut; where a redirect in it leads is a URL that can be read back.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/net/http_url.h"
#include "collectors/preflight/http_response.h"

using certhealth::HttpResponseReader;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  HttpResponseReader whole;
  whole.Feed(bytes);
  HttpResponseReader cut;
  for (std::size_t i = 0; i < size; ++i) cut.Feed(bytes.substr(i, 1));
  if (whole.Finish() != cut.Finish()) std::abort();
  if (whole.response().body != cut.response().body) std::abort();
  if (whole.response().body.size() > size) std::abort();
  const certhealth::HttpUrl base{certhealth::HttpScheme::kHttp, "a.example", 80, "/x/y?z"};
  const auto url = certhealth::ResolveRedirect(base, whole.response().location);
  if (url && certhealth::ParseHttpUrl(ToString(*url)) != url) std::abort();
  return 0;
}
