"""The plot: a panel a dimension, the cost of a record above and memory below."""

import panels
from harness import median
from report import MIB, beside_rings

COLOURS = {"text": "#0050c8", "binary": "#00a0e0", "null": "#a0a0a0", "caller, p50": "#d9822b",
           "caller, p99": "#b0483a", "the rings": "#6b8e23"}

COST = [
    *((handler, handler, lambda row: row["cpu_ns"]) for handler in ("text", "binary", "null")),
    ("caller, p50", "paced", lambda row: row["burst_p50_ns"]),
    ("caller, p99", "paced", lambda row: row["burst_p99_ns"]),
]
MEMORY = [
    *((handler, handler, beside_rings) for handler in ("text", "binary", "null")),
    ("the rings", "text", lambda row: row["rings_bytes"] / MIB),
]


def curves(rows, dimension, series, unit):
    """A line each through the medians, and at each value a bar from the least to the greatest."""
    cells = {name: rows.values(dimension, what, get) for name, what, get in series}
    scale = panels.Scale([value for row in cells.values() for cell in row for value in cell],
                         panels.HEIGHT)
    step = panels.WIDTH / max(len(dimension.values) - 1, 1)
    y = lambda value: panels.HEIGHT - scale.at(value)
    yield from panels.upwards(scale, unit)
    for index, value in enumerate(dimension.values):
        yield panels.label_below(index * step, dimension.label(value))
    for name, row in cells.items():
        there = [(index * step, cell) for index, cell in enumerate(row) if cell]
        if there:
            yield panels.line([(x, y(median(cell))) for x, cell in there], COLOURS[name], 2)
        for x, cell in there:
            yield panels.line([(x, y(min(cell))), (x, y(max(cell)))], COLOURS[name], 1)


def each_panel(rows):
    """Section, title and content."""
    for section, what, series, unit in (("cost", "ns a record", COST, "ns"),
                                        ("memory", "MiB", MEMORY, "MiB")):
        for dimension in rows.dimensions.values():
            yield section, f"{what}, by {dimension.title}", curves(rows, dimension, series, unit)


def svg(rows, rate):
    return panels.document(
        "Above: CPU of all threads, flat out, into text and binary files and into nothing; means of "
        f"bursts of 20 calls at {rate} records/s. Below: what is in memory beside the rings, and "
        "the rings. Logarithmic scales.", COLOURS, each_panel(rows))
