#!/bin/sh
# Holdfast beside Redis 7 on the same machine, both durable (every acknowledged booking synced):
# redis-benchmark drives `BOOK yard n=1` and a Redis function that does the same, in turn.
# Prints medians of the rounds and their ratio; needs redis-server and a release build.
#   sh tests/bench/redis_compare.sh [BUILD-DIRECTORY]      (default build/release)
#   ROUNDS=5  SECONDS_EACH=4   rounds, and about how long one measurement takes
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${1:-$root/build/release}
rounds=${ROUNDS:-5}
seconds=${SECONDS_EACH:-4}
work=$(mktemp -d "${TMPDIR:-/tmp}/holdfast-bench-XXXXXX")
holdfast_port=$((20000 + $$ % 20000))
redis_port=$((holdfast_port + 1))
holdfast_pid=
redis_pid=

cleanup() {
  [ -z "$holdfast_pid" ] || kill "$holdfast_pid" 2>/dev/null || true
  [ -z "$redis_pid" ] || kill "$redis_pid" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

# wait_for COMMAND...: until it succeeds, at most 30 s.
wait_for() {
  tries=0
  until "$@" >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || { echo "gave up waiting for: $*" >&2; exit 1; }
    sleep 0.1
  done
}

# Each start is a fresh store: both sides sell units 1, 2, 3, ... of a million.
start_holdfast() {
  rm -rf "$work/holdfast"
  "$build/cmd/holdfastd" --data "$work/holdfast" --listen "127.0.0.1:$holdfast_port" --metrics-listen= \
    >"$work/holdfast.log" 2>&1 &
  holdfast_pid=$!
  wait_for redis-cli -p "$holdfast_port" PING
  "$build/cmd/holdfast" --socket "$work/holdfast/holdfastd.sock" -f "$root/tests/bench/yard.holdfast" \
    >/dev/null
  redis-cli -p "$holdfast_port" REGISTER bench 'open sesame' >/dev/null
}
stop_holdfast() {
  kill "$holdfast_pid" && wait "$holdfast_pid" || true
  holdfast_pid=
}
start_redis() {
  rm -rf "$work/redis" && mkdir "$work/redis"
  redis-server --port "$redis_port" --bind 127.0.0.1 --dir "$work/redis" --save "" \
    --appendonly yes --appendfsync always --auto-aof-rewrite-percentage 0 >"$work/redis.log" 2>&1 &
  redis_pid=$!
  wait_for redis-cli -p "$redis_port" PING
  redis-cli -p "$redis_port" -x FUNCTION LOAD <"$root/tests/bench/book.lua" >/dev/null
}
stop_redis() {
  kill "$redis_pid" && wait "$redis_pid" || true
  redis_pid=
}

# rate PORT CLIENTS PIPELINE REQUESTS WORD...: requests per second. redis-benchmark ends at the
# first error reply, so every request counted is a booking.
rate() {
  port=$1 clients=$2 pipeline=$3 requests=$4
  shift 4
  redis-benchmark -p "$port" -c "$clients" -P "$pipeline" -n "$requests" --csv "$@" \
    2>"$work/benchmark.err" | tail -n 1 | cut -d , -f 2 | tr -d '"'
}
# As an account: the booking enters that account's index, as it does on the other side.
book_holdfast() {
  rate "$holdfast_port" "$1" "$2" "$3" --user bench -a 'open sesame' BOOK yard n=1
}
book_redis() {
  rate "$redis_port" "$1" "$2" "$3" \
    FCALL book 4 yard:next yard:taken yard:reservations yard:by_user bench 100
}

median() {
  sort -n | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'
}

# So many requests that one measurement of the slower side takes about $seconds, within the million.
requests_for() {
  start_redis
  probe=$(book_redis "$1" "$2" $(($1 * $2 * 100)))
  stop_redis
  awk -v rate="$probe" -v seconds="$seconds" -v least="$(($1 * $2 * 100))" \
    'BEGIN { n = int(rate * seconds); if (n < least) n = least; if (n > 900000) n = 900000; print n }'
}

redis-server --version
printf '%-22s %14s %14s %8s\n' 'clients x pipeline' 'holdfast /s' 'redis /s' 'ratio'
for shape in '1 1' '1 16' '50 1' '50 16'; do
  clients=${shape% *} pipeline=${shape#* }
  requests=$(requests_for "$clients" "$pipeline")
  : >"$work/a" && : >"$work/b"
  round=0
  while [ "$round" -lt "$rounds" ]; do
    start_holdfast
    book_holdfast "$clients" "$pipeline" "$requests" >>"$work/a"
    stop_holdfast
    start_redis
    book_redis "$clients" "$pipeline" "$requests" >>"$work/b"
    stop_redis
    round=$((round + 1))
  done
  a=$(median <"$work/a") b=$(median <"$work/b")
  printf '%-22s %14.0f %14.0f %8.2f\n' "$clients x $pipeline" "$a" "$b" \
    "$(awk -v a="$a" -v b="$b" 'BEGIN { print a / b }')"
done
