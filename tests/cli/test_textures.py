"""Generators of textures, which learn from noise: on small pictures, with a network of random numbers."""

import unittest

from support import png_size
from test_models import ModelTest


class Textures(ModelTest):
    def texture(self, *arguments, output="t.png"):
        return self.styler("apply", "--model", "t.styler", "-o", output, "--size", "96x64", *arguments)

    def test_without_photos_a_model_makes_textures_another_with_each_seed(self):
        line = self.training("--steps", "30", "--report", "t.json", styles=["art.png"], output="t.styler")
        del line[line.index("--content") : line.index("--content") + 2]
        del line[line.index("--content-layers") : line.index("--content-layers") + 2]
        result = self.styler(*line)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("scripts/get_photos.sh", result.stderr)
        self.assertIn("tiny, textures", self.styler("models", "show", "t.styler").stdout)
        pictures = {}
        for name, arguments in {"a": [], "b": ["--seed", "1"], "c": ["--seed", "1"], "d": ["--seed", "1", "--tileable"]}.items():
            result = self.texture(*arguments, output=f"{name}.png")
            self.assertEqual((result.returncode, result.stdout), (0, f"{name}.png\n"), result.stderr)
            pictures[name] = (self.folder / f"{name}.png").read_bytes()
        self.assertEqual(png_size(pictures["a"]), (96, 64))
        self.assertEqual(pictures["b"], pictures["c"])
        self.assertEqual(len({pictures["a"], pictures["b"], pictures["d"]}), 3)
        shown = self.styler("show", "d.png").stdout
        self.assertIn("styler apply --model t.styler --size 96x64 --seed 1 --tileable", shown)
        for arguments, code, words in [(["--size", "66", "--tileable"], 2, "multiples of 4"),
                                       (["--content", "photo.png"], 2, "a photo keeps its shape")]:  # fmt: skip
            self.assert_refused(self.texture(*arguments), code, words)
        result = self.styler("apply", "--model", "t.styler", "--content", "photo.png", "-o", "x.png")
        self.assert_refused(result, 2, "t.styler", "makes textures of noise")
        result = self.styler("apply", "--model", self.make_many(), "--size", "64", "-o", "x.png")
        self.assert_refused(result, 2, "--content is needed", "paints photos")
        self.assert_refused(self.styler("models", "export", "t.styler", "-o", "t.onnx"), 1, "t.styler", "paints no photos")
        result = self.styler(*self.training("--steps", "1", "--from", "t.styler", styles=["art.png"]))
        self.assert_refused(result, 2, "t.styler", "makes textures of noise")


if __name__ == "__main__":
    unittest.main()
