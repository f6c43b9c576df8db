"""The page of `styler evaluate` in headless Chromium: what it shows, and how it sorts."""

import json
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import browser

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "cli"))
from support import BINARY, painting, photo, png, random_vgg19  # noqa: E402


class Page(browser.BrowserTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = Path(tempfile.mkdtemp(prefix="styler scores "))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        (cls.folder / "vgg.safetensors").write_bytes(random_vgg19())
        (cls.folder / "out").mkdir()
        (cls.folder / "photo.png").write_bytes(photo())
        (cls.folder / "art.png").write_bytes(painting())
        (cls.folder / "out" / "same <b>&.png").write_bytes(photo())
        (cls.folder / "out" / "painted #1.png").write_bytes(painting(96, 64))
        (cls.folder / "out" / "grey.png").write_bytes(png(96, 64, lambda x, y: (128, 128, 128)))
        subprocess.run(
            [BINARY, "evaluate", "--results", "out", "--content", "photo.png", "--style", "art.png", "--page", "s.html",
             "--weights", "vgg.safetensors", "--device", "cpu", "-q"], cwd=cls.folder, check=True,
        )  # fmt: skip

    def setUp(self):
        self.browser.open((self.folder / "s.html").as_uri(), (1400, 900))
        self.addCleanup(lambda: self.assertEqual(self.browser.complaints(), []))

    def texts(self, selector):
        return self.browser.run(f"[...document.querySelectorAll({json.dumps(selector)})].map((e) => e.textContent)")

    def names(self):
        return self.texts("#pictures tbody td:first-child")

    def sort_by(self, word):
        self.browser.run(f"[...document.querySelectorAll('#pictures button')].find((b) => b.textContent === {json.dumps(word)}).click()")

    def test_every_result_stands_beside_its_photo_and_painting(self):
        self.assertEqual(self.texts("#pictures b"), [], "a name became HTML")
        self.assertEqual(sorted(self.names()), ["grey.png", "painted #1.png", "same <b>&.png"])
        self.browser.run("document.querySelectorAll('img').forEach((image) => { image.loading = 'eager'; })")
        self.browser.wait_for("[...document.images].every((image) => image.naturalWidth > 0)")
        self.assertEqual(self.browser.run("document.images.length"), 9)
        self.assertEqual(self.texts("#pictures td:nth-child(3) figcaption"), ["photo.png"] * 3)

    def test_the_worst_come_first_by_any_figure_and_last_the_second_time(self):
        self.sort_by("content")
        worst_first = self.names()
        self.assertEqual(worst_first[-1], "same <b>&.png")
        self.assertEqual(self.texts("th[aria-sort=descending]"), ["content"])
        self.sort_by("ssim")  # of which more is better
        self.assertEqual(self.names()[-1], "same <b>&.png")
        self.assertEqual(self.texts("th[aria-sort=ascending]"), ["ssim"])
        self.sort_by("ssim")
        self.assertEqual(self.names()[0], "same <b>&.png")

    def test_every_figure_is_defined(self):
        self.assertEqual(self.texts("#definitions dt"), self.texts("#pictures button"))


if __name__ == "__main__":
    unittest.main()
