#!/usr/bin/env python3
"""What the shared library exports is what its headers declare, no less and no more; and it is
linked the way it should be.

    exports.py LIBRARY HEADERS"""

import re
import subprocess
import sys
from pathlib import Path

NAME = r"\b(ringlog_\w+)\b"
FUNCTION = re.compile(r"RINGLOG_API\b[^;{]*?" + NAME + r"\s*\(")
VARIABLE = re.compile(r"extern RINGLOG_API\b[^;(]*?" + NAME + r"\s*(?:__attribute__|;)")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*$", re.MULTILINE)


def declared(headers):
    names = set()
    for header in sorted(Path(headers).rglob("*.h")):
        text = DIRECTIVE.sub("", COMMENT.sub("", header.read_text(encoding="utf-8")))
        variables = VARIABLE.findall(text)
        names.update(variables)
        names.update(FUNCTION.findall(VARIABLE.sub("", text)))
    return names


def output(*command):
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def exported(library):
    symbols = [line.split() for line in output("nm", "-D", "--defined-only", library).splitlines()]
    # The version itself is an absolute symbol.
    return {name.split("@")[0] for _, kind, name in symbols if kind != "A"}


def complaints(library, headers):
    promised, given = declared(headers), exported(library)
    for name in sorted(given - promised):
        yield f"exported, but in no header: {name}"
    for name in sorted(promised - given):
        yield f"declared, but not exported: {name}"
    dynamic, segments = output("readelf", "-dW", library), output("readelf", "-lW", library)
    for what in ("libringlog.so.0", "NODELETE", "BIND_NOW"):
        if what not in dynamic:
            yield f"not linked with {what}"
    if "TEXTREL" in dynamic:
        yield "has relocations in its text"
    if "GNU_RELRO" not in segments:
        yield "not linked with -z relro"
    if re.search(r"GNU_STACK.*RWE", segments):
        yield "asks for an executable stack"


def main(library, headers):
    found = list(complaints(library, headers))
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
