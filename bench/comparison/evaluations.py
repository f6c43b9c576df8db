"""Seconds per evaluation, start-up and memory, at one size."""

import itertools
import statistics
import sys
from dataclasses import dataclass, field
from pathlib import Path

from .errors import ComparisonError
from .process import Run, run
from .tools import Task, Tool

# The first evaluations fill caches and pools, and L-BFGS has no history yet.
WARM_UP = 2


@dataclass
class Speed:
    """What the runs of one tool gave, a number per run."""

    tool: str
    seconds_per_evaluation: list[float] = field(default_factory=list)
    startup_seconds: list[float] = field(default_factory=list)
    peak_bytes: list[int] = field(default_factory=list)

    @property
    def median(self) -> float:
        """Seconds per evaluation."""
        return statistics.median(self.seconds_per_evaluation)

    def add(self, done: Run) -> None:
        """Takes a run's median evaluation, and what came before its first one."""
        each = seconds_per_evaluation(done)
        self.seconds_per_evaluation.append(each)
        self.startup_seconds.append(max(0.0, done.marks[0].seconds - each))
        self.peak_bytes.append(done.peak_bytes)


def seconds_per_evaluation(done: Run) -> float:
    """The median time between the lines that tell of evaluations: network, losses, gradient and optimiser's step."""
    times = [mark.seconds for mark in done.marks[WARM_UP - 1:]]
    return statistics.median(later - earlier for earlier, later in itertools.pairwise(times))


def speed_output(tool: Tool) -> str:
    """The name of the picture that a run for the speed leaves."""
    return f"speed_{tool.stem}.png"


def run_checked(tool: Tool, command: list[str], evaluations: int, folder: Path) -> Run:
    """A run at one scale that did as many evaluations as it was asked for."""
    done = run(command, folder, tool.mark, tool.setting.threads)
    if not tool.check_count(done.output, len(done.marks), evaluations):
        raise ComparisonError(f"{tool.name} told of {len(done.marks)} evaluations where {evaluations} were asked for, "
                              "so its figures would mean something else; look at its output and at the tool's `mark`")
    return done


def measure_speed(tools: list[Tool], task: Task, evaluations: int, repeats: int, folder: Path) -> list[Speed]:
    """Runs the tools in turn, so that a slow minute of the machine hits each alike."""
    speeds = [Speed(tool.name) for tool in tools]
    for repeat in range(repeats):
        for tool, speed in zip(tools, speeds, strict=True):
            command = tool.command(task, evaluations, speed_output(tool))
            speed.add(run_checked(tool, command, evaluations, folder))
            print(f"{task.size} px, {tool.name}, run {repeat + 1} of {repeats}: "
                  f"{speed.seconds_per_evaluation[-1]:.3f} s per evaluation", file=sys.stderr)
    return speeds
