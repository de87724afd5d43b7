"""Texts that try to be more than the message of one record, and what becomes of them."""

import re
import struct
import subprocess

TEXTS = [
    b"plain",
    b"",
    b"two\r\nlines\n<0>1 2020-01-01T00:00:00Z forged app - - - of a record",
    b"\n",
    b"\x1b[31mred\x1b[0m \x1b]0;title\x07 \x7f",
    b"a NUL \x00 and what is behind it",
    b"no UTF-8: \xff\xfe \xc3 \xed\xa0\x80 \xf0\x9f\x98",
    b'\'] x="1" [fake@32473 a="b"] \\" \\] \\',
    "ünïcödé 字 😀".encode(),
    "\ufeffmark \u202ereversed\u202c \u2028 separated \u0085".encode(),
    b"9 <13>1 - - - - - - counted",
    b"\ttabs\tstay\t",
    b"{\"json\": \"\\u0000\"}",
    b"MESSAGE=\nPRIORITY=0\n_PID=1\n",
    b"%s %n %99999d",
    b"x" * 1500,
]

LEVELS = [7, 6, 5, 4, 3, 2]  # severities of the levels that log_corpus takes in turn

DANGEROUS = set("\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068"
                "\u2069") | {chr(code) for code in range(0x80, 0xa0)}


def escaped(text):
    """As src/format/escape.h tells it."""
    def byte(value):
        return {10: "\\n", 13: "\\r"}.get(value, f"\\x{value:02x}")

    def character(char):
        if 0xdc80 <= ord(char) <= 0xdcff:  # a byte that was no UTF-8
            return byte(ord(char) - 0xdc00)
        if (ord(char) < 0x20 and char != "\t") or ord(char) == 0x7f:
            return byte(ord(char))
        return f"\\u{ord(char):04x}" if char in DANGEROUS else char

    return "".join(map(character, text.decode("utf-8", "surrogateescape")))


def log(program, server, *options, texts=None):
    """Runs log_corpus; its corpus is `texts`."""
    data = b"".join(struct.pack("<I", len(text)) + text for text in texts or [])
    subprocess.run([program, server, *map(str, options)], input=data, check=True, timeout=60)


RFC3339 = re.compile(r"^2023-11-1[45]T\d\d:\d\d:20\.123456(789)?(Z|[+-]\d\d:\d\d)$")
