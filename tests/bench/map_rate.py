#!/usr/bin/env python3
"""How many maps a second one connection gets over HTTP, beside the native protocol, in turn.

usage: map_rate.py [BUILD-DIRECTORY] [OFFERING] [SECONDS]      (default build/release gala 2)
"""

import statistics
import sys
import time

from daemon import ROOT, Daemon

ROUNDS = 5


def receive(client, size):
    while size > 0:
        got = len(client.recv(min(size, 1 << 18)))
        if got == 0:
            sys.exit("the server has closed the connection")
        size -= got


def measure(client, request, seconds):
    """Answers a second, and the bytes of one."""
    client.sendall(request)
    time.sleep(0.3)  # an answer of known size is all that came by then
    size = len(client.recv(1 << 20))
    count = 0
    begun = time.monotonic()
    while (passed := time.monotonic() - begun) < seconds:
        client.sendall(request)
        receive(client, size)
        count += 1
    return count / passed, size


def main():
    build = sys.argv[1] if len(sys.argv) > 1 else ROOT / "build" / "release"
    offering = sys.argv[2] if len(sys.argv) > 2 else "gala"
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 2
    requests = {
        "native": f"*2\r\n$3\r\nMAP\r\n${len(offering)}\r\n{offering}\r\n".encode(),
        "http": f"GET /v1/offerings/{offering}/map HTTP/1.1\r\nHost: a\r\n\r\n".encode(),
    }
    with Daemon(build, "http.listen = 127.0.0.1:0\n", ["--demo"]) as server:
        rates = {name: [] for name in requests}
        for _ in range(ROUNDS):
            for name, request in requests.items():
                rate, size = measure(server.connect(name), request, seconds)
                rates[name].append(rate)
                print(f"{name}: {rate:.0f}/s of {size} bytes", flush=True)
    native, http = (statistics.median(rates[name]) for name in ("native", "http"))
    print(f"GET map at {http / native:.2f} of the rate of MAP")


if __name__ == "__main__":
    main()
