#!/usr/bin/env python3
"""What the shared libraries export is what their headers declare, no less and no more; what they
share beyond that is what the one needs of the other; and they are linked the way they should be.

    exports.py LIBRARIES HEADERS"""

import re
import subprocess
import sys
from pathlib import Path

NAME = r"\b(ringlog_\w+)\b"
FUNCTION = re.compile(r"RINGLOG_API\b[^;{]*?" + NAME + r"\s*\(")
VARIABLE = re.compile(r"extern RINGLOG_API\b[^;(]*?" + NAME + r"\s*(?:__attribute__|;)")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*$", re.MULTILINE)


# The headers of ringlog-net; all others are libringlog's.
NET = {"net.h"}
# The version under which libringlog's insides are exported to ringlog-net.
PRIVATE = "RINGLOG_PRIVATE_0.1"


def declared(headers, of_net):
    names = set()
    for header in sorted(Path(headers).rglob("*.h")):
        if (header.name in NET) != of_net:
            continue
        text = DIRECTIVE.sub("", COMMENT.sub("", header.read_text(encoding="utf-8")))
        variables = VARIABLE.findall(text)
        names.update(variables)
        names.update(FUNCTION.findall(VARIABLE.sub("", text)))
    return names


def output(*command):
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def symbols(library, which):
    """(name, version) of what it defines or lacks."""
    lines = [line.split() for line in output("nm", "-D", which, library).splitlines()]
    # The version itself is an absolute symbol.
    return {tuple(re.split("@+", line[-1] + "@")[:2]) for line in lines if line[-2] != "A"}


def exported(library):
    return {name for name, version in symbols(library, "--defined-only") if version != PRIVATE}


def private(library, which):
    return {name for name, version in symbols(library, which) if version == PRIVATE}


def compare(promised, given, because):
    for name in sorted(given - promised):
        yield f"exported, but {because}: {name}"
    for name in sorted(promised - given):
        yield f"not exported: {name}"


def linkage(library, soname):
    dynamic, segments = output("readelf", "-dW", library), output("readelf", "-lW", library)
    for what in (soname, "NODELETE", "BIND_NOW"):
        if what not in dynamic:
            yield f"{library} is not linked with {what}"
    if "TEXTREL" in dynamic:
        yield f"{library} has relocations in its text"
    if "GNU_RELRO" not in segments:
        yield f"{library} is not linked with -z relro"
    if re.search(r"GNU_STACK.*RWE", segments):
        yield f"{library} asks for an executable stack"


def complaints(libraries, headers):
    ringlog, net = f"{libraries}/libringlog.so", f"{libraries}/libringlog-net.so"
    yield from compare(declared(headers, False), exported(ringlog), "in no header")
    yield from compare(declared(headers, True), exported(net), "in no header of ringlog-net")
    yield from compare(private(net, "--undefined-only"), private(ringlog, "--defined-only"),
                       f"ringlog-net does not need it ({PRIVATE})")
    yield from linkage(ringlog, "libringlog.so.0")
    yield from linkage(net, "libringlog-net.so.0")


def main(libraries, headers):
    found = list(complaints(libraries, headers))
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
