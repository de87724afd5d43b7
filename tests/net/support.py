"""What tests of ringlog-net share: the program under test, certificates, waiting."""

import os
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

SENDER = None  # the program; set by main()


def main():
    """TEST.py SENDER [unittest's arguments]"""
    global SENDER
    SENDER = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()


def eventually(condition, seconds=20):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError("it did not come")


class Stats:
    def __init__(self, line):
        self.line = line
        _, records, lost, errors, pending, self.last_error = line.split(" ", 5)
        self.records, self.lost = int(records), int(lost)
        self.errors, self.pending = int(errors), int(pending)


class Sender:
    """The program, in a directory of its own."""

    def __init__(self, kind, options, environment=None):
        self.folder = tempfile.TemporaryDirectory()
        self.stderr = Path(self.folder.name, "stderr")
        arguments = []
        for name, value in options.items():
            for each in value if isinstance(value, (list, tuple)) else [value]:
                arguments.append(name.encode() + b"=" + (
                    each if isinstance(each, bytes) else str(each).encode()))
        with self.stderr.open("wb") as stderr:
            self.process = subprocess.Popen(
                [SENDER, kind, *arguments], cwd=self.folder.name, stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=stderr, text=True, env=environment)
        _, result, self.error = self.process.stdout.readline().rstrip("\n").split(" ", 2)
        self.result = int(result)

    def do(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().rstrip("\n")
        if not answer:
            raise AssertionError(f"died at '{command}': {self.stderr.read_text()[-3000:]}")
        return answer

    def log(self, *texts):
        for text in texts:
            self.do("error " + text)

    def flush(self, ms=20000):
        return int(self.do(f"flush {ms}").split()[1])

    def shutdown(self, ms=20000):
        return int(self.do(f"shutdown {ms}").split()[1])

    def stats(self):
        return Stats(self.do("stats"))

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def beside(self):
        return Path(self.folder.name, "beside.log").read_text(encoding="utf-8")

    def end(self):
        if self.process.stdin.closed:
            return 0, ""
        self.process.stdin.close()
        try:
            status = self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        self.process.stdout.close()
        text = self.stderr.read_text(errors="replace")
        self.folder.cleanup()
        return status, text


class NetTest(unittest.TestCase):
    kind = "smtp"
    maxDiff = None

    def sender(self, environment=None, **options):
        sender = Sender(self.kind, options, environment)
        self.addCleanup(self._end, sender)
        return sender

    def _end(self, sender):
        status, text = sender.end()
        self.assertEqual(status, 0, text)
        self.assertNotIn("Sanitizer", text)

    def refused(self, expected, **options):
        sender = self.sender(**options)
        self.assertLess(sender.result, 0, options)
        self.assertIn(expected, sender.error)
        return sender


class Certificates:
    """A certificate authority, and servers' certificates by it."""

    def __init__(self, folder, name="ca"):
        self.folder, self.name = Path(folder), name
        self.file = str(self.folder / f"{name}.pem")
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                      "-nodes", "-days", "2", "-subj", f"/CN=Test {name}", "-keyout",
                      f"{name}.key", "-out", f"{name}.pem", "-addext",
                      "keyUsage=critical,keyCertSign,cRLSign")

    def _openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)

    def server(self, name, names):
        """Certificate and key files for these names: "DNS:localhost,IP:127.0.0.1"."""
        self._openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        (self.folder / f"{name}.ext").write_text(f"subjectAltName={names}\n")
        self._openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{self.name}.pem", "-CAkey",
                      f"{self.name}.key", "-CAcreateserial", "-days", "2", "-extfile",
                      f"{name}.ext", "-out", f"{name}.pem")
        return str(self.folder / f"{name}.pem"), str(self.folder / f"{name}.key")


THIS_MACHINE = "DNS:localhost,IP:127.0.0.1"
