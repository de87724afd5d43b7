"""Who may include whom.

A floor stands on the floors below it, and has nothing to do with some of them: this table is the
law, and src/README.md tells the story."""

import re
from pathlib import Path

from tree import Finding, files, line_of, read

MAY_INCLUDE = {
    "base": {"base"},
    "ring": {"base", "ring"},
    "record": {"base", "record"},
    "capture": {"base", "ring", "record", "capture"},
    "format": {"base", "record", "format"},
    "logger": {"base", "record", "logger"},
    "logfile": {"base", "record", "format", "logger", "logfile"},
    "handlers": {"base", "record", "format", "logger", "logfile", "handlers"},
    "net": {"base", "record", "format", "handlers", "net"},
    "writer": {"base", "ring", "record", "capture", "format", "logger", "logfile", "handlers",
               "writer"},
}

# The only file outside of these folders; it assembles, and may include everything.
ASSEMBLY = "src/ringlog.c"

# format computes text and does nothing else.
DOES_NO_IO = "format"
IO_HEADERS = {"unistd.h", "fcntl.h", "poll.h", "sys/uio.h", "sys/socket.h", "sys/stat.h"}

C_SUFFIXES = (".c", ".h", ".cpp", ".cc", ".hpp")
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.MULTILINE)


def includes(root, path):
    text = read(root, path)
    for match in _INCLUDE.finditer(text):
        yield line_of(text, match.start()), match.group(1) == '"', match.group(2)


def violations(root):
    for path in files(root, ("src",), C_SUFFIXES):
        yield from _of_source(root, path)
    for path in files(root, ("include",), C_SUFFIXES):
        yield from _of_header(root, path)
    for path in files(root, ("tools", "examples"), C_SUFFIXES):
        yield from _of_user(root, path)


def _of_source(root, path):
    parts = Path(path).parts
    folder = parts[1] if len(parts) > 2 else None
    if folder is None and path != ASSEMBLY:
        yield Finding(path, 1, f"stands on no floor: only {ASSEMBLY} lies outside of the folders")
    if folder is not None and folder not in MAY_INCLUDE:
        yield Finding(path, 1, f"src/{folder}/ is on no floor: give it one in tests/house/floors.py")
        return
    for line, quoted, name in includes(root, path):
        if name.endswith(".c"):
            yield Finding(path, line, f"includes a source file, {name}")
        if folder == DOES_NO_IO and name in IO_HEADERS:
            yield Finding(path, line, f"{folder}/ does no input or output, yet includes <{name}>")
        if not quoted or name.startswith("ringlog/"):
            continue
        if not (Path(root) / "src" / name).is_file():
            yield Finding(path, line, f'"{name}" is not a path from src/')
            continue
        target = name.split("/")[0]
        if folder is not None and target not in MAY_INCLUDE[folder]:
            yield Finding(path, line, f"{folder}/ may not include {target}/ ({name})")


def _of_header(root, path):
    for line, quoted, name in includes(root, path):
        if quoted and not (Path(root) / "include" / name).is_file():
            yield Finding(path, line, f'a public header includes what is not installed: "{name}"')


def _of_user(root, path):
    """Programs see what users see: <ringlog/...>, the system's headers, and their own; tools share
    what lies in tools/shared/."""
    for line, quoted, name in includes(root, path):
        homes = [Path(root) / path.rpartition("/")[0], Path(root, *Path(path).parts[:2])]
        if path.startswith("tools/") and name.startswith("shared/"):
            homes.append(Path(root, "tools"))
        is_own = any((home / name).is_file() for home in homes)
        if quoted and (name.startswith("..") or name.startswith("ringlog/") or not is_own):
            yield Finding(path, line, f'"{name}" is neither its own header nor <ringlog/...>')
        if not quoted and name.startswith("ringlog/detail/"):
            yield Finding(path, line, f"<{name}> is not API")
