"""Bytes of .rlog files as they are stored: the magic, the mask, the checksum. Written from
docs/rlog-format.md alone, as decode_rlog.py is."""

import os

MAGIC = bytes.fromhex("9e726c6f670d0a1a")
CHUNK = 64 << 10                    # that is searched at a time


def make_crc_table():
    table = []
    for crc in range(256):
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
        table.append(crc)
    return table


def crc32c(data, table=tuple(make_crc_table())):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ table[(crc ^ byte) & 255]
    return crc ^ 0xFFFFFFFF


def find_magic(file, start, end):
    """Where the next magic is that lies between the two, or None."""
    while start + len(MAGIC) <= end:
        data = os.pread(file, min(CHUNK, end - start), start)
        found = data.find(MAGIC)
        if found >= 0:
            return start + found
        if len(data) < len(MAGIC):
            return None
        start += len(data) - len(MAGIC) + 1
    return None


def unmasked(data, mask):
    return data.translate(bytes(byte ^ mask for byte in range(256)))
