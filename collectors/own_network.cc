// SPDX-License-Identifier: Apache-2.0
#include "collectors/own_network.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <string>
#include <utility>

#include "collectors/kernel_table.h"

namespace certhealth {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::uint64_t kMaxSettingBytes = 64;
constexpr std::uint32_t kLocalRoute = 0x80000000;  // RTF_LOCAL of linux/ipv6_route.h

std::string_view TakeWord(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(kBlanks));
  line.remove_prefix(word.size());
  return word;
}

std::string_view TakeLine(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

template <typename Number>
std::optional<Number> ParseNumber(std::string_view text, int base) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

std::optional<IpAddress> ParseHexAddress(std::string_view digits) {
  IpAddress address;
  address.family = IpAddress::Family::kIpv6;
  if (digits.size() != 2 * address.bytes.size()) return std::nullopt;
  for (std::size_t i = 0; i < address.bytes.size(); ++i) {
    const auto byte = ParseNumber<std::uint8_t>(digits.substr(2 * i, 2), 16);
    if (!byte) return std::nullopt;
    address.bytes[i] = *byte;
  }
  return address;
}

/// Of a number that the kernel tells, the first digit is enough, and may be all that it tells: it
/// answers one read, however short.
bool IsZero(const FileContents& number) { return number.bytes.starts_with('0'); }

/// A setting of the kernel that is off; one that is not there is of a part that is not there.
bool IsOff(const FileSystem& files, const std::string& path) {
  const auto setting = files.Read(path, kMaxSettingBytes);
  return setting ? IsZero(*setting) : setting.error().reason == Reason::kNotFound;
}

/// Whether a row is of a connection: anything but a listener.
bool HasConnection(std::string_view table) {
  TakeLine(table);  // the headings
  while (!table.empty()) {
    std::string_view row = TakeLine(table);
    for (int i = 0; i < 3; ++i) TakeWord(row);
    const std::string_view state = TakeWord(row);
    if (!state.empty() && state != "0A") return true;
  }
  return false;
}

/// Rules that translate have every connection tracked. Where there are connections and none is
/// tracked, there are no such rules.
bool MayTranslate(const FileSystem& files) {
  const std::string tracked = "/proc/sys/net/netfilter/nf_conntrack_count";
  const auto count = files.Read(tracked, kMaxSettingBytes);
  if (!count) return count.error().reason != Reason::kNotFound;
  if (!IsZero(*count)) return true;
  const auto connections = ReadKernelTable(files, "/proc/1/net/tcp");
  return !connections || !HasConnection(connections->text);
}

}  // namespace

bool OwnNetwork::Has(const IpAddress& address) const {
  return std::ranges::any_of(addresses,
                             [&](const AddressRange& range) { return range.Contains(address); });
}

bool OwnNetwork::MayBind(const IpAddress& address) const {
  const bool is_ipv4 = address.family == IpAddress::Family::kIpv4;
  return address.bytes == IpAddress{}.bytes || Has(address) ||
         (is_ipv4 ? may_bind_foreign_ipv4 : may_bind_foreign_ipv6);
}

/// A leaf, "|-- 127.0.0.0", and below it what is known of networks that begin there: "/8 host
/// LOCAL".
std::vector<AddressRange> ParseFibTrie(std::string_view table) {
  std::vector<AddressRange> ranges;
  std::optional<IpAddress> leaf;
  while (!table.empty()) {
    std::string_view line = TakeLine(table);
    const std::string_view first = TakeWord(line);
    if (first == "|--") leaf = ParseIpAddress(TakeWord(line));
    if (!first.starts_with('/') || !leaf) continue;
    TakeWord(line);  // the scope
    const auto bits = ParseNumber<unsigned>(first.substr(1), 10);
    if (TakeWord(line) == "LOCAL" && bits && *bits <= 32) ranges.push_back({*leaf, *bits});
  }
  return ranges;
}

/// A row: destination, its length, source, its length, next hop, metric, two counts, flags, device.
std::vector<AddressRange> ParseIpv6Routes(std::string_view table) {
  std::vector<AddressRange> ranges;
  while (!table.empty()) {
    std::string_view row = TakeLine(table);
    const auto destination = ParseHexAddress(TakeWord(row));
    const auto bits = ParseNumber<unsigned>(TakeWord(row), 16);
    for (int i = 0; i < 6; ++i) TakeWord(row);
    const auto flags = ParseNumber<std::uint32_t>(TakeWord(row), 16);
    if (destination && bits && *bits <= 128 && flags && (*flags & kLocalRoute) != 0)
      ranges.push_back({*destination, *bits});
  }
  return ranges;
}

std::optional<OwnNetwork> ReadOwnNetwork(const FileSystem& files) {
  const auto theirs = ReadKernelTable(files, "/proc/1/net/fib_trie");
  const auto ours = ReadKernelTable(files, "/proc/self/net/fib_trie");
  if (!theirs || !ours || !theirs->is_whole || theirs->text != ours->text) return std::nullopt;
  OwnNetwork network;
  network.addresses = ParseFibTrie(theirs->text);
  // A kernel without IPv6 has no such table.
  const auto ipv6 = ReadKernelTable(files, "/proc/1/net/ipv6_route");
  if (ipv6 ? !ipv6->is_whole : ipv6.error().reason != Reason::kNotFound) return std::nullopt;
  if (ipv6) std::ranges::move(ParseIpv6Routes(ipv6->text), std::back_inserter(network.addresses));
  network.may_bind_foreign_ipv4 = !IsOff(files, "/proc/sys/net/ipv4/ip_nonlocal_bind");
  network.may_bind_foreign_ipv6 = !IsOff(files, "/proc/sys/net/ipv6/ip_nonlocal_bind");
  network.may_translate = MayTranslate(files);
  return network;
}

}  // namespace certhealth
