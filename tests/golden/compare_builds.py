#!/usr/bin/env python3
"""Runs two builds of the program with the same command lines, and says of each where they differ.

    tests/golden/compare_builds.py BASE_STYLER NEW_STYLER [--weights FILE] [--pictures FOLDER] [--only WORD]...

For changes that must leave results as they are, to the last bit: run by hand, no part of CTest. Of every picture it
says whether both have the same bytes, the same pixels (and what `show` tells) or others; beside them it compares exit
codes, standard output, the sentences of standard error, and reports without their times. Checkpoints and batches are
handed from one program to the other. Ends with 1 when anything differs but the bytes of a file with the same pixels.

Without weights it makes a network of random numbers. Needs Python 3 alone: what is no PNG the base program decodes.
"""

import argparse
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT / "tests" / "cli"))
import support  # noqa: E402

PICTURES = (".png", ".jpg", ".tif", ".webp", ".bmp", ".ppm")
WEIGHTS = "weights.safetensors"
JOB = ["--content", "coffee.jpg", "--style", "painting.jpg"]
SMALL = ["--size", "64", "--iterations", "6"]
FP32 = ["--precision", "fp32"]
REPORT = ["--report", "run.json"]
REGIONS = ["--content", "coffee.jpg", "--content-regions", "regions.png", "--style", "painting.jpg", "mosaic.jpg",
           "--style-regions",
           "#ff0000", "#0000ff"]  # fmt: skip

# Names and command lines, of which all but batches, sweeps and dry runs write out.png unless they name something else.
CASES = {
    "plain": [*JOB, *SMALL, *REPORT],
    "fp32": [*JOB, *SMALL, *FP32, *REPORT],
    "two threads": [*JOB, *SMALL, "--threads", "2"],
    "two threads, fp32": [*JOB, *SMALL, *FP32, "--threads", "2"],
    "two scales": [*JOB, "--size", "128", "--scales", "2", "--iterations", "5", *REPORT],
    "preset gatys": [*JOB, *SMALL, *FP32, "--preset", "gatys"],
    "preset neural-style": [*JOB, *SMALL, "--preset", "neural-style", "--preconditioner", "none"],
    "loss gram-mean": [*JOB, *SMALL, "--style-loss", "gram-mean"],
    "loss wasserstein": [*JOB, *SMALL, "--style-loss", "wasserstein"],
    "loss histogram": [*JOB, *SMALL, *FP32, "--style-loss", "histogram"],
    "loss sliced": [*JOB, *SMALL, "--style-loss", "sliced"],
    "color luminance": [*JOB, *SMALL, "--color", "luminance"],
    "color match": [*JOB, *SMALL, "--color", "match"],
    "color histogram": [*JOB, *SMALL, "--color", "histogram"],
    "padding zero": [*JOB, *SMALL, "--padding", "zero"],
    "padding reflect": [*JOB, *SMALL, "--padding", "reflect"],
    "pooling, layers": [*JOB, *SMALL, "--pooling", "average", "--style-layers", "relu1_1:0.2,relu3_1",
                        "--content-layers", "relu3_2"],
    "weights": [*JOB, *SMALL, "--content-weight", "3", "--style-weight", "2", "--tv-weight", "0", "--range-weight",
                "5"],
    "strength, scale": [*JOB, *SMALL, "--strength", "0.8", "--style-scale", "0.5"],
    "noise": [*JOB, *SMALL, "--init", "noise", "--seed", "2", "--coarse-style", "0.1", "--scales", "2"],
    "start": [*JOB, *SMALL, "--init", "glass.png"],
    "adam": [*JOB, *SMALL, "--optimizer", "adam", "--learning-rate", "3", *REPORT],
    "history": [*JOB, *SMALL, "--history-size", "3", "--history-precision", "bf16", "--tolerance-change", "0.01"],
    "several styles": ["--content", "coffee.jpg", "--style", "painting.jpg", "mosaic.jpg", "--style-blend", "3,1",
                       "--style-scale", "1,0.6",
                       *SMALL, *REPORT],
    "blend by losses": ["--content", "coffee.jpg", "--style", "paintings", "glass.png", "--style-blend-by", "losses",
                        *SMALL],
    "fine style": [*JOB, "--fine-style", "mosaic.jpg", *SMALL, *REPORT],
    "regions": [*REGIONS, "--size", "96", "--iterations", "5", *REPORT],
    "texture": ["--style", "painting.jpg", *SMALL, *REPORT],
    "tileable": ["--style", "mosaic.jpg", "--size", "96x64", "--tileable", "--iterations", "6", "--seed", "4"],
    "tiles": [*JOB, "--size", "128", "--iterations", "3", "--tile", "64", *REPORT],
    "tiles off": [*JOB, *SMALL, "--tile", "off"],
    "too little memory": [*JOB, "--size", "128", "--memory-limit", "100M"],
    "16 bits": [*JOB, *SMALL, "--bit-depth", "16", "--dither"],
    "tif": [*JOB, *SMALL, "-o", "out.tif"],
    "tif, 16 bits": [*JOB, *SMALL, "--bit-depth", "16", "-o", "out.tif"],
    "jpg": [*JOB, *SMALL, "-o", "out.jpg"],
    "jpg, quality": [*JOB, *SMALL, "--quality", "60", "-o", "out.jpg"],
    "webp": [*JOB, *SMALL, "-o", "out.webp"],
    "webp, quality": [*JOB, *SMALL, "--quality", "60", "-o", "out.webp"],
    "bmp": [*JOB, *SMALL, "-o", "out.bmp"],
    "ppm": [*JOB, *SMALL, "-o", "out.ppm"],
    "alpha": ["--content", "glass.png", "--style", "painting.jpg", *SMALL, *REPORT],
    "alpha, tif": ["--content", "glass.png", "--style", "painting.jpg", *SMALL, "--bit-depth", "16", "-o", "out.tif"],
    "alpha, webp": ["--content", "glass.png", "--style", "painting.jpg", *SMALL, "-o", "out.webp"],
    "alpha, jpg": ["--content", "glass.png", "--style", "painting.jpg", *SMALL, "--background", "#336699", "-o",
                   "out.jpg"],
    "metadata": [*JOB, *SMALL, "--keep-metadata", "--keep-gps"],
    "no metadata": [*JOB, *SMALL, "--no-metadata"],
    "snapshots": [*JOB, *SMALL, "--save-every", "2", "-v", "--log-file", "log.txt"],
    "sweep": ["sweep", *JOB, *SMALL, "--vary", "style-weight=1,5", "--vary", "color=style,luminance"],
    "sweep of losses": ["sweep", *JOB, "--size", "48", "--iterations", "3", "--vary", "style-loss=gram,sliced"],
    "batch": ["batch", "--content", "photos", "--style", "paintings", "-o", "out", "--size", "48", "--iterations",
              "3", "--report",
              "jobs.jsonl", "--gallery", "out/index.html"],
    "batch, jpg": ["batch", "--content", "photos", "--style", "paintings", "-o", "out", "--size", "48",
                   "--iterations", "3", "--format",
                   "jpg", "--name", "{style}/{content}.{ext}", "--strength", "0.7"],
    "batch, broken": ["batch", "--content", "broken.txt", "--style", "mosaic.jpg", "-o", "out", "--size", "48",
                      "--iterations", "3",
                      "--report", "jobs.jsonl"],
    "dry run": [*JOB, "--size", "128", "--dry-run", "--memory-limit", "1G"],
    "dry run, texture": ["--style", "painting.jpg", "--size", "512", "--dry-run", "--memory-limit", "1G"],
    "config": [*JOB, "--config", "run.toml"],
    "refused": [*JOB, "--size", "64", "--style-blend", "1,2"],
    "missing": ["--content", "none.jpg", "--style", "painting.jpg"],
}  # fmt: skip

# What is begun by one program and gone on with by the other.
RESUMED = {
    "lbfgs": [*JOB, *SMALL, *FP32, "--scales", "2", "--init", "noise", "--checkpoint-every", "8"],
    "adam, regions": [*REGIONS, "--size", "96", "--iterations", "6", "--optimizer", "adam", "--checkpoint-every", "4"],
    "tileable": ["--style", "mosaic.jpg", "--size", "64", "--tileable", "--iterations", "6", "--checkpoint-every", "4"],
}
BATCH = ["batch", "--content", "photos", "--style", "paintings", "-o", "out", "--size", "48", "--iterations", "3",
         "--color", "match"]


def png_samples(data):
    """(width, height, depth, kind, samples) of a PNG that is not interlaced: what a decoder sees before any profile."""
    at, packed = 8, b""
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colours, _, _, interlaced = struct.unpack(">IIBBBBB", body)
        if kind == b"IDAT":
            packed += body
        at += 12 + length
    if interlaced or depth < 8 or colours == 3:
        raise ValueError("a PNG of a kind that this program does not write")
    step = {0: 1, 2: 3, 4: 2, 6: 4}[colours] * depth // 8
    line, raw, rows, above = width * step, zlib.decompress(packed), [], bytes(width * step)
    for y in range(height):
        how, row = raw[y * (line + 1)], bytearray(raw[y * (line + 1) + 1 : (y + 1) * (line + 1)])
        for i in range(line if how else 0):
            left, up, corner = (row[i - step] if i >= step else 0), above[i], (above[i - step] if i >= step else 0)
            if how == 4:
                guess = left + up - corner
                near = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]
            else:
                near = (left, up, (left + up) // 2)[how - 1]
            row[i] = (row[i] + near) & 255
        above = bytes(row)
        rows.append(above)
    return width, height, depth, colours, b"".join(rows)


def without_times(value):
    """A report but for what the clock and the machine's memory have in it."""
    if isinstance(value, dict):
        noisy = ("seconds", "elapsed_seconds", "peak_memory_bytes", "predicted_bytes")
        return {key: "…" if key in noisy else without_times(item) for key, item in value.items()}
    return [without_times(item) for item in value] if isinstance(value, list) else value


def steady(text):
    """Text but for times and sizes of memory."""
    text = re.sub(r"\b\d+(:\d\d)+\b|\b\d+(\.\d+)? ?(ms|s|min|h)\b", "TIME", text)
    return re.sub(r"\b\d+(\.\d+)? [KMG]iB\b", "MEMORY", text)


def sentences_of(stderr):
    return [steady(line) for line in stderr.splitlines() if line.startswith("styler:")]


def files_below(folder):
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


class Comparison:
    def __init__(self, base, new, weights, pictures, root, words):
        self.programs = {"base": base.resolve(), "new": new.resolve()}
        self.weights, self.pictures, self.root, self.words = weights, pictures, root, words
        self.differing = 0
        self.number = 0

    def fresh(self):
        """A folder with the inputs, of the same name for both programs."""
        self.number += 1
        folder = self.root / str(self.number) / "work"
        (folder / "photos").mkdir(parents=True)
        (folder / "paintings").mkdir()
        examples = CHECKOUT / "examples"
        shutil.copy(examples / "coffee_regions.png", folder / "regions.png")
        for name, below in (("coffee.jpg", "photos"), ("painting.jpg", "paintings"), ("mosaic.jpg", "paintings")):
            shutil.copy(examples / name, folder)
            shutil.copy(examples / name, folder / below)
        shutil.copy(self.root / "glass.png", folder / "glass.png")
        shutil.copy(self.root / "glass.png", folder / "photos")
        (folder / "broken.jpg").write_bytes((examples / "coffee.jpg").read_bytes()[:2000])
        (folder / "broken.txt").write_text("coffee.jpg\nbroken.jpg\nnone.jpg\n")
        (folder / "run.toml").write_text('size = 64\niterations = 4\nstyle-weight = 8\npadding = "reflect"\n')
        for picture in self.pictures:
            shutil.copy(picture, folder / picture.name)
        (folder / WEIGHTS).symlink_to(self.weights)
        return folder

    def run(self, program, folder, arguments):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("STYLER_", "XDG_"))}
        command, environment = [self.programs[program], *arguments], {**kept, "HOME": str(folder)}
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)

    def whole(self, arguments):
        """The command line with what all have in common."""
        full = [*arguments, "--device", "cpu", "--weights", WEIGHTS]
        if "--threads" not in full:
            full += ["--threads", "1"]
        if "-o" not in full and "--dry-run" not in full:
            full += ["-o", "out.png"]
        return full

    def compare(self, name, arguments):
        if self.left_out(name):
            return
        before = self.fresh()
        known = files_below(before)
        folders = {"base": before, "new": self.fresh()}
        results = {program: self.run(program, folders[program], self.whole(arguments)) for program in folders}
        self.say(name, *self.verdict(folders, results, known))

    def left_out(self, name):
        return bool(self.words) and not any(word in name for word in self.words)

    def say(self, name, notes, differences):
        self.differing += bool(differences)
        print(f"{'DIFFERS' if differences else 'same':8} {name:24} {', '.join(notes)}", flush=True)
        for difference in differences:
            print(f"         - {difference}", flush=True)

    def verdict(self, folders, results, known):
        """(what there is to tell, what differs)."""
        base, new = results["base"], results["new"]
        notes, differences = [f"exit code {base.returncode}"], []
        if base.returncode != new.returncode:
            differences.append(f"exit code {base.returncode}, then {new.returncode}: {new.stderr.strip()}")
        if steady(base.stdout) != steady(new.stdout):
            differences.append(f"standard output:\n{base.stdout}\n-- and then --\n{new.stdout}")
        sentences = [sentences_of(result.stderr) for result in (base, new)]
        if sentences[0] != sentences[1]:
            differences.append(f"standard error: {sentences[0]}, then {sentences[1]}")
        files = [files_below(folder) - known for folder in folders.values()]
        if files[0] != files[1]:
            differences.append(f"files: {sorted(files[0])}, then {sorted(files[1])}")
        for name in sorted(files[0] & files[1]):
            note, difference = self.files_verdict(name, folders["base"] / name, folders["new"] / name)
            notes.append(f"{name}: {note}")
            differences += [f"{name}: {text}" for text in difference]
        return notes, differences

    def files_verdict(self, name, base, new):
        if base.suffix in (".json", ".jsonl"):
            reports = []
            for file in (base, new):
                lines = [file.read_text()] if file.suffix == ".json" else sorted(file.read_text().splitlines())
                reports.append([json.dumps(without_times(json.loads(line)), indent=1) for line in lines])
            return ("same report", []) if reports[0] == reports[1] else ("", [first_difference(*reports)])
        if base.suffix not in PICTURES:
            return "not compared", []
        if base.read_bytes() == new.read_bytes():
            return "same bytes", []
        differences = []
        if self.pixels(base) != self.pixels(new):
            differences.append("other pixels")
        told = self.run("base", base.parent, ["show", "--json", base.name])
        for file in (base, new):
            now = self.run("new", file.parent, ["show", "--json", file.name])
            if (now.returncode, now.stdout) != (told.returncode, told.stdout):
                change = first_difference([told.stdout], [now.stdout])
                differences.append(f"`show --json` tells something else: {change}")
        return "other bytes" if differences else "same pixels", differences

    def pixels(self, file):
        """Without its name's ending, so that a file which isn't what it's called is seen."""
        data = file.read_bytes()
        if data.startswith(b"\x89PNG"):
            return png_samples(data)
        decoded = self.root / "decoded.png"
        decoded.unlink(missing_ok=True)
        # At strength 0 the picture is what it was, to the last of 16 bits.
        job = ["--content", file.name, "--style", file.name, "--strength", "0", "--size", "original", "--scales", "1"]
        quick = ["--iterations", "1", "--style-layers", "relu1_1", "--content-layers", "relu1_1", "-q", *FP32]
        output = ["--bit-depth", "16", "--no-metadata", "-o", str(decoded)]
        machine = ["--device", "cpu", "--threads", "1", "--weights", str(self.weights)]
        result = self.run("base", file.parent, [*job, *quick, *output, *machine])
        if result.returncode != 0:
            return result.stderr
        return png_samples(decoded.read_bytes())

    def compare_resumed(self, name, arguments):
        """A checkpoint of each, gone on from by the other: what comes of it is what comes of a run that never stopped."""
        if self.left_out("resume " + name):
            return
        whole = [*self.whole(arguments), "--no-metadata"]
        every = whole.index("--checkpoint-every")
        rest = whole[:every] + whole[every + 2 :]
        notes, differences, pictures = [], [], {}
        for first, second in (("base", "new"), ("new", "base")):
            folder = self.fresh()
            begun = self.run(first, folder, [*whole, "--checkpoint", "run.ckpt"])
            if begun.returncode != 0 or not (folder / "run.ckpt").exists():
                differences.append(f"{first} left no checkpoint: {begun.stderr}")
                continue
            (folder / "out.png").rename(folder / "whole.png")
            resumed = self.run(second, folder, [*rest, "--resume", "run.ckpt"])
            if resumed.returncode != 0:
                differences.append(f"{second} could not go on with {first}'s checkpoint: {resumed.stderr}")
                continue
            pictures[first] = self.pixels(folder / "whole.png")
            if self.pixels(folder / "out.png") != pictures[first]:
                differences.append(f"{first}'s run, gone on with by {second}: other pixels")
                continue
            notes.append(f"{first} → {second}: same pixels")
        if len(pictures) == 2 and pictures["base"] != pictures["new"]:
            differences.append("the whole runs have other pixels")
        self.say("resume " + name, notes, differences)

    def compare_least_memory(self):
        """With as little as the base program says that it needs: tiles, and a short history."""
        job = [*JOB, "--size", "256", "--scales", "1", "--iterations", "2", *FP32, *REPORT, "--memory-limit"]
        refused = self.run("base", self.fresh(), self.whole([*job, "100M"]))
        limit = re.search(r"allow --memory-limit (\w+)", refused.stderr)
        self.compare("least memory", [*job, limit[1] if limit else "1G"])

    def compare_batches(self):
        """What the one has painted, the other skips."""
        if self.left_out("batch, again"):
            return
        notes, differences = [], []
        for first, second in (("base", "new"), ("new", "base")):
            folder = self.fresh()
            self.run(first, folder, self.whole(BATCH))
            again = self.run(second, folder, self.whole(BATCH))
            if not re.search(r"(?m)^done +0\nskipped +4$", again.stderr):
                differences.append(f"{first}'s pictures are not skipped by {second}: {again.stderr}")
                continue
            notes.append(f"{first} → {second}: skipped")
        self.say("batch, again", notes, differences)

    def all(self):
        for name, arguments in CASES.items():
            self.compare(name, arguments)
        for picture in self.pictures:
            course = ["--size", "96", "--iterations", "5"]
            self.compare(f"picture {picture.name}", ["--content", picture.name, "--style", "painting.jpg", *course])
            self.compare(f"style {picture.name}", ["--content", "coffee.jpg", "--style", picture.name, *course])
        for name, arguments in RESUMED.items():
            self.compare_resumed(name, arguments)
        if not self.left_out("least memory"):
            self.compare_least_memory()
        self.compare_batches()


def glass(x, y):
    """A picture that fades away to the right."""
    return 3 * x, 4 * y, x * y % 256, max(0, 255 - 3 * max(0, x - 20))


def first_difference(base, new):
    for a, b in zip(base, new):
        for line_a, line_b in zip(a.splitlines(), b.splitlines()):
            if line_a != line_b:
                return f"{line_a.strip()}, then {line_b.strip()}"
    return "of another length"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", type=Path, help="the program as it was")
    parser.add_argument("new", type=Path, help="the program as it is")
    parser.add_argument("--weights", type=Path, help="VGG19; random numbers otherwise")
    parser.add_argument("--pictures", type=Path, help="a folder whose pictures are painted, and painted after, too")
    parser.add_argument("--only", action="append", default=[], metavar="WORD", help="cases whose names hold this")
    arguments = parser.parse_args()
    pictures = []
    if arguments.pictures:
        files = (file.resolve() for file in arguments.pictures.iterdir())
        pictures = sorted(file for file in files if file.suffix.lower() in (".jpg", ".png"))
    with tempfile.TemporaryDirectory(prefix="styler compare ") as folder:
        root = Path(folder)
        (root / "glass.png").write_bytes(support.png(80, 60, glass))
        weights = arguments.weights and arguments.weights.resolve()
        if not weights:
            weights = root / WEIGHTS
            weights.write_bytes(support.random_vgg19())
        comparison = Comparison(arguments.base, arguments.new, weights, pictures, root, arguments.only)
        comparison.all()
        print(f"{comparison.differing} differ" if comparison.differing else "nothing differs")
        return 1 if comparison.differing else 0


if __name__ == "__main__":
    sys.exit(main())
