"""Long runs: checkpoints, going on from them or not, and previews."""

import fcntl
import math
import os
import random
import shutil
import signal
import struct
import time
import unittest

import support
from support import SHALLOWEST
from test_runs import RunTest


class ResumeTest(RunTest):
    # The least of a network, two scales, steps of a millisecond, and a start that comes from the seed alone.
    LAYERS = SHALLOWEST
    COURSE = ["--size", "96", "--scales", "2", "--iterations", "30", "--init", "noise", "--seed", "3"]
    # Given behind that: Adam without a tolerance goes on for ever.
    ENDLESS = ["--iterations", "1000000", "--optimizer", "adam", "--tolerance-change", "0"]

    def job(self, *arguments, **files):
        return super().job(*self.COURSE, *arguments, **files)

    def bytes(self, name):
        return (self.folder / name).read_bytes()

    def wait_for(self, process, name):
        """Until the file is there, or the run has ended."""
        deadline = time.monotonic() + 60
        while process.poll() is None and not (self.folder / name).exists():
            self.assertLess(time.monotonic(), deadline, f"{name} did not come")
            time.sleep(0.002)

    def wait_for_line(self, process, words):
        for line in process.stderr:
            if words in line:
                return
        self.fail("the run ended without " + words)

    def assert_clean(self, *names):
        """Nothing is in the folder but the inputs and `names`: no temporary files."""
        self.assertEqual(set(os.listdir(self.folder)), {"photo.png", "art.png", *names})


class Resumed(ResumeTest):
    # How often the run below is stopped; more often: kill_campaign.py 200
    KILLS = int(os.environ.get("STYLER_KILLS", "4"))
    # What a run is sent, and the exit codes that may come of it; 0 also where it was done before.
    SIGNALS = {
        signal.SIGKILL: (-signal.SIGKILL,), signal.SIGTERM: (130,), signal.SIGINT: (130,), signal.SIGHUP: (130,),
        signal.SIGPIPE: (),
    }  # fmt: skip

    def whole(self, *arguments):
        result = self.styler(*self.job("-q", *arguments, output="whole.png"))
        self.assertEqual(result.returncode, 0, result.stderr)
        return self.bytes("whole.png")

    def test_killed_or_stopped_at_any_moment_and_resumed_it_gives_the_same_bytes(self):
        rng = random.Random(int(os.environ.get("STYLER_SEED", "1")))
        expected = self.whole()
        arguments = self.job("-q", "--checkpoint", "run.ckpt", "--checkpoint-every", "1")
        begin = time.monotonic()
        self.assertEqual(self.styler(*arguments).returncode, 0)
        took = time.monotonic() - begin
        ended = 0
        for kill in range(self.KILLS):
            for name in ("out.png", "run.ckpt"):
                (self.folder / name).unlink(missing_ok=True)
            # The first is killed, since that leaves most behind.
            number = signal.SIGKILL if kill == 0 else rng.choice(list(self.SIGNALS))
            process = self.start(*arguments)
            self.wait_for(process, "run.ckpt")
            time.sleep(rng.uniform(0, 0.5) * took)
            process.send_signal(number)
            code = process.wait(timeout=60)
            with self.subTest(kill=kill, signal=number.name):
                # A run that has written its picture and is about to end no longer listens.
                done = (self.folder / "out.png").exists()
                self.assertIn(code, (0, *self.SIGNALS[number], *((-number,) if done else ())))
                ended += code != 0  # and not done before
                if (self.folder / "out.png").exists():
                    self.assertEqual(self.picture_size(), (96, 64), "whole, or not there")
                else:
                    self.assertEqual(number, signal.SIGKILL)
                result = self.styler(*arguments, "--resume", "run.ckpt")
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertEqual(self.bytes("out.png"), expected)
                self.assert_clean("out.png", "whole.png", "run.ckpt")
        self.assertGreater(ended, 0, "every run was done before it was stopped")
        print(f"{ended} of {self.KILLS} runs ended", end=" ", flush=True)

    def test_at_a_border_between_scales_with_either_optimizer_and_a_picture_to_start_from(self):
        # The last of the middle scale's iterations, the first two of the fine one, and those at which a coarse style
        # becomes whole: so late that there is no time for a second checkpoint.
        for arguments, moments in (
            (["--optimizer", "adam"], ("60",)),
            (["--init", "art.png"], ("61",)),
            (["--init", "content", "--history-size", "4"], ("60",)),
            (["--init", "noise", "--coarse-style", "0.1"], ("62", "71")),
        ):
            with self.subTest(arguments=arguments):
                course = [*arguments, "--scales", "3", "--tolerance-change", "0"]
                expected = self.whole(*course)
                for iterations in moments:
                    checkpoints = ["--checkpoint", "run.ckpt", "--checkpoint-every", iterations]
                    result = self.styler(*self.job("-q", *course, *checkpoints))
                    self.assertEqual(result.returncode, 0, result.stderr)
                    (self.folder / "out.png").unlink()
                    result = self.styler(*self.job("-q", *course, "--resume", "run.ckpt"))
                    self.assertEqual(result.returncode, 0, result.stderr)
                    self.assertEqual(self.bytes("out.png"), expected)

    def test_stopped_by_a_signal_it_leaves_a_checkpoint_and_the_best_picture(self):
        course = ["--iterations", "300", "--tolerance-change", "0"]  # seconds: the signal comes in their midst
        expected = self.whole(*course, "--report", "whole.json")
        process = self.start(*self.job(*course, "--checkpoint", "run.ckpt", "--report", "run.json"))
        self.wait_for_line(process, "iteration 1/")
        process.send_signal(signal.SIGTERM)
        _, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, stderr)
        self.assertTrue((self.folder / "run.ckpt").exists())
        self.assertEqual(self.picture_size(), (96, 64))
        kept = self.bytes("run.ckpt")
        result = self.styler(*self.job(*course, "--resume", "run.ckpt", "--report", "run.json"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.bytes("out.png"), expected)
        self.assertEqual(self.bytes("run.ckpt"), kept, "what is gone on from stays as it was")
        self.assertEqual(self.evaluations(), self.evaluations("whole.json"))

    def evaluations(self, report="run.json"):
        return [len(scale["losses"]["total"]) for scale in self.report(report)["scales"]]

    def test_ended_by_its_time_limit_it_leaves_a_checkpoint(self):
        course = [*self.ENDLESS, "--time-limit", "1s"]
        arguments = self.job("-q", *course, "--checkpoint", "run.ckpt", "--report", "run.json")
        result = self.styler(*arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.report()["scales"][-1]["ended_by"], "time limit")
        before = self.evaluations()
        result = self.styler(*arguments, "--resume", "run.ckpt")
        self.assertEqual(result.returncode, 0, result.stderr)
        after = self.evaluations()
        self.assertEqual(after[:-1], before[:-1], "the coarser scales were done")
        self.assertGreater(after[-1], before[-1], "it goes on, for another second")

    def test_checkpoints_that_are_not_due_and_previews_leave_the_picture_as_it_is(self):
        expected = self.whole()
        result = self.styler(*self.job("--checkpoint", "run.ckpt", "--preview", "look.png", "-q"))
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(self.bytes("out.png"), expected)
        self.assertFalse((self.folder / "run.ckpt").exists(), "ten minutes had not passed")
        self.assert_clean("out.png", "whole.png", "look.png")

    def test_what_a_killed_run_left_unfinished_is_removed_wherever_this_one_writes(self):
        places = {"--checkpoint": "c/run.ckpt", "--preview": "p/look.png", "--report": "r/run.json"}
        folders = [self.folder / name for name in ("c", "p", "r", "o")]
        course = ["-q", "--checkpoint-every", "40", *(word for pair in places.items() for word in pair)]
        for again in ([], ["--resume", "c/run.ckpt"]):
            for folder in folders:
                folder.mkdir(exist_ok=True)
                (folder / ".styler-123.tmp").write_bytes(b"half a file")
            with open(folders[0] / ".styler-456.tmp", "wb") as alive:  # as of another run that is writing
                fcntl.flock(alive, fcntl.LOCK_EX)
                result = self.styler(*self.job(*course, *again, output="o/out.png"))
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                left = sorted(str(file.relative_to(self.folder)) for folder in folders for file in folder.iterdir())
            self.assertEqual(left, ["c/.styler-456.tmp", "c/run.ckpt", "o/out.png", "p/look.png", "r/run.json"])


class Refused(ResumeTest):
    def setUp(self):
        super().setUp()
        result = self.styler(*self.job("-q", "--checkpoint", "run.ckpt", "--checkpoint-every", "45"))
        self.assertEqual(result.returncode, 0, result.stderr)
        (self.folder / "out.png").write_bytes(b"old")

    def tearDown(self):
        self.assertEqual(self.bytes("out.png"), b"old")

    def resume(self, *arguments, **files):
        return self.styler(*self.job("-q", "--resume", "run.ckpt", *arguments, **files))

    def test_damaged_or_missing_ones(self):
        whole = self.bytes("run.ckpt")
        rng = random.Random(5)
        for _ in range(2):
            flipped = bytearray(whole)
            flipped[rng.randrange(len(whole))] ^= 1 << rng.randrange(8)
            (self.folder / "run.ckpt").write_bytes(flipped)
            self.assert_refused(self.resume(), 1, "run.ckpt", "leave --resume out")
            (self.folder / "run.ckpt").write_bytes(whole[: rng.randrange(len(whole))])
            self.assert_refused(self.resume(), 1, "run.ckpt", "leave --resume out")
        (self.folder / "run.ckpt").unlink()
        self.assert_refused(self.resume(), 1, "run.ckpt", "No such file")

    def test_ones_of_other_inputs_or_options(self):
        self.assert_refused(self.resume("--style-weight", "7"), 2, "--style-weight is 7 here but 5 in the checkpoint")
        self.assert_refused(self.resume(style="photo.png"), 1, "style differs")
        (self.folder / "photo.png").write_bytes(support.photo(90, 64))
        self.assert_refused(self.resume(), 1, "content differs")

    def test_one_of_weights_that_only_say_they_are_the_same(self):
        weights = bytearray(self.weights.read_bytes())
        weights[-1] ^= 1  # a bias of the last layer, which is not even used
        (self.folder / "mine.safetensors").write_bytes(weights)
        self.assert_refused(self.resume("--weights", "mine.safetensors"), 1, "weights file differs: SHA-256")
        (self.folder / "mine.safetensors").write_bytes(self.weights.read_bytes())
        (self.folder / "out.png").unlink()
        result = self.resume("--weights", "mine.safetensors")
        self.assertEqual((result.returncode, result.stderr), (0, ""), "where they lie is of no account")
        (self.folder / "out.png").write_bytes(b"old")

    def test_ones_whose_numbers_were_changed_and_signed_anew(self):
        whole = self.bytes("run.ckpt")
        for number, value in (("lbfgs.first", -1.0), ("lbfgs.count", 4e18), ("lbfgs.count", math.nan)):
            with self.subTest(number=number, value=value):
                changed = support.signed_anew(whole, {"optimizer." + number: struct.pack("<d", value)})
                (self.folder / "run.ckpt").write_bytes(changed)
                self.assert_refused(self.resume(), 1, number, "begin anew")
        for old, new in (('"edge":1024', '"edge":0   '), ('"blocks":0', '"blocks":-'), ('"history_size":10', '"history_size":99')):
            with self.subTest(new=new):
                changed = support.signed_anew(whole, {}, {old.replace('"', '\\"'): new.replace('"', '\\"')})
                (self.folder / "run.ckpt").write_bytes(changed)
                self.assert_refused(self.resume(), 1, "begin anew")

    def test_ones_of_a_file_that_is_none(self):
        shutil.copy(self.weights, self.folder / "run.ckpt")
        self.assert_refused(self.resume(), 1, "run.ckpt", "is no checkpoint")


class Previews(ResumeTest):
    def test_a_preview_is_there_from_the_first_iteration_and_always_whole(self):
        process = self.start(*self.job("-q", *self.ENDLESS, "--preview", "look.png"))
        self.wait_for(process, "look.png")
        files = set()
        deadline = time.monotonic() + 60
        while len(files) < 2:
            self.assertLess(time.monotonic(), deadline, "it was never replaced")
            files.add(os.stat(self.folder / "look.png").st_ino)
            self.assertEqual(self.picture_size("look.png"), (48, 32), "the size of the scale in work")
            time.sleep(0.001)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=60), 130)
        self.assertEqual(self.picture_size("look.png"), (48, 32))


if __name__ == "__main__":
    unittest.main()
