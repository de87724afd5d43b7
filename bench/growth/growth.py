#!/usr/bin/env python3
"""How the cost of a record, and memory, grow with what there is of everything.

    growth.py GROWTH [options]      GROWTH: the program

One thing grows at a time: records, threads that log, call sites, arguments, bytes of a string,
handlers, size of the rings, flush interval. Flat out, for text and binary files and for a handler
that writes nothing; and, with text, the caller's cost in bursts of 20 calls at a rate that the writer
keeps up with. Round after round through all of it, so that what disturbs one disturbs all; figures
are medians of the rounds, with the least and the greatest. The program fails when a record is
missing. Compare what stands in one table: the machine and the hour are in every figure."""

import argparse
import json
import shlex
import subprocess
import sys
from pathlib import Path

sys.path.insert(1, str(Path(__file__).resolve().parents[1]))

import harness
import plot
import report
from dimensions import HANDLERS, MANY, dimensions, tiny

# A run that takes so long does something else, also one that waits for the machine to be free.
TIMEOUT_S = 600
SECONDS_A_RECORD = 2e-6


def parse():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    words = lambda text: text.split(",")
    parser.add_argument("program", type=Path)
    parser.add_argument("--only", type=words, metavar="NAMES",
                        help="records,threads,sites,arguments,length,handlers,ring,interval")
    parser.add_argument("--handlers", type=words, default=list(HANDLERS))
    parser.add_argument("--all", action="store_true", help="up to 10^9 records, instead of 10^8")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--records", type=int, default=10**6, help="of a run, flat out")
    parser.add_argument("--rate", type=int, default=50000,
                        help="records a second, of all threads together, in bursts")
    parser.add_argument("--seconds", type=float, default=1, help="of a run at that rate")
    parser.add_argument("--check", action="store_true",
                        help="count the lines of every text log")
    parser.add_argument("--wrap", type=shlex.split, default=[],
                        help="a command to run every program with: chrt, perf stat ...")
    parser.add_argument("--folder", default=harness.FOLDER,
                        help="for the logs; default: in memory, so that no disk is measured")
    parser.add_argument("--quick", action="store_true", help="tiny counts: does it run?")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--svg", type=Path)
    options = parser.parse_args()
    names = [dimension.name for dimension in dimensions(MANY)]
    for name in options.only or []:
        if name not in names:
            parser.error(f"{name}: none of {', '.join(names)}")
    if options.quick:
        options.rounds, options.records, options.seconds, options.check = 1, 500, 0.02, True
    return options


def lines_in(path):
    return int(subprocess.run(["wc", "-l", path], check=True, stdout=subprocess.PIPE,
                              text=True).stdout.split()[0])


class Bench:
    def __init__(self, options):
        self.options = options
        self.dimensions = [dimension for dimension in dimensions(MANY if options.all else 10**8)
                           if not options.only or dimension.name in options.only]
        if options.quick:
            self.dimensions = tiny(self.dimensions)
        self.rows = report.Rows()
        self.failed = []

    def program(self, dimension, value, handler, log, paced):
        records = int(self.options.rate * self.options.seconds) if paced else \
            dimension.records(value, self.options.records)
        command = [*self.options.wrap, str(self.options.program), "--handler", handler,
                   "--records", str(records)]
        if dimension.name != "records":
            command += [dimension.option, str(value)]
        if not dimension.discards:
            command += ["--out", str(log)]
        command += ["--rate", str(self.options.rate)] if paced else []
        command += ["--warm", "50"] if self.options.quick else []
        return harness.run(dimension.name, command, TIMEOUT_S + records * SECONDS_A_RECORD)

    def check_lines(self, row, folder):
        """The lines of each handler's log are as many as records were logged."""
        for path in folder.iterdir():
            lines, logged = lines_in(path), row["records"] + row["warm"]
            if lines != logged:
                raise harness.Failed(f"{path.name} has {lines} lines of {logged} records")

    def run_one(self, dimension, value, handler, paced):
        with harness.Log(self.options.folder) as log:
            row = self.program(dimension, value, handler, log, paced)
            if self.options.check and handler == "text":
                self.check_lines(row, log.parent)
            return row

    def try_one(self, dimension, value, handler, paced):
        try:
            row = self.run_one(dimension, value, handler, paced)
        except (harness.Failed, OSError, ValueError) as error:
            self.failed.append(f"{dimension.name} {value}, {handler}: {error}")
            harness.warn(self.failed[-1])
        else:
            self.rows.add(dimension, value, "paced" if paced else handler, row)

    def run_all(self, dimension, forwards):
        runs = [(value, handler, paced) for value in dimension.values
                for handler in dimension.handlers if handler in self.options.handlers
                for paced in (False, True)
                if not paced or dimension.paced and handler == "text"]
        for value, handler, paced in runs if forwards else reversed(runs):
            self.try_one(dimension, value, handler, paced)

    def run(self):
        for round in range(self.options.rounds):
            for dimension in self.dimensions:
                harness.warn(f"round {round + 1} of {self.options.rounds}: {dimension.name}")
                # Another end begins each round.
                self.run_all(dimension, round % 2 == 0)


def main():
    options = parse()
    bench = Bench(options)
    bench.run()
    report.show(bench.rows, sys.stdout)
    if options.json:
        options.json.write_text(json.dumps(report.as_json(bench.rows), indent=1) + "\n")
    if options.svg:
        options.svg.write_text(plot.svg(bench.rows, options.rate))
    if bench.failed:
        harness.warn("failed:\n" + "\n".join(bench.failed))
    return 1 if bench.failed else 0


if __name__ == "__main__":
    sys.exit(main())
