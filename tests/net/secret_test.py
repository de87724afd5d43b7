#!/usr/bin/env python3
"""Where in memory a password is, before anything was sent: nowhere that a core dump has.

    secret_test.py SENDER"""

import os
import re
import tempfile
from pathlib import Path

import support
from support import NetTest, eventually

# No other test, and no certificate, has bytes like these.
PASSWORD = "pw-" + os.urandom(12).hex()
SOME_BYTES = 1 << 20


class Mapping:
    """A paragraph of /proc/PID/smaps."""

    def __init__(self, text):
        begin, end = re.match(r"([0-9a-f]+)-([0-9a-f]+) ", text).groups()
        self.begin, self.end = int(begin, 16), int(end, 16)
        flags = re.search(r"^VmFlags: (.*)$", text, re.MULTILINE).group(1).split()
        self.is_left_out = "dd" in flags or "io" in flags # VM_DONTDUMP, VM_IO
        self.is_readable = "rd" in flags

    def read(self, memory):
        memory.seek(self.begin)
        try:
            return memory.read(self.end - self.begin)
        except OSError: # a page that the kernel gives to nobody, of [vvar] for one
            return b""


class Memory:
    """What a core dump of the process would have, and of the rest whatever is small: the shadow of
    a sanitizer takes terabytes."""

    def __init__(self, process):
        text = Path(f"/proc/{process.pid}/smaps").read_text()
        mappings = [Mapping(each) for each in re.split(r"\n(?=[0-9a-f]+-[0-9a-f]+ )", text)]
        with open(f"/proc/{process.pid}/mem", "rb", buffering=0) as memory:
            self.dumped = [each.read(memory) for each in mappings
                           if each.is_readable and not each.is_left_out]
            self.left_out = [each.read(memory) for each in mappings
                             if each.is_left_out and each.end - each.begin <= SOME_BYTES]


def count(secret, mappings):
    return sum(each.count(secret.encode()) for each in mappings)


class AnyHandler:
    def assert_kept_out(self, sender):
        self.assertEqual(sender.result, 0, sender.error)
        memory = Memory(sender.process)
        self.assertGreater(count("a.server.example", memory.dumped), 0) # it is looked through
        self.assertEqual(count(PASSWORD, memory.dumped), 0)
        return count(PASSWORD, memory.left_out)

    def test_a_password_as_an_option(self):
        sender = self.idle(password=PASSWORD)
        self.assertEqual(self.assert_kept_out(sender), 1)
        sender.do("remove")
        eventually(lambda: self.assert_kept_out(sender) == 0)

    def test_a_password_in_a_file(self):
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(PASSWORD + "\n")
            file.flush()
            sender = self.idle(password_file=file.name)
            self.assertEqual(self.assert_kept_out(sender), 0)


class Smtp(AnyHandler, NetTest):
    def idle(self, **options):
        return self.sender(**{"host": "a.server.example", "from": "a@b", "to": "c@d",
                              "subject": "s", "user": "somebody", **options})


class Http(AnyHandler, NetTest):
    kind = "http"

    def idle(self, **options):
        return self.sender(url="https://a.server.example/", **options)


if __name__ == "__main__":
    support.main()
