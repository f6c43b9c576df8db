"""Several styles, folders as styles, fine strokes and the strength, with a network of random numbers."""

import json
import subprocess
import unittest

from support import BINARY, painting, png
from test_runs import RunTest

QUICK = ["--size", "48", "--scales", "2", "--iterations", "4"]


def dots(width=60, height=60):
    return png(width, height, lambda x, y: (240, 220, 60) if x % 12 < 6 and y % 12 < 6 else (30, 30, 90))


class StylesTest(RunTest):
    def setUp(self):
        super().setUp()
        (self.folder / "dots.png").write_bytes(dots())
        (self.folder / "both").mkdir()
        (self.folder / "both" / "1.png").write_bytes(painting())
        (self.folder / "both" / "2.png").write_bytes(dots())

    def job(self, *arguments, **files):
        return super().job(*QUICK, *arguments, **files)

    def painted(self, *arguments, name="out.ppm", **files):
        result = self.styler(*self.job(*arguments, output=name, **files))
        self.assertEqual(result.returncode, 0, result.stderr)
        return (self.folder / name).read_bytes()


class SeveralStyles(StylesTest):
    def test_a_folder_is_the_same_style_as_its_pictures_with_equal_shares(self):
        together = self.painted(style="both")
        self.assertEqual(self.painted("--style", "dots.png"), together)
        self.assertEqual(self.painted("--style", "dots.png", "--style-blend", "5,5"), together)
        self.assertNotEqual(self.painted(), together)

    def test_shares_and_ways_to_blend_and_scales_matter(self):
        two = ["--style", "dots.png"]
        pictures = {
            self.painted(*two),
            self.painted(*two, "--style-blend", "3,1"),
            self.painted(*two, "--style-blend", "1,3"),
            self.painted(*two, "--style-blend-by", "losses"),
            self.painted(*two, "--style-scale", "0.5"),
            self.painted(*two, "--style-scale", "1,0.5"),
        }
        self.assertEqual(len(pictures), 6)
        self.assertEqual(self.painted(*two, "--style-blend", "1,0"), self.painted())
        self.assertEqual(self.painted(*two, "--style-scale", "0.5,0.5"), self.painted(*two, "--style-scale", "0.5"))

    def test_the_report_the_log_and_a_dry_run_tell_of_all(self):
        two = ["--style", "both", "--style-blend", "3,1", "--style-scale", "1,0.5"]
        result = self.styler(*self.job(*two, "--report", "run.json", "-v"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("both/2.png (60x60 px), share 0.125, scale 0.5", result.stderr)
        self.assertIn("style 48x43, 24x22, 24x24 px", result.stderr)
        report = json.loads((self.folder / "run.json").read_text())
        self.assertEqual([style["file"] for style in report["style"]], ["art.png", "both/1.png", "both/2.png"])
        self.assertEqual([style["share"] for style in report["style"]], [0.75, 0.125, 0.125])
        self.assertEqual([len(scale["style"]) for scale in report["scales"]], [3, 3])
        planned = self.styler(*self.job(*two, "--dry-run"))
        self.assertEqual(planned.returncode, 0, planned.stderr)
        self.assertIn("3 up to 48x43", planned.stdout)

    def test_what_is_shown_makes_the_same_picture_again(self):
        options = ["--style", "both", "--style-blend", "3,1", "--style-scale", "1,0.5", "--strength", "0.75"]
        first = self.painted(*options, name="out.png")
        shown = self.styler("show", "out.png")
        self.assertIn("--style art.png both", shown.stdout)
        (self.folder / "out.png").unlink()
        command = f"styler() {{ '{BINARY}' \"$@\" --device cpu --threads 1 --weights '{self.weights}'; }}\n" + shown.stdout
        subprocess.run(["bash", "-c", command], cwd=self.folder, env=self.environment(), check=True, capture_output=True)
        self.assertEqual((self.folder / "out.png").read_bytes(), first)

    def test_a_resumed_run_needs_the_same_styles(self):
        options = ["--style", "both", "--checkpoint", "run.ckpt", "--checkpoint-every", "1"]
        whole = self.painted(*options)
        again = ["--resume", "run.ckpt"]
        self.assertEqual(self.painted("--style", "both", *again), whole)
        self.assert_refused(self.styler(*self.job("--style", "dots.png", *again)), 1, "style differs", "2 files here but 3")
        refused = self.styler(*self.job("--style", "both", "--style-blend", "1,2", *again))
        self.assert_refused(refused, 2, "--style-blend is 1,2 here")

    def test_mistakes_are_named(self):
        (self.folder / "empty").mkdir()
        (self.folder / "dot.png").write_bytes(painting(1, 1))
        self.assert_refused(self.styler(*self.job(style="empty")), 1, "--style", "holds no pictures")
        self.assert_refused(self.styler(*self.job("--style", "dot.png")), 1, "'dot.png' is 1x1 px")
        self.assert_refused(self.styler(*self.job(style="both", output="both/out.png")), 2, "results for pictures")
        self.assert_refused(self.styler(*self.job(style="both", output="o.png") + ["--preview", "both/1.png"]), 2, "--preview")
        self.assert_refused(self.styler(*self.job(style="both", output="o.png") + ["--preview", "both/look.png"]), 2, "--preview")
        self.assert_refused(self.styler(*self.job("--style-blend-by", "losses")), 2, "does nothing with one style picture")


class StyleLosses(StylesTest):
    def test_each_paints_another_picture_and_the_default_is_gram(self):
        losses = ["gram", "gram-mean", "wasserstein", "histogram", "sliced"]
        pictures = {loss: self.painted("--style-loss", loss) for loss in losses}
        self.assertEqual(len(set(pictures.values())), len(losses))
        self.assertEqual(pictures["gram"], self.painted())

    def test_two_styles_of_one_size_or_not_can_be_blended_in_each(self):
        for loss in ["gram-mean", "wasserstein", "histogram", "sliced"]:
            two = ["--style-loss", loss, "--style", "dots.png"]
            pictures = {self.painted(*two), self.painted(*two, "--style-blend-by", "losses"), self.painted("--style-loss", loss)}
            self.assertEqual(len(pictures), 3, loss)

    def test_a_run_goes_on_with_the_same_loss_alone(self):
        options = ["--style-loss", "sliced", "--checkpoint", "run.ckpt", "--checkpoint-every", "1"]
        whole = self.painted(*options)
        again = ["--resume", "run.ckpt"]
        self.assertEqual(self.painted("--style-loss", "sliced", *again), whole)
        refused = self.styler(*self.job(*again))
        self.assert_refused(refused, 2, "--style-loss is gram here but sliced in the checkpoint")

    def test_what_can_t_go_together_is_refused(self):
        self.assert_refused(self.styler(*self.job("--style-loss", "sliced", "--preset", "gatys")), 2, "style-loss is sliced")
        self.assert_refused(self.styler(*self.job("--style-loss", "histogram", "--tile", "256")), 2, "tile is 256")
        refused = self.styler(*self.job("--style-loss", "sliced", "--size", "3000", "--memory-limit", "1G", "--dry-run"))
        self.assert_refused(refused, 1, "needs at least")


class Strength(StylesTest):
    def test_without_strength_the_photo_comes_back(self):
        header, pixels = b"P6\n48 32\n255\n", bytes((7 * i + i // 11) % 200 + 20 for i in range(48 * 32 * 3))
        (self.folder / "photo.ppm").write_bytes(header + pixels)
        result = self.styler(*self.job("--strength", "0", content="photo.ppm", output="out.ppm"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertNotIn("raised its loss", result.stderr)
        self.assertTrue((self.folder / "out.ppm").read_bytes().endswith(pixels))

    def test_the_middle_is_the_default(self):
        self.assertEqual(self.painted("--strength", "0.5"), self.painted())
        self.assertNotEqual(self.painted("--strength", "0.6"), self.painted())


class FineStyle(StylesTest):
    def test_fine_strokes_change_the_picture_and_belong_to_the_run(self):
        plain = self.painted()
        fine = self.painted("--fine-style", "dots.png", "--checkpoint", "run.ckpt", "--checkpoint-every", "1")
        self.assertNotEqual(fine, plain)
        self.assertEqual(self.painted("--fine-style", "dots.png"), fine)
        self.assertEqual(self.painted("--fine-style", "dots.png", "--resume", "run.ckpt"), fine)
        self.assert_refused(self.styler(*self.job("--resume", "run.ckpt")), 1, "fine-style differs")
        planned = self.styler(*self.job("--fine-style", "dots.png", "--dry-run"))
        self.assertEqual(planned.returncode, 0, planned.stderr)

    def test_it_goes_with_one_style_picture(self):
        refused = self.styler(*self.job("--fine-style", "dots.png", style="both"))
        self.assert_refused(refused, 2, "--fine-style goes with one style picture")



del RunTest, StylesTest  # unittest would run the base classes' tests again

if __name__ == "__main__":
    unittest.main()
