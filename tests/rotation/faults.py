#!/usr/bin/env python3
"""Rotation, disturbed: the process is killed at each system call in turn, and system calls fail. Each
line that was acknowledged is in the files exactly once, whole and in order.

    faults.py PROGRAM LOGDUMP kills|errors
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

PROGRAM, LOGDUMP = sys.argv[1], sys.argv[2]
COUNT = 12  # three files' worth

# What a rollover and a compression do, and what is written meanwhile.
CALLS = ("rename", "renameat2", "unlink", "openat", "close", "write", "fstat", "newfstatat",
         "getdents64", "fsync", "fchmod", "flock", "utimensat")

DATED = re.compile(r"app\.log\.(\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d)(?:\.(\d+))?$")
NUMBERED = re.compile(r"app\.r?log\.(\d+)$")


class Broken(Exception):
    pass


def age(stem):
    """Sorts names without extension, the oldest first."""
    if stem in ("app.log", "app.rlog"):
        return (1, "", 0)
    dated = DATED.match(stem)
    if dated:
        return (0, dated[1], int(dated[2] or 0))
    numbered = NUMBERED.match(stem)
    if numbered:
        return (0, "", -int(numbered[1]))
    raise Broken(f"a strange file: {stem}")


def content(path):
    if path.suffix == ".gz":
        command = ["gzip", "-dc", path]
    elif path.suffix == ".zst":
        command = ["zstd", "-qdc", path]
    elif ".rlog" in path.name:
        command = [LOGDUMP, path]
    else:
        return path.read_bytes()
    done = subprocess.run(command, capture_output=True)
    if done.returncode != 0 and command[0] != LOGDUMP:
        raise Broken(f"{path.name}: {done.stderr.decode()}")
    return done.stdout


def texts(directory):
    """The text of each rotated file and of the last one, in order; a file that is there twice,
    plain and compressed, has one text."""
    found = {}
    for path in directory.iterdir():
        if path.name in ("acknowledged", "errors", "trace") or path.name.endswith(".tmp"):
            continue
        stem = re.sub(r"\.(gz|zst)$", "", path.name)
        text = content(path)
        if found.setdefault(stem, text) != text:
            raise Broken(f"{stem}: two different texts")
    return [found[stem] for stem in sorted(found, key=age)]


def check(directory):
    acknowledged = [int(line) for line in
                    (directory / "acknowledged").read_text().split()] if (
                        directory / "acknowledged").exists() else []
    text = b"".join(texts(directory))
    if "rlog" in "".join(p.name for p in directory.iterdir()):
        numbers = [int(n) for n in re.findall(rb"\b(\d{8})\b(?=\s*$)", text, re.MULTILINE)]
    else:
        if len(text) % 9:
            raise Broken("a line is torn")
        numbers = [int(text[i:i + 8]) for i in range(0, len(text), 9)]
    if numbers != sorted(set(numbers)):
        raise Broken(f"out of order or twice: {numbers}")
    missing = set(acknowledged) - set(numbers)
    if missing:
        raise Broken(f"lost: {sorted(missing)}; there are {numbers}")
    return numbers


def run(directory, kind, first, count, inject=(), pause_ms=0):
    strace = ["strace", "-f", "-qq", "-o", directory / "trace", "-e", "trace=" + ",".join(CALLS)]
    for what in inject:
        strace += ["-e", "inject=" + what]
    command = [PROGRAM, kind, str(first), str(count), str(pause_ms)]
    return subprocess.run((strace if inject else []) + command, cwd=directory,
                          capture_output=True, timeout=120)


def require_quiet(done):
    if done.returncode != 0:
        raise Broken(f"the program said {done.returncode}: {done.stderr.decode()}")


def kill_once(kind, call, number):
    """Whether the process lived long enough to be killed there; then it goes on."""
    with tempfile.TemporaryDirectory(prefix="ringlog-kill-") as name:
        directory = Path(name)
        done = run(directory, kind, 0, COUNT, [f"{call}:signal=KILL:when={number}"])
        if done.returncode == 0:
            return False
        if done.returncode not in (-9, 137):
            require_quiet(done)
        numbers = check(directory)
        first = numbers[-1] + 1 if numbers else 0
        require_quiet(run(directory, kind, first, COUNT))
        if len(check(directory)) < len(numbers) + COUNT:
            raise Broken("the next process lost something")
        leftovers = [p.name for p in directory.iterdir() if p.name.endswith(".tmp")]
        plain = [p.name for p in directory.iterdir() if re.match(r"app\.log\.[-_.\d]*$", p.name)]
        if leftovers or ("-" in kind and plain):
            raise Broken(f"left behind: {leftovers + plain}")
    return True


def kills():
    killed = 0
    for kind in ("numbered", "dated", "numbered-gzip", "dated-zstd", "binary"):
        for call in CALLS:
            for number in range(1, 200):
                try:
                    if not kill_once(kind, call, number):
                        break
                except Broken as broken:
                    sys.exit(f"{kind}, killed at {call} number {number}: {broken}")
                killed += 1
    print(f"killed {killed} times")
    if killed < 200:
        sys.exit("that is too few to mean anything")


# What fails, how often; and what is said about it.
ERRORS = (
    ("numbered", ["rename:error=EIO:when=1"], "rotate: Input/output error"),
    ("numbered", ["rename:error=EACCES:when=3"], "rotate: Permission denied"),
    ("dated", ["renameat2:error=EROFS:when=1"], "rotate: Read-only file system"),
    ("dated", ["renameat2:error=EINVAL"], None),  # a file system without RENAME_NOREPLACE
    ("dated", ["getdents64:error=EIO:when=1"], None),
    ("numbered-gzip", ["fsync:error=EIO:when=1"], "compress"),
    ("dated-zstd", ["renameat2:error=EIO:when=4"], None),
    ("numbered-gzip", ["unlink:error=EPERM"], None),
    ("numbered", ["write:error=ENOSPC:when=2..4"], None),
    ("numbered", ["write:error=EINTR:when=2+3"], None),
    ("binary", ["rename:error=EIO:when=1"], "rotate: Input/output error"),
)


def open_failures():
    """The new file cannot be made: after the rename, so that the old one goes on under its new
    name."""
    for kind in ("numbered", "dated"):
        for number in range(1, 12):
            yield kind, [f"openat:error=EMFILE:when={number}"], None


def errors():
    for kind, inject, said in (*ERRORS, *open_failures()):
        with tempfile.TemporaryDirectory(prefix="ringlog-errors-") as name:
            directory = Path(name)
            try:
                slow = inject[0].startswith("rename:")  # so that it is tried again
                done = run(directory, kind, 0, COUNT, inject, pause_ms=150 if slow else 0)
                if not (inject[0].startswith("openat") and done.returncode != 0):
                    require_quiet(done)
                    if len(check(directory)) != COUNT:
                        raise Broken("not all of it")
                check(directory)
                file = directory / "errors"
                told = file.read_text() if file.exists() else ""
                if said is not None and said not in told:
                    raise Broken(f"nothing about {said!r} in {told!r}")
                if slow and len(texts(directory)) < 2:
                    raise Broken("not tried again")
            except Broken as broken:
                sys.exit(f"{kind}, {inject}: {broken}")


if __name__ == "__main__":
    {"kills": kills, "errors": errors}[sys.argv[3]]()
