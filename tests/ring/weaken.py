#!/usr/bin/env python3
"""Weakens each memory order in turn; some test must notice.

    tests/ring/weaken.py [-j N] [LABEL ...]

Each labelled operation (see tests/house/orders.py) becomes relaxed, one that acquires and releases
also either alone, and the tests run under ThreadSanitizer. A sequentially consistent one also becomes
merely acquire or release, which ThreadSanitizer takes for the same; there
tests/ring/test_reordering.c runs without it.

Works on a copy of the tree, takes about ten seconds an operation, ends with a table of what each one
broke, and exits 1 if an order can be weakened unnoticed and is not listed below with the reason. It
is for whoever changes ring/ or an edge; the ordinary test run does without.
"""
import argparse
import collections
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/house"))
sys.dont_write_bytecode = True
from orders import Source  # noqa: E402
from tree import files  # noqa: E402

# Each edge alone first, which tells most; then the whole under load.
EDGES = ["test_edges", "test_ring_edges", "test_writer_edges"]
LOAD = ["test_ring", "test_dictionary", "test_numbered", "test_change", "test_isolation", "test_life",
        "test_losses", "test_options"]
REORDERING = ["test_reordering"]

ENVIRONMENT = ["env", "RINGLOG_TEST_RECORDS=60000", "RINGLOG_TEST_ROUNDS=10", "RINGLOG_TEST_MS=15000",
               "TSAN_OPTIONS=halt_on_error=1 die_after_fork=0 report_thread_leaks=0"]

NOT_BUILT = "its output is above"
SAME_INSTRUCTION = "not to be seen on x86: the instruction is the same"

# What no test can see, and why that is so: by label, and what was left of the order.
UNSEEN = {
    ("space.wait-look", "relaxed"): "carries nothing: who sees tail move reads it again with acquire",
    ("space.wait-look", "acquire"): SAME_INSTRUCTION,
    ("space.wake", "acquire"): SAME_INSTRUCTION,
    ("asleep.reason", "acq_rel"): SAME_INSTRUCTION,
    ("asleep.look", "acquire"): SAME_INSTRUCTION,
    ("asleep.recheck", "acquire"): SAME_INSTRUCTION,
}


class Variant:
    """One operation with its orders weakened to `order`."""

    def __init__(self, path, operation, label, order):
        self.path, self.first, self.last = path, operation.first, operation.last
        self.orders, self.label, self.order = operation.orders, label, order

    def apply(self, text):
        lines = text.split("\n")
        for number in range(self.first - 1, self.last):
            for order in set(self.orders):
                lines[number] = lines[number].replace(f"__ATOMIC_{order}",
                                                      f"__ATOMIC_{self.order.upper()}")
        return "\n".join(lines)

    @property
    def needs_reordering(self):
        return "SEQ_CST" in self.orders and self.order != "relaxed"


def weaker_orders(operation, text):
    """From nothing at all to the next below."""
    yield "relaxed"
    if "ACQ_REL" in operation.orders:
        yield "acquire"
        yield "release"
    if "SEQ_CST" in operation.orders:
        yield without_seq_cst(operation, text)


def without_seq_cst(operation, text):
    line = text.split("\n")[operation.first - 1]
    if "__atomic_load" in line:
        return "acquire"
    return "release" if "__atomic_store" in line else "acq_rel"


def variants():
    for path in files(ROOT, ("src", "include"), (".c", ".h")):
        source = Source(ROOT, path)
        for operation in source.operations:
            if not operation.is_ordered():
                continue
            label = source.labels(operation)[0]
            for order in weaker_orders(operation, source.text):
                yield Variant(path, operation, label, order)


def last_case(output):
    """The test case that a program of cmocka began last: races end it at once."""
    failed = re.findall(r"^\[  FAILED  \] (\w+)$", output, re.MULTILINE)
    begun = re.findall(r"^\[ RUN      \] (\w+)$", output, re.MULTILINE)
    return (failed or begun or ["before its first case"])[-1]


class Tree:
    """A copy of the repository, built as tests need it."""

    def __init__(self, root, jobs):
        self.root, self.jobs = root, jobs
        shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns("build", ".git"))
        for preset in "tsan", "release":
            self._run(["cmake", "--preset", preset], 120)

    def _run(self, command, seconds):
        """Its status, None if it hung, and its output. Nothing that it started stays behind."""
        with subprocess.Popen(command, cwd=self.root, stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.STDOUT, start_new_session=True) as process:
            try:
                output, _ = process.communicate(timeout=seconds)
                return process.returncode, output
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                return None, process.communicate()[0]

    def first_failure(self, preset, tests):
        """The first test that fails, or None."""
        status, output = self._run(["cmake", "--build", "--preset", preset, "-j", self.jobs,
                                    "--target", *tests], 900)
        if status != 0:
            print(output, file=sys.stderr)
            return NOT_BUILT
        for test in tests:
            program = next((self.root / "build" / preset / "tests").glob(f"*/{test}"))
            status, output = self._run(["setarch", "-R", *ENVIRONMENT, str(program)], 120)
            if status != 0:
                return f"{test}{' hangs' if status is None else ''}: {last_case(output)}"
        return None

    def verdict(self, variant):
        file = self.root / variant.path
        original = file.read_text()
        file.write_text(variant.apply(original))
        try:
            if variant.needs_reordering:
                return self.first_failure("release", REORDERING)
            return self.first_failure("tsan", EDGES) or self.first_failure("tsan", LOAD)
        finally:
            file.write_text(original)


def report(rows):
    """The table: what noticed each weakened order. Returns whether something is wrong."""
    verdicts = collections.Counter()
    for variant, failure in sorted(rows, key=lambda row: (row[0].label, row[0].order)):
        why = failure or UNSEEN.get((variant.label, variant.order), "")
        verdict = "NOT BUILT" if failure == NOT_BUILT else "noticed" if failure else \
            "unseen" if why else "UNNOTICED"
        verdicts[verdict] += 1
        print(f"{variant.label:18} {variant.order:8} {variant.path}:{variant.first}: {verdict}, {why}")
    print(", ".join(f"{count} {verdict}" for verdict, count in verdicts.items()))
    return verdicts["UNNOTICED"] + verdicts["NOT BUILT"] > 0


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-j", default="2", metavar="N", help="jobs of the build")
    parser.add_argument("labels", nargs="*", metavar="LABEL")
    arguments = parser.parse_args()
    wanted = [v for v in variants() if not arguments.labels or v.label in arguments.labels]
    if unknown := set(arguments.labels) - {v.label for v in wanted}:
        sys.exit(f"no such label: {', '.join(sorted(unknown))}")
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        tree = Tree(pathlib.Path(scratch) / "ringlog", arguments.j)
        for preset, tests in ("tsan", EDGES + LOAD), ("release", REORDERING):
            if failed := tree.first_failure(preset, tests):
                sys.exit(f"before anything was weakened: {failed}")
        for number, variant in enumerate(wanted, 1):
            print(f"{number}/{len(wanted)} {variant.label} {variant.order}", file=sys.stderr)
            rows.append((variant, tree.verdict(variant)))
    return report(rows)


if __name__ == "__main__":
    sys.exit(main())
