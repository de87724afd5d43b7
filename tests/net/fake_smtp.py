"""An SMTP server that records every byte it gets, and misbehaves where it is told to.

What a well-behaved server does is tried with real ones; this one is for what they never do."""

import base64
import email
import email.policy
import socket
import ssl
import struct
import threading
import time

from support import NetTest


class Hang:
    """Says nothing any more."""


class Reset:
    """Breaks the connection."""


class Drip:
    """Says its answer a byte a second."""

    def __init__(self, answer):
        self.answer = answer


class Mail:
    def __init__(self, mail_from, recipients, data, login):
        self.mail_from, self.recipients, self.login = mail_from, recipients, login
        self.data, self.time = data, time.monotonic()
        self.message = email.message_from_bytes(data, policy=email.policy.default)

    @property
    def id(self):
        return self.message["Message-ID"]

    @property
    def body(self):
        return self.message.get_content().replace("\r\n", "\n")


class FakeSmtp:
    """`answers` by the step they answer: CONNECT, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, END (of the
    mail), QUIT. An answer is a line, Hang, Reset or Drip; a list of them is used up, one a time."""

    def __init__(self, tls=None, implicit=False, starttls=True, auth=False, answers=None, port=0):
        self.context, self.implicit = tls, implicit
        self.starttls, self.auth = starttls and tls is not None and not implicit, auth
        self.answers = dict(answers or {})
        self.mails, self.bytes_in, self.connections, self.steps = [], b"", 0, []
        self.open = []
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            self.open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def stop(self):
        """As a server that goes down: closed port, reset connections."""
        if self.listener.fileno() >= 0:
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in self.open:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _serve(self, connection):
        try:
            Session(self, connection).run()
        except (OSError, ssl.SSLError, ConnectionError):
            pass
        finally:
            connection.close()

    def answer(self, step, usual):
        self.steps.append(step)
        answer = self.answers.get(step, usual)
        if isinstance(answer, list):
            return answer.pop(0) if answer else usual
        return answer


class Session:
    def __init__(self, server, connection):
        self.server, self.socket, self.pending = server, connection, b""
        self.secure = False
        self.reset()
        self.login = None

    def reset(self):
        self.mail_from, self.recipients = None, []

    def run(self):
        if self.server.implicit:
            self.start_tls()
        self.say("CONNECT", "220 fake ready")
        while (line := self.line()) is not None:
            if not self.obey(line):
                return

    def start_tls(self):
        # What arrives is recorded before it is decrypted: all that somebody on the way sees.
        inside, outside = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = self.server.context.wrap_bio(inside, outside, server_side=True)
        self.inside, self.outside, self.secure = inside, outside, True
        self.pump(self.tls.do_handshake)

    def receive(self):
        data = self.socket.recv(65536)
        self.server.bytes_in += data
        return data

    def pump(self, step):
        while True:
            try:
                return step()
            except ssl.SSLWantReadError:
                self.socket.sendall(self.outside.read())
                data = self.receive()
                if not data:
                    raise ConnectionError("gone") from None
                self.inside.write(data)
            finally:
                if out := self.outside.read():
                    self.socket.sendall(out)

    def read(self):
        return self.pump(lambda: self.tls.read(65536)) if self.secure else self.receive()

    def write(self, data):
        if self.secure:
            self.tls.write(data)
            self.socket.sendall(self.outside.read())
        else:
            self.socket.sendall(data)

    def line(self):
        while b"\r\n" not in self.pending:
            data = self.read()
            if not data:
                return None
            self.pending += data
        line, self.pending = self.pending.split(b"\r\n", 1)
        return line

    def say(self, step, usual):
        return self.tell(self.server.answer(step, usual))

    def tell(self, answer):
        if answer is Hang:
            while self.receive():
                pass
            raise ConnectionError("gone")
        if answer is Reset:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise ConnectionError("reset")
        if isinstance(answer, Drip):
            for byte in answer.answer.encode() + b"\r\n":
                time.sleep(1)
                self.write(bytes([byte]))
            return answer.answer
        self.write(answer.encode() + b"\r\n")
        return answer

    def obey(self, line):
        verb = line.split(b" ")[0].split(b":")[0].upper().decode("latin1")
        if verb in ("EHLO", "HELO"):
            self.say("EHLO", "\r\n".join(self.features()))
        elif verb == "STARTTLS":
            if self.say("STARTTLS", "220 go on").startswith("220"):
                self.pending = b""
                self.start_tls()
        elif verb == "AUTH":
            self.authenticate(line)
        elif verb == "MAIL":
            if self.say("MAIL", "250 ok").startswith("250"):
                self.mail_from = line.split(b":", 1)[1].strip()
        elif verb == "RCPT":
            if self.say("RCPT", "250 ok").startswith("250"):
                self.recipients.append(line.split(b":", 1)[1].strip())
        elif verb == "DATA":
            if self.say("DATA", "354 go on").startswith("354"):
                self.take_mail()
        elif verb == "QUIT":
            self.say("QUIT", "221 bye")
            return False
        else:
            self.say(verb, "500 what?")
        return True

    def features(self):
        lines = ["fake", "8BITMIME"]
        lines += ["STARTTLS"] if self.server.starttls and not self.secure else []
        lines += ["AUTH PLAIN LOGIN"] if self.server.auth else []
        return ["250-" + text for text in lines[:-1]] + ["250 " + lines[-1]]

    def authenticate(self, line):
        words = line.split(b" ")
        if len(words) == 2:
            self.write(b"334 \r\n")
            words.append(self.line())
        answer = self.say("AUTH", "235 welcome")
        if answer.startswith("235"):
            _, user, password = base64.b64decode(words[2]).split(b"\0")
            self.login = (user.decode(), password.decode())

    def take_mail(self):
        lines = []
        while (line := self.line()) != b".":
            if line is None:
                raise ConnectionError("gone")
            lines.append(line[1:] if line.startswith(b".") else line)
        mail = Mail(self.mail_from, self.recipients, b"\r\n".join(lines) + b"\r\n", self.login)
        self.reset()
        answer = self.server.answer("END", "250 taken")
        if answer is Hang or answer is Reset or answer.startswith("250"):
            self.server.mails.append(mail)
        self.tell(answer)


class SmtpTest(NetTest):
    def server(self, **options):
        server = FakeSmtp(**options)
        self.addCleanup(server.stop)
        return server

    def plain(self, server, **options):
        return self.sender(**{"host": "127.0.0.1", "port": server.port, "security": "plain",
                              "from": "from@example.org", "to": "to@example.org",
                              "subject": "errors", **options})

    def assert_within_budget(self, mails, most):
        """No minute has more."""
        times = [mail.time for mail in mails]
        for first, last in zip(times, times[most:]):
            self.assertGreater(last - first, 60)
