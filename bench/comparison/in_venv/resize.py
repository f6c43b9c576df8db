"""Resizes a picture to a long edge and writes it as a plain PNG: resize.py IN SIZE OUT; prints width and height.

By the filter and rounding of neural-style's own loader (Pillow's bilinear, which averages when it shrinks; edges
rounded down), so that its picture is the one that its users get. The filter is no detail: neural-style's result for the
reference pair has 36 times the style loss against a painting that was shrunk by Lanczos instead.
"""

import sys

import numpy as np
from PIL import Image, ImageOps


def main() -> None:
    source, size, target = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    picture = ImageOps.exif_transpose(Image.open(source)).convert("RGB")
    factor = size / max(picture.size)
    resized = picture.resize([max(1, int(factor * edge)) for edge in picture.size], Image.BILINEAR)
    # From bare pixels, so that no colour profile comes along: styler would convert by it, the peers would not.
    Image.fromarray(np.asarray(resized)).save(target)
    print(*resized.size)


if __name__ == "__main__":
    main()
