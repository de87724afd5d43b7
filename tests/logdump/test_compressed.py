"""logdump on compressed logs: files of any name, pipes, damage, exit codes."""

import gzip
import os
import subprocess
import tempfile
import unittest
import zlib
from pathlib import Path

from logdump_case import DAMAGED, FOUND, LOGDUMP, NOTHING, UNREADABLE, make

MEBIBYTE = 1 << 20


def zstd(data, *options):
    return subprocess.run(["zstd", "-qc", *options], input=data, check=True,
                          stdout=subprocess.PIPE).stdout


def dump(*arguments, **source):
    source = source or {"stdin": subprocess.DEVNULL}
    done = subprocess.run([LOGDUMP, *map(str, arguments)], env={**os.environ, "TZ": "UTC"},
                          timeout=100, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **source)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


class Compressed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.log = make("mixed", "3000")
        cls.text = dump("-", input=cls.log)[1]
        cls.kinds = {"gzip": gzip.compress(cls.log), "zstd": zstd(cls.log),
                     "long": zstd(cls.log, "--long=27")}
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = Path(cls.folder.name) / "some.rlog"

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def every_way(self, data):
        """The file by its name, as standard input, and through a pipe."""
        self.path.write_bytes(data)
        yield dump(self.path)
        with open(self.path, "rb") as file:
            yield dump(stdin=file)
        yield dump("-", input=data)

    def test_it_prints_as_if_it_were_not(self):
        for kind, data in self.kinds.items():
            for way in self.every_way(data):
                self.assertEqual(way, (FOUND, self.text, ""), kind)

    def test_compressed_blocks_in_a_compressed_file(self):
        for data in (gzip.compress(make("--zstd", "mixed", "3000")),
                     zstd(make("--zstd", "mixed", "3000"))):
            for way in self.every_way(data):
                self.assertEqual(way, (FOUND, self.text, ""))

    def test_logs_one_behind_the_other(self):
        parts = [gzip.compress(make("plain")), zstd(self.log), gzip.compress(self.log)]
        out = dump("-", input=make("plain"))[1] + 2 * self.text
        for way in self.every_way(b"".join(parts)):
            self.assertEqual(way, (FOUND, out, ""))

    def test_a_selection(self):
        self.path.write_bytes(self.log)
        plain = dump("-l", "CRITICAL", self.path)
        self.assertEqual(plain[0], FOUND)
        for data in self.kinds.values():
            self.path.write_bytes(data)
            self.assertEqual(dump("-l", "CRITICAL", self.path), plain)
            self.assertEqual(dump("-l", "60", self.path)[0], NOTHING)

    def test_a_cut_is_damage_and_what_was_before_is_printed(self):
        for kind, data in self.kinds.items():
            for way in self.every_way(data[:len(data) * 9 // 10 if kind == "gzip" else -2]):
                code, out, err = way
                self.assertEqual(code, DAMAGED, kind)
                self.assertGreater(len(out), 1000)
                self.assertTrue(self.text.startswith(out))
                self.assertIn("the compressed input ends too early", err)

    def test_garbage_behind_it(self):
        for data in self.kinds.values():
            for way in self.every_way(data + b"garbage"):
                self.assertEqual(way[:2], (DAMAGED, self.text))
                self.assertIn(f"at byte {len(self.log)}: what follows the compressed input", way[2])

    def test_what_is_no_log(self):
        for compress in (gzip.compress, zstd):
            for way in self.every_way(compress(b"2026 INFO text\n" * 1000)):
                self.assertEqual(way[:2], (UNREADABLE, ""))
                self.assertIn("no ringlog", way[2])
            for way in self.every_way(compress(b"")):
                self.assertEqual(way[:2], (UNREADABLE, ""))
                self.assertIn("is empty", way[2])

    def test_a_flood_takes_no_memory(self):
        """400 MiB of zeros behind a log, and without one."""
        flood = gzip.compress(bytes(50 * MEBIBYTE), 1) * 8
        for data, code, words in ((self.kinds["gzip"] + flood, DAMAGED, "no block begins here"),
                                  (flood, UNREADABLE, "no ringlog")):
            self.path.write_bytes(data)
            with open(self.path, "rb") as file:
                process = subprocess.Popen([LOGDUMP], stdin=file, stdout=subprocess.DEVNULL,
                                           stderr=subprocess.PIPE)
            err = process.stderr.read().decode()
            process.stderr.close()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.assertEqual(process.returncode, code, err)
            self.assertIn(words, err)
            self.assertLess(usage.ru_maxrss, 200 * 1024)  # KiB; sanitizers take some

    def test_lines_of_a_pipe_come_as_they_are_written(self):
        process = subprocess.Popen([LOGDUMP, "--format", "%(message)s"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE)
        plain = make("plain")
        blocks = [b"\x9erlog" + part for part in plain.split(b"\x9erlog")[1:]]
        squeeze = zlib.compressobj(wbits=31)
        process.stdin.write(squeeze.compress(b"".join(blocks[:3]))
                            + squeeze.flush(zlib.Z_SYNC_FLUSH))
        process.stdin.flush()
        self.assertEqual(process.stdout.readline(), b"record 0: answer is 40\n")
        self.assertEqual(process.stdout.readline(), b"record 1: answer is 41\n")
        process.stdin.write(squeeze.compress(b"".join(blocks[3:])) + squeeze.flush())
        process.stdin.close()
        self.assertEqual(len(process.stdout.read().splitlines()), 5)
        process.stdout.close()
        self.assertEqual(process.wait(30), FOUND)


if __name__ == "__main__":
    unittest.main()
