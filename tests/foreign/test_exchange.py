#!/usr/bin/env python3
"""A log that one machine wrote reads the same on every other, whole and damaged.

    test_exchange.py NATIVE-BUILD MAKE_LOG LIST_LOG LOG_BOTH LOGDUMP EMULATOR...

The programs are those of the other machine; those of this one are in its build."""

import random
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

NATIVE = Path(sys.argv[1])
EMULATOR = sys.argv[6:]
TESTS = Path(__file__).parents[1]
MAGIC = bytes.fromhex("9e726c6f670d0a1a")
STREAM = 1
MODES = (("tiny",), ("plain",), ("hostile",), ("many", "2000"), ("mixed", "5000"))

FOREIGN = {name: [*EMULATOR, path] for name, path in
           zip(("make_log", "list_log", "log_both", "logdump"), sys.argv[2:6])}
OURS = {"make_log": [NATIVE / "tests/logdump/make_log"],
        "list_log": [NATIVE / "tests/logfile/list_log"],
        "log_both": [NATIVE / "tests/logdump/log_both"],
        "logdump": [NATIVE / "tools/logdump/logdump"]}
DECODER = [sys.executable, "-B", TESTS / "logfile/decode_rlog.py"]


def run(command, *arguments, codes=(0,)):
    done = subprocess.run([*command, *arguments], capture_output=True, timeout=120)
    if done.returncode not in codes or b"Traceback" in done.stderr:
        raise AssertionError(f"{command} {arguments}: {done.returncode}: {done.stderr.decode()}")
    return done.stdout


def blocks(log):
    """The blocks of a log but for checksums, and without STREAM, which names the long double."""
    found = [MAGIC + rest for rest in log.split(MAGIC)[1:]]
    return [block[16:] for block in found if block[16] != STREAM]


def flipped(log, chance):
    damaged = bytearray(log)
    for _ in range(5):
        bit = chance.randrange(len(log) * 8)
        damaged[bit // 8] ^= 1 << bit % 8
    return bytes(damaged)


def rounded(listing):
    """With long doubles as x87 has them, of 64 bits: to nearest, the even one of two."""
    def one(match):
        number, exponent = int(match[1], 16), int(match[2])
        high, low = divmod(number, 1 << 64)
        high += low > 1 << 63 or low == 1 << 63 and high & 1
        if high >> 64:
            high, exponent = high >> 1, exponent + 1
        return b"%016x%016xp%d" % (high, 0, exponent)
    return re.sub(rb"\b([0-9a-f]{32})p(-?\d+)", one, listing)


class TestExchange(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def listing(self, log):
        """What all of them make of it."""
        path = self.folder / "log.rlog"
        path.write_bytes(log)
        listings = [run(command, path, codes=(0, 1))
                    for command in (OURS["list_log"], FOREIGN["list_log"], DECODER)]
        dumps = [run(machine["logdump"], "--format", "%(asctime)s %(message)s%(fields)s", path,
                     codes=range(5)) for machine in (OURS, FOREIGN)]
        self.assertEqual(listings[1], listings[2])
        self.assertEqual(listings[0], rounded(listings[1]))
        self.assertEqual(dumps[0], dumps[1])
        return listings[0]

    def test_whole_logs(self):
        for mode in MODES:
            with self.subTest(mode):
                ours, foreign = (run(machine["make_log"], *mode) for machine in (OURS, FOREIGN))
                listing = self.listing(ours)
                self.assertGreater(listing.count(b"\n"), 3)
                self.assertEqual(listing, self.listing(foreign))
                if mode[0] != "mixed":  # which has long doubles
                    self.assertEqual(blocks(ours), blocks(foreign))

    def test_damaged_logs(self):
        for name, machine in (("ours", OURS), ("foreign", FOREIGN)):
            log = run(machine["make_log"], "mixed", "2000")
            self.listing(log[log.index(MAGIC, 8):])     # without the first STREAM block
            for seed in range(6):
                with self.subTest((name, seed)):
                    chance = random.Random(seed)
                    self.listing(flipped(log, chance))
                    self.listing(log[:chance.randrange(len(log))])

    def test_what_the_library_logs(self):
        """log_both: every kind of argument to a text file and to a binary one."""
        for writer, reader in ((FOREIGN, OURS), (OURS, FOREIGN), (FOREIGN, FOREIGN)):
            text, binary = self.folder / "both.log", self.folder / "both.rlog"
            for path in (text, binary):
                path.unlink(missing_ok=True)
            layout = "%(levelname)s %(name)s %(threadName)s %(lineno)d %(funcName)s %(message)s"
            run(writer["log_both"], layout, text, binary)
            self.listing(binary.read_bytes())
            written = text.read_bytes()
            self.assertIn(b"1.500000 3.1415926535897932385\n", written)     # %Lf %.20Lg
            self.assertIn(b"(null) and 0x1234\n", written)
            self.assertIn(b"No space left on device\n", written)
            printed = run(reader["logdump"], "--format", layout, binary)
            self.assertEqual(printed.splitlines(), written.splitlines())


if __name__ == "__main__":
    del sys.argv[1:]
    unittest.main()
