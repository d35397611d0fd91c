#!/usr/bin/env python3
"""Puts one deliberate fault after the other into a copy of the tree and demands that a test sees it.

usage: run.py [--directory DIRECTORY] [--jobs N] [--list | --check] [NAME...]

Without names all faults of mutants.txt are tried; with --check it is only looked whether they still
apply. The copy, with its build, stands in DIRECTORY
(default: build/mutants), so that a second run builds only what changed. The last line says
"N caught, M survived"; the exit status is 0 when none survived, 64 for wrong usage, and 1
otherwise, also when a fault no longer applies: then it must be written anew.
"""

import argparse
import dataclasses
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIST = pathlib.Path(__file__).with_name("mutants.txt")
PATIENCE = 300  # seconds of one test; a fault may also make a test wait for ever, which is red


class Wrong(Exception):
    """Something that makes the run worthless: told, and ends it."""


@dataclasses.dataclass
class Mutant:
    name: str
    why: str = ""
    file: str = ""
    target: str = ""
    filter: str = ""
    original: str = ""
    replacement: str = ""


def read_mutants(text):
    """The grammar is told at the top of mutants.txt."""
    mutants = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("== "):
            mutants.append(Mutant(line[3:].strip()))
        elif not line or line.startswith("#"):
            continue
        elif not mutants:
            raise Wrong(f"mutants.txt:{number}: a line before the first name")
        elif line[0] in "-+":
            part = "original" if line[0] == "-" else "replacement"
            setattr(mutants[-1], part, getattr(mutants[-1], part) + line[1:] + "\n")
        else:
            field, colon, value = line.partition(": ")
            if not colon or field not in ("why", "file", "test"):
                raise Wrong(f"mutants.txt:{number}: what is \"{line}\"?")
            if field == "test":
                mutants[-1].target, _, mutants[-1].filter = value.partition(" ")
            else:
                setattr(mutants[-1], field, value)
    for mutant in mutants:
        if not all((mutant.why, mutant.file, mutant.target, mutant.filter, mutant.original)):
            raise Wrong(f"mutants.txt: {mutant.name} lacks why, file, test or what it replaces")
    return mutants


def chosen(mutants, names):
    known = {mutant.name: mutant for mutant in mutants}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise Wrong(f"no mutant {', '.join(unknown)}; there are {', '.join(known)}")
    return [known[name] for name in names] if names else mutants


class Copy:
    """The tree elsewhere, with one build that all mutants share."""

    def __init__(self, directory, jobs):
        self.tree = directory / "tree"
        self.build = directory / "build"
        self.jobs = jobs

    def refresh(self):
        self.tree.mkdir(parents=True, exist_ok=True)
        listed = subprocess.run(
            ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard"],
            capture_output=True, text=True, check=True).stdout.splitlines()
        wanted = {name for name in listed if (ROOT / name).is_file()}
        for found in [p for p in self.tree.rglob("*") if p.is_file()]:
            if str(found.relative_to(self.tree)) not in wanted:
                found.unlink()
        for name in sorted(wanted):
            self.write(name, (ROOT / name).read_bytes())
        # One source, one object: a fault rebuilds as little as can be.
        self.must(["cmake", "-S", str(self.tree), "-B", str(self.build), "-G", "Ninja",
                   "-DCMAKE_BUILD_TYPE=Debug", "-DHOLDFAST_UNITY=OFF",
                   # Seen by g++ 12 where nothing is freed, in a file of its own only.
                   "-DCMAKE_CXX_FLAGS=-Wno-free-nonheap-object"], "configure")

    def write(self, name, content):
        """Only what differs is written, so that only that is built."""
        path = self.tree / name
        if path.exists() and path.read_bytes() == content:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def make(self, targets):
        return subprocess.run(
            ["cmake", "--build", str(self.build), f"-j{self.jobs}", "--target", *targets],
            capture_output=True, text=True)

    def must(self, words, what):
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode != 0:
            raise Wrong(f"cannot {what}:\n{(done.stdout + done.stderr)[-4000:]}")

    def build_all(self, targets):
        done = self.make(targets)
        if done.returncode != 0:
            raise Wrong(f"the tree does not build:\n{done.stdout[-4000:]}")

    def test(self, mutant):
        """The output of the named tests, and whether they are green."""
        program = next((p for p in self.build.rglob(mutant.target)
                        if p.is_file() and p.parent.name != "CMakeFiles"), None)
        if program is None:
            raise Wrong(f"{mutant.name}: no program {mutant.target}")
        words = [str(program), f"--gtest_filter={mutant.filter}"]
        try:
            done = subprocess.run(words, capture_output=True, text=True, errors="replace",
                                  timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            return "", False
        output = done.stdout + done.stderr
        if "Running 0 tests" in output:
            raise Wrong(f"{mutant.name}: {mutant.target} has no test {mutant.filter}")
        return output, done.returncode == 0


def with_fault(root, mutant):
    """The text of its file, before and after."""
    path = root / mutant.file
    before = path.read_text() if path.is_file() else ""
    count = before.count(mutant.original)
    if count != 1:
        raise Wrong(f"{mutant.name}: what it replaces stands {count} times in {mutant.file}")
    return before, before.replace(mutant.original, mutant.replacement)


def is_caught(copy, mutant):
    before, after = with_fault(copy.tree, mutant)
    copy.write(mutant.file, after.encode())
    try:
        made = copy.make([mutant.target])
        if made.returncode != 0:
            raise Wrong(f"{mutant.name} does not build:\n{made.stdout[-3000:]}")
        return not copy.test(mutant)[1]
    finally:
        copy.write(mutant.file, before.encode())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--directory", type=pathlib.Path, default=ROOT / "build" / "mutants")
    parser.add_argument("--jobs", type=int, default=2)
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--list", action="store_true", help="name them and end")
    only.add_argument("--check", action="store_true", help="look whether they apply and end")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    try:
        mutants = chosen(read_mutants(LIST.read_text()), arguments.names)
    except Wrong as wrong:
        print(wrong, file=sys.stderr)
        return 64
    if arguments.list:
        for mutant in mutants:
            print(f"{mutant.name}: {mutant.why}")
        return 0
    survived = []
    try:
        for mutant in mutants:
            with_fault(ROOT, mutant)
        if arguments.check:
            print(f"{len(mutants)} apply")
            return 0
        copy = Copy(arguments.directory.resolve(), arguments.jobs)
        copy.refresh()
        copy.build_all(sorted({mutant.target for mutant in mutants}))
        for target, pattern in sorted({(m.target, m.filter) for m in mutants}):
            output, green = copy.test(Mutant("no fault", target=target, filter=pattern))
            if not green:
                raise Wrong(f"{target} {pattern} is red without any fault:\n{output[-3000:]}")
        for mutant in mutants:
            caught = is_caught(copy, mutant)
            print(f"{'caught  ' if caught else 'SURVIVED'} {mutant.name}", flush=True)
            if not caught:
                survived.append(mutant.name)
    except Wrong as wrong:
        print(wrong, file=sys.stderr)
        return 1
    print(f"{len(mutants) - len(survived)} caught, {len(survived)} survived")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
