#!/usr/bin/env python3
"""Writes the ICC profiles of the test pictures, byte by byte, so that they owe nothing to the library that reads them.

    make_profiles.py FOLDER

The numbers are those of the published spaces; colourants are adapted to D50 (Bradford), as profiles want them.
"""
import struct
import sys
from pathlib import Path

D50 = (0.9642, 1.0, 0.8249)


def fixed(value):
    return struct.pack(">i", round(value * 65536))


def xyz(values):
    return b"XYZ \0\0\0\0" + b"".join(map(fixed, values))


def gamma_curve(exponent):
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(exponent * 256)) + b"\0\0"


def srgb_curve():
    numbers = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    return b"para\0\0\0\0" + struct.pack(">HH", 3, 0) + b"".join(map(fixed, numbers))


def text(words):
    data = words.encode() + b"\0"
    return b"desc\0\0\0\0" + struct.pack(">I", len(data)) + data + bytes(78)


def profile(device_class, space, pcs, tags):
    """A version 2 profile (4 where it has parametric curves)."""
    tags = {"desc": text("test"), "cprt": b"text\0\0\0\0none\0", "wtpt": xyz(D50), **tags}
    version = 0x04000000 if any(data[:4] == b"para" for data in tags.values()) else 0x02400000
    table, body = b"", b""
    offset = 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        table += name.encode() + struct.pack(">II", offset + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    header = struct.pack(">I4sI4s4s4s", offset + len(body), b"none", version, device_class, space, pcs)
    header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + b"".join(map(fixed, D50)) + bytes(48)
    return header + struct.pack(">I", len(tags)) + table + body


def matrix_profile(red, green, blue, curve):
    tags = {f"{name}XYZ": xyz(values) for name, values in zip("rgb", (red, green, blue))}
    tags.update({f"{name}TRC": curve for name in "rgb"})
    return profile(b"mntr", b"RGB ", b"XYZ ", tags)


def lab_of_xyz(colour):
    def f(t):
        return t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116

    x, y, z = (f(value / white) for value, white in zip(colour, D50))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def table_profile(space, channels, grid, xyz_of):
    """A profile that is nothing but a table, as printers and scanners have them: lut16 to Lab, as version 2 codes it."""
    ramp = struct.pack(">2H", 0, 65535)
    data = b"mft2\0\0\0\0" + struct.pack(">4B", channels, 3, grid, 0)
    data += b"".join(map(fixed, (1, 0, 0, 0, 1, 0, 0, 0, 1))) + struct.pack(">2H", 2, 2) + ramp * channels
    for i in range(grid**channels):
        digits = [i // grid**place % grid / (grid - 1) for place in reversed(range(channels))]
        lightness, a, b = lab_of_xyz(xyz_of(digits))
        coded = (lightness * 652.8, (a + 128) * 256, (b + 128) * 256)
        data += struct.pack(">3H", *(min(max(round(value), 0), 65535) for value in coded))
    data += ramp * 3
    kind = b"prtr" if channels == 4 else b"scnr"
    return profile(kind, space, b"Lab ", {"A2B0": data})


P3 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))
ADOBE = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
PROPHOTO = ((0.79767, 0.28804, 0.0), (0.13519, 0.71188, 0.0), (0.03134, 0.00009, 0.82491))


def mixed(primaries, light):
    return [sum(colour[k] * amount for colour, amount in zip(primaries, light)) for k in range(3)]


def scanner(digits):
    return mixed(ADOBE, [0.002 + 0.9 * digit**2 for digit in digits])


def press(inks):
    cyan, magenta, yellow, black = inks
    paper = [(1 - 0.95 * cyan), (1 - 0.9 * magenta), (1 - 0.85 * yellow)]
    return mixed(ADOBE, [(0.01 + 0.85 * part**1.5) * (1 - 0.97 * black) for part in paper])


def main():
    folder = Path(sys.argv[1])
    profiles = {
        "p3": matrix_profile(*P3, srgb_curve()),
        "adobe": matrix_profile(*ADOBE, gamma_curve(563 / 256)),
        "prophoto": matrix_profile(*PROPHOTO, gamma_curve(1.8)),
        "grey": profile(b"mntr", b"GRAY", b"XYZ ", {"kTRC": gamma_curve(1.8)}),
        "scanner": table_profile(b"RGB ", 3, 7, scanner),
        "press": table_profile(b"CMYK", 4, 5, press),
    }
    for name, data in profiles.items():
        (folder / f"{name}.icc").write_bytes(data)


main()
