"""logdump's formats for other programs, read back with what programs read them with: each must say
what --json says."""

import csv
import io
import json
import unittest
from decimal import Decimal

from formats_case import LOGS, Formats, escaped, objects, rfc3339, run
from logdump_case import NOTHING, USAGE, dump, make


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
        else:
            self.assertEqual(text, expected, where)

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


class Chrome(Formats):
    def events(self, *arguments):
        return json.loads(run("--chrome", *arguments), parse_float=Decimal)

    def test_events_are_what_json_says(self):
        for name, path in self.paths.items():
            events = [event for event in self.events(path) if event["ph"] != "M"]
            expected = [json.loads(line, parse_float=Decimal)
                        for line in run("--json", path).splitlines()]
            self.assertEqual([event["args"] for event in events], expected)
            for event, record in zip(events, expected):
                self.assertEqual((event["ph"], event["s"], event["cat"]),
                                 ("i", "t", record["logger"]))
                self.assertEqual((event["pid"], event["tid"]), (record["pid"], record["tid"]))
                self.assertEqual(rfc3339(int(event["ts"] * 1000)), record["time"])

    def test_one_call_site_has_one_name(self):
        names = [event["name"] for event in self.events(self.file("many.rlog", make("many", "3")))]
        self.assertEqual(names[2:], ["request %d from %s"] * 3)
        self.assertIn("event…", [event["name"] for event in self.events(self.paths["hostile"])])

    def test_tracks_are_named_and_those_of_other_machines_are_others(self):
        events = self.events(self.paths["plain"], self.file("other.rlog", make("elsewhere")))
        names = [(event["name"], event["pid"], event["tid"], event["args"]["name"])
                 for event in events if event["ph"] == "M"]
        self.assertEqual(sorted(names), [
            ("process_name", 4242, 4711, "MainProcess"),
            ("process_name", 4194305, 4711, "MainProcess 4242 on otherhost"),
            ("thread_name", 4242, 4711, "main"),
            ("thread_name", 4194305, 4711, "main"),
            ("thread_name", 4194305, 4711, "renamed")])
        for event in events:
            if event["ph"] == "i":
                elsewhere = "elsewhere" in event["name"]
                self.assertEqual(event["pid"], 4194305 if elsewhere else 4242)

    def test_a_record_ends_what_took_so_long(self):
        events = self.events("--duration", "$1:ms", self.file("took.rlog", make("elsewhere")))
        events = [event for event in events if event["ph"] != "M"]
        self.assertEqual([event["ph"] for event in events], ["X", "X"])
        self.assertEqual(events[0]["dur"], Decimal("1500"))
        self.assertEqual(rfc3339(int((events[0]["ts"] + events[0]["dur"]) * 1000)),
                         events[0]["args"]["time"])
        events = self.events("--duration", "nothing_ms", self.path)
        self.assertEqual({event["ph"] for event in events}, {"M", "i"})

    def test_no_record_is_no_event(self):
        code, out, _ = dump("--chrome", "--since", "now", self.path)
        self.assertEqual((code, json.loads(out)), (NOTHING, []))

    def test_what_makes_no_sense(self):
        for arguments in (("--chrome", "--tail", "1"), ("--chrome", "-C", "1"),
                          ("--duration", "took"), ("--duration", "took:h"), ("--duration", "$0:s")):
            self.assertEqual(dump(*arguments, self.path)[:2], (USAGE, ""), arguments)


if __name__ == "__main__":
    unittest.main()
