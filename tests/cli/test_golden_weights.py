"""As test_golden, with the real VGG19."""

import unittest

from golden import GoldenTest, golden
from support import WEIGHTS, RealWeightsTest


class Batch(GoldenTest, RealWeightsTest):
    def test_what_was_painted_then_is_skipped(self):
        (self.folder / "weights.safetensors").symlink_to(WEIGHTS)
        self.assert_skipped("real", golden("batches.json")["real"])


del GoldenTest, RealWeightsTest  # unittest would run the base classes' tests again

if __name__ == "__main__":
    unittest.main()
