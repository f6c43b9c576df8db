"""What version 0.1.0 painted, stored and said still holds. The fixtures are made by tests/data/golden/make.py."""

import hashlib
import json
import shutil
import unittest

from golden import GOLDEN, GoldenTest, as_then, golden
from support import outline
from test_runs import RunTest


class NetworkTest(GoldenTest, RunTest):
    """With the network of random numbers that the old program had."""

    def setUp(self):
        super().setUp()
        (self.folder / "weights.safetensors").symlink_to(self.weights)


class Batches(NetworkTest):
    def test_what_was_painted_then_is_skipped(self):
        for name, arguments in golden("batches.json").items():
            if name == "real":
                continue
            with self.subTest(name):
                self.assert_skipped(name, arguments)

    def test_what_was_painted_with_other_options_is_not(self):
        """Or the test above would see nothing."""
        changes = {"plain": ["--seed", "1"], "reflect": ["--padding", "zero"], "jpg": ["--quality", "79"]}
        for name, others in changes.items():
            with self.subTest(name), self.assertRaisesRegex(AssertionError, "done +[1-9]"):
                self.assert_skipped(name, [*golden("batches.json")[name], *others])


class Checkpoints(NetworkTest):
    def test_a_run_of_then_goes_on(self):
        digest = hashlib.sha256(self.weights.read_bytes()).hexdigest()
        self.assertEqual(digest, golden("checkpoints.json")["weights_sha256"], "the random network isn't the same here")
        for name, case in golden("checkpoints.json")["cases"].items():
            with self.subTest(name):
                kept = (GOLDEN / "checkpoints" / f"{name}.ckpt").read_bytes()
                (self.folder / "run.ckpt").write_bytes(kept)
                # The interval counts for nothing but further checkpoints, for which there is no name.
                every = case["arguments"].index("--checkpoint-every")
                arguments = case["arguments"][:every] + case["arguments"][every + 2 :]
                result = self.styler(*as_then(arguments), "--resume", "run.ckpt")
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertEqual((self.folder / "run.ckpt").read_bytes(), kept)
                self.assert_goes_on(case["losses"], case["stopped_at"])

    def assert_goes_on(self, then, stopped_at):
        """Its past is the same number by number, its end as near as another machine's last bits let it be."""
        now = [scale["losses"]["total"] for scale in json.loads((self.folder / "run.json").read_text())["scales"]]
        self.assertEqual([len(losses) for losses in now], [len(losses) for losses in then])
        now, then = sum(now, []), sum(then, [])
        self.assertEqual(now[:stopped_at], then[:stopped_at])
        self.assertGreater(len(now), stopped_at)
        for loss, expected in zip(now[stopped_at:], then[stopped_at:]):
            self.assertAlmostEqual(loss, expected, delta=0.01 * expected)


class Shown(GoldenTest):
    def test_old_pictures_tell_what_they_told(self):
        for name, case in golden("shown.json").items():
            with self.subTest(name):
                picture = self.folder / case["shown_as"]
                picture.parent.mkdir(exist_ok=True)
                shutil.copy(GOLDEN / "shown" / case["picture"], picture)
                for suffix, flags in (("txt", []), ("json", ["--json"])):
                    result = self.styler("show", case["shown_as"], *flags)
                    self.assertEqual(result.stdout + result.stderr, (GOLDEN / "shown" / f"{name}.{suffix}").read_text())
                    self.assertEqual(result.returncode, case["exit_code"])


class Reports(NetworkTest):
    def assert_same(self, now, then):
        """In the same order, too: it is hashed, and read by people."""
        self.assertEqual(json.dumps(now, indent=1), json.dumps(then, indent=1))

    def assert_same_keys(self, now, then):
        self.assert_same(outline(now), then)

    def test_keys_and_options_of_a_run(self):
        for name, case in golden("reports.json").items():
            if name == "batch":
                continue
            with self.subTest(name):
                if "--resume" in case["arguments"]:
                    shutil.copy(GOLDEN / "checkpoints" / "noise.ckpt", self.folder / "run.ckpt")
                result = self.styler(*as_then(case["arguments"]))
                self.assertEqual(result.returncode, 0, result.stderr)
                report = json.loads((self.folder / "run.json").read_text())
                self.assert_same(report.pop("options"), case["options"])
                report["versions"]["cuda"] = None  # as the build has it
                self.assert_same_keys(report, case["outline"])

    def test_keys_of_a_batch(self):
        case = golden("reports.json")["batch"]
        (self.folder / "photos/broken.png").write_bytes(b"no picture")
        cut = (self.folder / "photos/c.png").read_bytes()[:-30]
        (self.folder / "photos/c.png").write_bytes(cut)
        for _ in range(2):  # what is done is skipped
            self.assertEqual(self.styler(*as_then(case["arguments"])).returncode, 1)
        lines = [json.loads(line) for line in (self.folder / "jobs.jsonl").read_text().splitlines()]
        self.assertEqual({line["status"] + " " + line["content"] for line in lines}, set(case["lines"]))
        for line in lines:
            self.assert_same_keys(line, case["lines"][line["status"] + " " + line["content"]])


class CommandLines(NetworkTest):
    def test_refusals(self):
        for case in golden("refusals.json"):
            with self.subTest(arguments=case["arguments"]):
                result = self.styler(*case["arguments"])
                self.assertEqual((result.returncode, result.stderr), (case["exit_code"], case["stderr"]))
                self.assertEqual(result.stdout, "")

    def test_every_command_has_help(self):
        weights = (["weights", command] for command in ("install", "import", "verify", "list"))
        for command in ([], ["batch"], ["sweep"], ["show"], ["weights"], *weights):
            for flag in ("-h", "--help"):
                with self.subTest(command=command, flag=flag):
                    result = self.styler(*command, flag)
                    self.assertEqual((result.returncode, result.stderr), (0, ""))
                    self.assertIn("Usage", result.stdout)


del GoldenTest, NetworkTest, RunTest  # unittest would run the base classes' tests again

if __name__ == "__main__":
    unittest.main()
