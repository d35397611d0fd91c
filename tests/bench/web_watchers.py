#!/usr/bin/env python3
"""What watchers over HTTP cost: memory of an idle one, and how long one change takes to reach all.

usage: web_watchers.py BUILD [WATCHERS] [KIND]        BUILD: build/release
       KIND: events, those of /v1/watch; or tickets, pages of the old ticket system over WebSockets
"""

import select
import statistics
import sys
import time

from daemon import Daemon, allow_many_connections

ROUNDS = 5
# All of 127/8 is this machine: as many hosts as this, since one may not have all the pages of the old ticket system.
HOSTS = 4


def start(build, watchers):
    return Daemon(build, f"net.max_connections = {watchers + 100}\nhttp.listen = 127.0.0.1:0\n"
                  "tickets.offering = ticket\n", ["--demo"])


def receive_until(client, mark, end):
    received = b""
    while mark not in received or not received.endswith(end):
        received += client.recv(65536)


def connect(server, number):
    return server.connect("http", source=f"127.0.0.{number % HOSTS + 1}")


def watch_events(server, number):
    client = connect(server, number)
    client.sendall(b"GET /v1/watch?offering=ticket HTTP/1.1\r\nHost: a\r\n\r\n")
    receive_until(client, b"event: watching", b"\n\n")
    return client


def watch_tickets(server, number):
    client = connect(server, number)
    client.sendall(
        b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
    receive_until(client, b'"upgrades"', b"}")
    client.sendall(b"\x81\x82\0\0\0\x0040")  # 40, with a mask that changes nothing
    receive_until(client, b"seatsUpdate", b"]]")
    return client


# How one comes to watch, and what a change begins with.
KINDS = {"events": (watch_events, b"event: change"), "tickets": (watch_tickets, b"seatsUpdate")}


def fan_out(poll, clients, admin, unit, mark):
    """Seconds from the request of a change to its arrival at the last watcher."""
    waiting = len(clients)
    begun = time.monotonic()
    admin.sendall(f"HOLD ticket {unit}\n".encode())
    while waiting > 0:
        for fd, _ in poll.poll(10):
            if mark in clients[fd].recv(65536):
                waiting -= 1
    return time.monotonic() - begun


def main():
    watchers = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    watch, mark = KINDS[sys.argv[3] if len(sys.argv) > 3 else "events"]
    allow_many_connections()
    with start(sys.argv[1], watchers) as server:
        admin = server.connect_admin()
        watch(server, 0).close()
        before = server.resident_bytes()
        clients = {}
        poll = select.epoll()
        for number in range(watchers):
            client = watch(server, number)
            client.setblocking(False)
            clients[client.fileno()] = client
            poll.register(client.fileno(), select.EPOLLIN)
        each = (server.resident_bytes() - before) / watchers
        taken = []
        for unit in range(1, ROUNDS + 1):
            taken.append(fan_out(poll, clients, admin, unit, mark))
            admin.recv(4096)
        print(f"{watchers} watchers: {each:.0f} bytes each; a change reaches the last after "
              f"{statistics.median(taken) * 1000:.0f} ms (median of {ROUNDS}, "
              f"{min(taken) * 1000:.0f} to {max(taken) * 1000:.0f})")


if __name__ == "__main__":
    main()
