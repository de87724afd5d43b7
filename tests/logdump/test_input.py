"""Which files logdump reads, in which order, and what it says of their being whole."""

import fnmatch
import json
import os
import random
import signal
import subprocess
import threading
import time
import unittest
from pathlib import Path

from given import BASE_NS, Record, given_log
from logdump_case import DAMAGED, FOUND, LOGDUMP, NOTHING, UNREADABLE, USAGE, Case, dump, make


def blocks_of(log):
    return [b"\x9erlog" + part for part in log.split(b"\x9erlog")[1:]]


class Files(Case):
    def folder_of(self, name, files):
        folder = Path(self.folder.name) / name
        folder.mkdir()
        for file, data in files.items():
            (folder / file).write_bytes(data)
        return folder

    def test_a_directory_is_its_logs(self):
        folder = self.folder_of("logs", {"b.rlog": self.plain, "a.rlog.1": self.plain,
                                         "notes.txt": b"no log", ".hidden.rlog": b""})
        self.assertEqual(dump("--count", folder), (FOUND, "12\n", ""))

    def test_rotated_ones_belong_to_a_file(self):
        folder = self.folder_of("rotated", {"app.rlog": self.plain, "app.rlog.1": self.plain,
                                            "app.rlog.2": self.plain, "other.rlog": self.plain})
        self.assertEqual(dump("--count", folder / "app.rlog"), (FOUND, "6\n", ""))
        self.assertEqual(dump("--count", "--rotated", folder / "app.rlog"), (FOUND, "18\n", ""))
        os.chdir(folder)
        self.assertEqual(dump("--count", "--rotated", "app.rlog"), (FOUND, "18\n", ""))

    def test_patterns_that_the_shell_left_alone(self):
        folder = self.folder_of("patterns", {"x.1": self.plain, "x.2": self.plain})
        self.assertEqual(dump("--count", folder / "x.*"), (FOUND, "12\n", ""))
        code, _, err = dump("--count", folder / "y.*")
        self.assertEqual(code, UNREADABLE)
        self.assertIn("nothing matches", err)

    def test_names_drive_no_terminal(self):
        path = self.file("evil\x1b[2J\n.rlog", b"no log" * 50)
        _, _, err = dump(path)
        self.assertNotIn("\x1b", err)
        self.assertIn("evil?[2J", err)

    def test_one_among_many_that_is_no_log(self):
        folder = self.folder_of("some", {"a.rlog": self.plain, "b.rlog": b"text\n" * 100})
        code, out, err = dump("--count", folder)
        self.assertEqual((code, out), (UNREADABLE, "6\n"))
        self.assertIn("b.rlog: is no ringlog binary log", err)


    def test_nothing_that_could_grow_is_not_waited_for(self):
        self.assertEqual(dump("-f", self.path.parent / "nowhere.rlog")[0], UNREADABLE)
        self.assertEqual(dump("-f", self.file("text.rlog", b"text\n" * 100))[0], UNREADABLE)
        self.assertEqual(dump("-f", "--count", data=self.plain), (FOUND, "6\n", "")) # a pipe
        self.assertEqual(dump("-f", data=b"")[::2],
                         (UNREADABLE, "logdump: standard input: is empty\n"))


class Order(Case):
    def test_records_of_all_files_come_by_time(self):
        copies = [self.file(f"{i}.rlog", make("many", "500")) for i in range(5)]
        _, out, _ = dump("--utc", "--format", "%(created)f", *copies)
        times = out.split()
        self.assertEqual(len(times), 2500)
        self.assertEqual(times, sorted(times))

    def test_of_equal_times_the_file_that_was_named_first_comes_first(self):
        chance = random.Random(1)
        files, expected = [], []
        for name in range(4):
            times = sorted(BASE_NS + chance.randrange(100) for _ in range(150))
            files.append(self.file(f"{name}.rlog", given_log(
                [Record(f"{name} {i}", time_ns=time_ns) for i, time_ns in enumerate(times)])))
            expected += [(time_ns, name, i) for i, time_ns in enumerate(times)]
        out = dump("--format", "%(message)s", *files)[1]
        self.assertEqual(out.splitlines(), [f"{name} {i}" for _, name, i in sorted(expected)])

    def test_a_file_that_begins_later_is_opened_in_time(self):
        at = lambda *seconds: given_log([Record(f"{second}", time_ns=BASE_NS + int(second * 1e9))
                                         for second in seconds])
        files = [self.file("long.rlog", at(*range(30))), self.file("later.rlog", at(10.5, 20.5))]
        out = [float(line) for line in dump("--format", "%(message)s", *files)[1].splitlines()]
        self.assertEqual(out, sorted([*range(30), 10.5, 20.5]))

    def test_a_time_as_early_as_can_be(self):
        first = self.file("first.rlog", given_log([Record("first", time_ns=-2**63 + 1)]))
        self.assertEqual(dump("--format", "%(message)s", self.path, first)[1].split()[0], "first")

    def test_a_thousand_files_need_no_thousand_open_ones(self):
        folder = Path(self.folder.name) / "thousand"
        folder.mkdir()
        for i in range(300):
            (folder / f"app.rlog.{i}").write_bytes(make("later", str(i)))
        code, out, err = dump("--format", "%(created)f", folder / "app.rlog.*", limit_files=16)
        self.assertEqual((code, err), (FOUND, ""))
        self.assertEqual(out.split(), sorted(out.split()))
        self.assertEqual(len(out.split()), 600)


class Times(Case):
    """Two records each at 0, 10, 20 ... minutes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.logs = [make("later", str(minutes)) for minutes in range(0, 100, 10)]
        cls.long = Path(cls.folder.name) / "long.rlog"
        cls.long.write_bytes(b"".join(cls.logs))

    def minutes(self, *options, path=None):
        code, out, err = dump("--format", "%(message)s", *options, path or self.long)
        self.assertEqual((code, err), (FOUND, ""))
        return [int(line.split()[0]) for line in out.splitlines()]

    def test_the_first_and_the_last_ones(self):
        self.assertEqual(self.minutes("-n", "3"), [0, 0, 10])
        self.assertEqual(self.minutes("--tail", "3"), [80, 90, 90])
        self.assertEqual(self.minutes("--tail", "100")[:3], [0, 0, 10])
        self.assertEqual(self.minutes("--tail", "3", "--until", "2026-01-02T03:30:00"),
                         [10, 20, 20])

    def test_the_last_ones_of_many_files(self):
        paths = [self.file(f"part.{i}", log) for i, log in enumerate(self.logs)]
        self.assertEqual(self.minutes("--tail", "3", *paths[:-1], path=paths[-1]), [80, 90, 90])

    def test_for_the_last_ones_not_all_is_read(self):
        first = make("many", "20000")
        damaged = bytearray(first)
        damaged[len(blocks_of(first)[0]) + len(blocks_of(first)[1]) - 1] ^= 1 # a body's padding
        path = self.file("damaged.rlog", damaged + b"".join(self.logs))
        self.assertEqual(dump(path)[0], DAMAGED)
        self.assertEqual(self.minutes("--tail", "3", path=path), [80, 90, 90])
        # Nor when the last ones are few and far between.
        self.assertEqual(self.minutes("--tail", "3", "--grep", "minutes", path=path), [80, 90, 90])

    def test_the_last_ones_are_the_last_ones_also_when_the_time_was_set_back(self):
        log = self.logs[9] + make("many", "5000") + self.logs[0] # the last two are the earliest
        path = self.file("set_back.rlog", log)
        self.assertEqual(self.minutes("--tail", "2", path=path), [0, 0])
        piped = dump("--format", "%(message)s", "--tail", "2", data=log)[1].split()
        self.assertEqual([piped[0], piped[3]], ["0", "0"])

    def test_a_told_loss_is_none_of_the_last_records(self):
        for options in ([self.path], []): # from near the end, and from a pipe
            data = None if options else self.plain
            for tail in (1, 2, 6):
                _, out, _ = dump("--format", "%(message)s", "--tail", tail, *options, data=data)
                lines = out.splitlines()
                self.assertEqual(lines[-1][:15], "17 records lost")
                self.assertEqual([int(line[7]) for line in lines[:-1]], list(range(6 - tail, 6)))

    def test_times_without_a_zone_are_utc_if_times_are(self):
        for options in (["--since", "2026-01-02T04:00"], ["-w", 'time >= "2026-01-02T04:00"']):
            local = dump("--count", *options, self.long, zone="Asia/Tokyo")[1]
            utc = dump("--count", *options, "--utc", self.long, zone="Asia/Tokyo")[1]
            self.assertEqual((local, utc), ("20\n", "8\n"), options)

    def test_times_that_leave_nothing(self):
        code, _, err = dump("--since", "2026-01-03", "--until", "2026-01-02", self.long)
        self.assertEqual(code, USAGE)
        self.assertIn("--since 2026-01-03 is later than --until 2026-01-02", err)
        self.assertEqual(dump("--until", "@0", self.long)[0], NOTHING)
        self.assertEqual(dump("--around", "@9223372036", "--span", "1d", self.long)[0], NOTHING)

    def test_relative_to_the_last_record(self):
        self.assertEqual(self.minutes("--from-end", "--since", "-15min"), [80, 80, 90, 90])
        self.assertEqual(self.minutes("--from-end", "--until", "-1h20min"), [0, 0, 10, 10])
        self.assertEqual(self.minutes("--from-end", "--around", "-30min", "--span", "11m"),
                         [50, 50, 60, 60, 70, 70])
        code, _, err = dump("--from-end", "--since", "-1h", data=self.logs[0])
        self.assertEqual(code, UNREADABLE)
        self.assertIn("--from-end: the last record cannot be known: standard input", err)

    def test_relative_to_the_end_of_those_that_have_one(self):
        empty = self.file("empty.rlog", b"")
        code, out, err = dump("--from-end", "--since", "-15min", "--count", self.long, empty)
        self.assertEqual((code, out), (UNREADABLE, "4\n"))
        self.assertIn("empty.rlog: is empty", err)
        self.assertEqual(dump("--from-end", "--since", "-15min", empty)[::2],
                         (UNREADABLE, "logdump: --from-end: the last record cannot be known: "
                                      f"{empty}: holds no record\n"))

    def test_relative_to_now(self):
        self.assertEqual(dump("--since", "-1h", self.long)[0], NOTHING) # years ago
        self.assertEqual(len(self.minutes("--since", "-100000d", "--until", "now")), 20)

    def test_around(self):
        self.assertEqual(self.minutes("--around", "2026-01-02T03:34:05"), [30, 30])
        self.assertEqual(self.minutes("--around", "@1767324845", "--span", "601s"),
                         [20, 20, 30, 30, 40, 40])

    def test_what_is_no_time(self):
        for options in (["--since", "soon"], ["--since", "-15"], ["--since", "-15parsecs"],
                        ["--span", "-3s"], ["--span", "3"], ["--around", "-"],
                        ["--around", "now", "--since", "now"], ["--tail", "-1"], ["-C", "x"],
                        ["--head", "0"], ["--span", "1h"], ["-i"],
                        ["--tail", "2", "-C", "2"]):
            with self.subTest(options=options):
                code, out, err = dump(*options, self.long)
                self.assertEqual((code, out), (USAGE, ""))
                self.assertIn({"-C": "context", "-i": "ignore-case"}.get(
                    options[0], options[0].lstrip("-")), err)


class Selection(Case):
    def test_what_is_selected_is_what_would_have_been_picked_out(self):
        path = self.file("mixed.rlog", make("mixed", "20000"))
        lines = lambda *options: [line for line in dump(
            "--json", *options, path)[1].splitlines() if '"ringlog"' not in line]
        every = [(json.loads(line), line) for line in lines()]
        self.assertEqual(len(every), 20000)
        number = lambda record: {"DEBUG": 10, "INFO": 20, "WARNING": 30, "ERROR": 40,
                                 "CRITICAL": 50}.get(record["level"]) or int(record["level"][6:])
        for level in (10, 11, 20, 35, 40, 50, 51):
            with self.subTest(level=level):
                self.assertEqual(lines("-l", str(level)),
                                 [line for record, line in every if number(record) >= level])
        for logger in ("other", "net.*", "net.http"):
            with self.subTest(logger=logger):
                self.assertEqual(
                    lines("-l", "40", "--logger", logger),
                    [line for record, line in every
                     if number(record) >= 40 and fnmatch.fnmatch(record["logger"], logger)])


class Around(Case):
    def test_lines_before_and_after(self):
        self.assertEqual(self.numbers("-l", "ERROR", "-A", "1"), ([3, 4, 5], FOUND))
        self.assertEqual(self.numbers("-l", "CRITICAL", "-B", "2"), ([2, 3, 4], FOUND))
        self.assertEqual(self.numbers("--logger", "root", "-C", "1"), ([2, 3, 4], FOUND))
        self.assertEqual(self.numbers("--logger", "nobody", "-C", "1"), ([], NOTHING))

    def test_lines_after_the_last_one_of_head(self):
        self.assertEqual(self.numbers("-l", "WARNING", "-n", "1", "-A", "2"), ([2, 3, 4], FOUND))
        self.assertEqual(self.numbers("-l", "INFO", "-n", "2", "-C", "1"), ([0, 1, 2, 3], FOUND))

    def test_more_lines_than_there_could_be(self):
        for options in (["--tail", str(2**64 - 1)], ["-l", "CRITICAL", "-C", str(2**63)],
                        ["--tail", "1000000000"]):
            with self.subTest(options=options):
                self.assertEqual(self.numbers(*options), ([0, 1, 2, 3, 4, 5], FOUND))
        many = self.file("tail.rlog", make("many", "2000"))
        every = dump(many)[1].splitlines()
        for count in (1, 7, 64, 65, 1000, 1999, 2000, 2001):
            with self.subTest(count=count):
                self.assertEqual(dump("--tail", count, data=many.read_bytes())[1].splitlines(),
                                 every[-count:])

    def test_groups_are_set_apart(self):
        _, out, _ = dump("--format", "%(message).8s", "--logger", "*.tls", "--thread", "main",
                         "--site", "server.c:42", "-A", "1", self.path)
        self.assertEqual(out.splitlines(), ["record 1", "record 2"])
        _, out, _ = dump("--format", "%(message).8s", "--logger", "*.tls", "--logger", "server.http",
                         "--level", "25", "-B", "1", self.path)
        self.assertEqual(out.splitlines(), ["record 4", "record 5"])
        many = self.file("many.rlog", make("later", "1") + make("plain") + make("later", "2"))
        _, out, _ = dump("--format", "%(message).8s", "--logger", "root", "--logger", "net.http",
                         "-A", "1", many)
        self.assertIn("--", out.splitlines())


class Verify(Case):
    def test_what_is_whole(self):
        code, out, err = dump("--verify", self.path)
        self.assertEqual((code, err), (FOUND, ""))
        self.assertEqual(out.splitlines(), [
            f"{self.path}: process MainProcess (4242) on testhost: 6 records, closed: all are there",
            "  main            (4711): 1–6 complete; 17 lost before they were written"])

    def test_hostile_names_are_escaped(self):
        _, out, _ = dump("--verify", self.file("hostile.rlog", make("hostile")))
        self.assertIn("\n  \\x1b]0;t\\x07    (4711): 1–3 complete\n", out)

    def test_what_is_missing_is_named_by_thread(self):
        log = make("mixed", "5000")
        blocks = blocks_of(log)
        self.assertGreater(len(blocks), 4)
        del blocks[2]
        path = self.file("hole.rlog", b"".join(blocks))
        code, out, err = dump("--verify", path)
        self.assertEqual(code, DAMAGED)
        self.assertRegex(err, r"at byte \d+: blocks are missing, records \d+ to \d+ missing")
        self.assertRegex(err, r"records \d+ to \d+ of thread main \(10[123]\) are missing")
        self.assertRegex(out, r"\d+ records of 5000, closed\n")
        self.assertEqual(len([line for line in out.splitlines()
                              if "missing: " in line and "–" in line]), 3)

    def test_of_a_part_nothing_can_be_said(self):
        for options in (["-l", "INFO"], ["--logger", "x"], ["--since", "now"], ["-g", "x"],
                        ["-w", "$1 > 2"], ["--thread", "x"], ["--head", "3"], ["--tail", "3"]):
            code, out, err = dump("--verify", *options, self.path)
            self.assertEqual((code, out), (USAGE, ""), options)
            self.assertIn("--verify is about all records", err)

    def test_a_log_that_was_not_closed(self):
        path = self.file("open.rlog", b"".join(blocks_of(self.plain)[:-2]))
        code, out, _ = dump("--verify", path)
        self.assertEqual(code, FOUND)
        self.assertIn("6 records, not closed", out)
        self.assertIn("1–6 complete", out)

    def test_a_closed_log_without_its_last_records(self):
        blocks = blocks_of(make("mixed", "5000"))
        del blocks[-3] # in front of INDEX and END
        code, out, _ = dump("--verify", self.file("endless.rlog", b"".join(blocks)))
        self.assertEqual(code, DAMAGED)
        self.assertRegex(out, r"  \d+ more missing at the ends of threads\n")


class Follow(Case):
    def start(self, *arguments):
        process = subprocess.Popen([LOGDUMP, "-f", "--format", "%(message)s", *arguments],
                                   stdout=subprocess.PIPE)
        watchdog = threading.Timer(30, process.kill)
        watchdog.start()
        self.addCleanup(watchdog.cancel)
        self.addCleanup(process.wait)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        return process

    def test_a_file_that_grows_and_one_that_takes_its_place(self):
        blocks = blocks_of(self.plain)
        path = self.file("grows.rlog", b"".join(blocks[:3]))
        process = self.start(str(path))
        self.assertEqual(process.stdout.readline(), b"record 0: answer is 40\n")
        self.assertEqual(process.stdout.readline(), b"record 1: answer is 41\n")
        with path.open("ab") as file:
            file.write(b"".join(blocks[3:4]))
        self.assertEqual(process.stdout.readline(), b"record 2: answer is 42\n")
        # What is written behind the rotation still comes, and before what is in the next file.
        old = path.rename(path.with_suffix(".rlog.1"))
        path.write_bytes(make("many", "1"))
        with old.open("ab") as file:
            file.write(b"".join(blocks[4:5]))
        lines = [process.stdout.readline() for _ in range(2)]
        self.assertIn(lines[0], (b"record 3: answer is 43\n", b"17 records lost"))
        self.assertIn(b"0", lines[1])

    def test_only_what_comes(self):
        blocks = blocks_of(self.plain)
        path = self.file("comes.rlog", b"".join(blocks[:3]))
        process = self.start("--tail", "0", str(path))
        time.sleep(0.5)
        with path.open("ab") as file:
            file.write(blocks[3])
        self.assertEqual(process.stdout.readline(), b"record 2: answer is 42\n")

    def test_a_file_that_is_copied_and_truncated(self):
        path = self.file("truncated.rlog", make("later", "1") + make("later", "2"))
        process = self.start(str(path))
        for _ in range(4):
            self.assertIn(b"minutes later", process.stdout.readline())
        path.write_bytes(make("later", "3")) # the same file, and shorter
        self.assertEqual(process.stdout.readline(), b"3 minutes later\n")

    def test_a_file_that_takes_the_place_of_one_is_read_whole(self):
        path = self.file("taken.rlog", self.plain)
        process = self.start("--tail", "1", str(path))
        self.assertEqual(process.stdout.readline(), b"record 5: answer is 45\n")
        path.rename(path.with_suffix(".rlog.1"))
        path.write_bytes(make("many", "9000"))
        self.assertEqual(process.stdout.readline()[:8], b"17 recor")
        self.assertEqual(process.stdout.readline(), b"request 0 from 192.0.2.17\n")

    def test_nobody_who_listens_any_more(self):
        process = self.start(str(self.path))
        process.stdout.readline()
        process.stdout.close()
        self.assertEqual(process.wait(10), FOUND)

    def test_the_first_ones_are_enough(self):
        process = self.start("-n", "2", str(self.path))
        self.assertEqual(process.wait(10), FOUND)
        self.assertEqual(len(process.stdout.read().splitlines()), 2)

    def test_figures_come_when_it_is_interrupted(self):
        process = subprocess.Popen([LOGDUMP, "-f", "--count", str(self.path)],
                                   stdout=subprocess.PIPE)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.communicate(timeout=10)[0], b"6\n")
        self.assertEqual(process.returncode, -signal.SIGINT)

    def test_an_empty_file_may_become_one(self):
        path = self.file("soon.rlog", b"")
        process = self.start(str(path))
        time.sleep(0.3)
        path.write_bytes(self.plain)
        self.assertEqual(process.stdout.readline(), b"record 0: answer is 40\n")


if __name__ == "__main__":
    unittest.main()
