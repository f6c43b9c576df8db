"""The program on GPUs that tests/simulated_device makes of the processor: what it does is what it does on the CPU."""

import os
import unittest

from support import photo
from test_resume import ResumeTest


class SimulatedGpuTest(ResumeTest):
    # Two sizes, a few steps. The CPU computes with kernels of its own, the other one with LibTorch's.
    COURSE = ["--size", "48", "--scales", "2", "--iterations", "4", "--precision", "fp32", "--init", "noise", "--seed", "3"]
    megabytes = 4096

    def environment(self):
        return {**super().environment(), "STYLER_SIMULATED_GPU": str(self.megabytes), "OMP_NUM_THREADS": "1"}

    def job(self, *arguments, device="cuda", **files):
        words = super().job(*arguments, **files)
        words[words.index("--device") + 1] = device
        return words

    def done(self, *arguments, **files):
        """Has the job done, and gives its report."""
        result = self.styler(*self.job(*arguments, "--report", "run.json", **files))
        self.assertEqual(result.returncode, 0, result.stderr)
        return self.report()

    def losses(self, report):
        return [scale[which] for scale in report["scales"] for which in ("initial_loss", "final_loss")]

    def assert_same_on_both(self, *arguments, **files):
        there = self.done(*arguments, **files)
        here = self.done(*arguments, device="cpu", **files)
        self.assertTrue(there["chosen"]["device"].startswith("simulated"), there["chosen"])
        self.assertEqual(here["chosen"]["device"], "cpu")
        for a, b in zip(self.losses(there), self.losses(here), strict=True):
            self.assertAlmostEqual(a / b, 1, delta=0.01)


class SimulatedGpu(SimulatedGpuTest):
    def test_a_run_has_the_cpus_losses(self):
        self.assert_same_on_both()
        self.assert_same_on_both("--optimizer", "adam", "--color", "luminance", "--init", "content")

    def test_textures_regions_and_several_styles(self):
        (self.folder / "map.ppm").write_bytes(b"P6 6 4 255\n" + (b"\xff\0\0" * 3 + b"\0\0\xff" * 3) * 4)
        self.assert_same_on_both("--content-regions", "map.ppm", "--style-regions", "#ff0000")
        self.assert_same_on_both("--style", "photo.png", "--style-blend-by", "losses", "--style-loss", "sliced")
        texture = ["--style", "art.png", "-o", "tile.png", "--tileable", "--device", "cuda", "--weights", self.weights]
        result = self.styler(*texture, "--size", "32x32", "--iterations", "2", "--scales", "1", "--style-layers", "relu2_1")
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_fine_strokes_previews_and_pictures_on_the_way(self):
        self.done("--fine-style", "photo.png", "--preview", "look.png", "--save-every", "2")
        self.assertTrue((self.folder / "look.png").exists())

    def test_a_run_begun_on_one_device_goes_on_on_the_other(self):
        whole = self.done()
        for first, second in (("cuda", "cuda"), ("cuda", "cpu"), ("cpu", "cuda")):
            with self.subTest(f"{first} to {second}"):
                checkpoint = f"{first}_{second}.ckpt"
                kept = ["--checkpoint", checkpoint, "--checkpoint-every", "1"]
                process = self.start(*self.job(*kept, "-q", device=first))
                self.wait_for(process, checkpoint)
                process.kill()
                process.wait()
                report = self.done("--resume", checkpoint, device=second)
                self.assertAlmostEqual(report["saved_loss"]["total"] / whole["saved_loss"]["total"], 1, delta=0.01)

    def test_a_batch_and_a_sweep(self):
        (self.folder / "photos").mkdir()
        for name in ("one", "two"):
            (self.folder / "photos" / f"{name}.png").write_bytes(photo())
        result = self.styler("batch", *self.job(content="photos", output="out"), "--report", "all.jsonl")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(sorted(os.listdir(self.folder / "out")), ["one_art.png", "two_art.png"])
        result = self.styler("sweep", *self.job(output="sheet.png"), "--vary", "style-weight=1,5")
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_there_is_no_third_gpu(self):
        self.done(device="cuda:1")
        self.assert_refused(self.styler(*self.job(device="cuda:2")), 1, "cuda:2", "the last GPU is cuda:1")


class LittleMemory(SimulatedGpuTest):
    megabytes = 2

    def test_a_run_that_does_not_fit_is_refused_before_it_begins(self):
        self.assert_refused(self.styler(*self.job("--size", "96")), 1, "needs at least", "may be used")


if __name__ == "__main__":
    unittest.main()
