#!/usr/bin/env python3
"""How many requests of the old dialects holdfastd answers a second, and what idle ones cost.

usage: legacy_load.py [BUILD-DIRECTORY] [SECONDS]      (default build/release 5)

Half of the connections ask the bus for its map, half ask the hotel for one's rooms, each a few
requests ahead, ended by LF, so that the time this program takes to turn round does not count. Then
the bus with its pace: as the old clients do, one request at a time, by many of them.
"""

import selectors
import sys
import time

from daemon import ROOT, Daemon, allow_many_connections

AHEAD = 16
IDLE = 5000


def start(build, dialect):
    return Daemon(build, f"bus.dialect = {dialect}\n",
                  ["--demo", "--bus-listen", "127.0.0.1:0", "--hotel-listen", "127.0.0.1:0"])


def read_whole(client, size):
    data = b""
    while len(data) < size:
        data += client.recv(65536)
    return data


def first_answer(client, request, end):
    """Asks once; the size of what comes, which is the same for every further time."""
    client.sendall(request)
    data = b""
    while not data.endswith(end):
        data += client.recv(65536)
    return len(data)


def load(server, clients, seconds, ahead):
    """`clients`: sockets with the request of each and the size of its answer. Requests answered a
    second, and microseconds of the server's CPU for each."""
    selector = selectors.DefaultSelector()
    for client, request, size in clients:
        state = {"request": request * ahead, "size": size * ahead, "left": size * ahead}
        client.setblocking(False)
        selector.register(client, selectors.EVENT_READ, state)
        client.send(state["request"])
    answered = 0
    cpu = server.cpu_seconds()
    started = time.monotonic()
    while (passed := time.monotonic() - started) < seconds:
        for key, _ in selector.select(1):
            state = key.data
            state["left"] -= len(key.fileobj.recv(65536))
            if state["left"] <= 0:
                answered += ahead
                state["left"] = state["size"]
                key.fileobj.send(state["request"])
    cpu = server.cpu_seconds() - cpu
    return answered / passed, 1e6 * cpu / max(answered, 1)


def mixed(server, buses, hotels):
    clients = []
    for _ in range(buses):
        client = server.connect("bus")
        size = first_answer(client, b"display\n", b"Seat 40: Available\n")
        clients.append((client, b"display\n", size))
    for i in range(hotels):
        client = server.connect("hotel")
        client.sendall(b"alice\npw\n" + (b"book 2\n" if i == 0 else b""))
        if i == 0:
            client.recv(1024)
        clients.append((client, b"query\n", first_answer(client, b"query\n", b".")))
    return clients


def measure_throughput(build, seconds):
    with start(build, "old") as server:
        rate, us = load(server, mixed(server, 20, 20), seconds, AHEAD)
        print(f"bus without a price and hotel, 20 connections each: {rate:.0f} requests/s "
              f"({us:.1f} us of the server's CPU each)")
    with start(build, "head") as server:
        clients = [server.connect("bus") for _ in range(1500)]
        size = first_answer(clients[-1], b"display\n", b"40 |\n")
        rate, us = load(server, [(client, b"display\n", size) for client in clients], seconds, 1)
        print(f"bus with a price and its pace of 50 ms, 1500 connections: {rate:.0f} requests/s "
              f"({us:.1f} us each)")


def measure_idle(build):
    with start(build, "head") as server:
        first = server.connect("bus")
        first_answer(first, b"display\n", b"40 |\n")
        before = server.resident_bytes()
        clients = []
        for _ in range(IDLE):
            client = server.connect("bus")
            client.sendall(b"display\n")
            clients.append(client)
        for client in clients:
            read_whole(client, 286)  # a price of three bytes at least, and the map
        after = server.resident_bytes()
        print(f"{IDLE} idle connections of the bus, each has seen the map: "
              f"{(after - before) / 1e6:.1f} MB, {(after - before) / IDLE:.0f} bytes each; "
              f"the whole server {after / 1e6:.1f} MB")


def main():
    build = sys.argv[1] if len(sys.argv) > 1 else ROOT / "build" / "release"
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 5
    allow_many_connections()
    measure_idle(build)
    measure_throughput(build, seconds)


if __name__ == "__main__":
    main()
