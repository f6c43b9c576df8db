"""The memory that --dry-run predicts, held against what runs with the real VGG19 take."""

import json
import re
import signal
import unittest

from support import CHECKOUT, WEIGHTS, RealWeightsTest, png

UNITS = {"MiB": 1 << 20, "GiB": 1 << 30}
TOLERANCE = 0.15

# --precision is left to the machine, where nothing is said: bf16 is emulated where the processor lacks it.
GRID = [
    ["--size", "256"],
    ["--size", "383", "--optimizer", "adam", "--preset", "gatys", "--precision", "fp32"],
    ["--size", "448", "--history-size", "5", "--precision", "fp32", "--pooling", "average"],
    ["--size", "512", "--preset", "neural-style", "--init", "noise"],
    ["--size", "512", "--history-precision", "bf16", "--style-layers", "relu1_1,relu3_1"],
    ["--size", "640", "--tile", "256"],
    ["--size", "512", "--content-regions", "map.png", "--style-regions", "#ff0000"],
    ["--size", "448", "--content", "see_through.png", "--precision", "fp32"],
    ["--size", "384", "--style-loss", "histogram", "--content-regions", "map.png", "--style-regions", "#ff0000"],
]
LIMITED = ["--size", "768"]


def memory_told(text):
    """The bytes that a dry run tells of."""
    amount, unit = re.search(r"^memory: ([\d.]+) (\w+) at most", text, re.MULTILINE).groups()
    return float(amount) * UNITS[unit]


class PredictedMemory(RealWeightsTest):
    def setUp(self):
        super().setUp()
        (self.folder / "map.png").write_bytes(png(60, 40, lambda x, y: (255, 0, 0) if x < 30 else (0, 0, 255)))
        see_through = png(480, 320, lambda x, y: (x % 256, y % 256, 90, 255 if x > y else 60))
        (self.folder / "see_through.png").write_bytes(see_through)

    def arguments(self, *settings):
        pictures = CHECKOUT / "examples"
        photo = [] if "--content" in settings else ["--content", pictures / "coffee.jpg"]
        return [*photo, "--style", pictures / "painting.jpg", "--weights", WEIGHTS,
                "--device", "cpu", "--threads", "2", "--scales", "1", *settings]  # fmt: skip

    def predicted(self, settings):
        result = self.styler(*self.arguments(*settings), "--dry-run")
        self.assertEqual(result.returncode, 0, result.stderr)
        return memory_told(result.stdout)

    def measured(self, settings):
        """The peak of a run that is stopped after its third evaluation, when everything has been there once."""
        process = self.start(*self.arguments(*settings), "-o", "out.png", "--report", "run.json", "-vv")
        lines = []
        for line in process.stderr:
            lines.append(line)
            if "iteration 3:" in line:
                process.send_signal(signal.SIGINT)
                break
        _, rest = process.communicate(timeout=300)
        self.assertEqual(process.returncode, 130, "".join(lines) + rest)
        return json.loads((self.folder / "run.json").read_text())["peak_memory_bytes"]

    def compare(self, settings):
        """The prediction, which must be near what is measured."""
        predicted, measured = self.predicted(settings), self.measured(settings)
        print(f"{' '.join(settings)}: {predicted / 2**20:.0f} MiB predicted, {measured / 2**20:.0f} measured, "
              f"{100 * (predicted / measured - 1):+.1f} %", flush=True)  # fmt: skip
        self.assertLess(abs(predicted / measured - 1), TOLERANCE)
        return predicted

    def test_the_prediction_is_what_runs_take(self):
        for settings in GRID:
            with self.subTest(settings=" ".join(settings)):
                self.compare(settings)

    def test_a_limit_is_kept_to(self):
        limit = int(0.8 * self.predicted(LIMITED))
        self.assertLessEqual(self.compare([*LIMITED, "--memory-limit", str(limit)]), limit + 0.01 * UNITS["GiB"])  # as rounded


if __name__ == "__main__":
    unittest.main()
