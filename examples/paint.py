#!/usr/bin/env python3
"""Paints examples/painting.jpg: a bay under a turning evening sky, stroke by stroke.

    python3 examples/paint.py [OUT.jpg]        needs numpy and Pillow; the same seed gives the same strokes

A flow field says where brushes go, a colour field what they are dipped into. Three layers of strokes, from broad to
fine, follow the flow; each stroke is a bundle of bristles with a tone and an amount of paint of its own. The paint also
builds up a relief, which is lit from the upper left at the end. Styler looks at statistics of texture over several
scales, so the painting has texture at several scales: bands of colour, strokes, bristles, relief.
"""
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 800, 640
SCALE = 2  # painted larger and then shrunk, so that bristles are thinner than a pixel
SEED = 11

# x, y, radius in pixels, turning strength (its sign is the direction), glow (0: none)
SWIRLS = [
    (205, 170, 78, +2.6, 0.35),
    (415, 235, 64, -2.4, 0.25),
    (618, 128, 70, +2.5, 1.00),
    (735, 285, 46, -1.9, 0.45),
    (60, 310, 46, -1.9, 0.30),
    (395, 62, 40, +1.8, 0.70),
    (60, 60, 36, +1.6, 0.55),
]

SKY = ["#0b1238", "#13256b", "#1d3f9c", "#2b63b8", "#3d8fc0", "#1f7f8c", "#123a66", "#7fc4c0"]
GLOW = ["#fff3b8", "#fbd44c", "#f3a52a", "#dd6a1f"]
HILLS = ["#0c1a2e", "#14324a", "#1c4b50", "#2d3a6e", "#0a1020"]
WATER = ["#0d1a48", "#12306e", "#1f5f96", "#2f8f9c", "#8accc6"]
FIELD = ["#c8641c", "#e79a2b", "#f2c24a", "#8a3414", "#3a1d22", "#d9812a", "#5b6a2c"]
ACCENTS = ["#e2571c", "#f7c843", "#0a0d24", "#9fd8cc", "#7a1f1a"]


def rgb(colours):
    return np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in colours], float)


SKY, GLOW, HILLS, WATER, FIELD, ACCENTS = map(rgb, (SKY, GLOW, HILLS, WATER, FIELD, ACCENTS))


def along(palette, t):
    """The colour at t in [0, 1] along a palette, blended between neighbours."""
    position = np.clip(t, 0, 1) * (len(palette) - 1)
    low = np.floor(position).astype(int)
    high = np.minimum(low + 1, len(palette) - 1)
    share = (position - low)[..., None]
    return palette[low] * (1 - share) + palette[high] * share


def ridge(x):
    """Height of the hills' outline above the bay, as y."""
    return 452 - 62 * np.exp(-(((x - 95) / 120) ** 2)) - 38 * np.exp(-(((x - 690) / 105) ** 2)) + 9 * np.sin(x / 31)


def shore(x):
    """Where the bay ends and the field begins, as y."""
    return 520 + 22 * np.sin(x / 140 + 0.6) + 8 * np.sin(x / 47)


def current(x, y):
    """Stream function of the sky: its contours are the lines along which the wind blows."""
    psi = y + 16 * np.sin(x / 95 + y / 160) + 9 * np.sin(x / 43 - y / 70)
    for cx, cy, radius, turn, _ in SWIRLS:
        psi = psi + turn * radius * 0.8 * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * radius**2))
    return psi


def eye(cx, cy, radius):
    """The point around which a swirl really turns: the wind carries it off its centre."""
    y, x = np.mgrid[cy - radius : cy + radius, cx - radius : cx + radius].astype(float)
    gradient_y, gradient_x = np.gradient(current(x, y))
    speed = np.hypot(gradient_x, gradient_y) + 0.004 * np.hypot(x - cx, y - cy)  # of two calm points, the nearer
    calmest = np.unravel_index(np.argmin(speed), speed.shape)
    return x[calmest], y[calmest]


def direction(x, y):
    """Unit vector of the flow at each point."""
    step = 1.0
    dx = (current(x, y + step) - current(x, y - step)) / 2
    dy = -(current(x + step, y) - current(x - step, y)) / 2
    hill = y > ridge(x)
    depth = (y - ridge(x)) / 60
    dx = np.where(hill, 1.0, dx)
    slope = (ridge(x + 2) - ridge(x - 2)) / 4
    dy = np.where(hill, slope * 1.6 + 0.35 * np.sin(x / 22 + depth * 4), dy)
    bay = hill & (y > 452)
    dy = np.where(bay, 0.14 * np.sin(x / 26 + y / 9), dy)
    field = y > shore(x)
    # The furrows of the field run towards a point on the horizon.
    fx, fy = x - 560, y - 430
    dx = np.where(field, fx + 60 * np.sin(y / 17), dx)
    dy = np.where(field, fy + 26 * np.sin(x / 37), dy)
    norm = np.hypot(dx, dy) + 1e-9
    return dx / norm, dy / norm


def colour(x, y, rng):
    """What the brush is dipped into at each point; partly chance, as on a palette."""
    chance = rng.normal(0, 1, x.shape)
    psi = current(x, y)
    band = 0.5 + 0.5 * np.sin(psi / 13 + 0.35 * chance)
    result = along(SKY, 0.86 * band + 0.05 * chance)
    # Light and dark are set side by side, never stirred together: blended blue and orange would only make grey.
    # Towards the horizon the sky turns light and warm.
    evening = np.clip((y - 285) / 150, 0, 1) ** 1.3 * np.clip(0.75 + 0.6 * np.sin(psi / 9), 0, 1)
    warm = along(GLOW, 0.5 + 0.38 * np.sin(psi / 7) + 0.12 * chance)
    result = np.where((rng.random(x.shape) < evening)[..., None], warm, result)
    for (cx, cy), (_, _, radius, _, glow) in zip(EYES, SWIRLS):
        distance = np.hypot(x - cx, y - cy) / radius
        rings = glow * np.clip(1.3 - distance, 0, 1) * (0.9 + 0.5 * np.sin(distance * 16))
        warm = along(GLOW, 0.95 * distance + 0.1 * chance)
        result = np.where((rng.random(x.shape) < 1.7 * rings)[..., None], warm, result)
    hill = y > ridge(x)
    t = 0.5 + 0.5 * np.sin((y - ridge(x)) / 8 + x / 60 + 0.5 * chance)
    result = np.where(hill[..., None], along(HILLS, t), result)
    bay = hill & (y > 452)
    mirror = np.exp(-(((x - 590) / 95) ** 2))  # the largest glow, seen in the water
    result = np.where(bay[..., None], along(WATER, 0.5 + 0.35 * np.sin(y / 5 + x / 40) + 0.15 * chance), result)
    mirrored = bay & (rng.random(x.shape) < 0.75 * mirror)
    result = np.where(mirrored[..., None], along(GLOW, 0.5 + 0.25 * chance), result)
    field = y > shore(x)
    furrow = np.arctan2(y - 430, x - 560)
    t = 0.5 + 0.5 * np.sin(furrow * 42 + 0.7 * chance)
    result = np.where(field[..., None], along(FIELD, t), result)
    accent = rng.random(x.shape) < 0.035
    return np.where(accent[..., None], ACCENTS[rng.integers(0, len(ACCENTS), x.shape)], result)


def paths(x, y, length, steps):
    """Follows the flow to both sides of each start. Returns x and y as [strokes, steps]."""
    halves = []
    for sign in (-1, 1):
        px, py, line = x.copy(), y.copy(), []
        stride = sign * length / steps
        for _ in range(steps // 2):
            dx, dy = direction(px, py)
            mx, my = direction(px + stride * dx / 2, py + stride * dy / 2)
            px, py = px + stride * mx, py + stride * my
            line.append((px, py))
        halves.append(line)
    points = halves[0][::-1] + [(x, y)] + halves[1]
    return np.stack([p[0] for p in points], 1), np.stack([p[1] for p in points], 1)


def paint_layer(canvas, relief, rng, count, width, length, ragged):
    """One layer of `count` strokes, `width` and `length` in pixels of the finished painting."""
    x, y = rng.uniform(-10, WIDTH + 10, count), rng.uniform(-10, HEIGHT + 10, count)
    steps = 16
    lengths = length * rng.uniform(0.55, 1.35, count)
    px, py = paths(x, y, lengths, steps)
    base = colour(x, y, rng)
    tangent_x, tangent_y = np.gradient(px, axis=1), np.gradient(py, axis=1)
    norm = np.hypot(tangent_x, tangent_y) + 1e-9
    normal_x, normal_y = -tangent_y / norm, tangent_x / norm
    taper = np.sin(np.linspace(0.16, np.pi - 0.1, px.shape[1])) ** 0.45
    paint, height = ImageDraw.Draw(canvas, "RGBA"), ImageDraw.Draw(relief)
    for i in range(count):
        stroke_width = width * rng.uniform(0.7, 1.3)
        bristles = max(3, int(stroke_width * SCALE / 1.7))
        tones = np.cumsum(rng.normal(0, 7, bristles))  # neighbours carry similar paint
        tones += rng.normal(0, 9, bristles) - tones.mean()
        tint = rng.normal(0, 7, 3)
        for j, offset in enumerate(np.linspace(-0.5, 0.5, bristles)):
            # Bristles set down and lift off one after the other.
            first, last = rng.integers(0, ragged + 1), px.shape[1] - rng.integers(0, ragged + 2)
            across = offset * stroke_width * taper[first:last]
            line_x = (px[i, first:last] + across * normal_x[i, first:last]) * SCALE
            line_y = (py[i, first:last] + across * normal_y[i, first:last]) * SCALE
            line = list(zip(line_x.tolist(), line_y.tolist()))
            tone = tuple(int(c) for c in np.clip(base[i] + tint + tones[j], 0, 255))
            paint.line(line, fill=(*tone, int(rng.uniform(175, 255))), width=3)
            edge = 1 - (2 * abs(offset)) ** 3  # paint is thickest inside the stroke
            height.line(line, fill=int(np.clip(95 + 60 * edge + rng.normal(0, 42), 0, 255)), width=2)


def lit(canvas, relief):
    """Shrinks the painting and lights its relief from the upper left."""
    size = (WIDTH, HEIGHT)
    picture = np.asarray(canvas.resize(size, Image.LANCZOS), float)
    thickness = np.asarray(relief.filter(ImageFilter.GaussianBlur(0.8)).resize(size, Image.LANCZOS), float)
    slope_y, slope_x = np.gradient(thickness)
    light = np.clip(-(slope_x + slope_y) * 0.011, -0.26, 0.3)[..., None]
    shaded = np.where(light > 0, picture + (255 - picture) * light * 0.7, picture * (1 + light))
    return Image.fromarray(np.clip(shaded + 0.5, 0, 255).astype(np.uint8))


EYES = [eye(x, y, radius) for x, y, radius, _, _ in SWIRLS]


def main():
    rng = np.random.default_rng(SEED)
    canvas = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), "#101a3c")
    relief = Image.new("L", canvas.size, 90)
    paint_layer(canvas, relief, rng, count=2600, width=19, length=105, ragged=2)
    paint_layer(canvas, relief, rng, count=3600, width=11, length=66, ragged=3)
    paint_layer(canvas, relief, rng, count=2600, width=5.5, length=42, ragged=3)
    out = sys.argv[1] if len(sys.argv) > 1 else Path(__file__).with_name("painting.jpg")
    lit(canvas, relief).save(out, quality=82, subsampling=0, optimize=True)


if __name__ == "__main__":
    main()
