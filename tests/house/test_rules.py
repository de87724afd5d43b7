#!/usr/bin/env python3
"""Plants one violation of each rule in a small tree, and sees it found: a rule that cannot fail
checks nothing."""

import tempfile
import unittest
from pathlib import Path

import floors
import orders
import prose

SOUND = {
    "src/README.md": "The floors.\n",
    "src/ringlog.c": '#include "writer/writer.h"\n#include "capture/slow.h"\n',
    "src/base/os.h": "#include <stdint.h>\n",
    "src/ring/ring.c": '''#include "ring/ring.h"
#include "base/os.h"
/* Release: so that the record is whole. Pairs with: publish.consume. */
void produce(void) { __atomic_store_n(&x, 1, __ATOMIC_RELEASE); } /* publish.produce */
/* Acquire: the record's bytes come after.
 * Pairs with:
 * publish.produce, publish.again. */
void consume(void)
{
    f(__atomic_load_n(&x,
                      __ATOMIC_ACQUIRE)); /* publish.consume */
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    __atomic_load_n(&y, __ATOMIC_RELAXED);
}
/* "Pairs with" may share a line with other words. Pairs with: publish.consume. */
void again(void) { __atomic_store_n(&x, 1, __ATOMIC_RELEASE /* publish.again */); }
/* Two edges may share a comment. Pairs with: left.take. Pairs with: right.take. */
void give(void)
{
    __atomic_store_n(&x, 1, __ATOMIC_RELEASE); /* left.give */
    __atomic_store_n(&y, 1, __ATOMIC_RELEASE); /* right.give */
}
/* Pairs with: left.give. */
int l = __atomic_load_n(&x, __ATOMIC_ACQUIRE); /* left.take */
/* Pairs with: right.give. */
int r = __atomic_load_n(&y, __ATOMIC_ACQUIRE); /* right.take */
''',
    "src/ring/ring.h": "",
    "src/record/record.h": '#include "base/os.h"\n#include "ringlog/detail/field.h"\n',
    "src/capture/slow.h": '#include "ring/ring.h"\n#include "record/record.h"\n',
    "src/format/text.c": '#include "record/record.h"\n#include <string.h>\n',
    "src/handlers/file.c": '#include "base/os.h"\n#include <unistd.h>\n',
    "src/writer/writer.h": '#include "ring/ring.h"\n',
    "include/ringlog/detail/field.h": "",
    "include/ringlog/ringlog.h": '#include "ringlog/detail/field.h"\n',
    "tools/logdump/main.c": '#include <ringlog/reader.h>\n#include <stdio.h>\n#include "options.h"\n',
    "tools/logdump/options.h": "",
    "tools/tune/main.c": '#include "shared/colour.h"\n',
    "tools/shared/colour.h": "",
}


class Planted(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)
        self.root = self._folder.name
        for path, text in SOUND.items():
            self.plant(path, text)

    def plant(self, path, text):
        file = Path(self.root, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def found(self, rule):
        return [str(finding) for finding in rule.violations(self.root)]

    def assert_found(self, rule, where, what):
        found = self.found(rule)
        self.assertTrue(any(f.startswith(where) and what in f for f in found), found)
        self.assertEqual(len(found), 1, found)


class Sound(Planted):
    def test_a_tree_in_order_is_left_alone(self):
        for rule in (floors, orders, prose):
            self.assertEqual(self.found(rule), [])


class Floors(Planted):
    def include(self, path, name):
        self.plant(path, SOUND.get(path, "") + f"#include {name}\n")

    def test_each_floor_may_not_look_up_or_at_strangers(self):
        for path, name in (("src/base/os.h", "ring/ring.h"),
                           ("src/ring/ring.h", "record/record.h"),
                           ("src/record/record.h", "ring/ring.h"),
                           ("src/format/text.c", "ring/ring.h"),
                           ("src/capture/slow.h", "writer/writer.h"),
                           ("src/handlers/file.c", "ring/ring.h"),
                           ("src/handlers/file.c", "writer/writer.h")):
            with self.subTest(path=path, name=name):
                self.include(path, f'"{name}"')
                self.assert_found(floors, path, "may not include")
                self.plant(path, SOUND[path])

    def test_a_folder_without_a_floor(self):
        self.include("src/util/odds.h", "<stdint.h>")
        self.assert_found(floors, "src/util/odds.h:1", "on no floor")

    def test_a_second_file_outside_of_the_folders(self):
        self.include("src/all.c", "<stdint.h>")
        self.assert_found(floors, "src/all.c:1", "stands on no floor")

    def test_a_source_that_includes_a_source(self):
        self.plant("src/ring/other.c", "")
        self.include("src/ring/ring.h", '"ring/other.c"')
        self.assert_found(floors, "src/ring/ring.h:1", "source file")

    def test_a_path_that_is_not_from_src(self):
        self.include("src/ring/ring.h", '"layout.h"')
        self.assert_found(floors, "src/ring/ring.h:1", "not a path from src/")

    def test_format_does_no_io(self):
        self.include("src/format/text.c", "<unistd.h>")
        self.assert_found(floors, "src/format/text.c:3", "no input or output")

    def test_public_headers_include_what_is_installed(self):
        self.include("include/ringlog/ringlog.h", '"ring/ring.h"')
        self.assert_found(floors, "include/ringlog/ringlog.h:2", "not installed")

    def test_programs_see_what_users_see(self):
        for name in ('"../../src/base/os.h"', '"base/os.h"', "<ringlog/detail/field.h>",
                     '"ringlog/ringlog.h"', '"shared/none.h"', '"tune/main.h"'):
            with self.subTest(name=name):
                self.include("tools/logdump/main.c", name)
                self.assert_found(floors, "tools/logdump/main.c:4", "")


class Orders(Planted):
    def ring(self, old, new):
        self.assertIn(old, SOUND["src/ring/ring.c"])
        self.plant("src/ring/ring.c", SOUND["src/ring/ring.c"].replace(old, new))

    def test_a_missing_label(self):
        self.ring("); } /* publish.produce */", "); }")
        found = self.found(orders)
        self.assertTrue(any("without its label" in f for f in found), found)
        self.assertTrue(any("pairs with publish.produce, which labels" in f for f in found), found)

    def test_a_missing_partner(self):
        self.ring(" Pairs with: publish.consume. */\nvoid produce", " */\nvoid produce")
        self.assert_found(orders, "src/ring/ring.c:4", "without its partner")

    def test_the_comment_of_another_edge_is_not_ones_own(self):
        self.ring("    __atomic_signal_fence", "    __atomic_load_n(&z, __ATOMIC_ACQUIRE); "
                                               "/* other.more */\n    __atomic_signal_fence")
        self.assert_found(orders, "src/ring/ring.c:12", "without its partner")

    def test_a_partner_that_is_not_there(self):
        self.ring("publish.again. */", "publish.never. */")
        self.assert_found(orders, "src/ring/ring.c:10", "publish.never, which labels no operation")

    def test_a_label_in_a_string_is_none(self):
        self.ring("); } /* publish.produce */", "); f(\"/* publish.produce */\"); }")
        self.assertTrue(any("without its label" in f for f in self.found(orders)))

    def test_an_order_hidden_in_a_variable(self):
        self.ring("&y, __ATOMIC_RELAXED", "&y, order")
        self.assert_found(orders, "src/ring/ring.c:13", "not spelled out")

    def test_an_ordered_atomic_away_from_home(self):
        self.plant("src/handlers/file.c",
                   "/* Pairs with: publish.consume. */\n"
                   "int i = __atomic_load_n(&x, __ATOMIC_ACQUIRE); /* publish.load */\n")
        self.assert_found(orders, "src/handlers/file.c:2", "outside of its homes")

    def test_a_stale_line_of_the_allow_list(self):
        allow_list = Path(self.root, "allowed.txt")
        allow_list.write_text("src/handlers/file.c   # no more\n", encoding="utf-8")
        found = [str(f) for f in orders.violations(self.root, allow_list)]
        self.assertTrue(any("take it off allowed.txt" in f for f in found), found)

    def test_implicit_orders(self):
        for text in ("#include <stdatomic.h>\n", "_Atomic int x;\n", "__sync_synchronize();\n",
                     "atomic_load(&x);\n", "uatomic_set(&x, 1);\n", "cmm_smp_mb();\n"):
            with self.subTest(text=text):
                self.plant("src/handlers/file.c", text)
                self.assert_found(orders, "src/handlers/file.c:1", "explicit")


class Prose(Planted):
    def test_a_file_too_long_to_hold_in_the_head(self):
        self.plant("src/base/long.c", "\n" * 551)
        self.assert_found(prose, "src/base/long.c:551", "two files")

    def test_what_means_something_to_its_writer_only(self):
        for text in ("see /work/notes/plan", "/home/someone/src", "/root/x.c", "fixes issue #12",
                     "row 7 of the list", "https://mirror.internal/deb", "our sub-agent",
                     "as the brief says", "Co-Authored-By: x", "cites MYPLAN.md"):
            with self.subTest(text=text):
                self.plant("docs/page.md", text + "\n")
                self.assert_found(prose, "docs/page.md:1", "")

    def test_what_anybody_can_follow(self):
        self.plant("docs/page.md", "RFC 9110, CPython's gh-12345, /work?ms=3, /home/user, session "
                                   "directory, user agent, README.md, https://no-color.org\n"
                                   "/usr/include, the first row, PRIu64\n")
        self.plant("README.md", "")
        self.assertEqual(self.found(prose), [])


if __name__ == "__main__":
    unittest.main()
