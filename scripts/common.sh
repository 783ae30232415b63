# SPDX-License-Identifier: Apache-2.0
# Sourced by the other scripts, with the repository's root as the working directory.

# Runs a command whose output only matters when it fails. Usage: quietly LOGFILE COMMAND...
quietly() (
  log=$1
  shift
  mkdir -p "$(dirname "$log")"
  if ! "$@" >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    echo "failed: $*" >&2
    return 1
  fi
)

# Configures and builds a preset, or only the targets named, and goes on to tell every error. Usage: build PRESET [TARGET...]
build() (
  preset=$1
  shift
  quietly "build/log/$preset.configure.log" cmake --preset "$preset" -Wno-dev &&
    quietly "build/log/$preset.build.log" cmake --build "build/$preset" ${1:+--target "$@"} -- -k 0
)

# Runs a preset's tests. Usage: ctests PRESET [ARGUMENT-OF-CTEST...]
ctests() (
  preset=$1
  shift
  ctest --test-dir "build/$preset" --output-on-failure --no-tests=error -j "$(nproc)" "$@"
)
