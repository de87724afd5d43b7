"""Figures instead of records: what --stats, --histogram and --summary say is recomputed from what
--json prints of the same log."""

import base64
import collections
import datetime
import gzip
import hashlib
import json
import math
import os
import re
import stat
import unittest

from given import Record, given_log
from logdump_case import (DAMAGED, FOUND, NOTHING, UNREADABLE, USAGE, Case, dump,
                          make, on_terminal)

CLASSES = (("errors", 40), ("warnings", 30))


def records_of(path, *options):
    """LOSS lines have no thread of their own; everything else is a record."""
    rows = [json.loads(line) for line in dump("--json", *options, path)[1].splitlines()]
    return [row for row in rows if row["logger"] != "ringlog"]


def number(text):
    return int(text.replace(",", ""))


def tables(out):
    """{"Levels": [(count, share, rate, name), ...], ...}"""
    found, rows = {}, None
    for line in out.splitlines():
        if heading := re.fullmatch(r"(Levels|Loggers|Processes|Threads|Call sites)(: .*)?", line):
            rows = found.setdefault(heading[1], [])
        elif rows is not None and (row := re.fullmatch(r" *([\d,]+) +([\d.]+) % +(\S+)/s  (.*)",
                                                       line)):
            rows.append((number(row[1]), float(row[2]), row[3], row[4]))
    return found


def site(row):
    return f'{row["file"].rpartition("/")[2]}:{row["line"]}'


def logs(case):
    for kind in (("mixed", "3000"), ("traffic", "20000"), ("traffic", "100000"), ("plain",)):
        yield kind, case.file("-".join(kind) + ".rlog", make(*kind))


class Stats(Case):
    def test_counts_are_those_of_the_records(self):
        for kind, path in logs(self):
            with self.subTest(kind):
                code, out, err = dump("--stats", "--top", "0", path)
                self.assertEqual((code, err), (FOUND, ""))
                found, records = tables(out), records_of(path)
                self.assertEqual(out.split()[0], f"{len(records):,}")
                for table, name in (
                        ("Levels", lambda r: r["level"]),
                        ("Loggers", lambda r: r["logger"]),
                        ("Threads", lambda r: f'{r["thread"]} ({r["tid"]}) of process {r["pid"]}'),
                        ("Processes", lambda r: f'{r["process"]} ({r["pid"]}) on testhost')):
                    expected = collections.Counter(map(name, records))
                    self.assertEqual({row[3]: row[0] for row in found[table]}, expected, table)
                sites = collections.Counter()
                for count, _, _, name in found["Call sites"]:
                    sites[name.split(" ")[0]] += count
                self.assertEqual(sites, collections.Counter(map(site, records)))

    def test_rows_are_sorted_and_shares_and_rates_are_right(self):
        path = self.file("rates.rlog", make("traffic", "5000"))
        times = [record_time(row) for row in records_of(path)]
        seconds = (max(times) - min(times)) / 1e9
        for rows in tables(dump("--stats", path)[1]).values():
            self.assertEqual([row[0] for row in rows], sorted((r[0] for r in rows), reverse=True))
            for count, share, rate, _ in rows:
                self.assertAlmostEqual(share, count / 50, delta=0.006)
                self.assertAlmostEqual(float(rate.replace(",", "")) * seconds / count, 1,
                                       delta=0.006)

    def test_the_top_ones_and_the_rest(self):
        path = self.file("top.rlog", make("traffic", "5000"))
        rows = dump("--stats", "--top", "3", path)[1].splitlines()
        begin = rows.index("Call sites: top 3 of 10")
        self.assertIn("all others", rows[begin + 4])
        counts = [number(row.split()[0]) for row in rows[begin + 1:begin + 5]]
        self.assertEqual(sum(counts), 5000)

    def test_losses_and_times_that_go_back(self):
        self.assertIn("Lost before they were written: 17 (ring full: 17)\n",
                      dump("--stats", self.path)[1])
        path = self.file("back.rlog", make("traffic", "20000"))
        times = [record_time(row) for row in records_of(path)]
        back = sum(a > b for a, b in zip(times, times[1:]))
        self.assertGreater(back, 0)
        self.assertIn(f"Earlier than the one before: {back}\n", dump("--stats", path)[1])

    def test_gaps(self):
        data = bytearray(self.plain)
        data[data.index(b"record 2")] ^= 1
        code, out, _ = dump("--stats", self.file("damaged.rlog", data))
        self.assertEqual(code, DAMAGED)
        self.assertRegex(out, r"Gaps: 1 of \d+ bytes, 1 records missing\n")

    def test_one_record_has_no_rate(self):
        code, out, _ = dump("--stats", self.file("one.rlog", make("many", "1")))
        self.assertEqual(code, FOUND)
        self.assertTrue(out.startswith("1 record; "), out)
        self.assertIn("100.00 %         -/s  INFO\n", out)

    def test_no_record_at_all(self):
        path = self.file("none.rlog", make("many", "0"))
        for option in ("--stats", "--histogram", "--summary=$1"):
            code, out, err = dump(option, path)
            self.assertEqual((code, err), (NOTHING, ""))
            self.assertNotIn("nan", out)
        self.assertTrue(dump("--stats", path)[1].startswith("0 records; "))

    def test_only_what_is_asked_for_is_counted(self):
        out = dump("--stats", "-l", "ERROR", self.path)[1]
        self.assertTrue(out.startswith("2 records"), out)

    def test_what_is_only_for_lines(self):
        for figures in ("--count", "--stats", "--histogram", "--summary=ms", "--report=-"):
            for lines in ("--tail=2", "-C1", "-A1"):
                with self.subTest(figures=figures, lines=lines):
                    code, out, err = dump(figures, lines, "-l", "ERROR", self.path)
                    self.assertEqual((code, out), (USAGE, ""))
                    self.assertIn("--tail and --context are for lines", err)

    def test_hostile_names_are_escaped(self):
        for kind in ("hostile", "web"):
            out = dump("--stats", "--top", "0", self.file("evil.rlog", make(kind)))[1]
            for character in "\x1b\x07\x01\x7f\u2028\u202e":
                self.assertNotIn(character, out)
        self.assertIn("\\u202etxt.exe", out)
        self.assertEqual(sum(row[0] for row in tables(out)["Threads"]), 14)
        self.assertIn("(no name) (4711) of process 4242\n", out)

    def test_many_sites_and_threads(self):
        out = dump("--stats", self.file("sites.rlog", make("sites", "20000")))[1]
        self.assertIn("Call sites: top 10 of 10,000\n", out)
        self.assertIn("Threads: top 10 of 20,000\n", out)


def record_time(row):
    whole, _, fraction = row["time"].rstrip("Z").partition(".")
    second = datetime.datetime.fromisoformat(whole + "+00:00").timestamp()
    return int(second) * 10**9 + int(fraction.ljust(9, "0"))


class Histogram(Case):
    WIDTHS = {"µs": 10**3, "ms": 10**6, "s": 10**9, "min": 60 * 10**9, "h": 3600 * 10**9,
              "d": 86400 * 10**9}

    def rows(self, out):
        """The width of a row, its labels, and (records, warnings, errors) of each."""
        lines = out.splitlines()
        amount, unit = re.search(r"a row is (\d+) (\S+)$", lines[0]).groups()
        counts, labels = [], []
        for line in lines[3:]:
            label, rest = re.match(r"((?:\d\d-\d\d )?[\d:.-]+)(.*)$", line).groups()
            cells = [rest[i * 10:i * 10 + 10].strip() for i in range(3)]
            counts.append(tuple(number(cell or "0") for cell in cells))
            labels.append(label)
        return int(amount) * self.WIDTHS[unit], labels, counts

    def test_rows_are_recomputed(self):
        for kind, path in logs(self):
            with self.subTest(kind):
                code, out, err = dump("--histogram", path)
                self.assertEqual((code, err), (FOUND, ""))
                width, labels, counts = self.rows(out)
                expected = collections.defaultdict(lambda: [0, 0, 0])
                for row in records_of(path):
                    piece = expected[record_time(row) // width]
                    level = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "ERROR": 40,
                             "CRITICAL": 50}.get(row["level"]) or int(row["level"].split()[1])
                    piece[0] += 1
                    piece[1] += 30 <= level < 40
                    piece[2] += level >= 40
                first, last = min(expected), max(expected)
                self.assertEqual(counts, [tuple(expected[i]) for i in range(first, last + 1)])
                self.assertLessEqual(len(counts), 34)

    def test_it_fits_the_terminal(self):
        path = self.file("fits.rlog", make("traffic", "20000"))
        for columns, lines in ((80, 40), (60, 20), (200, 60)):
            out = dump("--histogram", path, COLUMNS=str(columns), LINES=str(lines))[1]
            self.assertLessEqual(max(map(len, out.splitlines())), columns)
            self.assertLessEqual(len(out.splitlines()), lines)

    def test_labels_are_of_the_zone(self):
        path = self.file("zone.rlog", make("traffic", "20000"))
        local = self.rows(dump("--histogram", path, zone="Asia/Kathmandu")[1])
        utc = self.rows(dump("--histogram", "--utc", path, zone="Asia/Kathmandu")[1])
        self.assertEqual((utc[1][0], local[1][0]), ("03:04:00", "08:49:00"))
        self.assertEqual(sum(c[0] for c in local[2]), sum(c[0] for c in utc[2]))

    def test_times_far_apart_and_backwards(self):
        minutes = ["0", "5000000", "-40000", "3"]
        paths = [self.file(f"far{i}.rlog", make("later", m)) for i, m in enumerate(minutes)]
        back = self.file("back.rlog", b"".join(path.read_bytes() for path in reversed(paths)))
        for files, records in ((paths, 8), ([back], 8), ([paths[1], paths[0]], 4)):
            _, _, counts = self.rows(dump("--histogram", *files)[1])
            self.assertEqual(sum(c[0] for c in counts), records)

    def test_losses_without_a_record(self):
        code, out, _ = dump("--histogram", "--logger", "nobody", self.path)
        self.assertEqual(code, NOTHING)
        self.assertRegex(out.splitlines()[-1], r"^03:04:06\.\d+ +0 +17 *$")

    def test_times_as_far_apart_as_can_be(self):
        for times in ((-2**63 + 1, 2**63 - 1), (-2**63 + 1, 0), (0, 2**63 - 1), (-2**63 + 1,)):
            for rows in ("1", "12", "24", "200"):
                for zone in ("Etc/GMT+12", "UTC", "Etc/GMT-14"):
                    with self.subTest(times=times, rows=rows, zone=zone):
                        log = given_log([Record(time_ns=time) for time in times])
                        code, out, _ = dump("--histogram", data=log, zone=zone, LINES=rows)
                        counts = [int(row[1]) for row in re.finditer(r"(?m) (\d+)  +[░▒▓█]*$", out)]
                        self.assertEqual((code, sum(counts)), (FOUND, len(times)), out)
                        self.assertLessEqual(len(out.splitlines()), max(int(rows), 10))

    def test_colour_is_for_those_who_want_it(self):
        self.assertNotIn("\x1b", dump("--histogram", self.path)[1])
        coloured = dump("--histogram", "--color", self.path)[1]
        self.assertIn("\x1b[31m█", coloured)
        self.assertNotIn("▒", coloured)

    def test_one_error_is_seen(self):
        path = self.file("rare.rlog", make("traffic", "2000"))
        rows = dump("--histogram", path)[1].splitlines()[3:]
        for line, (_, _, errors) in zip(rows, self.rows(dump("--histogram", path)[1])[2]):
            self.assertEqual("█" in line, errors != 0, line)


def values_of(records, name):
    """Of each call site, the finite numbers that --summary looks at."""
    found = collections.defaultdict(list)
    for row in records:
        if name.startswith("$"):
            arguments = row.get("args", [])
            value = arguments[int(name[1:]) - 1] if len(arguments) >= int(name[1:]) else None
        else:
            value = row.get(name)
        if isinstance(value, (int, float)) and math.isfinite(value):
            found[site(row), row["file"]].append(value)
    return found


class Summary(Case):
    NAMES = "count min p50 p90 p99 p99.9 max mean".split()

    def figures(self, out):
        """{call site: {name: number}}"""
        found, name = {}, None
        for line in out.splitlines():
            if re.match(r"\S+:\d+ |all call sites$", line):
                name = line.split(' "')[0]
            elif re.fullmatch(r"( +-?[\d,.e+-]+){8}", line):
                numbers = [float(text.replace(",", "")) for text in line.split()]
                found[name] = dict(zip(self.NAMES, numbers))
        return found

    def check(self, figures, values, error):
        values = sorted(values)
        self.assertEqual(figures["count"], len(values))
        for name in self.NAMES[1:]:
            if name == "mean":
                expected = sum(values) / len(values)
            elif name in ("min", "max"):
                expected = values[0 if name == "min" else -1]
            else:
                rank = math.ceil(float(name[1:]) / 100 * len(values) - 1e-9)
                expected = values[max(rank, 1) - 1]
            # Printed are four digits.
            allowed = 0.0006 + (error if name.startswith("p") else 0)
            self.assertAlmostEqual(figures[name], expected, delta=abs(expected) * allowed + 1e-300,
                                   msg=name)

    def test_percentiles_are_recomputed(self):
        for count, error in (("100", 0), ("20000", 1 / 128)):
            path = self.file("measured.rlog", make("traffic", count))
            records = records_of(path)
            for name in ("$1", "$2", "$3", "ms"):
                figures = self.figures(dump("--summary", name, "--top", "0", path)[1])
                expected = values_of(records, name)
                everything = figures.pop("all call sites", None)
                self.assertEqual(set(figures), {key[0] for key in expected}, name)
                for (where, _), values in expected.items():
                    self.check(figures[where], values, error if len(values) > 128 else 0)
                if name == "ms":
                    together = sum(expected.values(), [])
                    self.check(everything, together, error if len(together) > 128 else 0)

    def test_edges_of_types(self):
        path = self.file("numbers.rlog", make("numbers"))
        code, out, _ = dump("--summary", "$1", path)
        self.assertEqual(code, FOUND)
        self.assertIn(" 18446744073709551615\n", out)
        self.assertIn("   -9223372036854775808 ", out)
        self.assertIn("   besides: 3 not a number or infinite\n", out)
        self.assertNotRegex(out, r"\bnan\b|\binf\b|-0 ")
        below = out[out.index("below 0"):].splitlines()[1].split()
        # The 500th of -1000², -999², ...
        self.assertAlmostEqual(float(below[2]), -501**2, delta=501**2 / 128)
        self.assertEqual((below[1], below[6]), ("-1000000", "-1"))

    def test_texts_are_counted_apart(self):
        out = dump("--summary", "$1", self.path)[1]
        self.assertEqual(out.count("besides: 1 that are text"), 6)
        self.assertIn("$9: no record has it", dump("--summary", "$9", self.path)[1])

    def test_several_at_once(self):
        out = dump("--summary", "$2", "--summary", "line", self.path)[1]
        self.assertIn("$2: 6 call sites", out)
        self.assertIn("line: 6 call sites", out)

    def test_what_names_nothing(self):
        for name in ("", "$", "$0", "$x"):
            code, out, err = dump("--summary", name, self.path)
            self.assertEqual((code, out), (USAGE, ""))
            self.assertIn("names nothing", err)


class Report(Case):
    def report(self, path, *options):
        """The page and its data."""
        out = path.parent / "out" / "report.html"
        out.parent.mkdir(exist_ok=True)
        code, said, err = dump("--report", out, *options, path)
        self.assertEqual((code, said, err), (FOUND, "", ""))
        self.assertEqual([file.name for file in out.parent.iterdir()], ["report.html"])
        page = out.read_text()
        return page, json.loads(re.search('<script type="application/json" id="data">(.*?)</script>',
                                          page, re.DOTALL)[1])

    def test_figures_are_those_of_the_records(self):
        path = self.file("report.rlog", make("traffic", "20000"))
        _, data = self.report(path, "--summary", "ms")
        records = records_of(path)
        self.assertEqual(data["records"], 20000)
        self.assertEqual({row[2]: row[0] for row in data["levels"]["rows"]},
                         collections.Counter(row["level"] for row in records))
        for column in range(5):
            self.assertEqual(sum(piece[1 + column] for piece in data["timeline"]["pieces"]),
                             sum(row[0] for row in data["levels"]["rows"] if row[1] == column))
        everything = data["arguments"][0]["list"][0]
        values = sorted(row["ms"] for row in records if "ms" in row)
        self.assertEqual(everything["count"], len(values))
        self.assertEqual(sum(everything["counts"]), len(values))
        for part, found in zip((0.5, 0.9, 0.99, 0.999), everything["quantiles"]):
            expected = values[math.ceil(part * len(values) - 1e-9) - 1]
            self.assertAlmostEqual(found, expected, delta=expected / 128)
        over, pieces = everything["over"], collections.defaultdict(list)
        for row in records:
            if "ms" in row:
                pieces[record_time(row) // int(over["width"] * 1e6)].append(row["ms"])
        self.assertEqual(len(over["pieces"]), len(pieces))
        for piece in over["pieces"]:
            inside = sorted(pieces[over["first"] + piece[0]])
            self.assertEqual(piece[1], len(inside))
            self.assertAlmostEqual(piece[2], inside[math.ceil(len(inside) / 2) - 1],
                                   delta=inside[-1] / 128)

    def test_first_last_and_worst_are_kept(self):
        path = self.file("kept.rlog", make("traffic", "100000"))
        rows, records = self.report(path)[1]["kept"]["rows"], records_of(path)
        levels = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
        worst = sorted(range(100000), key=lambda i: (-levels.index(records[i]["level"]), i))[:5000]
        for bit, expected in ((1, range(2000)), (2, range(98000, 100000)), (4, sorted(worst))):
            self.assertEqual([row[0] for row in rows if row[1] & bit], list(expected))
        for row in rows:
            record = records[row[0]]
            self.assertEqual((row[4], row[5], row[6], row[8]), (
                record["level"], record["logger"], record["thread"], record["message"]))
            self.assertAlmostEqual(row[2], record_time(record) / 1e6, delta=0.001)

    def test_of_equally_bad_ones_the_first_are_kept(self):
        rows = self.report(self.file("even.rlog", make("many", "10000")))[1]["kept"]["rows"]
        self.assertEqual([row[0] for row in rows if row[1] & 4], list(range(5000)))

    def test_small_ones(self):
        for kind in (("many", "1"), ("plain",), ("numbers",)):
            _, data = self.report(self.file("small.rlog", make(*kind)), "--summary", "$1")
            self.assertEqual(len(data["kept"]["rows"]), data["records"])
        empty, out = self.file("empty.rlog", make("many", "0")), self.path.parent / "empty.html"
        self.assertEqual(dump("--report", out, empty)[0], NOTHING)
        self.assertIn('"records":0,', out.read_text())
        self.assertEqual(self.report(self.path)[1]["event_count"], 1)

    def test_hostile_texts_are_data(self):
        for kind in ("web", "hostile"):
            page, data = self.report(self.file("evil.rlog", make(kind)))
            self.assertEqual(page.count("</script"), 2)
            inside = re.search('id="data">(.*?)</script>', page, re.DOTALL)[1]
            self.assertNotRegex(inside, "[<>&\x00-\x09\x0b-\x1f\x7f\u2028-\u202e]")
        self.assertEqual(page.count("Content-Security-Policy"), 1)
        self.assertRegex(page, "default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-")

    def test_the_policy_names_what_is_there(self):
        page = self.report(self.path)[0]
        for tag, policy in (("style", "style-src"), ("script", "script-src")):
            text = re.search(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)[1]
            expected = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            self.assertIn(f"{policy} 'sha256-{expected}'", page)
        for word in ("http://", "https://", "src=", "url(", "innerHTML", "eval("):
            self.assertNotIn(word, page.replace("http://www.w3.org/2000/svg", ""))

    def test_where_it_cannot_be_written(self):
        folder = self.path.parent / "target"
        folder.mkdir()
        for target, words in ((folder / "no" / "such.html", "No such file"),
                              (folder, "Is a directory"), ("/dev/full", "No space left")):
            code, out, err = dump("--report", target, self.path)
            self.assertEqual((code, out), (UNREADABLE, ""))
            self.assertIn(f"--report: {target}: {words}", err)
        self.assertEqual(list(folder.iterdir()), [])
        self.assertEqual([f for f in self.path.parent.iterdir() if f.name.startswith("target.")], [])

    def test_a_log_is_not_replaced(self):
        for name, data in (("log.rlog", self.plain), ("log.gz", gzip.compress(self.plain)),
                           ("cut.rlog", self.plain[:-100])):
            with self.subTest(name=name):
                log = self.file(name, data)
                code, out, err = dump("--report", log, self.path)
                self.assertEqual((code, out), (UNREADABLE, ""))
                self.assertIn(f"--report: {log}: is a log", err)
                self.assertEqual(log.read_bytes(), data)

    def test_other_places_to_write_to(self):
        link, real = self.path.parent / "link.html", self.path.parent / "real.html"
        real.write_text("old")
        real.chmod(0o640)
        link.symlink_to("real.html")
        self.assertEqual(dump("--report", link, self.path)[0], FOUND)
        self.assertTrue(link.is_symlink())
        self.assertTrue(real.read_text().startswith("<!DOCTYPE html>"))
        self.assertEqual(real.stat().st_mode & 0o777, 0o640)
        self.assertTrue(dump("--report", "-", self.path)[1].startswith("<!DOCTYPE html>"))
        self.assertEqual(dump("--report", "/dev/null", self.path)[0], FOUND)
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/null").st_mode))


class Terminal(Case):
    def on_terminal(self, *options):
        out, code = on_terminal(*options, self.path, COLUMNS="100")
        self.assertEqual(code, FOUND)
        return out.decode()

    def test_bars_and_colours(self):
        out = self.on_terminal("--stats")
        self.assertIn("█", out)
        self.assertIn("\x1b[31m", out)
        plain = re.sub(r"\x1b\[[\d;]*m", "", out)
        self.assertLessEqual(max(map(len, plain.splitlines())), 100)
        self.assertIn("\x1b[36m", self.on_terminal("--histogram"))


if __name__ == "__main__":
    unittest.main()
