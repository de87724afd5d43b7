#!/usr/bin/env python3
"""Mail to servers that people run.

    real_smtp_test.py SENDER SERVERS"""

import re
import sys
import tempfile
import time

import support
from real_servers import PASSWORD, USER, OpenSmtpd, Postfix
from support import THIS_MACHINE, Certificates, NetTest, eventually

# What their logs say of a client that got as far as login or mail.
SAID = r"auth|mail=|rcpt=|from="
SERVERS = sys.argv.pop(2)


class AnyServer:
    """What each of them must do, by the ways that it has."""

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
        for security in self.server.ways:
            with self.subTest(security=security):
                sender = self.mailer(security, subject="größer ✓")
                sender.log(f"by {security}: ✓", ".", "x" * 2000)
                self.assertEqual(sender.flush(), 0, sender.stats().line)
                self.assertEqual(sender.stats().lost, 0, sender.stats().line + self.server.root.log())
                mail, = self.arrived(f"by {security}: ")
                self.assertRegex(self.server.root.log(), SAID)
                self.assertEqual(mail.get_content(), f"by {security}: ✓\n.\n{'x' * 2000}\n")
                self.assertEqual(mail["Subject"], "größer ✓")
                self.assertEqual(mail["To"], "ops@example.org")
                self.assertEqual(mail["Auto-Submitted"], "auto-generated")

    def test_several_recipients_and_one_mail_each_over_one_connection(self):
        sender = self.mailer("starttls", to=["a@example.org", "b@example.org"], max_per_minute=-1)
        sender.log("each 1.", "each 2.", "each 3.")
        self.assertEqual(sender.flush(), 0, sender.stats().line)
        eventually(lambda: len(self.arrived("each ")) == 6)
        self.assertEqual(len({mail["Message-ID"] for mail in self.arrived("each ")}), 3)

    def test_a_wrong_password(self):
        for security in ("starttls", "tls"):
            with self.subTest(security=security):
                sender = self.mailer(security, password="wr0ng")
                sender.log("never arrives")
                self.assertEqual(sender.flush(), 0)
                self.assertEqual(sender.stats().lost, 1)
                self.assertIn("535", sender.stats().last_error)

    def all_have_gone(self):
        log = self.server.root.log()
        came, went = (len(re.findall(f" {word}(ed)? ", log)) for word in ("connect", "disconnect"))
        return came == went

    def not_served(self, expected, **options):
        """And no word of the login or the mail was said."""
        eventually(self.all_have_gone) # of other tests
        before = len(self.server.root.log())
        sender = self.mailer(**options)
        sender.log("never arrives")
        eventually(lambda: sender.stats().errors)
        self.assertIn(expected, sender.stats().last_error)
        self.assertEqual(sender.shutdown(2000), -110)
        self.assertEqual(sender.stats().lost, 1)
        eventually(self.all_have_gone) # which is when it says what they did
        self.assertNotRegex(self.server.root.log()[before:], SAID)

    def test_a_certificate_that_nobody_vouches_for(self):
        for security in ("starttls", "tls"):
            with self.subTest(security=security):
                self.not_served("certificate", security=security, ca=())

    def test_no_starttls_on_offer(self):
        self.not_served("STARTTLS", security="starttls", port=self.server.ports["plain"])

    def test_nobody_there(self):
        sender = self.mailer("plain", to="somebody@elsewhere.example")
        sender.log("never arrives")
        self.assertEqual(sender.flush(), 0)
        self.assertEqual(sender.stats().lost, 1)
        self.assertRegex(sender.stats().last_error, "55[04]")

    def test_zz_down_and_back(self):
        sender = self.mailer("starttls")
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


class ToOpenSmtpd(AnyServer, NetTest):
    kind_of_server = OpenSmtpd


if __name__ == "__main__":
    support.main()
