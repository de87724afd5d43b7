#!/usr/bin/env python3
"""The example in README.md and in the manual page is the program that is built and run.

    readme.py ROOT FIRST_LOG"""

import subprocess
import sys
from pathlib import Path


def blocks(text, begin, end):
    for part in text.split(begin)[1:]:
        yield part.split(end)[0].strip("\n")


def main(root, program):
    source = Path(root, "examples/first_log/first_log.c").read_text(encoding="utf-8").strip("\n")
    readme = Path(root, "README.md").read_text(encoding="utf-8")
    manual = Path(root, "docs/man/ringlog.3").read_text(encoding="utf-8")
    if source not in blocks(readme, "```c\n", "```"):
        return "README.md shows another program than examples/first_log/first_log.c"
    if source.replace("\\", "\\e").replace("->", "\\->") not in blocks(manual, ".EX\n", ".EE"):
        return "docs/man/ringlog.3 shows another program than examples/first_log/first_log.c"
    run = subprocess.run([program], capture_output=True, check=True, text=True)
    if run.stderr != "GET /index.html -> 200 in 1.250 ms\n":
        return f"first_log printed {run.stderr!r}"
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
