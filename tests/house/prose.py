"""Files a person can hold in the head, that cite nothing a reader could not open."""

import re
from pathlib import Path

from tree import Finding, files, line_of, read

MOST_LINES = 550
MEASURED = (".c", ".h", ".cpp", ".py", ".sh", ".cmake", ".txt")

# Text that means something only to whoever wrote it, on their machine, on that day.
STRANGE = (
    (re.compile(r"(?<![\w.:])/(?:work|root|Users|mnt)/\w[\w.-]*"), "a path of one machine"),
    (re.compile(r"(?<![\w.:])/home/(?!(?:user|you|me)\b)\w+"), "a path of one machine"),
    (re.compile(r"\b(?:issue|row|ticket|milestone)s?\s+(?:no\.?\s*|#)?\d+", re.I),
     "a number from a list that is not here"),
    (re.compile(r"https?://[^\s/\"'>)]*\.(?:internal|local|corp|lan)\b"), "a private host"),
    (re.compile(r"\b(?:co-authored-by|sub-?agents?|language model|the brief|"
                r"this session['’]s (?:task|job)|work ?tree)\b", re.I), "how the work was organised"),
)

_DOCUMENT = re.compile(r"\b((?:[\w.-]+/)*[A-Z][A-Z_]{3,}\.md)\b")

# The rule itself has to write down what it looks for.
EXEMPT = ("tests/house/",)


def violations(root):
    documents = {Path(p).name for p in files(root, suffixes=(".md",))}
    for path in files(root):
        if path.startswith(EXEMPT):
            continue
        text = read(root, path)
        lines = text.count("\n")
        if path.endswith(MEASURED) and lines > MOST_LINES:
            yield Finding(path, lines, f"longer than {MOST_LINES} lines: it wants to be two files")
        for pattern, what in STRANGE:
            for match in pattern.finditer(text):
                yield Finding(path, line_of(text, match.start()), f"{what}: {match.group()}")
        yield from _cited(path, text, documents)


def _cited(path, text, documents):
    for match in _DOCUMENT.finditer(text):
        if Path(match.group(1)).name not in documents:
            yield Finding(path, line_of(text, match.start()),
                          f"cites {match.group(1)}, which is not in the repository")
