// SPDX-License-Identifier: Apache-2.0
#include "exporter/listener.h"

#include <gtest/gtest.h>

namespace certhealth {
namespace {

std::vector<Listener> MakeAll(const std::vector<std::string>& texts) {
  std::vector<Listener> listeners;
  std::vector<SocketFile> none;
  for (const std::string& text : texts) {
    auto listener = MakeListener(text, none);
    EXPECT_TRUE(listener) << text;
    if (listener) listeners.push_back(std::move(listener).value());
  }
  return listeners;
}

TEST(Listener, IsWrittenAsCivetwebReadsIt) {
  EXPECT_EQ(ListeningPorts(MakeAll({"127.0.0.1:80", "0.0.0.0:81"})), "127.0.0.1:80,0.0.0.0:81");
  Listener socket;
  socket.address.kind = ListenAddress::Kind::kUnix;
  socket.spec = "x/run/a";
  std::vector<Listener> listeners = MakeAll({"127.0.0.1:80"});
  listeners.insert(listeners.begin(), socket);
  EXPECT_EQ(ListeningPorts(listeners), "127.0.0.1:80,x/run/a") << "unix sockets come last";
}

TEST(Listener, ThatFailsIsFoundInTheLog) {
  const auto listeners = MakeAll({"127.0.0.1:10", "127.0.0.1:1"});
  EXPECT_EQ(
      WhyNotListening(listeners,
                      {"something else (x)", "cannot bind to 127.0.0.1:1: 13 (Permission denied)"}),
      (Failure{Reason::kPermissionDenied, "cannot listen on 127.0.0.1:1: Permission denied"}));
  EXPECT_EQ(
      WhyNotListening(listeners, {"cannot bind to 127.0.0.1:10: 98 (Address already in use)"}),
      (Failure{Reason::kReadFailed, "cannot listen on 127.0.0.1:10: Address already in use"}));
}

TEST(Listener, ThatFailsForReasonsUnknownIsStillNamed) {
  const auto listeners = MakeAll({"127.0.0.1:10", "127.0.0.1:1"});
  EXPECT_EQ(WhyNotListening(listeners, {")(", "Out of memory"}).detail,
            "cannot listen on 127.0.0.1:10 127.0.0.1:1: )(");
  EXPECT_EQ(WhyNotListening(listeners, {}).detail,
            "cannot listen on 127.0.0.1:10 127.0.0.1:1: civetweb does not say why");
}

}  // namespace
}  // namespace certhealth
