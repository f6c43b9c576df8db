"""What becomes of a run whose address space ends in its midst, as `ulimit -v` has it."""

import resource
import subprocess
import unittest

import support
from support import default_signals
from test_memory import memory_told
from test_runs import RunTest

SIZE = 400
ENDLESS = ["--iterations", "1000000", "--optimizer", "adam", "--tolerance-change", "0"]


class AddressSpace(RunTest):
    def setUp(self):
        super().setUp()
        (self.folder / "photo.png").write_bytes(support.photo(SIZE, SIZE))
        (self.folder / "out.png").write_bytes(b"old")

    def course(self, size, *arguments):
        return self.job("--precision", "fp32", "--scales", "1", "--iterations", "4", "--size", size, *arguments)

    def predicted(self, size):
        result = self.styler(*self.course(size, "--dry-run"))
        self.assertEqual(result.returncode, 0, result.stderr)
        return memory_told(result.stdout)

    def address_space(self):
        """What a run takes which is too small to count: the program itself, once its network is made. While that is
        made, its weights are there twice."""
        process = self.start(*self.course(32, *ENDLESS))
        for line in process.stderr:
            if "iteration 1/" in line:
                break
        with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
            size = next(line for line in status if line.startswith("VmSize"))
        process.kill()
        return int(size.split()[1]) * 1024

    def limited(self, limit, *arguments):
        def limit_and_signals():
            default_signals()
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

        return subprocess.run(
            self.command(*self.course(SIZE, *arguments)), cwd=self.folder, env=self.environment(),
            capture_output=True, text=True, timeout=60, preexec_fn=limit_and_signals,
        )  # fmt: skip

    def test_a_run_goes_on_in_tiles_or_ends_in_a_sentence(self):
        program = self.address_space()
        need = self.predicted(SIZE) - self.predicted(32)  # of the untiled plan
        with self.subTest("more than half of what is needed"):
            result = self.limited(int(program + 0.6 * need))
            self.assertEqual((result.returncode, result.stdout), (0, "out.png\n"), result.stderr)
            self.assertIn("warning: memory ran out; going on with tiles", result.stderr)
            self.assertEqual(self.picture_size(), (SIZE, SIZE))
        (self.folder / "out.png").write_bytes(b"old")
        with self.subTest("the same, but tiles are forbidden"):
            result = self.limited(int(program + 0.6 * need), "-q", "--tile", "off")
            self.assert_out_of_memory(result)
        # Next to nothing; less than the network takes; less than LibTorch does, in its constructors and before.
        for limit in (program, program - 20e6, 0.7 * program, 0.1 * program):
            with self.subTest(limit=limit):
                self.assert_out_of_memory(self.limited(int(limit), "-q"))

    def assert_out_of_memory(self, result):
        """One sentence behind the warnings, and what was there before still is."""
        self.assertEqual((result.returncode, result.stdout), (1, ""), result.stderr)
        *warnings, last = result.stderr.splitlines()
        self.assertTrue(all("warning: memory ran out" in line for line in warnings), result.stderr)
        self.assertTrue(last.startswith("styler: ") and "memory" in last, result.stderr)
        self.assertEqual((self.folder / "out.png").read_bytes(), b"old")
        self.assertFalse(list(self.folder.glob(".styler-*")))


if __name__ == "__main__":
    unittest.main()
