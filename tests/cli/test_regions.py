"""Regions of the photo with styles of their own, with a network of random numbers."""

import json
import subprocess
import unittest

import support
from support import BINARY, painting, png
from test_runs import RunTest

RED, BLUE, GREEN = (255, 0, 0), (0, 0, 255), (0, 160, 0)
WIDTH, HEIGHT = 48, 32
QUICK = ["--size", str(WIDTH), "--scales", "2", "--iterations", "4"]


def ppm(pixel, width=WIDTH, height=HEIGHT):
    return b"P6\n%d %d\n255\n" % (width, height) + bytes(v for y in range(height) for x in range(width) for v in pixel(x, y))


def halves(width, height, left=RED, right=BLUE):
    return png(width, height, lambda x, y: left if 2 * x < width else right)


def columns(data, first, last):
    """The pixels of a PPM of WIDTH x HEIGHT in these columns."""
    pixels = data[-3 * WIDTH * HEIGHT :]
    return [pixels[3 * (y * WIDTH + first) : 3 * (y * WIDTH + last)] for y in range(HEIGHT)]


class RegionsTest(RunTest):
    def setUp(self):
        super().setUp()
        files = {
            "photo.ppm": ppm(lambda x, y: (5 * x, 3 * x + 3 * y, 7 * y)),
            "dots.png": png(60, 60, lambda x, y: (240, 220, 60) if x % 12 < 6 and y % 12 < 6 else (30, 30, 90)),
            "map.png": halves(96, 64),
            "art_map.png": halves(80, 72),
        }
        for name, data in files.items():
            (self.folder / name).write_bytes(data)

    def job(self, *arguments, content="photo.ppm", **files):
        return super().job(*QUICK, *arguments, content=content, **files)

    def painted(self, *arguments, name="out.ppm", **files):
        result = self.styler(*self.job(*arguments, output=name, **files))
        self.assertEqual(result.returncode, 0, result.stderr)
        return (self.folder / name).read_bytes()


class Regions(RegionsTest):
    def test_each_region_has_its_style(self):
        two = ["--style", "dots.png", "--content-regions", "map.png", "--style-regions"]
        one_way, other_way = self.painted(*two, "#ff0000", "#0000ff"), self.painted(*two, "#0000ff", "#FF0000")
        self.assertNotEqual(one_way, other_way)
        self.assertNotEqual(one_way, self.painted())
        (self.folder / "turned.png").write_bytes(halves(80, 72, BLUE, RED))
        maps = ["--content-regions", "map.png", "--style-regions"]
        self.assertNotEqual(self.painted(*maps, "art_map.png"), self.painted(*maps, "turned.png"))

    def test_a_region_without_a_style_is_the_photo(self):
        photo = (self.folder / "photo.ppm").read_bytes()
        for init in ("content", "noise"):
            picture = self.painted("--content-regions", "map.png", "--style-regions", "#0000ff", "--init", init)
            self.assertEqual(columns(picture, 0, 23), columns(photo, 0, 23))
            self.assertNotEqual(columns(picture, 25, 48), columns(photo, 25, 48))

    def test_the_report_the_log_and_what_is_shown_tell_of_regions(self):
        options = ["--style", "dots.png", "--content-regions", "map.png", "--style-regions", "art_map.png", "#0000ff"]
        result = self.styler(*self.job(*options, "--report", "run.json", "-v", output="first.png"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("share 0.5, scale 1, region #0000ff", result.stderr)
        self.assertIn("region #ff0000: 50.0 % of the photo, painted", result.stderr)
        report = json.loads((self.folder / "run.json").read_text())
        self.assertEqual([style["region"] for style in report["style"]], ["#0000ff", "#ff0000", "#0000ff"])
        self.assertEqual([region["styles"] for region in report["regions"]], [2, 1])
        self.assertEqual(report["options"]["style-regions"], ["art_map.png", "#0000ff"])
        first = (self.folder / "first.png").read_bytes()
        shown = self.styler("show", "first.png").stdout
        self.assertIn("--content-regions map.png --style-regions art_map.png '#0000ff'", shown)
        (self.folder / "first.png").unlink()
        command = f"styler() {{ '{BINARY}' \"$@\" --device cpu --threads 1 --weights '{self.weights}'; }}\n" + shown
        subprocess.run(["bash", "-c", command], cwd=self.folder, env=self.environment(), check=True, capture_output=True)
        self.assertEqual((self.folder / "first.png").read_bytes(), first)

    def test_a_resumed_run_needs_the_same_regions(self):
        regions = ["--content-regions", "map.png", "--style-regions"]
        whole = self.painted(*regions, "#ff0000", "--checkpoint", "run.ckpt", "--checkpoint-every", "1")
        self.assertEqual(self.painted(*regions, "#ff0000", "--resume", "run.ckpt"), whole)
        self.assert_refused(self.styler(*self.job(*regions, "#0000ff", "--resume", "run.ckpt")), 1,
                            "style-regions differs: #0000ff here but #ff0000 in the checkpoint")  # fmt: skip
        self.assert_refused(self.styler(*self.job("--resume", "run.ckpt")), 1, "content-regions differs")

    def test_tiles_give_the_same_picture(self):
        regions = ["--content-regions", "map.png", "--style-regions", "#0000ff", "--precision", "fp32", "--size", "160"]
        whole, tiled = self.painted(*regions), self.painted(*regions, "--tile", "64")
        self.assertEqual(len(whole), len(tiled))
        self.assertLessEqual(max(abs(a - b) for a, b in zip(whole, tiled, strict=True)), 1)

    def test_a_sweep_and_a_dry_run_know_regions(self):
        regions = ["--content-regions", "map.png", "--style-regions", "#ff0000"]
        planned = self.styler(*self.job(*regions, "--dry-run"))
        self.assertEqual(planned.returncode, 0, planned.stderr)
        vary = ["--vary", "style-weight=1,10"]
        sheets = []
        for name, options in (("regions.ppm", [*regions, *vary]), ("plain.ppm", vary)):
            result = self.styler("sweep", *self.job(*options, output=name))
            self.assertEqual(result.returncode, 0, result.stderr)
            sheets.append((self.folder / name).read_bytes())
        self.assertEqual(len(sheets[0]), len(sheets[1]))
        self.assertNotEqual(sheets[0], sheets[1])


class Mistakes(RegionsTest):
    def refused(self, code, words, *arguments, **files):
        self.assert_refused(self.styler(*self.job(*arguments, **files)), code, *words)

    def test_options_that_say_nothing_together(self):
        maps = ["--content-regions", "map.png", "--style-regions"]
        self.refused(2, ["--style-regions does nothing without"], "--style-regions", "#ff0000")
        self.refused(2, ["--content-regions does nothing without"], "--content-regions", "map.png")
        texture = ["--style", "art.png", "-o", "out.png", "--size", "64", "--init", "noise", *maps, "#ff0000"]
        self.assert_refused(self.styler(*texture), 2, "--content-regions is a map of the photo, but there is no --content")
        shares = ["--style", "dots.png", *maps, "#ff0000", "#0000ff", "--style-blend", "1,0"]
        for mode in ([], ["--dry-run"]):
            self.refused(2, ["--style-blend is 1,0 and leaves nothing for the region #0000ff"], *shares, *mode)
        self.refused(2, ["--style-regions has 2 regions, but --style names 1 style;"], *maps, "#ff0000", "#0000ff")
        self.refused(2, ["--style-regions has 1 region, but --style names 2 styles"], "--style", "dots.png", *maps, "#ff0000")
        self.refused(2, ["'#ff000' but a colour must be #rrggbb"], *maps, "#ff000")
        self.refused(2, ["'#00ff00'", "#0000ff, #ff0000"], *maps, "#00ff00")
        self.refused(2, ["--fine-style and --style-regions"], *maps, "#ff0000", "--fine-style", "dots.png")
        blend = ["--style", "dots.png", *maps, "#ff0000", "#0000ff"]
        self.refused(2, ["--style-blend does nothing where no region"], *blend, "--style-blend", "3,1")
        self.refused(2, ["--style-blend-by losses does nothing where no region"], *blend, "--style-blend-by", "losses")
        self.refused(2, ["--output and --content-regions"], *maps, "#ff0000", output="map.png")
        self.refused(2, ["--output and --style-regions"], *maps, "art_map.png", output="art_map.png")
        batch = ["--content", "photo.ppm", "--style", "art.png", "-o", "results", *maps, "#ff0000"]
        self.assert_refused(self.styler("batch", *batch), 2, "not for a batch", "one photo")

    def test_maps_that_cannot_be_used(self):
        (self.folder / "other.png").write_bytes(halves(80, 72, GREEN, BLUE))
        (self.folder / "wide.png").write_bytes(halves(100, 40))
        (self.folder / "one.png").write_bytes(png(96, 64, lambda x, y: RED))
        (self.folder / "no.png").write_bytes(png(96, 64, lambda x, y: (2 * x, 3 * y, (x * y) % 256)))
        (self.folder / "dot.png").write_bytes(png(96, 64, lambda x, y: BLUE if x < 10 and y < 4 else RED))
        (self.folder / "both").mkdir()
        (self.folder / "both" / "1.png").write_bytes(painting())
        maps = ["--content-regions", "map.png", "--style-regions"]
        self.refused(1, ["'other.png' has #00a000", "#0000ff, #ff0000"], *maps, "other.png")
        self.refused(1, ["'wide.png' is 100x40 px", "another shape"], *maps, "wide.png")
        self.refused(1, ["'missing.png'"], *maps, "missing.png")
        self.refused(2, ["is a map, but --style 'both' is a folder"], *maps, "art_map.png", style="both")
        for name, words in {"one.png": "one colour alone, #ff0000", "no.png": "no flat colours", "wide.png": "shape"}.items():
            self.refused(1, [name, words], "--content-regions", name, "--style-regions", "#ff0000")
        small = support.CliTest.job(self, "--weights", self.weights, "--size", "48", "--style-layers", "relu1_1,relu4_1",
                                    "--content-regions", "dot.png", "--style-regions", "#0000ff")  # fmt: skip
        for command in ([], ["--dry-run"]):
            words = ["region #0000ff of the content picture has", "relu4_1 as a style layer needs 64", "--style-layers"]
            self.assert_refused(self.styler(*small, *command), 1, *words)


del RunTest, RegionsTest  # unittest would run the base classes' tests again

if __name__ == "__main__":
    unittest.main()
