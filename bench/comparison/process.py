"""Runs a program and measures it from outside: seconds, peak memory, and when it said what."""

import os
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from .errors import ComparisonError


@dataclass(frozen=True)
class Mark:
    """A line by which a program told that an evaluation was done."""

    seconds: float  # since the program was started
    loss: float


@dataclass(frozen=True)
class Run:
    """One run of a program, from its start to its exit."""

    seconds: float
    peak_bytes: int
    marks: list[Mark]
    output: str


def run(command: list[str], folder: Path, mark: re.Pattern[str], threads: int) -> Run:
    """Runs `command` in `folder`; `mark` matches the line of an evaluation, its group 1 the loss.

    Lines get their time as they arrive, so every program must flush them: Python is told to, styler does.
    Memory is the largest resident set that the kernel saw (ru_maxrss), libraries and all.
    """
    environment = os.environ | {
        "OMP_NUM_THREADS": str(threads),
        "MKL_NUM_THREADS": str(threads),
        "PYTHONUNBUFFERED": "1",
    }
    marks: list[Mark] = []
    lines: list[str] = []
    start = time.monotonic()
    with subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace") as process:
        assert process.stdout is not None
        for line in process.stdout:
            if found := mark.search(line):
                marks.append(Mark(time.monotonic() - start, float(found[1])))
            lines.append(line)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    output = "".join(lines)
    if process.returncode != 0:
        raise ComparisonError(f"{Path(command[0]).name} ended with {process.returncode}; its last words:\n"
                              + "".join(lines[-15:]) + f"The command was: {' '.join(command)}")
    return Run(seconds, usage.ru_maxrss * 1024, marks, output)
