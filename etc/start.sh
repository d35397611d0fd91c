#!/bin/sh
# From a bare Debian 12 to a running server with the demo inventory: installs what is missing,
# builds, starts. Ctrl-C ends it; the data stays for the next start.
#   HOLDFAST_DATA   where the data lives (default: build/demo-data in this tree)
# Its options are those of holdfastd and go before the configuration: where a port is taken,
#   sh etc/start.sh --http-listen 127.0.0.1:5555
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
data=${HOLDFAST_DATA:-$root/build/demo-data}
mkdir -p "$data"
data=$(cd "$data" && pwd)
cd "$root"

# A server that has this data answers on its socket; a second one could not start.
client=$root/build/release/cmd/holdfast
socket=$data/holdfastd.sock
if [ -x "$client" ] && "$client" --socket "$socket" PING >/dev/null 2>&1; then
    echo "A server with the data in $data runs already. Talk to it, or stop it first:" >&2
    echo "  $client --socket $socket" >&2
    exit 75
fi

sh etc/install-deps.sh
# Only the programs: the tests would need more packages and more patience.
cmake --preset release -DHOLDFAST_TESTS=OFF >/dev/null
cmake --build --preset release --target holdfastd holdfast holdfast-admin holdfast-bench

bin=$root/build/release/cmd
cat <<END

Holdfast starts. Its data is in $data:
the demo inventory the first time, and from then on what has become of it.
Talk to it from another terminal:
  $bin/holdfast
  nc 127.0.0.1 4653        and type HELP, OFFERING LIST, AVAIL gala
  redis-cli -p 4653
In a browser: http://127.0.0.1:5000/
HTTP for programs is there too, figures for Prometheus are on 127.0.0.1:9453:
  curl 127.0.0.1:5000/v1/offerings
The old clients find their servers on 127.0.0.1: the bus on port 8888, the hotel by count on 8889,
the canteen on 5050, the hotel with room types on 8080, the ticket system (Socket.IO) on 5000.
As staff, over the admin socket:
  $bin/holdfast --socket $data/holdfastd.sock
  $bin/holdfast-admin --data $data -c status -c check
Ctrl-C stops the server.${1:+
Where you say otherwise ($*), that holds.}

END
exec "$bin/holdfastd" --data "$data" --config etc/demo/holdfast.conf --demo "$@"
