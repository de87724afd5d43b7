#!/usr/bin/env python3
"""What systemd's journal, started for this from its Debian package, stores of our records: read back
with journalctl. The daemon runs in a mount namespace of its own, whose /run and /var/log are empty:
it sees nothing of the machine's journal, and leaves nothing behind.

    test_journald.py LOG_CORPUS"""

import json
import subprocess
import sys
import time
import unittest
from pathlib import Path

import corpus

LOG_CORPUS = sys.argv.pop(1)

NAMESPACE = "ringlog-test"
DAEMON = "/lib/systemd/systemd-journald"
START = f"mount -t tmpfs none /run && mount -t tmpfs none /var/log && exec {DAEMON} {NAMESPACE}"


class Journald:
    def __init__(self):
        self._process = subprocess.Popen(["unshare", "--mount", "sh", "-c", START],
                                         stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                         stderr=subprocess.PIPE)
        root = Path(f"/proc/{self._process.pid}/root")
        self.socket = root / f"run/systemd/journal.{NAMESPACE}/socket"
        self.syslog = root / f"run/systemd/journal.{NAMESPACE}/dev-log"
        self._journals = root / "var/log/journal"
        until = time.monotonic() + 20
        while not self.socket.exists():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"journald: {self._process.stderr.read().decode()}")
            time.sleep(0.02)

    def close(self):
        self._process.terminate()
        self._process.communicate(timeout=30)

    def records(self, count, seconds=20):
        """Those of `corpus`, as soon as there are so many."""
        until = time.monotonic() + seconds
        while True:
            out = b""
            for directory in self._journals.glob(f"*.{NAMESPACE}"):  # made with the first record
                out = subprocess.run(
                    ["journalctl", "--directory", directory, "--all", "--output=json", "--quiet",
                     "SYSLOG_IDENTIFIER=corpus"], stdout=subprocess.PIPE, check=True).stdout
            found = [json.loads(line) for line in out.splitlines()]
            if len(found) >= count or time.monotonic() > until:
                return found
            time.sleep(0.05)


def text_of(value):
    """journalctl has a list of bytes for what is not printable, and null for what is empty."""
    return bytes(value).decode() if isinstance(value, list) else value or ""


class Journal(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.server = Journald()
        self.addCleanup(self.server.close)

    def log(self, *options, texts=None, count=None):
        corpus.log(LOG_CORPUS, "journal", "--socket", self.server.socket, *options, texts=texts)
        return self.server.records(len(texts) if count is None else count)

    def test_the_corpus_arrives_field_by_field(self):
        found = self.log(texts=corpus.TEXTS)
        self.assertEqual([text_of(r["MESSAGE"]) for r in found],
                         [corpus.escaped(t) for t in corpus.TEXTS])
        for i, record in enumerate(found):
            self.check(record, corpus.LEVELS[i % 6])

    def check(self, record, severity):
        expected = {
            "PRIORITY": str(severity),
            "LOGGER": "corpus.of texts",
            "CODE_FILE": '/src/"of\\this]".c',
            "CODE_LINE": "42",
            "CODE_FUNC": 'of] x="y"',
            "THREAD_NAME": 'thr"ead]',
            "TID": record["_PID"],
        }
        self.assertEqual({name: record.get(name) for name in expected}, expected)
        self.assertRegex(record["SYSLOG_TIMESTAMP"], corpus.RFC3339)
        self.assertIn("123456789", record["SYSLOG_TIMESTAMP"])

    def test_exception_texts_keep_their_lines_and_forge_no_field(self):
        texts = [text for text in corpus.TEXTS if text and b"\0" not in text]
        found = self.log("--exception", texts=texts)
        self.assertEqual(
            [r["MESSAGE"].encode() if isinstance(r["MESSAGE"], str) else bytes(r["MESSAGE"])
             for r in found], [b"exception\n" + text for text in texts])
        self.assertEqual({record["PRIORITY"] for record in found}, set("234567"))

    def test_a_record_larger_than_a_datagram_arrives_whole(self):
        found = self.log("--large", 250000, count=1)
        self.assertEqual(found[0]["MESSAGE"], "L" * 250000)
        self.check(found[0], 6)

    def test_syslog_messages_arrive_at_its_dev_log(self):
        corpus.log(LOG_CORPUS, "syslog", "--socket", self.server.syslog, texts=corpus.TEXTS)
        found = self.server.records(len(corpus.TEXTS))
        self.assertEqual([text_of(r["MESSAGE"]).strip() for r in found],
                         [corpus.escaped(text).strip() for text in corpus.TEXTS])
        for i, record in enumerate(found):
            self.assertEqual(record["PRIORITY"], str(corpus.LEVELS[i % 6]))
            self.assertEqual(record["SYSLOG_FACILITY"], "19")
            self.assertEqual(record["SYSLOG_PID"], record["_PID"])
            self.assertRegex(record["SYSLOG_TIMESTAMP"], r"^Nov 1[45] \d\d:\d\d:20 $")


if __name__ == "__main__":
    unittest.main(verbosity=2)
