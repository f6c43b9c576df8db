#!/usr/bin/env python3
"""Lays examples/mosaic.jpg, the second style of docs/controls.md: a sun of stones, and the sea below it.

    python3 examples/mosaic.py [OUT.jpg]       needs numpy and Pillow; the same seed gives the same stones

As unlike painting.jpg as can be: flat stones with hard edges and pale joints where that has flowing strokes, warm where
that is blue. Stones are the cells of points scattered about a grid; each takes its colour from the picture that is laid.
"""
import sys
from pathlib import Path

import numpy as np
from PIL import Image

WIDTH, HEIGHT = 640, 512
SEED = 5
SPACING = 17  # of the stones, in pixels
JOINT = 1.6  # half the width of a joint

WARM = ["#fbe7a1", "#f6c445", "#e98a1f", "#cf4a1b", "#8e1f1c", "#5a1220"]
SEA = ["#0e5a5e", "#12807c", "#35a89a", "#8fd0b8"]
JOINTS = "#e9ddc7"


def rgb(colours):
    return np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in colours], float)


def colour_at(x, y, rng):
    """What is laid: rings and rays around a low sun, and waves below the horizon."""
    warm, sea = rgb(WARM), rgb(SEA)
    dx, dy = x - 0.62 * WIDTH, y - 0.52 * HEIGHT
    ring = np.hypot(dx, dy) / 62
    ray = 0.8 * (np.sin(np.arctan2(dy, dx) * 14) > 0) * (ring > 1.2)
    wave = (y - 0.7 * HEIGHT) / 26 + 0.7 * np.sin(x / 34)
    jitter = rng.normal(0, 0.3, x.shape)
    of_sky = warm[np.clip(ring + ray + jitter, 0, len(warm) - 1).astype(int)]
    of_sea = sea[np.clip(np.mod(wave + jitter, len(sea)), 0, len(sea) - 1).astype(int)]
    is_sea = (y > 0.7 * HEIGHT)[..., None]
    shade = 1 + rng.normal(0, 0.07, x.shape)[..., None]
    return np.clip(np.where(is_sea, of_sea, of_sky) * shade, 0, 255)


def main():
    rng = np.random.default_rng(SEED)
    rows, columns = HEIGHT // SPACING + 3, WIDTH // SPACING + 3
    grid_y, grid_x = np.mgrid[-1 : rows - 1, -1 : columns - 1]
    site_x = (grid_x + 0.5 + rng.uniform(-0.36, 0.36, grid_x.shape)) * SPACING
    site_y = (grid_y + 0.5 + rng.uniform(-0.36, 0.36, grid_y.shape)) * SPACING
    colours = colour_at(site_x, site_y, rng)

    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(float)
    nearest = np.full(x.shape, np.inf)
    second = np.full(x.shape, np.inf)
    stone_row = np.zeros(x.shape, int)
    stone_column = np.zeros(x.shape, int)
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            row = np.clip((y // SPACING).astype(int) + 1 + down, 0, rows - 1)
            column = np.clip((x // SPACING).astype(int) + 1 + right, 0, columns - 1)
            distance = np.hypot(x - site_x[row, column], y - site_y[row, column])
            closer = distance < nearest
            second = np.where(closer, nearest, np.minimum(second, distance))
            stone_row, stone_column = np.where(closer, row, stone_row), np.where(closer, column, stone_column)
            nearest = np.minimum(nearest, distance)

    stone = np.clip((second - nearest) / 2 - JOINT, 0, 1)[..., None]  # 0 in the joints
    rim = np.clip((second - nearest) / 2 - JOINT - 1.2, 0, 1)[..., None]  # stones are darker at their edges
    laid = colours[stone_row, stone_column] * (0.8 + 0.2 * rim) + rng.normal(0, 4, x.shape)[..., None]
    picture = laid * stone + rgb([JOINTS])[0] * (1 - stone)
    out = sys.argv[1] if len(sys.argv) > 1 else Path(__file__).with_name("mosaic.jpg")
    Image.fromarray(np.clip(picture + 0.5, 0, 255).astype(np.uint8)).save(out, quality=85, subsampling=0, optimize=True)


if __name__ == "__main__":
    main()
