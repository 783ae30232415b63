#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A file has one subject, about 120 lines. Over 300 is worth a question, and reported; over 500 fails.
# Usage: file_size.sh ROOT, or file_size.sh --self-test
set -euo pipefail
. "$(dirname "$0")/sources.sh"

check() {
  local file lines status=0
  while read -r file; do
    lines=$(wc -l <"$1/$file")
    if [ "$lines" -gt 500 ]; then
      echo "$file: $lines lines, over 500: split it"
      status=1
    elif [ "$lines" -gt 300 ]; then
      echo "$file: $lines lines, over 300: one subject?"
    fi
  done < <(sources "$1")
  return $status
}

self_test() {
  local root
  root=$(mktemp -d)
  trap "rm -rf '$root'" EXIT
  mkdir "$root/collectors"
  seq 500 >"$root/collectors/long.cc"
  check "$root" | grep -q '^collectors/long.cc: 500 lines, over 300' || { echo "self-test: 500 lines not reported"; return 1; }
  check "$root" >"$root/report" || { echo "self-test: 500 lines refused"; return 1; }
  seq 501 >"$root/collectors/long.cc"
  if check "$root" >"$root/report"; then echo "self-test: 501 lines accepted"; return 1; fi
  echo "self-test: ok"
}

case ${1:-} in
  --self-test) self_test ;;
  *) check "${1:?root of the repository}" ;;
esac
