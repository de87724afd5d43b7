#!/usr/bin/env python3
"""Weakens each memory order in turn to relaxed; some test must fail under ThreadSanitizer.

    tests/ring/weaken.py [LABEL ...]

Works on a copy of the tree, takes about half a minute a label, and prints what each one broke.
Exits 1 if an order can be weakened unnoticed and is not listed below with the reason. It is for
whoever changes ring/ or an edge; the ordinary test run does without.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
TESTS = ["test_ring", "test_dictionary", "test_numbered", "test_change"]
ORDERED = re.compile(r"__ATOMIC_(ACQUIRE|RELEASE|ACQ_REL|SEQ_CST)")
LABEL = re.compile(r"/\* ([a-z]+\.[a-z-]+) \*/")

# What ThreadSanitizer cannot see, and why that is so.
UNSEEN = {}


def labelled_lines():
    for path in sorted(ROOT.glob("src/**/*.[ch]")) + sorted(ROOT.glob("include/**/*.h")):
        for number, line in enumerate(path.read_text().splitlines()):
            label = LABEL.search(line)
            if label and ORDERED.search(line):
                yield label.group(1), path.relative_to(ROOT), number


def run(command, cwd, seconds):
    return subprocess.run(command, cwd=cwd, timeout=seconds, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)


def build(tree):
    result = run(["cmake", "--build", "--preset", "tsan", "--target", *TESTS], tree, 600)
    if result.returncode:
        sys.exit(result.stdout)


def first_failure(tree):
    environment = ["env", "RINGLOG_TEST_RECORDS=60000", "TSAN_OPTIONS=halt_on_error=1 die_after_fork=0"]
    for test in TESTS:
        program = next((tree / "build/tsan/tests").glob(f"*/{test}"))
        try:
            if run(["setarch", "-R", *environment, str(program)], tree, 120).returncode:
                return test
        except subprocess.TimeoutExpired:
            return test + " (hangs)"
    return None


def main():
    wanted = set(sys.argv[1:])
    with tempfile.TemporaryDirectory() as scratch:
        tree = pathlib.Path(scratch) / "ringlog"
        shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns("build", ".git"))
        run(["cmake", "--preset", "tsan"], tree, 120)
        build(tree)
        if first_failure(tree):
            sys.exit("the tests fail before anything was weakened")
        unnoticed = 0
        for label, path, number in labelled_lines():
            if wanted and label not in wanted:
                continue
            file = tree / path
            original = file.read_text()
            lines = original.splitlines()
            lines[number] = ORDERED.sub("__ATOMIC_RELAXED", lines[number])
            file.write_text("\n".join(lines) + "\n")
            build(tree)
            failed = first_failure(tree)
            file.write_text(original)
            verdict = failed or UNSEEN.get(label, "UNNOTICED")
            unnoticed += verdict == "UNNOTICED"
            print(f"{label:24} {path}:{number + 1}: {verdict}", flush=True)
        print(f"{unnoticed} unnoticed")
        return unnoticed != 0


if __name__ == "__main__":
    sys.exit(main())
