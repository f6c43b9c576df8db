#!/usr/bin/env bash
# Every photo of a folder in one style, as a plain loop to be changed to taste: scripts/batch.sh PHOTOS STYLE OUT [OPTION...]
# What is there is skipped; exit code 1 when any photo failed. `styler batch` loads the network once and notices changes.
set -u
shopt -s nullglob nocaseglob
(($# >= 3)) || { echo "usage: scripts/batch.sh PHOTOS STYLE OUT [OPTION...]" >&2; exit 2; }
photos=$1 style=$2 out=$3 failed=0
[[ -d $photos && -r $photos ]] || { echo "batch.sh: '$photos' is no folder that can be read" >&2; exit 1; }
mkdir -p "$out" || exit 1
for photo in "$photos"/*.{jpg,jpeg,png,tif,tiff,webp,bmp,ppm}; do
  picture=$out/$(basename "$photo").png
  [[ -e $picture ]] && continue
  "${STYLER:-styler}" --content "$photo" --style "$style" -o "$picture" "${@:4}" && continue
  [[ $? == 130 ]] && rm -f "$picture" && exit 130 # Ctrl-C: what it has saved is not finished
  failed=1
done
exit "$failed"
