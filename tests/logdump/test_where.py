"""--where: what expressions mean, and what is said of those that mean nothing."""

import random
import unittest

import where_model
from given import BASE_NS, Record, Value, given_log
from logdump_case import FOUND, NOTHING, USAGE, Case, dump

NAN, INFINITY = float("nan"), float("inf")


def integer(value):
    return Value("U" if value >= 2**63 else "I", value)


class Meaning(Case):
    def check(self, fields=None, true=(), false=(), **record):
        """Which expressions hold for a record, and which do not."""
        path = self.file("one.rlog", given_log([Record(fields=fields or {}, **record)]))
        for expression, holds in [(e, True) for e in true] + [(e, False) for e in false]:
            self.assertEqual(dump("--count", "-w", expression, path),
                             (FOUND, "1\n", "") if holds else (NOTHING, "0\n", ""), expression)
            self.assertEqual(dump("--count", "-w", f"not ({expression})", path)[1],
                             "0\n" if holds else "1\n", expression)

    def test_integers_are_not_rounded(self):
        self.check({"most": integer(2**64 - 1), "high": integer(2**63 - 1), "low": integer(-2**63),
                    "none": Value("u", 0), "minus": Value("i", -1)},
                   true=["most > .high", "minus < .none", "minus < 0", "most == 18446744073709551615",
                         "most == 0xffffffffffffffff", "low == -9223372036854775808",
                         "high < 9223372036854775808", "low < .minus", "minus != .most",
                         "high > 9223372036854775806", "most > 18446744073709551614"],
                   false=["most == .minus", "most < 0", "minus > .most", "high >= .most"])

    def test_integers_against_reals(self):
        self.check({"n": integer(2**53 + 1), "most": integer(2**64 - 1), "low": integer(-2**63),
                    "x": Value("d", 2.0**53), "big": Value("d", 2.0**64), "half": Value("d", -0.5)},
                   true=["n > .x", "most < .big", "low == -9223372036854775808.0", "half > -1",
                         "half < 0", "n > 9007199254740992.0", "most < 1e300", "low > -1e300",
                         "x == 9007199254740992", "most < 18446744073709551616.0"],
                   false=["n == .x", "most == .big", "most == 18446744073709551616.0"])

    def test_a_nan_is_unequal_to_all_and_that_is_all(self):
        self.check({"x": Value("d", NAN), "y": Value("d", INFINITY), "n": integer(2**64 - 1)},
                   true=["x != 0", "x != .x", "x != .n", "y > .n", "y == .y", "x not in (1, 2)",
                         "exists x"],
                   false=["x == .x", "x < 0", "x >= 0", "x <= .n", "n < .x", "n > .x"])

    def test_texts_by_their_bytes(self):
        self.check({"s": Value("s", b"bob"), "u": Value("s", b"\xc3\xa9"), "e": Value("s", b""),
                    "b": Value("x", b"bo\x00b"), "z": Value("x", b"")},
                   true=['s == "bob"', "s == 'bob'", 's > "Bob"', 's < "bobb"', 's > "bo"', "u > .s",
                         'u == "é"', r'u == "\xc3\xa9"', 'e == ""', "e < .s", r'b == "bo\x00b"',
                         'b != "bo"', 's in ("alice", "bob")', "s == .s", 'z == ""', "z == .e",
                         r'''s != "\"\\\n\'"'''],
                   false=['s == "bo"', 's == "BOB"', 'e != ""', 's not in ("alice", "bob")'])

    def test_a_number_and_a_text_are_unequal_and_that_is_all(self):
        self.check({"n": integer(5), "s": Value("s", b"5")},
                   true=['n != "5"', "s != 5", "n != .s", 's == "5"', "n == 5", 'n not in ("5")',
                         'n !~ "5"'],
                   false=['n == "5"', "s == 5", 'n < "6"', "s <= 5", "s >= 5", 'n ~ "5"'])

    def test_bools_are_zero_and_one(self):
        self.check({"yes": Value("b", 1), "no": Value("b", 0), "n": integer(1)},
                   true=["yes == true", "yes == 1", "no == false", "no = 0", "yes > .no", "n == true",
                         "yes == 1.0", "yes != false"],
                   false=["yes == false", 'yes == "true"', "no == true", "yes == 2"])

    def test_a_null_pointer_is_there_and_equals_nothing(self):
        self.check({"s": Value("n")},
                   true=["exists s", 's != ""', "s != .s", 's !~ "null"'],
                   false=['s == ""', 's == "(null)"', 's ~ ""', 's < "a"', 's >= ""'])

    def test_what_is_not_there_compares_with_nothing(self):
        self.check({"s": Value("s", b"x")},
                   true=["not (absent == 1)", "not exists absent", "not absent != 1"],
                   false=["absent == 1", "absent != 1", "absent < 1", "1 < absent", 'absent ~ "x"',
                          'absent !~ "x"', "absent in (1)", "absent not in (1)", "s == .absent",
                          "s != .absent", "exists $1", "$1 != 1"])

    def test_arguments_of_the_format(self):
        path = self.file("arguments.rlog", given_log([
            Record("%d %s", arguments=[Value("i", 5), Value("s", b"x")])]))
        for expression, count in (("$1 == 5", 1), ('$2 == "x"', 1), ("exists $3", 0),
                                  ('$1 == 5 and $2 ~ "^x$" and message == "5 x"', 1),
                                  ('message == "5 x" and $2 == "x" and message ~ "x$"', 1)):
            self.assertEqual(dump("--count", "-w", expression, path)[1], f"{count}\n", expression)

    def test_regular_expressions(self):
        self.check({"path": Value("s", b"/api/v1?x=\"1\""), "bad": Value("s", b"\xff user \xc3")},
                   true=['path ~ "^/api"', r'path ~ "v\d\?"', r'path ~ "=\"1\"$"', "path ~ '\"1\"'",
                         r'path ~ "\x2fapi"', 'path !~ "^api"', 'bad ~ "user"', 'bad ~ " $|r "',
                         'path ~ "(?i)API"', 'path ~ ""'],
                   false=['bad ~ "^."', 'path ~ "API"', r'path ~ "^.api\\"'])

    def test_names_and_fields_of_the_same_name(self):
        self.check({"level": Value("s", b"high"), "and": Value("i", 1), "a key": Value("i", 2),
                    "http.status": Value("i", 404), "request-id": Value("i", 7),
                    "größe": Value("d", 1.5)},
                   true=['.level == "high"', "level == 20", ".and == 1 and .'a key' == 2",
                         'http.status in (403, 404)', "request-id==7", "größe > 1",
                         '''."http.status" == .http.status'''])

    def test_levels_have_names(self):
        self.check(level=30, true=["level >= WARNING", "level == warning", 'level == "WARN"',
                                   "ERROR > level", "level in (INFO, WARNING)", "level > 29",
                                   'levelname == "WARNING"', "level not in (ERROR, 31)"],
                   false=["level > WARNING", "level < info", "level in (ERROR, 31)"])

    def test_times(self):
        self.check(time_ns=BASE_NS + 678_000_000,
                   true=['time > "2026-01-02T03:04:05Z"', 'time <= "2026-01-02 03:04:05.678"',
                         'time == "@1767323045.678"', '"2026-01-02" < time', 'time < "-15min"',
                         'time >= "2026-01-02T04:04:05+01:00"', "time == 1767323045678000000",
                         'time not in ("2026-01-02")'],
                   false=['time > "2026-01-02T03:04:05.678Z"', 'time > "now"'])

    def test_numbers_as_people_type_them(self):
        self.check({"n": integer(1500), "h": integer(3600 * 10**9), "x": Value("d", 1001.0)},
                   true=["n == 1.5k", "n == 1500", "n==0x5dC", "n < 2k", "n < 1M", "h == 60min",
                         "h == 1h", "h == 3600s", "h == 3.6e6ms", "h > 1500us", "n == 1500ns",
                         "h == 3600G", "x == 1.001k", "n == 15e2", "n > -1k", "n < 1d"])

    def test_and_binds_more_than_or_and_not_most(self):
        self.check({"n": integer(1)},
                   true=["n == 1 or n == 2 and n == 3", "not n == 2 and n == 1",
                         "not (n == 1 and n == 2)", "not not n == 1", "1 == 1 or absent == 1"],
                   false=["(n == 1 or n == 2) and n == 3", "not n == 1 or n == 2"])

    def test_many_conditions(self):
        self.check({"n": integer(3999)},
                   true=["n in (" + ", ".join(map(str, range(2000, 4000))) + ")",
                         " or ".join(f"n == {i}" for i in range(2050, 4000)),
                         "(" * 60 + "n > 5" + ")" * 60, "not " * 60 + "n == 3999"])

    def test_several_must_all_hold(self):
        for expressions, numbers in ((("level > INFO", "level < ERROR"), [2, 5]),
                                     (('logger ~ "http$"', "$2 == 40"), [0]),
                                     (("level > INFO", "level < INFO"), [])):
            options = [option for one in expressions for option in ("--where", one)]
            self.assertEqual(self.numbers(*options)[0], numbers, expressions)


class Errors(Case):
    def test_each_names_its_column(self):
        for expression, column, words in (
                ("", 1, "expected a name"),
                ("level >= WARNIGN", 10, 'unknown level "WARNIGN"'),
                ('level == "LOUD"', 10, 'unknown level "LOUD"'),
                ("LOUD < level", 1, 'unknown level "LOUD"'),
                ("user == bob", 9, 'unknown name after "==": the text is written "bob", a field .bob'),
                ("n == 1 and", 11, 'expected a name, a value, "not", "exists" or "(" after "and"'),
                ("n == 1 and or", 12, 'after "and", not "or"'),
                ("n", 2, 'expected a comparison such as == or ~ after "n"'),
                ("n == ", 6, 'expected a name or a value after "=="'),
                ("n == )", 6, 'expected a name or a value after "==", not ")"'),
                ("(n == 1", 8, 'expected "and", "or" or ")" after "1"'),
                ("n == 1)", 7, 'expected "and", "or" or the end after "1", not ")"'),
                ("1 < n < 3", 7, 'expected "and", "or" or the end after "n", not "<"'),
                ("n == 1 n == 2", 8, 'after "1", not "n"'),
                ("exists 5", 8, 'expected a name after "exists", not "5"'),
                ("n not 4", 7, 'expected "in" after "not", not "4"'),
                ("n in 4", 6, 'expected "(" after "in"'),
                ("n in ()", 7, 'expected a value after "("'),
                ("n in (1 2)", 9, 'expected "," or ")" after "1"'),
                ("n in (.x)", 7, "expected a value"),
                ("n in (x)", 7, "unknown name"),
                ('path ~ "a(b"', 12, "missing closing parenthesis"),
                ("path ~ api", 8, 'expected a regular expression in quotes after "~", not "api"'),
                ('level ~ "W"', 1, 'a regular expression is for texts, and "level" is a number'),
                ('time > "soon"', 8, '"soon" is no time'),
                (r'time > "2026-01-02\x00"', 8, "is no time"),
                ("$0 == 1", 1, '"$0" is no argument'),
                ("$x == 1", 1, '"$x" is no argument'),
                ("$ == 1", 1, "a number follows the $"),
                (". == 1", 1, "follows the dot"),
                ('."" == 1', 1, "a key is not empty"),
                ('user == "bob', 9, 'this text has no end: "'),
                ('user == "\\', 9, "this text has no end"),
                (r'user == "a\q"', 11, "no such escape"),
                (r'user == "\x4"', 10, "no such escape"),
                ("n == 5kb", 6, "unknown suffix"),
                ("n == 5.", 6, "unknown suffix"),
                ("n == 0x", 6, "no hexadecimal number"),
                ("n == 0x1k", 6, "no hexadecimal number"),
                ("n == 18446744073709551616", 6, "does not fit 64 bits"),
                ("n == -9223372036854775809", 6, "does not fit 64 bits"),
                ("n == 9223372036854775807k", 6, "does not fit 64 bits"),
                ("n == 1e999", 6, "too large"),
                ("a == 1 && b == 2", 8, "joined by words: and, or, not"),
                ("größe == größer", 10, "unknown name"),
                ("n == 1; n", 7, '";" means nothing here'),
                ("(" * 100, 65, "nested more than 64 deep"),
                ("not " * 100, 257, "nested more than 64 deep"),
                ("n == 1 or " * 5000 + "n == 1", None, "more than 4000 conditions"),
                ("n == 1 or " * 8000, 1, "longer than 65536 bytes")):
            code, out, err = dump("-w", expression, self.path)
            self.assertEqual((code, out), (USAGE, ""), expression)
            first, shown, caret = err.splitlines()
            self.assertIn(words, first)
            self.assertTrue(first.startswith(f"logdump: --where, column {column or ''}"), first)
            self.assertRegex(caret, r"^ +\^$")
            if len(expression) < 50:
                self.assertEqual((shown, len(caret)), ("  " + expression, column + 2))

    def test_a_regular_expression_that_explodes_ends(self):
        path = self.file("evil.rlog", given_log(
            [Record(fields={"s": Value("s", b"a" * 60 + b"!")})] * 5))
        code, _, err = dump("-w", 's ~ "(a+)+$"', path)
        self.assertEqual((code, err.count("takes too long")), (NOTHING, 1))


class Losses(Case):
    def test_a_loss_is_a_line_of_the_logger(self):
        for expression, count in (('logger == "ringlog" and level == WARNING', 1),
                                  ('message ~ "^17 records lost"', 1),
                                  ("exists line or exists file or exists function or exists format "
                                   "or exists sequence", 6), ('thread == "main"', 7),
                                  ('time < "2026-01-02T03:04:06.000Z"', 1)):
            _, out, _ = dump("--format", "%(levelno)d", "-w", expression, self.path)
            self.assertEqual(len(out.splitlines()), count, expression)


class Blocks(Case):
    """What the reader can select by itself, it passes over."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        damaged = bytearray(cls.plain)
        damaged[damaged.index(b"record 1")] ^= 1
        cls.path.write_bytes(damaged)

    def reads_all(self, *options):
        return "checksum" in dump(*options, self.path)[2]

    def test_blocks_that_cannot_hold_any_are_not_read(self):
        for expression in ("level >= WARNING", 'message ~ "4" and (level == 40 and $2 > 1)',
                           "WARNING <= level", 'time > "2026-01-02T03:04:07Z"',
                           'time < "2026-01-02T03:04:06Z" and 1 == 1', 'logger == "root"'):
            self.assertFalse(self.reads_all("-w", expression), expression)
        self.assertFalse(self.reads_all("-w", "1 == 1", "-w", "level >= WARNING"))

    def test_others_are(self):
        for expression in ("level >= INFO", "not level >= WARNING", "level != 30",
                           'level >= WARNING or message ~ "x"', "level < WARNING",
                           'logger != "root"', 'logger == "server"', 'logger ~ "root"',
                           'logger == "*t"', "level >= .n", 'time != "2026-01-02T03:04:07Z"',
                           "level >= 0", "level > -5", "level == 10.5"):
            self.assertTrue(self.reads_all("-w", expression), expression)
        self.assertTrue(self.reads_all("-w", "level >= WARNING", "-C", "1"))
        self.assertTrue(self.reads_all("-w", 'logger == "root"', "--logger", "server"))
        self.assertEqual(self.numbers("-w", 'logger == "root"', "--logger", "server")[0], [])


class ByChance(Case):
    def check(self, make_expression, seed, rounds):
        chance = random.Random(seed)
        records = where_model.records_by_chance(chance, 3000)
        path = self.file(f"chance{seed}.rlog", given_log(records))
        some = 0
        for _ in range(rounds):
            text, holds = make_expression(chance)
            _, out, err = dump("--format", "%(created)d", "-w", text, path)
            found = [int(line) - BASE_NS // 10**9 for line in out.splitlines()]
            expected = [i for i, record in enumerate(records) if holds(record)]
            self.assertEqual((found, err), (expected, ""), f"seed {seed}: {text}")
            some += 0 < len(expected) < len(records)
        self.assertGreater(some, rounds // 4)

    def test_as_an_independent_evaluator_has_it(self):
        for seed in range(3):
            self.check(where_model.condition, seed, 60)

    def test_without_parentheses(self):
        self.check(where_model.without_parentheses, 100, 40)


if __name__ == "__main__":
    unittest.main()
