#!/usr/bin/env python3
"""Compares what our readers make of pictures with what Pillow (with Little CMS) and ImageMagick make of them.

    scripts/compare_decoders.py STYLER_DECODE_PICTURES [--work FOLDER] [--pictures FOLDER ...] [--update]

Run by hand, and before releases. It fetches the pictures of others into FOLDER, once: the sources of Pillow (bmpsuite
among them) from PyPI, and those of libtiff, libpng (PngSuite), golang-x-image, libgd and NetSurf from Debian. Build the
program with `ninja -C build/dev styler_decode_pictures`. Needed: Debian's imagemagick, and Pillow and numpy from PyPI.

A picture counts as equal when no sample differs from one of the two by more than a few levels, or when ours and both of
theirs refuse it. (`not built in`: the OpenCV at hand has no decoder for the format.) What differs from both stands in tests/decoders/differences.md with its reason; what is not in there is
printed and makes the program end with 1. --update adds it, for a person to write the reason.
"""

import argparse
import concurrent.futures
import fnmatch
import io
import pathlib
import re
import subprocess
import sys
import warnings

import numpy
from PIL import Image, ImageCms

ROOT = pathlib.Path(__file__).resolve().parent.parent
DIFFERENCES = ROOT / "tests/decoders/differences.md"
ENDINGS = {".bmp", ".tif", ".tiff", ".png", ".ppm", ".pgm", ".pbm", ".pnm", ".webp", ".jpg", ".jpeg", ".jpe", ".gif"}
DEBIAN_SOURCES = ["tiff", "libpng1.6", "golang-golang-x-image", "libgd2", "netsurf"]
MOST_PIXELS = 4_000_000
# In levels of 8 bits. Decoders round 5 bits to 8, upsample chroma and apply profiles each in its own way.
EXACT, LOSSY = 2.0, 12.0

ImageCms_SRGB = ImageCms.createProfile("sRGB")
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


def run(command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **options)


def fetch(work):
    """The pictures of others below work/pictures. Debian's lists go into a place of their own: the machine's stay."""
    pictures = work / "pictures"
    if pictures.exists():
        return pictures
    archives = work / "archives"
    for folder in (archives, work / "lists/partial", work / "cache/archives/partial"):
        folder.mkdir(parents=True, exist_ok=True)
    run([sys.executable, "-m", "pip", "download", "--no-binary", ":all:", "--no-deps", "-d", archives, "pillow"])
    release = re.search(r"VERSION_CODENAME=(\w+)", pathlib.Path("/etc/os-release").read_text()).group(1)
    key = "/usr/share/keyrings/debian-archive-keyring.gpg"
    (work / "sources.list").write_text(f"deb-src [signed-by={key}] http://deb.debian.org/debian {release} main\n")
    apt = ["apt-get", "-qq", "-o", f"Dir::Etc::SourceList={work}/sources.list", "-o", "Dir::Etc::SourceParts=-",
           "-o", f"Dir::State::Lists={work}/lists", "-o", f"Dir::Cache={work}/cache"]
    run([*apt, "update"])
    for source in DEBIAN_SOURCES:
        run([*apt, "source", "--download-only", source], cwd=archives)
    unpacked = work / "unpacked"
    unpacked.mkdir()
    wildcards = [f"*{ending}" for ending in ENDINGS]
    for archive in sorted(archives.iterdir()):
        if re.search(r"\.orig\.tar|pillow-.*\.tar", archive.name):
            # Ends with 2 where one of the wildcards finds nothing.
            subprocess.run(["tar", "xf", archive, "--wildcards", *wildcards], cwd=unpacked, stderr=subprocess.DEVNULL)
    unpacked.rename(pictures)
    return pictures


def pictures_below(folders):
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            damaged = "afl-" in str(file)  # NetSurf's, by a fuzzer: the sanitized tests have their own
            if file.is_file() and file.suffix.lower() in ENDINGS and not damaged and "\n" not in str(file):
                yield file


def by_us(program, files, work):
    """What our program says of each file, and its samples in levels of 8 bits, or None."""
    raw = work / "raw"
    raw.mkdir(exist_ok=True)
    names = "".join(f"{file}\n" for file in files)
    answer = subprocess.run([program, raw], input=names, capture_output=True, text=True)
    lines = answer.stdout.split("\n")[:-1]
    if len(lines) != len(files):
        sys.exit(f"{program} ended with {answer.returncode} after {len(lines)} of {len(files)} pictures: {answer.stderr}")
    for number, line in enumerate(lines):
        said, *notes = line.split("\t")
        if said == "refused":
            yield notes[0], None
            continue
        width, height, channels = map(int, said.split()[1:])
        file = raw / f"{number}.raw"
        yield "; ".join(notes), numpy.fromfile(file, numpy.float32).reshape(height, width, channels) * 255
        file.unlink()


def as_levels(image):
    """RGB or RGBA in levels of 8 bits."""
    if image.mode in ("I;16", "I;16B", "I;16L", "I", "F"):
        samples = numpy.asarray(image).astype(numpy.float64)
        if image.mode != "F":
            samples /= 257  # Pillow keeps 16 bits as they are
        return numpy.repeat(samples[..., None], 3, axis=2)
    alpha = "A" in image.getbands() or "transparency" in image.info
    return numpy.asarray(image.convert("RGBA" if alpha else "RGB")).astype(numpy.float32)


def by_pillow(file):
    try:
        with warnings.catch_warnings(), Image.open(file) as opened:
            warnings.simplefilter("ignore")
            opened.load()
            turned = opened.getexif().get(0x0112, 1)
            image, profile = opened, opened.info.get("icc_profile")
            if image.mode == "LAB":
                image = ImageCms.profileToProfile(image, ImageCms.createProfile("LAB"), ImageCms_SRGB, outputMode="RGB")
            elif profile and image.mode in ("RGB", "RGBA", "CMYK", "L"):
                flags = ImageCms.Flags.BLACKPOINTCOMPENSATION
                intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
                mode = "RGBA" if image.mode == "RGBA" else "RGB"
                try:
                    image = ImageCms.profileToProfile(image, ImageCms.ImageCmsProfile(io.BytesIO(profile)),
                                                      ImageCms_SRGB, intent, mode, flags=flags)
                except ImageCms.PyCMSError:
                    pass  # for other pixels
            levels = as_levels(image)
            return upright(levels, turned)
    except Exception:  # of the many that Pillow has for damaged files
        return None


def upright(levels, orientation):
    turns = {2: lambda a: a[:, ::-1], 3: lambda a: a[::-1, ::-1], 4: lambda a: a[::-1], 5: lambda a: a.swapaxes(0, 1),
             6: lambda a: a.swapaxes(0, 1)[:, ::-1], 7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
             8: lambda a: a.swapaxes(0, 1)[::-1]}
    return turns.get(orientation, lambda a: a)(levels)


def by_magick(file):
    """The first frame by way of PPM's relative PAM, in 16 bits."""
    command = ["/usr/bin/convert", "-limit", "memory", "1GiB", "-limit", "time", "20", f"{file}[0]", "-auto-orient",
               "-colorspace", "sRGB", "-type", "TrueColorAlpha", "-depth", "16", "pam:-"]
    try:
        answer = subprocess.run(command, capture_output=True, timeout=40)
    except subprocess.TimeoutExpired:
        return None
    header, found, samples = answer.stdout.partition(b"ENDHDR\n")
    if not found:
        return None
    fields = dict(re.findall(rb"(WIDTH|HEIGHT|DEPTH|MAXVAL) (\d+)", header))
    shape = [int(fields[key]) for key in (b"HEIGHT", b"WIDTH", b"DEPTH")]
    kind = numpy.dtype(">u2") if int(fields[b"MAXVAL"]) > 255 else numpy.dtype("u1")
    if len(samples) < numpy.prod(shape) * kind.itemsize:
        return None
    levels = numpy.frombuffer(samples, kind, int(numpy.prod(shape))).reshape(shape).astype(numpy.float32)
    levels *= 255 / int(fields[b"MAXVAL"])
    return levels if shape[2] in (3, 4) else numpy.repeat(levels[..., :1], 3, axis=2)


def farthest(ours, theirs):
    """The largest difference in levels. Colours count as far as they can be seen: we fill what is hidden."""
    if theirs is None:
        return None
    if ours.shape[:2] != theirs.shape[:2]:
        return 255.0

    def parts(levels):
        if levels.shape[2] == 4:
            return levels[..., :3], levels[..., 3:]
        return levels[..., :3], numpy.full(levels.shape[:2] + (1,), 255.0)

    (our_colour, our_alpha), (their_colour, their_alpha) = parts(ours), parts(theirs)
    if not their_alpha.any() and our_alpha.all():  # BMP's fourth byte, which nobody filled in
        their_alpha = our_alpha
    colour = numpy.abs(our_colour * our_alpha - their_colour * their_alpha) / 255
    return float(max(colour.max(), numpy.abs(our_alpha - their_alpha).max()))


def verdict(file, ours, notes, pillow, magick):
    """`equal`, `refused`, or what is different."""
    if re.search(r"' is an? [A-Z]+ picture, which is not read here", notes):
        return "not built in", ""
    if ours is None:
        readers = [name for name, theirs in (("Pillow", pillow), ("ImageMagick", magick)) if theirs is not None]
        return ("refused", "") if not readers else ("differs", f"refused; {' and '.join(readers)} read it")
    tolerance = LOSSY if file.suffix.lower() in (".jpg", ".jpeg", ".jpe", ".webp") else EXACT
    distances = {"Pillow": farthest(ours, pillow), "ImageMagick": farthest(ours, magick)}
    known = {name: distance for name, distance in distances.items() if distance is not None}
    if known and min(known.values()) <= tolerance:
        return "equal", ""
    if not known:
        return "differs", "read; neither Pillow nor ImageMagick does"
    return "differs", ", ".join(f"{distance:.0f} from {name}" for name, distance in known.items())


def listed_differences():
    """The patterns of the table in differences.md: what stands between backquotes at the beginning of its rows."""
    return re.findall(r"^\| `([^`]+)` \|", DIFFERENCES.read_text(), re.M) if DIFFERENCES.exists() else []


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build/decoders")
    parser.add_argument("--pictures", type=pathlib.Path, action="append", help="these instead of the fetched ones")
    parser.add_argument("--update", action="store_true", help="add new differences to the list")
    options = parser.parse_args()
    work = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    folders = options.pictures or [fetch(work)]
    files = [file for file in pictures_below(folders) if is_small(file)]
    listed, new, counts = listed_differences(), [], {}
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        magick = pool.map(by_magick, files)
        for file, (notes, ours), theirs in zip(files, by_us(options.program.resolve(), files, work), magick):
            kind, what = verdict(file, ours, notes, by_pillow(file), theirs)
            name = next(str(file.relative_to(folder)) for folder in folders if file.is_relative_to(folder))
            if kind == "differs" and any(fnmatch.fnmatch(name, f"*{pattern}") for pattern in listed):
                kind = "listed"
            elif kind == "differs":
                new.append((name, what, notes))
            counts.setdefault(file.suffix.lower(), {}).setdefault(kind, 0)
            counts[file.suffix.lower()][kind] += 1
    for name, what, notes in new:
        print(f"{name}: {what}{'; ours says: ' + notes if notes else ''}")
    for ending, by_kind in sorted(counts.items()):
        print(ending, *(f"{kind} {number}" for kind, number in sorted(by_kind.items())))
    print("all", *(f"{kind} {sum(each.get(kind, 0) for each in counts.values())}"
                   for kind in ("equal", "refused", "listed", "not built in", "differs")), f"of {len(files)}")
    if options.update and new:
        with DIFFERENCES.open("a") as table:
            table.writelines(f"| `{name}` | {what} | {notes} |\n" for name, what, notes in new)
    return 1 if new else 0


def is_small(file):
    """Whether a picture is small enough to be compared, as far as Pillow can tell; what it can't open is compared."""
    try:
        with warnings.catch_warnings(), Image.open(file) as image:
            warnings.simplefilter("ignore")
            return image.width * image.height <= MOST_PIXELS
    except Image.DecompressionBombError:
        return False
    except Exception:
        return True


if __name__ == "__main__":
    sys.exit(main())
