#!/usr/bin/env python3
"""Logs that exist are read as they always were.

    test_golden.py LIST_LOG LOGDUMP [EMULATOR...]
"""

import subprocess
import sys
import unittest
from pathlib import Path

LIST_LOG, LOGDUMP = ([*sys.argv[3:], program] for program in sys.argv[1:3])
FOLDER = Path(__file__).parent
DECODER = FOLDER.parent / "logfile" / "decode_rlog.py"
FORMAT = ("%(asctime)s %(levelname)s %(name)s %(processName)s %(threadName)s %(filename)s:%(lineno)d "
          "%(funcName)s %(message)s %(fields)s")
DAMAGED = {"cut", "damaged"}


def output_of(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    return done.returncode, done.stdout


class Golden(unittest.TestCase):
    def each_log(self):
        logs = sorted(FOLDER.glob("v*/*.rlog"))
        self.assertGreaterEqual(len(logs), 14)
        for log in logs:
            with self.subTest(log.stem):
                yield log

    def test_every_item_is_read(self):
        for log in self.each_log():
            expected = log.with_suffix(".list").read_bytes()
            self.assertEqual(output_of(*LIST_LOG, log)[1], expected)

    def test_so_it_is_by_who_only_knows_the_description(self):
        for log in self.each_log():
            expected = log.with_suffix(".list").read_bytes()
            self.assertEqual(output_of(sys.executable, "-B", DECODER, log)[1], expected)

    def test_logdump_says_the_same(self):
        for log in self.each_log():
            code, text = output_of(*LOGDUMP, "--utc", "--format", FORMAT, log)
            self.assertEqual(code, 3 if log.stem in DAMAGED else 0)
            self.assertEqual(text, log.with_suffix(".log").read_bytes())


if __name__ == "__main__":
    del sys.argv[1:]
    unittest.main()
