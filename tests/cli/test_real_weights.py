"""The real VGG19 on a real picture, small: the style comes closer and the content stays."""

import json
import unittest

from support import CHECKOUT, WEIGHTS, RealWeightsTest, png_size


class RealWeights(RealWeightsTest):
    def test_the_style_comes_closer_and_the_content_stays(self):
        pictures = CHECKOUT / "examples"
        arguments = self.job("--size", "96", "--iterations", "20", "--weights", WEIGHTS, "--report", "run.json",
                             content=pictures / "coffee.jpg", style=pictures / "painting.jpg")  # fmt: skip
        result = self.styler(*arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        width, height = png_size((self.folder / "out.png").read_bytes())
        self.assertEqual(max(width, height), 96)

        report = json.loads((self.folder / "run.json").read_text())
        first, losses, options = report["scales"][0], report["scales"][-1]["losses"], report["options"]
        self.assertLess(losses["style"][-1], 0.3 * first["losses"]["style"][0] / first["style_share"])
        # In units of the content itself: 1 is as far off as a blank.
        self.assertLess(losses["content"][-1] / options["content-weight"], 0.8)
        # What is saved is as good as what was optimised.
        final = report["scales"][-1]["final_loss"]
        self.assertLess(abs(report["saved_loss"]["total"] - final), 0.01 * final)

    def test_style_rises_and_content_falls_with_the_strength(self):
        pictures = CHECKOUT / "examples"
        styles, contents = [], []
        for strength in (0.3, 0.5, 0.9):
            arguments = self.job("--size", "96", "--iterations", "20", "--weights", WEIGHTS, "--report", "run.json", "--strength", strength,
                                 "--coarse-style", "1",  # one objective, of which so few iterations see enough
                                 content=pictures / "coffee.jpg", style=pictures / "painting.jpg")  # fmt: skip
            result = self.styler(*arguments)
            self.assertEqual(result.returncode, 0, result.stderr)
            loss = json.loads((self.folder / "run.json").read_text())["saved_loss"]
            share = strength**2 / (strength**2 + (1 - strength) ** 2)
            styles.append(loss["style"] / share)
            contents.append(loss["content"] / (1 - share))
        self.assertEqual(styles, sorted(styles, reverse=True))
        self.assertEqual(contents, sorted(contents))


if __name__ == "__main__":
    unittest.main()
