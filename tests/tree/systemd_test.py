#!/usr/bin/env python3
"""The unit files: accepted by systemd, and confined to an exposure of 1.5 or lower."""

import pathlib
import re
import subprocess
import tempfile
import unittest

UNITS = pathlib.Path(__file__).resolve().parents[2] / "etc" / "systemd"
# systemd-analyze counts in tenths here.
MOST_EXPOSURE = 15


def analyze(*words):
    return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True)


class Units(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)

    def unit(self, name, change=lambda text: text):
        """A copy as it would be installed: the program it names exists."""
        text = (UNITS / name).read_text()
        text = re.sub(r"/usr/bin/holdfast(d|-admin)\b", "/bin/true", text)
        path = pathlib.Path(self.directory.name) / name
        path.write_text(change(text))
        return str(path)

    def verify(self, *paths):
        done = analyze("verify", "--man=no", *paths)
        return done.returncode, done.stdout + done.stderr

    def security(self, path):
        return analyze("security", "--offline=yes", f"--threshold={MOST_EXPOSURE}", path)

    def test_systemd_accepts_the_units(self):
        status, output = self.verify(self.unit("holdfastd.service"), self.unit("holdfastd.socket"))
        self.assertEqual((status, output.strip()), (0, ""))

    def test_systemd_accepts_the_backup_and_its_timer(self):
        status, output = self.verify(
            self.unit("holdfastd-backup.service"), self.unit("holdfastd-backup.timer")
        )
        self.assertEqual((status, output.strip()), (0, ""))

    def test_the_backup_is_confined(self):
        done = self.security(self.unit("holdfastd-backup.service"))
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_the_backup_keeps_some(self):
        text = (UNITS / "holdfastd-backup.service").read_text()
        self.assertRegex(text, r'(?m)^ExecStart=\S+ .* -c "backup \S+ --keep \d+"$')

    def test_a_misspelt_key_would_be_noticed(self):
        broken = self.unit("holdfastd.service", lambda text: text.replace("UMask=", "UMusk="))
        _, output = self.verify(broken, self.unit("holdfastd.socket"))
        self.assertIn("UMusk", output)

    def test_the_service_is_confined(self):
        done = self.security(self.unit("holdfastd.service"))
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_a_service_that_may_do_more_would_be_noticed(self):
        open_handed = self.unit(
            "holdfastd.service", lambda text: text.replace("SystemCallFilter=@system-service\n", "")
            .replace("ProtectSystem=strict\n", "").replace("PrivateUsers=yes\n", "")
            .replace("CapabilityBoundingSet=\n", "")
        )
        self.assertNotEqual(self.security(open_handed).returncode, 0)

    def test_exits_that_restarting_does_not_mend_are_not_restarted(self):
        text = (UNITS / "holdfastd.service").read_text()
        self.assertIn("Restart=on-failure\n", text)
        statuses = re.search(r"^RestartPreventExitStatus=(.*)$", text, re.MULTILINE)[1].split()
        self.assertEqual(statuses, ["65", "74", "76", "78"])


class Files(unittest.TestCase):
    """sysusers and tmpfiles, tried on an empty root."""

    def run_on_empty_root(self, program, name, *more):
        with tempfile.TemporaryDirectory() as root:
            return subprocess.run(
                [program, f"--root={root}", *more, str(UNITS / name)],
                capture_output=True, text=True,
            )

    def test_the_user_file_is_understood(self):
        done = self.run_on_empty_root("systemd-sysusers", "holdfast.sysusers", "--dry-run")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("holdfast", done.stdout + done.stderr)

    def test_the_directory_file_is_understood(self):
        # The user does not exist in an empty root; every other fault would be another message.
        done = self.run_on_empty_root("systemd-tmpfiles", "holdfast.tmpfiles", "--create")
        self.assertNotRegex(done.stderr, r"Invalid|Unknown|Failed to parse")


if __name__ == "__main__":
    unittest.main()
