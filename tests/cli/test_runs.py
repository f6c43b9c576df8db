"""Whole runs on small pictures, with a network of random numbers: they show how the program behaves, not what it can."""

import json
import os
import signal
import subprocess
import time
import unittest

import support
from support import SHALLOW, CliTest, png_size


class RunTest(CliTest):
    LAYERS = SHALLOW

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.weights = cls.shared / "random.safetensors"
        cls.weights.write_bytes(support.random_vgg19())

    def job(self, *arguments, **files):
        return super().job("--weights", self.weights, *self.LAYERS, *arguments, **files)

    def report(self, name="run.json"):
        return json.loads((self.folder / name).read_text())

    def picture_size(self, name="out.png"):
        return png_size((self.folder / name).read_bytes())


class Finished(RunTest):
    def test_result_on_stdout_and_everything_else_on_stderr(self):
        result = self.styler(*self.job("--size", "48", "--iterations", "5"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stdout, "out.png\n")
        self.assertIn("scale 1/1 48x32, iteration 1/5", result.stderr)
        self.assertIn("iteration 5/5", result.stderr)
        self.assertEqual(self.picture_size(), (48, 32))

    def test_quiet_prints_nothing(self):
        result = self.styler(*self.job("--size", "48", "--iterations", "3", "--quiet"))
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))
        self.assertEqual(self.picture_size(), (48, 32))

    @unittest.skipUnless(os.path.exists("/dev/full"), "needs /dev/full")
    def test_a_standard_output_that_is_full_is_a_failure(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            result = subprocess.run([support.BINARY, *self.job("--size", "32", "--iterations", "2")], cwd=self.folder, stdout=full, stderr=subprocess.PIPE)
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"standard output", result.stderr)
        self.assertTrue((self.folder / "out.png").exists())

    def test_a_dry_run_tells_what_would_be_done_and_writes_nothing(self):
        job = ["--content", "photo.png", "--style", "art.png", "--weights", self.weights, *SHALLOW, "--device", "cpu", "--threads", "1"]
        self.assert_dry_run(*job, "--size", "96", "--scales", "2", "--dry-run")

    def test_a_dry_run_behind_a_whole_command_leaves_all_its_files_as_they_are(self):
        for name in ("out.png", "run.json", "run.ckpt", "look.png", ".styler-123.tmp"):
            (self.folder / name).write_bytes(b"old")
        files = ["--report", "run.json", "--checkpoint", "run.ckpt", "--resume", "run.ckpt", "--preview", "look.png"]
        self.assert_dry_run(*self.job("--size", "96", "--scales", "2", *files, "--save-every", "1", "--dry-run"))

    def assert_dry_run(self, *arguments):
        before = {path.name: path.read_bytes() for path in self.folder.iterdir()}
        result = self.styler(*arguments)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        lines = result.stdout.splitlines()
        self.assertEqual(lines[0].split(",")[0], "on cpu")
        self.assertTrue(lines[2].startswith("48x32 "), lines)
        for line in lines[3:5]:  # with the coarse style and with the whole
            self.assertTrue(line.startswith("96x64 "), lines)
        self.assertRegex(lines[5], r"^memory: [0-9]+ MiB at most; .* may be used$")
        self.assertRegex(lines[6], r"^time: about [0-9]+:[0-9]{2}$")
        self.assertEqual({path.name: path.read_bytes() for path in self.folder.iterdir()}, before)

    def test_a_memory_limit_that_nothing_fits_into_is_refused_with_one_that_would_do(self):
        refused = self.styler(*self.job("--size", "96", "--iterations", "2", "--memory-limit", "10M"))
        self.assert_refused(refused, 1, "96x64", "10 MiB", "--memory-limit")
        enough = refused.stderr.split("--memory-limit ")[1].split()[0]
        result = self.styler(*self.job("--size", "96", "--iterations", "2", "--memory-limit", enough))
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_the_same_seed_gives_the_same_bytes(self):
        noise = ["--size", "48", "--iterations", "4", "--init", "noise", "-q"]
        for seed, name in ((1, "a.png"), (1, "b.png"), (2, "c.png")):
            self.assertEqual(self.styler(*self.job(*noise, "--seed", seed, output=name)).returncode, 0)
        a, b, c = ((self.folder / name).read_bytes() for name in ("a.png", "b.png", "c.png"))
        self.assertEqual(a, b)
        self.assertNotEqual(a, c)

    def test_the_report_tells_all(self):
        result = self.styler(*self.job("--size", "96", "--scales", "2", "--iterations", "6", "--report", "run.json"))
        self.assertEqual(result.returncode, 0, result.stderr)
        report = self.report()
        self.assertEqual((report["status"], report["exit_code"]), ("done", 0))
        self.assertEqual(report["options"]["iterations"], 6)
        self.assertEqual((report["chosen"]["device"], report["chosen"]["threads"]), ("cpu", 1))
        self.assertEqual((report["content"]["width"], report["content"]["height"]), (96, 64))
        self.assertEqual([(scale["width"], scale["style_share"], scale["iterations"]) for scale in report["scales"]],
                         [(48, 0.3, 6), (96, 0.3, 2), (96, 1, 4)])  # fmt: skip
        for scale in report["scales"]:
            for term in ("total", "content", "style", "tv", "range"):
                self.assertEqual(len(scale["losses"][term]), scale["iterations"])
            self.assertLessEqual(scale["final_loss"], scale["initial_loss"])
            self.assertTrue(scale["ended_by"])
        self.assertGreater(report["peak_memory_bytes"], 10_000_000)
        self.assertEqual(report["weights"]["source"], "made for a test")

    def test_intermediate_pictures(self):
        result = self.styler(*self.job("--size", "96", "--scales", "2", "--iterations", "9", "--save-every", "3"))
        self.assertEqual(result.returncode, 0, result.stderr)
        saved = {path.name for path in self.folder.glob("out*.png")}
        saves = [(1, 3), (1, 6), (1, 9), (2, 3), (3, 3), (3, 6)]  # the second size first with the coarse style
        expected = {f"out_s{scale}_{iteration:04}.png" for scale, iteration in saves}
        self.assertEqual(saved, expected | {"out.png"})
        self.assertEqual(self.picture_size("out_s1_0003.png"), (48, 32))

    def test_a_grey_photo_stays_grey_in_luminance_mode(self):
        width, height = 48, 32
        (self.folder / "grey.png").write_bytes(support.png(width, height, lambda x, y: (x * 5,) * 3))
        result = self.styler(*self.job("--size", "48", "--scales", "1", "--iterations", "4", "--color", "luminance",
                                       "--save-every", "3", content="grey.png", output="out.ppm"))  # fmt: skip
        self.assertEqual(result.returncode, 0, result.stderr)
        for name in ("out.ppm", "out_s1_0003.ppm"):
            data = (self.folder / name).read_bytes()
            self.assertEqual(data[:2], b"P6")
            pixels = data[-3 * width * height :]
            self.assertEqual(pixels[0::3], pixels[1::3])
            self.assertEqual(pixels[0::3], pixels[2::3])
            self.assertGreater(len(set(pixels)), 10)

    def test_a_config_file_and_the_command_line_beside_it(self):
        (self.folder / "run.toml").write_text("size = 64\niterations = 2\nquiet = true\n")
        result = self.styler(*self.job("--config", "run.toml", "--size", "48"))
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(self.picture_size(), (48, 32))

    def test_the_environment_says_how_many_threads(self):
        command = [support.BINARY, "--content", "photo.png", "--style", "art.png", "--size", "48", "--iterations", "2", "--dry-run",
                   "--device", "cpu", "--weights", self.weights, *SHALLOW]  # fmt: skip
        for value, expected, warned in (("3,2", "3 threads", False), ("many", "threads", True)):
            result = subprocess.run(command, cwd=self.folder, env={**self.environment(), "OMP_NUM_THREADS": value},
                                    capture_output=True, text=True, timeout=120)  # fmt: skip
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn(expected, result.stdout)
            self.assertEqual("styler: warning: OMP_NUM_THREADS is 'many'" in result.stderr, warned)

    def test_verbose_and_log_file_tell_what_was_chosen(self):
        result = self.styler(*self.job("--size", "48", "--iterations", "2", "-v", "--log-file", "run.log"))
        self.assertEqual(result.returncode, 0, result.stderr)
        for text in (result.stderr, (self.folder / "run.log").read_text()):
            for word in ("LibTorch", "cpu", "1 threads", "random.safetensors", "48x32 px"):
                self.assertIn(word, text)

    def test_adam_other_formats_and_the_time_limit(self):
        arguments = ["--optimizer", "adam", "--size", "48", "--iterations", "1000000", "--time-limit", "1s"]
        result = self.styler(*self.job(*arguments, "--report", "run.json", output="out.jpg"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.report()["scales"][-1]["ended_by"], "time limit")
        self.assertEqual((self.folder / "out.jpg").read_bytes()[:2], b"\xff\xd8")

    def test_size_original_and_awkward_sizes(self):
        (self.folder / "thin.png").write_bytes(support.photo(17, 101))
        result = self.styler(*self.job("--size", "original", "--iterations", "2", content="thin.png"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.picture_size(), (17, 101))


    def texture(self, *arguments, output="out.png"):
        return ["--style", "art.png", "-o", output, "--weights", self.weights, "--style-layers", "relu1_1,relu2_1",
                "--device", "cpu", "--threads", "1", "--iterations", "5", *arguments]  # fmt: skip

    def test_a_texture_needs_no_photo(self):
        result = self.styler(*self.texture("--size", "50x30", "--report", "run.json", "-v"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.picture_size(), (50, 30))
        self.assertIn("texture (50x30 px)", result.stderr)
        report = self.report()
        self.assertIsNone(report["content"])
        self.assertEqual((report["options"]["size"], report["options"]["init"]), ("50x30", "noise"))
        shown = self.styler("show", "out.png")
        self.assertIn("--style art.png --size 50x30", shown.stdout)
        self.assertNotIn("--content", shown.stdout)

    def test_a_tileable_texture_has_edges_of_whole_strides_and_says_so(self):
        result = self.styler(*self.texture("--size", "49", "--tileable"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("50x50 px instead of 49x49", result.stderr)
        self.assertEqual(self.picture_size(), (50, 50))

    def test_a_texture_too_small_for_the_layers_is_refused(self):
        self.assert_refused(self.styler(*self.texture("--size", "1")), 1, "--size 2")

    def test_a_dry_run_of_a_texture(self):
        result = self.styler(*self.texture("--size", "64", "--dry-run"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("64x64", result.stdout)


class Interrupted(RunTest):
    def endless(self, *arguments):
        """Starts a run that would take hours and waits until it is under way."""
        process = self.start(*self.job("--iterations", "1000000", *arguments))
        for line in process.stderr:
            if "iteration 1/" in line:
                return process
        self.fail("the run ended by itself")

    def test_ctrl_c_and_sigterm_save_the_best_picture_so_far(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.endless("--size", "90", "--scales", "2", "--report", "run.json", "--log-file", "run.log")
            time.sleep(0.2)
            process.send_signal(number)
            stdout, stderr = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 130, stderr)
            self.assertEqual(stdout, "out.png\n")
            self.assertIn("stopping", stderr)
            self.assertEqual(self.picture_size(), (90, 60), "the size asked for, though the scale was a coarser one")
            report = self.report()
            self.assertEqual((report["status"], report["exit_code"]), ("stopped", 130))
            self.assertEqual(report["scales"][-1]["ended_by"], "stopped by user")
            self.assertIn("stopped by user", (self.folder / "run.log").read_text())
            (self.folder / "out.png").unlink()

    def test_ctrl_c_ends_a_dry_run_without_a_word_of_pictures(self):
        (self.folder / "big.png").write_bytes(support.photo(300, 200))
        # Deep enough for the evaluations that are timed to take seconds.
        process = self.start(*self.job("--style-layers", "relu5_1", "--dry-run", "-v", content="big.png"))
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
        self.assertEqual((process.returncode, stdout), (130, ""), stderr)
        self.assertNotIn("stopping", stderr)

    def test_a_second_signal_ends_at_once(self):
        (self.folder / "big.png").write_bytes(support.photo(600, 400))
        (self.folder / "out.png").write_bytes(b"old")
        # An evaluation at this size takes long enough for both signals to come in its midst.
        arguments = self.job("--size", "600", "--scales", "1", "--style-layers", "relu5_1", content="big.png")
        process = self.start(*arguments)
        for line in process.stderr:
            if "iteration 1/" in line:
                break
        process.send_signal(signal.SIGINT)
        time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=20), 130)
        self.assertEqual((self.folder / "out.png").read_bytes(), b"old")

    def test_killed_while_it_writes_the_old_or_the_new_file_is_whole(self):
        output = self.folder / "out.png"
        output.write_bytes(support.photo(30, 20))
        killed_in_time = 0
        for _ in range(4):
            before = set(os.listdir(self.folder))
            process = self.start(*self.job("--size", "300", "--scales", "1", "--iterations", "1", "-q"))
            while process.poll() is None:
                if set(os.listdir(self.folder)) - before:  # the temporary file is there: the write has begun
                    process.kill()
                    killed_in_time += 1
                    break
            process.wait()
            self.assertIn(self.picture_size(), [(30, 20), (300, 200)])
        self.assertGreater(killed_in_time, 0, "no run was caught while it wrote")


if __name__ == "__main__":
    unittest.main()
