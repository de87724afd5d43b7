"""Expressions of --where by chance, each with what it means: written from the rules in logdump(1),
and with nothing of logdump in it. Python compares integers and floats exactly, so it can tell."""

from given import BASE_NS, Record, Value

KEYS = ["ms", "user", "path", "n", "ok", "level", "and", "http.status", "a key", "größe"]
WHOLE = [0, 1, -1, 5, 200, 2**31 - 1, -2**31, 2**53, 2**53 + 1, 2**63 - 1, -2**63, 2**63, 2**64 - 1]
REAL = [0.0, -0.0, 0.5, -1.5, 5.0, 200.0, 1e300, -1e300, float("nan"), float("inf"), -float("inf"),
        2.0**53, 2.0**63, -2.0**63, 2.0**64, -2.0**64, 0.1]
TEXT = [b"", b"a", b"b", b"bob", b"/api/v1", b"/api/v2", b"\xff\xfe", b"gr\xc3\xb6\xc3\x9fe", b'"\\\'']
RANGE = {"i": (-2**31, 2**31), "u": (0, 2**32), "I": (-2**63, 2**63), "U": (0, 2**64), "b": (0, 2)}
LEVELS = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "warn": 30, "ERROR": 40, "critical": 50}
NULL = object()
SIGNS = {"==": lambda a, b: a == b, "=": lambda a, b: a == b, "<": lambda a, b: a < b,
         "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b}
PATTERNS = {"^a": lambda t: t.startswith(b"a"), "b$": lambda t: t.endswith(b"b"),
            "bo": lambda t: b"bo" in t, "^$": lambda t: t == b"", r"\.c$": lambda t: t[-2:] == b".c",
            "(?i)^BOB$": lambda t: t == b"bob", "^/api/v[12]": lambda t: t[:6] == b"/api/v",
            r"\"": lambda t: b'"' in t, "ö": lambda t: "ö".encode() in t}


def value_by_chance(chance):
    code = chance.choice("iuIUbdsxn")
    if code == "d":
        return Value(code, chance.choice(REAL))
    if code == "n":
        return Value(code)
    if code in "sx":
        return Value(code, chance.choice(TEXT))
    low, high = RANGE[code]
    return Value(code, chance.choice([n for n in WHOLE if low <= n < high]))


def records_by_chance(chance, count):
    shapes = [chance.sample(KEYS, chance.randrange(1, 6)) for _ in range(20)]
    records = []
    for i in range(count):
        record = Record(chance.choice(["bob", "text", "/api/v1"]),
                        level=chance.choice([10, 20, 25, 30, 40, 50]),
                        time_ns=BASE_NS + i * 10**9,
                        logger=chance.choice(["app", "app.db", "bob"]),
                        thread=chance.choice(["main", "a", "worker"]))
        if chance.random() < 0.7:
            record.fields = {key: value_by_chance(chance) for key in chance.choice(shapes)}
        else:
            record.arguments = [value_by_chance(chance) for _ in range(chance.randrange(4))]
        records.append(record)
    return records


# ---- operands: a text, and the value that a record gives it; None: it has none ----

def plain(value):
    return NULL if value is not None and value.code == "n" else value and value.value


def quoted_key(key):
    return "." + (key if key.replace(".", "").isalnum() else f'"{key}"')


def field(chance, is_right=False):
    key = chance.choice(KEYS)
    bare = key not in ("level", "and", "a key") and not is_right
    return (key if bare and chance.random() < 0.7 else quoted_key(key),
            lambda record: plain(record.fields.get(key)))


def argument(chance):
    n = chance.randrange(1, 4)
    return f"${n}", lambda record: plain((record.arguments[n - 1:n] or [None])[0])


TEXTS = {"logger": lambda r: r.logger.encode(), "thread": lambda r: r.thread.encode(),
         "message": lambda r: r.text.encode(), "format": lambda r: r.text.encode(),
         "file": lambda r: b"src/given.c", "function": lambda r: b"give", "host": lambda r: b"testhost",
         "process": lambda r: b"MainProcess",
         "levelname": lambda r: {10: b"DEBUG", 20: b"INFO", 25: b"Level 25", 30: b"WARNING",
                                 40: b"ERROR", 50: b"CRITICAL"}[r.level]}
NUMBERS = {"level": lambda r: r.level, "line": lambda r: 42, "time": lambda r: r.time_ns,
           "pid": lambda r: 4242, "tid": lambda r: 4711,
           "sequence": lambda r: (r.time_ns - BASE_NS) // 10**9}


def name(chance, is_right=False):
    kind = chance.random()
    if kind < 0.5:
        return field(chance, is_right)
    if kind < 0.65:
        return argument(chance)
    return chance.choice(list(TEXTS.items()) + list(NUMBERS.items()))


# ---- constants ----

def whole_constant(chance):
    number = chance.choice(WHOLE + [42, 4242, 1000, 2000])
    sign, digits = ("-" if number < 0 else ""), abs(number)
    spellings = [str(digits), f"0x{digits:x}", f"0x{digits:X}"]
    if digits % 1000 == 0:
        spellings += [f"{digits // 1000}k", f"{digits // 1000}us"]
    return sign + chance.choice(spellings), lambda record: number


def real_constant(chance):
    number = chance.choice([n for n in REAL if n == n and abs(n) != float("inf")])
    text = repr(number)
    if chance.random() < 0.3:
        return text + "k", lambda record: number * 1000
    return text, lambda record: number


def text_constant(chance):
    text, quote = chance.choice(TEXT + [b"main", b"app", b"WARNING"]), chance.choice("\"'")
    if chance.random() < 0.5 or not text.isascii():
        inside = "".join(f"\\x{byte:02x}" for byte in text)
    else:
        inside = text.decode().replace("\\", "\\\\").replace(quote, "\\" + quote)
    return quote + inside + quote, lambda record: text


def bool_constant(chance):
    value = chance.choice([True, False])
    return str(value).lower(), lambda record: int(value)


def constant(chance):
    return chance.choice([whole_constant, whole_constant, real_constant, text_constant,
                          bool_constant])(chance)


def level_constant(chance):
    if chance.random() < 0.3:
        return whole_constant(chance)
    word, level = chance.choice(list(LEVELS.items()))
    return chance.choice([word, f'"{word}"', str(level)]), lambda record: level


def time_constant(chance):
    seconds = chance.randrange(0, 3600)
    clock = f"{3 + (245 + seconds) // 3600:02}:{(245 + seconds) // 60 % 60:02}:{(245 + seconds) % 60:02}"
    text = chance.choice([f'"2026-01-02T{clock}Z"', f'"@{BASE_NS // 10**9 + seconds}"',
                          f"{BASE_NS + seconds * 10**9}", f'"2026-01-02 {clock}.000"'])
    return text, lambda record: BASE_NS + seconds * 10**9


# ---- conditions: a text, and whether it holds for a record ----

def compare(sign, a, b):
    if a is None or b is None:
        return False
    if sign == "!=":
        return not compare("==", a, b)
    if a is NULL or b is NULL or isinstance(a, bytes) != isinstance(b, bytes):
        return False
    return SIGNS[sign](a, b)


def comparison(chance):
    sign = chance.choice(list(SIGNS) + ["!="])
    kind = chance.random()
    if kind < 0.1:
        left, right = ("level", NUMBERS["level"]), level_constant(chance)
    elif kind < 0.2:
        left, right = ("time", NUMBERS["time"]), time_constant(chance)
    elif kind < 0.8:
        left = name(chance)
        right = {"level": level_constant, "time": time_constant}.get(left[0], constant)(chance)
    else:
        left, right = name(chance), name(chance, is_right=True)
        if right[0] == "level" and left[0] in KEYS:
            left = argument(chance)
    if chance.random() < 0.3 and not right[0].startswith((".", "$")) and right[0] not in TEXTS \
            and right[0] not in NUMBERS:
        left, right = right, left
    space = chance.choice(["", " "])
    return (f"{left[0]} {sign}{space}{right[0]}",
            lambda record: compare(sign, left[1](record), right[1](record)))


def match(chance):
    (text, value), sign = chance.choice([
        chance.choice(list(TEXTS.items())), field(chance), argument(chance)]), chance.choice(["~", "!~"])
    pattern, says = chance.choice(list(PATTERNS.items()))

    def holds(record):
        found = value(record)
        return found is not None and (isinstance(found, bytes) and says(found)) == (sign == "~")
    return f'{text} {sign} "{pattern}"', holds


def in_list(chance):
    left = name(chance)
    while left[0] in ("level", "time"):
        left = name(chance)
    items, negated = [constant(chance) for _ in range(chance.randrange(1, 4))], chance.random() < 0.4

    def holds(record):
        value = left[1](record)
        return value is not None and any(compare("==", value, item[1](record))
                                         for item in items) != negated
    return f"{left[0]} {'not ' * negated}in ({', '.join(item[0] for item in items)})", holds


def exists(chance):
    text, value = name(chance)
    return f"exists {text}", lambda record: value(record) is not None


def condition(chance, depth=3):
    kind = chance.random() if depth > 0 else 0
    if kind < 0.35:
        return chance.choice([comparison, comparison, comparison, match, in_list, exists])(chance)
    if kind < 0.5:
        text, holds = condition(chance, depth - 1)
        return f"not ({text})", lambda record: not holds(record)
    word, of = chance.choice([("and", all), ("or", any)])
    parts = [condition(chance, depth - 1) for _ in range(chance.randrange(2, 4))]
    return (f" {word} ".join(f"({text})" for text, _ in parts),
            lambda record: of(holds(record) for _, holds in parts))


def without_parentheses(chance):
    """and binds more than or, not most."""
    groups = [[(chance.random() < 0.3, comparison(chance)) for _ in range(chance.randrange(1, 4))]
              for _ in range(chance.randrange(1, 4))]
    return (" or ".join(" and ".join("not " * no + text for no, (text, _) in group)
                        for group in groups),
            lambda record: any(all(holds(record) != no for no, (_, holds) in group)
                               for group in groups))
