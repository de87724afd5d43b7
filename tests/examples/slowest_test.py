"""The example on <ringlog/reader.h> against what logdump says of the same log."""

import json
import math
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SLOWEST, LOGDUMP, MAKE_LOG = (sys.argv.pop(1) for _ in range(3))


class Slowest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.log = Path(folder.name) / "mixed.rlog"
        self.log.write_bytes(subprocess.run([MAKE_LOG, "mixed", "5000"], check=True,
                                            stdout=subprocess.PIPE).stdout)

    def run_it(self, *arguments):
        return subprocess.run([SLOWEST, *map(str, arguments)], text=True, errors="replace",
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def test_the_greatest_values_come_first(self):
        records = [json.loads(line) for line in subprocess.run(
            [LOGDUMP, "--json", self.log], check=True, stdout=subprocess.PIPE).stdout.splitlines()]
        firsts = [record["args"][0] for record in records if record.get("args")]
        numbers = sorted((float(value) for value in firsts
                          if isinstance(value, (int, float)) and not isinstance(value, bool)),
                         reverse=True)
        done = self.run_it(self.log, 1, 40)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        found = [float(value) for value in re.findall(r"^ *(\S+)  20\d\d-", done.stdout, re.M)]
        self.assertEqual(len(found), 40)
        found = [value for value in found if math.isfinite(value)]
        self.assertGreater(len(found), 10)
        for ours, theirs in zip(found, numbers):
            self.assertAlmostEqual(ours, theirs, delta=abs(theirs) * 1e-5)

    def test_what_goes_wrong_is_said(self):
        self.assertEqual(self.run_it(self.log).returncode, 2)
        self.assertEqual(self.run_it(self.log, "1", "0").returncode, 2)
        done = self.run_it("/nonexistent.rlog", 1)
        self.assertEqual(done.returncode, 1)
        self.assertIn("No such file", done.stderr)


if __name__ == "__main__":
    unittest.main()
