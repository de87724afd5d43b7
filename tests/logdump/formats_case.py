"""What tests of logdump's formats for other programs share."""

import json
import subprocess
from datetime import datetime, timezone

from logdump_case import LOGDUMP, Case, make

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


def rfc3339(time_ns):
    second = datetime.fromtimestamp(time_ns // 10**9, timezone.utc)
    return f"{second:%Y-%m-%dT%H:%M:%S}.{time_ns % 10**9:09}Z"


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
