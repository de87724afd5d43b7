#!/usr/bin/env python3
"""Python's logging with a QueueHandler: the peer whose words ringlog speaks. Takes what options of
the other peers' programs make sense here, and prints the same line of JSON."""

import argparse
import json
import logging
import logging.handlers
import os
import queue
import subprocess
import sys
import time
from datetime import datetime

BURST = 20
PAUSE_NS = 1_000_000
# What a record takes, about.
RECORD_BYTES = 1024
# Columns of --rows that a message is logged with.
COLUMNS = {"static": (), "string": (0,), "int": (1,), "two_ints": (2, 3), "double": (7,),
           "complex": (5, 2, 3, 4, 7), "iid": (5, 6, 7), "siid": (0, 5, 6, 7)}
TYPES = (str, int, int, int, int, int, int, float)


def arguments_of(line, message):
    """The arguments in a line of --rows."""
    fields = line.rstrip("\n").split("\t")
    return tuple(TYPES[column](fields[column]) for column in COLUMNS[message])


def read_rows(program, message, varied):
    """The message's text, and a tuple of arguments for each row."""
    command = [program, "--rows", "--message", message] + ["--varied"] * varied
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as rows:
        text = rows.stdout.readline().rstrip("\n")
        return text, [arguments_of(line, message) for line in rows.stdout]


class WaitingHandler(logging.handlers.QueueHandler):
    """Python's own raises queue.Full."""

    def enqueue(self, record):
        self.queue.put(record)


class Lines(logging.Formatter):
    def __init__(self):
        super().__init__("%(asctime)s %(levelname)s %(thread)d %(filename)s:%(lineno)d %(message)s")

    def formatTime(self, record, datefmt=None):
        return datetime.fromtimestamp(record.created).isoformat(" ", "microseconds")


class Peer:
    def __init__(self, options):
        self.text, self.rows = read_rows(options.rows_from, options.message, options.varied)
        self.row = 0
        self.logger = logging.getLogger("bench")
        self.logger.setLevel(logging.INFO)
        self.logger.propagate = False
        handler = logging.FileHandler(options.path)
        handler.setFormatter(Lines())
        waiting = queue.Queue(options.ring_bytes // RECORD_BYTES)
        self.listener = logging.handlers.QueueListener(waiting, handler)
        self.logger.addHandler(WaitingHandler(waiting))
        os.sched_setaffinity(0, {options.backend_core})
        self.listener.start()
        os.sched_setaffinity(0, {options.core})

    def log(self, count):
        logger, text, rows = self.logger, self.text, self.rows
        for i in range(self.row, self.row + count):
            logger.info(text, *rows[i % len(rows)])
        self.row += count


def flat(peer, options):
    peer.log(options.warm)
    peer.row = 0
    time.sleep(options.warm * 1e-4)
    cpu, start, caller = time.process_time(), time.monotonic(), time.thread_time()
    peer.log(options.count)
    called, caller = time.monotonic() - start, time.thread_time() - caller
    peer.listener.stop()
    seconds, cpu = time.monotonic() - start, time.process_time() - cpu
    messages = options.count + options.warm
    is_file = os.path.isfile(options.path)
    return {"count": options.count, "messages": messages, "seconds": seconds,
            "call_seconds": called, "millions_per_s": options.count / seconds / 1e6,
            "call_ns": called * 1e9 / options.count, "cpu_ns": cpu * 1e9 / options.count,
            "caller_share": caller / cpu,
            "file_bytes": os.path.getsize(options.path) / messages if is_file else 0}


def pause():
    until = time.perf_counter_ns() + PAUSE_NS
    while time.perf_counter_ns() < until:
        pass


def timed(peer, count):
    start = time.perf_counter_ns()
    peer.log(count)
    return (time.perf_counter_ns() - start) / count


def summary(samples):
    samples.sort()
    at = lambda part: samples[min(int(part * len(samples)), len(samples) - 1)]
    return {"p50": at(0.5), "p90": at(0.9), "p99": at(0.99), "p99.9": at(0.999), "max": at(1)}


def latency(peer, options):
    # The queue's own thread needs the interpreter as well: it gets it while this one sleeps.
    peer.log(options.warm)
    bursts, singles = [], []
    for round in range(options.count):
        time.sleep(PAUSE_NS / 1e9)
        pause()
        bursts.append(timed(peer, BURST))
        if round % 5 == 0:
            time.sleep(PAUSE_NS / 1e9)
            pause()
            singles += [timed(peer, 1) for _ in range(BURST)]
    peer.listener.stop()
    return {"burst_mean_ns": summary(bursts), "single_ns": summary(singles), "timer_ns": 0}


def parse():
    cores = sorted(os.sched_getaffinity(0))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows-from", required=True, help="a peer's program, asked for --rows")
    parser.add_argument("--mode", choices=("flat", "latency"), default="flat")
    parser.add_argument("--message", choices=COLUMNS, default="int")
    parser.add_argument("--varied", action="store_true")
    parser.add_argument("--count", type=int, default=20000)
    parser.add_argument("--warm", type=int, default=2000)
    parser.add_argument("--threads", type=int, choices=(1,), default=1)
    parser.add_argument("--path", default="/dev/null")
    parser.add_argument("--variant", choices=("text",), default="text")
    parser.add_argument("--ring-bytes", type=int, default=1 << 20)
    parser.add_argument("--core", type=int, default=cores[-1])
    parser.add_argument("--backend-core", type=int, default=cores[-2:][0])
    return parser.parse_args()


def main():
    options = parse()
    peer = Peer(options)
    result = (latency if options.mode == "latency" else flat)(peer, options)
    print(json.dumps({"variant": options.variant, "mode": options.mode, "message": options.message,
                      "varied": options.varied, "threads": 1} | result))


if __name__ == "__main__":
    sys.exit(main())
