#!/usr/bin/env python3
"""The example server from outside: what it answers, how it ends, and what its log says.

    http_server_test.py PROGRAM LOGDUMP"""

import json
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

PROGRAM, LOGDUMP = sys.argv.pop(1), sys.argv.pop(1)
# That of the text log: examples/http_server/logging.c.
LINE = "%(asctime)s %(levelname)-8s [%(threadName)s] %(name)s: %(message)s"


class Answer:
    def __init__(self, status, fields, body):
        self.status, self.fields, self.body = status, fields, body


class Client:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.reader = self.socket.makefile("rb")

    def send(self, data):
        self.socket.sendall(data)

    def answer(self, has_body=True):
        status = self.reader.readline()
        if not status:
            return None
        fields = {}
        while (line := self.reader.readline().strip()):
            name, value = line.split(b":", 1)
            fields[name.decode().lower()] = value.strip().decode()
        length = int(fields["content-length"]) if has_body else 0
        return Answer(int(status.split()[1]), fields, self.reader.read(length))

    def get(self, target):
        self.send(b"GET " + target + b" HTTP/1.1\r\nHost: a\r\n\r\n")
        return self.answer()

    def is_closed(self):
        return self.reader.read(1) == b""

    def close(self):
        self.reader.close()
        self.socket.close()


class Server(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.text, self.rlog = Path(folder.name, "server.log"), Path(folder.name, "server.rlog")
        self.start("--text", str(self.text), "--rlog", str(self.rlog))

    def start(self, *options):
        self.process = subprocess.Popen(
            [PROGRAM, "--port", "0", "--quiet", "--slow-us", "50000", *options],
            stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.end)
        self.port = int(self.process.stdout.readline().rsplit(":", 1)[1])

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def client(self):
        client = Client(self.port)
        self.addCleanup(client.close)
        return client

    def stop(self, number=signal.SIGTERM):
        """Ends the server politely; returns the lines of its log."""
        self.process.send_signal(number)
        self.assertEqual(self.process.wait(timeout=20), 0)
        return self.text.read_text(encoding="utf-8").splitlines()

    def test_the_routes(self):
        client = self.client()
        self.assertIn(b"/hello/NAME", client.get(b"/").body)
        self.assertEqual(client.get(b"/hello/a%20b").body, b"Hello, a b!\n")
        self.assertEqual(client.get(b"/hello/%zz").status, 400)
        self.assertEqual(client.get(b"/hello/").status, 400)
        self.assertEqual(client.get(b"/fail").status, 500)
        self.assertEqual(client.get(b"/nowhere").status, 404)
        self.assertEqual(client.get(b"/work?ms=x").status, 400)
        counts = json.loads(client.get(b"/stats").body)
        self.assertEqual(counts["lost_full"], 0)

    def test_work_takes_its_time_and_holds_up_nobody_else(self):
        start = time.monotonic()
        slow = [self.client() for _ in range(8)]
        for client in slow:
            client.send(b"GET /work?ms=400 HTTP/1.1\r\nHost: a\r\n\r\n")
        self.assertEqual(self.client().get(b"/").status, 200)
        self.assertLess(time.monotonic() - start, 0.35)
        for client in slow:
            self.assertEqual(client.answer().status, 200)
        self.assertGreater(time.monotonic() - start, 0.39)

    def test_requests_in_a_row_are_answered_in_order(self):
        client = self.client()
        count = 500
        client.send(b"".join(b"GET /hello/%d HTTP/1.1\r\nHost: a\r\n\r\n" % i
                             for i in range(count)))
        for i in range(count):
            self.assertEqual(client.answer().body, b"Hello, %d!\n" % i)

    def test_a_request_may_come_byte_by_byte(self):
        client = self.client()
        for byte in b"GET /hello/slow HTTP/1.1\r\nHost: a\r\n\r\n":
            client.send(bytes([byte]))
            time.sleep(0.001)
        self.assertEqual(client.answer().body, b"Hello, slow!\n")

    def test_bodies_are_passed_over(self):
        client = self.client()
        body = b"GET /never HTTP/1.1\r\n\r\n" * 2000
        client.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        answer = client.answer()
        self.assertEqual((answer.status, answer.fields["allow"]), (405, "GET, HEAD"))
        self.assertEqual(client.get(b"/").status, 200)

    def test_head_has_no_body(self):
        client = self.client()
        client.send(b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        answer = client.answer(has_body=False)
        self.assertGreater(int(answer.fields["content-length"]), 0)
        self.assertEqual(client.get(b"/hello/x").body, b"Hello, x!\n")

    def test_what_is_refused_ends_the_connection(self):
        for request, status in ((b"nonsense\r\n\r\n", 400),
                                (b"GET / HTTP/1.1\r\n\r\n", 400),
                                (b"GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505),
                                (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999\r\n\r\n", 413),
                                (b"GET /" + b"x" * 20000, 431)):
            with self.subTest(status=status):
                client = self.client()
                client.send(request)
                answer = client.answer()
                self.assertEqual((answer.status, answer.fields["connection"]), (status, "close"))
                self.assertTrue(client.is_closed())

    def test_a_client_that_asks_for_it_is_let_go(self):
        client = self.client()
        client.send(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        self.assertEqual(client.answer().fields["connection"], "close")
        self.assertTrue(client.is_closed())

    def test_a_stop_lets_requests_finish(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=number):
                client = self.client()
                client.send(b"GET /work?ms=500 HTTP/1.1\r\nHost: a\r\n\r\n")
                self.client().get(b"/")
                time.sleep(0.1)
                self.process.send_signal(number)
                answer = client.answer()
                self.assertEqual((answer.status, answer.fields["connection"]), (200, "close"))
                client.close()
                self.assertEqual(self.process.wait(timeout=20), 0)
                self.end()
                if number == signal.SIGTERM:
                    self.start("--text", str(self.text))

    def test_each_request_leaves_one_line(self):
        client = self.client()
        client.get(b"/hello/x")
        client.get(b"/work?ms=60")
        client.get(b"/fail")
        client.get(b"/a\x7fb")  # refused before it has a name
        lines = [line.split(" ", 2)[2] for line in self.stop() if " server.http: " in line]
        patterns = (r"INFO     \[worker-\d\] server.http: GET /hello/x -> 200, \d+ bytes in \d+ us",
                    r"WARNING  \[worker-\d\] server.http: GET /work\?ms=60 -> 200, \d+ bytes in \d+ us",
                    r"ERROR    \[worker-\d\] server.http: GET /fail -> 500, \d+ bytes in \d+ us",
                    r"INFO     \[worker-\d\] server.http: - - -> 400, \d+ bytes in \d+ us")
        self.assertEqual(len(lines), len(patterns), lines)
        for line, pattern in zip(lines, patterns):
            self.assertRegex(line, f"^{pattern}$")
        self.assertRegex(self.process.stdout.read(), re.compile(r"^lost: 0$", re.MULTILINE))

    def test_many_clients_lose_nothing(self):
        clients = [self.client() for _ in range(64)]
        for turn in range(20):
            for client in clients:
                client.send(b"GET /hello/%d HTTP/1.1\r\nHost: a\r\n\r\n" % turn)
            for client in clients:
                self.assertEqual(client.answer().body, b"Hello, %d!\n" % turn)
        self.assertEqual(sum(" GET /hello/" in line for line in self.stop()), 64 * 20)

    def test_both_logs_tell_the_same(self):
        client = self.client()
        for i in range(200):  # of all lengths modulo 8, and not only of letters
            client.get(b"/hello/" + b"x" * i)
        client.get(b"/fail\xc3\xa9\x01")
        lines = self.stop()
        decoded = subprocess.run([LOGDUMP, "--format", LINE, str(self.rlog)],
                                 capture_output=True, check=True, text=True).stdout.splitlines()
        self.assertEqual(decoded, lines)
        self.assertGreater(len(lines), 200)


if __name__ == "__main__":
    unittest.main()
