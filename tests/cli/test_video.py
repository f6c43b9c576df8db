"""styler video on films of a few small frames, with a network of random numbers: how it behaves, not how it paints."""

import json
import shutil
import signal
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

    def test_a_generator_paints_and_the_optimiser_goes_over_it(self):
        words = self.video()
        at = words.index("--style")
        without_style = words[:at] + words[at + 2 :]
        for option in ("--frame-iterations",):
            at = without_style.index(option)
            without_style = without_style[:at] + without_style[at + 2 :]
        result = self.styler(*without_style, "--model", self.make_model())
        self.assertEqual(result.returncode, 0, result.stderr)
        alone = self.pictures()
        self.assertEqual(len(alone), 5)
        shutil.rmtree(self.folder / "out")
        result = self.styler(*without_style, "--model", self.make_model(), "--style", "art.png", "--refine", "2")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertNotEqual(self.pictures(), alone)

    def test_a_dry_run_tells_the_time_and_writes_nothing(self):
        before = sorted(self.folder.rglob("*"))
        result = self.filmed("--dry-run")
        self.assertIn("5 frames of 64x48 in 1 shot", result.stdout)
        self.assertRegex(result.stdout, r"time: about \d+:\d\d")
        self.assertEqual(sorted(self.folder.rglob("*")), before)


class Films(VideoTest):
    def test_a_film_is_written_and_read_again(self):
        self.filmed(output="out.mkv")
        self.filmed(content="out.mkv", output="again/%d.png")
        self.assertEqual(len(self.pictures("again")), 5)
        self.assertFalse((self.folder / "out.mkv.parts").exists())


class GoingOn(VideoTest):
    def setUp(self):
        super().setUp()
        self.write_frames("long", [frame(2 * i) for i in range(12)])

    def parts(self, name):
        return self.folder / f"{name}.parts" / "film.state"

    def begin(self, output, wait_for=2):
        process = self.start(*self.video("--frame-iterations", "60", content="long/%03d.png", output=output))
        folder = self.folder / output.split("/")[0]
        if "%" in output:
            self.wait_for(process, lambda: len(list(folder.glob("*.png"))) >= wait_for)
        else:
            self.wait_for(process, self.parts(output).exists)
        return process

    def test_killed_and_gone_on_with_it_is_the_same_film(self):
        options = ("--frame-iterations", "60")
        self.filmed(*options, content="long/%03d.png", output="whole.mkv")
        process = self.begin("cut.mkv")
        process.kill()
        process.wait()
        self.assertFalse((self.folder / "cut.mkv").exists())
        self.assertIn("--resume", self.refused(*options, content="long/%03d.png", output="cut.mkv"))
        self.assertIn("frame-iterations", self.refused("--frame-iterations", "59", "--resume", content="long/%03d.png", output="cut.mkv"))  # fmt: skip
        self.filmed(*options, "--resume", content="long/%03d.png", output="cut.mkv")
        self.assertEqual((self.folder / "cut.mkv").read_bytes(), (self.folder / "whole.mkv").read_bytes())
        self.assertFalse(self.parts("cut.mkv").exists())

    def test_ctrl_c_leaves_a_film_of_what_was_painted(self):
        process = self.begin("half.mkv")
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, told)
        self.assertIn("--resume goes on", told)
        self.filmed(content="half.mkv", output="half/%d.png")
        self.assertLess(len(self.pictures("half")), 12)
        self.filmed("--frame-iterations", "60", "--resume", content="long/%03d.png", output="half.mkv")
        self.filmed("--frame-iterations", "60", content="long/%03d.png", output="whole.mkv")
        self.assertEqual((self.folder / "half.mkv").read_bytes(), (self.folder / "whole.mkv").read_bytes())

    def test_pictures_go_on_too(self):
        process = self.begin("part/%03d.png")
        process.kill()
        process.wait()
        self.filmed("--frame-iterations", "60", "--resume", content="long/%03d.png", output="part/%03d.png")
        self.filmed("--frame-iterations", "60", content="long/%03d.png", output="whole/%03d.png")
        self.assertEqual(self.pictures("part"), self.pictures("whole"))

    def test_a_record_that_is_damaged_is_refused_and_stays(self):
        process = self.begin("cut.mkv")
        process.kill()
        process.wait()
        damaged = self.parts("cut.mkv").read_bytes()[:-40]
        self.parts("cut.mkv").write_bytes(damaged)
        self.assertIn("film.state", self.refused("--frame-iterations", "60", "--resume", content="long/%03d.png", output="cut.mkv", code=1))  # fmt: skip
        self.assertEqual(self.parts("cut.mkv").read_bytes(), damaged)


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
            (("--init", "photo.png"), "--init"),
            (("--size", "64x48"), "--size"),
            (("--tileable",), "film"),
            (("--end", "1", "--start", "2"), "--end"),
            (("--strength", "0.1"), "0.25"),
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

    def test_flows_of_others_that_are_not_there(self):
        told = self.refused("--flow-pattern", "flows/backward_[%d]_{%d}.flo", code=1)
        self.assertIn("backward_2_1.flo", told)
