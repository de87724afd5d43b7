#!/usr/bin/env python3
"""No byte of a password or a record leaves before the server has shown who it is.

    smtp_tls_test.py SENDER"""

import base64
import os
import ssl
import tempfile
from pathlib import Path

import support
from fake_smtp import Hang, SmtpTest
from support import THIS_MACHINE, Certificates, eventually

USER, PASSWORD, RECORD = "mailer", "s3cr3t-Passw0rd", "the-record-itself"


class TlsTest(SmtpTest):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.ours = Certificates(cls.folder.name)
        cls.theirs = Certificates(cls.folder.name, "other")
        cls.good = cls.ours.server("good", THIS_MACHINE)
        cls.wrong_name = cls.ours.server("wrong", "DNS:mail.example.org,IP:192.0.2.1")
        cls.unknown = cls.theirs.server("unknown", THIS_MACHINE)

    def context(self, files, most=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*files)
        if most is not None:
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = most
            context.set_ciphers("ALL:@SECLEVEL=0")
        return context

    def secret_server(self, files, most=None, **options):
        return self.server(tls=self.context(files, most), auth=True, **options)

    def secret_sender(self, server, security, **options):
        return self.plain(server, security=security, user=USER, **{
            "password": PASSWORD, "ca": self.ours.file, "timeout_ms": 2000, **options})

class Tls(TlsTest):
    def assert_nothing_leaked(self, server):
        secrets = [PASSWORD.encode(), RECORD.encode(), USER.encode(), b"errors",
                   base64.b64encode(PASSWORD.encode()),
                   base64.b64encode(f"\0{USER}\0{PASSWORD}".encode())]
        for secret in secrets:
            self.assertNotIn(secret, server.bytes_in)
        self.assertNotIn("AUTH", server.steps)
        self.assertNotIn("MAIL", server.steps)
        self.assertEqual(server.mails, [])

    def assert_refused(self, server, security, expected, **options):
        sender = self.secret_sender(server, security, **options)
        sender.log(RECORD)
        eventually(lambda: sender.stats().errors >= 2) # and tried again: it may be repaired
        self.assertIn(expected, sender.stats().last_error)
        self.assertEqual(sender.shutdown(300), -110)
        # A thread that is just reading the system's certificates may see the deadline late.
        eventually(lambda: sender.stats().lost == 1)
        self.assertGreater(server.connections, 0)
        self.assert_nothing_leaked(server)

    def test_delivered_by_both_ways_of_tls(self):
        for security, implicit in (("starttls", False), ("tls", True)):
            for how in ("password", "asked_password"):
                with self.subTest(security=security, how=how):
                    server = self.secret_server(self.good, implicit=implicit)
                    options = {"password": ()}
                    options[how] = PASSWORD
                    sender = self.secret_sender(server, security, **options)
                    sender.log(RECORD)
                    self.assertEqual(sender.flush(), 0)
                    mail, = server.mails
                    self.assertEqual(mail.body, RECORD + "\n")
                    self.assertEqual(mail.login, (USER, PASSWORD))
                    self.assertNotIn(PASSWORD.encode(), server.bytes_in)
                    self.assertNotIn(RECORD.encode(), server.bytes_in)

    def test_delivered_at_exit(self):
        for late in (0, 1):
            with self.subTest(late=late):
                server = self.secret_server(self.good)
                sender = self.secret_sender(server, "starttls", late=late)
                sender.log(RECORD)
                self._end(sender)
                self.assertEqual(len(server.mails), 1)

    def test_an_exit_that_cannot_deliver(self):
        server = self.secret_server(self.good, answers={"EHLO": Hang})
        sender = self.secret_sender(server, "starttls", ca=(), timeout_ms=60000)
        sender.log(RECORD)
        self.assertEqual(sender.shutdown(10), -110) # perhaps in the middle of reading certificates

    def test_a_name_that_does_not_match(self):
        for security, implicit in (("starttls", False), ("tls", True)):
            with self.subTest(security=security):
                server = self.secret_server(self.wrong_name, implicit=implicit)
                self.assert_refused(server, security, "127.0.0.1")

    def test_an_authority_that_nobody_knows(self):
        for security, implicit in (("starttls", False), ("tls", True)):
            with self.subTest(security=security):
                server = self.secret_server(self.unknown, implicit=implicit)
                self.assert_refused(server, security, "certificate")

    def test_the_systems_authorities_do_not_know_ours(self):
        server = self.secret_server(self.good)
        self.assert_refused(server, "starttls", "certificate", ca=())

    def test_a_server_without_starttls(self):
        server = self.secret_server(self.good, starttls=False)
        self.assert_refused(server, "starttls", "STARTTLS")

    def test_a_server_that_refuses_starttls(self):
        for answer in ("454 not today", "502 what is that?"):
            with self.subTest(answer=answer):
                server = self.secret_server(self.good, answers={"STARTTLS": answer})
                self.assert_refused(server, "starttls", answer)

    def test_tls_1_1_is_too_old(self):
        # By our own will, not by that of the system's configuration.
        lax = Path(self.folder.name, "openssl.cnf")
        lax.write_text("openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n"
                       "[c]\nMinProtocol = TLSv1\nCipherString = ALL:@SECLEVEL=0\n")
        server = self.secret_server(self.good, most=ssl.TLSVersion.TLSv1_1)
        self.assert_refused(server, "starttls", "SSL",
                            environment={**os.environ, "OPENSSL_CONF": str(lax)})

    def test_a_server_that_speaks_before_tls_is_on(self):
        # What follows the answer in clear could be anybody's.
        server = self.secret_server(self.good, answers={
            "STARTTLS": "220 go on\r\n250-injected\r\n250 AUTH PLAIN"})
        self.assert_refused(server, "starttls", "")

    def test_repaired_certificates_deliver(self):
        server = self.secret_server(self.wrong_name)
        sender = self.secret_sender(server, "starttls")
        sender.log(RECORD)
        eventually(lambda: sender.stats().errors)
        server.context = self.context(self.good)
        self.assertEqual(sender.flush(), 0)
        self.assertEqual(len(server.mails), 1)

    def test_insecure_has_to_be_asked_for(self):
        server = self.secret_server(self.unknown)
        sender = self.secret_sender(server, "starttls", insecure=1)
        sender.log(RECORD)
        self.assertEqual(sender.flush(), 0)
        self.assertEqual(len(server.mails), 1)

    def test_a_password_in_clear_has_to_be_asked_for(self):
        server = self.secret_server(self.good)
        sender = self.secret_sender(server, "plain", plain_auth=1)
        sender.log(RECORD)
        self.assertEqual(sender.flush(), 0)
        self.assertEqual(server.mails[0].login, (USER, PASSWORD))

    def test_a_wrong_password_is_given_up(self):
        server = self.secret_server(self.good, answers={"AUTH": "535 wrong"})
        sender = self.secret_sender(server, "starttls")
        sender.log(RECORD)
        self.assertEqual(sender.flush(), 0)
        stats = sender.stats()
        self.assertEqual((stats.lost, stats.errors), (1, 1))
        self.assertIn("535 wrong", stats.last_error)
        self.assertNotIn(PASSWORD, stats.last_error)

    def test_neither_proxy_nor_netrc(self):
        proxy = self.server()
        home = Path(self.folder.name, "home")
        home.mkdir(exist_ok=True)
        Path(home, ".netrc").write_text("machine 127.0.0.1 login thief password stolen\n")
        Path(home, ".netrc").chmod(0o600)
        url = f"http://127.0.0.1:{proxy.port}"
        environment = {**os.environ, "HOME": str(home), "ALL_PROXY": url, "all_proxy": url,
                       "http_proxy": url, "https_proxy": url, "smtp_proxy": url,
                       "smtps_proxy": url, "SSLKEYLOGFILE": str(home / "keys")}
        server = self.secret_server(self.good)
        sender = self.secret_sender(server, "starttls", environment=environment)
        sender.log(RECORD)
        self.assertEqual(sender.flush(), 0)
        self.assertEqual(server.mails[0].login, (USER, PASSWORD))
        self.assertEqual(proxy.connections, 0)


class PasswordFile(TlsTest):
    def file(self, text, mode=0o600):
        path = Path(self.folder.name, "password")
        path.unlink(missing_ok=True)
        path.write_bytes(text)
        path.chmod(mode)
        return str(path)

    def test_its_first_line_is_read_before_each_try(self):
        path = self.file(PASSWORD.encode() + b"\nignored\n")
        server = self.secret_server(self.good)
        sender = self.secret_sender(server, "starttls", password=(), password_file=path)
        sender.log(RECORD)
        self.assertEqual(sender.flush(), 0)
        self.assertEqual(server.mails[0].login, (USER, PASSWORD))
        Path(path).chmod(0o640) # from now on it says nothing
        sender.log("another")
        self.assertEqual(sender.flush(500), -110)
        self.assertIn("mode 0640", sender.stats().last_error)
        Path(path).chmod(0o600)
        self.assertEqual(sender.flush(), 0)
        self.assertEqual(len(server.mails), 2)

    def test_what_is_refused_at_creation(self):
        server = self.secret_server(self.good)
        for text, mode, expected in ((b"x", 0o604, "mode 0604"), (b"x", 0o660, "mode 0660"),
                                     (b"\n", 0o600, "is empty"), (b"", 0o600, "is empty"),
                                     (b"a\x01b", 0o600, "control character")):
            with self.subTest(text=text, mode=mode):
                sender = self.secret_sender(server, "starttls", password=(),
                                            password_file=self.file(text, mode))
                self.assertLess(sender.result, 0)
                self.assertIn(expected, sender.error)
        for path in ("/nowhere/at/all", "/dev/null", self.folder.name):
            with self.subTest(path=path):
                sender = self.secret_sender(server, "starttls", password=(), password_file=path)
                self.assertLess(sender.result, 0)
                self.assertIn("password file", sender.error)


if __name__ == "__main__":
    support.main()
