#!/usr/bin/env python3
"""A name server that says nothing: whoever waits for it is neither a log call, nor the file beside, nor
a flush or a shutdown beyond its deadline.

    name_server_test.py SENDER"""

import fcntl
import functools
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import support
from fake_smtp import FakeSmtp
from http_test import FakeHttp
from support import NetTest, eventually

NAME = "logs.example.org"
INSIDE = "RINGLOG_TEST_INSIDE"
A, SIOCSIFFLAGS, IFF_UP, IFF_RUNNING = 1, 0x8914, 0x1, 0x40


def move_to_namespaces():
    """A network without a way out, and an /etc whose name server is 127.0.0.1."""
    if INSIDE not in os.environ:
        as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
        os.environ[INSIDE] = "yes"
        os.execvp("unshare", ["unshare", "--mount", "--net", *as_root, sys.executable, "-B",
                              *sys.argv])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP | IFF_RUNNING))
    for name, text in (("resolv.conf", "nameserver 127.0.0.1\n"), ("nsswitch.conf", "hosts: dns\n")):
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(text)
            file.flush()
            os.chmod(file.name, 0o644)
            subprocess.run(["mount", "--bind", file.name, f"/etc/{name}"], check=True)
        assert Path("/etc", name).read_text() == text


class NameServer:
    """Of 127.0.0.1, as which it knows each name once it speaks."""

    def __init__(self):
        self.speaks, self.asked = False, 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 53))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            query, client = self.socket.recvfrom(512)
            self.asked += 1
            if self.speaks:
                self.socket.sendto(self._answer(query), client)

    def _answer(self, query):
        end = query.index(b"\0", 12) + 5 # of the question, behind the header
        kind, = struct.unpack_from("!H", query, end - 4)
        addresses = [socket.inet_aton("127.0.0.1")] if kind == A else []
        records = b"".join(struct.pack("!HHHIH", 0xc00c, A, 1, 0, 4) + each for each in addresses)
        return query[:2] + struct.pack("!5H", 0x8180, 1, len(addresses), 0, 0) + query[12:end] + records


name_server = functools.cache(NameServer) # there is one


class Within:
    def __init__(self, test, seconds):
        self.test, self.seconds = test, seconds

    def __enter__(self):
        self.begin = time.monotonic()

    def __exit__(self, *failed):
        if failed[0] is None:
            self.test.assertLess(time.monotonic() - self.begin, self.seconds)


class AnyHandler:
    counts_late = False # what it loses at shutdown, when the resolver has come back

    def setUp(self):
        self.name_server = name_server()
        self.name_server.speaks, self.name_server.asked = False, 0

    def within(self, seconds):
        return Within(self, seconds)

    def asking(self, **options):
        """A handler that waits for the name server."""
        sender = self.to(25, **options)
        with self.within(2):
            sender.log("0")
        eventually(lambda: self.name_server.asked)
        return sender

    def test_neither_log_calls_nor_the_file_beside_nor_flush_and_shutdown_wait(self):
        sender = self.asking()
        for step in range(1, 11):
            with self.within(3):
                sender.do("numbered 1000")
                eventually(lambda: sender.beside().count("\n") == 1 + step * 1000)
        with self.within(2.5):
            self.assertEqual(sender.flush(300), -110)
        self.assertEqual(sender.stats().lost, 0)
        with self.within(3.5):
            self.assertEqual(sender.shutdown(1000), -110)
        if self.counts_late:
            eventually(lambda: sender.stats().lost == 10001)
        stats = sender.stats()
        self.assertEqual((stats.records, stats.lost, stats.pending), (10001, 10001, 0))
        with self.within(4): # ThreadSanitizer takes one
            self._end(sender)

    def test_exit_does_not_wait_for_ever(self):
        sender = self.asking()
        with self.within(7): # five seconds for the logger
            self._end(sender)


class Servers(AnyHandler):
    """Of mail and HTTP, which have a time limit."""

    def test_a_try_ends_in_time(self):
        sender = self.asking(timeout_ms=250)
        with self.within(4): # a resolver takes ten seconds
            eventually(lambda: sender.stats().errors)
        self.assertIn("no answer in time", sender.stats().last_error)
        with self.within(4):
            eventually(lambda: sender.stats().errors >= 2)
        self.assertLess(sender.cpu_seconds(), 1)
        self.assertEqual(sender.stats().lost, 0)

    def test_it_speaks_again(self):
        self.name_server.speaks = True
        server = self.server_kind() # that of HTTP asks for its own name
        self.name_server.speaks = False
        self.addCleanup(server.stop)
        sender = self.to(server.port, timeout_ms=250, environment={"RES_OPTIONS": "timeout:1"})
        sender.log("a line")
        eventually(lambda: sender.stats().errors)
        self.name_server.speaks = True
        self.assertEqual(sender.flush(20000), 0, sender.stats().line)
        self.assertEqual(self.lines_at(server), ["a line"])
        self.assertEqual(sender.stats().lost, 0)


class Smtp(Servers, NetTest):
    server_kind = FakeSmtp

    def to(self, port, **options):
        return self.sender(host=NAME, port=port, security="plain", **{"from": "a@b"}, to="c@d",
                           subject="errors", **options)

    def lines_at(self, server):
        return [line for mail in server.mails for line in mail.body.splitlines()]


class Http(Servers, NetTest):
    kind = "http"
    server_kind = FakeHttp

    def to(self, port, **options):
        return self.sender(url=f"http://{NAME}:{port}/", **options)

    def lines_at(self, server):
        return server.lines()


class Socket(AnyHandler, NetTest):
    kind = "socket"
    counts_late = True

    def to(self, port):
        return self.sender(url=f"tcp:{NAME}:{port}", environment={"RES_OPTIONS": "timeout:3"})


if __name__ == "__main__":
    move_to_namespaces()
    support.main()
