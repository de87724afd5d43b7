#!/usr/bin/env python3
"""A decoder that was written from docs/rlog-format.md alone reads what we write, whole and damaged,
and reads it as we do.

    test_spec.py LIST_LOG MAKE_LOG
"""

import platform
import random
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

LIST_LOG, MAKE_LOG = sys.argv[1], sys.argv[2]
DECODER = Path(__file__).with_name("decode_rlog.py")
DESCRIPTION = Path(__file__).parents[2] / "docs" / "rlog-format.md"


def make(*arguments):
    return subprocess.run([MAKE_LOG, *arguments], check=True, capture_output=True).stdout


def read(command, path):
    done = subprocess.run([*command, path], capture_output=True, timeout=300)
    if done.returncode not in (0, 1) or b"Traceback" in done.stderr:
        raise AssertionError(f"{command}: {done.returncode}: {done.stderr.decode()}")
    return done.stdout.decode().splitlines()


class TestSpec(unittest.TestCase):
    def compare(self, log):
        with tempfile.NamedTemporaryFile(suffix=".rlog") as file:
            file.write(log)
            file.flush()
            ours = read([LIST_LOG], file.name)
            theirs = read([sys.executable, "-B", str(DECODER)], file.name)
        self.assertEqual(ours, theirs)
        return ours

    def test_whole_logs(self):
        for arguments in (("plain",), ("hostile",), ("many", "5000"), ("mixed", "20000")):
            with self.subTest(arguments):
                plain = self.compare(make(*arguments))
                self.assertGreater(len(plain), 3)
                self.assertEqual(self.compare(make("--zstd", *arguments)), plain)

    def test_logs_one_after_the_other(self):
        mixed = make("mixed", "2000")
        self.assertGreater(len(self.compare(mixed + make("plain") + mixed)), 4000)

    def test_the_example_of_the_description(self):
        example = re.findall(r"^[0-9a-f]{3}  ((?:[0-9a-f]{2} ?)+)", DESCRIPTION.read_text(), re.M)
        log = bytes.fromhex("".join(example))
        self.assertEqual(self.compare(log), self.compare(make("tiny")))
        if platform.machine() == "x86_64":  # others say another form of long double
            self.assertEqual(log, make("tiny"))

    def test_flipped_bits(self):
        logs = make("mixed", "5000"), make("--zstd", "mixed", "5000")
        for seed in range(30):
            with self.subTest(seed):
                log = logs[seed % 3 == 0]
                self.compare(self.flipped(log, random.Random(seed), 1 + seed // 4))

    def test_without_its_beginning(self):
        """The form of long doubles is then told by their bytes."""
        log = make("mixed", "2000")
        lines = self.compare(log[log.index(b"\x9erlog", 8):])
        self.assertGreater(sum(" 7:" in line for line in lines), 100)

    def test_garbage_and_cuts(self):
        log = make("mixed", "5000")
        for seed in range(10):
            with self.subTest(seed):
                chance = random.Random(seed)
                at, end = sorted(chance.randrange(len(log)) for _ in range(2))
                self.compare(log[:at] + chance.randbytes(chance.randrange(5000)) + log[at:end])
                self.compare(log[:at] + log[end:])

    @staticmethod
    def flipped(log, chance, count):
        damaged = bytearray(log)
        for _ in range(count):
            bit = chance.randrange(len(log) * 8)
            damaged[bit // 8] ^= 1 << bit % 8
        return bytes(damaged)


if __name__ == "__main__":
    del sys.argv[1:]
    unittest.main()
