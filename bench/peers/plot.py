"""The plot: a panel a message, throughput above and latency below, all peers in each."""

import panels
from harness import median
from report import PARTS

# The peers' colours in their order; ringlog's own are strong and the others pale.
OURS = ("#0050c8", "#00a0e0", "#60c0ff")
OTHERS = ("#b0483a", "#d9822b", "#8a6d3b", "#6b8e23", "#8e5ea2", "#a0a0a0", "#c46a9a", "#4f9d9d",
          "#b8860b", "#7d7d52", "#cd5c5c", "#9370db", "#708090", "#bc8f8f", "#556b2f")


def colours(rows):
    ours, others = iter(OURS * 9), iter(OTHERS * 9)
    return {name: next(ours if peer.is_ours else others) for name, peer in rows.peers.items()}


def bars(rows, mode, arguments, message, colour):
    """Throughput: a bar a peer."""
    cells = {name: median(rows.values(mode, arguments, name, message,
                                      lambda row: row["millions_per_s"]))
             for name in rows.names(mode, arguments)}
    scale = panels.Scale(cells.values(), panels.WIDTH)
    height = panels.HEIGHT / max(len(cells), 1)
    yield from panels.across(scale)
    for index, (name, value) in enumerate(cells.items()):
        y = index * height
        yield panels.label_left(y + height * 0.7, name)
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
    scale = panels.Scale([value for values in points.values() for value in values], panels.HEIGHT)
    step = panels.WIDTH / (len(PARTS) - 1)
    yield from panels.upwards(scale, "ns")
    for index, part in enumerate(PARTS):
        yield panels.label_below(index * step, part)
    for name, values in points.items():
        yield panels.line([(index * step, panels.HEIGHT - scale.at(value))
                           for index, value in enumerate(values)],
                          colour[name], 3 if rows.peers[name].is_ours else 1.5)


def each_panel(rows, colour):
    """Section, title and content."""
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
    return panels.document(
        "One thread logs, queues of 1 MiB that make the caller wait when full. Latency: means of "
        "bursts of 20 calls. Logarithmic scales.", colour, each_panel(rows, colour))
