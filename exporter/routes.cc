// SPDX-License-Identifier: Apache-2.0
#include "exporter/routes.h"

#include <algorithm>
#include <array>
#include <utility>

#include "exporter/gzip.h"
#include "exporter/http_text.h"
#include "exporter/json_report.h"
#include "exporter/json_targets.h"
#include "exporter/status_page.h"

namespace certhealth {
namespace {

ContentEncoding EncodingFor(const HttpRequest& request) {
  return PreferredEncoding(request.Header("Accept-Encoding").value_or(""));
}

HttpResponse Text(std::string text, std::string content_type, const HttpRequest& request) {
  HttpResponse response;
  response.content_type = std::move(content_type);
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (EncodingFor(request) == ContentEncoding::kGzip) {
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.body = AssembleGzip({std::make_shared<const CompressedBlock>(CompressBlock(text))});
  } else {
    response.body.push_back(MakeBlock(std::move(text)));
  }
  return response;
}

HttpResponse MetricsRoute(const RouteContext& context, const HttpRequest& request) {
  const auto published = context.board()->Latest();
  // A half-empty first page would look as if certificates had gone.
  if (!published->complete) return MakeHttpResponse(503, "not every collector has looked yet");
  const PageFormat format = PreferredFormat(request.Header("Accept").value_or(""));
  const ContentEncoding encoding = EncodingFor(request);
  HttpResponse response;
  response.content_type = ContentTypeOf(format);
  response.headers.emplace_back("Vary", "Accept, Accept-Encoding");
  if (encoding == ContentEncoding::kGzip) response.headers.emplace_back("Content-Encoding", "gzip");
  response.body = published->page->Assemble(
      RenderSelf(context.build, context.config_status(), MeasureProcess(), format), encoding);
  return response;
}

HttpResponse StatusRoute(const RouteContext& context, const HttpRequest& request) {
  HttpResponse response =
      Text(ToStatusPage(context.board()->Judge(), {context.build.version, context.telemetry_path}),
           "text/html; charset=utf-8", request);
  response.headers.emplace_back("Content-Security-Policy", StatusPageSecurityPolicy());
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  return response;
}

HttpResponse ReportRoute(const RouteContext& context, const HttpRequest& request) {
  return Text(ToJson(context.board()->Judge(), context.build.version),
              "application/json; charset=utf-8", request);
}

HttpResponse ProbeRoute(const RouteContext& context, const HttpRequest& request) {
  if (!context.probe) return MakeHttpResponse(404);
  return context.probe(request);
}

HttpResponse TargetsRoute(const RouteContext& context, const HttpRequest& request) {
  // Prometheus keeps the targets that it has while there is no answer; an empty one takes them
  // away.
  if (!context.board()->Latest()->complete)
    return MakeHttpResponse(503, "not every collector has looked yet");
  return Text(ToServiceDiscovery(context.board()->Judge()), "application/json", request);
}

HttpResponse HealthyRoute(const RouteContext&, const HttpRequest&) {
  return MakeHttpResponse(200, "healthy");
}

HttpResponse ReadyRoute(const RouteContext& context, const HttpRequest&) {
  return context.board()->Latest()->complete
             ? MakeHttpResponse(200, "ready")
             : MakeHttpResponse(503, "not every collector has looked yet");
}

HttpResponse ReloadRoute(const RouteContext& context, const HttpRequest&) {
  if (!context.reload) return MakeHttpResponse(403, "reloading needs --web.enable-lifecycle");
  const std::optional<std::string> mistake = context.reload();
  return mistake ? MakeHttpResponse(500, *mistake) : MakeHttpResponse(200, "reloaded");
}

enum class Method { kGet, kPost };

struct Route {
  std::string_view path;
  Method method;
  HttpResponse (*respond)(const RouteContext&, const HttpRequest&);
};

constexpr auto kRoutes = std::to_array<Route>({
    {"/", Method::kGet, StatusRoute},
    {"/api/v1/report", Method::kGet, ReportRoute},
    {"/probe", Method::kGet, ProbeRoute},
    {"/sd", Method::kGet, TargetsRoute},
    {"/-/healthy", Method::kGet, HealthyRoute},
    {"/-/ready", Method::kGet, ReadyRoute},
    {"/-/reload", Method::kPost, ReloadRoute},
});

constexpr Route kMetricsRoute{"", Method::kGet, MetricsRoute};  // its path is the configuration's

const Route* FindRoute(const RouteContext& context, std::string_view path) {
  if (path == context.telemetry_path) return &kMetricsRoute;
  const auto found = std::ranges::find(kRoutes, path, &Route::path);
  return found == kRoutes.end() ? nullptr : &*found;
}

bool Accepts(Method method, std::string_view name) {
  return method == Method::kPost ? name == "POST" || name == "PUT"
                                 : name == "GET" || name == "HEAD";
}

}  // namespace

HttpResponse Respond(const RouteContext& context, const HttpRequest& request) {
  const Route* route = FindRoute(context, request.path);
  if (route == nullptr) return MakeHttpResponse(404);
  if (!Accepts(route->method, request.method)) {
    HttpResponse response = MakeHttpResponse(405);
    response.headers.emplace_back("Allow",
                                  route->method == Method::kPost ? "POST, PUT" : "GET, HEAD");
    return response;
  }
  return route->respond(context, request);
}

}  // namespace certhealth
