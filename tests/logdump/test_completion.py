"""What shells complete after `logdump`."""

import os
import subprocess
import unittest
from pathlib import Path

from logdump_case import LOGDUMP, Case

COMPLETION = Path(__file__).parents[2] / "tools" / "logdump" / "completion"


def complete(*words, folder="."):
    """What bash would offer for the last of these words."""
    script = f'source {COMPLETION / "logdump.bash"}; COMP_WORDS=("$@"); ' \
             'COMP_CWORD=$(($# - 1)); _logdump; printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run(["bash", "-c", script, "bash", LOGDUMP, *words], cwd=folder, check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert done.stderr == "", done.stderr
    return sorted(done.stdout.split())


class Bash(Case):
    def test_options(self):
        self.assertEqual(complete("--lev"), ["--level"])
        self.assertIn("--verify", complete("--"))
        self.assertEqual(complete("--nothing"), [])

    def test_every_option_that_help_names_is_one(self):
        options = complete("--")
        self.assertGreater(len(options), 20)
        for option in options:
            error = subprocess.run([LOGDUMP, option, "--version"], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE).stderr
            self.assertNotIn(b"unrecognized", error)
            self.assertNotIn(b"ambiguous", error)

    def test_the_manual_has_them_all(self):
        manual = (COMPLETION.parents[2] / "docs" / "man" / "logdump.1").read_text()
        for option in complete("--"):
            self.assertIn(option.replace("-", "\\-"), manual)

    def test_values(self):
        self.assertEqual(complete("-l", "WA"), ["WARNING"])
        self.assertEqual(complete("-l", "wa"), ["WARNING"])
        self.assertEqual(complete("--level", "=", "ER"), ["ERROR"])
        self.assertEqual(complete("--color", "=", ""), ["always", "auto", "never"])

    def test_files(self):
        folder = Path(self.folder.name) / "completes"
        (folder / "old.d").mkdir(parents=True)
        for name in ("app.rlog", "app.rlog.1.gz", "notes.txt"):
            (folder / name).touch()
        self.assertEqual(complete("", folder=folder), ["app.rlog", "app.rlog.1.gz", "old.d"])
        self.assertEqual(complete("-l", "INFO", "app.rlog.", folder=folder), ["app.rlog.1.gz"])


if __name__ == "__main__":
    unittest.main()
