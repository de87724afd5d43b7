"""Runs of the peers' programs and of their decoders, one at a time."""

import subprocess
import time

import harness
from harness import Failed, Log

MESSAGES = ("static", "string", "int", "two_ints", "double", "complex", "iid", "siid")

# A run of that many messages says how many fill the time that a run is to take.
PROBE = 20_000
MOST_MESSAGES = 20_000_000
# A program that takes so long does something else.
TIMEOUT_S = 100


class Runner:
    def __init__(self, wrap=(), folder=None, seconds=0.5, count=None, warm=None):
        self.wrap, self.folder = list(wrap), folder
        self.seconds, self.count, self.warm = seconds, count, warm
        self.counts = {}
        self.bytes = {}  # a message takes in a log, by peer and message

    def program(self, peer, *options):
        """The line of JSON that the peer's program prints."""
        return harness.run(peer.name, [*self.wrap, *peer.command, *options], TIMEOUT_S,
                           peer.environment)

    def measured(self, peer, mode, message, varied, path, count, *options):
        warm = self.warm or peer.warm
        return self.program(peer, "--mode", mode, "--message", message, "--path", str(path),
                            "--count", str(count), *["--varied"] * varied,
                            *(["--warm", str(warm)] if warm else []), *options)

    def flat(self, peer, message, varied, path, count, threads=1):
        return self.measured(peer, "flat", message, varied, path, count, "--threads", str(threads))

    def latency(self, peer, message, varied, bursts, threads=1):
        with Log(self.folder) as path:
            return self.measured(peer, "latency", message, varied, path, bursts,
                                 "--threads", str(threads))

    def throughput(self, peer, message, varied, discard=False, threads=1):
        """As many messages as take the time that a run is to take, once that is known."""
        key = peer.name, message, varied, discard, threads
        if self.count is None and key not in self.counts:
            self.counts[key] = self._count_for(peer, message, varied, discard, threads)
        return self._throughput(peer, message, varied, discard, threads,
                                self.count or self.counts[key])

    def _throughput(self, peer, message, varied, discard, threads, count):
        if discard:
            return self.flat(peer, message, varied, "/dev/null", count, threads)
        key = peer.name, message
        harness.touch_memory(self.folder, self.bytes.get(key, 0) * count)
        with Log(self.folder) as path:
            row = self.flat(peer, message, varied, path, count, threads)
        self.bytes[key] = max(self.bytes.get(key, 0), row["file_bytes"])
        return row

    def _count_for(self, peer, message, varied, discard, threads):
        count = PROBE
        while True:
            seconds = self._throughput(peer, message, varied, discard, threads, count)["seconds"]
            # What a run ends with does not grow with it: a short one says too little.
            if seconds > self.seconds / 3 or count == MOST_MESSAGES:
                return min(MOST_MESSAGES, max(1000, int(count * self.seconds / seconds)))
            count = min(MOST_MESSAGES, count * 8)

    def decode(self, peer, message, varied, core):
        """Lines a second out of a log of the peer's, on one core; the first ones for a look."""
        with Log(self.folder) as path:
            count = self.count or min(self.counts.get((peer.name, message, varied, False, 1),
                                                      1_000_000), 1_000_000)
            lines = self.flat(peer, message, varied, path, count)["messages"]
            command = [word.replace("{}", str(path)) for word in peer.decoder]
            start = time.monotonic()
            subprocess.run([*self.wrap, "taskset", "-c", str(core), *command], check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            seconds = time.monotonic() - start
            return {"lines": lines, "seconds": seconds, "millions_per_s": lines / seconds / 1e6}


def expected_texts(rows_program, message, count):
    """What `count` messages say with varied arguments, by Python's own conversions."""
    import queue_handler
    text, rows = queue_handler.read_rows(rows_program, message, True)
    return [text % rows[i % len(rows)] for i in range(count)]


def check(runner, peer, message, expected):
    """Each message that the peer was given stands in its log, in order, with file and line."""
    with Log(runner.folder) as path:
        runner.measured(peer, "flat", message, True, path, len(expected), "--warm", "1")
        if peer.kind == "text":
            text = path.read_text()
        else:
            command = [word.replace("{}", str(path)) for word in peer.decoder]
            text = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True,
                                  stderr=subprocess.DEVNULL).stdout
    lines = text.splitlines()[-len(expected):]
    for line, message_text in zip(lines, expected, strict=True):
        if not line.endswith(f" {message_text}"):
            raise Failed(f"{peer.name}: not {message_text!r}: {line!r}")
