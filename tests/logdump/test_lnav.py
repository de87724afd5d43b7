"""logdump's text and JSON lines in lnav, with the formats in tools/lnav: what its tables hold must
be what --json says."""

import json
import os
import re
import shutil
import subprocess
import unittest
from collections import Counter
from pathlib import Path

from formats_case import LOGS, Formats, escaped, run
from logdump_case import LOG_BOTH

FORMATS = Path(__file__).resolve().parents[2] / "tools" / "lnav" / "ringlog.json"
DEFAULT_FORMAT = ("%(asctime)s %(levelname)-8s %(name)s [%(threadName)s] "
                  "%(filename)s:%(lineno)d: %(message)s")
NUMBERS = {"NOTSET": 0, "DEBUG": 10, "INFO": 20, "WARNING": 30, "ERROR": 40, "CRITICAL": 50}
LEVELS = ("trace", "debug", "info", "warning", "error", "critical")

# lnav's reader of JSON takes no greater integers, and shows the line as it is.
GREATEST = 2**63 - 1
INTEGER = re.compile(r"(?<=[:,\[])-?\d{19,}(?=[,\]}])")


def with_readable_integers(line):
    return INTEGER.sub(lambda m: m[0] if abs(int(m[0])) <= GREATEST else "9", line)


def level_of(name):
    """A level without a name of its own counts as the one below."""
    number = NUMBERS[name] if name in NUMBERS else int(name.removeprefix("Level "))
    return LEVELS[max(0, min(number // 10, 5))]


def time_of(record):
    """lnav 0.11 keeps milliseconds."""
    return record["time"].replace("T", " ")[:23]


def in_common(text):
    """Of a text as it is shown and as JSON has it: newlines are shown as \\n or as they are, bytes
    that are not UTF-8 in hexadecimal, the times of a loss like those of records."""
    text = re.sub(r"(records lost .* between ).*:", r"\1", text)
    return re.sub(r"(\\x[89a-f][0-9a-f])+|\ufffd+", "?", text.replace("\n", r"\n"))


def shown(record):
    parts = [record[key] for key in ("message", "exception", "stack") if key in record]
    return in_common(escaped("\n".join(parts)))


class Lnav(Formats):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.home = Path(cls.folder.name) / "home"
        cls.config = Path(cls.folder.name) / "config"
        cls.home.mkdir()
        (cls.config / "formats" / "ringlog").mkdir(parents=True)
        shutil.copy(FORMATS, cls.config / "formats" / "ringlog")

    def lnav(self, *arguments, data=None):
        """It checks formats and the samples of texts whenever it starts, and must not complain."""
        environ = {**os.environ, "TZ": "UTC", "HOME": str(self.home), "TMPDIR": str(self.home),
                   "XDG_CONFIG_HOME": str(self.home)}
        source = {"stdin": subprocess.DEVNULL} if data is None else {"input": data}
        done = subprocess.run(["lnav", *map(str, arguments)], env=environ, timeout=60,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, **source)
        said = [line for line in done.stderr.decode().splitlines() if " installed -- " not in line]
        self.assertEqual((done.returncode, said), (0, []))
        return done.stdout.decode()

    def rows(self, path, query):
        return json.loads(self.lnav("-n", "-W", "-I", self.config, "-c", f";{query}",
                                    "-c", ":write-json-to -", path))

    def table(self, path, name, columns):
        """All of a log, which has to be of that format alone."""
        self.assertEqual(self.rows(path, "SELECT DISTINCT log_format FROM all_logs"),
                         [{"log_format": name}])
        return self.rows(path, f"SELECT {', '.join(columns)} FROM {name}")

    def assert_same(self, rows, expected):
        """In any order: lnav sorts by time."""
        rows, expected = Counter(map(repr, rows)), Counter(map(repr, expected))
        self.assertEqual((sorted(rows - expected)[:3], sorted(expected - rows)[:3]), ([], []))

    def check_text(self, path, records):
        columns = ("log_time", "log_level", "logger", "thread", "log_opid", "file", "line",
                   "log_body")
        rows = self.table(path, "ringlog_text", columns)
        for row in rows:
            row["log_body"] = in_common(row["log_body"])
        expected = []
        for record in records:
            logger, thread = (in_common(escaped(record[key])) for key in ("logger", "thread"))
            expected.append(dict(zip(columns, (
                time_of(record), level_of(record["level"]), logger, thread, thread,
                Path(record.get("file", "")).name, record.get("line", 0), shown(record)))))
        self.assert_same(rows, expected)

    def json_lines(self, name):
        """A file of JSON lines that lnav can read, and its records."""
        lines = [with_readable_integers(line)
                 for line in run("--json", self.paths[name]).splitlines()]
        path = self.file(f"{name}.json", "".join(line + "\n" for line in lines).encode())
        return path, [json.loads(line) for line in lines]

    def test_the_formats_install_and_nothing_is_wrong_with_them(self):
        self.lnav("-i", FORMATS)
        path = self.file("installed.txt", run(self.paths["plain"]).encode())
        out = self.lnav("-n", "-W", "-c", ";SELECT count(*) FROM ringlog_text",
                        "-c", ":write-csv-to -", path)
        self.assertEqual(out.split()[1:], ["7"])

    def test_samples_have_their_levels(self):
        """Those of JSON are not checked by lnav."""
        for name, definition in json.loads(FORMATS.read_text()).items():
            if name.startswith("$"):
                continue
            samples = definition["sample"]
            path = self.file("sample", "".join(s["line"] + "\n" for s in samples).encode())
            levels = [row["log_level"] for row in self.table(path, name, ["log_level"])]
            self.assertEqual(levels, [sample["level"] for sample in samples])

    def test_text_is_what_json_says(self):
        for name in LOGS:
            with self.subTest(name):
                path = self.file(f"{name}.txt", run(self.paths[name]).encode())
                self.check_text(path, [json.loads(line) for line in
                                       run("--json", self.paths[name]).splitlines()])

    def test_text_that_a_program_writes_itself(self):
        text, binary = (Path(self.folder.name) / f"both.{suffix}" for suffix in ("txt", "rlog"))
        subprocess.run([LOG_BOTH, DEFAULT_FORMAT, text, binary], check=True, timeout=60,
                       env={**os.environ, "TZ": "UTC"})
        self.check_text(text, [json.loads(line) for line in run("--json", binary).splitlines()])

    def test_text_from_standard_input(self):
        out = self.lnav("-n", "-W", "-I", self.config, "-c", ";SELECT log_format FROM all_logs",
                        "-c", ":write-csv-to -", data=run(self.paths["plain"]).encode())
        self.assertEqual(out.split(), ["log_format"] + ["ringlog_text"] * 7)

    def test_json_is_what_it_says(self):
        columns = ("log_time", "log_level", "log_opid", "log_body", "logger", "thread", "file",
                   "line", "function", "tid", "pid", "process", "exception", "stack", "args")
        for name in LOGS:
            with self.subTest(name):
                path, records = self.json_lines(name)
                rows = self.table(path, "ringlog_json", columns)
                # A text of lnav's tables ends at a NUL.
                expected = [dict(zip(columns, (
                    time_of(record), level_of(record["level"]), record["thread"],
                    record["message"].partition("\0")[0], *map(record.get, columns[4:])))) for record in records]
                self.assert_same(rows, expected)

    def test_fields_are_shown_and_can_be_asked_for(self):
        path, records = self.json_lines("mixed")
        users = self.rows(path, "SELECT jget(log_raw_text, '/user') AS user FROM ringlog_json "
                                "WHERE user IS NOT NULL")
        self.assert_same([row["user"] for row in users],
                         [record["user"] for record in records if "user" in record])
        lines = self.lnav("-n", "-I", self.config, path).splitlines()
        self.assertEqual(lines.count("  user: 7"), sum("user" in record for record in records))
        self.assertEqual(lines.count("  exception:   here"),
                         sum("exception" in record for record in records))

    def test_integers_that_lnav_cannot_read_cost_their_lines_alone(self):
        lines = run("--json", self.paths["mixed"]).splitlines()
        path = self.file("great.json", "".join(line + "\n" for line in lines).encode())
        rows = self.table(path, "ringlog_json", ["log_level"])
        levels = [level_of(json.loads(line)["level"]) if line == with_readable_integers(line)
                  else "invalid" for line in lines]
        self.assertIn("invalid", levels)
        self.assert_same([row["log_level"] for row in rows], levels)


if __name__ == "__main__":
    unittest.main()
