#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Who may include what. Exits 1 and names file and line of each include that breaks a rule.
# Usage: include_rules.sh ROOT, or include_rules.sh --self-test
set -euo pipefail

# What is included (extended regex, anchored at its start) | the only files of collectors/ and exporter/ that may.
rules='
exporter/                            | exporter/.*
tests/                               | -
openssl/                             | collectors/(certificate_decoder|certificate_reader|certificate_request|private_key|public_key)\.cc|collectors/net/tls_[^/]*|collectors/endpoint/(tls|chain)_[^/]*|collectors/preflight/(server_trust|tsig|tsig_key_file)\.cc
asio                                 | collectors/net/event_loop\.cc
ares\.h                              | collectors/net/resolver\.cc|collectors/preflight/dns_message\.cc
pcre2\.h                             | collectors/web_server/location_pattern\.cc
zlib\.h                              | exporter/gzip\.cc|collectors/certbot_log/gunzip\.cc
civetweb\.h|CivetServer\.h           | exporter/http_server\.cc
gflags/                              | exporter/command_line\.cc
ini\.h|INIReader\.h                  | exporter/config_file\.cc
nlohmann/                            | exporter/json[^/]*\.cc|collectors/account[^/]*\.cc|collectors/preflight/acme_documents\.cc
prometheus/                          | -
gtest/|gmock/|benchmark/             | -
'

each_rule() { sed -n 's/^\([^ ]*\)  *| \(.*\)$/\1 \2/p' <<<"$rules"; }

# Prints the includes of ROOT that break a rule, as FILE:LINE:TEXT.
violations() {
  cd "$1"
  local included allowed
  each_rule | while read -r included allowed; do
    grep -rnE --include='*.cc' --include='*.h' "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]($included)" \
      collectors exporter | grep -vE "^($allowed):" || true
  done
}

# Plants one violation of each rule, where only that rule is broken, and demands that each is found, and nothing else.
self_test() {
  local root included allowed header planted=0 found
  root=$(mktemp -d)
  trap "rm -rf '$root'" EXIT
  mkdir -p "$root/collectors/base" "$root/exporter"
  printf '#include <string>\n#include "collectors/base/result.h"\n' >"$root/collectors/base/good.cc"
  printf '#include "collectors/bundle.h"\n#include "exporter/report.h"\n' >"$root/exporter/good.cc"
  printf '#include <gflags/gflags.h>\n' >"$root/exporter/command_line.cc"
  printf '#include <openssl/x509.h>\n' >"$root/collectors/certificate_reader.cc"
  found=$(violations "$root")
  [ -z "$found" ] || { echo "self-test: the good tree is refused: $found"; return 1; }
  while read -r included allowed; do
    for header in $(tr '|' ' ' <<<"${included//\\/}"); do
      planted=$((planted + 1))
      printf ' # include <%s>\n' "${header/%\//\/x.h}" >"$root/collectors/base/planted_$planted.h"
    done
  done < <(each_rule)
  found=$(violations "$root" | grep -c '^collectors/base/planted_.*:1: # include' || true)
  [ "$found" = "$planted" ] && [ "$planted" -ge 13 ] ||
    { echo "self-test: $planted violations planted, $found found"; return 1; }
  echo "self-test: all $planted planted violations found"
}

case ${1:-} in
  --self-test) self_test ;;
  *)
    found=$(violations "${1:?root of the repository}")
    [ -z "$found" ] && exit
    echo "$found"
    echo "These includes break the rules at the top of tests/lint/include_rules.sh." >&2
    exit 1
    ;;
esac
