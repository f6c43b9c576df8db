#!/usr/bin/env python3
"""Measures styler on a GPU, part by part, for scripts/gpu_check.sh: losses, speed, neural-style, the largest picture.

Each part has a limit of its own and writes its section of the table when it is done; a part that fails says so there.
Ends with 1 when the GPU's losses are not the processor's.
"""

import argparse
import importlib.util
import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from comparison.tools import CONTENT_WEIGHT, STYLE_WEIGHT, TV_WEIGHT, WEIGHTS, NeuralStyle, Setting, Task

ROOT = Path(__file__).resolve().parent.parent
IN_VENV = ROOT / "bench" / "comparison" / "in_venv"
NEURAL_STYLE_OBJECTIVE = ["--preset=neural-style", f"--content-weight={CONTENT_WEIGHT}",
                          f"--style-weight={STYLE_WEIGHT}", f"--tv-weight={TV_WEIGHT}"]
# How styler may compute, by the name that the table has for it.
WAYS = {
    "fp32, all digits": ["--precision=fp32", "--tf32=0"],
    "fp32": ["--precision=fp32"],
    "fp32, kernels searched": ["--precision=fp32", "--search-kernels=1"],
    "bf16": ["--precision=bf16"],
    "bf16, kernels searched": ["--precision=bf16", "--search-kernels=1"],
}
# By how much a loss may differ from the processor's in float32: at the start, and after the steps, which add up.
TOLERANCES = {"fp32, all digits": (1e-4, 0.01), "fp32": (0.01, 0.05), "bf16": (0.05, 0.1)}


@dataclass(frozen=True)
class Entry:
    """One size of the comparison with neural-style."""

    size: int  # the long edge
    bar_evaluations: int  # neural-style's
    iterations: list[int]  # styler's at each scale, in runs of their own


@dataclass(frozen=True)
class Extent:
    """How much is measured, and on what."""

    device: str
    loss_size: int
    race: list[Entry]
    speed_evaluations: int
    largest: list[int]

    @property
    def sizes(self) -> list[int]:
        """Long edges in pixels."""
        return [entry.size for entry in self.race]


FULL = Extent("cuda", 384, [Entry(512, 300, [48, 84]), Entry(1024, 300, [84]), Entry(2048, 100, [32])], 30,
              [4096, 8192, 12288, 16384, 24576, 32768])
TRIAL = Extent("cpu", 48, [Entry(48, 12, [4]), Entry(64, 12, [4])], 5, [96, 128])

Row = list[str]


class PartError(Exception):
    """Why a part has no more to tell."""


class Check:
    """Programs, folders and limits of one run."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.out: Path = arguments.out.resolve()
        self.paint = next(iter(arguments.build.resolve().rglob("styler_paint")), None)
        self.bench = next(iter(arguments.build.resolve().rglob("styler_bench")), None)
        self.extent = TRIAL if arguments.trial else FULL
        self.end = time.monotonic() + arguments.seconds
        self.part_end = self.end
        weights = Path(os.environ.get("STYLER_WEIGHTS") or ROOT / "models" / "vgg19.safetensors")
        self.weights = weights.resolve() if weights.is_file() else None
        self.figures: dict[str, Any] = {}

    def run(self, command: list[str], seconds: float = 1e9) -> str:
        """What the command prints; within the part's limit."""
        left = min(self.part_end - time.monotonic(), seconds)
        if left <= 1:
            raise PartError("no time was left")
        try:
            done = subprocess.run(command, cwd=self.out, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True, errors="replace", timeout=left, check=False)
        except subprocess.TimeoutExpired as error:
            raise PartError(f"{Path(command[0]).name} took more than {left:.0f} s") from error
        if done.returncode != 0:
            raise PartError(f"{Path(command[0]).name} ended with {done.returncode}: "
                            + " ".join(done.stderr.strip().splitlines()[-3:])[:600])
        return done.stdout

    def painted(self, *options: str, seconds: float = 1e9) -> dict[str, Any]:
        """One run of styler_paint, on the GPU unless the options say otherwise."""
        if self.paint is None:
            raise PartError("styler_paint was not built")
        device = [] if any(option.startswith("--device") for option in options) else [f"--device={self.extent.device}"]
        result: dict[str, Any] = json.loads(self.run([str(self.paint), *device, *options], seconds))
        self.figures.setdefault("runs", []).append({"options": options, **result})
        return result

    def pictures(self, size: int) -> Task:
        """The two of examples/ at their final size, as PNG for neural-style and as PPM for styler_paint."""
        for role, source in (("content", "coffee.jpg"), ("style", "painting.jpg")):
            png = self.out / f"{role}_{size}.png"
            if not png.exists():
                self.run([sys.executable, str(IN_VENV / "resize.py"), str(ROOT / "examples" / source), str(size),
                          str(png)])
                self.run([sys.executable, "-c", "import sys; from PIL import Image; "
                          "Image.open(sys.argv[1]).save(sys.argv[2])", str(png), str(png.with_suffix(".ppm"))])
        with (self.out / f"content_{size}.ppm").open("rb") as file:
            width, height = map(int, file.read(40).split(maxsplit=3)[1:3])
        return Task(f"content_{size}.png", f"style_{size}.png", width, height, "content")


def losses(check: Check) -> Iterator[Row]:
    """The same run on the processor and on the GPU: how far apart the losses are."""
    yield ["on the GPU", "first loss off by", "largest difference in 20 evaluations", "ms per evaluation"]
    agree, check.figures["losses_agree"] = True, False  # until all of them are there
    for preset in ("styler", "neural-style"):
        common = [f"--preset={preset}", f"--size={check.extent.loss_size}", "--scales=1", "--iterations=20"]
        processor = check.painted("--device=cpu", "--precision=fp32", *common)
        for way, (at_first, later) in TOLERANCES.items():
            gpu = check.painted(*WAYS[way], *common)
            apart = [abs(a / b - 1) for a, b in zip(gpu["losses"], processor["losses"], strict=True)]
            right = apart[0] <= at_first and max(apart) <= later
            agree = agree and right
            yield [f"{preset}, {way}", f"{apart[0]:.2e}", f"{max(apart):.2e}{'' if right else ' (too far)'}",
                   f"{1000 * gpu['seconds_per_evaluation']:.2f} ({1000 * processor['seconds_per_evaluation']:.0f})"]
    check.figures["losses_agree"] = agree


def speed(check: Check) -> Iterator[Row]:
    """Milliseconds per evaluation, optimiser's step included, and memory."""
    yield ["styler", *(f"{size} px" for size in check.extent.sizes), "memory at the largest: taken, predicted"]
    for way, options in WAYS.items():
        runs = [check.painted(*options, f"--size={size}", "--scales=1",
                              f"--iterations={check.extent.speed_evaluations}") for size in check.extent.sizes]
        yield [way, *(f"{1000 * run['seconds_per_evaluation']:.2f}" for run in runs),
               f"{runs[-1]['peak_bytes'] / 2**30:.2f}, {runs[-1]['predicted_bytes'] / 2**30:.2f} GiB"]


def style_losses(check: Check) -> Iterator[Row]:
    """The other style losses."""
    size = check.extent.sizes[0]
    yield ["style loss", f"ms per evaluation at {size} px, bf16"]
    for loss in ("gram", "gram-mean", "wasserstein", "histogram", "sliced"):
        run = check.painted(f"--style-loss={loss}", "--precision=bf16", f"--size={size}", "--scales=1",
                            "--iterations=8")
        yield [loss, f"{1000 * run['seconds_per_evaluation']:.1f}"]


def micro(check: Check) -> Iterator[Row]:
    """styler_bench's evaluations: without the optimiser."""
    if check.bench is None:
        raise PartError("styler_bench was not built")
    yield ["benchmark", "ms"]
    for name in [f"evaluation/{precision}/gpu/{size}" for precision in ("fp32", "bf16") for size in check.extent.sizes]:
        text = check.run([str(check.bench), f"--benchmark_filter=^{name}/", "--benchmark_format=json",
                          "--benchmark_min_time=0.3"])
        if "{" not in text:
            raise PartError(f"styler_bench has no {name} here")
        for entry in json.loads(text[text.index("{"):])["benchmarks"]:
            yield [name, f"{entry['real_time']:.2f}"]


def layouts(check: Check) -> Iterator[Row]:
    """What memory layout and CUDA graphs are worth to the bare network, as PyTorch has them."""
    script = str(ROOT / "bench" / "gpu_layouts.py")
    for line in check.run([sys.executable, script, *map(str, check.extent.sizes)]).splitlines():
        yield line.split("\t")


def neural_style(check: Check, task: Task, evaluations: int) -> tuple[float, float, str]:
    """Seconds per evaluation, and from its start to the saved picture, with its name."""
    picture = f"neural_style_{task.size}.png"
    tool = NeuralStyle(Setting(check.extent.device, os.cpu_count() or 1, sys.executable, "", "", 1.0))
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    left = check.part_end - time.monotonic()
    times, last, start = [], [], time.monotonic()
    command = ["timeout", f"{max(1.0, left):.0f}", *tool.command(task, evaluations, picture)]
    with subprocess.Popen(command, cwd=check.out, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace") as process:
        assert process.stdout is not None
        for line in process.stdout:
            last = [*last[-4:], line.strip()]
            if tool.mark.search(line):
                times.append(time.monotonic() - start)
    if process.returncode != 0 or len(times) != evaluations:
        raise PartError(f"neural-style ended with {process.returncode} after {len(times)} evaluations: {last}")
    each = [later - earlier for earlier, later in zip(times[2:-1], times[3:], strict=True)]
    return statistics.median(each), time.monotonic() - start, picture


def race(check: Check) -> Iterator[Row]:
    """Against PyPI's neural-style: one evaluation, and whole runs with the loss of the saved picture."""
    if importlib.util.find_spec("neural_style") is None:
        raise PartError("neural-style is not installed in this Python")
    if check.weights is None:
        raise PartError("there are no weights for it: set STYLER_WEIGHTS")
    if not (check.out / WEIGHTS).exists():
        check.run([sys.executable, str(IN_VENV / "convert_weights.py"), str(check.weights), str(check.out / WEIGHTS)])
    yield ["size", "who", "ms per evaluation", "seconds, start to picture", "without start-up", "loss of the picture"]
    for entry in check.extent.race:
        size, count = entry.size, entry.bar_evaluations
        task = check.pictures(size)
        each, seconds, picture = neural_style(check, task, count)
        rows = [[f"{size}", f"neural-style, {count} evaluations", f"{1000 * each:.2f}", f"{seconds:.1f}", ""]]
        pictures = [picture]
        for precision in ("fp32", "bf16"):
            for iterations in entry.iterations:
                pictures.append(f"styler_{size}_{precision}_{iterations}.ppm")
                start = time.monotonic()
                run = check.painted(f"--content=content_{size}.ppm", f"--style=style_{size}.ppm", f"--size={size}",
                                    f"--precision={precision}", f"--iterations={iterations}",
                                    f"--output={pictures[-1]}", *NEURAL_STYLE_OBJECTIVE)
                rows.append([f"{size}", f"styler, {precision}, {iterations} at each scale",
                             f"{1000 * run['seconds_per_evaluation']:.2f}", f"{time.monotonic() - start:.1f}",
                             f"{run['run_seconds']:.2f}"])
        judged = check.run([sys.executable, str(ROOT / "bench" / "judge.py"), "--weights", WEIGHTS, "--content",
                            task.content, "--style", task.style, *pictures])
        for row, line in zip(rows, judged.splitlines(), strict=True):
            yield [*row, f"{json.loads(line)['total']:.5g}"]


def largest(check: Check) -> Iterator[Row]:
    """Ever larger pictures, until one does not fit."""
    yield ["long edge at 4:3", "seconds per evaluation", "tiles", "history", "memory: taken, predicted"]
    for size in check.extent.largest:
        run = check.painted("--precision=bf16", f"--size={size}", "--scales=1", "--iterations=4")
        yield [f"{size} px ({run['width'] * run['height'] / 1e6:.0f} megapixels)",
               f"{run['seconds_per_evaluation']:.2f}", run["tiles"], run["history"],
               f"{run['peak_bytes'] / 2**30:.1f}, {run['predicted_bytes'] / 2**30:.1f} GiB"]


# In the order of their worth, with seconds.
PARTS: list[tuple[Callable[[Check], Iterator[Row]], int]] = [
    (losses, 60), (speed, 80), (race, 150), (layouts, 45), (style_losses, 45), (micro, 40), (largest, 90)]


def as_lines(row: Row, is_first: bool) -> str:
    """A row of a Markdown table, with the rule below the first."""
    line = f"| {' | '.join(row)} |\n"
    return line + ("|" + "---|" * len(row) + "\n" if is_first else "")


def main() -> int:
    parser = argparse.ArgumentParser(description="Measures styler on a GPU, for scripts/gpu_check.sh.")
    parser.add_argument("--build", type=Path, required=True, help="the build folder")
    parser.add_argument("--out", type=Path, required=True, help="for pictures and figures")
    parser.add_argument("--table", type=Path, required=True, help="to which the sections are added")
    parser.add_argument("--seconds", type=float, default=300, help="for all parts together")
    parser.add_argument("--trial", action="store_true",
                        help="try the check itself where there is no GPU: small pictures on the processor")
    parser.add_argument("--parts", default="", metavar="NAME,...", help="those alone")
    arguments = parser.parse_args()
    check = Check(arguments)
    wanted = [name for name in arguments.parts.split(",") if name]
    for part, seconds in PARTS:
        if wanted and part.__name__ not in wanted:
            continue
        began = time.monotonic()
        check.part_end = min(check.end, began + seconds)
        print(f"== {part.__name__} (at most {check.part_end - began:.0f} s)", file=sys.stderr, flush=True)
        with arguments.table.open("a", encoding="utf-8") as table:
            table.write(f"\n## {re.sub('_', ' ', part.__name__)}\n\n{part.__doc__}\n\n")
            try:
                for index, row in enumerate(part(check)):
                    table.write(as_lines(row, index == 0))
                    table.flush()
            except (PartError, ValueError, OSError) as error:
                table.write(f"\nEnded early: {error}\n")
            table.write(f"\nTook {time.monotonic() - began:.0f} s.\n")
        (check.out / "figures.json").write_text(json.dumps(check.figures, indent=1), encoding="utf-8")
    return 0 if check.figures.get("losses_agree", bool(wanted)) else 1


if __name__ == "__main__":
    sys.exit(main())
