#!/usr/bin/env python3
"""What rsyslog, started for this from its Debian package, understands of our syslog messages.

    test_rsyslog.py LOG_CORPUS"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import corpus

LOG_CORPUS = sys.argv.pop(1)

CONFIG = """
global(workDirectory="{folder}" maxMessageSize="64k" parser.escapeControlCharactersOnReceive="off"
       net.enableDNS="off")
module(load="imuxsock" SysSock.Use="off")
module(load="imudp")
module(load="imtcp")
input(type="imuxsock" Socket="{folder}/log" RateLimit.Interval="0")
input(type="imuxsock" Socket="{folder}/log5424" RateLimit.Interval="0" UseSpecialParser="off"
      ParseHostname="on" UseSysTimeStamp="off" IgnoreTimestamp="off")
input(type="imudp" address="127.0.0.1" port="{udp}")
input(type="imtcp" address="127.0.0.1" port="{tcp}")
template(name="fields" type="list" option.jsonf="on") {{
    property(outname="version" name="protocol-version" format="jsonf")
    property(outname="pri" name="pri" format="jsonf")
    property(outname="timestamp" name="timereported" dateFormat="rfc3339" format="jsonf")
    property(outname="hostname" name="hostname" format="jsonf")
    property(outname="app" name="app-name" format="jsonf")
    property(outname="procid" name="procid" format="jsonf")
    property(outname="msgid" name="msgid" format="jsonf")
    property(outname="data" name="structured-data" format="jsonf")
    property(outname="msg" name="msg" format="jsonf")
    property(outname="raw" name="rawmsg" format="jsonf")
}}
action(type="omfile" file="{folder}/out.json" template="fields")
"""

LOCAL3 = 19 << 3


def free_port(kind):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Rsyslog:
    def __init__(self):
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)
        self.udp = free_port(socket.SOCK_DGRAM)
        self.tcp = free_port(socket.SOCK_STREAM)
        self.out = self.folder / "out.json"
        self._config = self.folder / "rsyslog.conf"
        self._config.write_text(CONFIG.format(folder=self.folder, udp=self.udp, tcp=self.tcp))
        self.start()

    def start(self):
        self._process = subprocess.Popen(
            ["/usr/sbin/rsyslogd", "-n", "-f", self._config, "-i", self.folder / "pid"],
            stderr=subprocess.PIPE)
        until = time.monotonic() + 20
        while not self._is_up():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"rsyslogd: {self._process.stderr.read().decode()}")
            time.sleep(0.02)

    def _is_up(self):
        try:
            socket.create_connection(("127.0.0.1", self.tcp), 1).close()
        except OSError:
            return False
        return (self.folder / "log5424").exists()

    def stop(self):
        self._process.terminate()
        self._process.communicate(timeout=30)

    def close(self):
        self.stop()
        self._folder.cleanup()

    def records(self, count, seconds=20):
        """Those of `corpus`, as soon as there are so many; rsyslog tells of itself too."""
        until = time.monotonic() + seconds
        while True:
            text = self.out.read_text(errors="surrogateescape") if self.out.exists() else ""
            lines = text.split("\n")[:-1]  # the last one may be half written
            found = [json.loads(line) for line in lines]
            found = [record for record in found if record["app"] == "corpus"]
            if len(found) >= count or time.monotonic() > until:
                return found
            time.sleep(0.02)


class Syslog(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.server = Rsyslog()
        self.addCleanup(self.server.close)
        self.old = ("--socket", self.server.folder / "log")
        self.local = ("--socket", self.server.folder / "log5424", "--rfc5424")
        self.udp = ("--udp", self.server.udp)
        self.tcp = ("--tcp", self.server.tcp)

    def log(self, transport, *options, texts=None, count=None):
        before = len(self.server.records(0))
        corpus.log(LOG_CORPUS, "syslog", *transport, *options, texts=texts)
        count = len(texts) if count is None else count
        return self.server.records(before + count)[before:]

    def assert_messages(self, transport, records, messages):
        # rsyslog takes the blank behind an old header for a part of the message.
        prefix = " " if transport == self.old else "\ufeff"
        self.assertEqual([r["msg"].removeprefix(prefix) for r in records], messages)

    def test_the_corpus_arrives_field_by_field(self):
        for transport in self.old, self.local, self.udp, self.tcp:
            found = self.log(transport, texts=corpus.TEXTS)
            self.assert_messages(transport, found, [corpus.escaped(text) for text in corpus.TEXTS])
            for i, record in enumerate(found):
                self.assertEqual(record["pri"], str(LOCAL3 + corpus.LEVELS[i % 6]))
                if transport == self.old:
                    self.check_old_header(record)
                else:
                    self.check_header(record)

    def check_header(self, record):
        self.assertEqual(record["version"], "1")
        self.assertRegex(record["timestamp"], corpus.RFC3339)
        self.assertEqual(record["hostname"], socket.gethostname())
        self.assertGreater(int(record["procid"]), 1)
        self.assertEqual(record["msgid"], "corpus.of?texts")
        self.assertRegex(
            record["data"],
            r'^\[ringlog@32473 logger="corpus\.of texts" file="/src/\\"of\\\\this\\\]\\"\.c" '
            r'line="42" function="of\\\] x=\\"y\\"" thread="thr\\"ead\\\]" tid="\d+"\]$')

    def check_old_header(self, record):
        """rsyslog goes by its own clock there, unless told otherwise."""
        self.assertRegex(record["raw"], r"^<\d+>Nov 1[45] \d\d:\d\d:20 corpus\[\d+\]: ")
        self.assertGreater(int(record["procid"]), 1)

    def test_exception_texts_split_no_message_either(self):
        texts = [text.split(b"\0")[0] for text in corpus.TEXTS if text.split(b"\0")[0]]
        # On a line of its own, whose newline is escaped like any other.
        messages = ["exception\\n" + corpus.escaped(text) for text in texts]
        for transport in self.old, self.local, self.udp, self.tcp:
            found = self.log(transport, "--exception", texts=texts)
            self.assert_messages(transport, found, messages)

    def test_a_mark_stands_in_front_of_what_is_not_ascii(self):
        found = self.log(self.local, texts=["ünïcödé".encode(), b"plain"])
        self.assertIn(b"] \xef\xbb\xbf\xc3\xbcn", found[0]["raw"].encode())
        self.assertIn("] plain", found[1]["raw"])

    def test_a_message_is_cut_at_its_cap(self):
        for transport, bytes in (self.udp, 2048), (self.tcp, 8192), (self.old, 8192):
            found = self.log(transport, "--large", 10000, count=1)
            self.assertEqual(len(found[0]["raw"].encode()), bytes)
            self.assertTrue(found[0]["msg"].endswith("L\u2026"))

    def test_many_messages_arrive_once_and_in_order(self):
        for transport in self.old, self.tcp:
            found = self.log(transport, "--count", 20000, count=20000)
            self.assert_messages(transport, found,
                                 [f"number {i}" for i in range(20000)])


if __name__ == "__main__":
    unittest.main(verbosity=2)
