"""train and apply on small pictures, with a network of random numbers: how they behave, not what they can."""

import json
import os
import random
import signal
import socket
import struct
import subprocess
import sys
import time
import unittest

import support
from support import CHECKOUT, SHALLOWEST, png_size
from test_runs import RunTest


class GeneratorTest(RunTest):
    LAYERS = SHALLOWEST
    # As little as a training can be.
    COURSE = ["--arch", "tiny", "--crop", "32", "--style-size", "64", "--threads", "1"]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.photos = cls.shared / "photos"
        (cls.photos / "below").mkdir(parents=True)
        for i in range(9):
            place = cls.photos / "below" if i % 3 == 0 else cls.photos
            (place / f"{i}.png").write_bytes(support.photo(60 + 4 * i, 70 - i))
        cls.model = cls.shared / "shared.styler"

    def training(self, *arguments, output="m.styler"):
        return ["train", "--content", self.photos, "--style", "art.png", "-o", output, "--weights", self.weights,
                *self.LAYERS, *self.COURSE, *arguments]  # fmt: skip

    def trained(self, *arguments, output="m.styler"):
        result = self.styler(*self.training(*arguments, output=output))
        self.assertEqual(result.returncode, 0, result.stderr)
        return (self.folder / output).read_bytes()

    def make_model(self):
        """Of 40 steps, made once for all."""
        if not self.model.exists():
            self.trained("--steps", "40", "-q", output=self.model)
        return self.model


class Trained(GeneratorTest):
    def test_a_training_tells_where_its_model_is_and_how_it_went(self):
        result = self.styler(*self.training("--steps", "6", "--report", "t.json", "--preview", "look.png"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stdout, "m.styler\n")
        self.assertIn("step 1, ", result.stderr)
        self.assertIn("done: 6 steps", result.stderr)
        self.assertIn("where the optimiser comes to", result.stderr)
        png_size((self.folder / "look.png").read_bytes())
        report = self.report("t.json")
        self.assertEqual((report["status"], report["steps"], report["photos"], len(report["held_out"])), ("done", 6, 8, 1))
        self.assertEqual(len(report["losses"]), 6)
        self.assertGreater(report["floor"]["optimiser"]["total"], 0)
        self.assertEqual(report["options"]["arch"], "tiny")

    def test_the_same_steps_give_the_same_bytes(self):
        self.assertEqual(self.trained("--steps", "5", "-q"), self.trained("--steps", "5", "-q", output="n.styler"))

    def test_killed_or_stopped_at_any_moment_and_resumed_it_gives_the_same_bytes(self):
        rng = random.Random(3)
        course = ["--steps", "40", "-q", "--adversarial", "hinge"]
        begin = time.monotonic()
        expected = self.trained(*course, output="whole.styler")
        duration = time.monotonic() - begin
        for number in [signal.SIGKILL, signal.SIGINT] * int(os.environ.get("STYLER_KILLS", "2")):
            for name in ("m.styler", "run.ckpt"):
                (self.folder / name).unlink(missing_ok=True)
            process = self.start(*self.training(*course, "--checkpoint", "run.ckpt", "--checkpoint-every", "1"))
            time.sleep(duration * rng.uniform(0.3, 1.0))
            process.send_signal(number)
            process.wait(timeout=60)
            if not (self.folder / "run.ckpt").exists():
                continue
            resumed = self.trained(*course, "--resume", "run.ckpt")
            self.assertEqual(resumed, expected)
        left = {name for name in os.listdir(self.folder) if name.startswith(".styler")}
        self.assertEqual(left, set())

    def test_with_every_option_a_training_goes_on_to_the_same_bytes_and_applies(self):
        course = ["-q", "--batch-size", "2", "--optimizer", "sgd", "--l1-decay", "0.001", "--l2-decay", "0.01", "--norm",
                  "batch", "--dropout", "0.1", "--adversarial", "bce", "--discriminator", "features"]  # fmt: skip
        expected = self.trained(*course, "--steps", "6", "--checkpoint", "run.ckpt", "--checkpoint-every", "4")
        self.assertEqual(self.trained(*course, "--steps", "6", "--resume", "run.ckpt"), expected)
        result = self.styler("apply", "--model", "m.styler", "--content", "photo.png", "-o", "out.png")
        self.assertEqual(result.returncode, 0, result.stderr)
        result = self.styler(*self.training("--steps", "1", "--from", "m.styler", output="n.styler"))
        self.assert_refused(result, 2, "--norm is instance", "give --norm that word")

    def test_a_training_that_is_stopped_keeps_the_model_so_far(self):
        process = self.start(*self.training("--steps", "1000000"))
        for line in process.stderr:
            if line.startswith("step "):
                break
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=60), 130)
        self.assertEqual(process.stdout.read(), "m.styler\n")
        result = self.styler("apply", "--model", "m.styler", "--content", "photo.png", "-o", "out.png")
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_a_checkpoint_of_another_training_is_refused(self):
        self.trained("--steps", "3", "-q", "--checkpoint", "run.ckpt", "--checkpoint-every", "1")
        result = self.styler(*self.training("--steps", "3", "--resume", "run.ckpt", "--seed", "5"))
        self.assert_refused(result, 2, "run.ckpt", "--seed", "leave --resume out")
        (self.folder / "art.png").write_bytes(support.painting(72, 80))
        result = self.styler(*self.training("--steps", "3", "--resume", "run.ckpt"))
        self.assert_refused(result, 1, "run.ckpt", "--style")

    def test_a_broken_photo_is_left_out_and_named(self):
        (self.folder / "mine").mkdir()
        for i in range(3):
            (self.folder / "mine" / f"{i}.png").write_bytes(support.photo())
        (self.folder / "mine" / "broken.png").write_bytes(support.photo()[:200])
        arguments = self.training("--steps", "25", "--report", "t.json", "--held-out", "photo.png")
        arguments[2] = "mine"
        result = self.styler(*arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("broken.png", result.stderr)
        self.assertEqual(len(self.report("t.json")["left_out"]), 1)

    def test_a_dry_run_tells_and_writes_nothing(self):
        before = set(os.listdir(self.folder))
        result = self.styler(*self.training("--steps", "100", "--dry-run", "--checkpoint", "c"))
        self.assertEqual(result.returncode, 0, result.stderr)
        for words in ("8 to learn from, 1 to judge by", "memory: ", "for 100 steps"):
            self.assertIn(words, result.stdout)
        self.assertEqual(set(os.listdir(self.folder)), before)

    def test_mistakes_are_told_before_anything_is_read(self):
        for more, words in [
            (["-o", "art.png"], ("must end in .styler",)),
            (["-o", "none/m.styler"], ("none",)),
            (["--preview", "p.gif"], ("p.gif",)),
            (["--report", "art.png"], ("--report and --style are both 'art.png'",)),
            (["--from", "none.styler"], ("none.styler",)),
        ]:
            result = self.styler(*self.training("--steps", "1", *more))
            self.assertNotEqual(result.returncode, 0)
            for word in words:
                self.assertIn(word, result.stderr)
        self.assertEqual(set(os.listdir(self.folder)), {"photo.png", "art.png"})

    def records(self, path):
        """The bodies of a TFRecord file."""
        data, at, bodies = path.read_bytes(), 0, []
        while at < len(data):
            (length,) = struct.unpack("<Q", data[at : at + 8])
            bodies.append(data[at + 12 : at + 12 + length])
            at += 12 + length + 4
        return bodies

    def test_events_for_tensorboard(self):
        self.trained("--steps", "20", "-q", "--log-dir", "logs")
        (file,) = (self.folder / "logs").iterdir()
        text = b"".join(self.records(file))
        for tag in (b"loss/total", b"loss/style", b"held_out/total", b"learning_rate", b"held_out/pictures"):
            self.assertIn(tag, text)
        tensorboard = CHECKOUT / "build" / "tensorboard"
        if not tensorboard.exists():
            self.assertNotEqual(os.environ.get("STYLER_REQUIRE_TENSORBOARD"), "1", "run scripts/setup.sh tensorboard")
            self.skipTest("no TensorBoard: scripts/setup.sh tensorboard")
        script = (
            "import json, sys\n"
            "from tensorboard.backend.event_processing.event_accumulator import EventAccumulator\n"
            "events = EventAccumulator(sys.argv[1]); events.Reload()\n"
            "print(json.dumps([[s.step, s.value] for s in events.Scalars('loss/total')]\n"
            "                 + [[i.width, i.height] for i in events.Images('held_out/pictures')]))\n"
        )
        read = subprocess.run([sys.executable, "-c", script, self.folder / "logs"], capture_output=True, text=True,
                              check=True, env=os.environ | {"PYTHONPATH": str(tensorboard)})  # fmt: skip
        losses = json.loads(read.stdout)
        self.assertEqual([step for step, _ in losses[:2]], [10, 20])
        self.assertTrue(all(value > 0 for _, value in losses))


def numbers_of(model):
    """All float32 numbers of a safetensors file by tensor."""
    length = struct.unpack("<Q", model[:8])[0]
    header, data = json.loads(model[8 : 8 + length]), model[8 + length :]
    header.pop("__metadata__")
    places = {name: entry["data_offsets"] for name, entry in header.items() if entry["dtype"] == "F32"}
    return {name: struct.unpack(f"<{(end - start) // 4}f", data[start:end]) for name, (start, end) in places.items()}


class InSeveralProcesses(GeneratorTest):
    """On loopback, as torchrun and srun start them."""

    def place(self, rank, count=2):
        if not hasattr(self, "port"):
            with socket.create_server(("127.0.0.1", 0)) as server:
                self.port = server.getsockname()[1]
        return {"WORLD_SIZE": count, "RANK": rank, "LOCAL_RANK": rank, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": self.port}

    def start_at(self, place, *arguments):
        command = ["env", *(f"{name}={value}" for name, value in place.items()), *self.command(*self.training(*arguments))]
        process = subprocess.Popen(command, cwd=self.folder, env=self.environment(), stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, preexec_fn=support.default_signals)  # fmt: skip
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def started(self, *arguments, more=((), ())):
        return [self.start_at(self.place(rank), *arguments, *more[rank]) for rank in (0, 1)]

    def ended(self, processes):
        """Exit codes, what they wrote and what they told."""
        told = [process.communicate(timeout=60) for process in processes]
        if "this build of styler can't" in told[0][1]:
            self.assertEqual(processes[0].returncode, 1)
            self.assertEqual(len(told[0][1].splitlines()), 1)
            self.skipTest("built without Gloo")
        return [process.returncode for process in processes], [out for out, _ in told], [error for _, error in told]

    def test_two_processes_end_where_one_with_twice_the_batch_does(self):
        self.trained("--steps", "20", "-q", "--batch-size", "2", output="one.styler")
        report = ["--steps", "20", "--report", "t.json", "--checkpoint", "c.ckpt", "--checkpoint-every", "15"]
        codes, written, told = self.ended(self.started(*report))
        self.assertEqual((codes, written), ([0, 0], ["m.styler\n", ""]), told)
        self.assertIn("done: 20 steps", told[0])
        self.assertEqual(told[1], "")
        self.assertEqual(self.report("t.json")["chosen"]["processes"], 2)
        one, two = (numbers_of((self.folder / name).read_bytes()) for name in ("one.styler", "m.styler"))
        self.assertEqual(one.keys(), two.keys())
        for name, numbers in one.items():
            self.assertLess(max(abs(a - b) for a, b in zip(numbers, two[name])), 1e-4, name)
        resumed = numbers_of(self.trained("--steps", "20", "-q", "--batch-size", "2", "--resume", "c.ckpt"))
        for name, numbers in two.items():
            self.assertLess(max(abs(a - b) for a, b in zip(numbers, resumed[name])), 1e-4, name)

    def test_one_that_is_killed_ends_all_and_the_checkpoint_is_whole(self):
        processes = self.started("--steps", "1000000", "-q", "--checkpoint", "c.ckpt", "--checkpoint-every", "1")
        end = time.monotonic() + 60
        while not (self.folder / "c.ckpt").exists() and processes[0].poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        processes[1].kill()
        codes, written, told = self.ended(processes)
        self.assertEqual((codes, written), ([1, -9], ["", ""]), told)
        self.assertEqual(len(told[0].splitlines()), 1, told[0])
        self.assertIn("another process of this training has ended", told[0])
        self.assertFalse((self.folder / "m.styler").exists())
        codes, _, told = self.ended(self.started("--steps", "1000000", "--time", "1", "-q", "--resume", "c.ckpt"))
        self.assertEqual(codes, [0, 0], told)

    def test_a_signal_to_one_stops_all_with_the_model_so_far(self):
        processes = self.started("--steps", "1000000", "--checkpoint", "c.ckpt")
        for line in processes[0].stderr:
            if line.startswith("step ") or "this build" in line:
                break
        processes[1].send_signal(signal.SIGTERM)
        codes, written, told = self.ended(processes)
        self.assertEqual((codes, written), ([130, 130], ["m.styler\n", ""]), told)
        self.assertTrue((self.folder / "c.ckpt").exists())

    def test_processes_of_other_trainings_are_told(self):
        codes, written, told = self.ended(self.started("--steps", "3", more=(("--seed", "1"), ("--seed", "2"))))
        self.assertEqual((codes, written), ([2, 2], ["", ""]), told)
        for text in told:
            self.assertIn("of 2 number 1 has other options, pictures or steps than number 0", text)

    def test_an_environment_that_can_not_be_is_refused(self):
        for changed, words in [({"RANK": "2"}, "RANK is '2' but must be a whole number from 0 to 1"),
                               ({"WORLD_SIZE": "many"}, "WORLD_SIZE is 'many'"),
                               ({"MASTER_ADDR": ""}, "MASTER_ADDR is not set"),
                               ({"WORLD_SIZE": "100"}, "--batch-size is 1 in each of 100 processes")]:  # fmt: skip
            process = self.start_at({**self.place(0), **changed}, "--steps", "1")
            _, told = process.communicate(timeout=60)
            self.assertEqual((process.returncode, len(told.splitlines())), (2, 1), told)
            self.assertIn(words, told)


class Applied(GeneratorTest):
    def apply(self, *arguments):
        return self.styler("apply", "--model", self.make_model(), "--threads", "1", *arguments)

    def test_one_photo(self):
        result = self.apply("--content", "photo.png", "-o", "out.png")
        self.assertEqual((result.returncode, result.stdout), (0, "out.png\n"), result.stderr)
        self.assertEqual(self.picture_size(), (96, 64))
        self.assertEqual(self.apply("--content", "photo.png", "-o", "small.png", "--size", "48").returncode, 0)
        self.assertEqual(self.picture_size("small.png"), (48, 32))

    def test_show_tells_the_command_that_makes_it_again(self):
        self.apply("--content", "photo.png", "-o", "out.png", "--color", "luminance")
        first = (self.folder / "out.png").read_bytes()
        shown = self.styler("show", "out.png").stdout.splitlines()
        self.assertTrue(shown[1].startswith("styler apply --model "), shown)
        self.assertTrue(shown[1].endswith("--content photo.png --color luminance -o out.png"), shown)
        (self.folder / "out.png").unlink()
        subprocess.run(["sh", "-c", shown[1].replace("styler ", support.BINARY + " ", 1)], cwd=self.folder, check=True,
                       capture_output=True)  # fmt: skip
        self.assertEqual((self.folder / "out.png").read_bytes(), first)

    def test_a_model_for_each_region(self):
        second = self.folder / "second.styler"
        self.trained("--steps", "20", "-q", "--seed", "9", output=second)
        width, height = 96, 64
        red, green, blue = (255, 0, 0), (0, 255, 0), (0, 0, 255)
        colours = support.png(width, height, lambda x, y: red if x < 40 else blue if x < 68 else green)
        (self.folder / "map.png").write_bytes(colours)
        for name, model in (("one", self.make_model()), ("two", second)):
            result = self.styler("apply", "--model", model, "--content", "photo.png", "-o", name + ".ppm")
            self.assertEqual(result.returncode, 0, result.stderr)
        with_map = ["apply", "--model", self.make_model(), second, "--content", "photo.png",
                    "--content-regions", "map.png"]  # fmt: skip
        result = self.styler(*with_map, "--model-regions", "#ff0000", "#0000ff", "-o", "both.png")
        self.assertEqual(result.returncode, 0, result.stderr)
        shown = self.styler("show", "both.png").stdout.splitlines()[1]
        self.assertIn("--content-regions map.png --model-regions '#ff0000' '#0000ff'", shown)
        again = shown.replace("styler ", support.BINARY + " ", 1).replace("both.png", "both.ppm")
        subprocess.run(["sh", "-c", again], cwd=self.folder, check=True, capture_output=True)

        def column(name, x):
            data = (self.folder / name).read_bytes()[-3 * width * height :]
            return [data[3 * (y * width + x) : 3 * (y * width + x) + 3] for y in range(height)]

        self.assertEqual(column("both.ppm", 10), column("one.ppm", 10))
        self.assertEqual(column("both.ppm", 50), column("two.ppm", 50))
        self.assertNotEqual(column("both.ppm", 80), column("two.ppm", 80))
        result = self.styler(*with_map, "--model-regions", "#ff0000", "#ffffff", "-o", "no.png")
        self.assert_refused(result, 2, "#ffffff", "use one of these")

    def test_a_folder_is_painted_once(self):
        arguments = ["--content", self.photos, "-o", "out", "--recursive", "--report", "r.jsonl", "--gallery", "g.html"]
        result = self.apply(*arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(len(list((self.folder / "out").rglob("*.png"))), 9)
        self.assertTrue((self.folder / "out" / "below" / "0.png").exists())
        self.assertIn("<html", (self.folder / "g.html").read_text())
        again = self.apply(*arguments)
        self.assertEqual(again.returncode, 0, again.stderr)
        lines = [json.loads(line) for line in (self.folder / "r.jsonl").read_text().splitlines()]
        self.assertEqual([line["status"] for line in lines], ["done"] * 9 + ["skipped"] * 9)

    def test_a_broken_photo_fails_alone(self):
        (self.folder / "mine").mkdir()
        (self.folder / "mine" / "good.png").write_bytes(support.photo())
        (self.folder / "mine" / "broken.png").write_bytes(support.photo()[:100])
        result = self.apply("--content", "mine", "-o", "out")
        self.assertEqual(result.returncode, 1)
        self.assertIn("broken", result.stderr)
        self.assertEqual(os.listdir(self.folder / "out"), ["good.png"])

    def test_shards_share_the_work(self):
        for i in (1, 2):
            result = self.apply("--content", self.photos, "-o", "out", "--recursive", "--shard", f"{i}/2")
            self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(len(list((self.folder / "out").rglob("*.png"))), 9)

    def test_a_model_that_is_none_is_refused(self):
        (self.folder / "bad.styler").write_bytes(self.make_model().read_bytes()[:-5])
        for model in ("none.styler", "photo.png", "bad.styler"):
            result = self.styler("apply", "--model", model, "--content", "photo.png", "-o", "out.png")
            self.assert_refused(result, 1, model)
        self.assertFalse((self.folder / "out.png").exists())

    def test_a_painting_can_begin_with_what_a_generator_makes(self):
        course = ["--size", "48", "--scales", "1", "--iterations", "3", "--report", "run.json"]
        self.assertEqual(self.apply("--content", "photo.png", "--size", "48", "-o", "start.png").returncode, 0)
        self.assertEqual(self.styler(*self.job(*course, "--init", "start.png")).returncode, 0)
        from_picture = self.report()["scales"][0]["initial_loss"]
        result = self.styler(*self.job(*course, "--init", self.make_model()))
        self.assertEqual(result.returncode, 0, result.stderr)
        loss = self.report()["scales"][0]["initial_loss"]
        self.assertLess(abs(loss / from_picture - 1), 0.02)  # whose picture is rounded to 8 bits
        result = self.styler("--style", "art.png", "-o", "out.png", "--init", self.make_model())
        self.assert_refused(result, 2, "--init", "--content")


if __name__ == "__main__":
    unittest.main()
