"""Long runs among faults: inputs that vanish, folders that become read-only, disks that are full."""

import os
import resource
import shutil
import subprocess
import unittest

from support import default_signals
from test_resume import ResumeTest


def limited_to(file_bytes):
    """For children: no file may grow beyond this, as on a disk that is full, but that the reason is another."""

    def limit():
        default_signals()
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))

    return limit


class Faults(ResumeTest):
    def test_inputs_that_change_or_vanish_change_nothing(self):
        result = self.styler(*self.job("-q", output="whole.png"))
        self.assertEqual(result.returncode, 0, result.stderr)
        weights = self.folder / "mine.safetensors"
        shutil.copy(self.weights, weights)
        process = self.start(*self.job("--weights", weights.name))
        self.wait_for_line(process, "iteration 1/")
        (self.folder / "photo.png").unlink()
        (self.folder / "art.png").write_bytes(b"something else")
        os.truncate(weights, 0)
        _, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, stderr)
        # The weights' name is part of what the picture tells of itself.
        self.assertEqual(self.pixels("out.png"), self.pixels("whole.png"))

    def test_a_checkpoint_that_changes_while_the_strokes_are_painted_changes_nothing(self):
        strokes = ["--fine-style", "photo.png"]
        kept = ["--checkpoint", "run.ckpt", "--checkpoint-every", "45"]
        self.assertEqual(self.styler(*self.job("-q", *strokes, *kept, output="whole.png")).returncode, 0)
        process = self.start(*self.job(*strokes, "--resume", "run.ckpt"))
        self.wait_for_line(process, "iteration 1/")  # of the strokes
        with open(self.folder / "run.ckpt", "r+b") as file:
            file.truncate(4096)
        _, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, stderr)
        self.assertEqual(self.pixels("out.png"), self.pixels("whole.png"))

    def pixels(self, name):
        data = self.bytes(name)
        return data[data.index(b"IDAT") :]

    def test_a_folder_that_becomes_read_only_in_the_midst(self):
        prefix = self.not_root()
        results = self.folder / "results"
        results.mkdir()
        results.chmod(0o777)
        self.addCleanup(results.chmod, 0o755)  # or its owner could not empty it
        (results / "out.png").write_bytes(b"old")
        (results / "out.png").chmod(0o666)  # not write-protected, for whoever runs this
        shutil.copy(self.weights, self.folder / "w.safetensors")
        course = ["--weights", "w.safetensors", "--iterations", "300"]
        checkpoints = ["--checkpoint", "results/run.ckpt", "--checkpoint-every", "20"]
        process = subprocess.Popen(
            [*prefix, *self.command(*self.job(*course, *checkpoints, output="results/out.png"))], cwd=self.folder,
            env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=default_signals,
        )  # fmt: skip
        self.wait_for(process, "results/run.ckpt")
        results.chmod(0o555)
        stdout, stderr = process.communicate(timeout=60)
        self.assertEqual((process.returncode, stdout), (1, ""), stderr)
        # Twice where the folder changed between the making of a file and its renaming, which fail for reasons that read
        # differently; then the file that was made can't be removed either.
        self.assertIn(stderr.count("warning: the checkpoint"), (1, 2), stderr)
        names = {name for name in os.listdir(results) if not name.endswith(".tmp")}
        self.assertEqual(names, {"out.png", "run.ckpt"})
        last = stderr.splitlines()[-1]
        self.assertTrue(last.startswith("styler: results/out.png cannot be written: Permission denied"), stderr)
        self.assertEqual(self.bytes("results/out.png"), b"old")
        kept = self.bytes("results/run.ckpt")
        # Nothing is lost: what came before the folder changed is gone on from.
        result = self.styler(*self.job("-q", *course, "--resume", "results/run.ckpt"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.bytes("results/run.ckpt"), kept)

    def limited(self, file_bytes, *arguments, **files):
        return subprocess.run(
            self.command(*self.job(*arguments, **files)), cwd=self.folder, env=self.environment(),
            capture_output=True, text=True, timeout=120, preexec_fn=limited_to(file_bytes),
        )  # fmt: skip

    def test_a_checkpoint_that_does_not_fit_is_a_warning_and_the_one_before_stays(self):
        (self.folder / "run.ckpt").write_bytes(b"the one before")
        result = self.limited(30_000, "--checkpoint", "run.ckpt", "--checkpoint-every", "1")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stderr.count("warning: the checkpoint"), 1, result.stderr)
        self.assertEqual(self.bytes("run.ckpt"), b"the one before")
        self.assertEqual(self.picture_size(), (96, 64))
        self.assert_clean("out.png", "run.ckpt")

    def test_an_output_that_does_not_fit_is_a_failure_and_the_one_before_stays(self):
        (self.folder / "out.png").write_bytes(b"the one before")
        result = self.limited(4_000, "-q")
        self.assert_refused(result, 1, "out.png cannot be written")
        self.assertEqual(self.bytes("out.png"), b"the one before")
        self.assert_clean("out.png")

    def test_a_report_that_does_not_fit_is_a_failure_and_the_picture_is_there(self):
        (self.folder / "run.json").write_bytes(b"the one before")
        losses = ["--iterations", "300", "--tolerance-change", "0"]  # more than a picture takes
        result = self.limited(30_000, "-q", *losses, "--report", "run.json")
        self.assert_refused(result, 1, "run.json cannot be written")
        self.assertEqual(self.bytes("run.json"), b"the one before")
        self.assertEqual(self.picture_size(), (96, 64))
        self.assert_clean("out.png", "run.json")

    def test_a_preview_that_does_not_fit_is_a_warning(self):
        # An output of less than the 18 kB that the preview needs.
        course = ["--scales", "1", "--init", "content", "--no-metadata"]
        result = self.limited(16_500, *course, "--preview", "look.bmp", output="out.jpg")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stderr.count("warning: look.bmp cannot be written"), 1, result.stderr)
        self.assert_clean("out.jpg")


@unittest.skipUnless(os.geteuid() == 0, "only root can mount a small disk")
class FullDisk(ResumeTest):
    """A disk of 200 kB, which is full but for what the test leaves."""

    def setUp(self):
        super().setUp()
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(self.disk)]
        if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
            self.skipTest("root may not mount here")
        self.addCleanup(subprocess.run, ["umount", str(self.disk)], check=True)

    def fill(self, left):
        with open(self.disk / "ballast", "wb") as ballast:
            ballast.write(b"x" * (200 * 1024 - left))

    def test_while_the_checkpoint_is_written(self):
        self.fill(8192)
        (self.disk / "run.ckpt").write_bytes(b"the one before")
        result = self.styler(*self.job("--checkpoint", "disk/run.ckpt", "--checkpoint-every", "1"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stderr.count("warning: the checkpoint"), 1, result.stderr)
        self.assertIn("No space left on device", result.stderr)
        self.assertEqual((self.disk / "run.ckpt").read_bytes(), b"the one before")
        self.assertEqual(self.picture_size(), (96, 64))
        self.assertEqual(sorted(os.listdir(self.disk)), ["ballast", "run.ckpt"])

    def test_while_the_output_is_written(self):
        self.fill(8192)
        (self.disk / "out.png").write_bytes(b"the one before")
        result = self.styler(*self.job("-q", output="disk/out.png"))
        self.assert_refused(result, 1, "disk/out.png cannot be written: No space left on device", "make room")
        self.assertEqual((self.disk / "out.png").read_bytes(), b"the one before")
        self.assertEqual(sorted(os.listdir(self.disk)), ["ballast", "out.png"])

    def test_while_the_report_is_written(self):
        self.fill(8192)  # of which the file below takes half; a disk that is full already is refused before
        (self.disk / "run.json").write_bytes(b"the one before")
        result = self.styler(*self.job("-q", "--report", "disk/run.json"))
        self.assert_refused(result, 1, "disk/run.json cannot be written: No space left on device", "make room")
        self.assertEqual((self.disk / "run.json").read_bytes(), b"the one before")
        self.assertEqual(self.picture_size(), (96, 64), "the picture is there all the same")

    def test_while_the_preview_is_written(self):
        self.fill(0)
        result = self.styler(*self.job("--preview", "disk/look.png"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stderr.count("warning: disk/look.png cannot be written"), 1, result.stderr)
        self.assertEqual(os.listdir(self.disk), ["ballast"])


if __name__ == "__main__":
    unittest.main()
