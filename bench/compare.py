#!/usr/bin/env python3
"""Compares styler with neural-style and pastiche: seconds, memory, and seconds to a picture that is as good.

    bench/compare.py --images FOLDER                       # the reference pair, 256 and 512 px
    bench/compare.py --content photo.jpg --style art.jpg --quick

Needs Python 3 alone; the peers go into an environment of their own under build/. bench/README.md tells what is measured
and how to read the table.
"""

import argparse
import datetime
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from comparison import machine, table
from comparison.bar import set_bar
from comparison.errors import ComparisonError
from comparison.evaluations import measure_speed, speed_output
from comparison.peers import Judge, Peers, existing_peers, make_peers
from comparison.race import StylerRace, enter_neural_style, race_pastiche
from comparison.tools import WEIGHTS, NeuralStyle, Pastiche, Setting, Styler, Task, precision_of_report

ROOT = Path(__file__).resolve().parent.parent
REFERENCE_CONTENT, REFERENCE_STYLE = "tubingen.jpg", "starry_night_google.jpg"
# More iterations per scale than this, and styler counts as not getting there.
MOST_ITERATIONS = 512


def parse_arguments() -> argparse.Namespace:
    """The command line, with the pair of pictures resolved and --quick applied."""
    parser = argparse.ArgumentParser(description="Compares styler with neural-style and pastiche.",
                                     formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--images", type=Path, metavar="DIR",
                        help=f"folder of the reference pair: {REFERENCE_CONTENT} and {REFERENCE_STYLE}")
    parser.add_argument("--content", type=Path, help="photo, instead of the reference pair's")
    parser.add_argument("--style", type=Path, help="painting, instead of the reference pair's")
    parser.add_argument("--sizes", type=_sizes, default=[256, 512], help="long edges in pixels, as in 256,512,1024")
    parser.add_argument("--starts", type=_starts, default=["content"], help="content, noise or content,noise")
    parser.add_argument("--measure", choices=["all", "evaluations"], default="all",
                        help="evaluations leaves out the time to a picture that is as good")
    parser.add_argument("--repeats", type=_positive, default=3, help="runs of each tool, in turn")
    parser.add_argument("--evaluations", type=_evaluations, default=12, help="per run that measures the speed")
    parser.add_argument("--bar-evaluations", type=_evaluations, default=300,
                        help="after which neural-style's picture is the bar")
    parser.add_argument("--iterations", type=_iterations, metavar="PRECISION=N,...",
                        help="styler's iterations per scale in the race, as an earlier search of the same race found "
                             "them, instead of searching: fp32=84,auto=84")
    parser.add_argument("--coarse-style", type=float, default=0.03, metavar="X",
                        help="styler's option of that name in the race from noise; with 1 it paints figures of the "
                             "painting's that the other tools, which have no coarse scales, don't paint")
    parser.add_argument("--no-pastiche-race", action="store_true",
                        help="don't wait for pastiche's evaluations in the race; it is still measured per evaluation")
    parser.add_argument("--quick", action="store_true",
                        help="try the comparison itself: 128 px, 2 repeats, 10 evaluations, a bar of 40")
    parser.add_argument("--threads", type=_positive, default=machine.usable_cores(), help="of every tool")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu", help="of every tool")
    parser.add_argument("--styler", type=Path, default=ROOT / "build/release/styler", help="the program")
    parser.add_argument("--weights", type=Path, default=ROOT / "models/vgg19.safetensors", help="styler's VGG19")
    parser.add_argument("--peers-venv", type=Path, metavar="DIR", help="use this environment instead of making one")
    parser.add_argument("--reuse", type=Path, metavar="DIR",
                        help="take neural-style's pictures from here when they are there, and keep new ones here")
    parser.add_argument("--cache", type=Path, default=ROOT / "build/bench", metavar="DIR",
                        help="environment, converted weights and the last run's pictures")
    parser.add_argument("--results", type=Path, default=ROOT / "bench/results", metavar="DIR", help="where tables go")
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.sizes, arguments.repeats, arguments.evaluations, arguments.bar_evaluations = [128], 2, 10, 40
    if arguments.images:
        arguments.content = arguments.content or arguments.images / REFERENCE_CONTENT
        arguments.style = arguments.style or arguments.images / REFERENCE_STYLE
    if not arguments.content or not arguments.style:
        parser.error("no pictures given: add --images with the reference pair's folder, or --content and --style")
    return arguments


def _positive(text: str) -> int:
    if (value := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"is {text}, but must be 1 or more")
    return value


def _evaluations(text: str) -> int:
    # The first ones don't count, and pastiche's pictures come in tens.
    if (value := int(text)) < 10:
        raise argparse.ArgumentTypeError(f"is {text}, but must be 10 or more, since the first ones don't count")
    return value


def _sizes(text: str) -> list[int]:
    return [_positive(size) for size in text.split(",")]


def _iterations(text: str) -> dict[str, int]:
    counts = {}
    for part in text.split(","):
        precision, separator, count = part.partition("=")
        if not separator or precision not in ("fp32", "auto"):
            raise argparse.ArgumentTypeError(f"has '{part}', but holds fp32=N, auto=N or both")
        counts[precision] = _positive(count)
    return counts


def _starts(text: str) -> list[str]:
    starts = text.split(",")
    if unknown := set(starts) - {"content", "noise"}:
        raise argparse.ArgumentTypeError(f"has '{unknown.pop()}', but holds content, noise or both")
    return starts


class Comparison:
    """Tools, pictures and folders of one run."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.arguments = arguments
        for option in ("content", "style", "styler", "weights"):
            if not getattr(arguments, option).is_file():
                raise ComparisonError(f"--{option} '{getattr(arguments, option)}' is no file; name one that is there")
        self.folder: Path = arguments.cache.resolve() / "work"
        self.folder.mkdir(parents=True, exist_ok=True)
        # Not resolved: an environment's python is a link, and its place tells it which environment it is.
        venv = arguments.peers_venv and arguments.peers_venv.absolute()
        self.peers: Peers = existing_peers(venv) if venv else make_peers(arguments.cache.resolve() / "peers")
        self.versions = self.peers.versions() | _styler_versions(arguments.styler)
        self.weights = self.folder / WEIGHTS
        if not self.weights.exists() or self.weights.stat().st_mtime < arguments.weights.stat().st_mtime:
            self.peers.script("convert_weights.py", str(arguments.weights), str(self.weights))
        setting = Setting(arguments.device, arguments.threads, self.peers.python, str(arguments.styler.resolve()),
                          str(arguments.weights.resolve()), arguments.coarse_style)
        precisions = ["fp32"] + (["auto"] if arguments.device == "cuda" or machine.has_bf16() else [])
        self.neural_style, self.pastiche = NeuralStyle(setting), Pastiche(setting)
        self.stylers = [Styler(setting, precision) for precision in precisions]

    def task(self, size: int, start: str) -> Task:
        """Writes the pictures at their final size, the same for all tools."""
        names = {}
        for role in ("content", "style"):
            names[role] = f"{role}_{size}.png"
            source = str(getattr(self.arguments, role))
            edges = self.peers.script("resize.py", source, str(size), str(self.folder / names[role])).split()
            if role == "content":
                width, height = map(int, edges)
        return Task(names["content"], names["style"], width, height, start)

    def speed(self, size: int) -> table.SpeedResult:
        """Of one evaluation; where it starts makes no difference to that."""
        task, count = self.task(size, "content"), self.arguments.evaluations
        tools = [self.neural_style, self.pastiche, *self.stylers]
        return table.SpeedResult(task, count, measure_speed(tools, task, count, self.arguments.repeats, self.folder))

    def race(self, size: int, start: str, bar_seconds_per_evaluation: float) -> table.RaceResult:
        """To a picture that is as good as neural-style's."""
        task, most = self.task(size, start), self.arguments.bar_evaluations
        bar = set_bar(self.neural_style, task, most, self.folder, self.arguments.reuse)
        with Judge(self.peers, self.weights, self.folder / task.content, self.folder / task.style) as judge:
            bar_loss = judge.loss(self.folder / bar.picture)
            entrants = [enter_neural_style(bar, bar_loss)]
            if not self.arguments.no_pastiche_race:
                entrants.append(race_pastiche(self.pastiche, task, bar_loss, most, self.folder, judge))
            races, guess = [StylerRace(tool, task, self.folder) for tool in self.stylers], 16
            for race in races:
                if known := (self.arguments.iterations or {}).get(race.tool.precision):
                    race.qualify_with(known, bar_loss, judge)
                else:
                    guess = race.qualify(bar_loss, guess, MOST_ITERATIONS, judge) or guess
        for _ in range(self.arguments.repeats):
            for race in races:
                race.time()
        entrants += [race.entrant for race in races if race.entrant]
        return table.RaceResult(task, bar, bar_seconds_per_evaluation, entrants)

    def precisions(self) -> str:
        """What styler chose to compute in, by what it was asked for."""
        reports = {tool.precision: self.folder / tool.report(speed_output(tool)) for tool in self.stylers}
        return ", ".join(f"{precision_of_report(file)} ({asked})" for asked, file in reports.items())

    def reports(self) -> Iterator[table.Report]:
        """Everything, measured: a report after every part, each with all before it."""
        arguments, about = self.arguments, machine.describe()
        speeds: list[table.SpeedResult] = []
        races: list[table.RaceResult] = []

        def report() -> table.Report:
            settings = {"content": arguments.content.name, "style": arguments.style.name,
                        "threads": arguments.threads, "device": arguments.device, "repeats": arguments.repeats,
                        "precisions": self.precisions(), "coarse_style": arguments.coarse_style}
            now = datetime.datetime.now().astimezone()
            return table.Report(now.strftime("%Y-%m-%d %H:%M %Z"), _command_without_folders(), about, self.versions,
                                settings, speeds, races)

        for size in arguments.sizes:
            speeds.append(self.speed(size))
            yield report()
            for start in arguments.starts if arguments.measure == "all" else []:
                races.append(self.race(size, start, speeds[-1].speeds[0].median))
                yield report()


def _styler_versions(program: Path) -> dict[str, str]:
    """`styler --version`: a name and a version per line."""
    lines = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout.splitlines()
    return dict(line.split(maxsplit=1) for line in lines if line)


def _command_without_folders() -> str:
    """What was typed, but for where things lie on this machine."""
    return shlex.join(argument.rsplit("/", 1)[-1] for argument in sys.argv)


def main() -> int:
    arguments = parse_arguments()
    try:
        # Written after every part: hours may lie behind one that fails.
        file = None
        for report in Comparison(arguments).reports():
            cpu = re.sub(r"[^a-z0-9]+", "-", str(report.machine["cpu"]).lower()).strip("-")
            file = file or table.unused_name(arguments.results, f"{report.date[:10]}-{cpu}")
            table.write(report, file)
    except ComparisonError as error:
        print(f"compare.py: {error}", file=sys.stderr)
        return 1
    print(table.as_markdown(report))
    print(f"Written to {file} and .json", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
