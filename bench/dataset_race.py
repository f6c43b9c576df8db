#!/usr/bin/env python3
"""How many pictures of a data set are stylised in a second: by `styler apply --pick random`, and by a loop over the same
network in eager PyTorch, as people write one: Pillow reads, the network paints, Pillow writes.

    build/bench/race/bin/pip install pillow
    build/bench/race/bin/python bench/dataset_race.py --styler build/release/styler --model many.styler --photos photos

Makes a data set of --count pictures, squares of --edge px cut out of the photos, in ten folders, and checks that what
styler leaves has the same folders, names and sizes. Both sides have the same threads (--threads) and write JPEG of
quality 95. styler's start and its reading of the model are in its time, PyTorch's are not.
"""
import argparse
import os
import pathlib
import random
import subprocess
import tempfile
import time

import numpy
import torch
from generator_race import Network, read_model
from PIL import Image

CLASSES = 10


def make_data_set(folder, photos, count, edge):
    rng = random.Random(1)
    sources = [Image.open(photo).convert("RGB") for photo in sorted(pathlib.Path(photos).iterdir())
               if photo.suffix.lower() in (".jpg", ".jpeg", ".png")]  # fmt: skip
    sources = [source for source in sources if min(source.size) > edge]
    for number in range(count):
        source = rng.choice(sources)
        left, top = rng.randrange(source.width - edge), rng.randrange(source.height - edge)
        place = folder / f"class{number % CLASSES}" / ("deep" if number % 3 == 0 else "")
        place.mkdir(parents=True, exist_ok=True)
        source.crop((left, top, left + edge, top + edge)).save(place / f"{number:05}.jpg", quality=95)


def files_in(folder):
    return {file.relative_to(folder): Image.open(file).size for file in folder.rglob("*") if file.is_file()}


class ManyStyles:
    """A network for each row of a model, as StyledGenerator has them: what has one dimension is a style's."""

    def __init__(self, tensors):
        rows = tensors.pop("more_styles", numpy.zeros((0, 0), numpy.float32))
        tensors.pop("calm", None)
        self.networks = [Network(tensors)]
        for row in rows:
            own, first = dict(tensors), 0
            for name, tensor in tensors.items():
                if tensor.ndim == 1:
                    own[name] = row[first : first + tensor.size]
                    first += tensor.size
            self.networks.append(Network(own))

    def __call__(self, photo):
        return random.choice(self.networks)(photo)


def loop(network, source, target):
    with torch.inference_mode():
        for file in sorted(source.rglob("*.jpg")):
            pixels = numpy.asarray(Image.open(file).convert("RGB"), dtype=numpy.float32) / 255
            painted = network(torch.from_numpy(pixels).permute(2, 0, 1)[None])[0].permute(1, 2, 0)
            out = target / file.relative_to(source)
            out.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray((painted.clamp(0, 1) * 255).round().byte().numpy()).save(out, quality=95, subsampling=0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--styler", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--photos", required=True)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--edge", type=int, default=224)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    best = {}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_data_set(folder / "dataset", options.photos, options.count, options.edge)
        network = ManyStyles(read_model(options.model))
        for repeat in range(options.repeats):
            out = folder / f"ours{repeat}"
            sides = {
                "styler apply": lambda: subprocess.run(
                    [options.styler, "apply", "--content", folder / "dataset", "--model", options.model, "--pick", "random",
                     "--seed", "1", "-o", out, "--threads", str(options.threads), "-q"], check=True),
                "PyTorch": lambda: loop(network, folder / "dataset", folder / f"theirs{repeat}"),
            }  # fmt: skip
            for side, run in sides.items():
                start = time.perf_counter()
                run()
                best[side] = min(best.get(side, 1e9), time.perf_counter() - start)
            assert files_in(out) == files_in(folder / "dataset"), "folders, names or sizes differ"
    for side, seconds in best.items():
        print(f"{side:14}{options.count / seconds:7.1f} pictures a second")
    print(f"{options.count} of {options.edge} px, {options.threads} threads, {options.repeats} times, the fastest of each; "
          f"torch {torch.__version__}; load {os.getloadavg()[0]:.1f}")  # fmt: skip


if __name__ == "__main__":
    main()
