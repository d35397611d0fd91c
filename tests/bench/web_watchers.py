#!/usr/bin/env python3
"""What watchers over HTTP cost: memory of an idle one, and how long one change takes to reach all.

usage: web_watchers.py BUILD [WATCHERS]        BUILD: build/release
"""

import pathlib
import re
import resource
import select
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 5


def resident_kib(pid):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", text).group(1))


def start(build, directory, watchers):
    configuration = pathlib.Path(directory) / "conf"
    configuration.write_text(
        f"net.max_connections = {watchers + 100}\ndemo.directory = etc/demo\n"
        "http.listen = 127.0.0.1:0\nlisten = 127.0.0.1:0\nstorage.segment_size = 8MiB\n"
    )
    server = subprocess.Popen(
        [build / "cmd" / "holdfastd", "--data", f"{directory}/data", "--config", configuration,
         "--demo", "--metrics-listen="],
        stderr=subprocess.PIPE, text=True,
    )
    port = None
    for line in server.stderr:
        if "for=http" in line:
            port = int(re.search(r"at=127.0.0.1:(\d+)", line).group(1))
        if "event=ready" in line:
            return server, port
    sys.exit("holdfastd has ended")


def watch(port):
    client = socket.create_connection(("127.0.0.1", port))
    client.sendall(b"GET /v1/watch?offering=ticket HTTP/1.1\r\nHost: a\r\n\r\n")
    received = b""
    while b"event: watching" not in received or not received.endswith(b"\n\n"):
        received += client.recv(4096)
    client.setblocking(False)
    return client


def fan_out(poll, clients, admin, unit):
    """Seconds from the request of a change to its arrival at the last watcher."""
    waiting = len(clients)
    begun = time.monotonic()
    admin.sendall(f"HOLD ticket {unit}\n".encode())
    while waiting > 0:
        for fd, _ in poll.poll(10):
            if b"event: change" in clients[fd].recv(4096):
                waiting -= 1
    return time.monotonic() - begun


def main():
    build = pathlib.Path(sys.argv[1])
    watchers = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory() as directory:
        server, port = start(build, directory, watchers)
        admin = socket.socket(socket.AF_UNIX)
        admin.connect(f"{directory}/data/holdfastd.sock")
        watch(port).close()
        before = resident_kib(server.pid)
        clients = {}
        poll = select.epoll()
        for _ in range(watchers):
            client = watch(port)
            clients[client.fileno()] = client
            poll.register(client.fileno(), select.EPOLLIN)
        each = (resident_kib(server.pid) - before) * 1024 / watchers
        taken = []
        for unit in range(1, ROUNDS + 1):
            taken.append(fan_out(poll, clients, admin, unit))
            admin.recv(4096)
        print(f"{watchers} watchers: {each:.0f} bytes each; a change reaches the last after "
              f"{statistics.median(taken) * 1000:.0f} ms (median of {ROUNDS}, "
              f"{min(taken) * 1000:.0f} to {max(taken) * 1000:.0f})")
        server.terminate()
        server.wait()


main()
