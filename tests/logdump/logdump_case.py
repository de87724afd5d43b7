"""What tests of logdump share."""

import os
import pty
import resource
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

LOGDUMP, MAKE_LOG, LOG_BOTH = (sys.argv.pop(1) for _ in range(3))

FOUND, NOTHING, USAGE, DAMAGED, UNREADABLE = range(5)


def make(*arguments, data=None):
    return subprocess.run([MAKE_LOG, *arguments], check=True, stdout=subprocess.PIPE,
                          input=data).stdout


def dump(*arguments, data=None, zone="UTC", limit_files=None, **environment):
    environ = {**os.environ, "TZ": zone, **environment}
    source = {"stdin": subprocess.DEVNULL} if data is None else {"input": data}
    if limit_files:
        source["preexec_fn"] = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, [limit_files] * 2)
    done = subprocess.run([LOGDUMP, *map(str, arguments)], env=environ, timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, **source)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def read_terminal(master):
    """What came to a terminal, until nobody has it open any more."""
    out = b""
    try:
        while chunk := os.read(master, 65536):
            out += chunk
    except OSError:
        pass
    os.close(master)
    return out


def on_terminal(*arguments, **environment):
    """What logdump prints on a terminal, and its exit code."""
    master, slave = pty.openpty()
    environ = {**os.environ, "TZ": "UTC", "TERM": "xterm", **environment}
    process = subprocess.Popen([LOGDUMP, *map(str, arguments)], stdout=slave, env=environ)
    os.close(slave)
    return read_terminal(master), process.wait()


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = Path(cls.folder.name) / "plain.rlog"
        cls.plain = make("plain")
        cls.path.write_bytes(cls.plain)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def file(self, name, data):
        path = Path(self.folder.name) / name
        path.write_bytes(data)
        return path

    def numbers(self, *options, path=None):
        """Which of the records 0 to 5 were printed, and the exit code."""
        code, out, _ = dump("--format", "%(message)s", *options, path or self.path)
        return [int(line[7]) for line in out.splitlines() if line.startswith("record ")], code
