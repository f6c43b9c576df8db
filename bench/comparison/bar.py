"""The bar: the picture that neural-style saves, and whether an earlier one may serve."""

import hashlib
import json
import shutil
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from .evaluations import run_checked, seconds_per_evaluation
from .tools import NeuralStyle, Task


@dataclass(frozen=True)
class Bar:
    """What neural-style's one long run gave."""

    picture: str
    evaluations: int
    reused: bool
    seconds: float | None  # whole run; None when the picture came without a record
    seconds_per_evaluation: float | None
    peak_bytes: int | None
    last_loss: float | None


def set_bar(tool: NeuralStyle, task: Task, evaluations: int, folder: Path, kept: Path | None) -> Bar:
    """Runs neural-style, or takes its picture of the same task from the folder `kept`, where new ones are put too.

    A picture there without a record beside it is taken at its word: only its name tells what it is of.
    """
    name = f"neural-style_{evaluations}_{task.start}_{task.size}.png"
    fingerprint = _fingerprint(task, folder)
    if kept and (kept / name).exists():
        if bar := _kept_bar(kept / name, evaluations, fingerprint):
            shutil.copyfile(kept / name, folder / name)
            return bar
        print(f"{name} was made from other pictures, so neural-style runs again", file=sys.stderr)
    done = run_checked(tool, tool.command(task, evaluations, name), evaluations, folder)
    each, last_loss = seconds_per_evaluation(done), done.marks[-1].loss
    bar = Bar(name, evaluations, False, done.seconds, each, done.peak_bytes, last_loss)
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / name, kept / name)
        _record(kept / name).write_text(json.dumps({"fingerprint": fingerprint, **asdict(bar)}, indent=2) + "\n")
    return bar


def _kept_bar(picture: Path, evaluations: int, fingerprint: str) -> Bar | None:
    if not _record(picture).exists():
        return Bar(picture.name, evaluations, True, None, None, None, None)
    record = json.loads(_record(picture).read_text())
    if record.pop("fingerprint") != fingerprint:
        return None
    return Bar(**record | {"reused": True})


def _record(picture: Path) -> Path:
    return picture.with_suffix(".json")


def _fingerprint(task: Task, folder: Path) -> str:
    """Of the pictures that went in. The weights are one published file, and the objective is fixed."""
    digest = hashlib.sha256()
    for name in (task.content, task.style):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()
