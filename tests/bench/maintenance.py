#!/usr/bin/env python3
"""What maintenance of a large store takes, and what it costs the bookings that go on beside it.

usage: maintenance.py [BUILD-DIRECTORY] [RESERVATIONS] [ROUNDS]      (default build/release 1000000 3)

Fills a store by booking, then books on, in turn with nothing beside and with CHECK or BACKUP of the
server until those are through. Then the server is stopped, and holdfast-admin checks, backs up,
verifies, restores, and makes the store again from its journal alone.
"""

import pathlib
import re
import selectors
import shutil
import statistics
import subprocess
import sys
import time

from daemon import ROOT, Daemon, resident_bytes

CLIENTS = 48
STREETS = 32  # offerings of a million units each that the bookings beside maintenance go to
QUIET_SECONDS = 12  # two flushes to the base and more, which cost bookings too
PLAN = "PLAN CREATE yard units=1-1000000 per_row=1000 type=spot"
OFFERING = "OFFERING CREATE {} plan=yard axis=event currency=USD price=100 pay=later zone=UTC"


def ask(client, line):
    """The first bytes of the answer to one command."""
    client.sendall(line.encode() + b"\n")
    answer = client.recv(65536)
    if answer.startswith(b"-"):
        sys.exit(f"{line}: {answer.decode()}")
    return answer


class Bookers:
    """Connections that each book one unit after the other, `ahead` requests at once."""

    def __init__(self, server, offerings, ahead):
        self._selector = selectors.DefaultSelector()
        self._ahead = ahead
        for number in range(CLIENTS):
            client = server.connect()
            ask(client, "AUTH bench sesame-open-you")
            request = f"BOOK {offerings[number % len(offerings)]} n=1\n".encode() * ahead
            self._selector.register(client, selectors.EVENT_READ, request)

    def book_until(self, through):
        """Bookings acknowledged until `through(bookings)`, and the seconds that took."""
        begun = time.monotonic()
        waiting = {}
        for key in self._selector.get_map().values():
            key.fileobj.sendall(key.data)
            waiting[key.fileobj] = self._ahead
        booked = 0
        ended = None
        while waiting:
            for key, _ in self._selector.select(1):
                answer = key.fileobj.recv(1 << 18)
                if answer.startswith(b"-") or b"\n-" in answer:
                    sys.exit(answer.decode())
                came = answer.count(b"locator")
                booked += came
                waiting[key.fileobj] -= came
                if waiting[key.fileobj] > 0:
                    continue
                if ended is None and through(booked):
                    ended = booked, time.monotonic() - begun
                if ended is None:
                    key.fileobj.sendall(key.data)
                    waiting[key.fileobj] = self._ahead
                else:
                    del waiting[key.fileobj]  # what is on its way is taken in, and not counted
        return ended


def rate(ended):
    return ended[0] / ended[1]


def run_beside(server, words, bookers):
    """Bookings a second while the command `words` of the admin socket runs, and its seconds."""
    client = server.connect_admin()
    client.setblocking(False)
    client.send(words.encode() + b"\n")
    begun = time.monotonic()
    answer = bytearray()
    took = 0.0

    def through(_):
        nonlocal took
        try:
            answer.extend(client.recv(65536))
            took = time.monotonic() - begun
            return True
        except BlockingIOError:
            return False

    ended = bookers.book_until(through)
    if answer.startswith(b"-"):
        sys.exit(f"{words}: {answer.decode()}")
    return rate(ended), took


def base_bytes(server):
    return pathlib.Path(f"{server.data}/base/data.mdb").stat().st_size


def measure_beside(server, streets, rounds):
    bookers = Bookers(server, streets, 1)
    commands = {"CHECK FULL": lambda _: "CHECK FULL",
                "BACKUP": lambda number: f"BACKUP {server.data}/../backup{number}"}
    for name, words in commands.items():
        quiet, busy, took, grown = [], [], [], []
        for number in range(rounds):
            end = time.monotonic() + QUIET_SECONDS
            quiet.append(rate(bookers.book_until(lambda _: time.monotonic() >= end)))
            before = base_bytes(server)
            beside, seconds = run_beside(server, words(number), bookers)
            busy.append(beside)
            took.append(seconds)
            grown.append((base_bytes(server) - before) / (beside * seconds))
        a, b = statistics.median(quiet), statistics.median(busy)
        print(f"{name:<10} beside bookings: {b:.0f}/s instead of {a:.0f}/s ({100 * (b / a - 1):+.0f} %), "
              f"through after {statistics.median(took):.1f} s, "
              f"the base grew by {statistics.median(grown):.0f} B a booking", flush=True)


def family(pid):
    """The process and its children."""
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *map(int, children)]


def time_admin(server, *words):
    """Runs holdfast-admin: seconds, its output, and the most memory it had beside mapped files."""
    begun = time.monotonic()
    shell = subprocess.Popen([server.build / "cmd" / "holdfast-admin", *words],
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    most = 0
    while shell.poll() is None:
        try:
            most = max(most, sum(resident_bytes(pid) for pid in family(shell.pid)))
        except (FileNotFoundError, ProcessLookupError):
            pass  # it has ended in between
        time.sleep(0.02)
    seconds = time.monotonic() - begun
    output = shell.stdout.read()
    if shell.returncode != 0:
        sys.exit(f"{words}: status {shell.returncode}: {output}")
    return seconds, output, most


def measure_stopped(server):
    """What the shell does with the store that the server has left."""
    copy = f"{server.data}/../copy"
    for number in (1, 2):
        shutil.rmtree(f"{server.data}/../backup{number}", ignore_errors=True)
    _, status, _ = time_admin(server, "--data", server.data, "--json", "-c", "status")
    records = int(re.search(r'"last_seq":"?(\d+)', status)[1])
    print(f"the store: {records} records")
    for what, words in {
        "check --full": ["--data", server.data, "-c", "check --full"],
        "backup": ["--data", server.data, "-c", f"backup {copy}"],
        "backup verify": ["-c", f"backup verify {copy}"],
        "restore": ["-c", f"restore {copy} --into {copy}ied"],
    }.items():
        seconds, _, most = time_admin(server, *words)
        print(f"{what}: {seconds:.1f} s, {most / 1e6:.0f} MB", flush=True)
    # With no backup that it knows of, the journal is all there is.
    shutil.move(f"{server.data}/backups", f"{server.data}/../backups")
    seconds, _, most = time_admin(server, "--data", server.data, "-c", f"rebuild --into {copy}again")
    print(f"rebuild from the journal alone: {seconds:.1f} s, {most / 1e6:.0f} MB, "
          f"{records / seconds:.0f} records/s")


def main():
    build = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build" / "release").resolve()
    reservations = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    with Daemon(build) as server:
        admin = server.connect_admin()
        streets = [f"street{number}" for number in range(STREETS)]
        ask(admin, PLAN)
        for offering in ["yard", *streets]:
            ask(admin, OFFERING.format(offering))
        ask(server.connect(), "REGISTER bench sesame-open-you")
        ended = Bookers(server, ["yard"], 16).book_until(
            lambda booked: booked >= reservations - CLIENTS * 16)
        print(f"filled with {ended[0]} reservations, {rate(ended):.0f}/s", flush=True)
        if rounds > 0:
            measure_beside(server, streets, rounds)
        server.stop()
        measure_stopped(server)


if __name__ == "__main__":
    main()
