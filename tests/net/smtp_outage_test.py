#!/usr/bin/env python3
"""Mail servers that are down, slow, or out of their mind. Whatever they do, log calls and the file
beside go on, and nothing is lost that is not counted.

    smtp_outage_test.py SENDER"""

import os
import time
import unittest

import support
from fake_smtp import Drip, FakeSmtp, Hang, Reset, SmtpTest
from support import eventually

STEPS = ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "END")


class Outage(SmtpTest):
    def test_down_and_back(self):
        fake = self.server()
        fake.stop()
        sender = self.plain(fake)
        sender.log("while down")
        eventually(lambda: sender.stats().errors >= 2)
        self.assertRegex(sender.stats().last_error, r"127\.0\.0\.1 port \d+")
        self.assertEqual(sender.flush(100), -110)
        before = time.monotonic()
        sender.do("numbered 10000")
        self.assertEqual(sender.flush(300), -110)
        self.assertLess(time.monotonic() - before, 2)
        self.assertEqual(sender.beside().count("\n"), 10001)
        back = self.server(port=fake.port)
        self.assertEqual(sender.flush(30000), 0)
        # What was tried first, as it was; and all the rest in one.
        self.assertEqual(len(back.mails), 2)
        self.assertEqual(back.mails[0].body, "while down\n")
        self.assertEqual(back.mails[1].body, "".join(f"number {i}\n" for i in range(10000)))
        stats = sender.stats()
        self.assertEqual((stats.lost, stats.pending), (0, 0))
        time.sleep(1.5)
        self.assertEqual(len(back.mails), 2)

    def test_a_connection_that_broke_while_idle(self):
        fake = self.server()
        sender = self.plain(fake)
        sender.log("first")
        self.assertEqual(sender.flush(), 0)
        fake.stop()
        back = self.server(port=fake.port)
        sender.log("second")
        self.assertEqual(sender.flush(), 0)
        self.assertEqual([mail.body for mail in back.mails], ["second\n"])

    def test_pauses_between_tries_double(self):
        fake = self.server(answers={"CONNECT": "421 busy"})
        sender = self.plain(fake)
        sender.log("wait")
        sender.flush(9000)
        # After 0 (it is hurried), 1, 3 and 7 seconds.
        self.assertIn(fake.connections, (3, 4))
        self.assertEqual(sender.shutdown(300), -110)

    def test_the_spool_is_bounded(self):
        fake = self.server()
        fake.stop()
        sender = self.plain(fake, spool_bytes=4096)
        for i in range(200):
            sender.log(f"{i:03}" + "x" * 200)
        sender.flush(300)
        stats = sender.stats()
        self.assertEqual(stats.records, 200)
        self.assertGreater(stats.lost, 150)
        self.assertLess(stats.pending, 20000)
        back = self.server(port=fake.port)
        self.assertEqual(sender.flush(), 0)
        text = "".join(mail.body for mail in back.mails)
        self.assertEqual(text.count("x" * 200) + sender.stats().lost, sender.stats().records)
        self.assertIn(f"(and {stats.lost} more records, for which there was no room)", text)

    def test_shutdown_keeps_its_deadline_and_counts(self):
        fake = self.server(answers={"CONNECT": Hang})
        sender = self.plain(fake)
        sender.log("never", "ever")
        before = time.monotonic()
        self.assertEqual(sender.shutdown(1500), -110)
        self.assertLess(time.monotonic() - before, 3)
        self.assertEqual(sender.stats().lost, 2)
        self.assertEqual(sender.beside(), "never\never\n")

    def test_shutdown_keeps_it_after_the_final_dot_too(self):
        fake = self.server(answers={"END": Hang})
        sender = self.plain(fake, timeout_ms=60000)
        sender.log("never")
        before = time.monotonic()
        self.assertEqual(sender.shutdown(500), -110)
        self.assertLess(time.monotonic() - before, 2)
        self.assertEqual(sender.stats().lost, 1)

    def test_shutdown_without_a_deadline_tries_once_more(self):
        fake = self.server()
        fake.stop()
        sender = self.plain(fake)
        sender.log("never")
        eventually(lambda: sender.stats().errors)
        before = time.monotonic()
        self.assertEqual(sender.shutdown(-1), -110)
        self.assertLess(time.monotonic() - before, 10)
        self.assertEqual(sender.stats().lost, 1)

    def test_a_removed_handler_delivers_what_it_has(self):
        fake = self.server()
        sender = self.plain(fake)
        sender.log("last words")
        sender.do("remove")
        eventually(lambda: fake.mails)
        eventually(lambda: "QUIT" in fake.steps)

    @unittest.skipIf(os.environ.get("RINGLOG_SANITIZE"), "their run-times do not survive a fork")
    def test_a_fork_child_has_mails_of_its_own(self):
        fake = self.server()
        sender = self.plain(fake)
        sender.log("parent's")
        self.assertEqual(sender.flush(), 0)
        sender.log("parent's second")
        self.assertEqual(sender.do("fork child's"), "fork 0")
        self.assertEqual(fake.connections, 2) # one of its own
        self.assertEqual(sender.flush(), 0)
        self.assertEqual(sorted(mail.body for mail in fake.mails),
                         ["child's\n", "parent's\n", "parent's second\n"])
        self.assertEqual(fake.connections, 2)


class Misbehaviour(SmtpTest):
    """One record, a timeout of a second a step, and a server that does this once."""

    def deliver(self, answers, timeout_ms=1000, **options):
        self.fake = self.server(answers=answers)
        sender = self.plain(self.fake, timeout_ms=timeout_ms, **options)
        sender.log("the record")
        self.assertEqual(sender.flush(30000), 0)
        self.assertEqual(sender.beside(), "the record\n")
        return sender.stats()

    def assert_one_mail(self):
        self.assertEqual([mail.body for mail in self.fake.mails], ["the record\n"])

    def test_not_now_at_each_step(self):
        for step in STEPS:
            with self.subTest(step=step):
                stats = self.deliver({step: ["451 not now\x1b[2J"]})
                self.assert_one_mail()
                self.assertEqual((stats.lost, stats.pending), (0, 0))
                if step != "EHLO": # for which there is HELO
                    self.assertEqual(stats.errors, 1)
                    self.assertIn("451 not now?[2J", stats.last_error)

    def test_never_at_each_step(self):
        for step in STEPS:
            with self.subTest(step=step):
                stats = self.deliver({step: "554 never"})
                self.assertEqual(self.fake.mails, [])
                self.assertEqual((stats.lost, stats.errors), (1, 1))
                self.assertIn("554 never", stats.last_error)

    def test_one_recipient_of_two_is_refused(self):
        stats = self.deliver({"RCPT": ["550 nobody here"]}, to=["a@b", "c@d"])
        self.assert_one_mail()
        self.assertEqual(self.fake.mails[0].recipients, [b"<c@d>"])
        self.assertEqual((stats.lost, stats.errors, stats.last_error), (0, 1, "550 nobody here"))

    def test_silence_at_each_step(self):
        for step in STEPS[:-1]:
            with self.subTest(step=step):
                stats = self.deliver({step: [Hang]})
                self.assert_one_mail()
                self.assertEqual((stats.lost, stats.errors), (0, 1), stats.line)
                self.assertIn("no answer in time", stats.last_error)

    def test_reset_at_each_step(self):
        for step in STEPS[:-1]:
            with self.subTest(step=step):
                stats = self.deliver({step: [Reset]})
                self.assert_one_mail()
                self.assertEqual((stats.lost, stats.errors), (0, 1), stats.line)

    def test_silence_after_the_final_dot(self):
        for silence in (Hang, Reset):
            with self.subTest(silence=silence):
                stats = self.deliver({"END": [silence]})
                # It may have been taken: a second one can be told from another by its id.
                self.assertEqual(len(self.fake.mails), 2)
                self.assertEqual(self.fake.mails[0].data, self.fake.mails[1].data)
                self.assertEqual((stats.lost, stats.errors), (0, 1), stats.line)

    def test_such_doubles_stay_within_the_budget(self):
        fake = self.server(answers={"END": [Hang, Hang, Hang, Hang]})
        sender = self.plain(fake, timeout_ms=100, max_per_minute=2)
        sender.log("the record")
        self.assertEqual(sender.flush(8000), -110)
        self.assertEqual(len(fake.mails), 2)
        self.assertEqual(sender.shutdown(1000), -110)
        self.assertEqual(sender.stats().lost, 1)
        self.assertEqual(len(fake.mails), 2)

    def test_a_byte_a_second(self):
        stats = self.deliver({"CONNECT": [Drip("220 I am a slow one")]})
        self.assert_one_mail()
        self.assertIn("no answer in time", stats.last_error)

    def test_a_greeting_without_end(self):
        stats = self.deliver({"CONNECT": ["220-" + "x" * 100000 + "\r\n220-y" * 1000]})
        self.assert_one_mail()
        self.assertEqual(stats.lost, 0)

    def test_nonsense(self):
        for answer in ("", "\0\0\0", "2", "99999 what", "250", "HTTP/1.1 200 OK"):
            with self.subTest(answer=answer):
                self.deliver({"CONNECT": [answer], "MAIL": [answer]})
                self.assert_one_mail()

    def test_a_goodbye_that_never_comes_holds_nothing_up(self):
        self.deliver({"QUIT": Hang})
        sender = self.plain(self.fake)
        sender.log("x")
        before = time.monotonic()
        self.assertEqual(sender.shutdown(10000), 0)
        self.assertLess(time.monotonic() - before, 5)


class TwoServers(SmtpTest):
    kind = "http"

    def test_a_dead_server_delays_no_other(self):
        """The other one is HTTP's; here only that log calls, file and flush go on."""
        dead = FakeSmtp(answers={"CONNECT": Hang})
        self.addCleanup(dead.stop)
        sender = support.Sender("smtp", {
            "host": "127.0.0.1", "port": dead.port, "security": "plain", "from": "a@b",
            "to": "c@d", "subject": "s", "timeout_ms": 600000})
        self.addCleanup(sender.end)
        for step in range(1, 11):
            before = time.monotonic()
            sender.do("numbered 1000")
            eventually(lambda: sender.beside().count("\n") == step * 1000)
            self.assertLess(time.monotonic() - before, 1)


if __name__ == "__main__":
    support.main()
