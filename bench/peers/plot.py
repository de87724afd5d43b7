"""The plot: a panel a message, throughput above and latency below, all peers in each."""

import math
from xml.sax.saxutils import escape

from report import PARTS, median

PANEL_WIDTH, PANEL_HEIGHT = 300, 200
LEFT, TOP, ACROSS, DOWN = 110, 70, 130, 60
COLUMNS = 4

# The peers' colours in their order; ringlog's own are strong and the others pale.
OURS = ("#0050c8", "#00a0e0", "#60c0ff")
OTHERS = ("#b0483a", "#d9822b", "#8a6d3b", "#6b8e23", "#8e5ea2", "#a0a0a0", "#c46a9a", "#4f9d9d",
          "#b8860b", "#7d7d52", "#cd5c5c", "#9370db", "#708090", "#bc8f8f", "#556b2f")


def colours(rows):
    ours, others = iter(OURS * 9), iter(OTHERS * 9)
    return {name: next(ours if peer.is_ours else others) for name, peer in rows.peers.items()}


class Scale:
    """Logarithmic, from the greatest power of ten below the values to the least one above."""

    def __init__(self, values, length):
        values = [value for value in values if value and value > 0] or [1]
        self.low = math.floor(math.log10(min(values)))
        self.high = max(math.ceil(math.log10(max(values))), self.low + 1)
        self.length = length

    def at(self, value):
        return (math.log10(max(value, 10 ** self.low)) - self.low) / (self.high - self.low) \
            * self.length

    def ticks(self):
        return [10 ** power for power in range(self.low, self.high + 1)]


def place(index, first_row):
    return (LEFT + index % COLUMNS * (PANEL_WIDTH + ACROSS),
            TOP + (first_row + index // COLUMNS) * (PANEL_HEIGHT + DOWN))


def bars(rows, mode, arguments, message, colour):
    """Throughput: a bar a peer."""
    cells = {name: median(rows.values(mode, arguments, name, message,
                                      lambda row: row["millions_per_s"]))
             for name in rows.names(mode, arguments)}
    scale = Scale(cells.values(), PANEL_WIDTH)
    height = PANEL_HEIGHT / max(len(cells), 1)
    for tick in scale.ticks():
        x = scale.at(tick)
        yield f"<path class='grid' d='M{x:.1f} 0V{PANEL_HEIGHT}'/>"
        yield f"<text class='tick' x='{x:.1f}' y='{PANEL_HEIGHT + 14}' " \
              f"text-anchor='middle'>{tick:g}</text>"
    for index, (name, value) in enumerate(cells.items()):
        y = index * height
        yield f"<text class='tick' x='-4' y='{y + height * 0.7:.1f}' " \
              f"text-anchor='end'>{escape(name)}</text>"
        if value:
            yield f"<rect x='0' y='{y + 1:.1f}' width='{scale.at(value):.1f}' " \
                  f"height='{height - 2:.1f}' fill='{colour[name]}'/>"
            yield f"<text class='tick' x='{scale.at(value) + 3:.1f}' " \
                  f"y='{y + height * 0.7:.1f}'>{value:.2f}</text>"


def curves(rows, arguments, message, colour):
    """Latency: a line a peer over the percentiles."""
    points = {name: [median(rows.values("latency", arguments, name, message,
                                        lambda row, part=part: row["burst_mean_ns"][part]))
                     for part in PARTS] for name in rows.names("latency", arguments)}
    points = {name: values for name, values in points.items() if None not in values}
    scale = Scale([value for values in points.values() for value in values], PANEL_HEIGHT)
    step = PANEL_WIDTH / (len(PARTS) - 1)
    for tick in scale.ticks():
        y = PANEL_HEIGHT - scale.at(tick)
        yield f"<path class='grid' d='M0 {y:.1f}H{PANEL_WIDTH}'/>"
        yield f"<text class='tick' x='-4' y='{y + 4:.1f}' text-anchor='end'>{tick:g} ns</text>"
    for index, part in enumerate(PARTS):
        yield f"<text class='tick' x='{index * step:.1f}' y='{PANEL_HEIGHT + 14}' " \
              f"text-anchor='middle'>{part}</text>"
    for name, values in points.items():
        path = "L".join(f"{index * step:.1f} {PANEL_HEIGHT - scale.at(value):.1f}"
                        for index, value in enumerate(values))
        width = 3 if rows.peers[name].is_ours else 1.5
        yield f"<path d='M{path}' stroke='{colour[name]}' stroke-width='{width}'/>"


def legend(colour, y):
    x = LEFT
    for name, value in colour.items():
        yield f"<rect x='{x}' y='{y - 9}' width='10' height='10' fill='{value}'/>"
        yield f"<text x='{x + 14}' y='{y}'>{escape(name)}</text>"
        x += 30 + 7 * len(name)


def panels(rows, colour):
    """Title and content of each panel, in rows of COLUMNS."""
    for mode, arguments in rows.all:
        if mode == "decode":
            continue
        for message in rows.messages:
            if mode == "latency":
                yield (mode, arguments), f"{message}, {arguments}: ns a call", \
                    curves(rows, arguments, message, colour)
            else:
                to = "a file" if mode == "file" else "/dev/null"
                yield (mode, arguments), f"{message}, {arguments}: M messages/s into {to}", \
                    bars(rows, mode, arguments, message, colour)


def svg(rows):
    colour = colours(rows)
    body, row, last, index = [], 0, None, 0
    for section, title, content in panels(rows, colour):
        if section != last:
            row += 0 if last is None else (index + COLUMNS - 1) // COLUMNS
            last, index = section, 0
        x, y = place(index, row)
        index += 1
        body += [f"<g transform='translate({x} {y})'>",
                 f"<text class='name' x='0' y='-8'>{escape(title)}</text>", *content, "</g>"]
    row += (index + COLUMNS - 1) // COLUMNS
    width = LEFT + COLUMNS * (PANEL_WIDTH + ACROSS)
    height = TOP + row * (PANEL_HEIGHT + DOWN)
    style = ("svg{background:#fff;font:12px sans-serif}path{fill:none}.grid{stroke:#ddd}"
             ".tick{fill:#555;font-size:10px}.name{font-weight:bold}")
    return "\n".join([
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' "
        f"height='{height}'>", f"<style>{style}</style>",
        f"<text x='{LEFT}' y='20'>One thread logs, queues of 1 MiB that make the caller wait when "
        "full. Latency: means of bursts of 20 calls. Logarithmic scales.</text>",
        *legend(colour, 42), *body, "</svg>", ""])
