#!/usr/bin/env python3
"""Draws examples/coffee_regions.png: which part of coffee.jpg is cup, and which is table.

    python3 examples/regions.py [OUT.png]      needs Pillow

What anyone would draw with two colours of a paint program over the photo; the edge is soft as a brush's.
"""
import sys
from pathlib import Path

from PIL import Image, ImageDraw

SCALE = 4  # drawn larger and then shrunk, for soft edges
CUP, TABLE = "#ff0000", "#0000ff"


def main():
    photo = Image.open(Path(__file__).with_name("coffee.jpg"))
    drawn = Image.new("RGB", (photo.width * SCALE, photo.height * SCALE), TABLE)
    draw = ImageDraw.Draw(drawn)

    def ellipse(left, top, right, bottom):
        draw.ellipse([edge * SCALE for edge in (left, top, right, bottom)], fill=CUP)

    ellipse(77, 66, 480, 391)  # the saucer
    ellipse(172, 17, 409, 210)  # the cup
    draw.line([(411 * SCALE, 75 * SCALE), (390 * SCALE, 190 * SCALE)], fill=CUP, width=26 * SCALE)  # the spoon's handle
    out = sys.argv[1] if len(sys.argv) > 1 else Path(__file__).with_name("coffee_regions.png")
    drawn.resize(photo.size, Image.LANCZOS).quantize(64, dither=Image.Dither.NONE).convert("RGB").save(out, optimize=True)


if __name__ == "__main__":
    main()
