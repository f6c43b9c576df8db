#!/usr/bin/env python3
"""Makes small BMP and TIFF files of rare kinds, byte by byte, beside this script. They are what the test that damages
files begins with, so that it reaches the code that reads them; what they show is told by tests that make their own."""

import pathlib
import struct

HERE = pathlib.Path(__file__).parent


def bmp(name, bits, compression, pixels, behind, header=40, size=(6, 3)):
    dib = struct.pack("<IiiHHIIiiII", header, *size, 1, bits, compression, len(pixels), 2835, 2835, 0, 0)
    if header == 12:
        dib = struct.pack("<IHHHH", header, *size, 1, bits)
    dib += behind if header <= 40 else (behind + bytes(84))[:header - 40]
    start = 14 + len(dib)
    (HERE / "bmp" / name).write_bytes(struct.pack("<2sIII", b"BM", start + len(pixels), 0, start) + dib + pixels)


def tiff(name, pixels, **tags):
    """One row of four pixels."""
    numbers = {"bits": 258, "photometric": 262, "samples": 277, "planes": 284, "colours": 320, "extra": 338, "format": 339}
    planes = tags["samples"][0] if tags.get("planes") == [2] else 1
    entries = {256: [4], 257: [1], 259: [1], 273: [1024 + i * len(pixels) // planes for i in range(planes)],
               279: [len(pixels) // planes] * planes, **{numbers[key]: values for key, values in tags.items()}}
    directory, values = b"", b""
    for tag, numbers_of in sorted(entries.items()):
        packed = struct.pack(f"<{len(numbers_of)}H", *numbers_of)
        if len(packed) > 4:
            offset = 8 + 2 + 12 * len(entries) + 4 + len(values)
            values, packed = values + packed, struct.pack("<I", offset)
        directory += struct.pack("<HHI", tag, 3, len(numbers_of)) + packed.ljust(4, b"\0")
    file = b"II*\0" + struct.pack("<IH", 8, len(entries)) + directory + bytes(4) + values
    (HERE / "tiff" / name).write_bytes(file.ljust(1024, b"\0") + pixels)


colours = bytes(channel for i in range(16) for channel in (16 * i, 255 - 16 * i, 99))
fours = b"".join(colours[i:i + 3] + b"\0" for i in range(0, 48, 3))
bmp("os2.bmp", 4, 0, bytes(range(12)), colours, header=12)
bmp("4_bit_rle.bmp", 4, 2, bytes.fromhex("0603 0000 0004 1230 0278 0000 0002 0201 0315 0001"), fours)
bmp("fields_565.bmp", 16, 3, bytes(range(36)), struct.pack("<III", 0xF800, 0x7E0, 0x1F))
bmp("fields_10.bmp", 32, 3, bytes(range(72)), struct.pack("<III", 0x3FF00000, 0xFFC00, 0x3FF), header=108)
tiff("lab16.tif", bytes(range(24)), bits=[16] * 3, photometric=[8], samples=[3])
tiff("icc_lab8.tif", bytes(range(100, 112)), bits=[8] * 3, photometric=[9], samples=[3])
tiff("grey12.tif", bytes(range(6)), bits=[12], photometric=[1], samples=[1])
tiff("signed16.tif", bytes(range(124, 132)), bits=[16], photometric=[1], samples=[1], format=[2])
tiff("integers32.tif", bytes(range(16)), bits=[32], photometric=[1], samples=[1])
tiff("palette4_planes.tif", bytes.fromhex("12305F0F"), bits=[4] * 2, photometric=[3], samples=[2], planes=[2], extra=[2],
     colours=[4096 * i for i in range(48 // 3)] * 3)
