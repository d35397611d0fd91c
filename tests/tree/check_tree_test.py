#!/usr/bin/env python3
"""The checks of the tree find what they are for: each is shown a small tree with one fault in it."""

import pathlib
import tempfile
import unittest

import check_tree


class CheckTree(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.directory.name)
        self.addCleanup(self.directory.cleanup)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def faults(self, check):
        return list(check_tree.CHECKS[check](check_tree.Tree(self.root)))

    def test_an_upward_include_is_found(self):
        self.write("engine/values.h", "")
        self.write("storage/store.cc", '#include "engine/values.h"\n')
        self.assertEqual(
            self.faults("includes"), ['storage/store.cc:1: may not include "engine/values.h"']
        )

    def test_the_engine_sees_the_contract_of_storage_only(self):
        self.write("storage/store.h", "")
        self.write("storage/memtable.h", "")
        self.write("engine/a.cc", '#include "storage/store.h"\n#include "storage/memtable.h"\n')
        self.assertEqual(
            self.faults("includes"), ['engine/a.cc:2: may not include "storage/memtable.h"']
        )

    def test_lmdb_outside_its_pair_of_files_is_found(self):
        self.write("storage/lmdb_base.cc", "#include <lmdb.h>\n")
        self.write("tests/unit/storage/lmdb_base_test.cc", "#include <lmdb.h>\n")
        self.assertEqual(
            self.faults("includes"),
            ["tests/unit/storage/lmdb_base_test.cc:1: <lmdb.h> belongs in storage/lmdb_base alone"],
        )

    def test_sqlite_outside_its_file_is_found(self):
        self.write("migrations/import/meal_sqlite.cc", "#include <sqlite3.h>\n")
        self.write("migrations/import/importer.cc", "#include <sqlite3.h>\n")
        self.write("tests/unit/migrations/meal_sqlite_test.cc", "#include <sqlite3.h>\n")
        self.assertEqual(
            self.faults("includes"),
            [
                "migrations/import/importer.cc:1: <sqlite3.h> belongs in "
                "migrations/import/meal_sqlite.cc alone"
            ],
        )

    def test_the_client_does_not_see_the_server(self):
        self.write("net/server.h", "")
        self.write("net/client/client.cc", '#include "net/server.h"\n')
        self.assertEqual(
            self.faults("includes"), ['net/client/client.cc:1: may not include "net/server.h"']
        )

    def test_a_foreign_library_is_found(self):
        self.write("engine/a.cc", "#include <boost/program_options.hpp>\n#include <vector>\n")
        self.assertEqual(
            self.faults("includes"), ["engine/a.cc:1: may not include <boost/program_options.hpp>"]
        )

    def test_an_include_from_elsewhere_than_the_root_is_found(self):
        self.write("engine/values.h", "")
        self.write("engine/a.cc", '#include "values.h"\n')
        self.assertIn("not a path from the root", self.faults("includes")[0])

    def test_a_test_that_is_not_built_is_found(self):
        self.write("tests/unit/net/CMakeLists.txt", "holdfast_test(unit_net SOURCES a_test.cc)\n")
        self.write("tests/unit/net/a_test.cc", "")
        self.write("tests/unit/net/data_test.cc", "")
        self.assertEqual(
            self.faults("tests_listed"),
            ["tests/unit/net/data_test.cc:1: not listed in a CMakeLists.txt"],
        )

    def test_a_folder_without_door_plate_and_a_stray_one_are_found(self):
        self.write("README.md", "")
        self.write("net/a.cc", "")
        self.write("scratch/a.cc", "")
        self.assertEqual(
            self.faults("readmes"),
            ["net:1: has no README.md", "scratch:1: does not belong in the root"],
        )

    def test_marks_and_sleeps_are_found(self):
        self.write("net/a.cc", "// TO" "DO: later\n")
        self.write("tests/a_test.cc", "sleep(1);\nGTEST_" "SKIP();\n")
        self.assertEqual(len(self.faults("marks")), 3)

    def test_a_broken_shell_script_is_found(self):
        self.write("etc/a.sh", "#!/bin/sh\nif true; then\n")
        self.assertEqual(len(self.faults("shell")), 1)

    def test_bad_layout_is_found(self):
        self.write(".clang-format", "BasedOnStyle: Google\n")
        self.write("net/a.cc", "int  a ;\n")
        self.assertEqual(self.faults("format"), ["net/a.cc:1: run clang-format-19 -i on it"])

    def test_a_sound_tree_has_no_faults(self):
        self.write("README.md", "")
        self.write("net/README.md", "")
        self.write("net/a.cc", "int a;\n")
        for check in check_tree.CHECKS:
            self.assertEqual(self.faults(check), [], check)


if __name__ == "__main__":
    unittest.main()
