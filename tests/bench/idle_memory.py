#!/usr/bin/env python3
"""What idle connections cost: resident memory of holdfastd before and with so many of them.

usage: idle_memory.py [BUILD-DIRECTORY] [COUNT]      (default build/release 10000)

Each connection has made one request, so that what is allocated with the first one is counted.
"""

import pathlib
import re
import resource
import socket
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def resident_bytes(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    # Anonymous memory: the pages of the map are the file's, not the connections'.
    return int(re.search(r"RssAnon:\s+(\d+) kB", status)[1]) * 1024


def connect(port):
    client = socket.create_connection(("127.0.0.1", port))
    client.sendall(b"PING\n")
    if client.recv(64) != b"+PONG\r\n":
        raise SystemExit("no PONG")
    return client


def main():
    build = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "release"
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory() as directory:
        server = subprocess.Popen(
            [build / "cmd" / "holdfastd", "--data", directory, "--listen", "127.0.0.1:0", "--metrics-listen="],
            stderr=subprocess.PIPE, text=True,
        )
        try:
            port = None
            for line in server.stderr:
                found = re.search(r"for=native at=127\.0\.0\.1:(\d+)", line)
                port = int(found[1]) if found else port
                if "event=ready" in line:
                    break
            first = [connect(port)]
            before = resident_bytes(server.pid)
            clients = first + [connect(port) for _ in range(count - 1)]
            after = resident_bytes(server.pid)
            print(f"{len(clients)} idle connections: {(after - before) / 1e6:.1f} MB, "
                  f"{(after - before) / max(count - 1, 1):.0f} bytes each")
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
