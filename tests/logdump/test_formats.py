"""logdump's formats for other programs, read back with what programs read them with: each must say
what --json says."""

import csv
import io
import json
import math
import subprocess
import unittest

from logdump_case import FOUND, LOGDUMP, USAGE, Case, dump, make

LOGS = {"plain": ["plain"], "hostile": ["hostile"], "odd": ["odd"], "mixed": ["mixed", "3000"]}


def run(*arguments):
    """Output of any bytes; what is ill-formed is replaced, as in JSON."""
    done = subprocess.run([LOGDUMP, *map(str, arguments)], check=True, timeout=60,
                          stdout=subprocess.PIPE)
    return done.stdout.decode(errors="replace")


def objects(path):
    """Of --json. To it the errno of %m is an argument; to whoever reads arguments it is a field."""
    records = [json.loads(line) for line in run("--json", path).splitlines()]
    for record in records:
        if record["message"] == "site 5":
            record["errno"] = record["args"].pop()
    return records


def escaped(text):
    """As a terminal may see it."""
    out = ""
    for character in text:
        code = ord(character)
        if (code < 0x20 and character not in "\n\t") or code == 0x7f:
            out += {"\r": "\\r"}.get(character, f"\\x{code:02x}")
        elif (0x80 <= code < 0xa0 or code in (0x61c, 0x200e, 0x200f) or 0x2028 <= code <= 0x202e or
              0x2066 <= code <= 0x2069):
            out += f"\\u{code:04x}"
        else:
            out += character
    return out


class Formats(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paths = {}
        for name, arguments in LOGS.items():
            cls.paths[name] = cls.file(cls, f"{name}.log", make(*arguments))

    def assert_same(self, value, expected, where):
        """A value of a public argument (no marks where the call cut a text, addresses are numbers,
        a long double is a double), and what JSON has."""
        if isinstance(expected, str) and expected.startswith("0x") and not isinstance(value, str):
            expected = int(expected, 16)
        if isinstance(expected, str) and expected.endswith("…"):
            expected = expected[:-1]
        if isinstance(expected, str) and isinstance(value, float):
            expected = float(expected)
        if isinstance(value, float) and math.isnan(value):
            self.assertTrue(math.isnan(expected), where)
        else:
            self.assertEqual(value, expected, where)


class Csv(Formats):
    COLUMNS = ("time", "level", "logger", "process", "pid", "thread", "tid", "file", "line",
               "function", "message")

    def table(self, name, *options):
        text = run("--csv", *options, self.paths[name])
        self.assertTrue(text.endswith("\r\n"))
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))

    def test_the_usual_columns_are_what_json_says(self):
        for name in LOGS:
            rows = self.table(name, "--raw")
            self.assertEqual(rows[0], list(self.COLUMNS))
            expected = objects(self.paths[name])
            self.assertEqual(len(rows) - 1, len(expected))
            for row, record in zip(rows[1:], expected):
                self.assertEqual(row, [str(record.get(column, "")) for column in self.COLUMNS])

    def test_escaped_texts_drive_no_terminal(self):
        for name in LOGS:
            for row, record in zip(self.table(name)[1:], objects(self.paths[name])):
                if "\ufffd" not in record["message"]:
                    self.assertEqual(row[-1], escaped(record["message"]))
            text = run("--csv", self.paths[name])
            self.assertNotRegex(text, "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e\u2028\ufffd]")
        self.assertIn(r"ill-formed \xff \xc3( \xf0\x9f\x98", run("--csv", self.paths["odd"]))

    def cell(self, text, expected, where):
        """What a cell stands for: CSV itself has no types."""
        if expected is None:
            self.assertEqual(text, "", where)
        elif isinstance(expected, bool):
            self.assertEqual(text, str(expected).lower(), where)
        elif isinstance(expected, float):
            self.assertEqual(float(text), expected, where)
        elif isinstance(expected, int):
            self.assertEqual(int(text), expected, where)
        elif expected.startswith("0x"):
            self.assertEqual(int(text), int(expected, 16), where)
        else:
            self.assertEqual(text, expected.removesuffix("…"), where)

    def test_arguments_and_fields_are_columns(self):
        for name in LOGS:
            arguments = [f"${i}" for i in range(1, 13)]
            fields = ["user", "a b", "a-b", "int", "arg1", "hé", "errno", ".level"]
            rows = self.table(name, "--raw", "--columns", ",".join(arguments + fields))
            self.assertEqual(rows[0], arguments + fields)
            for row, record in zip(rows[1:], objects(self.paths[name])):
                record.pop("level")
                expected = record.get("args", []) + [None] * 12
                expected = expected[:12] + [record.get(field) for field in fields]
                for text, value, column in zip(row, expected, rows[0]):
                    self.cell(text, value, (name, column, record))

    def test_a_text_that_is_empty_is_not_one_that_is_not_there(self):
        lines = run("--csv", "--columns", "$1,line", self.paths["odd"]).splitlines()
        self.assertIn('"",42', lines)
        self.assertIn(",42", lines)

    def test_levels_have_a_name_and_a_number(self):
        rows = self.table("plain", "--columns", "level,levelno")
        self.assertEqual(rows[1:3], [["DEBUG", "10"], ["INFO", "20"]])

    def test_tail_and_context_are_of_whole_lines(self):
        self.assertEqual([row[2] for row in self.table("hostile", "--tail", "1")],
                         ["logger", "evil\nlogger"])
        _, out, _ = dump("--csv", "--columns", "levelno", "-C", "1", "--logger", "server.http",
                         self.paths["plain"])
        self.assertEqual(out.split("\r\n"), ["levelno", "10", "20", "30", "50", "25", "30", ""])

    def test_columns_that_are_none(self):
        for columns in ("", "time,,level", "time,", "$0", "$x", "."):
            code, out, err = dump("--columns", columns, self.path)
            self.assertEqual((code, out), (USAGE, ""), columns)
            self.assertIn("is no name", err)


if __name__ == "__main__":
    unittest.main()
