#!/bin/sh
# Makes the golden data directory of the current schema: a small store with a bit of everything. Run
# once, when a schema is final; commit the result and never make it again: it stands for what is on
# people's disks.
#   sh tests/golden/make.sh BUILD-DIRECTORY VERSION      -> tests/golden/vVERSION
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "$1" && pwd)
target=$root/tests/golden/v$2
[ ! -e "$target" ] || { echo "$target exists; it is never made again" >&2; exit 1; }
work=$(mktemp -d "${TMPDIR:-/tmp}/holdfast-golden-XXXXXX")
pid=
trap '[ -z "$pid" ] || kill "$pid"; rm -rf "$work"' EXIT

printf 'storage.segment_size = 64KiB\nstorage.map_size = 16MiB\ndemo.directory = %s\n' \
  "$root/etc/demo" >"$work/holdfast.conf"
"$build/cmd/holdfastd" --data "$work/data" --config "$work/holdfast.conf" --listen "" --metrics-listen= --demo \
  2>"$work/log" &
pid=$!
tries=0
until grep -q event=ready "$work/log"; do
  tries=$((tries + 1))
  [ "$tries" -lt 300 ] || { cat "$work/log" >&2; exit 1; }
  sleep 0.1
done
holdfast() {
  "$build/cmd/holdfast" --socket "$work/data/holdfastd.sock" "$@"
}
holdfast -f "$root/tests/golden/content.holdfast" >/dev/null
paid=$(holdfast BOOK hotel 1 nights=2027-05-14..2027-05-16 | sed -n 's/^locator[[:space:]]*//p')
holdfast PAY "$paid" >/dev/null
kill "$pid" && wait "$pid"
pid=
mkdir -p "$target"
cp -r "$work/data" "$target/data"
# The watermark and segments as a clean stop leaves them; locks and LMDB's reader table are of no use.
rm -f "$target/data/lock" "$target/data/base/lock.mdb" "$target/data/holdfastd.sock"
# What is in it is what the test sees today; look at it before it is committed.
: >"$target/expected.txt"
echo "now run unit_migrations and put what it found into $target/expected.txt"
