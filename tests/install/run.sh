#!/bin/sh
# run.sh BUILD GENERATOR - installs the build into a temporary prefix, moves the prefix, and uses it from outside:
# a C program through pkg-config and through CMake, the shell, the module in a stock Lua.
build=$1 generator=$2
here=$(cd "$(dirname "$0")" && pwd)
temp=$(mktemp -d) || exit 1
trap 'rm -rf "$temp"' EXIT
passed=0 failed=0 skipped=0

check() { # name, command...
  name=$1
  shift
  # Outside of a condition, where -e would be ignored.
  (set -e; "$@") >"$temp/log" 2>&1
  status=$?
  if [ $status = 0 ]; then
    passed=$((passed + 1))
    echo "ok - $name"
  else
    failed=$((failed + 1))
    echo "not ok - $name"
    sed 's/^/# /' "$temp/log"
  fi
}

skip() { # name, reason
  skipped=$((skipped + 1))
  echo "skipped - $1 # $2"
}

prefix=$temp/moved\ here
pc() { PKG_CONFIG_PATH=$temp/link/lib/pkgconfig pkg-config "$@"; }

install_and_move() {
  cmake --install "$build" --prefix "$temp/first"
  mv "$temp/first" "$prefix"
  # pkg-config's output is split at blanks by the shell, so it gets a name without one.
  ln -s "$prefix" "$temp/link"
}
no_old_prefix() {
  traces=$(grep -rIl -e "$temp/first" -e "$build" "$prefix/lib/pkgconfig" "$prefix/lib/cmake" || true)
  [ -z "$traces" ]
}
shared_with_pkg_config() {
  # shellcheck disable=SC2046
  cc -std=c11 -Wall -Werror "$here/host.c" -o "$temp/host" $(pc --cflags --libs knn) \
    -Wl,-rpath,"$temp/link/lib"
  "$temp/host"
}
static_with_pkg_config() {
  libs=$(pc --libs --static knn | sed 's/-lknn/-l:libknn.a/')
  # shellcheck disable=SC2046,SC2086
  cc -std=c11 "$here/host.c" -o "$temp/host_static" $(pc --cflags knn) $libs
  "$temp/host_static"
}
headers_alone() { # each public header compiles by itself, as C and (where there is a compiler) as C++
  for header in "$prefix"/include/knn/*.h; do
    printf '#include <knn/%s>\n' "$(basename "$header")" >"$temp/one.c"
    cc -std=c11 -Wall -Wextra -Werror -fsyntax-only -I"$prefix/include" "$temp/one.c"
    if command -v c++ >/dev/null 2>&1; then
      c++ -x c++ -std=c++11 -fsyntax-only -I"$prefix/include" "$temp/one.c"
    fi
  done
}
with_cmake() {
  cmake -G "$generator" -S "$here" -B "$temp/host-build" -DCMAKE_PREFIX_PATH="$prefix"
  cmake --build "$temp/host-build"
  "$temp/host-build/host_shared"
  "$temp/host-build/host_static"
}
shell_alone() { (cd "$temp" && "$prefix/bin/knn" -e 'assert(type(require("knn")) == "table")'); }
module_in_stock_lua() {
  # No globals, no output, nothing but the module itself on the path.
  cat >"$temp/module.lua" <<'END'
    local before = {}
    for k in pairs(_G) do before[k] = true end
    local knn = require "knn"
    assert(type(knn) == "table")
    for k in pairs(_G) do assert(before[k], "require 'knn' sets the global " .. tostring(k)) end
END
  out=$(cd "$temp" && LUA_PATH="" LUA_CPATH="$prefix/lib/lua/5.4/?.so" lua5.4 module.lua)
  [ -z "$out" ]
}

check "install and move" install_and_move
check "no trace of the old prefix" no_old_prefix
check "public headers stand alone" headers_alone
check "C program with CMake, shared and static" with_cmake
if command -v pkg-config >/dev/null 2>&1; then
  check "C program with pkg-config" shared_with_pkg_config
  check "C program with pkg-config, static" static_with_pkg_config
else
  skip "C program with pkg-config" "no pkg-config"
fi
if [ -x "$prefix/bin/knn" ]; then check "the shell alone" shell_alone; else skip "the shell alone" "not built"; fi
if [ ! -f "$prefix/lib/lua/5.4/knn.so" ]; then
  skip "require in stock Lua" "module not built"
elif command -v lua5.4 >/dev/null 2>&1; then
  check "require in stock Lua" module_in_stock_lua
else
  skip "require in stock Lua" "no lua5.4"
fi
echo "install: $passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
