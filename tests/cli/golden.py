"""What tests of tests/data/golden share: what version 0.1.0 painted, stored and said."""

import json
import shutil

from support import CHECKOUT, CliTest

GOLDEN = CHECKOUT / "tests" / "data" / "golden"
MACHINE = ["--device", "cpu", "--threads", "1", "--weights", "weights.safetensors"]


# A default of then that is another one now.
THEN = ["--coarse-style", "1"]


def as_then(arguments):
    """The same for today's program: with the default of then, for photos that say nothing else."""
    is_of_photo = "--content" in arguments or "--pairs" in arguments
    return [*arguments, *THEN] if is_of_photo and THEN[0] not in arguments else list(arguments)


def golden(name):
    return json.loads((GOLDEN / name).read_text())


class GoldenTest(CliTest):
    """In the folder are the inputs that the old program had."""

    def setUp(self):
        super().setUp()
        shutil.copytree(GOLDEN / "inputs", self.folder, dirs_exist_ok=True)

    def assert_skipped(self, name, arguments):
        shutil.rmtree(self.folder / "out", ignore_errors=True)
        shutil.copytree(GOLDEN / "batches" / name, self.folder / "out")
        before = self.pictures()
        result = self.styler("batch", *MACHINE, *as_then(arguments), "-o", "out")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stderr, rf"(?m)^done +0\nskipped +{len(before)}\nfailed +0$")
        self.assertEqual(self.pictures(), before)

    def pictures(self):
        return {str(file): file.read_bytes() for file in (self.folder / "out").rglob("*") if file.is_file()}
