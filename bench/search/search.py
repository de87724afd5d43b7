#!/usr/bin/env python3
"""How fast logdump finds something in a large log, and how much of the log it reads for that.

    search.py LARGE_LOG LOGDUMP [--gigabytes 10] [--runs 3] [--folder /var/tmp]

Writes the log twice (errors spread evenly, and in bursts), and decodes it whole, then a hundredth of
its time, then one level of which one record in a thousand is. Each figure is the median of the runs,
with the least and the greatest; the page cache is warm."""

import argparse
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path


class Run:
    """A run of logdump: seconds, bytes that it read, its largest size in memory, lines printed."""

    def __init__(self, logdump, arguments):
        to, end = os.pipe()
        with os.fdopen(to) as counted:
            out = subprocess.Popen(["wc", "-l"], stdin=counted, stdout=subprocess.PIPE)
        before = time.monotonic()
        process = subprocess.Popen([logdump, *arguments], stdout=end)
        os.close(end)
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        self.seconds = time.monotonic() - before
        io = Path(f"/proc/{process.pid}/io").read_text()
        self.bytes = int(io.split("rchar: ")[1].split()[0])
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.resident = usage.ru_maxrss * 1024
        self.lines = int(out.communicate()[0])
        assert process.returncode == 0, (arguments, process.returncode)


def times_of(logdump, log):
    """Of the first record, the last, and one at six tenths of the time between them."""
    line = lambda *options: float(subprocess.run(
        [logdump, "--format", "%(created)f", *options, log], check=True,
        stdout=subprocess.PIPE).stdout)
    first, last = line("-n", "1"), line("--tail", "1")
    return first, last, line("--since", f"@{first + (last - first) * 0.6:.6f}", "-n", "1")


def measure(what, logdump, log, arguments, runs, whole=None):
    done = [Run(logdump, [*arguments, log]) for _ in range(runs)]
    seconds = [run.seconds for run in done]
    median = statistics.median(seconds)
    size = os.path.getsize(log)
    faster = "" if whole is None else f", {whole / median:.0f} times as fast as all of it"
    print(f"{what:24} {median:8.3f} s ({min(seconds):.3f}-{max(seconds):.3f}){faster}; "
          f"{done[0].lines} lines; {100 * done[0].bytes / size:.2f} % of the bytes; "
          f"{max(run.resident for run in done) / 2**20:.0f} MiB resident", flush=True)
    return median


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("large_log")
    parser.add_argument("logdump")
    parser.add_argument("--gigabytes", type=float, default=10)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--errors", default="spread,bursts")
    parser.add_argument("--folder", default="/var/tmp")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        log = f"{folder}/large.rlog"
        for errors in options.errors.split(","):
            subprocess.run([options.large_log, log, str(int(options.gigabytes * 1e9)), errors],
                           check=True)
            first, last, begin = times_of(options.logdump, log)
            print(f"\nerrors {errors}: {os.path.getsize(log) / 1e9:.2f} GB, "
                  f"{last - first:.1f} s of log")
            whole = measure("all of it", options.logdump, log, [], 1)
            measure("1 % of its time", options.logdump, log,
                    ["--since", f"@{begin - 1e-6:.6f}",
                     "--until", f"@{begin + (last - first) / 100:.6f}"],
                    options.runs, whole)
            measure("ERROR", options.logdump, log, ["-l", "ERROR"], options.runs, whole)
            measure("the last 1000", options.logdump, log, ["--tail", "1000"], options.runs, whole)
            os.unlink(log)


if __name__ == "__main__":
    main()
