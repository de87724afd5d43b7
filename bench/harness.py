"""What the benchmarks that run programs have in common: a run, its log, the figures of many runs."""

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path

# In memory where that is possible, so that no disk is measured.
FOLDER = "/dev/shm" if os.path.isdir("/dev/shm") else None


class Failed(Exception):
    pass


class Log:
    """A path that holds what one run wrote, and is gone afterwards."""

    def __init__(self, folder):
        self.folder = Path(tempfile.mkdtemp(dir=folder, prefix="ringlog-bench-"))
        self.path = self.folder / "log"

    def __enter__(self):
        return self.path

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)


def touch_memory(folder, size):
    """So much of the folder's memory is in use for a moment: a virtual machine whose memory nobody
    uses gives it back to its host, and has to wait for it again, page by page."""
    block = bytes(1 << 20)
    with Log(folder) as path, open(path, "wb", buffering=0) as file:
        for _ in range(int(size) >> 20):
            file.write(block)


def run(name, command, timeout_s, environment=None):
    """The line of JSON that the command prints at the end."""
    try:
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                timeout=timeout_s, env=os.environ | (environment or {}))
    except subprocess.TimeoutExpired:
        raise Failed(f"{name}: not done in {timeout_s} s") from None
    if result.returncode != 0:
        raise Failed(f"{name}: {result.stderr.strip() or result.returncode}")
    return json.loads(result.stdout.splitlines()[-1])


def warn(text):
    print(text, file=sys.stderr, flush=True)


def median(values):
    return statistics.median(values) if values else None


def spread_of(rows):
    """Median, least and greatest of every number that the runs printed."""
    flat = {}
    for row in rows:
        for key, value in row.items():
            inner = value.items() if isinstance(value, dict) else [("", value)]
            for part, number in inner:
                if isinstance(number, (int, float)) and not isinstance(number, bool):
                    flat.setdefault(f"{key}.{part}".rstrip("."), []).append(number)
    return {key: {"median": median(values), "least": min(values), "most": max(values)}
            for key, values in flat.items()}


def cpu_name():
    try:
        with open("/proc/cpuinfo") as info:
            return next(line.split(": ")[1].strip() for line in info if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


def machine():
    return {"cpu": cpu_name(), "cores": os.cpu_count(), "kernel": platform.release(),
            "date": datetime.now(timezone.utc).isoformat(timespec="seconds")}
