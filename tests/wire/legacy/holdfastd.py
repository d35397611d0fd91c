"""The real holdfastd with the demo inventory, and clients that talk to it as the old ones did."""

import pathlib
import re
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest

# Far beyond what anything takes, sanitizers on a busy machine included.
PATIENCE = 60
ROOT = pathlib.Path(__file__).resolve().parents[3]


class Server:
    """holdfastd on a fresh data directory; every listener is on a free port of the loopback."""

    def __init__(self, listeners, options=""):
        self.directory = tempfile.TemporaryDirectory()
        self.listeners = listeners
        self.configuration = pathlib.Path(self.directory.name) / "conf"
        self.configuration.write_text(
            f"demo.directory = {ROOT / 'etc' / 'demo'}\nstorage.segment_size = 64KiB\n{options}\n"
        )
        self.start()

    def start(self):
        words = [sys.argv[-1], "--data", self.directory.name + "/data", "--demo", "--metrics-listen="]
        words += ["--config", str(self.configuration), "--listen", "127.0.0.1:0"]
        for name in self.listeners:
            words += [f"--{name}-listen", "127.0.0.1:0"]
        self.process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
        self.ports = {}
        log = ""
        for line in self.process.stderr:
            log += line
            if found := re.search(r"for=(\w+) at=127\.0\.0\.1:(\d+)", line):
                self.ports[found[1]] = int(found[2])
            if "event=ready" in line:
                break
        else:
            raise RuntimeError(log)
        # Somebody must read on, or the server would wait for room in the pipe.
        self.reader = threading.Thread(target=self.process.stderr.read, daemon=True)
        self.reader.start()

    def kill(self):
        self.process.kill()
        self.end()

    def stop(self):
        self.process.terminate()
        self.end()

    def end(self):
        self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)
        self.process.stderr.close()

    def close(self):
        if self.process.poll() is None:
            self.stop()
        self.directory.cleanup()

    def client(self, name):
        return Client(self.ports[name])

    def configure(self, options):
        """More lines of the configuration, from the next start on."""
        with self.configuration.open("a") as file:
            file.write(options + "\n")

    def ask(self, line):
        """A line of the native protocol; the one line of its answer."""
        with Client(self.ports["native"]) as client:
            return one_line(client.socket, line)

    def sell(self, test, lines):
        """Lines of one session of the native protocol, and how the answer to each begins."""
        with self.client("native") as native:
            for line, answer in lines:
                test.assertEqual(one_line(native.socket, line).split(" ")[0], answer, line)

    def order(self, line):
        """The same, as the admin."""
        with socket.socket(socket.AF_UNIX) as admin:
            admin.settimeout(PATIENCE)
            admin.connect(self.directory.name + "/data/holdfastd.sock")
            return one_line(admin, line)


def one_line(native, line):
    native.sendall(line.encode() + b"\n")
    answer = b""
    while not answer.endswith(b"\r\n"):
        if not (piece := native.recv(65536)):
            raise EOFError(answer)
        answer += piece
    return answer.decode().rstrip()


class Client:
    """send, then recv(1024): nothing else did the old clients know."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, data):
        self.socket.sendall(data)

    def send_alone(self, data):
        """Returns when the server has read it, so that what follows is a read of its own. People
        take their time, and so their words come apart."""
        self.send(data)
        wait_until_read([self])

    def receive(self):
        return self.socket.recv(1024)

    def receive_until_closed(self):
        data = b""
        while piece := self.socket.recv(65536):
            data += piece
        return data

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def close(self):
        self.socket.close()


def send_in_two(clients, data, end=None):
    """Each client sends `data` in two segments, parted at another byte before `end`: those of the
    first come before all of the second, and each is a read of its own. A hundred wait at once, since
    it takes the kernel some 40 ms to say that bytes with no answer have been read."""
    end = end or len(data)
    for first in range(1, end, 100):
        some = list(zip(range(first, end), clients[:100]))
        for split, client in some:
            client.send(data[:split])
        wait_until_read([client for _, client in some])
        for split, client in some:
            client.send(data[split:])
            yield split, client


def wait_until_read(clients):
    """Until the server has read, and its kernel acknowledged, all that they sent."""
    waited = {(c.socket.getsockname()[1], c.socket.getpeername()[1]) for c in clients}
    deadline = time.monotonic() + PATIENCE
    while waited & queued():
        if time.monotonic() > deadline:
            raise TimeoutError("the server does not read")


def queued():
    """Pairs of ports of the loopback, from and to, between which bytes are under way."""
    pairs = set()
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        local, remote = int(fields[1][-4:], 16), int(fields[2][-4:], 16)
        sending, receiving = fields[4].split(":")
        if int(sending, 16):
            pairs.add((local, remote))
        if int(receiving, 16):
            pairs.add((remote, local))
    return pairs


def answers_to(client, data, piece=65536):
    """What comes until the server closes, read in pieces while `data` is still being sent. The
    server may close before it has read all of it."""

    def send_or_read(i):
        if i == 1:
            answers = b""
            while some := client.socket.recv(piece):
                answers += some
            return answers
        try:
            client.send(data)
            client.half_close()
        except ConnectionError:
            pass
        return None

    return all_at_once(2, send_or_read)[1]


def all_at_once(count, work):
    """work(0) ... work(count - 1), each in a thread of its own; their results in order."""
    results = [None] * count
    errors = []

    def run(i):
        try:
            results[i] = work(i)
        except BaseException as error:  # a thread has nobody to tell
            errors.append(error)

    threads = [threading.Thread(target=run, args=(i,), daemon=True) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        if thread.is_alive():
            raise TimeoutError("a client hangs")
    if errors:
        raise errors[0]
    return results


class ServerTest(unittest.TestCase):
    """A test that starts servers, which end with it."""

    def serve(self, *listeners, options=""):
        server = Server(listeners, options)
        self.addCleanup(server.close)
        return server


def main():
    unittest.main(argv=sys.argv[:1], verbosity=1)
