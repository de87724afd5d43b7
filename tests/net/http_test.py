#!/usr/bin/env python3
"""Lines posted to a server that records, and misbehaves where it is told to; and to nginx.

    http_test.py SENDER"""

import http.server
import json
import socket
import ssl
import struct
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import support
from chroot import free_ports
from support import THIS_MACHINE, Certificates, NetTest, eventually

TOKEN = "s3cr3t-t0ken"


class Request:
    def __init__(self, path, headers, body):
        self.path, self.headers, self.body = path, headers, body
        self.time = time.monotonic()

    @property
    def lines(self):
        return self.body.decode().splitlines()


class FakeHttp:
    """`answers`: one a request, each (status, headers), "hang", "reset", or a number of bytes after
    which it stops reading; then 200."""

    def __init__(self, answers=(), tls=None, port=0):
        self.answers, self.requests, self.connections = list(answers), [], 0
        self.bytes_in = 0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                outer.connections += 1
                super().setup()

            def do_POST(self):
                outer.answer(self)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", port), Handler)
        if tls is not None:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def answer(self, handler):
        answer = self.answers.pop(0) if self.answers else (200, {})
        if answer == "reset":
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                          struct.pack("ii", 1, 0))
            handler.close_connection = True
            handler.connection.close()
            return
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        request = Request(handler.path, handler.headers, body)
        if answer == "hang":
            time.sleep(30)
            return
        status, headers = answer
        if status < 300:
            self.requests.append(request)
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def lines(self):
        return [line for request in self.requests for line in request.lines]


class HttpTest(NetTest):
    kind = "http"

    def server(self, *answers, **options):
        server = FakeHttp(answers, **options)
        self.addCleanup(server.stop)
        return server

    def poster(self, server, scheme="http", **options):
        return self.sender(url=f"{scheme}://127.0.0.1:{server.port}/logs?from=here",
                           **{"timeout_ms": 1000, **options})


class Posts(HttpTest):
    def test_lines_share_a_request(self):
        server = self.server()
        sender = self.poster(server, header=["X-Origin: a test", "X-Other:b"])
        sender.log("one", "two ✓", "three")
        time.sleep(0.3)
        self.assertEqual(server.requests, [])
        eventually(lambda: server.requests)
        request, = server.requests
        self.assertEqual(request.body.decode(), "one\ntwo ✓\nthree\n")
        self.assertEqual(request.path, "/logs?from=here")
        self.assertEqual(request.headers["Content-Type"], "text/plain; charset=utf-8")
        self.assertEqual(request.headers["X-Origin"], "a test")
        self.assertEqual(request.headers["X-Other"], "b")
        for absent in ("Expect", "Transfer-Encoding", "Authorization", "Proxy-Authorization"):
            self.assertIsNone(request.headers[absent])

    def test_a_flush_posts_at_once(self):
        server = self.server()
        sender = self.poster(server, batch_ms=60000)
        sender.log("now")
        before = time.monotonic()
        self.assertEqual(sender.flush(), 0)
        self.assertLess(time.monotonic() - before, 2)
        self.assertEqual(server.lines(), ["now"])

    def test_many_lines_in_bounded_bodies_over_one_connection(self):
        server = self.server()
        sender = self.poster(server, batch_bytes=65536, queue_bytes=1 << 28, batch_ms=100,
                             content_type="application/x-ndjson",
                             format='{"text": "%(message)s", "level": %(levelno)d}')
        sender.do("numbered 200000")
        self.assertEqual(sender.flush(60000), 0)
        self.assertEqual([json.loads(line)["text"] for line in server.lines()],
                         [f"number {i}" for i in range(200000)])
        self.assertLess(max(len(request.body) for request in server.requests), 65536 + 100)
        self.assertEqual(server.requests[0].headers["Content-Type"], "application/x-ndjson")
        self.assertEqual(server.connections, 1)
        stats = sender.stats()
        self.assertEqual((stats.records, stats.lost, stats.errors), (200000, 0, 0))

    def test_what_is_logged_stays_in_its_line(self):
        server = self.server()
        sender = self.poster(server)
        sender.do("hex " + b"a\r\n\r\nPOST /evil HTTP/1.1\r\n\r\n\x00b".hex())
        self.assertEqual(sender.flush(), 0)
        self.assertEqual(server.lines(), [r"a\r\n\r\nPOST /evil HTTP/1.1\r\n\r\n\x00b"])

    def test_refused_options(self):
        good = {"url": "http://127.0.0.1:1/"}
        for bad in ("", "127.0.0.1", "ftp://h/", "file:///etc/passwd", "http://u:p@h/",
                    "http://u@h/", "http://h/a b", "http://h/\r\nX: y", "http://h/\n", "smtp://h"):
            with self.subTest(url=bad):
                self.refused("http handler: URL", url=bad)
        for bad in ("X", "X: a\r\nY: b", "X: a\nb", "X Y: z", ": a", "X:", "X: \x01", "Host: a",
                    "content-length: 3", "Authorization: Basic x", "X: é"):
            with self.subTest(header=bad):
                self.refused("http handler: headers[1]", header=["A: b", bad], **good)
        for name, value, expected in (
                ("content_type", "a\r\nb", "content_type"), ("isolation", 2, "always isolated"),
                ("batch_bytes", 5, "batch_bytes 5"), ("batch_ms", -2, "batch_ms -2"),
                ("timeout_ms", 1, "timeout_ms 1"), ("password", "x", "allow_plain_auth"),
                ("password_file", "/nowhere", "allow_plain_auth")):
            with self.subTest(name=name):
                self.refused(expected, **{name: value}, **good)


class Outage(HttpTest):
    def test_not_now(self):
        for answer in ((429, {}), (500, {}), (503, {}), "reset"):
            with self.subTest(answer=answer):
                server = self.server(answer)
                sender = self.poster(server)
                sender.log("once")
                self.assertEqual(sender.flush(), 0)
                self.assertEqual(server.lines(), ["once"])
                stats = sender.stats()
                self.assertEqual((stats.lost, stats.errors), (0, 1))
                if answer != "reset":
                    self.assertIn(f"HTTP/1.1 {answer[0]}", stats.last_error)

    def test_silence(self):
        server = self.server("hang")
        sender = self.poster(server)
        sender.log("once")
        self.assertEqual(sender.flush(), 0)
        self.assertEqual(server.lines(), ["once"])
        self.assertIn("no answer in time", sender.stats().last_error)

    def test_retry_after_is_honoured(self):
        server = self.server((503, {"Retry-After": "4"}))
        sender = self.poster(server)
        sender.log("later")
        before = time.monotonic()
        self.assertEqual(sender.flush(), 0)
        self.assertGreater(time.monotonic() - before, 3.5)
        self.assertEqual(server.lines(), ["later"])

    def test_what_is_refused_is_given_up(self):
        elsewhere = self.server()
        for status in (301, 307, 308, 400, 401, 403, 404, 413):
            with self.subTest(status=status):
                server = self.server((status, {
                    "Location": f"http://127.0.0.1:{elsewhere.port}/"}))
                sender = self.poster(server)
                sender.log("one", "two")
                self.assertEqual(sender.flush(), 0)
                sender.log("three")
                self.assertEqual(sender.flush(), 0)
                self.assertEqual(server.lines(), ["three"])
                stats = sender.stats()
                self.assertEqual((stats.lost, stats.errors), (2, 1))
                self.assertIn(str(status), stats.last_error)
        self.assertEqual(elsewhere.connections, 0)

    def test_down_and_back(self):
        server = self.server()
        server.stop()
        sender = self.poster(server, batch_bytes=4096)
        sender.do("numbered 5000") # many bodies: all but two wait in the queue
        eventually(lambda: sender.stats().errors >= 2)
        before = sender.cpu_seconds()
        self.assertEqual(sender.flush(1500), -110)
        self.assertLess(sender.cpu_seconds() - before, 0.5) # it waits, it does not spin
        self.assertGreater(sender.stats().pending, 5000)
        self.assertEqual(sender.beside().count("\n"), 5000)
        back = self.server(port=server.port)
        self.assertEqual(sender.flush(30000), 0)
        self.assertEqual(back.lines(), [f"number {i}" for i in range(5000)])
        self.assertEqual(sender.stats().lost, 0)

    def test_a_full_queue_loses_and_counts(self):
        server = self.server()
        server.stop()
        sender = self.poster(server, batch_bytes=4096, queue_bytes=65536)
        for _ in range(20):
            sender.do("numbered 1000")
            sender.flush(1)
        eventually(lambda: sender.stats().records == 20000)
        self.assertGreater(sender.stats().lost, 10000)
        back = self.server(port=server.port)
        self.assertEqual(sender.flush(30000), 0)
        time.sleep(0.1) # the loss is told once there is room
        self.assertEqual(sender.flush(30000), 0)
        stats = sender.stats()
        self.assertEqual(len(back.lines()) + stats.lost, stats.records)
        self.assertTrue(any("records lost between" in line for line in back.lines()))

    def test_shutdown_keeps_its_deadline_and_counts(self):
        for answers in (["hang"] * 9, [(503, {})] * 99):
            with self.subTest(answers=answers[0]):
                server = self.server(*answers)
                sender = self.poster(server, timeout_ms=60000, batch_bytes=1024)
                sender.do("numbered 1000")
                before = time.monotonic()
                self.assertEqual(sender.shutdown(700), -110)
                self.assertLess(time.monotonic() - before, 3)
                # By a thread that goes on after shutdown gave up waiting for it.
                eventually(lambda: sender.stats().lost == 1000)

    def test_shutdown_without_a_deadline_does_not_wait_for_the_dead(self):
        server = self.server()
        server.stop()
        sender = self.poster(server, batch_bytes=1024)
        sender.do("numbered 1000")
        before = time.monotonic()
        self.assertEqual(sender.shutdown(-1), -110)
        self.assertLess(time.monotonic() - before, 10)
        self.assertEqual(sender.stats().lost, 1000)


class Tls(HttpTest):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.authority = Certificates(self.folder.name)

    def context(self, names):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.authority.server("server", names))
        return context

    def test_a_token_only_over_tls_and_only_to_the_right_server(self):
        server = self.server(tls=self.context(THIS_MACHINE))
        for how in ("password", "asked_password"):
            sender = self.poster(server, "https", ca=self.authority.file, **{how: TOKEN})
            sender.log("line")
            self.assertEqual(sender.flush(), 0, sender.stats().line)
            self.assertEqual(server.requests.pop().headers["Authorization"], f"Bearer {TOKEN}")

    def test_wrong_certificates(self):
        for names, ca in ((THIS_MACHINE, ()), ("DNS:elsewhere.example", self.authority.file)):
            with self.subTest(names=names):
                server = self.server(tls=self.context(names))
                sender = self.poster(server, "https", ca=ca, password=TOKEN)
                sender.log("line")
                eventually(lambda: sender.stats().errors)
                self.assertRegex(sender.stats().last_error, "certificate")
                self.assertEqual(sender.shutdown(100), -110)
                self.assertEqual(server.requests, [])


class Nginx(HttpTest):
    """The real one: it keeps each body in a file and asks an upstream for the answer."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.folder.chmod(0o755)
        authority = Certificates(folder.name)
        certificate, key = authority.server("nginx", THIS_MACHINE)
        self.ca = authority.file
        self.port, = free_ports(1)
        (self.folder / "nginx.conf").write_text(f"""
daemon off;
user root;
pid {folder.name}/pid;
error_log {folder.name}/error.log;
events {{}}
http {{
    access_log {folder.name}/access.log;
    client_body_temp_path {folder.name}/bodies;
    proxy_temp_path {folder.name}/proxy;
    fastcgi_temp_path {folder.name}/fastcgi;
    uwsgi_temp_path {folder.name}/uwsgi;
    scgi_temp_path {folder.name}/scgi;
    server {{
        listen 127.0.0.1:{self.port} ssl;
        ssl_certificate {certificate};
        ssl_certificate_key {key};
        client_max_body_size 1m;
        location / {{
            if ($http_authorization != "Bearer {TOKEN}") {{ return 401; }}
            client_body_in_file_only on;
            proxy_pass http://unix:{folder.name}/upstream;
        }}
    }}
    server {{
        listen unix:{folder.name}/upstream;
        location / {{ return 204; }}
    }}
}}
""")
        self.process = subprocess.Popen(
            ["/usr/sbin/nginx", "-p", folder.name, "-e", f"{folder.name}/error.log",
             "-c", f"{folder.name}/nginx.conf"])
        self.addCleanup(self.stop)
        eventually(self.listens)

    def listens(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def lines(self):
        return [line for path in sorted((self.folder / "bodies").rglob("*")) if path.is_file()
                for line in path.read_text().splitlines()]

    def test_lines_arrive(self):
        sender = self.sender(url=f"https://localhost:{self.port}/", ca=self.ca, password=TOKEN,
                             queue_bytes=1 << 27)
        sender.do("numbered 100000")
        self.assertEqual(sender.flush(60000), 0, sender.stats().line)
        stats = sender.stats()
        self.assertEqual((stats.lost, stats.errors), (0, 0), stats.line)
        self.assertEqual(self.lines(), [f"number {i}" for i in range(100000)])

    def test_refused(self):
        sender = self.sender(url=f"https://localhost:{self.port}/", ca=self.ca, password="wrong")
        sender.log("line")
        self.assertEqual(sender.flush(), 0)
        self.assertEqual(sender.stats().lost, 1)
        self.assertIn("HTTP/1.1 401", sender.stats().last_error)


if __name__ == "__main__":
    support.main()
