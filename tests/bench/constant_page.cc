// SPDX-License-Identifier: Apache-2.0
// constant_page FILE: serves the bytes of FILE at every path, by the exporter's own web front and
// with nothing behind it, until its standard input ends. Prints the address. What a scrape of the
// exporter is measured against.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "exporter/http_server.h"

int main(int argc, char** argv) {
  using namespace certhealth;
  if (argc != 2) {
    std::fprintf(stderr, "usage: constant_page FILE\n");
    return 2;
  }
  std::ifstream file(argv[1], std::ios::binary);
  const Block page = MakeBlock(std::string(std::istreambuf_iterator<char>(file), {}));
  HttpOptions options;
  options.listen_addresses = {"127.0.0.1:0"};
  const auto server = HttpServer::Start(std::move(options), [&page](const HttpRequest&) {
    HttpResponse response;
    response.body = {page};
    return response;
  });
  if (!server) {
    std::fprintf(stderr, "constant_page: %s\n", server.error().detail.c_str());
    return 1;
  }
  std::printf("%s\n", ToString((*server)->addresses().front()).c_str());
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  return 0;
}
