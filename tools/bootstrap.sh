#!/usr/bin/env bash
# Installs the Debian 12 packages that a make target needs and that are missing; says what it installs.
#
#   tools/bootstrap.sh build   what `make build` and `make demo` need; Go and Node.js are tools/fetch_toolchains.py's
#   tools/bootstrap.sh test    the same, and what the tests, sanitizers, fuzzers and linters need
#
# Does nothing (and asks for nothing) when everything is there. Set TABLETHEORY_NO_BOOTSTRAP=1 to skip it.
set -euo pipefail

build_packages=(build-essential cmake ninja-build ccache mold python3 python3-dev python3-venv pkg-config
  libyaml-dev libssl-dev libfmt-dev libcli11-dev libboost1.81-dev zlib1g-dev)
test_packages=(libgtest-dev libgmock-dev libbenchmark-dev wrk
  clang-19 libclang-rt-19-dev clang-format-19 clang-tidy-19)

[ "${TABLETHEORY_NO_BOOTSTRAP:-}" = 1 ] && exit 0
case "${1:-build}" in
  build) wanted=("${build_packages[@]}") ;;
  test) wanted=("${build_packages[@]}" "${test_packages[@]}") ;;
  *) echo "bootstrap: unknown set '$1': use 'build' or 'test'" >&2; exit 2 ;;
esac

missing=()
for package in "${wanted[@]}"; do
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null; then
  echo "bootstrap: this machine has no apt-get; install the equivalents of: ${missing[*]}" >&2
  exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "bootstrap: run as root, or install: ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
echo "bootstrap: installing Debian packages: ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
