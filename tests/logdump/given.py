"""Records spelled out, and the log that holds them (given_log.c)."""

import struct
from dataclasses import dataclass, field

from logdump_case import make

BASE_NS = 1767323045_000000000  # 2026-01-02T03:04:05Z


@dataclass(frozen=True)
class Value:
    """What a call passes: `code` is its type, one of iuIUbdsxn."""
    code: str
    value: object = None

    def spelled(self):
        if self.code == "d":
            return f"d:{struct.pack('>d', self.value).hex()}"
        if self.code in "sx":
            return f"{self.code}:{self.value.hex()}"
        return f"{self.code}:{'' if self.value is None else int(self.value)}"


@dataclass
class Record:
    text: str = "text"
    level: int = 20
    time_ns: int = BASE_NS
    logger: str = "app"
    thread: str = "main"
    fields: dict = field(default_factory=dict)  # with keys
    arguments: list = field(default_factory=list)  # of the format

    def line(self):
        values = list(self.fields.items()) or [("", value) for value in self.arguments]
        return "\t".join([str(self.level), str(self.time_ns), self.logger, self.thread, self.text]
                         + [f"{key}={value.spelled()}" for key, value in values]) + "\n"


def given_log(records):
    return make("given", data="".join(record.line() for record in records).encode())
