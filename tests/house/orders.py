"""Memory orders are written down.

Each atomic operation stronger than relaxed carries a label, `/* edge.side */`, on one of its
lines, and a comment at it or shortly above it says `Pairs with: edge.side`, naming a label of the
same edge that exists. Such operations live in few places, so that one person can know them all."""

import re
from pathlib import Path

from tree import Finding, code_of, comments_of, files, line_of, read

HOMES = ("src/ring/", "include/ringlog/detail/")
ALLOW_LIST = Path(__file__).with_name("ordered_atomics.txt")

# How far above an operation its explanation may begin.
LINES_ABOVE = 15

_OPERATION = re.compile(r"\b__atomic_(?!signal_fence|is_lock_free|always_lock_free)\w+\s*\(")
_ORDER = re.compile(r"\b__ATOMIC_(\w+)")
_LABEL = re.compile(r"/\*\s*([a-z_]+\.[a-z_-]+)\s*\*/")
_PARTNERS = re.compile(r"Pairs with:\s*([a-z_]+\.[a-z_-]+(?:,\s*[a-z_]+\.[a-z_-]+)*)")
_IMPLICIT = re.compile(r"\b(_Atomic|stdatomic|atomic_\w+\s*\(|__sync_\w+|uatomic_\w+|cmm_smp_\w+)"
                       r"|<atomic>|\bstd::atomic")


class Operation:
    def __init__(self, text, code, match):
        end = _closing(code, match.end())
        self.orders = _ORDER.findall(code[match.start():end])
        self.first = line_of(text, match.start())
        self.last = line_of(text, end)

    def is_ordered(self):
        return any(order != "RELAXED" for order in self.orders)


def _closing(code, position):
    depth = 1
    while position < len(code) and depth > 0:
        depth += {"(": 1, ")": -1}.get(code[position], 0)
        position += 1
    return position


class Source:
    def __init__(self, root, path):
        self.path = path
        self.text = read(root, path)
        self.code = code_of(self.text)
        self.comments = comments_of(self.text).split("\n")
        self.operations = [Operation(self.text, self.code, m)
                           for m in _OPERATION.finditer(self.code)]

    def comment(self, first, last):
        """Comments of these lines as one text, without the stars that begin lines."""
        lines = self.comments[max(first, 1) - 1:last]
        return "\n".join(re.sub(r"^\s*\*(?!/)", "", line) for line in lines)

    def labels(self, operation):
        return _LABEL.findall(self.comment(operation.first, operation.last))

    def edges(self, operation):
        return {label.split(".")[0] for label in self.labels(operation)}

    def partners(self, operation):
        """The other sides of its edge, from the nearest comment that names one. What comments say
        of other edges is about other operations."""
        above = self.comment(operation.first - LINES_ABOVE, operation.last)
        edges = self.edges(operation)
        for named in reversed(_PARTNERS.findall(" ".join(above.split()))):
            partners = [p for p in re.split(r",\s*", named) if p.split(".")[0] in edges]
            if partners:
                return partners
        return []


def violations(root, allow_list=ALLOW_LIST):
    sources = [Source(root, path) for path in files(root, ("src", "include"), (".c", ".h"))]
    labels = {label for s in sources for o in s.operations for label in s.labels(o)}
    allowed = _allowed(allow_list)
    for source in sources:
        yield from _implicit(source)
        for operation in source.operations:
            yield from _of_operation(source, operation, labels, allowed)
    for path in sorted(allowed):
        if not any(s.path == path and any(o.is_ordered() for o in s.operations) for s in sources):
            if (Path(root) / path).exists():
                yield Finding(path, 1, f"has no ordered atomics: take it off {allow_list.name}")


def _allowed(allow_list):
    lines = (line.split("#")[0].strip() for line in allow_list.read_text().splitlines())
    return {line for line in lines if line}


def _implicit(source):
    for match in _IMPLICIT.finditer(source.code):
        yield Finding(source.path, line_of(source.text, match.start()),
                      f"{match.group()}: orders are explicit here, by the __atomic builtins")


def _of_operation(source, operation, labels, allowed):
    def finding(text):
        return Finding(source.path, operation.first, text)

    if not operation.orders:
        yield finding("an atomic operation whose order is not spelled out")
    if not operation.is_ordered():
        return
    if not source.path.startswith(HOMES) and source.path not in allowed:
        yield finding("an ordered atomic outside of its homes: see tests/house/ordered_atomics.txt")
    if not source.labels(operation):
        yield finding("an ordered atomic without its label, /* edge.side */")
    partners = source.partners(operation)
    if not partners:
        yield finding('an ordered atomic without its partner, "Pairs with: edge.side"')
    for partner in partners:
        if partner not in labels:
            yield finding(f"pairs with {partner}, which labels no operation")
