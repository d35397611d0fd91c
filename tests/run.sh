#!/bin/sh
# Says whether this tree is sound. Needs nothing but a Debian 12 and this checkout.
#   sh tests/run.sh          debug build, every test, the checks of the tree; release build
#   sh tests/run.sh --all    that, and: the long suites; by clang, with thread-safety analysis: all
#                            tests under ASan and UBSan, a smoke run of each fuzz target,
#                            clang-tidy, the threaded tests under ThreadSanitizer
# Builds stay under build/, so a second run only does what changed. The last line is
# "N passed, N failed": tests as ctest counts them, and one for each build and static check.
set -u
cd "$(dirname "$0")/.." || exit 1
jobs=2
passed=0
failed=0
log=build/run-logs

case "${1:-}" in
  '') all=no ;;
  --all) all=yes ;;
  *) echo "usage: sh tests/run.sh [--all]" >&2; exit 64 ;;
esac

announce() {
  printf '\n== %s\n' "$1"
}

# check NAME COMMAND...: one step that passes or fails as a whole; its output is shown if it fails.
check() {
  name=$1
  shift
  announce "$name"
  started=$(date +%s)
  if "$@" >"$log/$(echo "$name" | tr ' /' '--').log" 2>&1; then
    passed=$((passed + 1))
    echo "passed in $(($(date +%s) - started)) s"
  else
    failed=$((failed + 1))
    tail -n 60 "$log/$(echo "$name" | tr ' /' '--').log"
    echo "FAILED: $name"
    return 1
  fi
}

# run_tests NAME BUILD-DIRECTORY CTEST-ARGUMENTS...: adds ctest's counts to ours.
run_tests() {
  name=$1
  directory=$2
  shift 2
  announce "$name"
  started=$(date +%s)
  ctest --test-dir "$directory" -j "$jobs" --output-on-failure --no-tests=error "$@" \
    >"$log/ctest.log" 2>&1
  status=$?
  # "99% tests passed, 2 tests failed out of 431"
  summary=$(grep -E 'tests? failed out of [0-9]+' "$log/ctest.log" | tail -n 1)
  if [ -z "$summary" ]; then
    tail -n 60 "$log/ctest.log"
    failed=$((failed + 1))
    return 1
  fi
  count=${summary##* out of }
  bad=$(echo "$summary" | sed -E 's/.*, ([0-9]+) tests? failed.*/\1/')
  passed=$((passed + count - bad))
  failed=$((failed + bad))
  echo "$summary in $(($(date +%s) - started)) s"
  [ "$status" = 0 ] || grep -vE '^ *[0-9]+/[0-9]+ Test +#[0-9]+: .* Passed|^ *Start +[0-9]+:' "$log/ctest.log"
  return "$status"
}

configure_and_build() {
  preset=$1
  shift
  cmake --preset "$preset" -DHOLDFAST_TESTS=ON && cmake --build --preset "$preset" -j "$jobs" "$@"
}

build_programs() {
  cmake --preset release -DHOLDFAST_TESTS=OFF && cmake --build --preset release -j "$jobs"
}

mkdir -p "$log"
check "install dependencies" sh etc/install-deps.sh --tests

if check "debug build" configure_and_build debug; then
  run_tests "debug tests" build/debug -LE long
fi

# What users run, built as etc/start.sh builds it: optimised, and so seen with other warnings.
check "release build" build_programs

if [ "$all" = yes ]; then
  [ -x build/debug/cmd/holdfastd ] && run_tests "long tests" build/debug -L long
  # The fuzz build is the asan build with libFuzzer programs: one serves both.
  if check "asan build" configure_and_build fuzz; then
    run_tests "asan tests" build/fuzz -LE '^(long|tree|web)$'
    check "clang-tidy" python3 tests/tree/tidy.py build/fuzz
  fi
  # Where threads meet: the journal, the store and their helpers, password hashing and payments, the
  # loop and what wakes it; and all of them in the real server under forty clients. A race ends the
  # program that has it, so that the server's is seen by its clients. Each source by itself here: what
  # it includes is seen to be enough.
  if check "tsan build" configure_and_build tsan \
      --target unit_journal unit_store unit_machine unit_selling unit_net wire; then
    TSAN_OPTIONS="halt_on_error=1${TSAN_OPTIONS:+:$TSAN_OPTIONS}"
    export TSAN_OPTIONS
    run_tests "tsan tests" build/tsan \
      -L '^(unit_journal|unit_store|unit_machine|unit_selling|unit_net)$'
    run_tests "tsan server" build/tsan -L '^wire$' -R '^Race\.'
  fi
fi

printf '\n%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
