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


class Formats(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paths = {}
        for name, arguments in LOGS.items():
            cls.paths[name] = cls.file(cls, f"{name}.log", make(*arguments))
