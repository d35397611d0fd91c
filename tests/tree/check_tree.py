#!/usr/bin/env python3
"""Checks of the source tree itself, each a ctest of its own (see CMakeLists.txt).

usage: check_tree.py [--root DIRECTORY] CHECK

Prints one line for each fault, "file:line: what is wrong", and fails if there is any. What is
looked at are the files git knows, or would add; without git, all but build/.
"""

import argparse
import pathlib
import re
import subprocess
import sys

# Who may include whom. `folders` are whole folders; `headers` single ones of folders not listed;
# `libraries` are third-party headers by the first part of their name.
RULES = {
    "storage": {
        "folders": {"storage"},
        "headers": set(),
        "libraries": {"cereal", "fmt", "spdlog", "sodium.h", "xxhash.h", "lmdb.h"},
    },
    "engine": {
        "folders": {"engine"},
        # The contract, not what stands behind it.
        "headers": {
            "storage/check.h", "storage/clock.h", "storage/codec.h", "storage/log.h",
            "storage/random.h", "storage/status.h", "storage/store.h",
        },
        "libraries": {"cereal", "date", "fmt", "sodium.h"},
    },
    "net": {
        "folders": {"net"},
        # What a server calls, and the values that pass; not the rules behind them.
        "headers": {
            "engine/reply.h", "engine/service.h", "engine/session.h", "engine/values.h",
            "engine/words.h",
            "storage/check.h", "storage/clock.h", "storage/log.h", "storage/status.h",
        },
        "libraries": {"fmt", "openssl", "spdlog", "systemd"},
    },
    "net/client": {
        "folders": {"net/client"},
        "headers": {
            "net/basics.h", "net/limits.h", "net/socket_address.h", "net/tls.h",
            "storage/check.h", "storage/clock.h", "storage/log.h", "storage/status.h",
        },
        "libraries": {"fmt"},
    },
    "admin": {
        "folders": {"admin", "engine", "net/client", "storage"},
        "headers": set(),
        "libraries": {"fmt", "nlohmann", "spdlog"},
    },
    "migrations": {
        "folders": {"engine", "migrations", "storage"},
        "headers": set(),
        "libraries": {"fmt", "sqlite3.h"},
    },
    "cmd": {
        "folders": {"admin", "cmd", "engine", "migrations", "net", "storage"},
        "headers": set(),
        "libraries": {"boost", "date", "fmt", "histedit.h", "nlohmann", "sodium.h", "spdlog", "systemd"},
    },
}
# The old dialects: one of them has JSON in its messages, another in its answers.
RULES["net/legacy"] = RULES["net"] | {"libraries": {"fmt", "nlohmann"}}
# HTTP, which tells of the commands what their table says.
RULES["net/web"] = RULES["net"] | {
    "headers": RULES["net"]["headers"] | {"engine/command.h", "engine/command_table.h", "engine/money.h"},
    "libraries": {"boost", "fmt", "nlohmann"},
}
# WebSockets, and names that nobody guesses.
RULES["net/web/tickets"] = RULES["net"] | {"libraries": {"fmt", "nlohmann", "openssl", "wslay"}}
# Third-party headers; whatever else stands in <> is the standard library or the operating system.
LIBRARIES = {
    "boost", "cereal", "date", "fmt", "gmock", "gtest", "histedit.h", "lmdb.h", "nlohmann",
    "openssl", "readline", "sodium.h", "spdlog", "sqlite3.h", "systemd", "wslay",
    "xxhash.h",
}
SQLITE_FILE = "migrations/import/meal_sqlite.cc"
LMDB_FILES = re.compile(r"storage/lmdb_base[a-z_]*\.(h|cc)")
TOP_LEVEL = {
    "CMakeLists.txt", "CMakePresets.json", "LICENSE", "README.md", "admin", "cmd", "engine", "etc",
    "migrations", "net", "storage", "tests",
}
INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')


class Tree:
    def __init__(self, root):
        self.root = root
        listed = subprocess.run(
            ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            capture_output=True,
        )
        if listed.returncode == 0:
            names = listed.stdout.decode().split("\0")
        else:
            names = [str(p.relative_to(root)) for p in root.rglob("*")]
        self.files = sorted(
            n for n in set(names) if n and not n.startswith("build/") and (root / n).is_file()
        )

    def text(self, name):
        return (self.root / name).read_text(errors="replace")

    def lines(self, name):
        return enumerate(self.text(name).splitlines(), 1)

    def sources(self):
        return [n for n in self.files if n.endswith((".h", ".cc"))]


def rule_of(name):
    parts = name.split("/")
    for depth in (3, 2, 1):
        rule = RULES.get("/".join(parts[:depth]))
        if rule:
            return rule
    return None


def check_includes(tree):
    """The folder table: who may include whom; <lmdb.h> and <sqlite3.h> where they belong."""
    for name in tree.sources():
        rule = rule_of(name)
        for number, line in tree.lines(name):
            match = INCLUDE.match(line)
            if not match:
                continue
            bracket, header = match.groups()
            first = header.split("/")[0]
            if header == "lmdb.h" and not LMDB_FILES.fullmatch(name):
                yield f"{name}:{number}: <lmdb.h> belongs in storage/lmdb_base alone"
            if header == "sqlite3.h" and name != SQLITE_FILE and not name.startswith("tests/"):
                yield f"{name}:{number}: <sqlite3.h> belongs in {SQLITE_FILE} alone"
            if bracket == '"' and not (tree.root / header).is_file():
                yield f'{name}:{number}: "{header}" is not a path from the root of the tree'
            if rule is None:
                continue
            if bracket == '"':
                folder = header.rsplit("/", 1)[0]
                allowed = header in rule["headers"] or any(
                    folder == f or folder.startswith(f + "/") for f in rule["folders"]
                )
                if not allowed:
                    yield f'{name}:{number}: may not include "{header}"'
            elif first in LIBRARIES and first not in rule["libraries"]:
                yield f"{name}:{number}: may not include <{header}>"


def is_listed(listing, file):
    """Whether a CMakeLists.txt names the file, by itself or as "${name}..." of a function's call."""
    names = [file]
    for rest in re.findall(r"\$\{name\}([\w.]+)", listing):
        if file.endswith(rest):
            names.append(file[: -len(rest)])
    return any(re.search(rf"(^|[\s\"/(]){re.escape(n)}($|[\s\")])", listing) for n in names)


def check_tests_listed(tree):
    """Every source below tests/ is in a CMakeLists.txt there, so that it is built and run."""
    listings = {
        n.rpartition("/")[0]: tree.text(n) for n in tree.files
        if n.startswith("tests/") and n.endswith("/CMakeLists.txt")
    }
    for name in tree.files:
        if not name.startswith("tests/") or not name.endswith((".cc", "_test.py", "_test.mjs", "_test.sh")):
            continue
        folder, _, file = name.rpartition("/")
        elsewhere = any(f"/{name}" in listing for listing in listings.values())
        if not elsewhere and not is_listed(listings.get(folder, ""), file):
            yield f"{name}:1: not listed in a CMakeLists.txt"


def check_readmes(tree):
    """A README.md in each folder of the top level, and no other folders there."""
    for entry in sorted({n.split("/")[0] for n in tree.files}):
        if entry not in TOP_LEVEL and not entry.startswith("."):
            yield f"{entry}:1: does not belong in the root"
        if entry in TOP_LEVEL and (tree.root / entry).is_dir():
            if f"{entry}/README.md" not in tree.files:
                yield f"{entry}:1: has no README.md"
    if "README.md" not in tree.files:
        yield "README.md:1: is missing"


# Spelled so that this file does not find itself.
# Three X are also how currencies are spelled, so they count in comments only.
MARKS = re.compile(
    r"\b(TO" r"DO|FIX" r"ME|HA" r"CK)\b|(//|#).*\bX" r"XX\b|GTEST_" r"SKIP|DISABLED" r"_[A-Z]"
)
SLEEPS = re.compile(r"\b(sleep_for|sleep_until|usleep|nanosleep|sleep|waitForTimeout)\s*\(")


def check_marks(tree):
    """Nothing unfinished, switched off or slept through."""
    for name in tree.files:
        if name == "LICENSE" or not name.endswith(
            (".h", ".cc", ".js", ".mjs", ".py", ".sh", ".txt", ".md", ".json", ".conf", ".holdfast", ".service")
        ):
            continue
        for number, line in tree.lines(name):
            if MARKS.search(line):
                yield f"{name}:{number}: a mark of unfinished work"
            if name.startswith("tests/") and name.endswith((".cc", ".mjs")) and SLEEPS.search(line):
                yield f"{name}:{number}: tests wait for a condition, they do not sleep"


def check_shell(tree):
    """Every shell script parses."""
    for name in tree.files:
        first = tree.text(name).split("\n", 1)[0] if name.endswith((".sh", "run")) else ""
        if first.startswith("#!"):
            shell = "bash" if "bash" in first else "sh"
            done = subprocess.run(
                [shell, "-n", str(tree.root / name)], capture_output=True, text=True
            )
            if done.returncode != 0:
                yield f"{name}:1: {done.stderr.strip()}"


def check_format(tree):
    """Every source is laid out as clang-format-19 would."""
    paths = [str(tree.root / n) for n in tree.sources()]
    for start in range(0, len(paths), 40):
        done = subprocess.run(
            ["clang-format-19", "--dry-run", "-Werror", *paths[start : start + 40]],
            capture_output=True, text=True,
        )
        seen = set()
        for line in done.stderr.splitlines():
            match = re.match(r"(.+?):(\d+):\d+: error: ", line)
            if match and match[1] not in seen:
                seen.add(match[1])
                name = pathlib.Path(match[1]).relative_to(tree.root)
                yield f"{name}:{match[2]}: run clang-format-19 -i on it"
        if done.returncode != 0 and not seen:
            yield f"clang-format-19: {done.stderr.strip()}"


CHECKS = {
    "includes": check_includes,
    "tests_listed": check_tests_listed,
    "readmes": check_readmes,
    "marks": check_marks,
    "shell": check_shell,
    "format": check_format,
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2])
    parser.add_argument("check", choices=CHECKS)
    arguments = parser.parse_args()
    faults = list(CHECKS[arguments.check](Tree(arguments.root.resolve())))
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
