"""Where results go: what is known before is told before anything is painted, and what fails at the end loses nothing."""

import os
import resource
import shutil
import subprocess
import unittest

import support
from support import default_signals
from test_process import ENDLESS, ProcessTest


class Before(ProcessTest):
    """Refused before anything is painted: with a run that would take hours."""

    def job(self, *arguments, **files):
        return super().job(*ENDLESS, "-q", *arguments, **files)

    def everywhere(self, name):
        """Command lines that write a file of this name, each with an option of its own."""
        yield "-o", self.job(output=name + ".png")
        yield "--report", self.job("--report", name)
        yield "--checkpoint", self.job("--checkpoint", name)
        yield "--log-file", self.job("--log-file", name)
        yield "--preview", self.job("--preview", name + ".png")
        yield "sweep", ["sweep", *self.job("--vary", "seed=1,2", "--init", "noise", output=name + ".png")]
        yield "batch --report", self.batch(*ENDLESS, "--report", name)
        yield "batch --gallery", self.batch(*ENDLESS, "--gallery", name)

    def assert_refused(self, result, code, *words):
        super().assert_refused(result, code, *words)
        self.assertFalse(list(self.folder.glob("**/.styler-*")))

    def assert_refused_everywhere(self, name, *words, prefix=(), options=("-o", "batch --report")):
        """All go through one check, so that some options are enough for most reasons."""
        for option, arguments in self.everywhere(name):
            if options and option not in options:
                continue
            with self.subTest(option=option):
                self.assert_failed(self.styler(*arguments, prefix=prefix), *words)

    def test_a_name_that_is_too_long(self):
        self.assert_refused_everywhere("n" * 256, "cannot be written: its name is longer than the 255 bytes")

    def test_a_folder_that_is_not_there_and_a_name_that_is_a_folder(self):
        self.assert_refused_everywhere("none/out", "folder none does not exist")
        (self.folder / "taken").mkdir()
        (self.folder / "taken.png").mkdir()
        self.assert_refused_everywhere("taken", "it is a folder")

    def test_a_log_is_not_added_to_what_is_none(self):
        art = (self.folder / "art.png").read_bytes()
        for arguments in (self.job("--log-file", "art.png"), self.batch(*ENDLESS, "--log-file", "art.png")):
            with self.subTest(command=arguments[0]):
                result = self.styler(*arguments)
                self.assertIn(result.returncode, (1, 2))
                self.assertIn("art.png", result.stderr)
                self.assertEqual((self.folder / "art.png").read_bytes(), art)

    def protected(self, name):
        for file in (name, name + ".png"):
            (self.folder / file).write_bytes(b'{"status":"old"}\n')
            (self.folder / file).chmod(0o444)

    def test_a_file_that_is_write_protected(self):
        self.protected("kept")
        self.assert_refused_everywhere("kept", "it is write-protected", "--force", options=())
        self.assertEqual((self.folder / "kept.png").read_bytes(), b'{"status":"old"}\n')

    def test_a_file_that_nobody_may_replace(self):
        if shutil.which("chattr") is None:
            self.skipTest("there is no chattr")
        self.protected("fixed")
        for name in ("fixed", "fixed.png"):
            (self.folder / name).chmod(0o644)
            if subprocess.run(["chattr", "+i", self.folder / name], capture_output=True, check=False).returncode != 0:
                self.skipTest("nothing can be made immutable here")
            self.addCleanup(subprocess.run, ["chattr", "-i", self.folder / name], check=True)
        self.assert_refused_everywhere("fixed", "immutable")

    def test_somebody_else_s_file_in_a_sticky_folder(self):
        if os.geteuid() != 0:
            self.skipTest("needs somebody else")
        prefix = self.not_root()
        sticky = self.folder / "sticky"
        sticky.mkdir()
        sticky.chmod(0o1777)
        for name in ("other", "other.png"):
            (sticky / name).write_bytes(b'{"status":"old"}\n')
            (sticky / name).chmod(0o666)
        shutil.copy(self.weights, self.folder / "w.safetensors")
        self.weights = "w.safetensors"
        self.folder.chmod(0o777)
        self.assert_refused_everywhere("sticky/other", "somebody else's", prefix=prefix)

    def test_a_read_only_file_system(self):
        disk = self.folder / "disk"
        disk.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(disk)]
        if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
            self.skipTest("only root can mount a disk, and may not everywhere")
        self.addCleanup(subprocess.run, ["umount", str(disk)], check=True)
        self.assert_refused_everywhere("disk/out", "Read-only file system")


class Links(ProcessTest):
    def test_what_a_link_leads_to_is_replaced_or_made(self):
        (self.folder / "there.png").write_bytes(b"old")
        os.mkdir(self.folder / "results")
        for link, target in (("a.png", "there.png"), ("b.png", "results/new.png"), ("c.png", "b2.png"), ("b2.png", "far.png")):
            os.symlink(target, self.folder / link)
        for link, target in (("a.png", "there.png"), ("b.png", "results/new.png"), ("c.png", "far.png")):
            with self.subTest(link=link):
                result = self.styler(*self.job("-q", output=link))
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertTrue((self.folder / link).is_symlink())
                self.assertFalse((self.folder / target).is_symlink())
                self.assertEqual(self.picture_size(target), (48, 32))

    def test_links_in_a_circle_and_into_nowhere_are_refused(self):
        os.symlink("b.png", self.folder / "a.png")
        os.symlink("a.png", self.folder / "b.png")
        os.symlink("none/x.png", self.folder / "c.png")
        self.assert_failed(self.styler(*self.job("-q", output="a.png")), "a.png cannot be written", "links")
        self.assert_failed(self.styler(*self.job("-q", output="c.png")), "c.png cannot be written", "folder none")

    def test_pipes_and_devices_are_no_place_for_results(self):
        os.mkfifo(self.folder / "pipe.png")
        for name in ("pipe.png", "/dev/null"):
            arguments = self.job("-q", output=name) if name.endswith("png") else self.job("-q", "--report", name)
            self.assert_failed(self.styler(*arguments), name, "not a regular file")


class Forced(ProcessTest):
    def test_force_replaces_what_is_write_protected_and_keeps_its_protection(self):
        for name in ("out.png", "run.json"):
            (self.folder / name).write_bytes(b"old")
            (self.folder / name).chmod(0o444)
        result = self.styler(*self.job("-q", "--force", "--report", "run.json"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.picture_size(), (48, 32))
        self.assertEqual(self.report()["exit_code"], 0)
        self.assertEqual((self.folder / "out.png").stat().st_mode & 0o777, 0o444)

    def test_a_batch_fails_for_that_picture_alone_and_skips_finished_ones_that_are_protected(self):
        (self.folder / "second.png").write_bytes(support.photo(90, 64))
        os.mkdir(self.folder / "out")
        (self.folder / "out" / "photo_art.png").write_bytes(b"old")
        (self.folder / "out" / "photo_art.png").chmod(0o444)
        batch = self.batch(content="*o*.png")
        result = self.styler(*batch)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn("photo_art.png cannot be written: it is write-protected", result.stderr)
        self.assertEqual((self.folder / "out" / "photo_art.png").read_bytes(), b"old")
        self.assertEqual(self.picture_size("out/second_art.png"), (48, 34))
        self.assertEqual(self.styler(*batch, "--force").returncode, 0)
        self.assertEqual(self.picture_size("out/photo_art.png"), (48, 32))
        (self.folder / "out" / "second_art.png").chmod(0o444)
        self.assertEqual(self.styler(*batch).returncode, 0)


class AtTheEnd(ProcessTest):
    def lost_folder(self, *arguments, then):
        """A run into a folder to which `then` happens in its midst."""
        os.mkdir(self.folder / "results")
        process = self.start(*self.job(*ENDLESS, "-q", "--checkpoint", "run.ckpt", "--checkpoint-every", "1", *arguments,
                                       output="results/out.png"))  # fmt: skip
        while not (self.folder / "run.ckpt").exists() and process.poll() is None:
            pass
        then(self.folder / "results")
        process.terminate()
        return process.wait(timeout=60), process.stderr.read()

    def test_a_folder_that_went_away_leaves_the_picture_elsewhere(self):
        code, stderr = self.lost_folder(then=shutil.rmtree)
        self.assertEqual(code, 1)
        self.assertIn("results/out.png cannot be written", stderr)
        self.assertIn(f"the picture is in '{self.folder}/out-rescued.png' instead", stderr)
        self.assertEqual(self.picture_size("out-rescued.png"), (48, 32))

    def test_a_name_that_became_a_folder_leaves_it_beside(self):
        def taken(folder):
            os.mkdir(folder / "out.png")
            (folder / "out-rescued.png").write_bytes(b"of another time")

        code, stderr = self.lost_folder(then=taken)
        self.assertEqual(code, 1)
        self.assertIn("results/out-rescued-2.png' instead", stderr)
        self.assertEqual(self.picture_size("results/out-rescued-2.png"), (48, 32))
        self.assertEqual((self.folder / "results" / "out-rescued.png").read_bytes(), b"of another time")

    @unittest.skipUnless(os.geteuid() == 0, "only root can mount a small disk")
    def test_a_full_disk(self):
        disk = self.folder / "disk"
        disk.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], capture_output=True, check=False).returncode != 0:
            self.skipTest("root may not mount here")
        self.addCleanup(subprocess.run, ["umount", str(disk)], check=True)
        (disk / "ballast").write_bytes(b"x" * (60 << 10))
        large = ["-q", "--size", "96", "--init", "noise"]  # which takes more than the 4 kB that are left
        result = self.styler(*self.job(*large, output="disk/out.png"))
        self.assert_failed(result, "No space left", "out-rescued.png' instead")
        self.assertEqual(self.picture_size("out-rescued.png"), (96, 64))
        with open(disk / "ballast", "ab") as ballast:
            ballast.write(b"x" * (4 << 10))
        self.assertEqual(sorted(os.listdir(disk)), ["ballast"])
        self.assert_failed(self.styler(*self.job(*ENDLESS, "-q", output="disk/out.png")), "No space left")

    def test_a_batch_s_report_that_can_not_be_written_costs_no_picture(self):
        for number in range(3):
            (self.folder / f"p{number}.png").write_bytes(support.photo(80 + number, 64))
        (self.folder / "jobs.jsonl").write_bytes(b'{"status":"done"}\n' + b" " * 60000 + b"\n")
        size = (self.folder / "jobs.jsonl").stat().st_size
        batch = self.batch("--report", "jobs.jsonl", content="p?.png")
        result = self.limited({resource.RLIMIT_FSIZE: size + 10}, *batch)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertEqual(result.stderr.count("jobs.jsonl"), 1, result.stderr)
        self.assertEqual(len(list((self.folder / "out").iterdir())), 3)

    def test_a_batch_s_report_is_not_added_to_another_file(self):
        text = b'{\n  "name": "gallery",\n  "version": "1.0.0"\n}\n'
        (self.folder / "package.json").write_bytes(text)
        self.assert_failed(self.styler(*self.batch("--report", "package.json")), "package.json", "no report of a batch")
        self.assertEqual((self.folder / "package.json").read_bytes(), text)


class Scripts(ProcessTest):
    def test_the_loop_refuses_a_folder_that_is_not_there(self):
        loop = support.CHECKOUT / "scripts" / "batch.sh"
        for arguments in (["none", "art.png", "out"], ["photo.png", "art.png", "out"], ["none"]):
            result = subprocess.run([loop, *arguments], cwd=self.folder, capture_output=True, text=True, check=False)
            self.assertIn(result.returncode, (1, 2))
            self.assertTrue(result.stderr)
            self.assertFalse((self.folder / "out").exists())


class Pipes(ProcessTest):
    def test_weights_are_not_installed_from_a_pipe(self):
        os.mkfifo(self.folder / "a pipe")
        for source in (f"file://{self.folder}/a%20pipe", self.folder / "a pipe"):
            result = subprocess.run(
                self.command("weights", "install", "--from", source, "--directory", "w"), cwd=self.folder,
                env=self.environment(), capture_output=True, text=True, timeout=20, preexec_fn=default_signals,
            )  # fmt: skip
            self.assertEqual(result.returncode, 1, result.stderr)
            self.assertFalse((self.folder / "w").exists())


if __name__ == "__main__":
    unittest.main()
