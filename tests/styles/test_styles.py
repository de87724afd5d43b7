#!/usr/bin/env python3
"""What log_hostile logged, read back from each style's file by a standard parser: every value and
its type.

    test_styles.py LOG_HOSTILE COUNT"""

import json
import math
import os
import re
import struct
import subprocess
import sys
import tempfile

# What must stand in no line as it is: controls, line separators, bidirectional controls.
DANGEROUS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
LOGGER = "net.\"quoted\"\n\\\ufffd"
CUT = "…"


class Cut(str):
    """The whole of a text whose beginning was logged."""

    def __eq__(self, other):
        return (isinstance(other, str) and other.endswith(CUT) and len(other) > 1000
                and self.startswith(other[:-1].rstrip("\ufffd")))

    __hash__ = str.__hash__


class Anything:
    def __eq__(self, other):
        return True


def text(digits):
    return bytes.fromhex(digits).decode("utf-8", "replace")


def real(digits):
    value = struct.unpack(">d", bytes.fromhex(digits))[0]
    if math.isnan(value):
        return "NaN"
    return value if math.isfinite(value) else "Infinity" if value > 0 else "-Infinity"


VALUES = {
    "n": lambda rest: None,
    "t": lambda rest: True,
    "f": lambda rest: False,
    "i": int,
    "d": real,
    "s": text,
    "S": lambda rest: Cut(text(rest)),
    "x": str,
    "p": lambda rest: "0x" + rest if int(rest, 16) else None,
}


def read_expected(path):
    """For each record: level, message, arguments, fields (keys are bytes), other members."""
    with open(path, encoding="ascii") as file:
        for line in file:
            record = {"args": [], "fields": {}, "other": {}}
            key = None
            for word in line.split():
                kind, rest = word[0], word[1:]
                if kind == "L":
                    record["level"] = rest.replace("_", " ")
                elif kind == "M":
                    record["message"] = text(rest)
                elif kind in "ekFG":
                    record["other"][kind] = text(rest)
                elif kind == "K":
                    key = bytes.fromhex(rest)
                elif key is None:
                    record["args"].append(VALUES[kind](rest))
                else:
                    record["fields"][key] = VALUES[kind](rest)
                    key = None
            if any(isinstance(value, Cut) for value in record["args"]):
                record["message"] = Anything()
            yield record


def same(found, wanted):
    """Equal, and of the same type: 1, 1.0 and True are three values, and 0.0 is not -0.0."""
    if isinstance(wanted, (Cut, Anything)):
        return wanted == found
    if isinstance(wanted, (dict, list)):
        return type(found) is type(wanted) and len(found) == len(wanted) and (
            all(same(a, b) for a, b in zip(found, wanted)) if isinstance(wanted, list)
            else all(key in found and same(found[key], wanted[key]) for key in wanted))
    if isinstance(wanted, float):
        return isinstance(found, float) and struct.pack(">d", found) == struct.pack(">d", wanted)
    return type(found) is type(wanted) and found == wanted


def difference(found, wanted):
    """The members that are not the same, cut in their middle."""
    lines = []
    for key in sorted(found.keys() | wanted.keys()):
        pair = [shown.get(key, "nothing") for shown in (found, wanted)]
        if not same(*pair):
            a, b = (text if len(text) < 2000 else f"{text[:1000]} ... {text[-1000:]}"
                    for text in map(repr, pair))
            lines.append(f"{key!r}: found\n{a}\nexpected\n{b}")
    return "\n".join(lines)


def require(condition, path, number, what):
    if not condition:
        sys.exit(f"{path}:{number}: {what}")


def only_once(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def no_constant(name):
    raise ValueError(f"{name} is not JSON")


def parse_json(line):
    return json.loads(line, object_pairs_hook=only_once, parse_constant=no_constant)


def parse_logfmt(line):
    pairs = []
    at = 0
    decoder = json.JSONDecoder()
    while at < len(line):
        key = re.compile(r'[^\s="]+').match(line, at)
        at = key.end()
        if line[at] != "=":
            raise ValueError(f"no = after {key.group()}")
        at += 1
        if line[at:at + 1] == '"':
            value, at = decoder.raw_decode(line, at)
        else:
            end = (line + " ").index(" ", at)
            value, at = bare(line[at:end]), end
        pairs.append((key.group(), value))
        if at < len(line) and line[at] != " ":
            raise ValueError(f"no blank after {key.group()}")
        at += 1
    return only_once(pairs)


def bare(word):
    if '"' in word or word == "":
        raise ValueError(f"bare value {word}")
    try:
        return json.loads(word, parse_constant=no_constant)
    except ValueError:
        return word


# ---- what each style makes of a record -----------------------------------------------------------


def json_key(key):
    """Of bytes that are no character each becomes U+FFFD and two digits; U+FFFD is doubled."""
    marked = key.decode("utf-8", "surrogateescape").replace("\ufffd", "\ufffd\ufffd")
    return re.sub("[\udc80-\udcff]", lambda m: f"\ufffd{ord(m.group()) - 0xdc00:02x}", marked)


def logfmt_key(key):
    return "".join(f"%{byte:02x}" if byte <= 32 or byte >= 127 or byte in b'="%' else chr(byte)
                   for byte in key)


def add_fields(line, fields, clashes):
    apart = {json_key(key): value for key, value in fields.items() if clashes(key)}
    line.update((json_key(key), value) for key, value in fields.items() if not clashes(key))
    if apart:
        line["fields"] = apart


def add_texts(line, other, exception, stack):
    for key, kind in ((exception, "e"), (stack, "k")):
        if other.get(kind):
            line[key] = other[kind]


def place(record, found, names):
    """file, line, function: known of events; of calls, that they are there; of texts they are not."""
    other = record["other"]
    if record["level"] == "ERROR" or other.get("F") == "":
        return {}
    if "F" not in other:
        return {name: found.get(name) for name in names}
    return dict(zip(names, (other["F"], 7, other["G"])))


PLAIN = ("time level logger message file line function thread tid pid process args fields exception "
         "stack").split()


def wanted_json(record, found):
    line = {"time": found["time"], "level": record["level"], "logger": LOGGER,
            "message": record["message"], "thread": found["thread"], "tid": found["tid"],
            "pid": found["pid"], "process": "MainProcess"}
    line.update(place(record, found, ("file", "line", "function")))
    if record["args"]:
        line["args"] = record["args"]
    add_fields(line, record["fields"], lambda key: key.decode("latin-1") in PLAIN)
    add_texts(line, record["other"], "exception", "stack")
    return line


ECS = ("@timestamp log.level message ecs.version log.logger log.origin process.pid process.name "
       "process.thread.id process.thread.name args fields error.stack_trace stack").split()


def clashes_in_ecs(key):
    key = key.decode("latin-1")
    return any(key == name or key.startswith(name + ".") or name.startswith(key + ".")
               for name in ECS)


def wanted_ecs(record, found):
    line = {key: found[key] for key in ("@timestamp", "process.pid", "process.thread.id",
                                        "process.thread.name")}
    line.update({"log.level": record["level"], "message": record["message"],
                 "ecs.version": "1.6.0", "log.logger": LOGGER, "process.name": "MainProcess"})
    origin = place(record, found.get("log.origin", {}), ("file.name", "file.line", "function"))
    if origin:
        line["log.origin"] = origin
        origin["file.name"] = origin["file.name"].rsplit("/", 1)[-1]
    if record["args"]:
        line["args"] = record["args"]
    add_fields(line, record["fields"], clashes_in_ecs)
    add_texts(line, record["other"], "error.stack_trace", "stack")
    return line


GOOGLE = ("severity time message logging.googleapis.com/sourceLocation "
          "logging.googleapis.com/labels args fields stack_trace stack").split()


def wanted_google(record, found):
    labels = found["logging.googleapis.com/labels"]
    level = record["level"]
    line = {"severity": "INFO" if level == "Level 25" else level, "time": found["time"],
            "message": record["message"],
            "logging.googleapis.com/labels": {
                "level": level, "logger": LOGGER, "process": "MainProcess",
                "thread": labels["thread"], "tid": labels["tid"], "pid": labels["pid"]}}
    source = place(record, found.get("logging.googleapis.com/sourceLocation", {}),
                   ("file", "line", "function"))
    if source:
        source["line"] = str(source["line"])
        line["logging.googleapis.com/sourceLocation"] = source
    if record["args"]:
        line["args"] = record["args"]
    add_fields(line, record["fields"], lambda key: key.decode("latin-1") in GOOGLE)
    add_texts(line, record["other"], "stack_trace", "stack")
    return line


def wanted_logfmt(record, found):
    line = wanted_json({**record, "args": [], "fields": {}}, found)
    for key, value in record["fields"].items():
        name = logfmt_key(key)
        apart = key.decode("latin-1") in PLAIN and key != b"args" or name.startswith("fields.")
        line["fields." + name if apart else name] = value
    return line


STYLES = (
    ("json.log", parse_json, wanted_json),
    ("ecs.log", parse_json, wanted_ecs),
    ("google.log", parse_json, wanted_google),
    ("logfmt.log", parse_logfmt, wanted_logfmt),
)


def check(path, parse, wanted_of, records):
    count = 0
    with open(path, "rb") as file:
        for number, (raw, record) in enumerate(zip(file, records), 1):
            try:
                line = raw.decode("utf-8").removesuffix("\n")
                found = parse(line)
            except (ValueError, AttributeError, IndexError) as error:
                sys.exit(f"{path}:{number}: {error}: {raw[:2000]!r}")
            require(not DANGEROUS.search(line), path, number, f"unescaped: {raw[:2000]!r}")
            record["fields"].setdefault(b"host", 'h"1"')
            wanted = wanted_of(record, found)
            require(same(found, wanted), path, number, difference(found, wanted))
            count += 1
        require(file.read() == b"", path, count, "more lines than records")
    require(count == len(records), path, count, f"{len(records)} records expected")


def main(program, count):
    with tempfile.TemporaryDirectory(prefix="ringlog-styles-") as directory:
        os.chdir(directory)
        subprocess.run([program, count], check=True)
        records = list(read_expected("expected.txt"))
        for path, parse, wanted_of in STYLES:
            check(path, parse, wanted_of, records)
        with open("json.log", "rb") as direct, open("reader.log", "rb") as reader:
            for number, (a, b) in enumerate(zip(direct, reader, strict=True), 1):
                require(a == b, "reader.log", number, f"{b[:2000]!r} instead of {a[:2000]!r}")
        os.chdir("/")
    print(f"{len(records)} records in {len(STYLES)} styles")


if __name__ == "__main__":
    main(*sys.argv[1:])
