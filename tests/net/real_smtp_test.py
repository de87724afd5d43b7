#!/usr/bin/env python3
"""Mail to servers that people run.

    real_smtp_test.py SENDER SERVERS"""

import sys
import tempfile
import time

import support
from real_servers import PASSWORD, USER, OpenSmtpd, Postfix
from support import THIS_MACHINE, Certificates, NetTest, eventually

SERVERS = sys.argv.pop(2)


class AnyServer:
    """What each of them must do, by the ways that it has."""

    ways = ("starttls", "tls", "plain")

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.certificates = Certificates(folder.name)
        cls.server = cls.kind_of_server(SERVERS, cls.certificates.server("mx", THIS_MACHINE))
        cls.addClassCleanup(cls.server.stop)

    def mailer(self, security, **options):
        login = {} if security == "plain" else {"user": USER, "password": PASSWORD}
        return self.sender(**{"host": "127.0.0.1", "port": self.server.ports[security],
                              "security": security, "ca": self.certificates.file,
                              "from": "from@example.net", "to": "ops@example.org",
                              "subject": "errors", **login, **options})

    def arrived(self, text):
        """Mails whose body has this; at least one."""
        def found():
            return [mail for mail in self.server.mails() if text in mail.get_content()]
        try:
            return eventually(found)
        except AssertionError:
            raise AssertionError(self.server.root.log()[-3000:]) from None

    def test_each_way(self):
        for security in self.ways:
            with self.subTest(security=security):
                sender = self.mailer(security, subject="größer ✓")
                sender.log(f"by {security}: ✓", ".", "x" * 2000)
                self.assertEqual(sender.flush(), 0, sender.stats().line)
                self.assertEqual(sender.stats().lost, 0, sender.stats().line + self.server.root.log())
                mail, = self.arrived(f"by {security}: ")
                self.assertEqual(mail.get_content(), f"by {security}: ✓\n.\n{'x' * 2000}\n")
                self.assertEqual(mail["Subject"], "größer ✓")
                self.assertEqual(mail["To"], "ops@example.org")
                self.assertEqual(mail["Auto-Submitted"], "auto-generated")

    def test_several_recipients_and_one_mail_each_over_one_connection(self):
        sender = self.mailer(self.ways[0], to=["a@example.org", "b@example.org"], max_per_minute=-1)
        sender.log("each 1.", "each 2.", "each 3.")
        self.assertEqual(sender.flush(), 0, sender.stats().line)
        eventually(lambda: len(self.arrived("each ")) == 6)
        self.assertEqual(len({mail["Message-ID"] for mail in self.arrived("each ")}), 3)

    def test_nobody_there(self):
        sender = self.mailer("plain", to="somebody@elsewhere.example")
        sender.log("never arrives")
        self.assertEqual(sender.flush(), 0)
        self.assertEqual(sender.stats().lost, 1)
        self.assertRegex(sender.stats().last_error, "55[04]")

    def test_zz_down_and_back(self):
        sender = self.mailer(self.ways[0])
        sender.log("before the outage")
        self.assertEqual(sender.flush(), 0)
        self.arrived("before the outage")
        time.sleep(0.5) # or the server has it in its queue still, and delivers it once more
        self.server.halt()
        sender.log("during the outage")
        eventually(lambda: sender.stats().errors)
        for i in range(100):
            sender.log(f"meanwhile {i}")
        self.assertEqual(sender.flush(100), -110)
        self.assertEqual(sender.beside().count("\n"), 102)
        self.server.start()
        self.assertEqual(sender.flush(60000), 0, sender.stats().line)
        self.assertEqual(len(self.arrived("before the outage")), 1)
        self.assertEqual(len(self.arrived("during the outage")), 1)
        mail, = self.arrived("meanwhile")
        self.assertEqual(mail.get_content(), "".join(f"meanwhile {i}\n" for i in range(100)))
        self.assertEqual(sender.stats().lost, 0)


class ToPostfix(AnyServer, NetTest):
    kind_of_server = Postfix

    def test_a_wrong_password(self):
        sender = self.mailer("starttls", password="wr0ng")
        sender.log("never arrives")
        self.assertEqual(sender.flush(), 0)
        self.assertEqual(sender.stats().lost, 1)
        self.assertIn("535", sender.stats().last_error)

    def test_a_certificate_that_nobody_vouches_for(self):
        sender = self.mailer("tls", ca=())
        sender.log("never arrives")
        eventually(lambda: sender.stats().errors)
        self.assertIn("certificate", sender.stats().last_error)


class ToOpenSmtpd(AnyServer, NetTest):
    # Debian 12's (6.8.0p2) fails each TLS handshake with OpenSSL 3: it loses its private key.
    ways = ("plain",)
    kind_of_server = OpenSmtpd


if __name__ == "__main__":
    support.main()
