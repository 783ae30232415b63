# SPDX-License-Identifier: Apache-2.0
# Sourced by the other checks.

# Prints the files under ROOT that people write: all but fixtures, documents, what a build makes, and a
# changelog that has no comments.
sources() {
  (
    cd "$1"
    find CMakeLists.txt cmake .ci collectors exporter scripts tests docker packaging alerts dashboards \
      \( -path tests/fixtures -o -path tests/fuzz/corpus -o -name __pycache__ -o -path packaging/debian/changelog.in \) -prune -o -type f \
      \( -name '*.cc' -o -name '*.c' -o -name '*.h' -o -name '*.in' -o -name '*.cmake' -o -name CMakeLists.txt \
      -o -name '*.sh' -o -name '*.py' -o -perm -u+x -o -path 'scripts/*' \) -print 2>/dev/null | sort
  )
}
