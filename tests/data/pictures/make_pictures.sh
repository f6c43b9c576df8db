#!/usr/bin/env bash
# Makes the pictures that the reader is tested with, by other people's programs: ImageMagick 6, exiftool and lcms2's
# transicc. Run by hand when a picture is added; what it makes is committed, so that tests need none of these programs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p png tiff webp bmp pnm jpeg gif profiles

# The pattern that all files show, 24×18: smooth in red and green, steps in blue, so that every channel and side differs.
python3 - "$work" <<'PYTHON'
import struct
import sys

W, H = 24, 18
pixels = [(x * 65535 // 23, y * 65535 // 17, (x // 6 + 4 * (y // 6)) * 65535 // 11) for y in range(H) for x in range(W)]
folder = sys.argv[1]


def write(name, kind, largest, values):
    form = "B" if largest < 256 else ">H"
    with open(f"{folder}/{name}", "wb") as file:
        file.write(b"%s %d %d %d\n" % (kind, W, H, largest))
        file.write(b"".join(struct.pack(form, value * largest // 65535) for value in values))


write("rgb16.ppm", b"P6", 65535, [value for pixel in pixels for value in pixel])
write("rgb8.ppm", b"P6", 255, [value for pixel in pixels for value in pixel])
write("grey16.pgm", b"P5", 65535, [(2 * r + b) // 3 for r, g, b in pixels])
write("grey8.pgm", b"P5", 255, [(2 * r + b) // 3 for r, g, b in pixels])
# Few enough colours for a palette.
write("few.ppm", b"P6", 255, [65535 * v // 255 for y in range(H) for x in range(W) for v in (x // 3 * 36, y // 3 * 51, 99)])
# 16 levels that 4 bits hold exactly, and 4, and 2.
for levels in (16, 4, 2):
    step = 65535 // (levels - 1)
    write(f"levels{levels}.pgm", b"P5", 255, [(x * levels // W + y) % levels * step for y in range(H) for x in range(W)])
# From transparent at the left to opaque at the right.
write("alpha8.pgm", b"P5", 255, [max(0, x - 3) * 65535 // 20 for y in range(H) for x in range(W)])
write("mask.pgm", b"P5", 255, [65535 if 5 < x + y < 25 else 0 for y in range(H) for x in range(W)])
PYTHON
cp "$work"/{few.ppm,rgb8.ppm,rgb16.ppm,grey8.pgm,grey16.pgm,levels16.pgm,levels4.pgm,levels2.pgm,alpha8.pgm,mask.pgm} pnm
im() { convert "$@"; }
clean=(-strip -define "png:exclude-chunks=date,time,gAMA,cHRM,bKGD,tEXt,zTXt")
im "$work/rgb8.ppm" "$work/alpha8.pgm" -alpha off -compose copy-opacity -composite "$work/rgba8.miff"
im "$work/rgb16.ppm" "$work/alpha8.pgm" -alpha off -compose copy-opacity -composite "$work/rgba16.miff"
im "$work/grey8.pgm" "$work/alpha8.pgm" -alpha off -compose copy-opacity -composite "$work/greya8.miff"
im "$work/few.ppm" "$work/mask.pgm" -alpha off -compose copy-opacity -composite "$work/masked.miff"

# PNG
png() { im "$1" "${clean[@]}" -define "png:color-type=$2" -define "png:bit-depth=$3" "${@:5}" "png:$4"; }
png "$work/levels2.pgm" 0 1 png/grey1.png
png "$work/levels4.pgm" 0 2 png/grey2.png
png "$work/levels16.pgm" 0 4 png/grey4.png
png "$work/grey16.pgm" 0 16 png/grey16.png
png "$work/grey8.pgm" 0 8 png/grey8.png
png "$work/rgb8.ppm" 2 8 png/rgb8.png
png "$work/rgb16.ppm" 2 16 png/rgb16.png
png "$work/greya8.miff" 4 8 png/grey8_alpha.png
png "$work/rgba8.miff" 6 8 png/rgb8_alpha.png
png "$work/rgba16.miff" 6 16 png/rgb16_alpha.png
png "$work/rgb8.ppm" 2 8 png/interlaced.png -interlace PNG
png "$work/rgba8.miff" 6 8 png/interlaced_alpha.png -interlace PNG
png "$work/few.ppm" 3 8 png/palette.png
im "$work/masked.miff" "${clean[@]}" png8:png/palette_transparent.png
png "$work/levels4.pgm" 3 2 png/palette2.png

# TIFF
tiff() { im "$1" -strip "${@:3}" "tiff:$2"; }
tiff "$work/rgb8.ppm" tiff/rgb8.tif -compress none
tiff "$work/rgb16.ppm" tiff/rgb16_lzw.tif -compress LZW
tiff "$work/rgb16.ppm" tiff/rgb16_planes.tif -compress Zip -interlace plane
tiff "$work/rgb8.ppm" tiff/rgb8_planes.tif -compress none -interlace plane
tiff "$work/rgb8.ppm" tiff/rgb8_big_endian.tif -compress Zip -endian msb
tiff "$work/rgb16.ppm" tiff/rgb16_big_endian.tif -compress none -endian msb
tiff "$work/rgb16.ppm" tiff/float.tif -depth 32 -define quantum:format=floating-point -compress Zip
tiff "$work/grey16.pgm" tiff/grey_float.tif -depth 32 -define quantum:format=floating-point -compress Zip
tiff "$work/rgb16.ppm" tiff/half.tif -depth 16 -define quantum:format=floating-point -compress Zip
tiff "$work/rgb8.ppm" tiff/tiles.tif -compress Zip -define tiff:tile-geometry=16x16
tiff "$work/rgb8.ppm" tiff/strips.tif -compress LZW -define tiff:rows-per-strip=4
tiff "$work/grey8.pgm" tiff/grey8.tif -compress LZW
tiff "$work/grey16.pgm" tiff/grey16.tif -compress Zip
# ImageMagick states this polarity without turning the values.
tiff "$work/grey8.pgm" tiff/white_is_0.tif -negate -compress none -define quantum:polarity=min-is-white
tiff "$work/levels2.pgm" tiff/grey1.tif -compress Group4 -type bilevel
tiff "$work/few.ppm" tiff/palette.tif -compress LZW -type palette
tiff "$work/rgba8.miff" tiff/straight.tif -compress LZW -define tiff:alpha=unassociated
tiff "$work/rgba8.miff" tiff/premultiplied.tif -compress LZW -define tiff:alpha=associated
tiff "$work/rgba16.miff" tiff/straight16.tif -compress Zip -define tiff:alpha=unassociated
tiff "$work/rgba16.miff" tiff/premultiplied16.tif -compress Zip -define tiff:alpha=associated
tiff "$work/rgba8.miff" tiff/planes_alpha.tif -compress Zip -define tiff:alpha=unassociated -interlace plane
tiff "$work/rgb8.ppm" tiff/jpeg.tif -compress JPEG -quality 95
tiff "$work/rgb8.ppm" tiff/lab.tif -compress Zip -colorspace Lab
im "$work/rgb8.ppm" "$work/grey8.pgm" -strip -compress Zip tiff:tiff/pages.tif
im "$work/rgb8.ppm" -strip -compress Zip tiff64:tiff/big.tif

# WebP, BMP, PPM, JPEG
im "$work/rgb8.ppm" -strip -define webp:lossless=true webp/lossless.webp
im "$work/rgb8.ppm" -strip -quality 95 webp/lossy.webp
im "$work/rgba8.miff" -strip -define webp:lossless=true -define webp:exact=true webp/lossless_alpha.webp
im "$work/rgba8.miff" -strip -quality 95 webp/lossy_alpha.webp
im -delay 10 "$work/rgb8.ppm" \( "$work/rgb8.ppm" -negate \) -strip -define webp:lossless=true webp/animated.webp
im "$work/rgb8.ppm" -strip bmp3:bmp/24_bit.bmp
im "$work/rgba8.miff" -strip bmp:bmp/32_bit_alpha.bmp
im "$work/few.ppm" -strip -type palette -compress none bmp3:bmp/8_bit.bmp
im "$work/few.ppm" -strip -type palette -compress RLE bmp3:bmp/8_bit_rle.bmp
im "$work/levels2.pgm" -strip -type bilevel -compress none bmp3:bmp/1_bit.bmp
im "$work/levels2.pgm" -compress none pnm/text.pbm
im "$work/levels2.pgm" pnm/bits.pbm
im "$work/rgb8.ppm" -compress none pnm/text.ppm
im "$work/rgb8.ppm" -strip -quality 98 -sampling-factor 1x1 jpeg/444.jpg
im "$work/rgb8.ppm" -strip -quality 95 -sampling-factor 2x2 jpeg/420.jpg
im "$work/rgb8.ppm" -strip -quality 98 -sampling-factor 1x1 -interlace JPEG jpeg/progressive.jpg
im "$work/grey8.pgm" -strip -quality 98 jpeg/grey.jpg
im "$work/rgb8.ppm" gif/known_by_name.gif

# Eight patches of colour in each profile, and what lcms2's own calculator makes of them.
python3 make_profiles.py "$work"
cat >"$work/patches.txt" <<'PATCHES'
255 255 255
0 0 0
128 128 128
200 100 50
30 60 90
20 20 20
90 160 90
180 170 40
PATCHES
awk 'BEGIN { print "P3 8 1 255" } { print }' "$work/patches.txt" >"$work/patches.ppm"
awk 'BEGIN { print "P2 8 1 255" } { print $1 }' "$work/patches.txt" >"$work/patches.pgm"
# lcms2's calculator counts ink in per cent.
awk '{ print $1 / 2.55, $2 / 2.55, $3 / 2.55, $1 / 5.1 }' "$work/patches.txt" >"$work/inks.txt"
calculate() { transicc -n -t 1 -b -i "$work/$1.icc" -o '*sRGB' <"$2" 2>/dev/null | grep -E '^ *-?[0-9]' >"profiles/$1.txt"; }
png_with_profile() {
  im "$1" "${clean[@]}" "png:profiles/$2.png"
  exiftool -q -overwrite_original "-icc_profile<=$work/$2.icc" "profiles/$2.png"
}
for profile in p3 adobe prophoto scanner; do
  calculate "$profile" "$work/patches.txt"
  png_with_profile "$work/patches.ppm" "$profile"
  im "$work/patches.ppm" -profile "$work/$profile.icc" -compress Zip "tiff:profiles/$profile.tif"
done
awk '{ print $1 }' "$work/patches.txt" >"$work/greys.txt"
calculate grey "$work/greys.txt"
png_with_profile "$work/patches.pgm" grey
im "$work/patches.ppm" -scale 800% -profile "$work/p3.icc" -quality 100 -sampling-factor 1x1 profiles/p3.jpg
im "$work/patches.ppm" -scale 800% -profile "$work/p3.icc" -define webp:lossless=true profiles/p3.webp
calculate press "$work/inks.txt"
cmyk() {  # the same inks in a file: ImageMagick reads raw CMYK, where 255 is full ink
  python3 -c 'import sys; [sys.stdout.buffer.write(bytes((*v, v[0] // 2))) for v in (tuple(map(int, l.split())) for l in sys.stdin)]' \
    <"$work/patches.txt" >"$work/patches.cmyk"
  im -size 8x1 -depth 8 "cmyk:$work/patches.cmyk" "$@"
}
cmyk -profile "$work/press.icc" -compress Zip tiff:profiles/press.tif
cmyk -scale 800% -profile "$work/press.icc" -quality 100 -sampling-factor 1x1 profiles/press.jpg
cmyk -strip -compress none tiff:tiff/cmyk.tif
cmyk -strip -quality 95 jpeg/cmyk.jpg
cp "$work/grey.icc" "$work/press.icc" profiles
du -cb png/* tiff/* webp/* bmp/* pnm/* jpeg/* gif/* profiles/* | tail -1
