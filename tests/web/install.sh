#!/bin/sh
# Installs what package-lock.json names into DIRECTORY/node_modules, outside the source tree.
# With the same lock installed already it does nothing, and so needs no network.
#   sh tests/web/install.sh DIRECTORY
set -eu
[ $# = 1 ] || { echo "usage: sh tests/web/install.sh DIRECTORY" >&2; exit 64; }
source=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cd "$1"

installed=installed-lock.json
if cmp -s "$source/package-lock.json" "$installed"; then
  exit 0
fi
rm -f "$installed"
cp "$source/package.json" "$source/package-lock.json" .
# Node trusts the authorities it was built with; where a network has its own, the system knows them.
authorities=/etc/ssl/certs/ca-certificates.crt
[ -n "${NODE_EXTRA_CA_CERTS:-}" ] || [ ! -r "$authorities" ] || export NODE_EXTRA_CA_CERTS="$authorities"
# No package runs a script of its own: playwright-core would look for browsers, and ours is Debian's.
npm ci --ignore-scripts --no-audit --no-fund
cp package-lock.json "$installed"
