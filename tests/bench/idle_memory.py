#!/usr/bin/env python3
"""What idle connections cost: resident memory of holdfastd before and with so many of them.

usage: idle_memory.py [BUILD-DIRECTORY] [COUNT]      (default build/release 10000)

Each connection has made one request, so that what is allocated with the first one is counted.
"""

import sys

from daemon import ROOT, Daemon, allow_many_connections


def connect(server):
    client = server.connect()
    client.sendall(b"PING\n")
    if client.recv(64) != b"+PONG\r\n":
        raise SystemExit("no PONG")
    return client


def main():
    build = sys.argv[1] if len(sys.argv) > 1 else ROOT / "build" / "release"
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    allow_many_connections()
    with Daemon(build, f"net.max_connections = {count + 100}\n") as server:
        clients = [connect(server)]
        before = server.resident_bytes()
        clients += [connect(server) for _ in range(count - 1)]
        after = server.resident_bytes()
        print(f"{len(clients)} idle connections: {(after - before) / 1e6:.1f} MB, "
              f"{(after - before) / max(count - 1, 1):.0f} bytes each")


if __name__ == "__main__":
    main()
