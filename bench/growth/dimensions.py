"""What grows, one thing at a time: the rest is at its default."""

HANDLERS = ("text", "binary", "null")
MANY = 10**9

# Fewer records where each is longer, or written more often, so that a run takes about as long and
# writes about as much: memory that a file is the first to use costs more than all the rest.
SHORT = 128


class Dimension:
    def __init__(self, name, title, option, values, handlers=HANDLERS, discards=False, paced=True):
        self.name, self.title, self.option = name, title, option
        self.values, self.handlers = values, handlers
        self.discards = discards  # files would not fit
        self.paced = paced  # measured at a rate too

    def records(self, value, usual):
        if self.name == "records":
            return value
        if self.name == "handlers":
            return usual // value
        return usual // (1 + value // SHORT) if self.name == "length" else usual

    def label(self, value):
        if self.name == "ring":
            return f"{value >> 10} KiB"
        if self.name == "interval":
            return f"{value} us"
        return f"{value:.0e}".replace("+0", "") if value >= 10**5 else str(value)


def dimensions(most_records):
    decades = [10**power for power in range(4, 10) if 10**power <= most_records]
    return [
        Dimension("records", "records", "--records", decades, discards=True, paced=False),
        Dimension("threads", "threads that log", "--threads", [1, 2, 4, 8, 16, 64, 256, 1000]),
        Dimension("sites", "call sites", "--sites", [1, 10, 100, 1000, 10000]),
        Dimension("arguments", "arguments, ints", "--arguments", [0, 1, 2, 4, 8, 16]),
        Dimension("length", "bytes of a string", "--length", [0, 8, 32, 128, 512, 2048]),
        Dimension("handlers", "handlers", "--handlers", [1, 2, 4, 8]),
        Dimension("ring", "size of a ring", "--ring",
                  [4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 4 << 20]),
        Dimension("interval", "flush interval", "--interval", [10, 100, 1000, 10000, 100000]),
    ]


def tiny(dimensions):
    """The ends of each, and few of them: does it run?"""
    for dimension in dimensions:
        least, *_, most = dimension.values
        dimension.values = [least, min(most, 4 * max(least, 10))]
    return dimensions
