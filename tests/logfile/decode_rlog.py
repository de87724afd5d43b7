#!/usr/bin/env python3
"""Prints what is in .rlog files, one line an item, with all texts in hexadecimal.

This was written from docs/rlog-format.md alone, as an independent check of the format and of its
description. It is a check and not a tool: it formats nothing and is for comparing. It prints

    process STREAM PID HOST NAME VERSION
    record STREAM SEQUENCE TIME LEVEL LOGGER THREADNUMBER TID THREADNAME THREADSEQUENCE FILE LINE
           FUNCTION FORMAT EXCEPTION STACK ADDED CONTEXT FIELD...
    loss STREAM THREADNUMBER COUNT REASON FROM TO
    gap FROM TO RECORDS
"""

import os
import struct
import sys
from collections import Counter, namedtuple
from itertools import accumulate

from stored_bytes import MAGIC, crc32c, find_magic, unmasked
from zstd_frame import decompressed

HEADER = struct.Struct("<8sIIHBBIIIIIQqqIIII")
STREAM, RECORDS, LOSS, CLOCK, END, PASS_OVER = 1, 2, 3, 4, 5, 0x8000    # kinds of blocks
CALL_SITE, LOGGER, THREAD = 1, 2, 3                                     # and of definitions
FLAG_KEYS = 2
FEATURE_ZSTD = 1                        # of a block of records
SIGNED_CODES, UNSIGNED_CODES, F64, F80, TEXT_CODES = (1, 3, 9), (2, 4, 5, 10), 6, 7, (8, 11)

# Of F80: all bits, the fraction's, the exponent's.
FORMS = {1: (64, 52, 11), 2: (80, 64, 15), 3: (128, 112, 15)}

MAX_PAYLOAD, MAX_RECORDS, MAX_FIELDS = 4 << 20, 65536, 40
MAX_UNPACKED = 4 << 20              # bytes of texts in a block
MAX_STREAMS = 65536                 # that are kept of a file
MAX_DEFINITION_BYTES = 256 << 20    # likewise, about
M64 = (1 << 64) - 1

Block = namedtuple("Block", "start end kind version features stream number sequence records least"
                            " greatest definitions body plain_size")
Site = namedtuple("Site", "logger level line codes format file function")
Thread = namedtuple("Thread", "number tid name")
NO_SITE = Site(0, 0, 0, b"\0", "-", "-", "-")   # its fields cannot be read
NULL = ("null", "-")


class Bad(Exception):
    """Bytes that are not what the format says."""


def text_of(data):
    return data.hex() or "-"


def signed(value, bits=64):
    """The number that so many bits are in two's complement."""
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def unzigzag(value):
    return (value >> 1) ^ -(value & 1)


def long_real(form, low, high):
    """An F80 as 128 bits of its fraction, from 1/2 to 1, and the power of two it is times."""
    if form is None:
        form = 3 if high >> 16 else 2 if high else 1
    if form == 0:
        return f"{0:032x}p0"
    bits, fraction_bits, exponent_bits = FORMS[form]
    number = (low | high << 64) & (1 << bits) - 1
    sign = "-" if number >> bits - 1 else ""
    fraction = number & (1 << fraction_bits) - 1
    biased = number >> fraction_bits & (1 << exponent_bits) - 1
    if biased == (1 << exponent_bits) - 1:
        integer_bit = 1 << 63 if form == 2 else 0
        return "nan" if fraction & ~integer_bit else sign + "inf"
    if form != 2 and biased:
        fraction |= 1 << fraction_bits      # the bit that x87's form has among them
    if not fraction:
        return f"{sign}{0:032x}p0"
    length = fraction.bit_length()
    bias = (1 << exponent_bits - 1) - 1
    exponent = max(biased, 1) - bias + length - (63 if form == 2 else fraction_bits)
    return f"{sign}{fraction << 128 - length:032x}p{exponent}"


class Cursor:
    """Reads what is in a payload, one thing behind the other."""

    def __init__(self, data, form=None):
        self.data = data
        self.form = form        # of F80; None: not known
        self.at = 0
        self.end = len(data)
        self.allowed = MAX_UNPACKED

    def take(self, count):
        if count > self.end - self.at:
            raise Bad("cut short")
        self.at += count
        return self.data[self.at - count:self.at]

    def number(self, count):
        return int.from_bytes(self.take(count), "little")

    def varint(self, limit=1 << 64):
        """A number below the limit."""
        first = self.number(1)
        length = (first & -first).bit_length()
        value = (first | self.number(length - 1) << 8) >> length if first else self.number(8)
        if value >= limit:
            raise Bad("a number is too great")
        return value

    def zigzag(self):
        return unzigzag(self.varint())

    def text(self):
        return self.take(self.varint())

    def bits(self, count, width):
        bits = self.number((count * width + 7) // 8)
        mask = (1 << width) - 1
        return [bits >> index * width & mask for index in range(count)]

    def groups(self, count):
        values = []
        while len(values) < count:
            base, width = self.zigzag(), self.number(1)
            if width > 64:
                raise Bad("a width is above 64")
            bits = self.bits(min(64, count - len(values)), width)
            values += [base + offset & M64 for offset in bits]
        return values

    def sized(self, count, width):
        values = []
        while len(values) < count:
            lengths = self.bits(min(64, count - len(values)), width)
            values += [self.number(length + 1) for length in lengths]
        return values

    def numbers(self, count):
        """NUMBERS: a list of numbers from 0 to 2^64 - 1."""
        form = self.number(1) if count else 1
        if form == 0:
            return [self.zigzag() & M64] * count
        if form == 1:
            return self.groups(count)
        if form == 2:
            first = [self.zigzag() & M64]
            return list(accumulate(first + self.groups(count - 1), lambda a, b: a + b & M64))
        if form > 6:
            raise Bad("an unknown form of numbers")
        values = self.sized(count, 3 if form in (4, 6) else 2)
        return [unzigzag(value) & M64 for value in values] if form > 4 else values

    def indexes(self, count, limit):
        values = self.numbers(count)
        if values and max(values) >= limit:
            raise Bad("an index is too great")
        return values

    def reals(self, count):
        """REALS: a list of the bits of each, as hexadecimal digits."""
        form = self.number(1) if count else 0
        if form > 16:
            raise Bad("an unknown form of reals")
        if form == 0:
            return ["%016x" % value for value in self.numbers(count)]
        power = float(10 ** (form - 1))
        return [struct.pack(">d", signed(value) / power).hex() for value in self.numbers(count)]

    def texts(self, count):
        """TEXTS: of each, what is known of it, and its hexadecimal digits."""
        form = self.number(1) if count else 0
        if form > 1:
            raise Bad("an unknown form of texts")
        size = self.varint(count + 1) if form else count
        words = self.numbers(size)
        lengths = [word - 1 >> 1 if word else 0 for word in words]
        table = [("cut" if word - 1 & 1 else "all", text_of(self.take(length))) if word else NULL
                 for word, length in zip(words, lengths)]
        which = self.indexes(count, size) if form else range(count)
        self.allowed -= sum(lengths[index] for index in which)
        if self.allowed < 0:
            raise Bad("unpacks to too much")
        return [table[index] for index in which]

    def field(self, code, count):
        """A column of fields: how each is shown, with a blank before it."""
        if code in SIGNED_CODES:
            values = map(signed, self.numbers(count))
        elif code in UNSIGNED_CODES:
            values = self.numbers(count)
        elif code == F64:
            values = self.reals(count)
        elif code == F80:
            halves = zip(self.numbers(count), self.numbers(count))
            values = (long_real(self.form, *both) for both in halves)
        elif code in TEXT_CODES:
            values = map(" ".join, self.texts(count))
        else:
            raise Bad("an unknown code of a field")
        return [" %d:%s" % (code, value) for value in values]

    def fields(self, codes, count):
        """All fields of each record of a group of call sites; None if they cannot be read."""
        size = self.varint()
        if size > self.end - self.at:
            raise Bad("cut short")
        outer, self.end = self.end, self.at + size
        rows = [""] * count
        try:
            for code in codes:
                rows = list(map(str.__add__, rows, self.field(code, count)))
        except Bad:
            rows = None
        self.at, self.end = self.end, outer
        return rows

    def extra(self, count, read):
        """A column that only some records have: a dictionary by the number of the record."""
        some = self.varint(count + 1)
        which = range(count) if some == count else self.indexes(some, count)
        if any(a >= b for a, b in zip(which, which[1:])):
            raise Bad("records do not ascend")
        return dict(zip(which, read(some)))

    def extras(self, count):
        """The columns logger, level, exception, stack, added, context."""
        bits = self.number(1)
        if bits >> 6:
            raise Bad("an unknown column")
        readers = [self.numbers] * 2 + [self.texts] * 4
        return [self.extra(count, read) if bits >> bit & 1 else {}
                for bit, read in enumerate(readers)]


class Batch:
    """The records of a block."""

    def __init__(self, block, stream):
        definitions = stream.definitions
        cursor, count = Cursor(body_of(block), stream.form), block.records
        self.block = block
        thread_count = cursor.varint(MAX_RECORDS + 1)
        threads, firsts = cursor.numbers(thread_count), cursor.numbers(thread_count)
        sites = cursor.numbers(cursor.varint(MAX_RECORDS + 1))
        self.threads = [definitions.get((THREAD, thread)) for thread in threads]
        self.sites = [definitions.get((CALL_SITE, site), NO_SITE) for site in sites]
        group_count = cursor.varint(len(sites) + 1)
        groups = (range(len(sites)) if group_count == len(sites)
                  else cursor.indexes(len(sites), group_count))
        self.of_thread = cursor.indexes(count, len(threads))
        self.of_site = cursor.indexes(count, len(sites))
        self.thread_sequences = []      # of each record, in its thread
        for thread in self.of_thread:
            self.thread_sequences.append(firsts[thread])
            firsts[thread] += 1
        self.times = cursor.numbers(count)
        loggers, *self.extras = cursor.extras(count)
        self.loggers = [definitions.get((LOGGER, loggers.get(index, self.sites[site].logger)))
                        for index, site in enumerate(self.of_site)]
        self.of_group = [groups[site] for site in self.of_site]
        counts, codes = Counter(self.of_group), {}
        for site, group in zip(self.sites, groups):
            if site is not NO_SITE:
                codes.setdefault(group, site.codes)
        self.alike = [site.codes == codes.get(group) for site, group in zip(self.sites, groups)]
        self.fields = [cursor.fields(codes.get(g, b""), counts[g]) for g in range(group_count)]

    def readable(self, index):
        """Whether everything is known of a record."""
        return (self.fields[self.of_group[index]] is not None and self.alike[self.of_site[index]]
                and self.loggers[index] is not None and self.threads[self.of_thread[index]] is not None)

    def lines(self):
        """Thread, number in it and a line for each record that can be read."""
        rows = [iter(rows or ()) for rows in self.fields]
        for index, group in enumerate(self.of_group):
            fields = next(rows[group], None)
            if self.readable(index):
                yield (self.threads[self.of_thread[index]].number, self.thread_sequences[index],
                       self.line(index) + fields)

    def line(self, index):
        """A record, but for its fields."""
        block, site = self.block, self.sites[self.of_site[index]]
        level, *texts = [column.get(index) for column in self.extras]
        return "record %d %d %d %d %s %d %d %s %d %s %d %s %s %s %s %s %s" % (
            block.stream, block.sequence + index & M64, signed(block.least + self.times[index]),
            site.level if level is None else signed(level), self.loggers[index],
            *self.threads[self.of_thread[index]], self.thread_sequences[index], site.file,
            site.line, site.function, site.format,
            *[(text or NULL)[1] for text in texts])


def read_definition(cursor):
    """The key and the value of a definition."""
    kind = cursor.number(1)
    if kind == LOGGER:
        key = kind, cursor.varint(1 << 16)
        name, _ = cursor.text(), cursor.text()
        return key, text_of(name)
    if kind == THREAD:
        key = kind, cursor.varint(1 << 32)
        return key, Thread(cursor.varint(), cursor.varint(), text_of(cursor.text()))
    if kind != CALL_SITE:
        raise Bad("an unknown definition")
    key = kind, cursor.varint(1 << 32)
    logger, level, line = cursor.varint(1 << 16), cursor.zigzag(), cursor.varint()
    flags = cursor.varint(1 << 16)
    codes = cursor.take(cursor.varint(MAX_FIELDS + 1))
    texts = [text_of(cursor.text()) for _ in range(3)]
    if flags & FLAG_KEYS:
        cursor.text()
    return key, Site(logger, level, line, codes, *texts)


def body_of(block):
    """The body of a block as it was before it was compressed."""
    if not block.features:
        return block.body
    if block.plain_size > MAX_PAYLOAD - len(block.definitions):
        raise Bad("too large")
    plain = decompressed(block.body, block.plain_size)
    if plain is None:
        raise Bad("not the frame that the header says")
    return plain


def is_understood(block):
    known = FEATURE_ZSTD if block.kind == RECORDS else 0
    return block.version == 1 and not block.features & ~known


def read_block(file, start, file_end):
    """The block that begins here; without a body if only its head is sound; None if it is none."""
    header = os.pread(file, HEADER.size, start).ljust(HEADER.size, b"\0")
    (magic, head_crc, body_crc, kind, version, mask, size, definitions, records, stream, number,
     sequence, least, greatest, _, _, features, plain_size) = HEADER.unpack(header)
    begin = start + HEADER.size
    end = begin + size + -size % 8
    if (magic != MAGIC or size > MAX_PAYLOAD or definitions > size or records > MAX_RECORDS
            or begin + definitions > file_end):
        return None
    if find_magic(file, begin, begin + definitions) is not None:
        return None             # no payload holds it; and so no byte is summed again and again
    head = os.pread(file, definitions, begin)
    if len(head) < definitions or crc32c(header[16:] + head) != head_crc:
        return None
    body = os.pread(file, end - begin - definitions, begin + definitions)
    if (end > file_end or find_magic(file, begin, end) is not None
            or begin + definitions + len(body) < end or crc32c(body) != body_crc):
        plain = None
    else:
        plain = unmasked(body[:size - definitions], mask)
    return Block(start, end, kind, version, features, stream, number, sequence, records, least,
                 greatest, unmasked(head, mask), plain, plain_size)


def each_block(file):
    """The blocks of a file, some without a body; and for what is damaged, where it is."""
    position = behind = 0
    file_end = os.fstat(file).st_size
    while position is not None and position < file_end:
        block = read_block(file, position, file_end)
        if block and block.body is None:
            yield block
        if block and block.body is not None:
            if behind < position:
                yield behind, position
            yield block
            behind = position = block.end
        else:
            position = find_magic(file, position + 1, file_end)
    if behind < file_end:
        yield behind, file_end


class Stream:
    def __init__(self):
        self.number = self.sequence = 0     # of the next block, of the next record
        self.shown = False                  # whether its process was
        self.counts = Counter()             # of records, by number of the thread
        self.form = None                    # of F80
        self.definitions = {}
        self.cost = 0                       # of these


class Reader:
    """Prints the items of one file."""

    def __init__(self, name, out):
        self.name = name
        self.out = out
        self.streams = {}
        self.room = MAX_DEFINITION_BYTES
        self.gap = None         # not yet printed: beginning, end, records

    def run(self, file):
        """Whether there was any block."""
        found = False
        for item in each_block(file):
            if isinstance(item, Block) and item.body is None:
                self.salvage(item)
            elif isinstance(item, Block):
                found = True
                self.block(item)
            else:
                self.add_gap(*item, 0)
        if found:
            self.print_gap()
        return found

    def print_gap(self):
        if self.gap:
            self.out.write("gap %d %d %d\n" % tuple(self.gap))
        self.gap = None

    def add_gap(self, *gap):
        self.print_gap()
        self.gap = list(gap)

    def item(self, line):
        self.print_gap()
        self.out.write(line + "\n")

    def missing(self, block, records):
        """Something is missing before a block: by damage, if any since an item."""
        if not self.gap or self.gap[0] == self.gap[1]:
            self.add_gap(block.start, block.start, 0)
        self.gap[2] += records

    def forget(self, identity):
        if identity in self.streams:
            self.room += self.streams.pop(identity).cost

    def stream_of(self, block):
        """The stream of a block, which then expects the next one; None if the block goes back."""
        if block.kind == STREAM and block.number == 0 and block.sequence == 0:
            self.forget(block.stream)
        if block.stream not in self.streams and len(self.streams) >= MAX_STREAMS:
            self.forget(next(iter(self.streams)))
        stream = self.streams.setdefault(block.stream, Stream())
        blocks = signed(block.number - stream.number, 32)
        records = signed(block.sequence - stream.sequence)
        if blocks < 0 or records < 0:
            return None
        if blocks or records:
            self.missing(block, records)
        stream.number = block.number + 1
        stream.sequence = block.sequence + block.records
        return stream

    def define(self, stream, block):
        """Keep the definitions of a block, as far as they can be read and there is room."""
        cursor = Cursor(block.definitions)
        while cursor.at < cursor.end:
            start = cursor.at
            try:
                key, definition = read_definition(cursor)
            except Bad:
                return
            cost = 512 + 2 * (cursor.at - start)
            if key not in stream.definitions and cost <= self.room:
                stream.definitions[key] = definition
                stream.cost += cost
                self.room -= cost

    def salvage(self, block):
        """Only the head of a block is sound: later ones may need its definitions."""
        if block.kind in (RECORDS, LOSS) and is_understood(block):
            self.define(self.streams.setdefault(block.stream, Stream()), block)

    def block(self, block):
        stream = self.stream_of(block)
        if not stream or block.kind >= PASS_OVER:
            return
        if not is_understood(block) or not STREAM <= block.kind <= END:
            print("%s: at %d: cannot read a block of kind %d, version %d, features %#x" % (
                self.name, block.start, *block[2:5]), file=sys.stderr)
            self.add_gap(block.start, block.end, block.records)
            return
        show = {STREAM: self.process, RECORDS: self.records, LOSS: self.loss, END: self.closed,
                CLOCK: self.clock}
        try:
            show.get(block.kind, lambda *_: None)(stream, block)
        except Bad:
            self.add_gap(block.start, block.end, block.records)

    def process(self, stream, block):
        cursor = Cursor(block.definitions + block.body)
        _, process_id, _ = cursor.varint(), cursor.varint(), cursor.take(16 + 8 + 8)
        form = cursor.number(1)
        if form not in FORMS and form != 0:
            raise Bad("an unknown form of F80")
        stream.form = form
        texts = [text_of(cursor.text()) for _ in range(3)]
        if not stream.shown:
            stream.shown = True
            self.item("process %d %d %s %s %s" % (block.stream, process_id, *texts))

    def records(self, stream, block):
        self.define(stream, block)
        batch = Batch(block, stream)
        for thread, sequence, line in batch.lines():
            before = stream.counts[thread]
            if sequence > before:
                self.item("missing %d %d %d %d" % (block.stream, thread, before, sequence - before))
            stream.counts[thread] = sequence + 1
            self.item(line)
        unreadable = sum(not batch.readable(index) for index in range(block.records))
        if unreadable:
            self.add_gap(block.start, block.end, unreadable)

    def clock(self, _, block):
        cursor = Cursor(block.body)
        self.item("clock %d %d %d" % (block.stream, *(
            signed(int.from_bytes(cursor.take(8), "little")) for _ in range(2))))

    def closed(self, _, block):
        self.item("closed %d %d" % (block.stream, block.sequence))

    def loss(self, stream, block):
        self.define(stream, block)
        cursor = Cursor(block.body)
        thread = stream.definitions.get((THREAD, cursor.varint()), Thread(0, 0, "-"))
        self.item("loss %d %d %d %d %d %d" % (block.stream, thread.number, cursor.varint(),
                                              cursor.varint(), block.least, block.greatest))


def decode(name, out):
    """Print the items of a file. What is wrong with all of it, if anything."""
    try:
        with open(name, "rb", buffering=0) as file:
            return None if Reader(name, out).run(file.fileno()) else "holds no block"
    except (OSError, ValueError) as error:
        return error


if __name__ == "__main__":
    errors = [(name, decode(name, sys.stdout)) for name in sys.argv[1:]]
    for error in errors:
        if error[1]:
            print("%s: %s" % error, file=sys.stderr)
    sys.exit(any(error for _, error in errors))
