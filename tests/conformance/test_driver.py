#!/usr/bin/env python3
"""The driver itself: that it sees each kind of difference, and what it cannot run.

    test_driver.py DRIVER
"""

import copy
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

DRIVER = sys.argv.pop(1)

GOOD = {
    "id": "good", "area": "driver", "title": "", "tz": "UTC0", "t0_sec": 1710000000, "c_note": "",
    "steps": [
        {"op": "formatter", "id": "f", "fmt": "%(process)d %(message)s"},
        {"op": "handler", "id": "s", "type": "stream", "sink": "S", "formatter": "f"},
        {"op": "handler", "id": "x", "type": "file", "path": "x.log"},
        {"op": "handler", "id": "bad", "type": "custom", "sink": "T", "fail": 1},
        {"op": "add_handler", "logger": "root", "handler": "s"},
        {"op": "add_handler", "logger": "root", "handler": "x"},
        {"op": "add_handler", "logger": "root", "handler": "bad"},
        {"op": "log", "logger": "a", "level": 30, "msg": "one\ntwo"},
        {"op": "q_handler_count", "logger": "root"},
        {"op": "set_level", "logger": "a", "level_name": "nothing"},
    ],
    "expect": {
        "results": [{"step": 8, "value": "3"}, {"step": 9, "value": "error"}],
        "sinks": [{"name": "S", "text": "{{PID}} one\ntwo\n"}, {"name": "stderr", "text": ""}],
        "files": [{"path": "x.log", "text": "one\ntwo\n"}],
        "mails": [], "errors": 1, "errors_reported": 1,
    },
}


def run(*texts):
    with tempfile.TemporaryDirectory() as directory:
        paths = [Path(directory, f"{i}.json") for i in range(len(texts))]
        for path, text in zip(paths, texts):
            path.write_text(text)
        return subprocess.run([DRIVER, *map(str, paths)], capture_output=True, text=True)


def file_of(*scenarios):
    return json.dumps({"format": "ringlog-conformance", "version": 1, "scenarios": scenarios})


class Differences(unittest.TestCase):
    def check(self, change, *words):
        """After the change the scenario fails, and the driver says so."""
        scenario = copy.deepcopy(GOOD)
        change(scenario)
        result = run(file_of(scenario))
        self.assertEqual(result.returncode, 1, result.stdout)
        self.assertEqual(result.stdout.splitlines()[-1], "0 passed, 1 failed")
        for word in ("good: ", *words):
            self.assertIn(word, result.stdout)

    def test_none(self):
        result = run(file_of(GOOD, GOOD), file_of(GOOD))
        self.assertEqual((result.returncode, result.stdout), (0, "3 passed, 0 failed\n"))

    def test_text_of_a_sink(self):
        self.check(lambda s: s["expect"]["sinks"][0].update(text="{{PID}} one\nthree\n"),
                   "sink S, line 2", '"three\\n"', '"two\\n"')

    def test_sink_that_nobody_expects(self):
        self.check(lambda s: s["expect"]["sinks"].pop(0), "sink S, line 1", "one")

    def test_sink_that_is_not_there(self):
        self.check(lambda s: s["expect"]["sinks"].append({"name": "U", "text": "x"}), "sink U")

    def test_text_of_a_file(self):
        self.check(lambda s: s["expect"]["files"][0].update(text="one\ntwo"), "file x.log, line 2")

    def test_file_that_nobody_expects(self):
        self.check(lambda s: s["expect"].update(files=[]), "file x.log", "no such file")

    def test_file_that_is_not_there(self):
        self.check(lambda s: s["expect"]["files"].append({"path": "y.log", "text": ""}),
                   "file y.log", "no such file")

    def test_result(self):
        self.check(lambda s: s["expect"]["results"][0].update(value="2"), "step 8", '"2"', '"3"')

    def test_step_that_should_have_failed(self):
        self.check(lambda s: s["expect"]["results"].append({"step": 0, "value": "error"}),
                   "step 0, formatter", "success")

    def test_step_that_failed(self):
        self.check(lambda s: s["expect"]["results"].pop(), "step 9, set_level", "success", "error")

    def test_counts(self):
        self.check(lambda s: s["expect"].update(errors=2), "errors")
        self.check(lambda s: s["expect"].update(errors_reported=0), "errors_reported")

    def test_mails(self):
        self.check(lambda s: s["expect"].update(mails=[{"subject": "s"}]), "number of mails")

    def test_own_expectation_goes_first(self):
        self.check(lambda s: s.update(expect_ringlog={}), "file x.log")

    def test_what_cannot_be_run(self):
        for step in ({"op": "no_such_step"}, {"op": "handler", "id": "h", "type": "none"},
                     {"op": "add_handler", "logger": "a", "handler": "nobody"},
                     {"op": "log", "logger": "a", "level": "30", "msg": "x"},
                     {"op": "log", "logger": "a", "level": 30, "msg": "%d", "sig": "d"},
                     {"op": "log", "logger": "a", "level": 30, "msg": "", "sig": "z", "args": [""]}):
            self.check(lambda s, step=step: s["steps"].append(step), "cannot be run")
        self.check(lambda s: s.pop("expect"), "cannot be run")


class Files(unittest.TestCase):
    def check(self, text):
        result = run(text, file_of(GOOD))
        self.assertEqual(result.returncode, 1)
        self.assertIn("0.json", result.stderr)
        self.assertEqual(result.stdout, "1 passed, 1 failed\n")

    def test_what_is_no_file_of_scenarios(self):
        self.check("{")
        self.check("[]")
        self.check('{"format": "other", "version": 1, "scenarios": []}')
        self.check('{"format": "ringlog-conformance", "version": 2, "scenarios": []}')
        self.check('{"format": "ringlog-conformance", "version": 1}')

    def test_no_file_at_all(self):
        self.assertEqual(run().returncode, 2)


if __name__ == "__main__":
    unittest.main()
