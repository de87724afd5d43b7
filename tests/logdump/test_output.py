"""logdump from outside: what it prints, what it says, and how it exits."""

import os
import pty
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from logdump_case import (DAMAGED, FOUND, LOG_BOTH, LOGDUMP, NOTHING, UNREADABLE, USAGE, Case, dump,
                          make, on_terminal, read_terminal)


class Output(Case):
    def test_a_line_says_when_how_bad_who_where_and_what(self):
        code, out, err = dump(self.path)
        self.assertEqual((code, err), (FOUND, ""))
        self.assertEqual(
            out.splitlines()[:2],
            ["2026-01-02 03:04:05,678 DEBUG    server.http [main] server.c:42: "
             "record 0: answer is 40",
             "2026-01-02 03:04:06,678 INFO     server.http.tls [main] server.c:42: "
             "record 1: answer is 41"])

    def test_a_told_loss_is_a_line(self):
        _, out, _ = dump(self.path)
        self.assertEqual(
            out.splitlines()[6],
            "2026-01-02 03:04:06,000 WARNING  ringlog [main] :0: 17 records lost on thread main "
            "between 2026-01-02 03:04:05,000 and 2026-01-02 03:04:06,000: ring full")

    def test_every_tag(self):
        _, out, _ = dump("--format", "%(process)d %(processName)s %(thread)d %(levelno)d %(name)s "
                         "%(pathname)s %(module)s %(funcName)s %(msecs)03d", self.path)
        self.assertEqual(out.splitlines()[0],
                         "4242 MainProcess 4711 10 server.http src/server.c server serve 678")

    def test_zones_and_date_formats(self):
        run = lambda *options, **zone: dump("--format", "%(asctime)s", *options, self.path,
                                            **zone)[1].splitlines()[0]
        self.assertEqual(run(zone="Asia/Kathmandu"), "2026-01-02 08:49:05,678")
        self.assertEqual(run("--utc", zone="Asia/Kathmandu"), "2026-01-02 03:04:05,678")
        self.assertEqual(run("--datefmt", "%H:%M:%S"), "03:04:05")

    def test_several_files_by_time(self):
        copy = self.file("copy.rlog", self.plain)
        self.assertEqual(self.numbers(copy), ([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5], FOUND))
        self.assertEqual(self.numbers(self.path), ([0, 1, 2, 3, 4, 5], FOUND)) # it is one

    def test_what_is_only_for_lines_of_text(self):
        self.assertEqual(dump("--json", "--color=always", self.path), dump("--json", self.path))
        for option in ("--format=%(message)s", "--datefmt=%H", "--raw"):
            for style in ("--json", "--logfmt"):
                with self.subTest(option=option, style=style):
                    code, out, err = dump(style, option, self.path)
                    self.assertEqual((code, out), (USAGE, ""))
                    self.assertEqual(err, "logdump: --format, --datefmt and --raw are for lines of "
                                          "text, and go neither with --json nor with --logfmt\n")

    def test_standard_input(self):
        for arguments in ((), ("-",)):
            code, out, _ = dump(*arguments, data=self.plain)
            self.assertEqual((code, len(out.splitlines())), (FOUND, 7))

    def test_a_log_long_enough_to_say_its_header_again(self):
        code, out, err = dump("--format", "%(processName)s %(message)s",
                              self.file("long.rlog", make("many", "600000")))
        lines = out.splitlines()
        self.assertEqual((code, err, len(lines)), (FOUND, "", 600000))
        self.assertEqual(lines[-1], "MainProcess request 599999 from 192.0.2.17")

    def test_what_a_file_holds_drives_no_terminal(self):
        path = self.file("hostile.rlog", make("hostile"))
        code, out, _ = dump(path)
        self.assertEqual(code, FOUND)
        for byte in "\x1b\a\r":
            self.assertNotIn(byte, out)
        self.assertIn("evil\\nlogger", out)
        self.assertIn("\\x1b[2Jformat\na\\nb\\x1b[31m (null)", out)
        self.assertIn("%n\\x1b[2J %s", out)
        self.assertIn("Trace\n  \\x1b[1mline", out)

    def test_raw_passes_it(self):
        path = self.file("hostile.rlog", make("hostile"))
        self.assertIn("Trace\n  \x1b[1mline", dump("--raw", path)[1])


class Selection(Case):
    def test_levels(self):
        self.assertEqual(self.numbers("--level", "WARNING"), ([2, 3, 4], FOUND))
        self.assertEqual(self.numbers("-l", "error"), ([3, 4], FOUND))
        self.assertEqual(self.numbers("-l", "25"), ([2, 3, 4, 5], FOUND))
        self.assertEqual(self.numbers("-l", "60"), ([], NOTHING))

    def test_loggers_cover_those_below(self):
        self.assertEqual(self.numbers("--logger", "server.http"), ([0, 1, 5], FOUND))
        self.assertEqual(self.numbers("--logger", "server"), ([0, 1, 2, 4, 5], FOUND))
        self.assertEqual(self.numbers("--logger", "server.httpd", "--logger", "root"),
                         ([2, 3], FOUND))
        self.assertEqual(self.numbers("--logger", "serve"), ([], NOTHING))

    def test_loggers_may_be_patterns(self):
        self.assertEqual(self.numbers("--logger", "*http"), ([0, 5], FOUND))
        self.assertEqual(self.numbers("--logger", "server.[a-h]*.tls"), ([1], FOUND))
        self.assertEqual(self.numbers("--logger", "*.nobody"), ([], NOTHING))

    def test_times(self):
        for since in ("2026-01-02T03:04:09", "2026-01-02 03:04:09.678", "2026-01-02T03:04:09Z",
                      "2026-01-02T04:04:09+01:00", "2026-01-01T22:04:09-0500", "@1767323049",
                      "@1767323049.678"):
            self.assertEqual(self.numbers("--since", since), ([4, 5], FOUND), since)
        self.assertEqual(self.numbers("--since", "@1767323049.6781"), ([5], FOUND))
        self.assertEqual(self.numbers("--until", "2026-01-02T03:04:06,678"), ([0, 1], FOUND))
        self.assertEqual(self.numbers("--until", "2026-01-02"), ([], NOTHING))
        self.assertEqual(self.numbers("--since", "00:00"), ([], NOTHING))  # today is later
        self.assertEqual(self.numbers("--until", "00:00:00"), ([0, 1, 2, 3, 4, 5], FOUND))

    def test_a_local_time_is_local(self):
        code, out, _ = dump("--since", "2026-01-02T08:49:09", "--format", "%(message)s", self.path,
                            zone="Asia/Kathmandu")
        self.assertEqual(out.count("record "), 2)


class Colour(Case):
    def on_terminal(self, *options, **environment):
        return on_terminal(*options, self.path, **environment)[0]

    def test_colour_on_a_terminal_only(self):
        self.assertIn(b"\x1b[33m", self.on_terminal())
        self.assertNotIn(b"\x1b", self.on_terminal(NO_COLOR="1"))
        self.assertIn(b"\x1b", self.on_terminal(NO_COLOR=""))
        self.assertNotIn(b"\x1b", self.on_terminal(TERM="dumb"))
        self.assertNotIn(b"\x1b", self.on_terminal("--color=never"))
        self.assertNotIn("\x1b", dump(self.path)[1])
        self.assertIn("\x1b[31m", dump("--color=always", self.path, NO_COLOR="1")[1])
        for line in dump("--color=always", self.path)[1].splitlines():
            self.assertEqual(line.count("\x1b[") % 2, 0, line)  # what a line begins it ends


class Errors(Case):
    def test_usage(self):
        for arguments, words in (
                (("--nonsense",), "--help"),
                (("--level", "LOUD", self.path), 'unknown level "LOUD"'),
                (("--since", "yesterday", self.path), '"yesterday" is no time'),
                (("--since", "2026-02-30", self.path), "is no time"),
                (("--since", "25:00", self.path), "is no time"),
                (("--until", "2026-01-02T03", self.path), "is no time"),
                (("--color=blue", self.path), "auto, always, never"),
                (("--format", "%()s", self.path), "byte 2"),
                (("--format", "%(message)", self.path), "byte")):
            code, out, err = dump(*arguments)
            self.assertEqual((code, out), (USAGE, ""), arguments)
            self.assertIn(words, err)

    def test_help_and_version(self):
        code, out, _ = dump("--help")
        self.assertEqual(code, FOUND)
        self.assertIn("logdump -l WARNING app.rlog", out)
        self.assertEqual(dump("--version")[0], FOUND)

    def test_help_that_cannot_be_written(self):
        with open("/dev/full", "wb") as full:
            self.assertEqual(subprocess.run([LOGDUMP, "--help"], stdout=full).returncode,
                             UNREADABLE)

    def test_what_cannot_be_read_at_all(self):
        for path, words in ((self.file("empty.rlog", b""), "is empty"),
                            (self.file("text.log", b"2026 INFO text\n" * 1000), "no ringlog"),
                            (Path(tempfile.mkdtemp(dir=self.folder.name)), "no .rlog files"),
                            (Path("/nonexistent.rlog"), "No such file")):
            code, out, err = dump(path)
            self.assertEqual((code, out), (UNREADABLE, ""), path)
            self.assertIn(str(path), err)
            self.assertIn(words, err)

    def test_the_other_files_are_printed_all_the_same(self):
        code, out, _ = dump("/nonexistent.rlog", self.path)
        self.assertEqual((code, len(out.splitlines())), (UNREADABLE, 7))

    def test_damage_is_named_and_the_rest_printed(self):
        data = bytearray(self.plain)
        data[data.index(b"record 2")] ^= 1
        code, out, err = dump(self.file("damaged.rlog", data))
        self.assertEqual(code, DAMAGED)
        self.assertEqual(len(out.splitlines()), 6)
        self.assertIn("fails its checksum, record 3 missing", err)

    def test_a_cut_file_says_where(self):
        code, out, err = dump(self.file("cut.rlog", self.plain[:-70]))
        self.assertEqual(code, DAMAGED)
        self.assertIn("ends in the middle of a block", err)
        self.assertIn(f"to {len(self.plain) - 70}", err)

    def test_a_reader_that_goes_away_is_no_error(self):
        path = self.file("many.rlog", make("many", "300000"))
        process = subprocess.Popen([LOGDUMP, str(path)], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        process.stdout.readline()
        process.stdout.close()
        self.assertEqual(process.wait(30), FOUND)
        self.assertEqual(process.stderr.read(), b"")
        process.stderr.close()

    def test_a_full_disk_is(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([LOGDUMP, str(self.path)], stdout=full, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, UNREADABLE)
        self.assertIn(b"No space left", done.stderr)


class Streaming(Case):
    def test_lines_of_a_pipe_come_as_they_are_written(self):
        process = subprocess.Popen([LOGDUMP, "--format", "%(message)s"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE)
        blocks = [b"\x9erlog" + part for part in self.plain.split(b"\x9erlog")[1:]]
        process.stdin.write(b"".join(blocks[:3]))
        process.stdin.flush()
        self.assertEqual(process.stdout.readline(), b"record 0: answer is 40\n")
        self.assertEqual(process.stdout.readline(), b"record 1: answer is 41\n")
        process.stdin.write(b"".join(blocks[3:]))
        process.stdin.close()
        self.assertEqual(len(process.stdout.read().splitlines()), 5)
        process.stdout.close()
        self.assertEqual(process.wait(30), FOUND)

    def test_a_long_decode_shows_how_far_it_is(self):
        """On the terminal behind stderr, when stdout goes elsewhere."""
        master, slave = pty.openpty()
        process = subprocess.Popen([LOGDUMP], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                   stderr=slave)
        os.close(slave)
        data = make("many", "200000")
        end = time.monotonic() + 0.8
        process.stdin.write(data)
        while time.monotonic() < end:
            time.sleep(0.05)
        process.stdin.write(data)
        process.stdin.close()
        out = read_terminal(master)
        process.wait(30)
        self.assertIn(b"MiB", out)
        self.assertTrue(out.endswith(b"\r\x1b[K"), out[-40:])


class SameText(Case):
    FORMAT = ("%(asctime)s.%(msecs)03d %(created)f %(levelname)-8s %(levelno)d %(name)s "
              "%(process)d %(processName)s %(thread)d %(threadName)s %(pathname)s %(filename)s "
              "%(module)s %(lineno)d %(funcName)s: %(message)s")

    def test_the_binary_log_prints_as_the_text_log_was_written(self):
        text, binary = (Path(self.folder.name) / name for name in ("both.log", "both.rlog"))
        subprocess.run([LOG_BOTH, self.FORMAT, text, binary], check=True)
        code, out, err = dump("--format", self.FORMAT, binary, zone=os.environ.get("TZ", ""))
        self.assertEqual((code, err), (FOUND, ""))
        expected = text.read_text().splitlines()
        self.assertGreater(len(expected), 1015)
        for printed, written in zip(out.splitlines(), expected):
            self.assertEqual(printed, written)
        self.assertEqual(len(out.splitlines()), len(expected))


if __name__ == "__main__":
    unittest.main()
