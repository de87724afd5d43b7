"""ringlog-tune as its users see it. Times are tiny: it is the ways that are tested, not figures."""

import json
import os
import pty
import re
import resource
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TUNE, COMPILER = (sys.argv.pop(1) for _ in range(2))
ROOT = Path(__file__).parents[2]

# Its burst alone needs 143 KiB: a ring of 256 KiB, with room for a machine that is busy.
BURSTS = ["--rate", "2k", "--burst", "2600", "--stall", "20"]


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def tune(self, *arguments, code=0, **environment):
        done = subprocess.run([TUNE, "--time", "0.03", *arguments], cwd=self.folder, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env=dict(os.environ, **environment))
        self.assertEqual(done.returncode, code, (arguments, done.stdout, done.stderr))
        return done

    def json_of(self, *arguments, code=0):
        return json.loads(self.tune("--json", *arguments, code=code).stdout,
                          parse_constant=self.fail)


class Mistakes(Case):
    def refuses(self, *arguments):
        done = self.tune(*arguments, code=2)
        self.assertEqual(done.stdout, "")
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertTrue(done.stderr.startswith("ringlog-tune: "), done.stderr)
        return done.stderr

    def test_numbers(self):
        for option, texts in {
                "rate": ("0", "-5", "x", "", "inf", "1e10", "5kk"),
                "threads": ("0", "1.5", "2000", "many"),
                "burst": ("-1", "0.5", "1e9"),
                "bytes": ("17K", "1.5", "-1"),
                "stall": ("-1", "61000", "100ms"),
                "delay": ("0", "0.001", "1 s"),
                "time": ("0", "nan"),
                "ring-bytes": ("4095", "2G"),
                "flush-interval": ("9", "1000001", "10.5")}.items():
            for text in texts:
                said = self.refuses(f"--{option}={text}")
                self.assertIn(f"--{option}", said)

    def test_what_does_not_go_together(self):
        for arguments, word in (
                (["--rate=1", "--burst-rate=5"], "--burst"),
                (["--rate=1", "--bytes=8", "--format=%d"], "give one"),
                (["--null", "--folder=."], "give one"),
                (["--check"], "--rate"),
                (["--rate=1", "--ring-bytes=1M"], "--check"),
                (["--rate=1", "--flush-interval=100"], "--check"),
                (["--burst=5"], "--rate"),
                (["--rate=1", "example"], "--format")):
            self.assertIn(word, self.refuses(*arguments))

    def test_formats(self):
        self.assertIn("numbered", self.refuses("--rate=1", "--format=%1$d"))
        self.assertIn("does not take", self.refuses("--rate=1", "--format=%n"))
        self.assertIn("examples", self.refuses("--rate=1", "--format=%s", "a", "b"))
        self.assertIn("too many", self.refuses("--rate=1", "--format=%s", "a" * 17000))

    def test_folders(self):
        (self.folder / "file").touch()
        self.assertIn("No such file", self.refuses("--folder", "nowhere"))
        self.assertIn("not a folder", self.refuses("--folder", "file"))

    def test_arguments_do_not_drive_the_terminal(self):
        self.assertNotIn("\x1b", self.refuses("--rate=\x1b[31m"))

    def test_unknown_options(self):
        self.assertIn("--help", self.tune("--nothing", code=2).stderr)

    def test_what_cannot_be_measured_is_said(self):
        """Without memory for the writer, or for a ring: the process that measures says so."""
        for kibibytes, word in ((12000, "start the writer"), (20000, "no memory")):
            limited = ["sh", "-c", f'ulimit -v {kibibytes}; exec "$@"', "sh", TUNE, "--time=0.03"]
            done = subprocess.run(limited, cwd=self.folder, text=True, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE)
            if "anitizer" in done.stderr or done.returncode == 127:  # it is not even loaded
                self.skipTest("sanitizers need address space of their own")
            self.assertEqual((done.returncode, done.stdout), (3, ""), done.stderr)
            self.assertRegex(done.stderr, "^ringlog-tune: log calls: .*" + word)


class FullDisk(Case):
    """Of a file system that takes so many bytes of a file; the library would try again for ever."""

    def limited(self, most_bytes, *arguments):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
        done = subprocess.run([TUNE, "--time=0.03", *arguments], cwd=self.folder, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=limit,
                              restore_signals=False,  # Python ignores SIGXFSZ
                              timeout=20)
        self.assertEqual((done.returncode, done.stdout), (3, ""), done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertIn("File too large", done.stderr)
        return done.stderr

    def test_while_measuring(self):
        self.assertIn("the writer, to text", self.limited(1 << 20))

    def test_while_a_load_runs(self):
        self.assertIn("the load", self.limited(6 << 20, "-r", "2k", "-b", "300k", "--check",
                                               "--ring-bytes", "1M"))


class Output(Case):
    def test_measures_alone(self):
        done = self.tune()
        self.assertEqual(done.stderr, "")
        for word in ("a log call", "to text", "to binary", "wakes up late", "write(2)", "--rate"):
            self.assertIn(word, done.stdout)
        self.assertNotIn("ring_bytes ", done.stdout)
        self.assertNotIn("\x1b", done.stdout)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_the_snippet_compiles_and_says_the_same(self):
        text = self.tune(*BURSTS, "--threads=3", "--reserve").stdout
        snippet = text[text.index("    ringlog_init("):]
        program = f"#include <ringlog/ringlog.h>\nint main(void)\n{{\n{snippet}    return 0;\n}}\n"
        subprocess.run([COMPILER, "-std=c11", "-Wall", "-Werror", "-fsyntax-only", "-x", "c", "-I",
                        ROOT / "include", "-"], input=program, text=True, check=True)
        ring = re.search(r"\.ring_bytes = (\d+) << 10,", snippet)
        self.assertIn(f"ring_bytes         {ring[1]} KiB", text)
        interval = re.search(r"\.flush_interval_us = (\d+),", snippet)
        self.assertIn(f"flush_interval_us  {interval[1]}:", text)
        self.assertIn(".order_window_us = 500,", snippet)
        self.assertIn(".reserve_for_warnings = true,", snippet)

    def test_the_sum_is_told(self):
        text = self.tune(*BURSTS).stdout
        for words in ("2600 records in a burst", "40 records in a stall of 20 ms",
                      "records while the writer sleeps", "x 48 bytes"):
            self.assertIn(words, text)

    def test_too_much(self):
        done = self.tune("--rate=900M", code=1)
        self.assertIn("too much", done.stdout)
        self.assertNotIn("ringlog_init", done.stdout)
        found = self.json_of("--rate=900M", "--check", code=1)
        self.assertFalse(found["advice"]["sustainable"])
        self.assertNotIn("check", found)

    def test_json(self):
        found = self.json_of(*BURSTS, "--threads=2", "--bytes=40")
        machine, load, advice = found["machine"], found["load"], found["advice"]
        self.assertEqual(load["threads"], 2)
        self.assertEqual(load["rate"], 2000)
        self.assertEqual(advice["record_bytes"], 56)
        self.assertEqual(advice["ring_bytes"], 256 * 1024)
        self.assertEqual(advice["memory_bytes"], 2 * 256 * 1024 + (16 << 20))
        self.assertTrue(1 < machine["call_ns"] < 1e5)
        for kind in ("text", "binary"):
            self.assertTrue(1e3 < machine[kind]["records_per_second"] < 1e9)
            self.assertTrue(0 < machine[kind]["file_bytes_per_record"] < 300)
        late = machine["wakes_late"]
        self.assertTrue(0 <= late["p50_us"] <= late["p99_us"] <= late["p999_us"] <= late["max_us"])
        self.assertGreaterEqual(late["samples"], 20)
        self.assertGreater(machine["writes"]["longest_us"], 0)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_formats_are_sizes(self):
        found = self.json_of("--rate=2k", "--format", "GET %s -> %d in %.3f ms", "/index.html")
        self.assertEqual(found["load"]["argument_bytes"], 4 + 11 + 4 + 8)

    def test_null(self):
        os.chmod(self.folder, 0o500)
        self.addCleanup(os.chmod, self.folder, 0o700)
        self.assertIn("to /dev/null", self.tune("--null").stdout)

    def on_a_terminal(self, **environment):
        """What it says on one, standard output and standard error together."""
        mine, its = pty.openpty()
        environment = {**{k: v for k, v in os.environ.items() if k != "NO_COLOR"}, "TERM": "xterm",
                       **environment}
        with subprocess.Popen([TUNE, "--time=0.03", *BURSTS], cwd=self.folder, env=environment,
                              stdin=subprocess.DEVNULL, stdout=its, stderr=its) as process:
            os.close(its)
            pieces = []
            while True:
                try:
                    piece = os.read(mine, 65536)
                except OSError:
                    break
                pieces.append(piece)
                if not piece:
                    break
            os.close(mine)
        self.assertEqual(process.returncode, 0)
        return b"".join(pieces).decode()

    def test_terminals(self):
        said = self.on_a_terminal()
        self.assertIn("[1/5] log calls ...", said)
        self.assertIn("[5/5] write(2) ...", said)
        self.assertIn("\r\x1b[K\x1b[1mThis machine", said)
        said = self.on_a_terminal(NO_COLOR="1")
        self.assertIn("[1/5] log calls ...", said)
        self.assertNotIn("\x1b[1m", said)

    def test_help(self):
        text = self.tune("--help").stdout
        self.assertLessEqual(max(map(len, text.splitlines())), 84)
        for option in set(re.findall(r"--[a-z-]+", text)):
            done = subprocess.run([TUNE, option, "--version", "--version"], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True)
            self.assertNotIn("unrecognized", done.stderr)
            self.assertNotIn("ambiguous", done.stderr)
        self.assertRegex(self.tune("--version").stdout, r"^ringlog-tune \(ringlog\) \d")


class Shell(Case):
    """The man page and what bash completes have the options that --help has."""

    def complete(self, *words):
        script = f'source {ROOT / "tools/tune/completion/ringlog-tune.bash"}; COMP_WORDS=("$@"); ' \
                 'COMP_CWORD=$(($# - 1)); _ringlog_tune; printf "%s\\n" "${COMPREPLY[@]}"'
        done = subprocess.run(["bash", "-c", script, "bash", TUNE, *words], cwd=self.folder,
                              check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.stderr, "")
        return sorted(done.stdout.split())

    def test_completion(self):
        (self.folder / "logs").mkdir()
        (self.folder / "log.txt").touch()
        self.assertEqual(self.complete("--bu"), ["--burst", "--burst-rate"])
        self.assertEqual(self.complete("--folder", "lo"), ["logs"])

    def test_the_manual_has_them_all(self):
        manual = (ROOT / "docs/man/ringlog-tune.1").read_text(encoding="utf-8")
        options = self.complete("--")
        self.assertGreater(len(options), 15)
        for option in options:
            self.assertIn(option.replace("-", "\\-"), manual)


class Check(Case):
    """The load, run: what is recommended holds, and what is too small does not."""

    def test_recommended_settings_hold(self):
        found = self.json_of(*BURSTS, "--check")
        check, advice = found["check"], found["advice"]
        self.assertTrue(check["confirmed"])
        self.assertEqual((check["blocked_calls"], check["lost"]), (0, 0))
        self.assertEqual(check["ring_bytes"], advice["ring_bytes"])
        self.assertGreaterEqual(check["records"], 2 * 2600)
        # The mark is taken every quarter of a ring.
        least = 2600 * 48 - advice["ring_bytes"] // 4
        self.assertTrue(least <= check["ring_high_water"] <= advice["ring_bytes"], check)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_it_holds_with_threads_and_to_binary(self):
        text = self.tune(*BURSTS, "--threads=3", "--binary", "--check").stdout
        self.assertIn("\n  confirmed: no call had to wait", text)

    def test_a_ring_that_is_too_small_is_found_out(self):
        found = self.json_of(*BURSTS, "--check", "--ring-bytes=4K", "--flush-interval=2000", code=1)
        check = found["check"]
        self.assertFalse(check["confirmed"])
        self.assertGreater(check["blocked_calls"], 0)
        self.assertEqual((check["ring_bytes"], check["flush_interval_us"]), (4096, 2000))
        self.assertEqual(check["lost"], 0)
        text = self.tune(*BURSTS, "--check", "--ring-bytes=4K", code=1).stdout
        self.assertRegex(text, r"\n  not confirmed: \d+ calls had to wait")


if __name__ == "__main__":
    unittest.main()
