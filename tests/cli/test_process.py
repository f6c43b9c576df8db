"""The process: signals, closed descriptors, limits, and results that must not be lost at the end."""

import fcntl
import os
import resource
import signal
import subprocess
import time
import unittest

import support
from support import SHALLOWEST, default_signals
from test_runs import RunTest

ENDLESS = ["--iterations", "1000000", "--optimizer", "adam", "--tolerance-change", "0"]


class ProcessTest(RunTest):
    # The least of a network, and steps of a millisecond.
    LAYERS = SHALLOWEST
    COURSE = ["--size", "48", "--scales", "1", "--iterations", "2"]

    def job(self, *arguments, **files):
        return super().job(*self.COURSE, *arguments, **files)

    def batch(self, *arguments, content="photo.png"):
        return ["batch", "--content", content, "--style", "art.png", "-o", "out", "--weights", self.weights, *self.LAYERS,
                *self.COURSE, "--device", "cpu", "--threads", "1", "-q", *arguments]  # fmt: skip

    def run_with(self, arguments, prepare=None, **how):
        def before():
            default_signals()
            if prepare:
                prepare()

        return subprocess.run(
            self.command(*arguments), cwd=self.folder, env=self.environment(), capture_output=True, text=True,
            timeout=60, preexec_fn=before, **how,
        )  # fmt: skip

    def limited(self, limits, *arguments):
        return self.run_with(arguments, lambda: [resource.setrlimit(kind, (value, value)) for kind, value in limits.items()])

    def assert_failed(self, result, *words):
        self.assert_refused(result, 1, *words)


class Signals(ProcessTest):
    def under_way(self, *arguments, prepare=None, stderr=subprocess.PIPE):
        """A run that would take hours, once its first checkpoint is there."""

        def before():
            default_signals()
            if prepare:
                prepare()

        process = subprocess.Popen(
            self.command(*self.job(*ENDLESS, "--checkpoint", "run.ckpt", "--checkpoint-every", "1", *arguments)),
            cwd=self.folder, env=self.environment(), stdout=subprocess.PIPE, stderr=stderr, text=True, preexec_fn=before,
        )  # fmt: skip
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.addCleanup(process.stdout.close)
        if process.stderr:
            self.addCleanup(process.stderr.close)
        deadline = time.monotonic() + 60
        while not (self.folder / "run.ckpt").exists():
            self.assertIsNone(process.poll())
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        return process

    def test_whoever_asks_for_an_end_gets_the_best_picture(self):
        for number in (signal.SIGHUP, signal.SIGXCPU, signal.SIGUSR1, signal.SIGQUIT, signal.SIGALRM):
            with self.subTest(number=number):
                process = self.under_way("-q")
                # The others come from a shell and the system both, within a moment; Ctrl-\ twice ends at once.
                for _ in range(1 if number == signal.SIGQUIT else 3):
                    process.send_signal(number)
                _, stderr = process.communicate(timeout=60)
                self.assertEqual((process.returncode, stderr), (130, ""))
                self.assertEqual(self.picture_size(), (48, 32))
                (self.folder / "out.png").unlink()
                (self.folder / "run.ckpt").unlink()

    def test_what_nohup_ignores_stays_ignored(self):
        process = self.under_way("-q", prepare=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        process.send_signal(signal.SIGHUP)
        time.sleep(0.3)
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=60), 130)

    def test_a_reader_of_messages_that_goes_away_ends_nothing_and_ctrl_c_saves_all_the_same(self):
        read, write = os.pipe()
        process = self.under_way("-v", stderr=write)
        os.close(write)
        os.close(read)  # as of `2>&1 | tee run.log`, where Ctrl-C ends tee first
        time.sleep(0.2)
        self.assertIsNone(process.poll())
        (self.folder / "run.ckpt").unlink()
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=60), 130)
        self.assertEqual(self.picture_size(), (48, 32))
        self.assertTrue((self.folder / "run.ckpt").exists())

    def test_a_reader_that_has_read_enough_is_no_failure(self):
        for arguments in (["--help"], ["completion", "bash"], ["weights", "list"], self.job("-vv")):
            with self.subTest(arguments=arguments):
                read, write = os.pipe()
                os.close(read)
                result = subprocess.run(
                    self.command(*arguments), cwd=self.folder, env=self.environment(), stdout=write, stderr=write,
                    timeout=60, preexec_fn=default_signals,
                )  # fmt: skip
                os.close(write)
                self.assertEqual(result.returncode, 0)
        self.assertEqual(self.picture_size(), (48, 32))

    def test_nobody_who_reads_holds_up_the_end(self):
        read, write = os.pipe()
        fcntl.fcntl(write, 1031, 4096)  # F_SETPIPE_SZ: soon full, as of a pager that waits
        self.addCleanup(os.close, read)
        process = self.under_way("-q", stderr=write)
        os.set_blocking(write, False)
        try:
            while True:
                os.write(write, b"x" * 4096)
        except BlockingIOError:
            pass
        os.set_blocking(write, True)
        os.close(write)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=60), 130)
        self.assertEqual(self.picture_size(), (48, 32))


class ClosedDescriptors(ProcessTest):
    def test_messages_never_get_into_files(self):
        expected = self.styler(*self.job("-vv", "--checkpoint", "run.ckpt", "--checkpoint-every", "1", "--report", "r.json"))
        self.assertEqual(expected.returncode, 0, expected.stderr)
        picture = (self.folder / "out.png").read_bytes()
        for closed in ((2,), (1, 2), (0, 1, 2)):
            with self.subTest(closed=closed):
                for name in ("out.png", "run.ckpt", "r.json"):
                    (self.folder / name).unlink()
                files = ["--checkpoint", "run.ckpt", "--checkpoint-every", "1", "--report", "r.json", "--log-file", "run.log"]
                redirections = " ".join(f"{number}>&-" for number in closed)
                result = subprocess.run(
                    ["sh", "-c", f'exec "$@" {redirections}', "sh", *self.command(*self.job("-vv", *files))],
                    cwd=self.folder, env=self.environment(), timeout=60, preexec_fn=default_signals, capture_output=True,
                )  # fmt: skip
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertEqual((self.folder / "out.png").read_bytes(), picture)
                self.assertEqual(self.report("r.json")["exit_code"], 0)
                resumed = self.styler(*self.job("-q", "--resume", "run.ckpt", output="again.png"))
                self.assertEqual(resumed.returncode, 0, resumed.stderr)

    def test_an_answer_to_a_closed_standard_output_is_no_crash(self):
        result = subprocess.run(["sh", "-c", 'exec "$@" >&-', "sh", *self.command("--version")], timeout=60, capture_output=True)
        self.assertIn(result.returncode, (0, 1))


class Limits(ProcessTest):
    def test_a_file_that_may_not_grow_is_a_sentence_and_leaves_nothing(self):
        result = self.limited({resource.RLIMIT_FSIZE: 2000}, *self.job("-q"))
        self.assert_failed(result, "out.png cannot be written: File too large", "ulimit -f")
        self.assertEqual(set(os.listdir(self.folder)), {"photo.png", "art.png"})

    def test_a_log_that_can_not_grow_is_one_warning(self):
        (self.folder / "run.log").write_bytes(b"2026-01-01 00:00:00 ".ljust(8000, b"x"))
        result = self.limited({resource.RLIMIT_FSIZE: 8000}, *self.job("-vv", "--iterations", "20", "--log-file", "run.log"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stderr.count("run.log"), 1, result.stderr)
        self.assertIn("warning: the log file 'run.log' can't be written to", result.stderr)
        self.assertEqual(self.picture_size(), (48, 32))

    def test_memory_and_stack_that_are_too_small_are_a_sentence(self):
        megabyte = 1 << 20
        for kind, name, sizes in (
            (resource.RLIMIT_DATA, "-d", (100, 200, 320)),
            (resource.RLIMIT_AS, "-v", (300, 900)),
            (resource.RLIMIT_STACK, "-s", (0.25, 1)),
        ):
            for size in sizes:
                with self.subTest(limit=name, megabytes=size):
                    result = self.limited({kind: int(size * megabyte)}, *self.job("-q"))
                    self.assertIn(result.returncode, (0, 1), result.stderr)
                    if result.returncode == 1:
                        self.assert_failed(result)


class Threads(ProcessTest):
    """As another user, whom the limit of processes holds for: root it does not."""

    def setUp(self):
        super().setUp()
        if os.geteuid() == 0:
            self.prefix = self.not_root()
            self.folder.chmod(0o777)
        else:
            self.prefix = ()

    def as_many_as(self, processes, *arguments):
        """Fresh user ids have no other processes; our own may have many, so the limit is then below what there are."""
        prefix = [word.replace("65534", "65531") for word in self.prefix]
        limit = f"ulimit -u {processes}; exec \"$@\""
        return subprocess.run(
            [*prefix, "bash", "-c", limit, "bash", *self.command(*arguments)], cwd=self.folder, env=self.environment(),
            capture_output=True, text=True, timeout=60, preexec_fn=default_signals,
        )  # fmt: skip

    def test_threads_that_may_not_be_started_are_a_sentence(self):
        for processes in (1, 2, 4):
            with self.subTest(processes=processes):
                result = self.as_many_as(processes, *self.job("-q", "--threads", "4"))
                self.assert_failed(result, "--threads is 4", "use --threads 1", "ulimit -u")

    def test_one_thread_needs_no_other(self):
        result = self.as_many_as(1, *self.job("-q"))
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_without_a_wish_there_are_as_many_as_may_be(self):
        arguments = self.job()
        at = arguments.index("--threads")
        result = self.as_many_as(1, *arguments[:at], *arguments[at + 2 :])
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_a_batch_without_threads_to_read_and_write_is_a_sentence(self):
        for processes in (1, 2):  # none of them, and one
            with self.subTest(processes=processes):
                self.assert_failed(self.as_many_as(processes, *self.batch()), "threads", "ulimit -u")


if __name__ == "__main__":
    unittest.main()
