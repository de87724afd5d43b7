"""Tables and JSON of what run.py measured."""

from harness import machine, median, spread_of

PARTS = ("p50", "p90", "p99", "p99.9")


class Rows:
    """The lines of JSON of all runs, by mode, kind of arguments, message and peer."""

    def __init__(self):
        self.all = {}
        self.peers = {}  # by name, in the order of their first run
        self.messages = []

    def add(self, mode, arguments, message, peer, row):
        self.all.setdefault((mode, arguments), {}).setdefault((peer.name, message), []).append(row)
        self.peers.setdefault(peer.name, peer)
        if message not in self.messages:
            self.messages.append(message)

    def values(self, mode, arguments, name, message, get):
        rows = self.all.get((mode, arguments), {}).get((name, message), [])
        return [get(row) for row in rows]

    def names(self, mode, arguments):
        ran = {name for name, _ in self.all.get((mode, arguments), {})}
        return [name for name in self.peers if name in ran]


def least(values):
    return min(values, default=None)


class Table:
    """Peers down, messages across; below, ringlog over the best peer of its kind."""

    def __init__(self, rows, mode, arguments, title, get, best, digits=2, fold=median):
        self.rows, self.title, self.best, self.digits = rows, title, best, digits
        self.names = rows.names(mode, arguments)
        self.cells = {(name, message): fold(rows.values(mode, arguments, name, message, get))
                      for name in self.names for message in rows.messages}

    def best_peer(self, message, kinds):
        values = [self.cells[name, message] for name in self.names
                  if not self.rows.peers[name].is_ours and self.rows.peers[name].kind in kinds
                  and self.cells[name, message]]
        return self.best(values, default=None)

    def ratio(self, name, message, kinds):
        best, own = self.best_peer(message, kinds), self.cells[name, message]
        return own / best if best and own else None

    def ratios(self, kinds_of):
        """By name of ours: the kinds of peers that it is compared with."""
        for name in self.names:
            kinds = kinds_of(self.rows.peers[name])
            if self.rows.peers[name].is_ours and kinds:
                ratios = [self.ratio(name, message, kinds) for message in self.rows.messages]
                if any(ratios):
                    yield f"{name} / best {' or '.join(kinds)}", ratios

    def show(self, out, kinds_of):
        line = lambda name, values, digits: print(
            f"{name:36}" + "".join(f"{'-' if v is None else format(v, f'.{digits}f'):>10}"
                                   for v in values), file=out)
        print(f"\n{self.title}", file=out)
        print(" " * 36 + "".join(f"{message:>10}" for message in self.rows.messages), file=out)
        for name in self.names:
            line(name, [self.cells[name, message] for message in self.rows.messages], self.digits)
        if self.best:
            for name, ratios in self.ratios(kinds_of):
                line(name, ratios, 2)


def same_kind(peer):
    return {"text": ("text",), "binary": ("binary",)}.get(peer.kind, ())


def any_kind(peer):
    return ("text", "binary") if peer.kind != "none" else ()


def latency_tables(rows, arguments):
    for what, key in (("means of bursts of 20 calls", "burst_mean_ns"),
                      ("single calls, timer taken off", "single_ns")):
        for part in PARTS:
            yield Table(rows, "latency", arguments, f"Latency, {arguments}, ns: {what}, {part}",
                        lambda row: row[key][part], min, 1)
    # A core that shares its caches with a neighbour's is slow for a whole run.
    for part in PARTS:
        yield Table(rows, "latency", arguments, f"Latency, {arguments}, ns: means of bursts, {part} "
                    "of the round that was disturbed least",
                    lambda row: row["burst_mean_ns"][part], min, 1, least)


def throughput_tables(rows, mode, arguments):
    to = {"file": "into a file", "null": "into /dev/null"}[mode]
    table = lambda title, key, best, digits: Table(rows, mode, arguments, title,
                                                   lambda row: row[key], best, digits)
    yield table(f"Throughput {to}, {arguments}: M messages/s", "millions_per_s", max, 2)
    yield table(f"CPU {to}, {arguments}: ns a message, all threads", "cpu_ns", min, 1)
    yield table(f"The callers' share of that, {arguments}", "caller_share", None, 2)
    if mode == "file":
        yield table(f"Size, {arguments}: bytes a message", "file_bytes", min, 2)


def tables(rows):
    """Each with the rule of what ringlog is compared with."""
    for mode, arguments in rows.all:
        if mode == "latency":
            yield from ((table, any_kind) for table in latency_tables(rows, arguments))
        elif mode == "decode":
            yield Table(rows, mode, arguments, f"Binary to text, {arguments}: M lines/s, one core",
                        lambda row: row["millions_per_s"], max), same_kind
        else:
            yield from ((table, same_kind) for table in throughput_tables(rows, mode, arguments))


def show(rows, out):
    for table, kinds_of in tables(rows):
        table.show(out, kinds_of)


def as_json(rows):
    return {
        "machine": machine(),
        "results": [
            {"mode": mode, "arguments": arguments, "message": message, "peer": name,
             "kind": rows.peers[name].kind, "rounds": len(runs), **spread_of(runs)}
            for (mode, arguments), cells in rows.all.items()
            for (name, message), runs in cells.items()],
    }
