#!/usr/bin/env python3
"""Mails and the budget for them, as a server without TLS sees them.

    smtp_test.py SENDER"""

import email.utils
import re
import time

import support
from fake_smtp import SmtpTest
from support import eventually


class OneMailEach(SmtpTest):
    """max_per_minute -1: as CPython's SMTPHandler."""

    def one(self, **options):
        self.fake = self.server()
        return self.plain(self.fake, max_per_minute=-1, **options)

    def test_looks_like_one_of_pythons(self):
        sender = self.one(to=["a@example.org", "b@example.org"])
        sender.log("something broke")
        self.assertEqual(sender.flush(), 0)
        mail, = self.fake.mails
        self.assertEqual(mail.mail_from, b"<from@example.org>")
        self.assertEqual(mail.recipients, [b"<a@example.org>", b"<b@example.org>"])
        message = mail.message
        self.assertEqual(message.get_all("From"), ["from@example.org"])
        self.assertEqual(message.get_all("To"), ["a@example.org, b@example.org"])
        self.assertEqual(message.get_all("Subject"), ["errors"])
        self.assertEqual(message.get_all("Content-Type"), ['text/plain; charset="utf-8"'])
        self.assertEqual(message["Content-Transfer-Encoding"], "7bit")
        self.assertEqual(message["Auto-Submitted"], "auto-generated")
        when = email.utils.parsedate_to_datetime(message["Date"])
        self.assertLess(abs(when.timestamp() - time.time()), 60)
        self.assertRegex(mail.id, r"^<[0-9a-f.]+@example\.org>$")
        self.assertEqual(mail.body, "something broke\n")
        self.assertEqual(mail.data.count(b"\n"), mail.data.count(b"\r\n"))

    def test_each_record_at_once_over_one_connection(self):
        sender = self.one()
        sender.do("numbered 20")
        self.assertEqual(sender.flush(), 0)
        self.assertEqual([mail.body for mail in self.fake.mails],
                         [f"number {i}\n" for i in range(20)])
        self.assertEqual(len({mail.id for mail in self.fake.mails}), 20)
        self.assertEqual(self.fake.connections, 1)
        sender.log("the same", "the same")
        self.assertEqual(sender.shutdown(), 0)
        self.assertEqual(len(self.fake.mails), 22)
        eventually(lambda: "QUIT" in self.fake.steps)

    def test_without_a_spool_one_try_and_one_error(self):
        fake = self.server()
        fake.stop()
        sender = self.plain(fake, max_per_minute=-1, spool_bytes=-1)
        sender.log("lost")
        self.assertEqual(sender.flush(), 0)
        stats = sender.stats()
        self.assertEqual((stats.records, stats.lost, stats.errors, stats.pending), (1, 1, 1, 0))
        self.assertIn("127.0.0.1 port", stats.last_error)


class Text(SmtpTest):
    def mailed(self, *commands, **options):
        fake = self.server()
        sender = self.plain(fake, **options)
        for command in commands:
            sender.do(command)
        self.assertEqual(sender.flush(), 0)
        mail, = fake.mails
        return mail

    def test_what_is_not_ascii(self):
        mail = self.mailed("error größer als 3 €, = ✓", subject="Fehler: größer ✓ " + "ä" * 90)
        self.assertEqual(mail.message["Content-Transfer-Encoding"], "quoted-printable")
        self.assertEqual(mail.body, "größer als 3 €, = ✓\n")
        self.assertEqual(mail.message["Subject"], "Fehler: größer ✓ " + "ä" * 90)
        self.assertLessEqual(max(map(len, mail.data.split(b"\r\n"))), 78)
        self.assertTrue(mail.data.isascii())

    def test_long_lines_dots_and_long_subjects(self):
        mail = self.mailed("error " + "x" * 5000, "error .", "error ..", "error .end", "error  ",
                           subject="word " * 60 + "end")
        self.assertEqual(mail.body, "x" * 5000 + "\n.\n..\n.end\n \n")
        self.assertEqual(mail.message["Subject"], "word " * 60 + "end")
        self.assertLessEqual(max(map(len, mail.data.split(b"\r\n"))), 998)

    def test_plain_dots(self):
        mail = self.mailed("error .", "error ..a")
        self.assertEqual(mail.message["Content-Transfer-Encoding"], "7bit")
        self.assertEqual(mail.body, ".\n..a\n")

    def test_many_recipients_share_one_folded_header(self):
        to = [f"somebody.number.{i}@example.org" for i in range(40)]
        mail = self.mailed("error x", to=to)
        self.assertEqual(len(mail.recipients), 40)
        self.assertEqual(len(mail.message.get_all("To")), 1)
        self.assertEqual([a.addr_spec for a in mail.message["To"].addresses], to)
        self.assertLessEqual(max(map(len, mail.data.split(b"\r\n"))), 78)

    def test_a_format_of_ones_own(self):
        mail = self.mailed("error x", format="%(levelname)s %(name)s: %(message)s")
        self.assertEqual(mail.body, "ERROR sender: x\n")


class Injection(SmtpTest):
    ENDINGS = [b"\r\nDATA", b"\nBcc: x@y", b"\rX", b">", b"<", b"> SIZE=1", b"@b@c", b" a",
               b"\x7f", b"\x80", b"\xe2\x80\xa8", b"\x01", b",b@c", b";", b'"', b"\\"]

    def test_addresses_and_subject_are_refused(self):
        fake = self.server()
        for ending in self.ENDINGS:
            for name in ("from", "to"):
                with self.subTest(name=name, ending=ending):
                    sender = self.plain(fake, **{name: b"a@example.org" + ending})
                    self.assertEqual(sender.result, -22)
                    self.assertIn(f"smtp handler: {name}", sender.error)
        for ending in (b"\r\nBcc: a@b", b"\nBcc: a@b", b"\r", b"\x01", b"\x1b[2J", b"\xff"):
            with self.subTest(ending=ending):
                sender = self.plain(fake, subject=b"subject" + ending)
                self.assertEqual(sender.result, -22)
                self.assertIn("smtp handler: subject", sender.error)
        for host in (b"", b"a b", b"a/b", b"u:p@h", b"a\r\nb", b"a#b", b"a?b"):
            with self.subTest(host=host):
                self.assertEqual(self.plain(fake, host=host).result, -22)
        self.assertEqual(fake.connections, 0)

    def test_what_is_logged_stays_in_the_body(self):
        corpus = [b"a\r\n.\r\nMAIL FROM:<evil@example.org>\r\n", b"\n.\nQUIT\n", b"\r\n\r\nBcc: x@y",
                  b"Subject: mine\r\n", b".\r\n", b"\r.\r", b"\x00\x1b[31m\x7f", b"\xff\xfe",
                  "\u2028\u202e".encode(), b"=0D=0A.=0D=0A", b"--boundary\r\n", b"=?utf-8?q?x?="]
        for raw in (0, 1):
            with self.subTest(raw=raw):
                fake = self.server()
                sender = self.plain(fake, raw=raw)
                for text in corpus:
                    sender.do("hex " + text.hex())
                self.assertEqual(sender.flush(), 0)
                mail, = fake.mails
                self.assertEqual(mail.recipients, [b"<to@example.org>"])
                self.assertEqual(mail.message.keys(), [
                    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted",
                    "MIME-Version", "Content-Type", "Content-Transfer-Encoding"])
                body = mail.message.get_payload(decode=True).replace(b"\r\n", b"\n")
                if raw:
                    self.assertEqual(body.replace(b"\r", b""),
                                     b"".join(text + b"\n" for text in corpus).replace(b"\r", b""))
                else:
                    self.assertEqual(body.count(b"\n"), len(corpus))
                    self.assertIn(rb"a\r\n.\r\nMAIL FROM:<evil@example.org>\r\n", body)


class Options(SmtpTest):
    def test_what_cannot_be_is_refused(self):
        good = {"host": "h", "from": "a@b", "to": "c@d", "subject": "s"}
        for name, value, expected in (
                ("isolation", 2, "always isolated"), ("timeout_ms", 9, "timeout_ms 9"),
                ("max_per_minute", -2, "max_per_minute"), ("max_per_minute", 1001, "max_per"),
                ("spool_bytes", 100, "spool_bytes 100"), ("user", "u", "come together"),
                ("password", "p", "come together"), ("password_file", "/nowhere", "come together"),
                ("queue_bytes", 1, "queue_bytes")):
            with self.subTest(name=name, value=value):
                self.refused(expected, **{**good, name: value})
        for missing in good:
            with self.subTest(missing=missing):
                self.refused(missing, **{k: v for k, v in good.items() if k != missing})

    def test_a_password_needs_tls_or_a_word(self):
        good = {"host": "h", "from": "a@b", "to": "c@d", "subject": "s", "user": "u"}
        self.refused("allow_plain_auth", **good, password="p", security="plain")
        self.refused("more than one way", **good, password="p", asked_password="q")
        self.refused("control character", **good, password="p\r\nq")
        self.assertEqual(self.sender(**good, password="p").result, 0)


class Digest(SmtpTest):
    def times(self, body, text):
        """How often the mail says that it was logged."""
        count = 0
        lines = body.splitlines()
        for line, after in zip(lines, lines[1:] + [""]):
            if line == text:
                said = re.match(r" +\((\d+) times, last at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\)$", after)
                count += int(said[1]) if said else 1
        return count

    def test_records_of_a_second_share_a_mail(self):
        fake = self.server()
        sender = self.plain(fake)
        before = time.monotonic()
        sender.log("one", "two", "one", "three", "one")
        eventually(lambda: fake.mails)
        self.assertGreater(time.monotonic() - before, 0.5)
        self.assertRegex(fake.mails[0].body,
                         r"^one\n    \(3 times, last at [-0-9]+ [:0-9]+,\d{3}\)\ntwo\nthree\n$")
        time.sleep(0.3)
        self.assertEqual(len(fake.mails), 1)

    def test_repeats_are_the_same_whatever_their_time(self):
        fake = self.server()
        sender = self.plain(fake, format="%(asctime)s %(created)f %(message)s")
        for _ in range(5):
            sender.log("again")
            time.sleep(0.01)
        self.assertEqual(sender.flush(), 0)
        self.assertIn("(5 times, last at", fake.mails[0].body)
        self.assertEqual(fake.mails[0].body.count("again"), 1)

    def test_a_flush_does_not_wait_for_the_second(self):
        fake = self.server()
        sender = self.plain(fake)
        before = time.monotonic()
        sender.log("now")
        self.assertEqual(sender.flush(), 0)
        self.assertLess(time.monotonic() - before, 0.9)
        self.assertEqual(len(fake.mails), 1)

    def test_mails_are_spread_and_the_last_is_kept_for_the_end(self):
        fake = self.server()
        sender = self.plain(fake, max_per_minute=3) # one each half minute, and one in reserve
        sender.log("first")
        eventually(lambda: fake.mails)
        sender.log("second")
        time.sleep(2.5)
        self.assertEqual(len(fake.mails), 1)
        self.assertEqual(sender.flush(), 0)
        sender.log("third")
        self.assertEqual(sender.shutdown(), 0)
        self.assertEqual([mail.body for mail in fake.mails], ["first\n", "second\n", "third\n"])

    def test_what_has_no_mail_left_is_lost_at_the_end_and_does_not_hold_it_up(self):
        fake = self.server()
        sender = self.plain(fake, max_per_minute=1)
        sender.log("first")
        self.assertEqual(sender.flush(), 0)
        sender.log("second", "third")
        self.assertEqual(sender.flush(300), -110)
        self.assertGreater(sender.stats().pending, 0)
        before = time.monotonic()
        self.assertEqual(sender.shutdown(20000), -110)
        self.assertLess(time.monotonic() - before, 5)
        stats = sender.stats()
        self.assertEqual((len(fake.mails), stats.lost), (1, 2))

    def test_a_storm_of_one_error(self):
        fake = self.server()
        sender = self.plain(fake, max_per_minute=3)
        sender.do("many 1000000 the disk is on fire")
        sender.flush(60000)
        self.assertEqual(sender.shutdown(60000), 0)
        self.assertEqual(sender.beside().count("\n"), 1000000)
        self.assert_within_budget(fake.mails, 3)
        told = sum(self.times(mail.body, "the disk is on fire") for mail in fake.mails)
        stats = sender.stats()
        self.assertEqual(told + stats.lost, 1000000)
        self.assertEqual(stats.lost, 0)

    def test_a_storm_of_different_errors(self):
        fake = self.server()
        sender = self.plain(fake, max_per_minute=3, spool_bytes=65536)
        sender.do("numbered 1000000")
        sender.flush(60000)
        sender.log("last words")
        sender.shutdown(60000)
        lines = [line for line in sender.beside().splitlines() if line.startswith("number ")]
        self.assertEqual(lines, [f"number {i}" for i in range(1000000)])
        self.assert_within_budget(fake.mails, 3)
        told = sum(len(re.findall(r"^number \d+$|^last words$|^.* records lost between.*$",
                                  mail.body, re.M)) for mail in fake.mails)
        stats = sender.stats()
        self.assertGreater(told, 100)
        self.assertEqual(told + stats.lost, stats.records)
        self.assertIn("more records, for which there was no room)",
                      "".join(mail.body for mail in fake.mails))


if __name__ == "__main__":
    support.main()
