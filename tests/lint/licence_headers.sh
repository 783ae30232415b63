#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every source file names its licence in one of its first two lines (the first may be an interpreter's).
# Usage: licence_headers.sh ROOT, or licence_headers.sh --self-test
set -euo pipefail
. "$(dirname "$0")/sources.sh"

check() {
  local file status=0
  while read -r file; do
    head -n 2 "$1/$file" | grep -qE '^(//|#|/\*|\.\\") SPDX-License-Identifier: Apache-2\.0$' ||
      { echo "$file: no line 'SPDX-License-Identifier: Apache-2.0' at its top"; status=1; }
  done < <(sources "$1")
  return $status
}

self_test() {
  local root
  root=$(mktemp -d)
  trap "rm -rf '$root'" EXIT
  mkdir "$root/collectors" "$root/scripts"
  printf '// SPDX-License-Identifier: Apache-2.0\n' >"$root/collectors/good.h"
  printf '#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\n' >"$root/scripts/good"
  check "$root" || { echo "self-test: good files refused"; return 1; }
  printf '\n\n// SPDX-License-Identifier: Apache-2.0\n' >"$root/collectors/late.h"
  printf '// SPDX-License-Identifier: MIT\n' >"$root/collectors/other.cc"
  printf '#!/bin/sh\n' >"$root/scripts/bare"
  [ "$(check "$root" | wc -l)" = 3 ] || { echo "self-test: not all of three bad files refused"; return 1; }
  echo "self-test: ok"
}

case ${1:-} in
  --self-test) self_test ;;
  *) check "${1:?root of the repository}" ;;
esac
