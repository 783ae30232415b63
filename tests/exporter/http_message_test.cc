// SPDX-License-Identifier: Apache-2.0
#include "exporter/http_message.h"

#include <gtest/gtest.h>

namespace certhealth {
namespace {

using std::chrono::sys_days;
using namespace std::chrono_literals;

TEST(HttpMessage, FindsAHeaderInAnyCaseAndJoinsItsLines) {
  HttpRequest request;
  request.headers = {{"Accept", "a"}, {"x", "y"}, {"ACCEPT", "b;q=0.5"}};
  EXPECT_EQ(request.Header("accept"), "a, b;q=0.5");
  EXPECT_EQ(request.Header("X"), "y");
  EXPECT_EQ(request.Header("z"), std::nullopt);
}

TEST(HttpMessage, WritesTheHeadOfAResponse) {
  HttpResponse response = MakeHttpResponse(404);
  response.headers = {{"Vary", "Accept"}};
  // The example of RFC 9110, 5.6.7.
  EXPECT_EQ(SerializeHead(response, sys_days(1994y / 11 / 6) + 8h + 49min + 37s),
            "HTTP/1.1 404 Not Found\r\n"
            "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Connection: close\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Length: 14\r\n"
            "X-Content-Type-Options: nosniff\r\n"
            "Vary: Accept\r\n\r\n");
}

TEST(HttpMessage, AnnouncesNoBodyWhereNoneMayFollow) {
  for (const int status : {204, 304}) {
    const auto head = SerializeHead(MakeHttpResponse(status), WallTime());
    ASSERT_TRUE(head);
    EXPECT_EQ(head->find("Content-Length"), std::string::npos);
  }
}

TEST(HttpMessage, WritesNoHeadThatHoldsALineBreak) {
  for (const char* text : {"a\r\nb", "a\n", "\r"}) {
    HttpResponse response = MakeHttpResponse(200);
    response.headers = {{"X", text}};
    EXPECT_EQ(SerializeHead(response, WallTime()), std::nullopt);
    response.headers = {{text, "x"}};
    EXPECT_EQ(SerializeHead(response, WallTime()), std::nullopt);
    response.headers.clear();
    response.content_type = text;
    EXPECT_EQ(SerializeHead(response, WallTime()), std::nullopt);
  }
}

}  // namespace
}  // namespace certhealth
