// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/side_by_side.h"

#include <algorithm>
#include <exception>

namespace certhealth {
namespace {

struct Party {
  explicit Party(EventLoop& loop) : done(loop) {}

  std::function<Task<void>(std::size_t)> work;
  std::size_t count = 0;
  std::size_t next = 0;
  std::size_t at_work = 0;
  std::exception_ptr thrown;
  Signal done;
};

/// `party` is of the coroutine that waits for all of these.
Task<void> Join(Party& party) {
  while (party.next < party.count && !party.thrown) {
    try {
      co_await party.work(party.next++);
    } catch (...) {
      if (!party.thrown) party.thrown = std::current_exception();
    }
  }
  if (--party.at_work == 0) party.done.Notify();
}

}  // namespace

Task<void> SideBySide(EventLoop& loop, std::size_t count, std::size_t width,
                      std::function<Task<void>(std::size_t)> work) {
  if (count == 0) co_return;
  Party party(loop);
  party.work = std::move(work);
  party.count = count;
  party.at_work = std::min(count, width);
  for (std::size_t i = 0, joining = party.at_work; i < joining; ++i) loop.Spawn(Join(party));
  co_await party.done.Until(kNoDeadline);
  if (party.thrown) std::rethrow_exception(party.thrown);
}

}  // namespace certhealth
