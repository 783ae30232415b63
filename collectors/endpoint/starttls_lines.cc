// SPDX-License-Identifier: Apache-2.0
// The protocols that are lines of text.
#include <algorithm>
#include <cctype>
#include <utility>

#include "collectors/endpoint/starttls.h"

namespace certhealth {
namespace {

bool StartsWithWord(std::string_view text, std::string_view word) {
  if (text.size() < word.size()) return false;
  const bool same = std::ranges::equal(text.substr(0, word.size()), word, [](char a, char b) {
    return std::toupper(static_cast<unsigned char>(a)) == b;
  });
  return same && (text.size() == word.size() || text[word.size()] == ' ');
}

// Each costs memory, however short it is; greetings are a dozen at most.
constexpr std::size_t kMostLines = 256;

/// An answer of SMTP, LMTP, FTP or NNTP: a code of three digits, and text of one line or more.
struct Reply {
  int code = 0;
  std::vector<std::string> lines;  // without their codes

  bool Offers(std::string_view keyword) const {
    return std::ranges::any_of(
        lines, [&](const std::string& line) { return StartsWithWord(line, keyword); });
  }
  std::string text() const { return std::to_string(code) + " " + lines.back(); }
};

/// The code that `line` begins with; 0 when there is none.
int CodeOf(std::string_view line) {
  if (line.size() < 3) return 0;
  int code = 0;
  for (const char c : line.substr(0, 3)) {
    if (c < '0' || c > '9') return 0;
    code = code * 10 + (c - '0');
  }
  return line.size() == 3 || line[3] == ' ' || line[3] == '-' ? code : 0;
}

/// RFC 5321, 4.2.1: all lines but the last have a hyphen behind the code, which is the same in all.
/// RFC 959, 4.2 allows FTP lines without any code in between.
enum class Continuation { kWithCode, kAnyLine };

Task<Result<Reply, EndpointFault>> ReadReply(StartTlsTalk& talk, std::string_view protocol,
                                             Continuation continuation = Continuation::kWithCode) {
  Reply reply;
  for (;;) {
    const Result<std::string, EndpointFault> line = co_await talk.Line();
    if (!line) co_return line.error();
    const int code = CodeOf(*line);
    const bool first = reply.lines.empty();
    if (first) reply.code = code;
    if (reply.code == 0 || (continuation == Continuation::kWithCode && code != reply.code)) {
      co_return NotThisProtocol(protocol, *line);
    }
    const bool has_code = code == reply.code;
    if (reply.lines.size() == kMostLines) co_return NotThisProtocol(protocol, "lines without end");
    reply.lines.push_back(has_code && line->size() > 4 ? line->substr(4) : std::string());
    if (has_code && (line->size() == 3 || (*line)[3] == ' ')) co_return std::move(reply);
  }
}

/// Says `command` and expects `code`.
SwitchResult Command(StartTlsTalk& talk, std::string command, int code, std::string_view protocol,
                     Continuation continuation = Continuation::kWithCode) {
  std::optional<EndpointFault> fault = co_await talk.Say(std::move(command));
  if (fault) co_return std::move(fault);
  const Result<Reply, EndpointFault> reply = co_await ReadReply(talk, protocol, continuation);
  if (!reply) co_return reply.error();
  if (reply->code != code) co_return RefusedBy(reply->text());
  co_return std::nullopt;
}

SwitchResult ReadPop3Ok(StartTlsTalk& talk) {
  const Result<std::string, EndpointFault> line = co_await talk.Line();
  if (!line) co_return line.error();
  if (StartsWithWord(*line, "+OK")) co_return std::nullopt;
  if (StartsWithWord(*line, "-ERR")) co_return RefusedBy(*line);
  co_return NotThisProtocol("POP3", *line);
}

}  // namespace

SwitchResult SwitchSmtp(StartTlsTalk& talk, std::string_view hello) {
  const Result<Reply, EndpointFault> greeting = co_await ReadReply(talk, "SMTP");
  if (!greeting) co_return greeting.error();
  if (greeting->code != 220) co_return RefusedBy(greeting->text());
  std::optional<EndpointFault> fault =
      co_await talk.Say(std::string(hello) + " " + talk.names().own + "\r\n");
  if (fault) co_return std::move(fault);
  const Result<Reply, EndpointFault> extensions = co_await ReadReply(talk, "SMTP");
  if (!extensions) co_return extensions.error();
  if (extensions->code != 250) co_return RefusedBy(extensions->text());
  if (!extensions->Offers("STARTTLS")) co_return RefusedBy("no STARTTLS among the extensions");
  co_return co_await Command(talk, "STARTTLS\r\n", 220, "SMTP");
}

SwitchResult SwitchFtp(StartTlsTalk& talk) {
  for (;;) {
    const Result<Reply, EndpointFault> greeting =
        co_await ReadReply(talk, "FTP", Continuation::kAnyLine);
    if (!greeting) co_return greeting.error();
    if (greeting->code == 120) continue;  // "Service ready in nnn minutes."
    if (greeting->code != 220) co_return RefusedBy(greeting->text());
    break;
  }
  co_return co_await Command(talk, "AUTH TLS\r\n", 234, "FTP", Continuation::kAnyLine);
}

SwitchResult SwitchNntp(StartTlsTalk& talk) {
  // NNTP has no replies of more than one line with a code in each.
  const Result<Reply, EndpointFault> greeting = co_await ReadReply(talk, "NNTP");
  if (!greeting) co_return greeting.error();
  if (greeting->code != 200 && greeting->code != 201) co_return RefusedBy(greeting->text());
  co_return co_await Command(talk, "STARTTLS\r\n", 382, "NNTP");
}

SwitchResult SwitchPop3(StartTlsTalk& talk) {
  std::optional<EndpointFault> fault = co_await ReadPop3Ok(talk);
  if (!fault) fault = co_await talk.Say("STLS\r\n");
  if (!fault) fault = co_await ReadPop3Ok(talk);
  co_return std::move(fault);
}

SwitchResult SwitchImap(StartTlsTalk& talk) {
  const Result<std::string, EndpointFault> greeting = co_await talk.Line();
  if (!greeting) co_return greeting.error();
  if (StartsWithWord(*greeting, "* BYE") || StartsWithWord(*greeting, "* PREAUTH")) {
    co_return RefusedBy(*greeting);
  }
  if (!StartsWithWord(*greeting, "* OK")) co_return NotThisProtocol("IMAP", *greeting);
  std::optional<EndpointFault> fault = co_await talk.Say("a1 STARTTLS\r\n");
  if (fault) co_return std::move(fault);
  for (;;) {
    const Result<std::string, EndpointFault> line = co_await talk.Line();
    if (!line) co_return line.error();
    if (StartsWithWord(*line, "A1 OK")) co_return std::nullopt;
    if (StartsWithWord(*line, "A1 NO") || StartsWithWord(*line, "A1 BAD")) {
      co_return RefusedBy(*line);
    }
    if (!line->starts_with("* ")) co_return NotThisProtocol("IMAP", *line);
  }
}

SwitchResult SwitchSieve(StartTlsTalk& talk) {
  bool offered = false;
  for (;;) {
    const Result<std::string, EndpointFault> line = co_await talk.Line();
    if (!line) co_return line.error();
    if (StartsWithWord(*line, "OK")) break;
    if (StartsWithWord(*line, "NO") || StartsWithWord(*line, "BYE")) co_return RefusedBy(*line);
    if (!line->starts_with('"')) co_return NotThisProtocol("ManageSieve", *line);
    offered = offered || StartsWithWord(*line, "\"STARTTLS\"");
  }
  if (!offered) co_return RefusedBy("no STARTTLS among the capabilities");
  std::optional<EndpointFault> fault = co_await talk.Say("STARTTLS\r\n");
  if (fault) co_return std::move(fault);
  const Result<std::string, EndpointFault> answer = co_await talk.Line();
  if (!answer) co_return answer.error();
  if (StartsWithWord(*answer, "OK")) co_return std::nullopt;
  if (StartsWithWord(*answer, "NO") || StartsWithWord(*answer, "BYE")) co_return RefusedBy(*answer);
  co_return NotThisProtocol("ManageSieve", *answer);
}

}  // namespace certhealth
