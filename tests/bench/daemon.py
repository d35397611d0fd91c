"""A holdfastd of a build, on free ports of the loopback and a fresh store, until it is closed."""

import pathlib
import re
import resource
import socket
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def allow_many_connections():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def resident_bytes(pid):
    # Anonymous memory: the pages of the map are the file's, not the process's.
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"RssAnon:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0


class Daemon:
    """`configuration`: lines of its file; `words`: further words of its command line."""

    def __init__(self, build, configuration="", words=()):
        self.build = pathlib.Path(build).resolve()
        self._directory = tempfile.TemporaryDirectory(prefix="holdfast-bench-")
        self.data = f"{self._directory.name}/data"
        self.admin_socket = f"{self.data}/holdfastd.sock"
        file = pathlib.Path(self._directory.name) / "conf"
        file.write_text(f"demo.directory = {ROOT / 'etc' / 'demo'}\n{configuration}")
        self.process = subprocess.Popen(
            [self.build / "cmd" / "holdfastd", "--data", self.data, "--config", file,
             "--listen", "127.0.0.1:0", "--metrics-listen=", *words],
            stderr=subprocess.PIPE, text=True,
        )
        self.ports = {}
        for line in self.process.stderr:
            if found := re.search(r"for=(\w+) at=127\.0\.0\.1:(\d+)", line):
                self.ports[found[1]] = int(found[2])
            if "event=ready" in line:
                return
        sys.exit(f"holdfastd has ended with status {self.process.wait()}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        self._directory.cleanup()

    def stop(self):
        """Ends the server; its store stays until the end of the block."""
        self.process.terminate()
        self.process.wait()

    def connect(self, name="native", source="127.0.0.1"):
        client = socket.create_connection(("127.0.0.1", self.ports[name]), source_address=(source, 0))
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return client

    def connect_admin(self):
        client = socket.socket(socket.AF_UNIX)
        client.connect(self.admin_socket)
        return client

    def resident_bytes(self):
        return resident_bytes(self.process.pid)

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().split()
        return (int(fields[13]) + int(fields[14])) / 100
