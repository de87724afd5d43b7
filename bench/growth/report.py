"""Tables and JSON of what growth.py measured."""

from harness import machine, median, spread_of

MIB = 1 << 20

# Title of a row of the table, what ran, what of it, and how many digits.
MEASURES = [
    *((f"{handler}: {title}", handler, get, 1)
      for handler in ("text", "binary", "null")
      for title, get in (("wall", lambda row: row["wall_ns"]),
                         ("CPU, all threads", lambda row: row["cpu_ns"]),
                         ("CPU of the callers", lambda row: row["caller_cpu_ns"]),
                         ("in the calls", lambda row: row["caller_ns"]))),
    ("bursts at a rate: p50", "paced", lambda row: row["burst_p50_ns"], 1),
    ("bursts at a rate: p99", "paced", lambda row: row["burst_p99_ns"], 1),
    ("bursts at a rate: CPU, all threads", "paced", lambda row: row["cpu_ns"], 1),
    ("text: bytes a record", "text", lambda row: row["record_bytes"], 1),
    ("binary: bytes a record", "binary", lambda row: row["record_bytes"], 1),
    *((f"{handler}: MiB beside the rings", handler, lambda row: beside_rings(row), 2)
      for handler in ("text", "binary", "null")),
    ("binary: MiB resident", "binary", lambda row: row["resident_grown_bytes"] / MIB, 1),
    ("MiB of the rings", "binary", lambda row: row["rings_bytes"] / MIB, 2),
    ("text: calls in 1000 that waited", "text",
     lambda row: 1000 * row["blocked_calls"] / (row["records"] + row["warm"]), 1),
]


def beside_rings(row):
    """What the process grew by since before the library started, without the rings."""
    return (row["own_grown_bytes"] - row["rings_bytes"]) / MIB


class Rows:
    """The lines of JSON of all runs, by dimension, its value, and what ran."""

    def __init__(self):
        self.all = {}
        self.dimensions = {}  # by name, in the order of their first run

    def add(self, dimension, value, what, row):
        self.dimensions.setdefault(dimension.name, dimension)
        self.all.setdefault((dimension.name, value, what), []).append(row)

    def of(self, dimension, value, what):
        return self.all.get((dimension.name, value, what), [])

    def values(self, dimension, what, get):
        """At each value of the dimension: the figures of the rounds."""
        return [[get(row) for row in self.of(dimension, value, what)]
                for value in dimension.values]


def growth(cells):
    """The greatest median over the least."""
    medians = [median(cell) for cell in cells if cell]
    return f"{max(medians) / min(medians):.2f}" if medians and min(medians) > 0 else "-"


def cell_text(values, digits):
    if not values:
        return "-"
    text = f"{median(values):.{digits}f}"
    if len(values) > 1:
        text += f" ({min(values):.{digits}f}-{max(values):.{digits}f})"
    return text


def show_one(rows, dimension, out):
    lines = [["", *map(dimension.label, dimension.values), "most/least"]]
    for title, what, get, digits in MEASURES:
        cells = rows.values(dimension, what, get)
        if any(cells):
            lines.append([title, *(cell_text(cell, digits) for cell in cells), growth(cells)])
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    print(f"\nns a record, by {dimension.title}: median (least-greatest)", file=out)
    for title, *cells in lines:
        print(f"{title:{widths[0]}}" + "".join(f"  {cell:>{width}}" for cell, width
                                               in zip(cells, widths[1:])), file=out)


def show(rows, out):
    for dimension in rows.dimensions.values():
        show_one(rows, dimension, out)


def as_json(rows):
    return {
        "machine": machine(),
        "results": [{"dimension": name, "value": value, "what": what, "rounds": len(runs),
                     **spread_of(runs)} for (name, value, what), runs in rows.all.items()],
    }
