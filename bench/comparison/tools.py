"""The tools' command lines for one objective, and how each tells that an evaluation is done.

Files are named relative to the comparison's own folder, in which every tool runs: neural-style reads the architecture
out of its weights' path and splits names at commas, so the user's folders had better not be in them.
"""

import json
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WEIGHTS = "vgg19-caffe.pth"
PASTICHE = Path(__file__).resolve().parent / "in_venv" / "pastiche_with_floats.py"

CONTENT_WEIGHT, STYLE_WEIGHT, TV_WEIGHT = 5, 1000, 1e-3
STYLE_CHANNELS = [64, 128, 256, 512, 512]  # of relu1_1 … relu5_1
SEED = 1


@dataclass(frozen=True)
class Task:
    """A pair of pictures at their final size, and where to start."""

    content: str
    style: str
    width: int
    height: int
    start: str  # content or noise

    @property
    def size(self) -> int:
        """The long edge."""
        return max(self.width, self.height)


@dataclass(frozen=True)
class Setting:
    """What the tools share."""

    device: str  # cpu or cuda
    threads: int
    python: str  # the peers'
    styler: str
    styler_weights: str
    coarse_style: float  # styler's, from noise


class Tool(ABC):
    """A program under comparison."""

    name: str
    mark: re.Pattern[str]  # matches an evaluation's line; group 1 is the loss

    def __init__(self, setting: Setting) -> None:
        self.setting = setting

    @property
    def stem(self) -> str:
        """The name, fit for a file's."""
        return self.name.replace(" ", "_")

    @abstractmethod
    def command(self, task: Task, evaluations: int, output: str) -> list[str]:
        """Paints at the final size only."""

    @abstractmethod
    def check_count(self, output: str, marks: int, evaluations: int) -> bool:
        """Whether the run computed as many losses as it was asked to."""


class NeuralStyle(Tool):
    """PyPI's neural-style, as its users run it; its iteration is one evaluation."""

    name = "neural-style"
    mark = re.compile(r"^  Total loss: (\S+)")

    def command(self, task: Task, evaluations: int, output: str) -> list[str]:
        options = {
            "gpu": "c" if self.setting.device == "cpu" else "0",
            "backend": "nn" if self.setting.device == "cpu" else "cudnn",
            "model_file": WEIGHTS,
            "image_size": task.size,
            "content_image": task.content,
            "style_image": task.style,
            "content_weight": CONTENT_WEIGHT,
            "style_weight": STYLE_WEIGHT,
            "tv_weight": TV_WEIGHT,
            "init": "image" if task.start == "content" else "random",
            "seed": SEED,
            "num_iterations": evaluations,
            "print_iter": 1,
            "save_iter": 0,
            "output_image": output,
        }
        # -disable_check: the file has no classifier, which nobody uses.
        named = [text for name, value in options.items() for text in (f"-{name}", str(value))]
        return [self.setting.python, "-m", "neural_style.neural_style", "-disable_check", *named]

    def check_count(self, output: str, marks: int, evaluations: int) -> bool:
        return marks == evaluations


class Pastiche(Tool):
    """PyPI's pastiche. Its constants are re-scaled to neural-style's; a step is one evaluation, after a first loss.

    Its Gram matrices lack the division by C, hence 1/C² in the weights. Its total variation is half the weight times
    the *mean* differences along x and along y; their two counts differ by less than one per cent, and their average
    serves for both.
    """

    name = "pastiche"
    mark = re.compile(r"^[1-9]\d* +[\d.]+ +([\d.]+)$")  # step 0 is no evaluation

    def command(self, task: Task, evaluations: int, output: str, every: int = 0) -> list[str]:
        """With `every`, what each so many steps gave is saved too: see `snapshot`."""
        width, height = task.width, task.height
        differences = 3 * (height * (width - 1) + (height - 1) * width) / 2
        options: dict[str, object] = {
            "content": task.content,
            "styles": task.style,
            "output": output,
            "device": self.setting.device,
            "seed": SEED,
            "size": task.size,
            "style-size": task.size,
            "content-weight": CONTENT_WEIGHT,
            "content-layer-weights": 1,
            "style-weights": STYLE_WEIGHT,
            "tv-weight": 2 * TV_WEIGHT * differences,
            "num-steps": evaluations,
            "info-step": 1,
        }
        if every:
            options |= {"workspace": ".", "workspace-prefix": self._prefix(output), "workspace-step": every}
        named = [text for name, value in options.items() for text in (f"--{name}", str(value))]
        layers = ["--style-layer-weights", *(repr(1 / channels**2) for channels in STYLE_CHANNELS)]
        start = ["--random-init"] if task.start == "noise" else []
        return [self.setting.python, str(PASTICHE), WEIGHTS, *named, *layers, *start]

    def snapshot(self, output: str, step: int, evaluations: int) -> str:
        """The name of what step `step` of a run with `every` gave."""
        return f"{self._prefix(output)}{step:0{len(str(evaluations))}d}.png"

    @staticmethod
    def _prefix(output: str) -> str:
        return output.removesuffix(".png") + "_step_"

    def check_count(self, output: str, marks: int, evaluations: int) -> bool:
        return marks == evaluations and f"losses computed: {evaluations + 1}\n" in output


class Styler(Tool):
    """Ours, in one precision. An iteration is one evaluation; `-vv` tells of each."""

    mark = re.compile(r"iteration \d+: loss ([^\s,]+),")

    def __init__(self, setting: Setting, precision: str) -> None:
        super().__init__(setting)
        self.precision = precision
        self.name = f"styler {precision}"

    def command(self, task: Task, evaluations: int, output: str) -> list[str]:
        return [*self._common(task, evaluations, output), "--scales", "1"]

    def whole_run(self, task: Task, iterations: int, output: str) -> list[str]:
        """Coarse to fine, as users run it, with so many iterations per scale; the report lies beside the output."""
        coarse = ["--coarse-style", str(self.setting.coarse_style)] if task.start == "noise" else []
        return [*self._common(task, iterations, output), *coarse]

    def _common(self, task: Task, iterations: int, output: str) -> list[str]:
        options = {
            "content": task.content,
            "style": task.style,
            "output": output,
            "size": task.size,
            "preset": "neural-style",
            "content-weight": CONTENT_WEIGHT,
            "style-weight": STYLE_WEIGHT,
            "tv-weight": TV_WEIGHT,
            "init": task.start,
            "seed": SEED,
            "iterations": iterations,
            "device": self.setting.device,
            "precision": self.precision,
            "threads": self.setting.threads,
            "weights": self.setting.styler_weights,
            "report": self.report(output),
        }
        named = [text for name, value in options.items() for text in (f"--{name}", str(value))]
        return [self.setting.styler, *named, "-vv"]

    @staticmethod
    def report(output: str) -> str:
        """The name of the report that is written beside an output."""
        return output.removesuffix(".png") + ".json"

    def check_count(self, output: str, marks: int, evaluations: int) -> bool:
        return marks == evaluations


def final_loss_of_report(file: Path) -> float:
    """What the optimiser gave its last picture, before it was saved in 8 bits."""
    return float(_read_report(file)["scales"][-1]["final_loss"])


def precision_of_report(file: Path) -> str:
    """What the run computed in: fp32 or bf16."""
    return str(_read_report(file)["chosen"]["precision"])


def _read_report(file: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return report
