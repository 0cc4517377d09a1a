#!/bin/sh
# Installs a finished build into a temporary prefix, then builds and runs a program against it.
#
#     tests/consumer/run.sh BUILD_DIR [ON]    ON: compiles every public header by itself, too
set -eu
[ $# -ge 1 ] || { echo "usage: $0 BUILD_DIR [ON]" >&2; exit 2; }
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake --install "$build" --prefix "$work/prefix" >"$work/install.log" || { cat "$work/install.log" >&2; exit 1; }
cmake -S "$here" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DEVERY_HEADER="${2:-OFF}" \
  -DCMAKE_PREFIX_PATH="$work/prefix" -DTABLETHEORY_INCLUDE_DIR="$work/prefix/include" >"$work/configure.log" ||
  { cat "$work/configure.log" >&2; exit 1; }
cmake --build "$work/build"
"$work/build/consumer" | grep -q '^hello from an installed package! (version 1)$'
echo "consumer: ok"
