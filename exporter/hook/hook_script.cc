// SPDX-License-Identifier: Apache-2.0
#include "exporter/hook/hook_script.h"

namespace certhealth {
namespace {

/// In every version's second line: by this we know our own.
constexpr std::string_view kMarker = "# certhealth_exporter hook: ";

constexpr std::string_view kHead = R"(#!/bin/sh
# certhealth_exporter hook: notes what certbot did, so that certhealth_exporter can tell.
# `certhealth_exporter hook install` put it here, `certhealth_exporter hook remove` takes it back.
# It prints nothing, always exits with 0, and evaluates nothing that it is given.
)";

// What may go wrong (no such program, a full disk, no process left) ends in the trap at the latest.
constexpr std::string_view kBody = R"(trap 'exit 0' 0

# Sets $run to certbot's process number; fails in a dry run. Only Linux tells; elsewhere a
# dry run that fails looks like a real one.
find_run() {
  run=$PPID
  read_command
  case $command in
    *-c"$0") # the shell that certbot calls hooks through
      while read -r line; do
        case $line in PPid:*) run=${line##*[!0-9]} ;; esac
      done <"/proc/$run/status"
      read_command
      ;;
  esac
  case $command in *--dry-r* | *--dry | *certbotreconfigure*) return 1 ;; esac
}

# Sets $command to the arguments of process $run, without anything between them.
read_command() {
  command=
  [ -r "/proc/$run/cmdline" ] || return 0
  while read -r line || [ -n "$line" ]; do
    command=$command$line
  done <"/proc/$run/cmdline"
}

# Makes what is missing of the directories. Where others could write, they could lead us anywhere.
find_records() {
  for directory in "$state" "$state/hook" "$records" "$records/renewed"; do
    [ -d "$directory" ] || mkdir "$directory"
    [ -O "$directory" ] || return 1
  done
}

# Replaces file $1 by text $2 in one step.
replace() {
  new=$records/.new.$$
  if echo "$2" >"$new"; then mv -f "$new" "$1"; fi
  if [ -f "$new" ]; then rm -f "$new"; fi
}

# One file for each lineage. No lineage begins with a dot.
record_renewed() {
  lineage=${RENEWED_LINEAGE##*/}
  case $lineage in '' | .*) return ;; esac
  replace "$records/renewed/$lineage" "$now $run"
}

# A line for each run with failures, the newest first, a few of them; one that failed at the
# same as a newer one is not kept.
record_failed() {
  case ${#FAILED_DOMAINS} in
    16000 | 32000) FAILED_DOMAINS=${FAILED_DOMAINS% *} ;; # certbot cuts there, through a name
  esac
  failed=
  for name in $FAILED_DOMAINS; do
    case $name in *[!A-Za-z0-9.:*_-]*) continue ;; esac
    failed="$failed $name"
  done
  [ -n "$failed" ] || return
  text="$now $run$failed"
  left=7
  if [ -f "$records/failed" ]; then
    while [ "$left" -gt 0 ] && read -r at of names; do
      left=$((left - 1))
      [ " $names" != "$failed" ] || continue
      text="$text
$at $of $names"
    done <"$records/failed"
  fi
  replace "$records/failed" "$text"
}

record() {
  umask 022
  set -f
  IFS=' '
  LC_ALL=C
  PATH=${PATH:+$PATH:}/usr/bin:/bin
  now=$(date +%s)
  case $now in '' | *[!0-9]*) return ;; esac
  find_run && find_records || return
  case $stage in
    deploy) record_renewed ;;
    post) record_failed ;;
  esac
}

record </dev/null >/dev/null 2>&1
exit 0
)";

/// `text` as one word of any POSIX shell.
std::string SingleQuoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

}  // namespace

std::string_view NameOf(HookStage stage) { return stage == HookStage::kDeploy ? "deploy" : "post"; }

std::string HookScript(HookStage stage, const std::string& state_dir,
                       const std::string& records_dir) {
  std::string script(kHead);
  script.append("stage=").append(NameOf(stage)).append("\n");
  script.append("state=").append(SingleQuoted(state_dir)).append("\n");
  script.append("records=").append(SingleQuoted(records_dir)).append("\n");
  return script.append(kBody);
}

bool IsHookScript(std::string_view text) {
  const std::size_t second = text.find('\n');
  return text.starts_with("#!/bin/sh\n") && text.substr(second + 1).starts_with(kMarker);
}

}  // namespace certhealth
