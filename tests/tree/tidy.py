#!/usr/bin/env python3
"""clang-tidy over the product's sources, two at a time.

usage: tidy.py BUILD-DIRECTORY

Reads compile_commands.json of a clang build. In a unity build several sources are looked at as one,
and the headers they share once. What is as it was when it last passed, with its headers (as ninja
recorded them) and .clang-tidy, is not looked at again.
"""

import concurrent.futures
import hashlib
import json
import pathlib
import re
import subprocess
import sys

FOLDERS = ("storage", "engine", "net", "admin", "migrations", "cmd")
ROOT = pathlib.Path(__file__).resolve().parents[2]


def dependencies(build):
    """object file -> the headers of this tree that it was made from."""
    listing = subprocess.run(
        ["ninja", "-C", build, "-t", "deps"], check=True, capture_output=True, text=True
    ).stdout
    found, current = {}, None
    for line in listing.splitlines():
        if line.startswith(" "):
            path = (build / line.strip()).resolve()
            if path.is_relative_to(ROOT) and not path.is_relative_to(build):
                current.append(path)
        elif ": #deps" in line:
            current = found.setdefault(line.split(": #deps")[0], [])
    return found


def folder_of(source, build):
    """The folder of the tree that it belongs to; of a unity file, that whose sources it includes."""
    base = build if source.is_relative_to(build) else ROOT
    return source.relative_to(base).parts[0] if source.is_relative_to(base) else None


def digest(paths):
    total = hashlib.sha256((ROOT / ".clang-tidy").read_bytes())
    for path in sorted(set(paths)):
        total.update(str(path.relative_to(ROOT)).encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def tidy(build, source):
    # A unity file is made of sources it includes.
    of_unity = ["--checks=-bugprone-suspicious-include"] if source.is_relative_to(build) else []
    done = subprocess.run(
        ["clang-tidy-19", "--quiet", *of_unity, "-p", str(build), str(source)],
        capture_output=True,
        text=True,
    )
    return source, done.returncode, done.stdout


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    headers = dependencies(build)
    cache_file = build / "tidy.cache"
    cache = json.loads(cache_file.read_text()) if cache_file.exists() else {}
    wanted = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        source = pathlib.Path(entry["file"])
        if folder_of(source, build) not in FOLDERS:
            continue
        # The object file, by which ninja knows the headers; CMake 3.25 does not name it by itself.
        output = re.search(r" -o (\S+) ", entry["command"])[1]
        wanted[source] = digest([source] + headers.get(output, []))
    todo = [s for s, d in sorted(wanted.items()) if cache.get(str(s.relative_to(ROOT))) != d]
    print(f"{len(wanted)} sources, {len(todo)} to look at")
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        for source, status, output in pool.map(lambda s: tidy(build, s), todo):
            name = str(source.relative_to(ROOT))
            if status == 0:
                cache[name] = wanted[source]
            else:
                bad += 1
                print(f"{name}:\n{output}")
    cache_file.write_text(json.dumps(cache, indent=1))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
