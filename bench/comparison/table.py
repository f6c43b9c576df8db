"""Results as Markdown for people and as JSON for programs."""

import json
import statistics
from dataclasses import asdict, dataclass
from pathlib import Path

from .bar import Bar
from .evaluations import Speed
from .race import Entrant
from .tools import Task

NONE = "–"
Row = list[str]


@dataclass(frozen=True)
class SpeedResult:
    """All tools at one size."""

    task: Task
    evaluations: int
    speeds: list[Speed]


@dataclass(frozen=True)
class RaceResult:
    """All tools at one size from one start. `base_seconds` is what ratios are against."""

    task: Task
    bar: Bar
    bar_seconds_per_evaluation: float  # neural-style's median in this run of the comparison
    entrants: list[Entrant]

    @property
    def base_seconds(self) -> float:
        """Neural-style's measured time if it ran now; else its evaluations times what one takes now."""
        measured = self.entrants[0].median
        if measured is not None and not self.bar.reused:
            return measured
        return self.bar.evaluations * self.bar_seconds_per_evaluation


@dataclass(frozen=True)
class Report:
    """Everything that is written."""

    date: str
    command: str
    machine: dict[str, object]
    versions: dict[str, str]
    settings: dict[str, object]
    speeds: list[SpeedResult]
    races: list[RaceResult]


def as_json(report: Report) -> str:
    """All samples."""
    return json.dumps(asdict(report), indent=2, ensure_ascii=False) + "\n"


def as_markdown(report: Report) -> str:
    """Medians and ratios; bench/README.md says how to read them."""
    machine, settings = report.machine, report.settings
    lines = [
        f"# Comparison of {report.date}",
        "",
        f"- Machine: {machine['cpu']} (family/model {machine['family_model']}; {machine['flags']}), "
        f"{machine['cores']} cores, {machine['memory_gb']} GB; load {machine['load_at_start']} at the start",
        f"- Versions: {', '.join(f'{name} {version}' for name, version in report.versions.items())}",
        f"- Pictures: {settings['content']} × {settings['style']}; {settings['threads']} threads, "
        f"{settings['device']}, {settings['repeats']} repeats in turn; styler computes in {settings['precisions']}",
        f"- Command: `{report.command}`",
        "",
        "Ratios say how many times less than neural-style in the same run. How all this is measured: "
        "[bench/README.md](../README.md).",
    ]
    for speed in report.speeds:
        lines += ["", f"## One evaluation, {speed.task.width}×{speed.task.height} px", "", *_speed_table(speed)]
    for race in report.races:
        coarse = f", styler with `--coarse-style {settings['coarse_style']:g}`" if race.task.start == "noise" else ""
        lines += ["", f"## A picture as good as neural-style's after {race.bar.evaluations} evaluations, "
                  f"{race.task.width}×{race.task.height} px, {race.task.start} start{coarse}", "",
                  *_race_table(race)]
    return "\n".join(lines) + "\n"


def _speed_table(result: SpeedResult) -> list[str]:
    base = result.speeds[0]
    rows = []
    for speed in result.speeds:
        samples = speed.seconds_per_evaluation
        rows.append([
            speed.tool,
            f"{speed.median:.3f} s",
            f"{base.median / speed.median:.2f}",
            f"{min(samples):.3f}–{max(samples):.3f}",
            f"{statistics.median(speed.startup_seconds):.2f} s",
            _megabytes(speed.peak_bytes),
        ])
    memory = f"peak memory, {result.evaluations} evaluations"
    head = ["", "per evaluation", "ratio", "runs' medians", "start-up", memory]
    return _table(head, rows)


def _race_table(result: RaceResult) -> list[str]:
    base = result.base_seconds
    base_memory = result.entrants[0].peak_bytes
    rows = []
    for entrant in result.entrants:
        reached, seconds = entrant.effort is not None, entrant.median
        memory = _megabytes(entrant.peak_bytes)
        if entrant.peak_bytes and base_memory:
            memory += f" ({statistics.median(base_memory) / statistics.median(entrant.peak_bytes):.2f})"
        rows.append([
            entrant.tool,
            str(entrant.effort) if reached else "not reached",
            f"{seconds:.1f} s" if seconds else NONE,
            "1.00" if entrant.tool == "neural-style" else f"{base / seconds:.2f}" if seconds else NONE,
            f"{entrant.judged_loss:.4g}",
            f"{entrant.own_loss:.4g}" if entrant.own_loss else NONE,
            f"{entrant.judged_loss / entrant.own_loss:.4f}" if entrant.own_loss else NONE,
            memory,
        ])
    head = ["", "evaluations; styler: iterations per scale", "seconds, start to file", "ratio",
            "judged loss of the file", "own last loss", "file/own", "peak memory (ratio)"]
    return [*_table(head, rows), "", _race_note(result)]


def _race_note(result: RaceResult) -> str:
    bar, each = result.bar, result.bar_seconds_per_evaluation
    product = f"{bar.evaluations} × its median evaluation of this run ({each:.3f} s): {bar.evaluations * each:.1f} s."
    if not bar.reused:
        return f"neural-style's picture was made in this run; its measured seconds are the ratios' base. {product}"
    return ("neural-style's picture is **reused from an earlier run**, and so are its seconds and memory where they "
            f"are given. The ratios' base is {product}")


def _megabytes(peaks: list[int]) -> str:
    return f"{statistics.median(peaks) / 1e6:.0f} MB" if peaks else NONE


def _table(head: Row, rows: list[Row]) -> list[str]:
    rule = ["---"] + ["---:"] * (len(head) - 1)
    return ["| " + " | ".join(cells) + " |" for cells in (head, rule, *rows)]


def unused_name(folder: Path, stem: str) -> Path:
    """`stem.md` in the folder, or `stem-2.md` and so on: no earlier result is overwritten."""
    folder.mkdir(parents=True, exist_ok=True)
    count, file = 1, folder / f"{stem}.md"
    while file.exists():
        count += 1
        file = folder / f"{stem}-{count}.md"
    return file


def write(report: Report, file: Path) -> None:
    """As Markdown into `file`, and as JSON beside it."""
    file.with_suffix(".json").write_text(as_json(report), encoding="utf-8")
    file.write_text(as_markdown(report), encoding="utf-8")
