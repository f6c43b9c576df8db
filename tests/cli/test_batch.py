"""styler batch: folders of pictures, broken ones among them, and machines that go down in the middle."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import time
import unittest

import support
from support import BINARY, painting, photo
from test_runs import RunTest

KILLS = 20


class BatchTest(RunTest):
    def setUp(self):
        super().setUp()
        self.fill(3, 2)

    def fill(self, contents, styles, size=24):
        for name, count, make in (("photos", contents, photo), ("art", styles, painting)):
            (self.folder / name).mkdir(exist_ok=True)
            for i in range(count):
                # Each a little different, so that no two jobs give the same picture.
                (self.folder / name / f"{name}{i:03}.png").write_bytes(make(size + i % 5, size + i // 5 % 5))

    def arguments(self, *arguments, content="photos", style="art", output="out"):
        return [
            "batch", "--content", content, "--style", style, "-o", output, "--device", "cpu", "--threads", "1",
            "--weights", self.weights, *support.SHALLOW, "--size", "16", "--iterations", "2", *arguments,
        ]  # fmt: skip

    def batch(self, *arguments, **places):
        return self.styler(*self.arguments(*arguments, **places))

    def pictures(self, folder="out"):
        """Every file below the folder, with its bytes."""
        root = self.folder / folder
        return {str(file.relative_to(root)): file.read_bytes() for file in root.rglob("*") if file.is_file()}

    def lines(self, name="jobs.jsonl"):
        return [json.loads(line) for line in (self.folder / name).read_text().splitlines()]

    def counts(self, result):
        return {word: int(count) for word, count in re.findall(r"^(done|skipped|failed|not begun) +(\d+)$", result.stderr, re.M)}


class Folders(BatchTest):
    def test_every_photo_with_every_painting(self):
        result = self.batch("--report", "jobs.jsonl")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.counts(result), {"done": 6, "skipped": 0, "failed": 0})
        self.assertEqual(len(self.pictures()), 6)
        self.assertIn("photos002_art001.png", self.pictures())
        self.assertEqual(sorted(result.stdout.split()), sorted("out/" + name for name in self.pictures()))
        self.assertEqual({line["status"] for line in self.lines()}, {"done"})

    def test_a_batch_paints_what_the_main_job_paints(self):
        self.assertEqual(self.batch().returncode, 0)
        alone = self.job("--size", "16", "--iterations", "2", content="photos/photos001.png", style="art/art001.png", output="alone.png")
        self.assertEqual(self.styler(*alone).returncode, 0)
        self.assertEqual((self.folder / "alone.png").read_bytes(), self.pictures()["photos001_art001.png"])

    def test_one_broken_photo_fails_alone(self):
        (self.folder / "photos/photos001.png").write_bytes(b"no picture")
        result = self.batch("--report", "jobs.jsonl")
        self.assertEqual(result.returncode, 1)
        self.assertEqual(self.counts(result), {"done": 4, "skipped": 0, "failed": 2})
        failed = [line for line in self.lines() if line["status"] == "failed"]
        self.assertEqual({line["content"] for line in failed}, {"photos/photos001.png"})
        self.assertIn("not a picture", failed[0]["reason"])

    def test_fail_fast_ends_at_the_first(self):
        (self.folder / "photos/photos000.png").write_bytes(b"no picture")
        result = self.batch("--fail-fast")
        self.assertEqual(result.returncode, 1)
        self.assertEqual(self.counts(result)["failed"], 1)
        self.assertGreater(self.counts(result)["not begun"], 0)

    def test_lists_patterns_and_pairs(self):
        (self.folder / "list.txt").write_text("photos/photos000.png\nphotos/photos002.png\n")
        self.assertEqual(self.counts(self.batch(content="list.txt"))["done"], 4)
        self.assertEqual(self.counts(self.batch(content="photos/*1.png"))["done"], 2)
        (self.folder / "pairs.tsv").write_text("photos/photos000.png\tart/art001.png\n")
        arguments = self.arguments("--pairs", "pairs.tsv", output="paired")
        del arguments[1:5]  # --content and --style
        self.assertEqual(self.styler(*arguments).returncode, 0)
        self.assertEqual(list(self.pictures("paired")), ["photos000_art001.png"])

    def test_recursive_keeps_the_folders(self):
        (self.folder / "photos/day two").mkdir()
        (self.folder / "photos/photos000.png").rename(self.folder / "photos/day two/photos001.png")
        self.assertEqual(self.batch("--recursive").returncode, 0)
        self.assertIn("day two/photos001_art000.png", self.pictures())
        self.assertEqual(len(self.pictures()), 6)

    def test_mistakes_are_one_sentence_and_nothing_is_written(self):
        for words, arguments in (
            (["--output"], self.arguments(output="photos")),
            (["{colour}", "--name"], self.arguments("--name", "{colour}.png")),
            (["--shard"], self.arguments("--shard", "3/2")),
            (["--force"], self.arguments("--format", "bmp")),
            (["--force"], self.arguments("--no-metadata")),
            (["--bit-depth"], self.arguments("--format", "jpg", "--bit-depth", "16")),
            (["--report"], self.arguments("--report", "photos/photos000.png")),
            (["--force", "--skip-existing"], self.arguments("--force", "--skip-existing")),
            (["--gallery", "--shard"], self.arguments("--gallery", "g.html", "--shard", "1/2")),
        ):
            with self.subTest(words=words):
                self.assert_refused(self.styler(*arguments), 2, *words)
        self.assert_refused(self.batch(content="nowhere"), 1, "nowhere")
        self.assertEqual(len(self.pictures("photos")), 3)

    def test_options_before_the_command_are_refused(self):
        self.assert_refused(self.styler("--size", "32", *self.arguments()), 2, "--size", "before", "batch")

    def test_options_from_a_file(self):
        (self.folder / "options.toml").write_text('size = 20\nformat = "jpg"\n')
        arguments = self.arguments("--config", "options.toml")
        del arguments[arguments.index("--size") : arguments.index("--size") + 2]
        self.assertEqual(self.styler(*arguments).returncode, 0)
        self.assertIn("photos000_art000.jpg", self.pictures())


class AgainAndAgain(BatchTest):
    def test_what_is_done_is_skipped_until_something_changes(self):
        self.assertEqual(self.counts(self.batch())["done"], 6)
        before = self.pictures()
        self.assertEqual(self.counts(self.batch()), {"done": 0, "skipped": 6, "failed": 0})
        self.assertEqual(self.pictures(), before)
        self.assertEqual(self.counts(self.batch("--style-weight", "7"))["done"], 6)
        self.assertNotEqual(self.pictures(), before)
        self.assertEqual(self.counts(self.batch())["done"], 6)
        self.assertEqual(self.pictures(), before)
        (self.folder / "photos/photos000.png").write_bytes(photo(30, 30))
        self.assertEqual(self.counts(self.batch()), {"done": 2, "skipped": 4, "failed": 0})
        self.assertEqual(self.counts(self.batch("--force"))["done"], 6)

    def test_other_numbers_of_the_network_make_other_pictures(self):
        """Though the file names the same origin, and no list knows either."""
        other = bytearray(self.weights.read_bytes())
        other[-1] ^= 1
        (self.folder / "other.safetensors").write_bytes(other)
        self.assertEqual(self.counts(self.batch())["done"], 6)
        changed = self.batch("--weights", "other.safetensors")
        self.assertEqual(self.counts(changed), {"done": 6, "skipped": 0, "failed": 0})
        self.assertEqual(self.counts(self.batch("--weights", "other.safetensors"))["skipped"], 6)

    def test_formats_that_tell_of_themselves_are_skipped_too(self):
        for extension in ("jpg", "tif", "webp"):
            with self.subTest(extension=extension):
                self.assertEqual(self.counts(self.batch("--format", extension))["done"], 6)
                self.assertEqual(self.counts(self.batch("--format", extension))["skipped"], 6)

    def test_an_output_that_was_cut_off_is_made_again(self):
        for extension in ("png", "jpg", "tif", "webp"):
            with self.subTest(extension=extension):
                self.assertEqual(self.batch("--format", extension).returncode, 0)
                before = self.pictures()
                victim = self.folder / f"out/photos001_art001.{extension}"
                victim.write_bytes(victim.read_bytes()[:-100])
                self.assertEqual(self.counts(self.batch("--format", extension)), {"done": 1, "skipped": 5, "failed": 0})
                self.assertEqual(self.pictures(), before)

    def test_batches_that_start_do_not_disturb_those_that_write(self):
        self.fill(40, 2)
        first = self.start(*self.arguments("--shard", "1/2"))
        # The second has little to do but to clean up the folder in which the first one writes.
        while first.poll() is None:
            second = self.batch("--shard", "2/2")
            self.assertEqual(second.returncode, 0, second.stderr)
        self.assertEqual(first.returncode, 0, first.stderr.read())

    def test_a_picture_of_somebody_else_at_the_place_of_an_output_is_made_again(self):
        (self.folder / "out").mkdir()
        (self.folder / "out/photos000_art000.png").write_bytes(photo())
        self.assertEqual(self.counts(self.batch())["done"], 6)

    def test_shards_share_the_work_and_leave_nothing_out(self):
        self.fill(8, 3)
        done = [self.counts(self.batch("--shard", f"{i}/3"))["done"] for i in (1, 2, 3)]
        self.assertEqual(sum(done), 24)
        self.assertGreater(min(done), 0)
        self.assertEqual(self.counts(self.batch()), {"done": 0, "skipped": 24, "failed": 0})

    def test_killed_at_any_moment_it_ends_with_the_same_files(self):
        self.fill(40, 5)
        self.assertEqual(self.counts(self.batch(output="undisturbed"))["done"], 200)
        expected = self.pictures("undisturbed")

        randomness = random.Random(5)
        for _ in range(KILLS):
            process = self.start(*self.arguments("--report", "jobs.jsonl"))
            pictures = randomness.randrange(10)  # so that some are left for the last
            for _ in range(pictures):
                process.stdout.readline()
            time.sleep(randomness.uniform(0, 0.02 if pictures else 0.6))
            process.kill()
            process.communicate()
            self.assertEqual(process.returncode, -signal.SIGKILL)
            for name, data in self.pictures().items():
                if not name.startswith("."):
                    support.png_size(data)  # whole, or it raises
        result = self.batch("--report", "jobs.jsonl")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.pictures(), expected)
        made = [line["output"] for line in self.lines() if line["status"] == "done"]
        self.assertEqual(len(made), len(set(made)), "a picture was made twice")
        self.assertGreater(len(made), 200 - KILLS - 1)  # the line of a picture may be lost when the kill comes before it

    def test_ctrl_c_leaves_nothing_half_done(self):
        self.fill(40, 2)
        process = self.start(*self.arguments("--iterations", "30"))
        self.addCleanup(process.kill)
        process.stdout.readline()  # the first picture is there
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, stderr)
        self.assertIn("not begun", stderr)
        for data in self.pictures().values():
            support.png_size(data)
        result = self.batch("--iterations", "30")
        self.assertEqual(result.returncode, 0)
        self.assertGreater(self.counts(result)["skipped"], 0)


class Records(BatchTest):
    def test_the_gallery_shows_what_is_there(self):
        (self.folder / "photos/photos001.png").write_bytes(b"no picture")
        result = self.batch("--gallery", "out/index.html")
        self.assertEqual(result.returncode, 1)
        self.assertIn("out/index.html", result.stdout.split())
        page = (self.folder / "out/index.html").read_text()
        self.assertIn("photos002", page)
        self.assertNotIn("photos001", page)

    def test_pictures_on_the_way_go_into_new_folders_too(self):
        (self.folder / "photos/sub").mkdir()
        (self.folder / "photos/photos000.png").rename(self.folder / "photos/sub/p.png")
        result = self.batch("--recursive", "--save-every", "2")
        self.assertEqual(result.returncode, 0)
        self.assertNotIn("warning", result.stderr)
        self.assertIn("sub/p_art000_s1_0002.png", self.pictures())

    def test_a_gallery_takes_what_the_batch_took(self):
        whole = (self.folder / "photos/photos001.png").read_bytes()
        (self.folder / "photos/photos001.png").write_bytes(whole[:-30])
        result = self.batch("--allow-truncated", "--gallery", "out/index.html")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("photos001", (self.folder / "out/index.html").read_text())

    def test_a_missing_start_is_told_before_anything_begins(self):
        self.assert_refused(self.batch("--init", "none.png"), 1, "none.png")

    def test_a_report_is_added_to(self):
        self.batch("--report", "jobs.jsonl")
        self.batch("--report", "jobs.jsonl")
        self.assertEqual([line["status"] for line in self.lines()], ["done"] * 6 + ["skipped"] * 6)

    def test_no_report_is_written_over_something_else(self):
        (self.folder / "notes.txt").write_text("mine\n")
        self.assert_refused(self.batch("--report", "notes.txt"), 1, "notes.txt", "--report")
        self.assertEqual((self.folder / "notes.txt").read_text(), "mine\n")

    @unittest.skipUnless(os.path.exists("/dev/full"), "needs /dev/full")
    def test_a_standard_output_that_is_full_is_a_failure(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            result = subprocess.run(
                [BINARY, *map(str, self.arguments())], cwd=self.folder, env=self.environment(), stdout=full,
                stderr=subprocess.PIPE, timeout=120,
            )  # fmt: skip
        self.assertEqual(result.returncode, 1)


class Show(BatchTest):
    def test_what_is_shown_makes_the_same_picture_again(self):
        options = ["--size", "20", "--iterations", "3", "--style-weight", "7.5", "--seed", "3", "--init", "noise", "--dither"]
        job = self.job(*options, content="photos/photos000.png", style="art/art000.png", output="it's out.png")
        self.assertEqual(self.styler(*job).returncode, 0)
        first = (self.folder / "it's out.png").read_bytes()
        shown = self.styler("show", "it's out.png")
        self.assertEqual(shown.returncode, 0, shown.stderr)
        (self.folder / "it's out.png").unlink()
        command = f"styler() {{ '{BINARY}' \"$@\" --device cpu --threads 1 --weights '{self.weights}'; }}\n" + shown.stdout
        subprocess.run(["bash", "-c", command], cwd=self.folder, env=self.environment(), check=True, capture_output=True)
        self.assertEqual((self.folder / "it's out.png").read_bytes(), first)

    def test_names_that_are_no_utf8_are_shown_as_they_were(self):
        name = os.fsdecode(b"a\xff'\x1b[31m.png")
        shutil.copy(self.folder / "photos/photos000.png", self.folder / name)
        job = self.job("--size", "20", "--iterations", "2", content=name, style="art/art000.png")
        self.assertEqual(self.styler(*job).returncode, 0)
        first = (self.folder / "out.png").read_bytes()
        shown = subprocess.run([BINARY, "show", "out.png"], cwd=self.folder, capture_output=True, check=True).stdout
        self.assertTrue(shown.isascii())
        self.assertNotIn(b"\x1b", shown)
        (self.folder / "out.png").unlink()
        function = f"styler() {{ '{BINARY}' \"$@\" --device cpu --threads 1 --weights '{self.weights}'; }}\n"
        subprocess.run(["sh"], input=function.encode() + shown, cwd=self.folder, env=self.environment(), check=True,
                       capture_output=True)  # fmt: skip
        self.assertEqual((self.folder / "out.png").read_bytes(), first)

    def test_all_that_is_stored(self):
        self.assertEqual(self.styler(*self.job("--size", "20", "--iterations", "3")).returncode, 0)
        stored = json.loads(self.styler("show", "--json", "out.png").stdout)
        self.assertEqual(stored["options"]["iterations"], 3)
        self.assertEqual(len(stored["scales"][0]["losses"]), 3)
        self.assertEqual(len(stored["sha256"]["content"]), 64)

    def test_pictures_that_lie_fail_alone(self):
        nested = b'{"options": {}, "scales": ' + b"[" * 1_000_000 + b"]" * 1_000_000 + b"}"
        claims = b'{"options": {}, "scales": [' + b",".join([b'{"iterations": [1, 1000000], "losses": [2, 1]}'] * 100) + b"]}"
        (self.folder / "nested.png").write_bytes(support.with_text(photo(), nested))
        self.assert_refused(self.styler("show", "nested.png"), 1, "nested.png", "does not say how it was made")
        self.assertEqual(self.counts(self.batch())["done"], 6)
        for name, text in (("photos000_art000", nested), ("photos001_art000", claims)):
            victim = self.folder / f"out/{name}.png"
            fingerprint = json.loads(self.styler("show", "--json", victim).stdout)["fingerprint"]
            text = text[:1] + b'"fingerprint": "' + fingerprint.encode() + b'", ' + text[1:]
            victim.write_bytes(support.with_text(photo(), text))
        result = self.batch("--report", "jobs.jsonl", "--gallery", "index.html")
        self.assertEqual(self.counts(result), {"done": 1, "skipped": 5, "failed": 0})

    def test_pictures_that_tell_nothing(self):
        self.assert_refused(self.styler("show", "photo.png"), 1, "photo.png", "--no-metadata")
        self.assert_refused(self.styler("show", "none.png"), 1, "none.png")
        self.assert_refused(self.styler("show"), 2, "styler show PICTURE")
        self.assertEqual(self.styler(*self.job("--size", "20", "--iterations", "3", "--no-metadata")).returncode, 0)
        self.assert_refused(self.styler("show", "out.png"), 1, "--no-metadata")


del BatchTest, RunTest  # unittest would run the base classes' tests again

if __name__ == "__main__":
    unittest.main()
