// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/http_response.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectors/net/http_url.h"

namespace certhealth {
namespace {

using State = HttpResponseReader::State;

struct Read {
  State state;
  HttpAnswer response;
};

/// Feeds `text` in pieces of `piece` bytes, then the end of the connection.
Read ReadAll(std::string_view text, std::size_t piece = std::string_view::npos) {
  HttpResponseReader reader;
  State state = State::kReading;
  while (!text.empty() && state == State::kReading) {
    state = reader.Feed(text.substr(0, piece));
    text.remove_prefix(std::min(piece, text.size()));
  }
  return {reader.Finish(), reader.response()};
}

struct Row {
  std::string_view text;
  State state;
  int status = 0;
  std::string_view body = {};
  std::string_view location = {};
};

const std::vector<Row>& Rows() {
  static const std::vector<Row> rows = {
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntokenrest", State::kComplete, 200, "token"},
      {"HTTP/1.0 200 OK\r\n\r\ntoken", State::kComplete, 200, "token"},
      {"HTTP/1.1 200\n\ntoken", State::kComplete, 200, "token"},
      {"HTTP/1.1 404 Not Found\r\ncontent-length:  0 \r\n\r\n", State::kComplete, 404},
      {"HTTP/1.1 204 No Content\r\n\r\nx", State::kComplete, 204},
      {"HTTP/1.1 301 Moved\r\nLOCATION: https://a/\r\nLocation: b\r\nContent-Length: 0\r\n\r\n",
       State::kComplete, 301, "", "https://a/"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3;x=y\r\ntok\r\n2\r\nen\r\n0\r\nT: "
       "x\r\n\r\n",
       State::kComplete, 200, "token"},
      {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLocation: x\r\n\r\nHTTP/1.1 200 "
       "OK\r\n\r\nok",
       State::kComplete, 200, "ok"},
      {"HTTP/1.1 200 OK\r\nX: a\r\n folded\r\nContent-Length: 1\r\n\r\na", State::kComplete, 200,
       "a"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntok", State::kBroken, 200, "tok"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ntok", State::kBroken, 200, "tok"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", State::kBroken, 200},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc", State::kBroken, 200, "a"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", State::kBroken, 200},
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", State::kBroken, 200},
      {"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", State::kBroken, 200},
      {"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", State::kBroken, 200},
      {"HTTP/1.1 200 OK\r\n", State::kBroken, 200},
      {"HTTP/1.1 20 OK\r\n\r\n", State::kBroken},
      {"HTTP/2 200\r\n\r\n", State::kBroken},
      {"SSH-2.0-OpenSSH_9.2\r\n", State::kBroken},
      {"\r\n", State::kBroken},
      {"", State::kBroken},
  };
  return rows;
}

TEST(HttpResponseReader, ReadsEveryFormOfAnAnswerAndRefusesTheRest) {
  for (const Row& row : Rows()) {
    const Read read = ReadAll(row.text);
    EXPECT_EQ(read.state, row.state) << row.text;
    EXPECT_EQ(read.response.status, row.status) << row.text;
    EXPECT_EQ(read.response.body, row.body) << row.text;
    EXPECT_EQ(read.response.location, row.location) << row.text;
  }
}

TEST(HttpResponseReader, DoesNotCareHowItIsCut) {
  for (const Row& row : Rows()) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{3}}) {
      const Read whole = ReadAll(row.text);
      const Read cut = ReadAll(row.text, piece);
      EXPECT_EQ(cut.state, whole.state) << row.text;
      EXPECT_EQ(cut.response.body, whole.response.body) << row.text;
      EXPECT_EQ(cut.response.location, whole.response.location) << row.text;
    }
  }
}

TEST(HttpResponseReader, StopsAt64KiB) {
  const std::string head = "HTTP/1.1 200 OK\r\n\r\n";
  const Read read = ReadAll(head + std::string(1'000'000, 'x'), 5000);
  EXPECT_EQ(read.state, State::kComplete);
  EXPECT_EQ(read.response.body.size(), HttpResponseReader::kMostBytes - head.size());
}

TEST(HttpResponseReader, DoesNotTakeAHeadWithoutEnd) {
  EXPECT_EQ(ReadAll("HTTP/1.1 200 " + std::string(100'000, 'x'), 1000).state, State::kBroken);
  std::string fields = "HTTP/1.1 200 OK\r\n";
  while (fields.size() < 100'000) fields += "a:\r\n";
  EXPECT_EQ(ReadAll(fields, 7).state, State::kBroken);
}

struct Move {
  std::string_view location;
  std::string_view to;  // empty: nowhere
};

TEST(HttpUrl, FollowsARedirectAsABrowserDoes) {
  const HttpUrl base = *ParseHttpUrl("http://a.example:5002/.well-known/x/token?q");
  const std::vector<Move> moves = {
      {"https://B.example/y", "https://b.example/y"},
      {"HTTP://b.example:80", "http://b.example/"},
      {"http://b.example:8080?q#fragment", "http://b.example:8080/?q"},
      {"https://b.example:443/", "https://b.example/"},
      {"//b.example/y", "http://b.example/y"},
      {"/y?z", "http://a.example:5002/y?z"},
      {"y", "http://a.example:5002/.well-known/x/y"},
      {"../y/./z/..", "http://a.example:5002/.well-known/y/"},
      {"/../../y", "http://a.example:5002/y"},
      {"?z", "http://a.example:5002/.well-known/x/token?z"},
      {"http://[2001:DB8::1]:80/", "http://[2001:db8::1]/"},
      {"http://192.0.2.1/", "http://192.0.2.1/"},
      {"", ""},
      {"ftp://b.example/", ""},
      {"javascript:alert(1)", ""},
      {"http://", ""},
      {"http://user@b.example/", ""},
      {"http://b.example:0/", ""},
      {"http://b.example:70000/", ""},
      {"http://b.example:80x/", ""},
      {"http://[::1", ""},
      {"http://b example/", ""},
      {"/a b", ""},
      {"/a\r\nX: y", ""},
      {"/\xff", ""},
  };
  for (const Move& move : moves) {
    const auto url = ResolveRedirect(base, move.location);
    EXPECT_EQ(url ? ToString(*url) : "", move.to) << move.location;
  }
}

TEST(HttpUrl, NamesAPortOnlyWhereItIsNotTheSchemes) {
  EXPECT_EQ(HostField(*ParseHttpUrl("http://a.example:443/")), "a.example:443");
  EXPECT_EQ(HostField(*ParseHttpUrl("https://a.example:443/")), "a.example");
}

}  // namespace
}  // namespace certhealth
