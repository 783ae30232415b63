// SPDX-License-Identifier: Apache-2.0
#include "collectors/pem.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "collectors/base64.h"

namespace certhealth {
namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kDashes = "-----";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kMaxLabelBytes = 64;

/// The lines of a text, whatever they end in.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  std::optional<std::string_view> Next() {
    if (position_ >= text_.size()) return std::nullopt;
    // Looked for once for each line feed, or a text with carriage returns alone would take
    // quadratic time.
    if (position_ > line_feed_ || number_ == 0) {
      line_feed_ = std::min(text_.find('\n', position_), text_.size());
    }
    std::string_view line = text_.substr(position_, line_feed_ - position_);
    line = line.substr(0, line.find('\r'));
    position_ += line.size() + 1;
    if (position_ == line_feed_ && text_[position_ - 1] == '\r') ++position_;
    ++number_;
    return line;
  }

  int number() const { return number_; }  // of the last line, from 1

 private:
  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t line_feed_ = 0;  // the first at or after position_
  int number_ = 0;
};

std::string_view Trim(std::string_view line) {
  constexpr std::string_view kSpaces = " \t\v\f";
  // `cat` leaves the byte order mark of its second file in the middle.
  if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  const std::size_t first = line.find_first_not_of(kSpaces);
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(kSpaces) - first + 1);
}

/// A BEGIN or END line, taken apart.
struct Boundary {
  std::string_view label;
  std::string_view after;  // what else is on the line
};

std::optional<Boundary> ReadBoundary(std::string_view line, std::string_view start) {
  if (!line.starts_with(start)) return std::nullopt;
  line.remove_prefix(start.size());
  const std::size_t end = line.find(kDashes);
  if (end > kMaxLabelBytes) return std::nullopt;  // as npos is
  const std::string_view label = line.substr(0, end);
  if (!std::ranges::all_of(label, [](char c) { return c >= ' ' && c <= '~'; })) return std::nullopt;
  return Boundary{label, line.substr(end + kDashes.size())};
}

class PemReader {
 public:
  explicit PemReader(std::string_view text) : lines_(text) {}

  std::vector<PemBlock> Read() && {
    while (const std::optional<std::string_view> line = lines_.Next()) ReadLine(Trim(*line));
    if (open_) Close("no END line: the file is cut short");
    return std::move(blocks_);
  }

 private:
  void ReadLine(std::string_view line) {
    while (const std::optional<Boundary> end = ReadBoundary(line, kEnd)) {
      End(*end);
      // Two files joined without a line feed between them, the classic mistake, have the next BEGIN
      // here.
      line = end->after;
    }
    if (const std::optional<Boundary> begin = ReadBoundary(line, kBegin)) return Begin(*begin);
    if (open_ && current_.is_certificate() && current_.fault.empty()) ReadData(line);
  }

  void Begin(const Boundary& begin) {
    if (open_) Close("no END line before the next BEGIN, in line " + Number());
    current_ = {std::string(begin.label), lines_.number(), {}, {}};
    base64_ = {};
    open_ = true;
    if (begin.after.empty()) return;
    current_.fault = "text after BEGIN on its line";
    if (begin.after.find(kEnd) != std::string_view::npos) Close({});
  }

  void End(const Boundary& end) {
    if (!open_) {  // such as after "----BEGIN" with a dash lost
      current_ = {std::string(end.label), lines_.number(), {}, {}};
      Close("END without BEGIN");
    } else if (end.label != current_.label) {
      Close("ends as " + std::string(end.label) + " in line " + Number());
    } else {
      if (current_.is_certificate() && current_.fault.empty()) Decode();
      Close(end.after.empty() ? "" : "text after END in line " + Number());
    }
  }

  void ReadData(std::string_view line) {
    const bool is_header = base64_.bytes().empty() && line.find(':') != std::string_view::npos;
    if (!is_header && !base64_.Append(line)) current_.fault = "line " + Number() + " is not base64";
  }

  void Decode() {
    if (!base64_.Finish()) {
      current_.fault = "its base64 is cut short";
    } else if (base64_.bytes().empty()) {
      current_.fault = "it is empty";
    } else {
      current_.der = std::move(base64_.bytes());
    }
  }

  /// Ends the current block. `fault` counts unless there is one already: the first explains most.
  void Close(std::string fault) {
    if (current_.fault.empty()) current_.fault = std::move(fault);
    blocks_.push_back(std::move(current_));
    open_ = false;
  }

  std::string Number() const { return std::to_string(lines_.number()); }

  Lines lines_;
  std::vector<PemBlock> blocks_;
  bool open_ = false;
  PemBlock current_;
  Base64Decoder base64_;
};

}  // namespace

bool PemBlock::is_certificate() const {
  return label == "CERTIFICATE" || label == "X509 CERTIFICATE" || label == "TRUSTED CERTIFICATE";
}

bool PemBlock::is_private_key() const { return label.find("PRIVATE KEY") != std::string::npos; }

std::vector<PemBlock> ReadPem(std::string_view text) { return PemReader(text).Read(); }

}  // namespace certhealth
