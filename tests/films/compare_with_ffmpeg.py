#!/usr/bin/env python3
"""Compares how films are read and written with the program ffmpeg, by hand (apt-get install ffmpeg):

    tests/films/compare_with_ffmpeg.py build/dev/tests/styler_pass_film [WORD]

Clips of ffmpeg's own test pictures, in every matrix, range, depth and way up, are read by both; each line says by how much
the frames differ, in 255ths: on average and at most. Then films that styler wrote are read by ffmpeg, and their times, sound
and tags by ffprobe. Ends with 1 where colours are further apart than 2/255 on average, or something is missing. WORD takes
those lines that have it.
"""
import array
import json
import pathlib
import subprocess
import sys
import tempfile

WIDTH, HEIGHT, FRAMES = 192, 144, 4
MOST_MEAN = 2.0
# A smooth picture: at hard edges of colours it is taste how halved colours are interpolated.
SOURCE = f"gradients=s={WIDTH}x{HEIGHT}:r=25:nb_colors=6:seed=3:speed=0.05"
# Where H.264 and its like have halved colours: at the left of two pixels, between two rows.
PRECISE = ("in_h_chr_pos=0:in_v_chr_pos=128:out_h_chr_pos=0:out_v_chr_pos=128:"
           "flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp")


def ffmpeg(*words):
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, words)], check=True)


def levels(source, *filters):
    """All frames' samples, RGB of 16 bits. Planes: to others ffmpeg interpolates no halved colours."""
    command = ["ffmpeg", "-v", "error", "-i", str(source), *filters, "-f", "rawvideo", "-pix_fmt", "gbrp16le", "-"]
    return array.array("H", subprocess.run(command, check=True, capture_output=True).stdout)


def difference(ours, theirs):
    """On average and at most, in 255ths."""
    if len(ours) != len(theirs) or not ours:
        return 999.0, 999.0
    apart = [abs(a - b) for a, b in zip(ours, theirs)]
    return sum(apart) / len(apart) / 257, max(apart) / 257


def make(clip, matrix, full, pixels, codec, extra=()):
    """A clip that is tagged with this matrix and range, or with none (matrix None)."""
    told = matrix or "bt601"
    scale = f"scale=out_color_matrix={told}:out_range={'full' if full else 'tv'}:{PRECISE},format={pixels}"
    names = {"bt709": "bt709", "bt601": "smpte170m", "bt2020": "bt2020nc"}
    tags = ["-colorspace", names[matrix], "-color_range", "pc" if full else "tv"] if matrix else []
    ffmpeg("-f", "lavfi", "-i", SOURCE, "-frames:v", FRAMES, "-vf", scale, *tags, "-c:v", codec, *extra, clip)


def theirs_of(clip, matrix, full):
    scale = f"scale=in_color_matrix={matrix or 'bt601'}:in_range={'full' if full else 'tv'}:{PRECISE}"
    return levels(clip, "-vf", scale)


def read_by_styler(program, clip, folder, *words):
    frames = folder / "frame_%03d.png"
    done = subprocess.run([program, clip, frames, *words], check=True, capture_output=True, text=True)
    # Pictures are told by their own tags, which are sRGB's: nothing is converted.
    return levels(frames), done.stdout


class Report:
    def __init__(self, word):
        self.word, self.bad = word, 0

    def wants(self, name):
        return self.word in name

    def line(self, name, ok, text):
        self.bad += not ok
        print(f"{'ok ' if ok else 'BAD'} {name:42} {text}", flush=True)


def compare_reading(program, report, folder):
    lossless = ("-qp", "0")
    kinds = [(matrix, full, "yuv420p", "libx264", lossless) for matrix in ("bt709", "bt601", None)
             for full in (False, True) if matrix or not full]
    kinds += [("bt2020", False, "yuv420p10le", "libx265", ("-x265-params", "lossless=1:log-level=none")),
              ("bt709", False, "yuv420p10le", "ffv1", ()), ("bt709", False, "yuv422p", "ffv1", ()),
              ("bt709", True, "yuv444p", "ffv1", ()), ("bt601", False, "yuv411p", "ffv1", ()),
              ("bt709", False, "gbrp", "ffv1", ()), ("bt709", False, "bgr0", "ffv1", ())]
    for matrix, full, pixels, codec, extra in kinds:
        name = f"read {matrix or 'untagged'} {'full' if full else 'tv'} {pixels} {codec}"
        if not report.wants(name):
            continue
        clip = folder / "clip.mkv"
        if pixels in ("gbrp", "bgr0"):
            ffmpeg("-f", "lavfi", "-i", SOURCE, "-frames:v", FRAMES, "-pix_fmt", pixels, "-c:v", codec, clip)
            theirs = levels(clip)
        else:
            make(clip, matrix, full, pixels, codec, extra)
            theirs = theirs_of(clip, matrix, full)
        ours, _ = read_by_styler(program, clip, folder)
        mean, most = difference(ours, theirs)
        report.line(name, mean <= MOST_MEAN, f"mean {mean:.3f} most {most:.2f}")


def compare_turning(program, report, folder):
    turns = {"0": "null", "90": "transpose=cclock", "180": "hflip,vflip", "270": "transpose=clock"}
    for degrees, turned in turns.items():
        name = f"read turned {degrees}"
        if not report.wants(name):
            continue
        make(folder / "flat.mp4", "bt709", False, "yuv420p", "libx264", ("-qp", "0"))
        ffmpeg("-i", folder / "flat.mp4", "-c", "copy", "-metadata:s:v", f"rotate={degrees}", folder / "clip.mp4")
        ours, _ = read_by_styler(program, folder / "clip.mp4", folder)
        scale = f"scale=in_color_matrix=bt709:in_range=tv:{PRECISE}"
        mean, most = difference(ours, levels(folder / "clip.mp4", "-vf", scale))  # ffmpeg turns by itself
        report.line(name, mean <= MOST_MEAN, f"mean {mean:.3f} most {most:.2f} ({turned})")


def compare_writing(program, report, folder):
    ffmpeg("-f", "lavfi", "-i", SOURCE, "-frames:v", FRAMES, "-pix_fmt", "rgb48be", folder / "in_%03d.png")
    original = levels(folder / "in_%03d.png")
    kinds = [("libx264", ("crf=1",), "mp4"), ("libx264", ("crf=1", "pixel_format=yuv444p"), "mp4"),
             ("libx265", ("crf=1",), "mp4"), ("libx265", ("crf=1", "pixel_format=yuv420p10le"), "mkv"),
             ("libvpx-vp9", ("crf=1",), "webm"), ("libsvtav1", ("crf=1",), "mp4"), ("prores_ks", (), "mov"),
             ("ffv1", (), "mkv"), ("ffv1", ("pixel_format=gbrp16le",), "mkv"), ("ffv1", ("pixel_format=yuv444p10le",), "mkv")]
    for codec, words, extension in kinds:
        name = f"write {codec} {' '.join(words)} .{extension}"
        if not report.wants(name):
            continue
        film = folder / f"film.{extension}"
        subprocess.run([program, folder / "in_%03d.png", film, f"codec={codec}", *words, "segment=2"], check=True,
                       capture_output=True)
        probed = json.loads(subprocess.run(["ffprobe", "-v", "error", "-show_streams", "-of", "json", film], check=True,
                                           capture_output=True, text=True).stdout)["streams"][0]
        rgb = probed["pix_fmt"].startswith(("gbr", "bgr"))
        tags = (probed.get("color_range"), probed.get("color_space"))
        scale = () if rgb else ("-vf", f"scale=in_color_matrix=bt709:in_range=tv:{PRECISE}")
        mean, most = difference(original, levels(film, *scale))
        right = rgb or tags == ("tv", "bt709")
        report.line(name, mean <= MOST_MEAN and right, f"mean {mean:.3f} most {most:.2f} {probed['pix_fmt']} {tags}")


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    program = pathlib.Path(sys.argv[1]).resolve()
    report = Report(sys.argv[2] if len(sys.argv) > 2 else "")
    for compare in (compare_reading, compare_turning, compare_writing):
        with tempfile.TemporaryDirectory() as folder:
            compare(program, report, pathlib.Path(folder))
    return 1 if report.bad else 0


if __name__ == "__main__":
    sys.exit(main())
