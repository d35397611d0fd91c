#!/bin/sh
# Installs what Holdfast is built from (Debian 12), and with --tests what its tests need as well.
# Asks nothing, does nothing when all is there. Needs root or sudo only when something is missing.
set -eu

usage() {
  echo "usage: sh etc/install-deps.sh [--tests]" >&2
  exit 64
}

with_tests=no
for argument in "$@"; do
  case $argument in
    --tests) with_tests=yes ;;
    *) usage ;;
  esac
done

# One package a line: its name, then the reason it is here.
build_packages() {
  cat <<'END'
g++                            the compiler, C++23 as of g++ 12
cmake                          the build description
ninja-build                    runs the build
pkg-config                     finds the libraries below that bring no CMake file
liblmdb-dev                    the base: rows on disk, readable by other processes
libxxhash-dev                  XXH3: checksums of frames and rows, the state digest
libsodium-dev                  argon2id passwords, BLAKE2b chain, sealed personal fields
libcereal-dev                  encoding of stored rows
libfmt-dev                     text formatting (std::format is not in g++ 12)
libspdlog-dev                  the log
libboost-program-options-dev   options and configuration files of every program; HTTP parsing (its headers of Beast)
libhowardhinnant-date-dev      time zones (std::chrono has none in g++ 12)
tzdata                         the zones themselves
libssl-dev                     TLS: OpenSSL
libwslay-dev                   frames of WebSockets
libsystemd-dev                 readiness, watchdog and socket activation
libedit-dev                    line editing and history of the terminal client
libsqlite3-dev                 reads the meal-time server's database, for its import
nlohmann-json3-dev             JSON of the terminal client and of old dialects
END
}

test_packages() {
  cat <<'END'
libgtest-dev                   GoogleTest
libgmock-dev                   its matchers
clang-19                       the second compiler, with thread-safety analysis
libclang-rt-19-dev             its sanitizers and libFuzzer
clang-tidy-19                  static checks, naming rules
clang-format-19                layout check
python3                        the checks of the tree under tests/tree
git                            lists the files of the tree
curl                           HTTP as everybody speaks it
openssl                        certificates for the tests, and old versions of TLS to refuse
redis-tools                    redis-cli and redis-benchmark: clients we did not write
netcat-openbsd                 nc: the first client anybody has
strace                         proves that replies follow the sync; makes the disk fail
systemd                        systemd-analyze: checks of the unit files
bsdutils                       script, which gives redis-cli a terminal
util-linux                     prlimit, for servers with few descriptors
chromium                       the browser that the tests of the page drive
END
}

# As packages, so long as the commands are not there: node also comes from elsewhere (nodesource), in a
# package that brings npm and conflicts with Debian's.
test_commands() {
  cat <<'END'
node nodejs                    runs the tests of the web side; 18 or newer
npm npm                        installs the clients these drive
END
}

packages=$(build_packages | cut -d ' ' -f 1)
if [ "$with_tests" = yes ]; then
  packages="$packages $(test_packages | cut -d ' ' -f 1)"
  packages="$packages $(test_commands | while read -r command package reason; do
    command -v "$command" >/dev/null || echo "$package"
  done)"
fi

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  echo "install-deps: this is no Debian system; install the equivalents of:" $packages >&2
  exit 1
fi

missing=
for package in $packages; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
  as_root=
elif command -v sudo >/dev/null; then
  as_root="sudo"
else
  echo "install-deps: run as root: apt-get install$missing" >&2
  exit 1
fi
echo "install-deps: installing$missing"
$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update
$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install $missing
