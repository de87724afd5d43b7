"""Instructions of a log call, as callgrind counts them, within what they are pinned to.

    instructions.py PROGRAM        PROGRAM: instructions.c

Counts do not depend on what else the machine does, so a later change cannot quietly make calls
longer. The pins are those of GCC 12 and Clang 14 at -O2 with a margin: a tenth, and at least two.
Exits with 77 where there is no valgrind."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CALLS = 100000
PINS = {"disabled": 5, "static": 49, "int": 53, "double": 51, "string": 80, "complex": 69}


def own_costs(text):
    """Of each function: what it executed itself. The format: callgrind's manual, "Callgrind Format
    Specification"; names are given once, with a number that stands for them later."""
    names, costs, function, calls = {}, {}, None, False
    for line in text.splitlines():
        if match := re.match(r"(c?)fn=\((\d+)\)(?: (.*))?$", line):
            if match[3]:
                names[match[2]] = match[3]
            if not match[1]:
                function = names[match[2]]
        elif line.startswith("calls="):
            calls = True
        elif re.match(r"[+\-*\d]", line) and function:
            if not calls:
                costs[function] = costs.get(function, 0) + int(line.split()[1])
            calls = False
    return costs


def count(program):
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "callgrind.out"
        subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "-q", program],
                       check=True)
        return own_costs(out.read_text())


def main():
    if shutil.which("valgrind") is None:
        print("there is no valgrind")
        return 77
    costs = count(sys.argv[1])
    empty = costs["measure_empty"] / CALLS
    too_many = False
    for name, pin in PINS.items():
        instructions = costs[f"measure_{name}"] / CALLS - empty
        over = not 0 < instructions <= pin
        too_many |= over
        print(f"{name:10} {instructions:6.2f} of at most {pin}{'  TOO MANY' if over else ''}")
    return 1 if too_many else 0


if __name__ == "__main__":
    sys.exit(main())
