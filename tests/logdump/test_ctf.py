"""logdump --ctf, read with babeltrace2: events must say what --json says.

Of Debian's Python, as bt2 is a Debian package."""

import math
import os
import re
import resource
import signal
import subprocess
import time
import unittest
from pathlib import Path

import bt2

from formats_case import LOGS, Formats, objects, rfc3339
from logdump_case import FOUND, LOGDUMP, UNREADABLE, USAGE, dump, make

MEMBERS = ("time", "level", "logger", "message", "file", "line", "function", "thread", "tid", "pid",
           "process", "args", "exception", "stack")
LOGLEVELS = {"DEBUG": bt2.EventClassLogLevel.DEBUG, "INFO": bt2.EventClassLogLevel.INFO,
             "WARNING": bt2.EventClassLogLevel.WARNING, "ERROR": bt2.EventClassLogLevel.ERROR,
             "CRITICAL": bt2.EventClassLogLevel.CRITICAL, "Level 25": bt2.EventClassLogLevel.INFO}


def plain_value(field):
    """Of babeltrace2's, whose own compare equal to values of other types."""
    if isinstance(field, bt2._EnumerationFieldConst):
        return field.labels == ["true"]
    if isinstance(field, bt2._IntegerFieldConst):
        return int(field)
    if isinstance(field, bt2._RealFieldConst):
        return float(field)
    if isinstance(field, bt2._ArrayFieldConst):
        return bytes(int(byte) for byte in field).hex()
    return str(field)


def identifier(key, taken):
    """What a key is called in the trace."""
    key = key.replace("\ufffdff", "\udcff").encode(errors="surrogateescape").decode("latin-1")
    name = re.sub("[^A-Za-z0-9]", "_", key)
    name = unique = name if name.strip("_") else "field"
    number = 2
    while unique in taken or unique in ("Bool", "Complex", "Imaginary"):
        unique = f"{name}_{number}"
        number += 1
    return unique


def expected_fields(record):
    """Of a record as --json has it; null is not there."""
    given = [(f"arg{i}", value) for i, value in enumerate(record.get("args", []), 1)]
    given += [(key, value) for key, value in record.items() if key not in MEMBERS]
    given += [(key, record[key]) for key in ("exception", "stack") if key in record]
    fields, taken = {}, set()
    for key, value in given:
        if value is None:
            continue
        name = identifier(key, taken) if not key.startswith("arg") or key == "arg1" else key
        taken.add(name)
        fields[name] = value
    return fields


def by_time(when, event):
    return when, event["tid"], event["message"]


class Ctf(Formats):
    count = 0

    def dump(self, *arguments, **options):
        Ctf.count += 1
        trace = Path(self.folder.name) / f"trace{self.count}"
        done = dump("--ctf", trace, *arguments, **options)
        self.assertEqual(done, (FOUND, "", ""))
        return trace

    def read(self, trace):
        """Events as (time, context, fields, event class), and what was discarded."""
        events, lost = [], []
        for message in bt2.TraceCollectionMessageIterator(str(trace)):
            if isinstance(message, bt2._EventMessageConst):
                event = message.event
                fields = event.payload_field or {}
                events.append((message.default_clock_snapshot.ns_from_origin,
                               {k: plain_value(v) for k, v in event.common_context_field.items()},
                               {k: plain_value(v) for k, v in fields.items()
                                if not k.startswith("length_of_")}, event.cls))
            elif isinstance(message, bt2._DiscardedEventsMessageConst):
                lost.append((message.count,
                             message.beginning_default_clock_snapshot.ns_from_origin,
                             message.end_default_clock_snapshot.ns_from_origin))
        return events, lost

    def test_babeltrace2_has_nothing_to_say(self):
        for name, path in self.paths.items():
            done = subprocess.run(["babeltrace2", self.dump(path)], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, env={**os.environ, "TZ": "UTC"})
            self.assertEqual(done.returncode, 0, name)
            self.assertEqual(len(done.stdout.splitlines()), len(objects(path)), name)
            said = [line for line in done.stderr.splitlines()
                    if not line.startswith(b"WARNING: Tracer discarded ")]
            self.assertEqual(said, [], name)
            self.assertNotRegex(done.stdout, b"[\x00-\x08\x0b-\x1f\x7f]")

    def test_events_are_what_json_says(self):
        for name, path in self.paths.items():
            events, _ = self.read(self.dump(path))
            events.sort(key=lambda event: by_time(rfc3339(event[0]), event[1]))
            records = sorted(objects(path), key=lambda record: by_time(record["time"], record))
            self.assertEqual(len(events), len(records), name)
            for (when, context, fields, _), record in zip(events, records):
                self.assertEqual(rfc3339(when), record["time"])
                self.check_context(context, record)
                if record["logger"] != "ringlog":
                    self.check_fields(fields, expected_fields(record))

    def check_context(self, context, record):
        self.assertEqual(context["host"], "testhost")
        for key in ("level", "logger", "process", "pid", "thread", "tid", "file", "line",
                    "function"):
            self.assertEqual(context[key], record.get(key, 0 if key == "line" else ""))
        self.assertEqual(context["message"], record["message"].replace("\0", "\\x00"))

    def check_fields(self, fields, expected):
        self.assertEqual(set(fields), set(expected))
        for key, value in fields.items():
            wanted = expected[key]
            if isinstance(wanted, str):
                wanted = wanted.replace("\0", "\\x00")
            if isinstance(wanted, str) and wanted.startswith("0x") and isinstance(value, int):
                wanted = int(wanted, 16)
            if isinstance(value, float):
                wanted = float(wanted)
            if isinstance(value, str):
                wanted = wanted.removesuffix("…")
            self.assertIs(type(value), type(wanted), key)
            if isinstance(value, float) and math.isnan(value):
                self.assertTrue(math.isnan(wanted))
            else:
                self.assertEqual(value, wanted, key)

    def test_event_classes_are_call_sites(self):
        events, _ = self.read(self.dump(self.paths["plain"]))
        events = [event for event in events if event[1]["logger"] != "ringlog"]
        for i, (_, context, _, cls) in enumerate(events):
            self.assertEqual(cls.name, f"record {i}: %s is %d")
            self.assertEqual(cls.log_level, LOGLEVELS[context["level"]])
        names = {cls.name for _, _, _, cls in self.read(self.dump(self.paths["hostile"]))[0]}
        self.assertEqual(names, {"\\x1b[2Jformat\\n%s %s", "%n\\x1b[2J %s", "server.c:42"})

    def test_a_site_in_many_files_is_one_class(self):
        copies = [self.file(f"copy{i}.rlog", make("many", "2000")) for i in range(3)]
        trace = self.dump(*copies)
        self.assertEqual((trace / "metadata").read_text().count("\nevent {"), 1)
        events, _ = self.read(trace)
        self.assertEqual(len(events), 6000)

    def test_losses_are_discarded_events(self):
        trace = self.dump(self.paths["plain"])
        events, lost = self.read(trace)
        second = 1767323045 * 10**9
        self.assertEqual(lost, [(17, second, second + 10**9)])
        told = [fields for _, context, fields, _ in events if context["logger"] == "ringlog"]
        self.assertEqual(told, [{"lost": 17, "reason": "ring full"}])

    def test_packets_are_of_moderate_size(self):
        trace = self.dump(self.file("many.rlog", make("many", "5000")))
        data = (trace / "stream_0").read_bytes()
        at, packets = 0, 0
        while at < len(data):
            self.assertEqual(data[at:at + 4], b"\xc1\x1f\xfc\xc1")
            at += int.from_bytes(data[at + 48:at + 56], "little") // 8
            packets += 1
        self.assertGreater(packets, len(data) // 70000)
        self.assertEqual(len(self.read(trace)[0]), 5000)

    def test_few_files_are_open_at_once(self):
        folder = Path(self.folder.name) / "hundred"
        folder.mkdir()
        for i in range(100):
            (folder / f"app.rlog.{i}").write_bytes(make("later", str(i)))
        trace = self.dump(folder / "app.rlog.*", limit_files=16)
        self.assertEqual(len(self.read(trace)[0]), 200)

    def test_clocks_that_are_set_back_make_new_streams(self):
        trace = self.dump(self.paths["odd"])
        self.assertGreater(len(list(trace.glob("stream_*"))), 2)
        self.assertLess(len(list(trace.glob("stream_*"))), 6)

    def test_a_trace_that_is_not_over_can_be_read(self):
        trace = Path(self.folder.name) / "follows"
        process = subprocess.Popen([LOGDUMP, "-f", "--ctf", trace, self.path])
        try:
            end = time.monotonic() + 30
            while time.monotonic() < end:
                if (trace / "stream_0").exists() and (trace / "stream_0").stat().st_size > 0:
                    break # it is written when all is read, unlike that of the loss
                time.sleep(0.05)
            self.assertEqual(len(self.read(trace)[0]), 7)
        finally:
            process.kill()
            process.wait()

    def test_a_directory_that_is_in_use_is_left_alone(self):
        folder = Path(self.folder.name) / "used"
        folder.mkdir()
        (folder / "notes").write_text("mine")
        code, out, err = dump("--ctf", folder, self.path)
        self.assertEqual((code, out, os.listdir(folder)), (UNREADABLE, "", ["notes"]))
        self.assertIn("not empty", err)
        for path, words in ((self.path, "Not a directory"), (folder / "a" / "b", "No such file")):
            code, out, err = dump("--ctf", path, self.path)
            self.assertEqual((code, out), (UNREADABLE, ""))
            self.assertIn(words, err)
        self.assertEqual(dump("--ctf", folder / "new", "--tail", "3", self.path)[0], USAGE)
        self.assertFalse((folder / "new").exists())

    def test_a_full_disk_is_told(self):
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100000, 100000))
        path = self.file("long.rlog", make("many", "5000"))
        done = subprocess.run([LOGDUMP, "--ctf", Path(self.folder.name) / "full", path],
                              stderr=subprocess.PIPE, preexec_fn=limit, restore_signals=False)
        self.assertEqual(done.returncode, UNREADABLE)
        self.assertIn(b"stream_0: File too large", done.stderr)


if __name__ == "__main__":
    unittest.main()
