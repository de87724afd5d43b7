"""The page of --report in a browser: what it shows, that it fetches nothing, and that no log gets a
script into it."""

import os
import re
import time
import unittest
from pathlib import Path

from browser import Browser
from logdump_case import FOUND, Case, dump, make

# Screenshots go there, for people to look at.
SHOTS = os.environ.get("RINGLOG_SHOTS")


def number(text):
    return int(re.match(r"[\d,]+", text)[0].replace(",", ""))


class Page(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.browser = Browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        super().tearDownClass()

    def show(self, log, *options, width=1280, scheme="light"):
        page = Path(self.folder.name) / "page.html"
        self.assertEqual(dump("--report", page, *options, log)[0], FOUND)
        self.browser.look(width, scheme=scheme, mobile=width < 700)
        self.browser.open(page)
        self.wait("return document.documentElement.dataset.ready === 'yes'")
        self.wait("return document.querySelector('#timeline svg') !== null")
        return page

    def wait(self, script):
        end = time.monotonic() + 30
        while not self.browser.run(script):
            self.assertLess(time.monotonic(), end, script)
            time.sleep(0.02)

    def check_quiet(self, page):
        """Nothing in the console, and nothing asked for but the page."""
        self.assertEqual(self.browser.console(), [])
        asked = [url for url in self.browser.requests() if not url.startswith(("chrome:", "data:"))]
        self.assertEqual(set(asked), {page.resolve().as_uri()})

    def shot(self, name):
        if SHOTS:
            self.browser.screenshot(Path(SHOTS) / f"{name}.png")

    def rows(self):
        return self.browser.run("""return [...document.querySelectorAll('#rows .record')]
            .filter((row) => !/titles|gap/.test(row.className)).map((row) => row.innerText)""")

    def test_counts_are_those_of_stats(self):
        log = self.file("counts.rlog", make("traffic", "30000"))
        page = self.show(log, "--summary", "ms")
        stats = dump("--stats", log)[1]
        tables = self.browser.run("""return [...document.querySelectorAll('#tables section')].map(
            (card) => [card.querySelector('h2').textContent, [...card.querySelectorAll('tbody tr')]
                .map((row) => [row.cells[0].textContent, row.cells[3].innerText.trim()])])""")
        self.assertEqual(len(tables), 5)
        for title, rows in tables:
            section = re.split(rf"^{title}(?:: .*)?\n", stats, flags=re.M)[1].split("\n\n")[0]
            expected = [re.match(r" *(\S+) .*/s  (.*)", line).groups()
                        for line in section.splitlines() if "/s  " in line]
            self.assertEqual(rows, [[count, name.split(" of process")[0]]
                                    for count, name in expected], title)
        self.assertEqual(number(self.browser.text("#n-records b")), 30000)
        legend = self.browser.run(
            "return [...document.querySelectorAll('#legend button')].map((b) => b.textContent)")
        self.assertEqual(sum(number(text.split()[1]) for text in legend), 30000)
        summary = dump("--summary", "ms", log)[1].splitlines()[3].split()
        shown = self.browser.run(
            "return [...document.querySelectorAll('.quantiles dd')].map((d) => d.textContent)")
        for text, expected in zip(shown, summary):
            expected = float(expected.replace(",", ""))
            self.assertAlmostEqual(float(text.replace(",", "")), expected, delta=expected * 0.006)
        self.check_quiet(page)

    def test_search_narrows(self):
        log = self.file("search.rlog", make("traffic", "3000"))
        page = self.show(log)
        every = number(self.browser.text("#shown").split(" of ")[1])
        self.assertEqual(every, 3000)
        self.browser.type("#search", "UPSTREAM worker-3")
        found = self.rows()
        lines = dump("--thread", "worker-3", log)[1].splitlines()
        self.assertEqual(len(found), sum("upstream" in line.lower() for line in lines))
        self.assertTrue(all("upstream" in row and "worker-3" in row for row in found))
        self.browser.type("#search", " no-such-word")
        self.assertEqual(self.rows(), [])
        self.check_quiet(page)

    def test_levels_and_views(self):
        log = self.file("levels.rlog", make("traffic", "20000"))
        page = self.show(log)
        self.browser.run("""document.getElementById('least').value = '4';
            document.getElementById('least').dispatchEvent(new Event('change'))""")
        expected = int(dump("--count", "-l", "CRITICAL", log)[1])
        self.assertEqual(number(self.browser.text("#shown").split(" of ")[1]), expected)
        self.browser.click("#legend button")  # the worst one
        self.assertEqual(self.rows(), [])
        self.check_quiet(page)

    def test_keys_move_and_zoom(self):
        page = self.show(self.file("keys.rlog", make("traffic", "20000")))
        self.browser.type("#timeline svg", "\ue014\ue014")
        self.assertIn("records", self.browser.text("#tip"))
        self.browser.type("#timeline svg", "+")
        self.assertFalse(self.browser.run("return document.getElementById('reset').hidden"))
        self.assertIn(", from 20", self.browser.text("#shown"))
        # The chart keeps the focus, so that the next key works too.
        self.assertTrue(self.browser.run("return document.activeElement.tagName === 'svg'"))
        self.browser.type("#timeline svg", "\ue00c")
        self.assertTrue(self.browser.run("return document.getElementById('reset').hidden"))
        self.check_quiet(page)

    def test_a_hostile_log_stays_text(self):
        for kind in ("web", "hostile"):
            log = self.file(f"{kind}.rlog", make(kind))
            page = self.show(log, "--summary", "$1")
            self.assertEqual(self.browser.run("return document.title"), f"{kind}.rlog: log report")
            self.assertEqual(self.browser.run(
                "return document.querySelectorAll('main img, main script, main b b').length"), 0)
            rows = self.rows()
            self.assertEqual(len(rows), int(dump("--count", log)[1]))
            self.check_quiet(page)
            if kind == "web":
                self.assertTrue(any("</script><script>document.title=" in row for row in rows))
                self.assertTrue(any("\\u202etxt.exe" in row for row in rows))
            self.shot(kind)

    def test_a_script_that_got_in_would_not_run(self):
        """What the policy is for, should an escape ever be missing."""
        page = self.show(self.path)
        broken = page.with_name("broken.html")
        broken.write_text(page.read_text().replace(
            "<main>", "<main><script>document.title='broken in'</script>"
            "<img src=x onerror=\"document.title='broken in'\">"))
        self.browser.open(broken)
        self.wait("return document.documentElement.dataset.ready === 'yes'")
        self.assertEqual(self.browser.run("return document.title"), "plain.rlog: log report")
        self.assertTrue(any("Content Security Policy" in entry["message"]
                            for entry in self.browser.console()))
        self.browser.requests()

    def test_small_logs(self):
        for kind in (("many", "1"), ("plain",), ("numbers",), ("later", "0"), ("mixed", "2000")):
            page = self.show(self.file("small.rlog", make(*kind)), "--summary", "$1",
                             "--summary", "$7")
            self.check_quiet(page)
            self.assertNotRegex(self.browser.text("body"), "NaN|undefined")

    def test_a_log_without_a_record(self):
        page, log = Path(self.folder.name) / "none.html", self.file("none.rlog", make("many", "0"))
        dump("--report", page, "--summary", "$1", log)
        self.browser.open(page)
        self.wait("return document.documentElement.dataset.ready === 'yes'")
        self.assertEqual(self.browser.text("#subtitle"), "No records.")
        self.check_quiet(page)

    def test_light_and_dark_wide_and_narrow(self):
        log = self.file("looks.rlog", make("traffic", "30000"))
        backgrounds = set()
        for scheme in ("light", "dark"):
            for width in (1280, 400):
                page = self.show(log, "--summary", "ms", width=width, scheme=scheme)
                backgrounds.add(self.browser.run(
                    "return getComputedStyle(document.body).backgroundColor"))
                self.assertLessEqual(
                    self.browser.run("return document.documentElement.scrollWidth"), width)
                self.assertGreater(self.browser.run(
                    "return document.querySelectorAll('#timeline svg rect').length"), 50)
                self.check_quiet(page)
                self.shot(f"{scheme}-{width}")
        self.assertEqual(len(backgrounds), 2)


if __name__ == "__main__":
    unittest.main()
