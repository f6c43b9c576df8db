#!/usr/bin/env python3
"""Writes small files that ask a reader for too much, into the folder broken/ beside this script."""
import struct
import zlib
from pathlib import Path

FOLDER = Path(__file__).parent / "broken"


def png(*chunks):
    data = b"\x89PNG\r\n\x1a\n"
    for name, body in chunks:
        data += struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    return data


def header(width, height, depth=8, colour=2, interlace=0):
    return b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)


def tiff(*entries, next_directory=0, data=b""):
    """Entries are (tag, type, count, value); the data begin at byte 1000."""
    body = struct.pack("<H", len(entries))
    for tag, kind, count, value in entries:
        body += struct.pack("<HHI", tag, kind, count) + struct.pack("<I", value)
    body += struct.pack("<I", next_directory)
    return (b"II*\0" + struct.pack("<I", 8) + body).ljust(1000, b"\0") + data


def grey(width, height, *more, bits=8, **options):
    return tiff((256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, bits), (259, 3, 1, 1), (262, 3, 1, 1), *more,
                **options)


ZEROS = zlib.compress(bytes(24_000_000), 9)
PIXEL = b"IDAT", zlib.compress(bytes(4))
BASELINE = b"\xff\xc2\x00\x11\x08%s\x03\x01\x11\x00\x02\x11\x00\x03\x11\x00"
HUFFMAN = b"\xff\xc4\x00\x14\x00\x01" + bytes(15) + b"\x00" + b"\xff\xc4\x00\x14\x10\x01" + bytes(15) + b"\x00"
SCAN = b"\xff\xda\x00\x08\x01\x01\x00\x00\x00\x00\x00"
FILES = {
    "profile_bomb.png": png(header(1, 1), (b"iCCP", b"x\0\0" + ZEROS), PIXEL, (b"IEND", b"")),
    "text_bomb.png": png(header(1, 1), (b"zTXt", b"x\0\0" + ZEROS), PIXEL, (b"IEND", b"")),
    "pixel_bomb.png": png(header(1, 1), (b"IDAT", ZEROS), (b"IEND", b"")),
    "wide_interlaced.png": png(header(0x7FFFFFFF, 1, interlace=1), PIXEL, (b"IEND", b"")),
    "huge_tile.tif": grey(4, 4, (322, 4, 1, 1 << 20), (323, 4, 1, 1 << 20), (324, 4, 1, 1000), (325, 4, 1, 16),
                          data=bytes(16)),
    "tiny_tiles.tif": grey(64, 64, (322, 4, 1, 1), (323, 4, 1, 1), (324, 4, 1, 1000), (325, 4, 1, 16), data=bytes(16)),
    "many_samples.tif": grey(64, 64, (273, 4, 1, 1000), (277, 3, 1, 65535), (278, 4, 1, 64), (279, 4, 1, 16),
                             data=bytes(16)),
    "endless_pages.tif": grey(4, 4, (254, 4, 1, 1), (273, 4, 1, 1000), (278, 4, 1, 4), (279, 4, 1, 16),
                              next_directory=8, data=bytes(16)),
    "many_offsets.tif": grey(64, 64, (273, 4, 0x7FFFFFFF, 1000), (278, 4, 1, 1), (279, 4, 0x7FFFFFFF, 16),
                             data=bytes(16)),
    "large_profile.tif": grey(4, 4, (273, 4, 1, 1000), (278, 4, 1, 4), (279, 4, 1, 16), (34675, 7, 0x7FFFFFFF, 1000),
                              data=bytes(16)),
    "top_row_never.bmp": b"BM" + struct.pack("<IIIIiiHHIIIIII", 70, 0, 54, 40, 4, -(1 << 31), 1, 24, 0, 0, 0, 0, 0, 0),
    "large_canvas.webp": b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\0\0\0"
    + b"\xff" * 6,
    "many_scans.jpg": b"\xff\xd8" + BASELINE % struct.pack(">HH", 64, 64) + HUFFMAN + SCAN * 1500 + b"\xff\xd9",
    "largest_size.jpg": b"\xff\xd8" + BASELINE % struct.pack(">HH", 65500, 65500) + HUFFMAN + SCAN + b"\xff\xd9",
    "profile_parts.jpg": b"\xff\xd8" + b"".join(b"\xff\xe2\x00\x11ICC_PROFILE\0" + bytes((i, 255, 0)) for i in range(256))
    + b"\xff\xd9",
}
FOLDER.mkdir(exist_ok=True)
for name, data in FILES.items():
    (FOLDER / name).write_bytes(data)
