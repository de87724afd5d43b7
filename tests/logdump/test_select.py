"""Which records logdump takes: by patterns of the message, by threads, call sites and loggers."""

import time
import unittest

from given import Record, Value, given_log
from logdump_case import FOUND, NOTHING, USAGE, Case, dump


class Grep(Case):
    def test_a_pattern_matches_somewhere(self):
        self.assertEqual(self.numbers("-g", "[135]: answer"), ([1, 3, 5], FOUND))
        self.assertEqual(self.numbers("--grep", "^record [45]"), ([4, 5], FOUND))
        self.assertEqual(self.numbers("-g", "^answer"), ([], NOTHING))

    def test_all_patterns_must(self):
        self.assertEqual(self.numbers("-g", "[0-3]:", "-g", "4[2-5]$"), ([2, 3], FOUND))

    def test_case_matters_unless_told(self):
        self.assertEqual(self.numbers("-g", "RECORD"), ([], NOTHING))
        for order in (("-i", "-g", "RECORD [01]"), ("-g", "RECORD [01]", "--ignore-case")):
            self.assertEqual(self.numbers(*order), ([0, 1], FOUND))

    def test_with_other_conditions(self):
        self.assertEqual(self.numbers("-g", "[1-4]:", "-l", "ERROR"), ([3, 4], FOUND))
        self.assertEqual(self.numbers("-g", "4:", "-C", "1"), ([3, 4, 5], FOUND))

    def test_a_pattern_that_is_none(self):
        for pattern, column in (("a(b", 4), ("[z-a]", 4), ("é(", 3), ("(?<a", 5)):
            code, out, err = dump("-g", pattern, self.path)
            self.assertEqual((code, out), (USAGE, ""), pattern)
            first, shown, caret = err.splitlines()
            self.assertTrue(first.startswith(f"logdump: --grep, column {column}: "), first)
            self.assertEqual((shown, caret), ("  " + pattern, " " * (column + 1) + "^"))

    def test_a_long_one_is_shown_around_what_is_wrong(self):
        _, _, err = dump("-g", "x" * 500 + "(" + "y" * 500, self.path)
        first, shown, caret = err.splitlines()
        self.assertIn("column 1002", first)
        self.assertEqual(len(caret), 2 + 48 + 1)
        self.assertEqual(shown, "  " + "y" * 48)

    def test_bytes_that_are_no_utf_8(self):
        path = self.file("bytes.rlog", given_log([
            Record("%s", arguments=[Value("s", b"\xff\xfe user \xc3 caf\xc3\xa9")])]))
        for pattern, raw, escaped in ((".user.", 1, 1), ("café$", 1, 1), (r"\\xff", 0, 1),
                                      ("^ ", 0, 0), ("^. ", 0, 0)):
            _, out, _ = dump("--raw", "--count", "-g", pattern, path)
            self.assertEqual(out, f"{raw}\n", pattern)
            _, out, _ = dump("--count", "-g", pattern, path)
            self.assertEqual(out, f"{escaped}\n", pattern)

    def test_a_pattern_that_explodes_ends(self):
        path = self.file("evil.rlog", given_log(
            [Record("a" * 60 + "!")] * 20 + [Record("fine aaa")]))
        started = time.monotonic()
        code, out, err = dump("--format", "%(message)s", "-g", "(a+)+$", path)
        self.assertLess(time.monotonic() - started, 20)
        self.assertEqual((code, out), (FOUND, "fine aaa\n"))
        self.assertEqual(err, 'logdump: --grep: "(a+)+$" takes too long on some texts, which count '
                              "as not matching\n")

    def test_a_long_text_that_takes_a_step_more_from_each_start(self):
        path = self.file("long.rlog", given_log(
            [Record("%s", arguments=[Value("s", b"ab" * 32000)])]))
        started = time.monotonic()
        code, _, err = dump("-g", "a.*b.*c.*d|x(a|b)*?y|(ab)*e", path)
        self.assertLess(time.monotonic() - started, 20)
        self.assertEqual(code, NOTHING)
        self.assertIn("takes too long", err)

    def test_a_long_text_is_searched_to_its_end(self):
        for length in (*range(24, 36), *range(55, 68), 60000):
            path = self.file("far.rlog", given_log(
                [Record("%s", arguments=[Value("s", "é".encode() * (length // 2) +
                                               b"x" * (length % 2) + b"needle")])]))
            for pattern in ("needle", "needle$", "(?<=[éx]|^)needle", "^[éx]*needle", "$"):
                self.assertEqual(dump("--count", "-g", pattern, path), (FOUND, "1\n", ""),
                                 (length, pattern))


class Where(Case):
    """Of what it was logged by."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.path.write_bytes(given_log(
            Record(f"record {i}: of {thread}", logger=logger, thread=thread)
            for i, (logger, thread) in enumerate((
                ("server.http", "main"), ("server.smtp", "worker-1"), ("server", "worker-2"),
                ("client", "io[0]")))))

    def test_threads_by_name_pattern_and_id(self):
        self.assertEqual(self.numbers("--thread", "main"), ([0], FOUND))
        self.assertEqual(self.numbers("--thread", "worker-*"), ([1, 2], FOUND))
        self.assertEqual(self.numbers("--thread", "worker-?", "--thread", "main"),
                         ([0, 1, 2], FOUND))
        self.assertEqual(self.numbers("--thread", "4711"), ([0, 1, 2, 3], FOUND))
        self.assertEqual(self.numbers("--thread", "471"), ([], NOTHING))

    def test_call_sites_by_the_end_of_their_path(self):
        for site in ("given.c", "src/given.c", "given.c:42", "src/given.c:42"):
            self.assertEqual(self.numbers("--site", site), ([0, 1, 2, 3], FOUND), site)
        for site in ("iven.c", "given.c:43", "given.c:4", "c/given.c"):
            self.assertEqual(self.numbers("--site", site), ([], NOTHING), site)
        for site in ("", ":42", "given.c:", "given.c:4x"):
            self.assertEqual(dump("--site", site, self.path)[0], USAGE, site)

    def test_loggers(self):
        self.assertEqual(self.numbers("--logger", "server"), ([0, 1, 2], FOUND))
        self.assertEqual(self.numbers("--logger", "*.[sh]*"), ([0, 1], FOUND))
        self.assertEqual(self.numbers("--logger", "server", "-A", "1"), ([0, 1, 2, 3], FOUND))


if __name__ == "__main__":
    unittest.main()
