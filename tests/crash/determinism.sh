#!/bin/sh
# Whether the state depends on who compiled the program: builds replay_digest with g++ and clang,
# with and without optimisation, and with sanitizers; has each make stores from seeds and replay
# those that the first one made; all digests must be equal.
#   sh tests/crash/determinism.sh [SEEDS]     how many seeds, 32 if not given
# Builds stay under build/determinism. Not part of run.sh: it compiles the engine five times.
set -eu
cd "$(dirname "$0")/../.."
seeds=${1:-32}
case "$seeds" in
  *[!0-9]* | '' | 0*) echo "determinism.sh: '$seeds' is not a number of seeds" >&2; exit 64 ;;
esac
[ $# -le 1 ] || { echo "usage: sh tests/crash/determinism.sh [SEEDS]" >&2; exit 64; }
place=${TMPDIR:-/tmp}
[ ! -w /dev/shm ] || place=/dev/shm # in memory: thousands of syncs that nobody needs
work=$(mktemp -d "$place/holdfast-determinism-XXXXXX")
trap 'rm -rf "$work"' EXIT

# build NAME COMPILER FLAGS [SANITIZERS]. Warnings are for the presets: -O3 sees others.
build() {
  cmake -S . -B "build/determinism/$1" -G Ninja -DCMAKE_BUILD_TYPE= -DCMAKE_CXX_COMPILER="$2" \
    -DCMAKE_CXX_FLAGS="$3 -w" -DHOLDFAST_SANITIZE="${4:-}" >"$work/log" 2>&1 &&
    cmake --build "build/determinism/$1" --target replay_digest -j 2 >>"$work/log" 2>&1 ||
    { tail -n 40 "$work/log"; echo "$1 does not build"; exit 1; }
  echo "$1 built"
}

builds='gcc-O0 gcc-O3 clang-O0 clang-O3 asan'
build gcc-O0 g++ -O0
build gcc-O3 g++ -O3
build clang-O0 clang++-19 -O0
build clang-O3 clang++-19 -O3
build asan clang++-19 -O1 address,undefined

differing=0
for name in $builds; do
  program=build/determinism/$name/tests/crash/replay_digest
  : >"$work/$name.generated"
  : >"$work/$name.replayed"
  seed=1
  while [ "$seed" -le "$seeds" ]; do
    "$program" --generate "$seed" "$work/$name-$seed" >>"$work/$name.generated"
    "$program" "$work/gcc-O0-$seed/data" >>"$work/$name.replayed"
    [ "$name" = gcc-O0 ] || rm -rf "$work/$name-$seed"
    seed=$((seed + 1))
  done
  for what in generated replayed; do
    if diff "$work/gcc-O0.generated" "$work/$name.$what" >"$work/log"; then
      echo "$name $what: $seeds equal digests"
    else
      echo "$name $what: differs from gcc-O0 (SEQ DIGEST, a line for each seed from 1 on)"
      cat "$work/log"
      differing=$((differing + 1))
    fi
  done
done
[ "$(sort -u "$work/gcc-O0.generated" | wc -l)" = "$seeds" ] ||
  { echo "different seeds gave the same digest"; exit 1; }
[ "$differing" = 0 ]
