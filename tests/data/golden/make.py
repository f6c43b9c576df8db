#!/usr/bin/env python3
"""Makes the fixtures of tests/cli/test_golden.py: what version 0.1.0, at commit 89d3a2b, painted, stored and said.

    tests/data/golden/make.py build/release/styler [vgg19.safetensors]

They hold later versions to account: a batch of then is still skipped, a checkpoint of then is gone on from, and what
pictures, reports and refusals say stays. So they are made by that version alone. Whoever changes one of these on purpose
makes the fixtures of that part anew (`--only refusals`) and says so; a new option is no reason, for a batch that was
painted without it is to be skipped all the same.

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

MACHINE = ["--device", "cpu", "--threads", "1", "--weights", "weights.safetensors"]
QUICK = ["--size", "16", "--iterations", "2"]
PICTURES = ["--content", "photos/a.png", "--style", "art/stripes.png"]
SHALLOW = support.SHALLOW

# Of each batch the arguments that are its own. What differs from case to case is an option that the fingerprint holds,
# or a way to name pictures, which it must not hold.
BATCHES = {
    "plain": ["--content", "photos", "--style", "art", *QUICK],
    "defaults": [*PICTURES, "--size", "16"],
    "pairs": ["--pairs", "pairs.tsv", *QUICK],
    "list": ["--content", "list.txt", "--style", "art/s*.png", *QUICK],
    "names": ["--content", "photos", "--recursive", "--style", "art/stripes.png", "--name", "{style}/{content} by {style}.{ext}", *QUICK],
    "start": [*PICTURES, *QUICK, "--init", "start.png"],
    "noise": [*PICTURES, *QUICK, "--init", "noise", "--seed", "7", "--coarse-style", "0.1", "--scales", "2"],
    "luminance": [*PICTURES, *QUICK, "--color", "luminance"],
    "match": [*PICTURES, *QUICK, "--color", "match"],
    "color_histogram": [*PICTURES, *QUICK, "--color", "histogram"],
    "reflect": [*PICTURES, *QUICK, "--padding", "reflect"],
    "zero": [*PICTURES, *QUICK, "--padding", "zero"],
    "gatys": [*PICTURES, *QUICK, "--preset", "gatys"],
    "neural_style": [*PICTURES, *QUICK, "--style-weight", "50", "--preset", "neural-style"],
    "gram_mean": [*PICTURES, *QUICK, "--style-loss", "gram-mean"],
    "wasserstein": [*PICTURES, *QUICK, *SHALLOW, "--style-loss", "wasserstein"],
    "histogram": [*PICTURES, *QUICK, *SHALLOW, "--style-loss", "histogram"],
    "sliced": [*PICTURES, *QUICK, *SHALLOW, "--style-loss", "sliced"],
    "layers": [*PICTURES, *QUICK, "--style-layers", "relu1_1:0.2,relu2_1", "--content-layers", "relu2_1:3"],
    "weights": [*PICTURES, *QUICK, "--content-weight", "2", "--style-weight", "7.5", "--tv-weight", "1e-3", "--range-weight", "0.5"],
    "strength": [*PICTURES, *QUICK, "--strength", "0.7", "--style-scale", "0.5"],
    "adam": [*PICTURES, *QUICK, "--optimizer", "adam", "--learning-rate", "2", "--tolerance-gradient", "1e-7"],
    "average": [*PICTURES, *QUICK, "--pooling", "average", "--time-limit", "1h30m"],
    "history": [*PICTURES, *QUICK, "--history-size", "3", "--history-precision", "bf16", "--preconditioner", "none", "--tolerance-change", "0"],
    "fp32": [*PICTURES, *QUICK, "--precision", "fp32"],
    "deep": [*PICTURES, *QUICK, "--bit-depth", "16", "--dither"],
    "tif": [*PICTURES, *QUICK, "--format", "tif"],
    "jpg": ["--content", "glass.png", "--style", "art/stripes.png", *QUICK, "--format", "jpg", "--quality", "80", "--background", "#336699"],
    "webp": ["--content", "glass.png", "--style", "art/stripes.png", *QUICK, "--format", "webp"],
    "metadata": [*PICTURES, *QUICK, "--keep-metadata", "--keep-gps", "--allow-truncated", "--max-pixels", "1MP"],
    "original": [*PICTURES, "--size", "original", "--iterations", "1", "--save-every", "1"],
    "config": [*PICTURES, "--size", "16", "--config", "options.toml"],
}  # fmt: skip

REAL_BATCH = [*PICTURES, *QUICK]

REGIONS = ["--content", "photos/a.png", "--content-regions", "map.png", "--style", "art/stripes.png", "art/dots.png",
           "--style-regions", "#ff0000", "#0000ff"]  # fmt: skip

# Of each picture whose story is told the arguments, the name that the fixture has, and the name that it's shown by.
SHOWN = {
    "plain": (["--content", "photos/a.png", "--style", "art/stripes.png", *QUICK], "png", "out.png"),
    "many": ([*PICTURES, "--size", "16", "--iterations", "3", "--scales", "1", "--content-weight", "2.25", "--style-weight", "0.1",
              "--tv-weight", "1e-5", "--range-weight", "3", "--strength", "0.25", "--content-layers", "relu2_1,relu3_2:0.5",
              "--style-layers", "relu1_1:0.2,relu2_1", "--pooling", "average", "--padding", "zero", "--style-scale", "0.3",
              "--coarse-style", "0.5", "--color", "match", "--init", "noise", "--seed", "12345678901", "--history-size", "3",
              "--history-precision", "fp32", "--preconditioner", "none", "--tolerance-change", "1e-4",
              "--tolerance-gradient", "0.001", "--time-limit", "10m", "--precision", "fp32", "--bit-depth", "16", "--dither",
              "--background", "#123456", "--keep-metadata", "--allow-truncated", "--max-pixels", "2MP", "--tile", "off",
              "--memory-limit", "8G", "--save-every", "9", "--log-file", "log.txt"], "png", "folder/many options.png"),
    "blend": (["--content", "photos/a.png", "--style", "art/stripes.png", "art/dots.png", "--style-blend", "3,1", "--style-scale",
               "1,0.5", "--style-blend-by", "losses", *QUICK], "png", "out.png"),
    "folder_style": (["--content", "photos/a.png", "--style", "art", "start.png", *QUICK], "png", "./out.png"),
    "regions": ([*REGIONS, *QUICK, *SHALLOW], "png", "out.png"),
    "region_maps": (["--content", "photos/a.png", "--content-regions", "map.png", "--style", "art/stripes.png", "--style-regions",
                     "art_map.png", *QUICK, *SHALLOW], "png", "#out.png"),
    "texture": (["--style", "art/stripes.png", "--size", "16", "--iterations", "2"], "png", "out.png"),
    "tile": (["--style", "art/stripes.png", "--size", "32x16", "--tileable", "--seed", "3", "--iterations", "2", "--style-loss",
              "gram-mean"], "png", "out.png"),
    "texture_start": (["--style", "art/stripes.png", "--size", "16", "--iterations", "2", "--init", "start.png"], "png", "out.png"),
    "fine_style": ([*PICTURES, "--fine-style", "art/dots.png", *QUICK], "png", "out.png"),
    "gatys": ([*PICTURES, "--preset", "gatys", "--style-weight", "7", *QUICK], "png", "out.png"),
    "neural_style": ([*PICTURES, "--preset", "neural-style", *QUICK, "--optimizer", "adam", "--learning-rate", "0.5"], "png", "out.png"),
    "quotes": (["--content", "it's \"a\" photo.png", "--style", "art $1 & `b`\n.png", "--init", "#start.png", *QUICK], "png",
               "it's\tnew.png"),
    "unicode": (["--content", "Fön ☂.png", "--style", "art/stripes.png", *QUICK, "--color", "luminance"], "png", "Bild ☂.png"),
    "jpg": (["--content", "glass.png", "--style", "art/stripes.png", *QUICK, "--quality", "70", "--background", "black"], "jpg", "out.jpg"),
    "tif": ([*PICTURES, *QUICK, "--bit-depth", "16", "--style-loss", "gram-mean"], "tif", "out.tif"),
    "webp": (["--content", "glass.png", "--style", "art/stripes.png", *QUICK], "webp", "out.webp"),
    "batch": (["batch", *PICTURES, *QUICK, "--strength", "1", "--init", "noise"], "png", "out/a_stripes.png"),
    "stopped": ([*PICTURES, "--size", "16", "--scales", "1", "--optimizer", "adam", "--tolerance-change", "0", "--iterations",
                 "1000000"], "png", "out.png"),
    "bare": ([*PICTURES, *QUICK, "--no-metadata"], "png", "out.png"),
}  # fmt: skip

# Copies of the inputs under names that need care.
NAMES = {
    "it's \"a\" photo.png": "photos/a.png", "art $1 & `b`\n.png": "art/stripes.png", "#start.png": "start.png",
    "Fön ☂.png": "photos/a.png",
}  # fmt: skip

# Rather small, so that the files are; their last checkpoint lies in the midst of the run.
CHECKPOINTS = {
    "noise": [*PICTURES, *SHALLOW, "--size", "20", "--scales", "2", "--iterations", "9", "--init", "noise", "--seed", "3", "--history-size", "2",
              "--checkpoint-every", "13"],
    "regions": [*REGIONS, *SHALLOW, "--size", "16", "--scales", "1", "--iterations", "9", "--optimizer", "adam", "--color", "match",
                "--checkpoint-every", "6"],
    "tile": ["--style", "art/stripes.png", *SHALLOW[2:], "--size", "16x12", "--tileable", "--scales", "1", "--iterations", "9",
             "--history-size", "2", "--history-precision", "bf16", "--style-loss", "sliced", "--checkpoint-every", "6"],
    "start": [*PICTURES, *SHALLOW, "--size", "20", "--scales", "2", "--iterations", "9", "--init", "start.png", "--padding", "reflect",
              "--fine-style", "art/dots.png", "--history-size", "1", "--strength", "0.6", "--checkpoint-every", "14"],
    "blend": ["--content", "photos/a.png", "--style", "art", "start.png", "--style-blend", "3,1", "--style-scale", "1,0.5",
              "--size", "16", "--scales", "1", "--iterations", "9", "--history-size", "2", "--preset", "neural-style",
              "--preconditioner", "none", "--checkpoint-every", "6"],
}  # fmt: skip

REPORTS = {
    "plain": [*PICTURES, *QUICK],
    "scales": [*PICTURES, "--size", "96", "--scales", "2", "--iterations", "3", "--tile", "64", *SHALLOW],
    "regions": [*REGIONS, *QUICK, *SHALLOW],
    "blend": ["--content", "photos/a.png", "--style", "art", "start.png", *QUICK],
    "fine_style": [*PICTURES, "--fine-style", "art/dots.png", *QUICK],
    "texture": ["--style", "art/stripes.png", *QUICK, "--tileable"],
    "resumed": [*CHECKPOINTS["noise"], "--precision", "fp32", "--resume", "run.ckpt"],
}

JOB = [*PICTURES, "-o", "out.png"]
BATCH = ["batch", "--content", "photos", "--style", "art", "-o", "out"]
SWEEP = ["sweep", *PICTURES, "-o", "sheet.png"]

# Command lines that mean nothing, or that name what can't be used.
REFUSALS = [
    [], ["paint"], ["wieghts", "list"], ["--siez", "64"], [*JOB, "--contentweight=1"], [*JOB, "-x"], [*JOB, "stray"],
    ["--content", "photos/a.png"], PICTURES, ["--style"], [*JOB, "--size"], ["--size", "64", "batch"],
    [*JOB, "--size", "big"], [*JOB, "--size", "0"], [*JOB, "--size", "-3"], [*JOB, "--size", "99999999"], [*JOB, "--size", "64x48"],
    ["--style", "art/stripes.png", "-o", "out.png", "--size", "original"],
    ["--style", "art/stripes.png", "-o", "out.png", "--content-weight", "3"],
    ["--style", "art/stripes.png", "-o", "out.png", "--init", "content"],
    ["--style", "art/stripes.png", "-o", "out.png", "--tileable", "--padding", "zero"],
    [*JOB, "--tileable"], [*JOB, "--iterations", "1.5"], [*JOB, "--iterations", "0"], [*JOB, "--scales", "99"], [*JOB, "--scales", "0"],
    [*JOB, "--style-weight", "nan"], [*JOB, "--style-weight", "-1"], [*JOB, "--content-weight", "-1"], [*JOB, "--tv-weight", "-1"],
    [*JOB, "--range-weight", "-1"], [*JOB, "--strength", "1.5"], [*JOB, "--coarse-style", "-0.1"], [*JOB, "--style-scale", "0"],
    [*JOB, "--style-scale", "a"], [*JOB, "--style-layers", "relu1_1,relu4_9"], [*JOB, "--content-layers", "fc6"],
    [*JOB, "--style-layers", "relu1_1:x"], [*JOB, "--style-layers", "relu1_1,relu1_1"], [*JOB, "--style-layers", ""],
    [*JOB, "--preset", "gatsy"], [*JOB, "--style-loss", "gramm"], [*JOB, "--preset", "gatys", "--style-loss", "sliced"],
    [*JOB, "--pooling", "mean"], [*JOB, "--padding", "wrap"], [*JOB, "--color", "cmyk"], [*JOB, "--init", ""], [*JOB, "--seed", "-1"],
    [*JOB, "--optimizer", "sgd"], [*JOB, "--learning-rate", "1"], [*JOB, "--optimizer", "adam", "--history-size", "5"],
    [*JOB, "--optimizer", "adam", "--preconditioner", "none"], [*JOB, "--optimizer", "adam", "--history-precision", "fp32"],
    [*JOB, "--optimizer", "adam", "--learning-rate", "0"],
    [*JOB, "--history-size", "0"], [*JOB, "--history-precision", "fp16"], [*JOB, "--preconditioner", "fourier"],
    [*JOB, "--tolerance-change", "-1"], [*JOB, "--tolerance-gradient", "-1"], [*JOB, "--time-limit", "soon"], [*JOB, "--time-limit", "0"],
    [*JOB, "--device", "tpu"], [*JOB, "--precision", "fp64"], [*JOB, "--threads", "0"], [*JOB, "--threads", "5000"],
    [*JOB, "--memory-limit", "much"], [*JOB, "--memory-limit", "0"], [*JOB, "--tile", "3"], [*JOB, "--tile", "32", "--style-loss", "sliced"],
    ["--style", "art/stripes.png", "-o", "out.png", "--tileable", "--tile", "32"],
    [*JOB, "--bit-depth", "12"], [*JOB, "--quality", "101"], [*JOB, "--quality", "0"], [*JOB, "--background", "reddish"],
    [*JOB, "--max-pixels", "many"], [*JOB, "--keep-gps"], [*JOB, "--no-metadata", "--keep-metadata"], [*JOB, "--quiet", "-v"],
    [*JOB, "--quiet=maybe"], [*JOB, "--save-every", "0"], [*JOB, "--checkpoint-every", "5"],
    [*JOB, "--checkpoint", "c", "--checkpoint-every", "0"], [*JOB, "--strength", "0", "--style-loss", "sliced"],
    [*JOB, "--strength", "0", "--fine-style", "art/dots.png"], [*JOB, "--strength", "1", "--content-weight", "2"],
    [*JOB, "--style-blend", "1,2"], [*JOB, "--style", "art/dots.png", "start.png", "--style-blend", "1"],
    [*PICTURES, "art/dots.png", "-o", "out.png", "--style-blend", "1,2,3"], [*PICTURES, "art/dots.png", "-o", "out.png", "--style-blend", "0,0"],
    [*PICTURES, "art/dots.png", "-o", "out.png", "--style-blend", "-1,2"], [*PICTURES, "art/dots.png", "-o", "out.png", "--style-scale", "1,2,3"],
    [*PICTURES, "art/dots.png", "-o", "out.png", "--fine-style", "start.png"],
    [*JOB, "--fine-style", "art/dots.png", "--style-layers", "relu4_1"], [*JOB, "--style-blend-by", "means"],
    [*JOB, "--style-regions", "#ff0000"], [*JOB, "--content-regions", "map.png"],
    [*JOB, "--content-regions", "map.png", "--style-regions", "#ff00"],
    [*JOB, "--content-regions", "map.png", "--style-regions", "#ff0000", "#0000ff"],
    [*JOB, "--content-regions", "map.png", "--style-regions", "#00ff00"],
    [*JOB, "--content-regions", "map.png", "--style-regions", "#ff0000", "--fine-style", "art/dots.png"],
    ["--style", "art/stripes.png", "-o", "out.png", "--content-regions", "map.png", "--style-regions", "#ff0000"],
    [*JOB, "--config", "none.toml"], [*JOB, "--config", "misspelt.toml"], [*JOB, "--config", "no_flag.toml"],
    # Files
    ["--content", "none.png", "--style", "art/stripes.png", "-o", "out.png"], ["--content", "photos/a.png", "--style", "none.png", "-o", "out.png"],
    ["--content", "list.txt", "--style", "art/stripes.png", "-o", "out.png"], ["--content", "photos", "--style", "art", "-o", "out.png"],
    [*PICTURES, "-o", "out.gif"], [*PICTURES, "-o", "out"], [*PICTURES, "-o", "none/out.png"], [*PICTURES, "-o", "photos/a.png"],
    [*PICTURES, "-o", "out.jpg", "--bit-depth", "16"], [*JOB, "--report", "out.png"], [*JOB, "--checkpoint", "art/stripes.png"],
    [*JOB, *MACHINE, "--resume", "none.ckpt"], [*JOB, *MACHINE, "--resume", "start.png"], [*JOB, "--init", "none.png"], [*JOB, "--max-pixels", "10"],
    [*JOB, "--size", "15"], [*JOB, "--weights", "none.safetensors"], [*JOB, "--weights", "start.png"],
    # Commands
    ["batch"], [*BATCH, "--format", "gif"], [*BATCH, "--format", "bmp"], [*BATCH, "--shard", "3/2"], [*BATCH, "--shard", "two"],
    [*BATCH, "--force", "--skip-existing"], [*BATCH, "--no-metadata"], [*BATCH, "--gallery", "g.html", "--shard", "1/2"],
    [*BATCH, "--name", "{colour}.png"], [*BATCH, "--name", "{content}.{ext}"], [*BATCH, "--name", "../{content}_{style}.{ext}"],
    [*BATCH, "--name", "{content}_{style}.gif"], [*BATCH, "--size", "16x32"], [*BATCH, "--style-scale", "1,2"], [*BATCH, "--tileable"],
    [*BATCH, "--fine-style", "start.png"], [*BATCH, "--style-regions", "map.png"], [*BATCH, "--style-blend", "1,2"], [*BATCH, "--checkpoint", "c"],
    [*BATCH, "--pairs", "pairs.tsv"], ["batch", "--content", "photos", "--style", "art"], ["batch", "--content", "photos", "-o", "out"],
    ["batch", "--content", "fotos", "--style", "art", "-o", "out"], ["batch", "--content", "x*.png", "--style", "art", "-o", "out"],
    ["batch", "--content", "photos", "--style", "art", "-o", "photos"], ["batch", "--pairs", "list.txt", "-o", "out"], [*BATCH, *MACHINE, "--report", "list.txt"],
    SWEEP, [*SWEEP, "--vary", "seed"], [*SWEEP, "--vary", "seed=1"], [*SWEEP, "--vary", "seed=1,2"], [*SWEEP, "--vary", "sead=1,2"],
    [*SWEEP, "--vary", "strength=0.1,0.2", "--strength", "0.4"],
    [*SWEEP, "--vary", "strength=0.1,0.2", "--vary", "strength=0.3,0.4"], [*SWEEP, "--vary", "strength=0.1,2"],
    [*SWEEP, "--vary", "strength=0.1,0.2", "--save-every", "2"], [*SWEEP, "--vary", "strength=0.1,0.2", "--keep-metadata"],
    [*SWEEP, "--vary", "strength=0.1,0.2", "--learning-rate", "2"],
    ["show"], ["show", "none.png"], ["show", "start.png"], ["show", "a.png", "b.png"], ["show", "list.txt"],
    ["weights"], ["weights", "lsit"], ["weights", "import"], ["weights", "import", "none.h5"], ["weights", "import", "list.txt", "-o", "w.safetensors"],
    ["weights", "verify", "none.safetensors"], ["weights", "verify", "start.png"], ["weights", "import", "x.h5", "--convention", "keras"],
]  # fmt: skip


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
        return subprocess.run([self.binary, *arguments], cwd=self.folder, env={**kept, "HOME": str(self.folder)}, capture_output=True, text=True)

    def expect(self, code, *arguments):
        result = self.run(*arguments)
        if result.returncode != code:
            sys.exit(f"{arguments} ended with {result.returncode}: {result.stderr}")
        return result

    def stopped_picture(self, *arguments):
        process = subprocess.Popen([self.binary, *arguments], cwd=self.folder, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
                                   preexec_fn=support.default_signals)  # fmt: skip
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
                whole = [*MACHINE, "--precision", "fp32", *arguments, "-o", "out.png", "--no-metadata", "--report", "run.json"]
                self.expect(0, *whole, "--checkpoint", "run.ckpt")
                shutil.copy(self.folder / "run.ckpt", target / "checkpoints" / f"{name}.ckpt")
                report = json.loads((self.folder / "run.json").read_text())
                losses = [scale["losses"]["total"] for scale in report["scales"]]
                records[name] = {"arguments": whole, "stopped_at": evaluations_in(self.folder / "run.ckpt"), "losses": losses}
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
                    print(f"no refusal: {arguments} ended with {result.returncode}: {result.stdout}{result.stderr}", file=sys.stderr)
                    continue
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
