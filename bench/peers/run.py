#!/usr/bin/env python3
"""ringlog beside its peers: latency of a call, throughput into a file and into nothing, and how fast
binary logs become text.

    run.py PROGRAMS LOGDUMP [options]      PROGRAMS: the folder with the peers' programs

Every program is run in turn, message by message, round after round, so that what disturbs one
disturbs all; figures are medians of the rounds, with the least and the greatest in the JSON. One
thread logs on one core, everything else of a peer runs on another; queues of 1 MiB; who finds it full
waits. Compare what stands in one table: the machine and the hour are in every figure."""

import argparse
import json
import os
import shlex
import sys
from pathlib import Path

sys.path.insert(1, str(Path(__file__).resolve().parents[1]))

import harness
import measure
import peers as known
import plot
import report

ALL_MODES = ("latency", "file", "null", "decode")


def parse():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    words = lambda text: text.split(",")
    parser.add_argument("programs", type=Path)
    parser.add_argument("logdump", type=Path)
    parser.add_argument("--modes", type=words, default=list(ALL_MODES),
                        help=",".join(ALL_MODES) + ": all, unless given")
    parser.add_argument("--messages", type=words, default=list(measure.MESSAGES))
    parser.add_argument("--arguments", type=words, default=["constant", "varied"])
    parser.add_argument("--only", type=words, help="peers, by name")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.5, help="of a run of throughput")
    parser.add_argument("--count", type=int, help="messages of a run, instead")
    parser.add_argument("--bursts", type=int, default=1000, help="of 20 calls, of a run of latency")
    parser.add_argument("--threads", type=int, default=1, help="that log; latency: beside one whose calls are timed")
    parser.add_argument("--also", action="append", default=[], metavar="NAME[:binary]=COMMAND",
                        help="a program built elsewhere that keeps the contract")
    parser.add_argument("--decoder", action="append", default=[], metavar="NAME=COMMAND",
                        help="makes text of a peer's log, {}")
    parser.add_argument("--wrap", type=shlex.split, default=[],
                        help="a command to run every program with: chrt, perf stat ...")
    parser.add_argument("--folder", default=harness.FOLDER,
                        help="for the logs; default: in memory, so that no disk is measured")
    parser.add_argument("--check", action="store_true",
                        help="first see that every peer writes what it was given")
    parser.add_argument("--quick", action="store_true", help="tiny counts: does it run?")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--svg", type=Path)
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.count, options.bursts, options.check = 1, 500, 3, True
        options.arguments = ["varied"]
    return options


def the_peers(options):
    found, missing = known.in_tree(options.programs, options.logdump)
    found += [known.elsewhere(text) for text in options.also]
    for text in options.decoder:
        known.give_decoder(found, text)
    for text in missing:
        harness.warn(text)
    if options.only:
        found = [peer for peer in found if peer.name in options.only]
    return found


def takes_part(peer, mode):
    if mode == "decode":
        return peer.decoder is not None
    return mode != "null" or peer.discards and peer.kind == "text"


class Bench:
    def __init__(self, options):
        self.options = options
        self.peers = the_peers(options)
        self.runner = measure.Runner(options.wrap, options.folder, options.seconds, options.count,
                                     100 if options.quick else None)
        self.rows = report.Rows()
        self.failed = set()  # (mode, peer): not tried again

    def run_one(self, mode, peer, message, varied):
        if mode == "latency":
            return self.runner.latency(peer, message, varied, self.options.bursts,
                                       self.options.threads)
        if mode == "decode":
            return self.runner.decode(peer, message, varied, max(os.sched_getaffinity(0)))
        return self.runner.throughput(peer, message, varied, mode == "null", self.options.threads)

    def try_one(self, mode, peer, message, arguments):
        if (mode, peer.name) in self.failed:
            return
        try:
            row = self.run_one(mode, peer, message, arguments == "varied")
        except (harness.Failed, OSError, ValueError) as error:
            harness.warn(f"{peer.name}, {mode}, {message}: {error}")
            self.failed.add((mode, peer.name))
        else:
            self.rows.add(mode, arguments, message, peer, row)

    def check(self):
        floor = str(self.options.programs / "peer_floor")
        for message in measure.MESSAGES:
            expected = measure.expected_texts(floor, message, 100)
            for peer in self.peers:
                if peer.kind == "text" or peer.decoder and peer.says_text:
                    try:
                        measure.check(self.runner, peer, message, expected)
                    except (harness.Failed, OSError, ValueError) as error:
                        harness.warn(str(error))
                        self.failed.add(("check", peer.name))

    def run(self):
        if self.options.check:
            self.check()
        for round in range(self.options.rounds):
            for mode in self.options.modes:
                for arguments in self.options.arguments:
                    harness.warn(f"round {round + 1} of {self.options.rounds}: {mode}, {arguments}")
                    for message in self.options.messages:
                        part = [peer for peer in self.peers if takes_part(peer, mode)]
                        # Another one begins each round.
                        turn = round % max(len(part), 1)
                        for peer in part[turn:] + part[:turn]:
                            self.try_one(mode, peer, message, arguments)


def main():
    options = parse()
    bench = Bench(options)
    bench.run()
    report.show(bench.rows, sys.stdout)
    if options.json:
        options.json.write_text(json.dumps(report.as_json(bench.rows), indent=1) + "\n")
    if options.svg:
        options.svg.write_text(plot.svg(bench.rows))
    if bench.failed:
        harness.warn("failed: " + ", ".join(sorted(f"{name} ({mode})"
                                                   for mode, name in bench.failed)))
    return 1 if bench.failed else 0


if __name__ == "__main__":
    sys.exit(main())
