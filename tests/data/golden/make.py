#!/usr/bin/env python3
"""Makes the fixtures of tests/cli/test_golden.py: what version 0.1.0, at commit 89d3a2b, painted, stored and said.

    tests/data/golden/make.py build/release/styler [vgg19.safetensors]

They hold later versions to account: a batch of then is still skipped, a checkpoint of then is gone on from, and what
pictures, reports and refusals say stays. So they are made by that version alone. Whoever changes one of these on
purpose makes the fixtures of that part anew (`--only refusals`) and says so; a new option is no reason, for a batch
that was painted without it is to be skipped all the same. Changed by hand: `shown/*.txt` name `--coarse-style 1`, which
was the default then and is not now.

Pictures are tiny and the network's numbers random, but for the batch `real`, which is made when weights are named.
"""

import argparse
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "cli"))
import support  # noqa: E402
from cases import MACHINE, QUICK, SHALLOW  # noqa: E402
from cases import BATCHES, CHECKPOINTS, NAMES, REAL_BATCH, REFUSALS, REPORTS, SHOWN  # noqa: E402


def glass(x, y):
    """Half of the picture fades away."""
    return (10 * x % 256, 200 - 5 * y, 7 * (x + y) % 256, 255 - max(0, x - 10) * 14)


def write_inputs(folder):
    red, blue = (255, 0, 0), (0, 0, 255)
    files = {
        "photos/a.png": support.photo(24, 18),
        "photos/more/b.png": support.photo(18, 24),
        "photos/c.png": support.photo(24, 16),
        "art/stripes.png": support.painting(24, 24),
        "art/dots.png": support.png(20, 28, lambda x, y: (240, 220, 60) if x % 8 < 4 and y % 8 < 4 else (30, 30, 90)),
        "start.png": support.png(24, 18, lambda x, y: (10 * x, 14 * y, 120)),
        "glass.png": support.png(24, 18, glass),
        "map.png": support.png(24, 18, lambda x, y: red if x < 12 else blue),
        "art_map.png": support.png(24, 24, lambda x, y: red if y < 12 else blue),
        "pairs.tsv": b"photos/a.png\tart/dots.png\r\n# a remark\n./photos/c.png\tart/stripes.png\n",
        "list.txt": b"photos/a.png\nphotos/more/b.png\n",
        "misspelt.toml": b"siez = 64\n",
        "no_flag.toml": b"dither = \"perhaps\"\n",
        "options.toml": b"iterations = 2\nstyle-weight = 7  # more of it\nbackground = \"#ff0000\"\ndither = true\n"
                        b"style-layers = [\"relu1_1\", \"relu2_1:0.5\"]\ninit = \"noise\"\npadding = \"reflect\"\n",
    }  # fmt: skip
    for name, data in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


class Maker:
    def __init__(self, binary, weights, real_weights):
        self.binary = binary.resolve()
        self.weights = weights
        self.real_weights = real_weights
        self.folder = None

    def workplace(self, work):
        """A folder with the inputs and the weights in it, for one case."""
        self.folder = work
        shutil.copytree(HERE / "inputs", work, dirs_exist_ok=True)
        (work / "weights.safetensors").symlink_to(self.weights)
        for name, source in NAMES.items():
            shutil.copy(work / source, work / name)
        (work / "folder").mkdir()

    def run(self, *arguments):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("STYLER_", "XDG_"))}
        environment = {**kept, "HOME": str(self.folder)}
        command = [self.binary, *arguments]
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)

    def expect(self, code, *arguments):
        result = self.run(*arguments)
        if result.returncode != code:
            sys.exit(f"{arguments} ended with {result.returncode}: {result.stderr}")
        return result

    def stopped_picture(self, *arguments):
        process = subprocess.Popen(
            [self.binary, *arguments], cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            preexec_fn=support.default_signals,
        )  # fmt: skip
        for line in process.stderr:
            if "iteration 1/" in line:
                break
        process.send_signal(signal.SIGINT)
        process.communicate()

    def batches(self, target):
        cases = dict(BATCHES)
        if self.real_weights:
            cases["real"] = REAL_BATCH
        for name, arguments in cases.items():
            with tempfile.TemporaryDirectory() as work:
                self.workplace(Path(work))
                weights = self.real_weights if name == "real" else self.weights
                (self.folder / "weights.safetensors").unlink()
                (self.folder / "weights.safetensors").symlink_to(weights)
                self.expect(0, "batch", *MACHINE, *arguments, "-o", "out")
                for snapshot in (self.folder / "out").rglob("*_s1_*"):
                    snapshot.unlink()
                shutil.copytree(self.folder / "out", target / "batches" / name)
        (target / "batches.json").write_text(text_of(BATCHES | {"real": REAL_BATCH}))

    def shown(self, target):
        records = {}
        for name, (arguments, extension, shown_as) in SHOWN.items():
            with tempfile.TemporaryDirectory() as work:
                self.workplace(Path(work))
                output = ["-o", "out"] if arguments[0] == "batch" else ["-o", shown_as]
                if name == "stopped":
                    self.stopped_picture(*arguments, *MACHINE, *output)
                else:
                    self.expect(0, *arguments, *MACHINE, *output)
                (target / "shown").mkdir(exist_ok=True)
                shutil.copy(self.folder / shown_as, target / "shown" / f"{name}.{extension}")
                record = {"picture": f"{name}.{extension}", "shown_as": shown_as, "exit_code": 0}
                for suffix, flags in (("txt", []), ("json", ["--json"])):
                    result = self.run("show", shown_as, *flags)
                    record["exit_code"] = result.returncode
                    (target / "shown" / f"{name}.{suffix}").write_text(result.stdout + result.stderr)
                records[name] = record
        (target / "shown.json").write_text(text_of(records))

    def checkpoints(self, target):
        records = {}
        (target / "checkpoints").mkdir()
        for name, arguments in CHECKPOINTS.items():
            with tempfile.TemporaryDirectory() as work:
                self.workplace(Path(work))
                output = ["-o", "out.png", "--no-metadata", "--report", "run.json"]
                whole = [*MACHINE, "--precision", "fp32", *arguments, *output]
                self.expect(0, *whole, "--checkpoint", "run.ckpt")
                shutil.copy(self.folder / "run.ckpt", target / "checkpoints" / f"{name}.ckpt")
                report = json.loads((self.folder / "run.json").read_text())
                losses = [scale["losses"]["total"] for scale in report["scales"]]
                stopped_at = evaluations_in(self.folder / "run.ckpt")
                records[name] = {"arguments": whole, "stopped_at": stopped_at, "losses": losses}
        digest = hashlib.sha256(self.weights.read_bytes()).hexdigest()
        (target / "checkpoints.json").write_text(text_of({"weights_sha256": digest, "cases": records}))

    def reports(self, target):
        records = {}
        for name, arguments in REPORTS.items():
            with tempfile.TemporaryDirectory() as work:
                self.workplace(Path(work))
                if "--resume" in arguments:
                    shutil.copy(target / "checkpoints" / "noise.ckpt", self.folder / "run.ckpt")
                    arguments = [*arguments, "--checkpoint", "run.ckpt"]
                whole = [*MACHINE, *arguments, "-o", "out.png", "--report", "run.json"]
                self.expect(0, *whole)
                report = json.loads((self.folder / "run.json").read_text())
                options = report.pop("options")
                report["versions"]["cuda"] = None  # as the build has it
                records[name] = {"arguments": whole, "options": options, "outline": support.outline(report)}
        with tempfile.TemporaryDirectory() as work:
            self.workplace(Path(work))
            (self.folder / "photos/broken.png").write_bytes(b"no picture")
            (self.folder / "photos/c.png").write_bytes((self.folder / "photos/c.png").read_bytes()[:-30])
            whole = ["batch", *MACHINE, *QUICK, *SHALLOW, "--content", "photos", "--style", "art/dots.png", "-o", "out",
                     "--allow-truncated", "--report", "jobs.jsonl"]  # fmt: skip
            for _ in range(2):
                self.expect(1, *whole)
            lines = [json.loads(line) for line in (self.folder / "jobs.jsonl").read_text().splitlines()]
            outlines = sorted({line["status"] + " " + line["content"]: support.outline(line) for line in lines}.items())
            records["batch"] = {"arguments": whole, "lines": dict(outlines)}
        (target / "reports.json").write_text(text_of(records))

    def refusals(self, target):
        records = []
        for arguments in REFUSALS:
            with tempfile.TemporaryDirectory() as work:
                self.workplace(Path(work))
                result = self.run(*arguments)
                if result.returncode not in (1, 2) or result.stdout:
                    sys.exit(f"{arguments} was not refused but ended with {result.returncode}: {result.stderr}")
                records.append({"arguments": arguments, "exit_code": result.returncode, "stderr": result.stderr})
        lines = ",\n".join(json.dumps(record, ensure_ascii=False) for record in records)
        (target / "refusals.json").write_text(f"[\n{lines}\n]\n")


def evaluations_in(checkpoint):
    """How many a run had done when it wrote this."""
    data = checkpoint.read_bytes()
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    return sum(entry["shape"][0] for name, entry in header.items() if name.startswith("losses."))


def text_of(value):
    """JSON whose lists of words stand on one line each."""

    def compact(item):
        if isinstance(item, dict) and all(not isinstance(part, (dict, list)) for part in item.values()):
            return json.dumps(item, ensure_ascii=False)
        if isinstance(item, dict):
            return "{\n" + ",\n".join(f"{json.dumps(key)}: {compact(part)}" for key, part in item.items()) + "\n}"
        return json.dumps(item, ensure_ascii=False)

    return compact(value) + "\n"


def main():
    parts = ["batches", "shown", "checkpoints", "reports", "refusals"]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=Path, help="the program of commit 89d3a2b")
    parser.add_argument("weights", type=Path, nargs="?", help="VGG19, for the batch that is made with it")
    parser.add_argument("--only", choices=parts, help="make this part alone")
    arguments = parser.parse_args()
    if not (HERE / "inputs").exists():
        write_inputs(HERE / "inputs")
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder) / "weights.safetensors"
        weights.write_bytes(support.random_vgg19())
        maker = Maker(arguments.binary, weights, arguments.weights and arguments.weights.resolve())
        for part in [arguments.only] if arguments.only else parts:
            shutil.rmtree(HERE / part, ignore_errors=True)
            getattr(maker, part)(HERE)


if __name__ == "__main__":
    main()
