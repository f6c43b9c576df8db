"""Generators of several styles and strengths, and what models are told, shown and exported: on small pictures, with a
network of random numbers."""

import array
import json
import os
import random
import subprocess
import sys
import unittest

import support
from support import CHECKOUT, png_size
from test_generators import GeneratorTest


class ModelTest(GeneratorTest):
    """With paintings of several kinds, and a model of three styles that is made once."""

    def setUp(self):
        super().setUp()
        (self.folder / "waves.png").write_bytes(support.png(80, 72, lambda x, y: (30, (x * y) % 256, 200 - y)))
        (self.folder / "dots.png").write_bytes(support.png(80, 72, lambda x, y: (250, 240, 40 * (x % 5 + y % 3) % 256)))
        (self.folder / "artist").mkdir()
        for name in ("one", "two"):
            (self.folder / "artist" / f"{name}.png").write_bytes(support.painting(64 + len(name), 70 + ord(name[0]) % 9))

    def training(self, *arguments, styles=("art.png", "waves.png", "artist"), output="m.styler"):
        line = super().training(*arguments, output=output)
        at = line.index("--style") + 1
        return [*line[:at], *styles, *line[at + 1 :]]

    def trained(self, *arguments, styles=("art.png", "waves.png", "artist"), output="m.styler"):
        result = self.styler(*self.training(*arguments, styles=styles, output=output))
        self.assertEqual(result.returncode, 0, result.stderr)
        return (self.folder / output).read_bytes()

    def applied(self, *arguments, model="m.styler", output="out.ppm"):
        result = self.styler("apply", "--model", model, "--content", "photo.png", "-o", output, "--threads", "1", *arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        return (self.folder / output).read_bytes()

    def make_many(self):
        """Three styles, of 12 steps."""
        many = self.shared / "many.styler"
        if not many.exists():
            self.trained("--steps", "12", "-q", output=many)
        return many

    def ppm_of(self, name):
        """The 8-bit values of a picture."""
        result = self.styler("--content", name, "--style", "art.png", "--strength", "0", "-o", "as_is.ppm", "--iterations",
                             "1", "--scales", "1", "--size", "original", *self.LAYERS, "--weights", self.weights)  # fmt: skip
        self.assertEqual(result.returncode, 0, result.stderr)
        return (self.folder / "as_is.ppm").read_bytes()[-3 * 96 * 64 :]


class Styles(ModelTest):
    def test_a_style_for_each_word_which_is_picked_by_name_or_number_or_blended(self):
        result = self.styler(*self.training("--steps", "24", "--report", "t.json", "--preview", "look.png"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual([style["name"] for style in self.report("t.json")["style"]], ["art", "waves", "artist"])
        self.assertEqual(len(self.report("t.json")["style"][2]["paintings"]), 2)
        first, second, third = (self.applied("--pick", word) for word in ("art", "waves", "artist"))
        self.assertEqual(len({first, second, third}), 3)
        self.assertEqual(self.applied(), first)
        self.assertEqual(self.applied("--pick", "2"), second)
        self.assertEqual(self.applied("--style-blend", "0,0,5"), third)
        self.assertNotIn(self.applied("--style-blend", "3,1,0"), (first, second, third))
        result = self.styler("apply", "--model", "m.styler", "--content", "photo.png", "-o", "o.png", "--pick", "wave")
        self.assert_refused(result, 2, "--pick", "'art', 'waves', 'artist'", "did you mean 'waves'")
        result = self.styler("apply", "--model", "m.styler", "--content", "photo.png", "-o", "o.png", "--style-blend", "1,2")
        self.assert_refused(result, 2, "--style-blend is 1,2", "which is 3")
        self.assertFalse((self.folder / "o.png").exists())

    def test_a_blend_tells_how_it_was_made_and_is_skipped_for_what_it_is(self):
        self.trained("--steps", "6", "-q")
        painted = self.applied("--style-blend", "1,2,0", output="out.png")
        shown = self.styler("show", "out.png").stdout.splitlines()[1]
        self.assertIn("--style-blend 1,2,0", shown)
        (self.folder / "out.png").unlink()
        again = shown.replace("styler ", support.BINARY + " ", 1)
        subprocess.run(["sh", "-c", again], cwd=self.folder, check=True, capture_output=True)
        self.assertEqual((self.folder / "out.png").read_bytes(), painted)

        def statuses(*arguments):
            (self.folder / "r.jsonl").unlink(missing_ok=True)
            result = self.styler("apply", "--model", "m.styler", "--content", "photo.png", "-o", "out", "--report",
                                 "r.jsonl", *arguments)  # fmt: skip
            self.assertEqual(result.returncode, 0, result.stderr)
            return [json.loads(line)["status"] for line in (self.folder / "r.jsonl").read_text().splitlines()]

        self.assertEqual(statuses("--pick", "waves"), ["done"])
        self.assertEqual(statuses("--pick", "2"), ["skipped"])
        self.assertEqual(statuses("--style-blend", "0,1,0"), ["skipped"])
        self.assertEqual(statuses("--pick", "artist"), ["done"])
        self.assertEqual(statuses(), ["done"])
        self.assertEqual(statuses("--pick", "art"), ["skipped"])

    def test_several_styles_go_on_to_the_same_bytes(self):
        course = ["--steps", "9", "-q", "--batch-size", "2"]
        expected = self.trained(*course, "--checkpoint", "run.ckpt", "--checkpoint-every", "5")
        self.assertEqual(self.trained(*course, "--resume", "run.ckpt", output="n.styler"), expected)
        result = self.styler(*self.training(*course, "--resume", "run.ckpt", styles=("art.png", "waves.png", "dots.png")))
        self.assert_refused(result, 1, "run.ckpt", "--style")

    def test_a_data_set_keeps_its_folders_names_and_sizes_and_each_photo_its_style(self):
        self.trained("--steps", "12", "-q")
        names = sorted(path.relative_to(self.photos) for path in self.photos.rglob("*.png"))

        def dataset(output, *arguments):
            result = self.styler("apply", "--model", "m.styler", "--content", self.photos, "--pick", "random", "-o", output,
                                 *arguments)  # fmt: skip
            self.assertEqual(result.returncode, 0, result.stderr)
            pictures = {path.relative_to(self.folder / output): path for path in (self.folder / output).rglob("*.png")}
            self.assertEqual(sorted(pictures), names)
            shown = {name: self.styler("show", path).stdout.split("--pick ")[1].split()[0] for name, path in pictures.items()}
            return shown, {name: path.read_bytes() for name, path in pictures.items()}

        picks, pictures = dataset("out", "--seed", "1")
        self.assertEqual(set(picks.values()), {"art", "waves", "artist"})
        for name, data in pictures.items():
            self.assertEqual(png_size(data), png_size((self.photos / name).read_bytes()))
        for shard in ("1/2", "2/2"):
            self.styler("apply", "--model", "m.styler", "--content", self.photos, "--pick", "random", "--seed", "1", "-o",
                        "shards", "--shard", shard)  # fmt: skip
        self.assertEqual({name: (self.folder / "shards" / name).read_bytes() for name in names}, pictures)
        self.assertNotEqual(dataset("other", "--seed", "2")[0], picks)

    def test_a_style_is_added_to_a_model_whose_own_stay_to_the_byte(self):
        self.trained("--steps", "12", "-q")
        before = [self.applied("--pick", word) for word in ("art", "waves", "artist")]
        course = ["--from", "m.styler", "--steps", "10", "-q", "--checkpoint", "run.ckpt", "--checkpoint-every", "7"]
        four = self.trained(*course, styles=["dots.png"], output="n.styler")
        self.assertEqual([self.applied("--pick", word, model="n.styler") for word in ("art", "waves", "artist")], before)
        self.assertNotIn(self.applied("--pick", "dots", model="n.styler"), before)
        told = json.loads(self.styler("models", "show", "n.styler", "--json").stdout)
        self.assertEqual((told["notes"]["steps"], told["notes"]["status"]), ("12", "done"))  # of the weights, which stay
        self.assertEqual([style.get("steps") for style in told["styles"]], [None, None, None, 10])
        shown = self.styler("models", "show", "n.styler").stdout
        self.assertIn("tiny, 4 styles, 12 steps", shown)
        self.assertIn("4 dots, of 'dots.png', added in 10 steps on 8 photos", shown)
        resumed = self.trained(*course[:-4], "--resume", "run.ckpt", styles=["dots.png"], output="o.styler")
        self.assertEqual(resumed, four)
        result = self.styler(*self.training(*course, styles=["dots.png", "waves.png"], output="o.styler"))
        self.assert_refused(result, 2, "'waves' is in", "--learn all")
        result = self.styler(*self.training(*course, styles=["waves.png"], output="o.styler"))
        self.assert_refused(result, 2, "has 3 styles", "--learn all")
        result = self.styler(*self.training(*course, styles=["waves.png", "waves.png", "art.png"], output="o.styler"))
        self.assert_refused(result, 2, "has 3 styles", "--style names 2 of them")
        self.trained(*course, "--learn", "all", styles=["dots.png"], output="o.styler")
        result = self.styler("apply", "--model", "o.styler", "--content", "photo.png", "-o", "o.png", "--pick", "2")
        self.assert_refused(result, 2, "--pick", "'dots'")

    def test_what_several_styles_can_not_have_is_refused(self):
        for more, words in [(["--norm", "batch"], ("--norm is batch", "instance")),
                            (["--adversarial", "hinge"], ("--adversarial is hinge", "one style")),
                            (["--learn", "all"], ("--learn does nothing without --from",))]:  # fmt: skip
            self.assert_refused(self.styler(*self.training("--steps", "1", *more)), 2, *words)
        one = self.make_model()
        for more, words in [(["--pick", "1", "--style-blend", "1"], ("contradict",)), (["--seed", "3"], ("--pick random",)),
                            (["--style-blend", "-1,2"], ("0 or more",)), (["--style-blend", "0,0"], ("above 0",)),
                            (["--pick", "1", "2"], ("--pick names 2 styles",))]:  # fmt: skip
            result = self.styler("apply", "--model", one, "--content", "photo.png", "-o", "o.png", *more)
            self.assert_refused(result, 2, *words)


class Strength(ModelTest):
    def test_a_strength_that_is_trained_for_goes_from_the_photo_to_more_than_the_style(self):
        course = ["--steps", "24", "-q", "--with-strength"]
        expected = self.trained(*course, "--checkpoint", "run.ckpt", "--checkpoint-every", "17")
        self.assertEqual(self.trained(*course, "--resume", "run.ckpt", output="n.styler"), expected)
        result = self.styler(*self.training("--steps", "24", "-q", "--resume", "run.ckpt"))
        self.assert_refused(result, 2, "run.ckpt", "--with-strength")
        self.assertEqual(self.applied("--strength", "1"), self.applied())
        self.styler("--content", "photo.png", "--style", "art.png", "--strength", "0", "-o", "photo.ppm", "--iterations",
                    "1", "--scales", "1", "--size", "original", *self.LAYERS, "--weights", self.weights)  # fmt: skip
        photo = (self.folder / "photo.ppm").read_bytes()
        calm = self.applied("--strength", "0", "--pick", "waves")
        self.assertEqual(calm, photo)
        self.assertEqual(len({self.applied("--strength", x) for x in ("0", "0.3", "0.7", "1", "1.2")}), 5)
        self.applied("--strength", "0.3", output="out.png")
        self.assertIn("--strength 0.3", self.styler("show", "out.png").stdout)
        for strength in ("-0.1", "1.3", "nan", "much"):
            result = self.styler("apply", "--model", "m.styler", "--content", "photo.png", "-o", "o.png", "--strength", strength)
            self.assert_refused(result, 2, "--strength", "from 0, the photo")

    def test_a_model_that_knows_one_strength_refuses_others(self):
        result = self.styler("apply", "--model", self.make_model(), "--content", "photo.png", "-o", "o.png", "--strength", "0.5")
        self.assert_refused(result, 2, "--strength is 0.5", "--with-strength")
        result = self.styler(*self.training("--steps", "1", "--from", self.make_many(), "--with-strength", styles=["dots.png"]))
        self.assert_refused(result, 2, "--with-strength", "--learn all")


class Stream(ModelTest):
    def stream(self, frames, *arguments):
        return subprocess.run([support.BINARY, "apply", "--model", self.make_model(), "--content", "-", "-o", "-", "--threads",
                               "1", *arguments], cwd=self.folder, input=frames, capture_output=True, env=self.environment(),
                              timeout=120)  # fmt: skip

    def test_frames_go_through_a_pipe_one_after_the_other(self):
        self.applied(model=self.make_model(), output="one.ppm")
        self.styler("apply", "--model", self.make_model(), "--content", "photo.png", "-o", "small.ppm", "--size", "48")
        photo = self.ppm_of("photo.png")
        frame = b"P6\n96 64\n255\n" + photo
        pixels = (self.folder / "one.ppm").read_bytes()[-len(photo) :]
        result = self.stream(frame + frame)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stdout, (b"P6\n96 64\n255\n" + pixels) * 2)
        self.assertEqual(self.stream(photo + photo, "--raw", "96x64").stdout, pixels * 2)
        result = self.stream(frame, "--size", "48")
        self.assertEqual(result.stdout[:13], b"P6\n48 32\n255\n"[:13])
        self.assertEqual((self.stream(b"").returncode, self.stream(b"").stdout), (0, b""))

    def test_what_is_no_stream_of_frames_is_refused_with_those_before_painted(self):
        photo = self.ppm_of("photo.png")
        frame = b"P6\n96 64\n255\n" + photo
        for more, words in [(b"P5\n", b"frame 2 of standard input"), (frame[:-5], b"ends after")]:
            result = self.stream(frame + more)
            self.assertEqual(result.returncode, 1)
            self.assertIn(words, result.stderr)
            self.assertEqual(len(result.stdout), len(frame))
        for arguments, words in [(["--content", "-", "-o", "out.png"], "wants - for both"),
                                 (["--content", "photo.png", "-o", "-"], "wants - for both"),
                                 (["--content", "-", "-o", "-", "--report", "r"], "--report is for files"),
                                 (["--content", "photo.png", "-o", "o.png", "--raw", "3x3"], "--raw does nothing")]:  # fmt: skip
            self.assert_refused(self.styler("apply", "--model", self.make_model(), *arguments), 2, words)


    def test_a_stream_that_stalls_ends_on_a_signal(self):
        frame = b"P6\n96 64\n255\n" + self.ppm_of("photo.png")
        line = [support.BINARY, "apply", "--model", self.make_model(), "--content", "-", "-o", "-", "--threads", "1"]
        with subprocess.Popen(line, cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env=self.environment()) as stalled:  # fmt: skip
            stalled.stdin.write(frame)
            stalled.stdin.flush()
            self.assertEqual(len(stalled.stdout.read(len(frame))), len(frame))
            stalled.terminate()
            self.assertEqual(stalled.wait(timeout=60), 130)


class Models(ModelTest):
    def test_models_are_listed_and_shown(self):
        many = self.make_many()
        listed = self.styler("models", "list", self.shared)
        self.assertEqual(listed.returncode, 0, listed.stderr)
        (line,) = [line for line in listed.stdout.splitlines() if "many.styler" in line]
        for words in ("tiny, 3 styles, 12 steps", "'art', 'waves', 'artist'"):
            self.assertIn(words, line)
        shown = self.styler("models", "show", many)
        self.assertEqual(shown.returncode, 0, shown.stderr)
        for words in ("2 waves, of 'waves.png'", "3 artist, of 'one.png' and 1 more", "trained on 8 photos"):
            self.assertIn(words, shown.stdout)
        told = json.loads(self.styler("models", "show", many, "--json").stdout)
        self.assertEqual([style["name"] for style in told["styles"]], ["art", "waves", "artist"])
        self.assertEqual(told["notes"]["options"]["arch"], "tiny")
        result = self.styler("models", "show", many, "--thumbnails", "sheet.png")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertGreater(png_size((self.folder / "sheet.png").read_bytes())[0], 3 * 64)
        self.assert_refused(self.styler("models", "show", "photo.png"), 1, "photo.png")
        self.assert_refused(self.styler("models", "list", "none"), 1, "none")
        (self.folder / "LOUD.STYLER").write_bytes(many.read_bytes())
        self.assertIn("LOUD.STYLER: tiny, 3 styles", self.styler("models", "list").stdout)
        (self.folder / "bad.styler").write_bytes(many.read_bytes()[:-5])
        result = self.styler("models", "list")
        self.assertEqual(result.returncode, 1)
        self.assertIn("bad.styler", result.stderr)

    def test_a_generator_of_another_program_is_imported_and_paints(self):
        rng = random.Random(5)
        tensors = []

        def add(convolution, norm, channels, out, edge):
            count = out * channels * edge * edge
            shapes = {f"{convolution}.conv2d.weight": ([out, channels, edge, edge], count, 0.3),
                      f"{convolution}.conv2d.bias": ([out], out, 1)}  # fmt: skip
            if norm:
                shapes |= {f"{norm}.weight": ([out], out, 1), f"{norm}.bias": ([out], out, 1)}
            for name, (shape, numbers, size) in shapes.items():
                tensors.append((name, shape, array.array("f", (rng.gauss(0, size) for _ in range(numbers)))))

        for layer in (("conv1", "in1", 3, 8, 9), ("conv2", "in2", 8, 16, 3), ("conv3", "in3", 16, 32, 3)):
            add(*layer)
        for block in range(1, 6):
            add(f"res{block}.conv1", f"res{block}.in1", 32, 32, 3)
            add(f"res{block}.conv2", f"res{block}.in2", 32, 32, 3)
        for layer in (("deconv1", "in4", 32, 16, 3), ("deconv2", "in5", 16, 8, 3), ("deconv3", "", 8, 3, 9)):
            add(*layer)
        (self.folder / "mosaic.pth").write_bytes(support.safetensors(tensors, {}))
        result = self.styler("models", "import", "mosaic.pth", "-o", "mosaic.styler")
        self.assertEqual((result.returncode, result.stdout), (0, "mosaic.styler\n"), result.stderr)
        self.assertIn("1 mosaic, of 'mosaic.pth'", self.styler("models", "show", "mosaic.styler").stdout)
        self.applied(model="mosaic.styler", output="out.png")
        self.assertEqual(self.picture_size(), (96, 64))
        self.assertEqual(self.styler("models", "export", "mosaic.styler", "-o", "mosaic.onnx").returncode, 0)
        result = self.styler(*self.training("--steps", "1", "--from", "mosaic.styler", styles=["dots.png"]))
        self.assert_refused(result, 2, "mosaic.styler", "imported")
        (self.folder / "less.pth").write_bytes(support.safetensors(tensors[1:], {}))
        result = self.styler("models", "import", "less.pth", "-o", "less.styler")
        self.assert_refused(result, 1, "less.pth", "'conv1.conv2d.weight'")
        self.assert_refused(self.styler("models", "import", "art.png", "-o", "less.styler"), 1, "art.png")
        self.assertFalse((self.folder / "less.styler").exists())

    def test_an_onnx_file_is_imported_or_refused_by_operator_and_place(self):
        many = self.make_many()
        self.assertEqual(self.styler("models", "export", many, "-o", "many.onnx").returncode, 0)
        result = self.styler("models", "import", "many.onnx", "-o", "back.styler")
        self.assertEqual((result.returncode, result.stdout), (0, "back.styler\n"), result.stderr)
        self.assertIn("tiny, 3 styles", self.styler("models", "show", "back.styler").stdout)
        whole = (self.folder / "many.onnx").read_bytes()
        # With one name changed it is none of ours, and goes by its operators.
        other = whole.replace(b"_node", b"-node", 1)
        (self.folder / "other.onnx").write_bytes(other)
        result = self.styler("models", "import", "other.onnx", "-o", "other.styler")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("onnx, 3 styles", self.styler("models", "show", "other.styler").stdout)
        expected = {pick: self.applied("--pick", pick, "--precision", "fp32", model=many) for pick in ("waves", "artist")}
        for model, picks in (("back.styler", ("2", "3")), ("other.styler", ("2", "3"))):
            for pick, picture in zip(picks, expected.values()):
                painted = self.applied("--pick", pick, "--precision", "fp32", model=model)
                self.assertLessEqual(max(abs(a - b) for a, b in zip(painted, picture)), 1, model)
        self.assertEqual(self.styler("models", "export", "other.styler", "-o", "again.onnx").returncode, 0)
        self.assertEqual((self.folder / "again.onnx").read_bytes(), other)
        for changed, words in [(whole.replace(b"\x22\x04Relu", b"\x22\x04Rely", 1), ["(Rely) is an operator that is not understood"]),
                               (whole[:-9], ["many_bad.onnx"]), (b"", ["no network"])]:  # fmt: skip
            (self.folder / "many_bad.onnx").write_bytes(changed)
            result = self.styler("models", "import", "many_bad.onnx", "-o", "bad.styler")
            self.assert_refused(result, 1, "many_bad.onnx can't be imported", *words)
        result = self.styler("models", "import", "many.onnx", "-o", "bad.styler", "--style", "art.png")
        self.assert_refused(result, 2, "--style-network")
        result = self.styler("models", "import", "many.onnx", "-o", "bad.styler", "--style", "art.png", "--style-network", "many.onnx")
        self.assert_refused(result, 1, "many.onnx can't be imported", "more than a painting")
        self.assertFalse((self.folder / "bad.styler").exists())

    def test_an_export_paints_in_onnx_runtime_as_apply_does(self):
        many = self.make_many()
        for name, more in (("all.onnx", []), ("one.onnx", ["--pick", "waves"])):
            result = self.styler("models", "export", many, "-o", name, *more)
            self.assertEqual((result.returncode, result.stdout), (0, name + "\n"), result.stderr)
        again = (self.folder / "all.onnx").read_bytes()
        self.styler("models", "export", many, "-o", "all.onnx")
        self.assertEqual((self.folder / "all.onnx").read_bytes(), again)
        for more, words in [(["-o", "x.pb"], "must end in .onnx"), (["-o", "x.onnx", "--pick", "none"], "--pick is 'none'"),
                            ([], "--output is needed")]:  # fmt: skip
            self.assert_refused(self.styler("models", "export", many, *more), 2, words)
        self.assert_refused(self.styler("models", "export", "art.png", "-o", "x.onnx"), 1, "art.png")
        packages = CHECKOUT / "build" / "onnx"
        if not packages.exists():
            self.assertNotEqual(os.environ.get("STYLER_REQUIRE_ONNX"), "1", "run scripts/setup.sh onnx")
            self.skipTest("no ONNX Runtime: scripts/setup.sh onnx")
        expected = {pick: self.applied("--pick", pick, "--precision", "fp32", model=many) for pick in ("waves", "artist")}
        script = (
            "import sys, numpy, onnx, onnxruntime\n"
            "for name in ('all.onnx', 'one.onnx'):\n"
            "    onnx.checker.check_model(onnx.load(name), full_check=True)\n"
            "rows = [float(v) for v in open('photo.txt').read().split()]\n"
            "photo = numpy.array(rows, dtype=numpy.float32).reshape(1, 64, 96, 3).transpose(0, 3, 1, 2)\n"
            "def run(name, **more):\n"
            "    session = onnxruntime.InferenceSession(name, providers=['CPUExecutionProvider'])\n"
            "    assert session.run(None, {'photo': photo[:, :, :61, :90], **more})[0].shape == (1, 3, 61, 90)\n"
            "    (picture,) = session.run(None, {'photo': photo, **more})\n"
            "    return (picture[0].transpose(1, 2, 0) * 255).round().astype(int).ravel()\n"
            "weights = lambda *w: numpy.array([w], dtype=numpy.float32)\n"
            "for picture in (run('one.onnx'), run('all.onnx', style_weights=weights(0, 1, 0)),\n"
            "                run('all.onnx', style_weights=weights(0, 0, 1))):\n"
            "    print(' '.join(map(str, picture)))\n"
        )
        pixels = self.ppm_of("photo.png")
        (self.folder / "photo.txt").write_text(" ".join(str(value / 255) for value in pixels))
        ran = subprocess.run([sys.executable, "-c", script], cwd=self.folder, capture_output=True, text=True,
                             env=os.environ | {"PYTHONPATH": str(packages)})  # fmt: skip
        self.assertEqual(ran.returncode, 0, ran.stderr)
        for line, pick in zip(ran.stdout.splitlines(), ("waves", "waves", "artist")):
            ours = expected[pick][-len(pixels) :]
            theirs = [int(word) for word in line.split()]
            self.assertLessEqual(max(abs(a - b) for a, b in zip(ours, theirs)), 1)


if __name__ == "__main__":
    unittest.main()
