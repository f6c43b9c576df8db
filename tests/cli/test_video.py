"""styler video on films of a few small frames, with a network of random numbers: how it behaves, not how it paints."""

import json
import re
import shutil
import time

import support
from support import SHALLOWEST
from test_generators import GeneratorTest

WIDTH, HEIGHT = 64, 48


def frame(shift, tint=0):
    """A disc that moves before a pattern that stands still."""

    def pixel(x, y):
        if (x - 16 - shift) ** 2 + (y - 24) ** 2 < 100:
            return (220, 60 + 3 * ((x - shift) % 8), 40)
        return ((x * 37 + y * 11) % 64 + 2 * x + tint, (y * 23) % 64 + 3 * y, 120 - tint)

    return support.png(WIDTH, HEIGHT, pixel)


class VideoTest(GeneratorTest):
    LITTLE = [*SHALLOWEST, "--iterations", "6", "--scales", "1", "--frame-iterations", "3", "--size", "64", "--device", "cpu",
              "--threads", "1"]  # fmt: skip

    def setUp(self):
        super().setUp()
        self.write_frames("in", [frame(3 * i) for i in range(5)])

    def write_frames(self, folder, frames):
        (self.folder / folder).mkdir()
        for number, data in enumerate(frames, 1):
            (self.folder / folder / f"{number:03}.png").write_bytes(data)

    def video(self, *arguments, content="in/%03d.png", output="out/%03d.png"):
        return ["video", "--content", content, "--style", "art.png", "-o", output, "--weights", self.weights,
                *self.LITTLE, *arguments]  # fmt: skip

    def filmed(self, *arguments, **more):
        result = self.styler(*self.video(*arguments, **more))
        self.assertEqual(result.returncode, 0, result.stderr)
        return result

    def pictures(self, folder="out"):
        return [file.read_bytes() for file in sorted((self.folder / folder).glob("*.png"))]

    def refused(self, *arguments, code=2, **more):
        result = self.styler(*self.video("-q", *arguments, **more))
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        return result.stderr

    def wait_for(self, process, condition):
        for _ in range(1200):
            if condition():
                return
            if process.poll() is not None:
                self.fail("ended too soon: " + process.stderr.read())
            time.sleep(0.02)
        self.fail("waited in vain")


class Painted(VideoTest):
    def test_frames_become_frames_and_a_report_tells_of_each(self):
        result = self.filmed("--report", "r.json", "--preview", "now.png")
        self.assertEqual(result.stdout, "out/%03d.png\n")
        self.assertRegex(result.stderr, r"frame 5/5, [0-9.]+ frames/s, 0:00 left\n")
        self.assertEqual([support.png_size(picture) for picture in self.pictures()], [(WIDTH, HEIGHT)] * 5)
        support.png_size((self.folder / "now.png").read_bytes())
        self.assertFalse((self.folder / "out" / "%03d.png.parts").exists())
        report = json.loads((self.folder / "r.json").read_text())
        self.assertEqual((report["status"], report["shots"]), ("done", [0]))
        self.assertEqual([f["iterations"] for f in report["frames"]][0], 6)
        for record in report["frames"][1:]:
            self.assertGreater(record["coverage"], 0.5)
            self.assertGreater(record["warping_error"], 0)
            self.assertGreaterEqual(record["iterations"], 3)
        self.assertGreater(report["figures"]["warping_error"], 0)

    def test_the_weight_holds_paint_on_things(self):
        def error(name, *arguments):
            self.filmed("--report", f"{name}.json", *arguments, output=f"{name}/%d.png")
            return json.loads((self.folder / f"{name}.json").read_text())["figures"]["warping_error"]

        self.assertLess(error("held", "--temporal-weight", "30"), 0.7 * error("free", "--temporal-weight", "0"))

    def test_the_same_command_paints_the_same_film(self):
        self.filmed()
        self.filmed(output="again/%03d.png")
        self.assertEqual(self.pictures(), self.pictures("again"))

    def test_a_cut_begins_anew_and_what_stands_still_is_repeated(self):
        other = support.png(WIDTH, HEIGHT, lambda x, y: ((y * 53) % 200, 255 - 3 * x, (x * y) % 256))
        self.write_frames("cut", [frame(0), frame(0), frame(3), other, other])
        self.filmed("--report", "r.json", content="cut")
        report = json.loads((self.folder / "r.json").read_text())
        self.assertEqual(report["shots"], [0, 3])
        self.assertEqual([record["repeats"] for record in report["frames"]], [False, True, False, False, True])
        pictures = self.pictures()
        self.assertEqual((pictures[0], pictures[3]), (pictures[1], pictures[4]))

    def test_the_colours_of_a_shot_are_those_of_its_first_frame(self):
        for mode in ("luminance", "match", "histogram"):
            with self.subTest(mode=mode):
                self.filmed("--color", mode, "--end", "0.1", output=f"{mode}/%d.png")

    def test_a_film_may_fade_in_from_nothing(self):
        other = support.png(WIDTH, HEIGHT, lambda x, y: (3 * x, 5 * y, 90, 160))
        self.write_frames("fade", [support.png(WIDTH, HEIGHT, lambda x, y: (0, 0, 0, 0)), other, other])
        self.filmed(content="fade")
        self.assertEqual(len(self.pictures()), 3)

    def test_a_part_of_a_film(self):
        self.filmed("--start", "0.04", "--end", "0.12")  # 25 frames a second
        self.assertEqual(len(self.pictures()), 2)

    def test_a_painted_frame_stays_and_those_around_it_go_over_into_it(self):
        key = support.png(WIDTH, HEIGHT, lambda x, y: (20, 120 + 60 * (x // 8 % 2), 240 - 60 * (y // 8 % 2)))
        (self.folder / "key.png").write_bytes(key)
        self.filmed(output="free/%d.png")
        self.filmed("--temporal-weight", "10", "--keyframe", "4=key.png", "--report", "r.json")
        red = [sum(pixels[0::3]) / len(pixels[0::3]) for pixels in map(support.png_pixels, self.pictures())]
        free = [sum(pixels[0::3]) / len(pixels[0::3]) for pixels in map(support.png_pixels, self.pictures("free"))]
        self.assertEqual(support.png_pixels(self.pictures()[3]), support.png_pixels(key))
        for i in (2, 4):
            self.assertLess(red[i], free[i] - (free[i] - red[3]) / 4)
        frames = json.loads((self.folder / "r.json").read_text())["frames"]
        self.assertEqual([frame.get("keyframe", False) for frame in frames], [False] * 3 + [True, False])

    def test_key_frames_of_its_own_take_fewer_iterations(self):
        self.write_frames("seven", [frame(2 * i) for i in range(7)])
        self.filmed("--keyframe-every", "3", "--report", "r.json", content="seven")
        frames = json.loads((self.folder / "r.json").read_text())["frames"]
        self.assertEqual([frame["frame"] for frame in frames], list(range(7)))
        self.assertEqual([frame.get("keyframe", False) for frame in frames], [i in (3, 6) for i in range(7)])
        self.assertLess(frames[2]["iterations"], frames[3]["iterations"])

    def test_regions_move_with_what_they_are_on(self):
        red, blue = (255, 0, 0), (0, 0, 255)
        (self.folder / "map.png").write_bytes(
            support.png(WIDTH, HEIGHT, lambda x, y: red if (x - 16) ** 2 + (y - 24) ** 2 < 100 else blue))
        self.filmed("--content-regions", "map.png", "--style-regions", "#ff0000")
        changed = []
        for i in (0, 4):
            film, painted = (support.png_pixels(self.pictures(folder)[i]) for folder in ("in", "out"))
            places = [(at // 3 % WIDTH) for at in range(0, len(film), 3) if film[at : at + 3] != painted[at : at + 3]]
            changed.append(sum(places) / len(places))
        self.assertGreater(changed[1] - changed[0], 6)  # the disc has moved by 12

    def test_a_map_is_of_one_shot(self):
        self.write_frames("cut", [frame(0), support.png(WIDTH, HEIGHT, lambda x, y: ((y * 53) % 200, 255 - 3 * x, 9))])
        (self.folder / "map.png").write_bytes(support.png(WIDTH, HEIGHT, lambda x, y: (255 * (x > 30), 0, 0)))
        told = self.styler(*self.video("--content-regions", "map.png", "--style-regions", "#ff0000", content="cut"))
        self.assertEqual(told.returncode, 2, told.stderr)
        self.assertIn("at frame 2", told.stderr)

    def test_passes_bring_frames_nearer_to_both_neighbours(self):
        errors = []
        for passes in ("1", "3"):
            self.filmed("--passes", passes, "--report", "r.json", output=f"p{passes}/%d.png")
            errors.append(json.loads((self.folder / "r.json").read_text())["figures"]["warping_error"])
        self.assertLess(errors[1], errors[0])

    def test_a_film_that_loops_ends_near_to_its_beginning(self):
        self.write_frames("round", [frame(abs(3 - i)) for i in range(6)])

        def leap(folder):
            first, last = (support.png_pixels(self.pictures(folder)[i]) for i in (0, -1))
            return sum((a - b) ** 2 for a, b in zip(first, last))

        self.filmed(content="round", output="open/%d.png")
        self.filmed("--loop", content="round", output="closed/%d.png")
        self.assertLess(leap("closed"), 0.8 * leap("open"))

    def test_strength_goes_from_the_film_to_the_painting(self):
        self.filmed("--strength", "0.05:0,0.13:0.5", "--report", "r.json")
        self.filmed("--strength", "0.5", output="whole/%d.png")
        film, painted = (list(map(support.png_pixels, self.pictures(folder))) for folder in ("in", "out"))
        self.assertEqual(painted[:2], film[:2])  # at 0 and 0.04 s
        self.assertNotEqual(painted[2], film[2])
        change = [sum(abs(a - b) for a, b in zip(painted[i], film[i])) for i in range(5)]
        self.assertLess(change[2], change[3])
        self.assertEqual(json.loads((self.folder / "r.json").read_text())["options"]["strength"], "0.05:0,0.13:0.5")

    def test_what_shows_through_does_not_grow_from_frame_to_frame(self):
        self.filmed("--strength", "0.1")
        film, painted = (list(map(support.png_pixels, self.pictures(folder))) for folder in ("in", "out"))
        change = [sum(abs(a - b) for a, b in zip(painted[i], film[i])) for i in range(5)]
        self.assertGreater(min(change), 0)
        self.assertLess(max(change), 1.5 * min(change))

    def test_a_generator_paints_and_the_optimiser_goes_over_it(self):
        painted = self.generated()
        self.assertEqual(len(painted), 5)
        self.assertNotEqual(self.generated("--style", "art.png", "--refine", "2"), painted)
        unpainted = self.generated("--strength", "0")
        self.assertEqual(*(list(map(support.png_pixels, frames)) for frames in (unpainted, self.pictures("in"))))

    def generated(self, *arguments):
        """The frames that a generator makes."""
        words = self.video(*arguments, "--model", self.make_model())
        for option in ("--style", "--frame-iterations"):
            at = words.index(option)
            words = words[:at] + words[at + 2 :]
        shutil.rmtree(self.folder / "out", ignore_errors=True)
        result = self.styler(*words)
        self.assertEqual(result.returncode, 0, result.stderr)
        return self.pictures()

    def test_a_dry_run_tells_the_time_and_writes_nothing(self):
        before = sorted(self.folder.rglob("*"))
        result = self.filmed("--dry-run")
        self.assertIn("5 frames of 64x48 in 1 shot", result.stdout)
        self.assertRegex(result.stdout, r"time: about \d+:\d\d")
        self.assertEqual(sorted(self.folder.rglob("*")), before)


class Films(VideoTest):
    def test_a_page_shows_figures_and_frames_and_films_are_judged_like_reports(self):
        self.filmed("--report", "r.json", "--page", "film.html", "--codec", "ffv1", output="out.mkv")
        page = (self.folder / "film.html").read_text()
        data = json.loads(page.split('type="application/json">')[1].split("</script>")[0])
        self.assertEqual(len(data["thumbnails"]), 5)
        self.assertEqual([len(line["values"]) for plot in data["plots"] for line in plot["lines"]].count(5), 7)
        self.assertEqual(re.findall(r"https?://[^\"]*", page), ["http://www.w3.org/2000/svg"])
        report = json.loads((self.folder / "r.json").read_text())
        result = self.styler("evaluate", "--results", "out.mkv", "--content", "in/%03d.png", "--report", "e.json",
                             "--csv", "e.csv", "--page", "e.html")  # fmt: skip
        self.assertEqual(result.returncode, 0, result.stderr)
        judged = json.loads((self.folder / "e.json").read_text())["films"][0]
        for name, value in report["figures"].items():
            if value is not None:
                self.assertAlmostEqual(judged["figures"][name], value, delta=0.03 * abs(value) + 1e-9)
            self.assertIn(name, result.stdout)
        self.assertEqual(len((self.folder / "e.csv").read_text().splitlines()), 6)
        self.assertIn("thumbnails", (self.folder / "e.html").read_text())
        told = self.styler("evaluate", "--results", "out.mkv", "--content", "in/%03d.png", "--style", "art.png")
        self.assertEqual(told.returncode, 2)
        self.assertIn("--style", told.stderr)

    def test_a_film_is_written_and_read_again(self):
        self.filmed(output="out.mkv")
        self.filmed(content="out.mkv", output="again/%d.png")
        self.assertEqual(len(self.pictures("again")), 5)
        self.assertFalse((self.folder / "out.mkv.parts").exists())


class Refused(VideoTest):
    def test_what_contradicts_itself(self):
        model = self.make_model()
        for arguments, word in [
            (("--model", model), "--refine"),
            (("--relations", "4,2"), "--relations"),
            (("--relations", "0"), "--relations"),
            (("--temporal-weight", "-1"), "--temporal-weight"),
            (("--refine", "3"), "--model"),
            (("--flow-pattern", "flow.flo"), "--flow-pattern"),
            (("--flow-weight-pattern", "reliable_[%d]_{%d}.pgm"), "--flow-pattern"),
            (("--keyframe", "art.png"), "120=painted.png"),
            (("--keyframe", "1=art.png", "--keyframe", "1=photo.png"), "twice"),
            (("--keyframe-every", "0"), "--keyframe-every"),
            (("--passes", "0"), "--passes"),
            (("--init", "photo.png"), "--init"),
            (("--size", "64x48"), "--size"),
            (("--tileable",), "film"),
            (("--codec", "ffv1"), "pictures"),
            (("--no-sound",), "sound"),
            (("--content-regions", "map.png"), "--style-regions"),
            (("--model", model, "--refine", "1", "--content-regions", "map.png", "--style-regions", "#ff0000"), "--model"),
            (("--end", "1", "--start", "2"), "--end"),
            (("--strength", "0:0,1:2"), "strength"),
            (("--strength", "1:0,0:1"), "0:0,2s:0.8"),
            (("--temporal-weight", "0:1,1:-1"), "temporal-weight"),
            (("--pick", "wave"), "--model"),
            (("--model", model, "--refine", "1", "--pick", "3"), "--pick"),
            (("--preview", "art.png"), "--style"),
            (("--report", "in/002.png"), "--content"),
            (("--preview", "in/006.png"), "--content"),
        ]:
            with self.subTest(arguments=arguments):
                words = self.video()
                if arguments[0] == "--model":
                    at = words.index("--frame-iterations")
                    words = words[:at] + words[at + 2 :]
                result = self.styler(*words, *arguments)
                self.assertEqual(result.returncode, 2, result.stderr)
                self.assertIn(word, result.stderr)
                self.assertFalse((self.folder / "out").exists())

    def test_frames_that_would_be_read_or_replaced(self):
        self.assertIn("--content", self.refused(content="in", output="in/%05d.png"))
        self.assertIn("--content", self.refused(output="in/%03d.png"))
        shutil.copy(self.folder / "art.png", self.folder / "7.png")
        words = self.video(output="%d.png")
        words[words.index("art.png")] = "7.png"
        result = self.styler(*words)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertIn("--style", result.stderr)
        (self.folder / "links").mkdir()
        (self.folder / "links" / "2.png").symlink_to("../in/002.png")
        self.assertIn("--content", self.refused(output="links/%d.png"))
        self.assertEqual(len(self.pictures("in")), 5)

    def test_nothing_lies_between_start_and_end(self):
        self.assertIn("farther apart", self.refused("--start", "0.041", "--end", "0.079", code=1))

    def test_a_painted_frame_that_is_none_of_the_film(self):
        self.assertIn("has 5", self.refused("--keyframe", "6=art.png"))
        self.assertIn("64x48", self.refused("--keyframe", "2=art.png", code=1))

    def test_flows_of_others_that_are_not_there(self):
        told = self.refused("--flow-pattern", "flows/backward_[%d]_{%d}.flo", code=1)
        self.assertIn("backward_2_1.flo", told)
