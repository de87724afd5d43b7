"""Plots: small panels with logarithmic scales, in rows, as one SVG."""

import math
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 300, 200
LEFT, TOP, ACROSS, DOWN = 110, 70, 130, 60
COLUMNS = 4

STYLE = ("svg{background:#fff;font:12px sans-serif}path{fill:none}.grid{stroke:#ddd}"
         ".tick{fill:#555;font-size:10px}.name{font-weight:bold}")


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


def across(scale):
    """The scale below a panel, with its grid."""
    for tick in scale.ticks():
        x = scale.at(tick)
        yield f"<path class='grid' d='M{x:.1f} 0V{HEIGHT}'/>"
        yield label_below(x, f"{tick:g}")


def upwards(scale, unit):
    """The scale at the left of a panel, with its grid."""
    for tick in scale.ticks():
        y = HEIGHT - scale.at(tick)
        yield f"<path class='grid' d='M0 {y:.1f}H{WIDTH}'/>"
        yield label_left(y + 4, f"{tick:g} {unit}")


def label_below(x, text):
    return f"<text class='tick' x='{x:.1f}' y='{HEIGHT + 14}' text-anchor='middle'>" \
           f"{escape(text)}</text>"


def label_left(y, text):
    return f"<text class='tick' x='-4' y='{y:.1f}' text-anchor='end'>{escape(text)}</text>"


def line(points, colour, width, dashes=""):
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    dashed = f" stroke-dasharray='{dashes}'" if dashes else ""
    return f"<path d='M{path}' stroke='{colour}' stroke-width='{width}'{dashed}/>"


def legend(colour, y):
    """colour: by name."""
    x = LEFT
    for name, value in colour.items():
        yield f"<rect x='{x}' y='{y - 9}' width='10' height='10' fill='{value}'/>"
        yield f"<text x='{x + 14}' y='{y}'>{escape(name)}</text>"
        x += 30 + 7 * len(name)


def _rows(panels):
    """Each panel with its row and column; another section begins another row."""
    row, column, last = 0, 0, None
    for section, title, content in panels:
        if column == COLUMNS or column > 0 and section != last:
            row, column = row + 1, 0
        yield row, column, title, content
        column, last = column + 1, section


def document(headline, colour, panels):
    """panels: (section, title, content) of each."""
    body, rows = [], 0
    for row, column, title, content in _rows(panels):
        rows = row + 1
        body += [f"<g transform='translate({LEFT + column * (WIDTH + ACROSS)} "
                 f"{TOP + row * (HEIGHT + DOWN)})'>",
                 f"<text class='name' x='0' y='-8'>{escape(title)}</text>", *content, "</g>"]
    width = LEFT + COLUMNS * (WIDTH + ACROSS)
    height = TOP + rows * (HEIGHT + DOWN)
    return "\n".join([
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' "
        f"height='{height}'>", f"<style>{STYLE}</style>",
        f"<text x='{LEFT}' y='20'>{escape(headline)}</text>", *legend(colour, 42), *body, "</svg>",
        ""])
