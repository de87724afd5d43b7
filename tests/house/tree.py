"""The repository as the rules see it: its files, and C with its comments told from its code."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

SKIPPED = {".git", "build", "__pycache__"}


@dataclass(frozen=True)
class Finding:
    path: str
    line: int
    text: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.text}"


def files(root, folders=("",), suffixes=None):
    """Paths relative to root, sorted: what git would commit, or without git all there is."""
    for path in sorted(_listed(root)):
        inside = any(path == f or path.startswith(f + "/") or f == "" for f in folders)
        if inside and (suffixes is None or path.endswith(suffixes)):
            yield path


def _listed(root):
    try:
        listing = subprocess.run(
            ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            capture_output=True, check=True, text=True).stdout
        names = [name for name in listing.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        names = [str(p.relative_to(root)) for p in Path(root).rglob("*")]
    return [n for n in names
            if not SKIPPED & set(Path(n).parts[:-1]) and not n.startswith("build-")
            and (Path(root) / n).is_file()]


def read(root, path):
    return (Path(root) / path).read_text(encoding="utf-8", errors="replace")


_TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def code_of(text):
    """The text with comments and the insides of literals blanked; positions stay."""
    return _TOKEN.sub(lambda m: _blank(m.group()), text)


def comments_of(text):
    """The text with everything but comments blanked; positions stay."""
    pieces, last = [], 0
    for token in _TOKEN.finditer(text):
        pieces.append(_blank(text[last:token.start()]))
        is_comment = token.group().startswith("/")
        pieces.append(token.group() if is_comment else _blank(token.group()))
        last = token.end()
    return "".join(pieces) + _blank(text[last:])


def line_of(text, position):
    return text.count("\n", 0, position) + 1
