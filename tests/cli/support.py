"""What the tests of the command line share: running the program, and pictures and weights made from nothing."""

import array
import hashlib
import json
import os
import random
import shutil
import signal
import struct
import subprocess
import tempfile
import unittest
import zlib
from pathlib import Path

BINARY = os.environ.get("STYLER_BINARY", "styler")
CHECKOUT = Path(__file__).resolve().parents[2]
WEIGHTS = Path(os.environ.get("STYLER_TEST_WEIGHTS") or CHECKOUT / "models" / "vgg19.safetensors")

# Two blocks of the network are enough where the picture does not matter, and take a tenth of the time.
SHALLOW = ["--content-layers", "relu2_1", "--style-layers", "relu1_1,relu2_1"]
# One layer, where what is painted does not matter at all.
SHALLOWEST = ["--content-layers", "relu1_1", "--style-layers", "relu1_1"]


def png(width, height, pixel):
    """The bytes of an 8-bit PNG; pixel(x, y) gives (red, green, blue), or these and alpha."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes(v for x in range(width) for v in pixel(x, y)) for y in range(height))
    colour_type = 6 if len(pixel(0, 0)) == 4 else 2
    header = struct.pack(">IIBBBBB", width, height, 8, colour_type, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def photo(width=96, height=64):
    """A disc on a gradient."""

    def pixel(x, y):
        inside = (x - width / 2) ** 2 + (y - height / 2) ** 2 < (height / 3) ** 2
        return (220, 60, 40) if inside else (x * 255 // width, y * 255 // height, 120)

    return png(width, height, pixel)


def painting(width=80, height=72):
    """Diagonal stripes."""
    return png(width, height, lambda x, y: ((x + y) * 16 % 256, 180 if (x + y) // 6 % 2 else 30, (x - y) * 8 % 256))


def png_size(data):
    """(width, height) of a PNG that is whole: every chunk's checksum is right and every row is there."""
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise ValueError("no PNG")
    at, pixels, kinds = 8, b"", []
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack(">I", data[at + 8 + length : at + 12 + length])
        if zlib.crc32(kind + body) != checksum:
            raise ValueError("broken chunk")
        if kind == b"IHDR":
            width, height, depth, colours = struct.unpack(">IIBB", body[:10])
        if kind == b"IDAT":
            pixels += body
        kinds.append(kind)
        at += 12 + length
    if kinds[-1] != b"IEND" or (depth, colours) != (8, 2):
        raise ValueError("no whole 8-bit RGB picture")
    if len(zlib.decompress(pixels)) != height * (1 + 3 * width):
        raise ValueError("rows are missing")
    return width, height


def png_pixels(data):
    """Red, green and blue of an 8-bit RGB PNG, one after the other."""
    width, height = png_size(data)
    at, packed = 8, b""
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        if data[at + 4 : at + 8] == b"IDAT":
            packed += data[at + 8 : at + 8 + length]
        at += 12 + length
    rows, pixels, above = zlib.decompress(packed), bytearray(), bytes(3 * width)
    for y in range(height):
        kind, row = rows[y * (3 * width + 1)], bytearray(rows[y * (3 * width + 1) + 1 : (y + 1) * (3 * width + 1)])
        for x in range(3 * width):
            left, up, corner = (row[x - 3], above[x], above[x - 3]) if x > 2 else (0, above[x], 0)
            nearest = min((left, up, corner), key=lambda value: abs(left + up - corner - value))
            row[x] = (row[x] + (0, left, up, (left + up) // 2, nearest)[kind]) % 256
        pixels, above = pixels + row, row
    return bytes(pixels)


def safetensors(tensors, metadata):
    """The bytes of a file with `tensors`: a list of (name, shape, array of floats)."""
    header, at = {"__metadata__": metadata}, 0
    for name, shape, values in tensors:
        end = at + 4 * len(values)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [at, end]}
        at = end
    text = json.dumps(header).encode()
    text += b" " * (-(8 + len(text)) % 64)
    return struct.pack("<Q", len(text)) + text + b"".join(values.tobytes() for _, _, values in tensors)


def random_vgg19():
    """VGG19 with seeded random numbers, scaled so that its features neither die nor explode."""
    rng = random.Random(7)
    pattern = array.array("f", (rng.gauss(0, 1) for _ in range(4099)))  # a prime, so that channels differ
    tensors, channels = [], 3
    for block, (count, out) in enumerate([(2, 64), (2, 128), (4, 256), (4, 512), (4, 512)], 1):
        for number in range(1, count + 1):
            size, scale = out * channels * 9, (2 / (9 * channels)) ** 0.5 / (40 if channels == 3 else 1)
            scaled = array.array("f", (value * scale for value in pattern))
            kernel = (scaled * (size // len(scaled) + 1))[:size]
            tensors.append((f"conv{block}_{number}.weight", [out, channels, 3, 3], kernel))
            tensors.append((f"conv{block}_{number}.bias", [out], array.array("f", [0.0] * out)))
            channels = out
    metadata = {
        "network": "vgg19", "channels": "bgr", "scale": "255", "mean": "123.68 116.779 103.939", "stddev": "1 1 1",
        "source": "made for a test", "licence": "unknown", "origin_sha256": "0" * 64,
    }  # fmt: skip
    return safetensors(tensors, metadata)


def signed_anew(checkpoint, tensors, texts=()):
    """A checkpoint with other bytes for some tensors, other words in its header, and the digest that belongs to them."""
    length = struct.unpack("<Q", checkpoint[:8])[0]
    header, data = checkpoint[8 : 8 + length], bytearray(checkpoint[8 + length :])
    for name, value in tensors.items():
        start, end = json.loads(header)[name]["data_offsets"]
        assert end - start == len(value), name
        data[start:end] = value
    for old, new in dict(texts).items():
        assert len(old) == len(new) and old.encode() in header, old
        header = header.replace(old.encode(), new.encode())
    body = checkpoint[:8] + header + data[:-32]
    return body + hashlib.sha256(body).digest()


def with_text(png, text):
    """The picture with `text` where styler stores how a picture was made."""
    body = b"iTXt" + b"styler\0\0\0\0\0" + text
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:33] + chunk + png[33:]  # behind the header


def outline(value):
    """The keys of JSON in their order, with the kinds of their values; of an array, what its items have for outlines."""
    if isinstance(value, dict):
        return {key: outline(item) for key, item in value.items()}
    if isinstance(value, list):
        kinds = []
        for item in value:
            if (kind := json.dumps(outline(item))) not in kinds:
                kinds.append(kind)
        return [json.loads(kind) for kind in kinds]
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, (int, float)):
        return "number"
    return "none" if value is None else "text"


def default_signals():
    """For children: a test run in the background of a script inherits an ignored SIGINT, and hands it down."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class CliTest(unittest.TestCase):
    """A folder with a photo and a painting, and the program to run in it."""

    @classmethod
    def setUpClass(cls):
        cls.shared = Path(tempfile.mkdtemp(prefix="styler cli "))
        cls.addClassCleanup(shutil.rmtree, cls.shared, ignore_errors=True)
        cls.shared.chmod(0o755)

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(dir=self.shared))
        self.folder.chmod(0o755)
        (self.folder / "photo.png").write_bytes(photo())
        (self.folder / "art.png").write_bytes(painting())

    def environment(self):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("STYLER_", "XDG_"))}
        return {**kept, "HOME": str(self.folder), "TERM": "dumb"}

    def command(self, *arguments):
        return [BINARY, *map(str, arguments)]

    def styler(self, *arguments, prefix=()):
        return subprocess.run(
            [*prefix, *self.command(*arguments)], cwd=self.folder, env=self.environment(), capture_output=True,
            text=True, timeout=120, preexec_fn=default_signals,
        )  # fmt: skip

    def start(self, *arguments):
        process = subprocess.Popen(
            self.command(*arguments), cwd=self.folder, env=self.environment(), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, preexec_fn=default_signals,
        )  # fmt: skip
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def job(self, *arguments, content="photo.png", style="art.png", output="out.png"):
        """The arguments of the main job, on the CPU and on one thread, so that busy machines don't matter."""
        return ["--content", content, "--style", style, "-o", output, "--device", "cpu", "--threads", "1", *arguments]

    def not_root(self):
        """What to put before a command to run it without root's rights. The program is copied, since others may not
        be let into its own folder."""
        if os.geteuid() != 0:
            return ()
        if shutil.which("setpriv") is None:
            self.skipTest("root may read and write everything, and setpriv is not here")
        program = self.folder / "styler"
        shutil.copy(BINARY, program)
        program.chmod(0o755)
        shutil.copy(Path(BINARY).with_name("styler_engine.so"), self.folder)
        self.command = lambda *arguments: [str(program), *map(str, arguments)]
        return ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")

    def assert_refused(self, result, code, *words):
        """One sentence on stderr with all the words, nothing on stdout, and the exit code."""
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertEqual(result.stdout, "")
        lines = result.stderr.splitlines()
        self.assertEqual(len(lines), 1, result.stderr)
        self.assertTrue(lines[0].startswith("styler: "), lines[0])
        self.assertNotIn("::", lines[0], "a C++ name reached the user")
        for word in words:
            self.assertIn(word, lines[0])


class RealWeightsTest(CliTest):
    """Skipped where there are no weights, unless STYLER_REQUIRE_WEIGHTS is 1."""

    def setUp(self):
        super().setUp()
        if not WEIGHTS.exists():
            message = f"no weights at {WEIGHTS}: run scripts/get_weights.sh, or name a file in $STYLER_TEST_WEIGHTS"
            if os.environ.get("STYLER_REQUIRE_WEIGHTS") == "1":
                self.fail(message)
            self.skipTest(message)
