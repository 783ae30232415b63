/* SPDX-License-Identifier: Apache-2.0
 * What civetweb calls in the place of listen() and accept(); scripts/build-civetweb compiles it in.
 * A client that connects and says nothing must cost no worker, or a few hundred of them would shut
 * the scrapers out. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

int listen_for_requests(int listener, int backlog);
int accept_request(int listener, struct sockaddr *peer, socklen_t *length);

/* Linux then hands a connection over only once its first bytes are there. Silent ones wait in the
 * kernel, which has room for as many as the backlog. A unix socket refuses the option. */
int listen_for_requests(int listener, int backlog) {
  const int seconds = 30;
  (void)setsockopt(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof seconds);
  return listen(listener, backlog);
}

/* After those seconds the kernel asks the client once more, by repeating its half of the handshake,
 * and hands the connection over although it said nothing. Those are closed. */
int accept_request(int listener, struct sockaddr *peer, socklen_t *length) {
  const int connection = accept(listener, peer, length);
  struct tcp_info info;
  socklen_t size = sizeof info;
  struct pollfd input = {connection, POLLIN, 0};
  if (connection >= 0 && getsockopt(connection, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 &&
      info.tcpi_total_retrans > 0 && poll(&input, 1, 0) == 0) {
    close(connection);
    errno = EAGAIN;
    return -1;
  }
  return connection;
}
