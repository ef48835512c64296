#!/bin/sh
# bootstrap.sh - from a fresh clone to a trained network or a finished test run, on Debian 12 or
# Ubuntu 24.04. Installs the system packages that are missing, then drives plain CMake.
set -eu
cd "$(dirname "$0")"

usage() {
  cat <<'END'
usage: sh bootstrap.sh demo|test [--no-install]
  demo          build knn and train a network on handwritten digits
  test          build knn and run all tests, optimized and under the sanitizers
  --no-install  do not install system packages: list the missing ones and stop; alone: only check
END
}

say() { printf '%s\n' "bootstrap: $*"; }
fail() { printf '%s\n' "bootstrap: $*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }
# True when one of the files exists; a pattern that matches nothing stands for itself.
any_file() { for f in "$@"; do [ -e "$f" ] && return 0; done; return 1; }

cmake_is_new() {
  have cmake || return 1
  version=$(cmake --version | awk 'NR == 1 { print $3 }')
  [ "$(printf '3.25\n%s\n' "$version" | sort -V | head -n 1)" = 3.25 ]
}

# What the build needs is looked for itself, not its package: a compiler installed by hand is fine.
missing_packages() {
  missing=
  need() { missing="$missing $1"; }
  wish() { ! apt-cache show "$1" >/dev/null 2>&1 || need "$1"; } # where the distribution has it
  { have cc || have gcc || have clang; } || need gcc
  any_file /usr/include/stdio.h || need libc6-dev
  cmake_is_new || need cmake
  have ninja || need ninja-build
  have pkg-config || need pkg-config
  have nm || need binutils
  any_file /usr/include/lua5.4/lua.h /usr/local/include/lua.h || need liblua5.4-dev
  any_file /usr/lib/*/libopenblas.so /usr/local/lib/libopenblas.so || need libopenblas-dev
  any_file /usr/include/oneapi/dnnl/dnnl.h /usr/local/include/oneapi/dnnl/dnnl.h || wish libdnnl-dev
  any_file /usr/include/zlib.h /usr/local/include/zlib.h || need zlib1g-dev
  any_file /usr/include/png.h /usr/local/include/png.h || need libpng-dev
  any_file /usr/include/jpeglib.h /usr/local/include/jpeglib.h || need libjpeg-dev
  any_file /usr/include/sndfile.h /usr/local/include/sndfile.h || need libsndfile1-dev
  any_file /usr/include/soxr.h /usr/local/include/soxr.h || need libsoxr-dev
  any_file /usr/include/curl/curl.h /usr/include/*/curl/curl.h || need libcurl4-openssl-dev
  any_file /usr/include/hdf5.h /usr/include/hdf5/serial/hdf5.h || need libhdf5-dev
  any_file /usr/include/zip.h /usr/local/include/zip.h || need libzip-dev
  any_file /usr/include/jansson.h /usr/local/include/jansson.h || need libjansson-dev
  any_file /usr/include/readline/readline.h || need libreadline-dev
  if [ "$1" != demo ]; then
    any_file /usr/include/cmocka.h /usr/local/include/cmocka.h || need libcmocka-dev
    have lua5.4 || need lua5.4
  fi
  printf '%s' "${missing# }"
}

install_packages() {
  say "missing system packages: $*"
  [ "$install" = yes ] || fail "not installed because of --no-install; try: apt-get install $*"
  have apt-get || fail "no apt-get on this system: please install the packages above by hand"
  as_root=
  if [ "$(id -u)" != 0 ]; then
    have sudo || fail "not root and no sudo: please install the packages above by hand"
    as_root=sudo
  fi
  say "installing them with ${as_root:+sudo }apt-get"
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q
  # shellcheck disable=SC2046
  set -- $(missing_packages "$what") # with fresh lists more wishes may be granted
  $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends "$@"
}

build() { # preset, arguments of ninja
  preset=$1
  shift
  say "building preset '$preset'"
  cmake --preset "$preset" -DKNN_WERROR="${KNN_WERROR:-OFF}" &&
    cmake --build --preset "$preset" -- "$@"
}

# Counts single tests in ctest's log: cmocka programs and Lua files print their sums; a test that
# prints none counts as one, and one that fails without a failed case (a crash, a leak) as one failure.
# Whether a test failed is read from ctest's list: its log calls a test passed that could not start.
count_tests() { # folder of the logs, preset
  awk -v preset="$2" '
    FILENAME ~ /Failed/ { sub(/^[0-9]+:/, ""); broken[$0] = 1; next }
    /^[0-9]+\/[0-9]+ Test: / { test = $3; part = test; sub(/\/.*/, "", part); p = f = s = 0 }
    match($0, /^\[  (PASSED|FAILED|SKIPPED) +\] [0-9]+ test\(s\)/) {
      n = $0; sub(/^[^]]*\] /, "", n); n += 0
      if ($2 == "PASSED") p += n; else if ($2 == "FAILED") f += n; else s += n
    }
    /^[^ ]+: [0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$/ { p += $2; f += $4; s += $6 }
    /^Test (Passed|Failed|Skipped)/ && test != "" {
      if (test in broken && f == 0) f = 1
      if ($2 ~ /^Passed/ && p + f + s == 0) p = 1
      if ($2 ~ /^Skipped/ && p + f + s == 0) s = 1
      if (!(part in seen)) { seen[part] = 1; order[++parts] = part }
      passed[part] += p; failed[part] += f; skipped[part] += s; test = ""
    }
    END {
      for (i = 1; i <= parts; i++) {
        k = order[i]; P += passed[k]; F += failed[k]; S += skipped[k]
        printf "part %s/%s: %d passed, %d failed, %d skipped\n", preset, k, passed[k], failed[k], \
          skipped[k] > "/dev/stderr"
      }
      print P + 0, F + 0, S + 0
    }' "$1/LastTestsFailed.log" "$1/LastTest.log"
}

run_tests() { # preset, build folder
  say "testing preset '$1'"
  logs=$2/Testing/Temporary
  mkdir -p "$logs"
  : >"$logs/LastTest.log"
  : >"$logs/LastTestsFailed.log"
  status=0
  ctest --preset "$1" --parallel "$(nproc)" || status=$?
  [ -f "$logs/LastTestsFailed.log" ] || : >"$logs/LastTestsFailed.log"
  # shellcheck disable=SC2046
  set -- $(count_tests "$logs" "$1")
  [ "$status" = 0 ] || [ "$2" != 0 ] || set -- "$1" 1 "$3"
  passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
}

test_all() {
  passed=0 failed=0 skipped=0
  for preset in default debug; do
    # What can be built is tested even when something cannot.
    build $preset -k 0 || { say "preset '$preset' does not build"; failed=$((failed + 1)); }
  done
  run_tests default build
  run_tests debug build-debug
  if [ "$skipped" = 0 ]; then
    printf '%d passed, %d failed\n' "$passed" "$failed"
  else
    printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  fi
  [ "$failed" = 0 ] && [ "$passed" != 0 ]
}

install=yes what=
for word in "$@"; do
  case $word in
    demo | test) what=$word ;;
    --no-install) install=no ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
done
if [ -z "$what" ] && [ "$install" = yes ]; then usage >&2; exit 2; fi

packages=$(missing_packages "$what")
# shellcheck disable=SC2086
if [ -n "$packages" ]; then install_packages $packages; else say "all system packages are there"; fi
case $what in
  demo) build default; exec build/knn scripts/digits.lua ;;
  test) test_all ;;
esac
