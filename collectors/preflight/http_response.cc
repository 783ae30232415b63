// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/http_response.h"

#include <algorithm>
#include <charconv>

namespace certhealth {
namespace {

constexpr std::size_t kLongestLine = std::size_t{8} * 1024;

std::string_view Trim(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

bool EqualsNoCase(std::string_view one, std::string_view lower) {
  return std::ranges::equal(one, lower, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

/// The whole of `text` as a number in `base`.
template <typename Number>
bool ParseNumber(std::string_view text, int base, Number& number) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number, base);
  return !text.empty() && error == std::errc() && stop == end;
}

/// "HTTP/1.1 200 OK"; 0 for anything else.
int StatusOf(std::string_view line) {
  if (!line.starts_with("HTTP/1.") || line.size() < 12 || line[7] < '0' || line[7] > '9' ||
      line[8] != ' ' || (line.size() > 12 && line[12] != ' '))
    return 0;
  unsigned status = 0;
  if (!ParseNumber(line.substr(9, 3), 10, status) || status < 100) return 0;
  return static_cast<int>(status);
}

}  // namespace

HttpResponseReader::State HttpResponseReader::Feed(std::string_view bytes) {
  if (state_ != State::kReading) return state_;
  const std::size_t room = kMostBytes - fed_;
  const bool is_full = bytes.size() >= room;
  bytes = bytes.substr(0, room);
  fed_ += bytes.size();
  pending_.append(bytes);
  Step();
  pending_.erase(0, at_);
  searched_ -= std::min(searched_, at_);
  at_ = 0;
  if (is_full && state_ == State::kReading)
    state_ = part_ == Part::kHead ? State::kBroken : State::kComplete;
  return state_;
}

HttpResponseReader::State HttpResponseReader::Finish() {
  if (state_ == State::kReading)
    state_ = part_ == Part::kBodyToEnd ? State::kComplete : State::kBroken;
  return state_;
}

std::optional<std::string_view> HttpResponseReader::TakeLine() {
  const std::size_t end = pending_.find('\n', std::max(at_, searched_));
  const std::size_t begin = at_;
  if (end == std::string::npos) {
    searched_ = pending_.size();
    if (searched_ - begin > kLongestLine) state_ = State::kBroken;
    return std::nullopt;
  }
  at_ = end + 1;
  const bool has_return = end > begin && pending_[end - 1] == '\r';
  return std::string_view(pending_).substr(begin, end - begin - (has_return ? 1 : 0));
}

void HttpResponseReader::TakeBody(std::size_t bytes) {
  response_.body.append(pending_, at_, bytes);
  at_ += bytes;
}

/// Takes what there is of a body, or of a chunk; false when more of it is to come.
bool HttpResponseReader::TakeCounted() {
  const auto now = static_cast<std::size_t>(std::min<std::uint64_t>(left_, pending_.size() - at_));
  TakeBody(now);
  left_ -= now;
  return left_ == 0;
}

void HttpResponseReader::Step() {
  while (state_ == State::kReading) {
    if (part_ == Part::kBodyToEnd) return TakeBody(pending_.size() - at_);
    if (part_ == Part::kBodyOfLength) {
      if (!TakeCounted()) return;
      state_ = State::kComplete;
    } else if (part_ == Part::kChunkData) {
      if (!TakeCounted()) return;
      part_ = Part::kChunkEnd;
    } else {
      const std::optional<std::string_view> line = TakeLine();
      if (!line) return;
      ReadLine(*line);
    }
  }
}

void HttpResponseReader::ReadLine(std::string_view line) {
  switch (part_) {
    case Part::kHead:
      return ReadHead(line);
    case Part::kChunkSize:
      return ReadChunkSize(line);
    case Part::kChunkEnd:
      part_ = Part::kChunkSize;
      if (!line.empty()) state_ = State::kBroken;
      return;
    default:  // the trailer, of which nothing counts but its end
      if (line.empty()) state_ = State::kComplete;
  }
}

/// One line of the head; the empty one decides how the body is read (RFC 9112, 6.3).
void HttpResponseReader::ReadHead(std::string_view line) {
  if (response_.status == 0) {
    response_.status = StatusOf(line);
    if (response_.status == 0) state_ = State::kBroken;
    return;
  }
  if (!line.empty()) {
    if (!ReadField(line)) state_ = State::kBroken;
    return;
  }
  if (response_.status < 200) {
    response_ = {};
    has_length_ = is_chunked_ = false;
  } else if (response_.status == 204 || response_.status == 304) {
    state_ = State::kComplete;
  } else if (is_chunked_) {
    part_ = Part::kChunkSize;
  } else {
    part_ = has_length_ ? Part::kBodyOfLength : Part::kBodyToEnd;
  }
}

bool HttpResponseReader::ReadField(std::string_view line) {
  const std::size_t colon = line.find(':');
  // A line that continues the one before it is obsolete, and of no field that counts here.
  if (line.front() == ' ' || line.front() == '\t') return true;
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = Trim(line.substr(colon + 1));
  if (EqualsNoCase(name, "location")) {
    if (response_.location.empty()) response_.location = value;
  } else if (EqualsNoCase(name, "content-length")) {
    std::uint64_t length = 0;
    if (!ParseNumber(value, 10, length) || (has_length_ && length != left_)) return false;
    left_ = length;
    has_length_ = true;
  } else if (EqualsNoCase(name, "transfer-encoding")) {
    is_chunked_ = EqualsNoCase(value, "chunked");
    return is_chunked_;  // nothing else was asked for
  }
  return true;
}

void HttpResponseReader::ReadChunkSize(std::string_view line) {
  if (!ParseNumber(Trim(line.substr(0, line.find(';'))), 16, left_)) {
    state_ = State::kBroken;
  } else {
    part_ = left_ == 0 ? Part::kTrailer : Part::kChunkData;
  }
}

}  // namespace certhealth
