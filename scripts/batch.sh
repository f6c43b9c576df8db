#!/usr/bin/env bash
# Every photo of a folder in one style, as a plain loop: one run of styler for each. To be changed to taste; `styler
# batch` knows more styles, loads the network once, and notices changed options.
#
#   scripts/batch.sh PHOTOS STYLE OUT [OPTION...]
#   scripts/batch.sh photos art/night.jpg out --size 512
#
# Results are OUT/<photo>_<style>.png. What is there already is skipped, what fails is counted. Exit code 0, or 1 when any
# photo failed, or 130 when interrupted. $STYLER is the program (styler in PATH).
set -uo pipefail
shopt -s nullglob nocaseglob

if (($# < 3)); then
  echo "usage: scripts/batch.sh PHOTOS STYLE OUT [OPTION...]" >&2
  exit 2
fi
photos=$1 style=$2 out=$3
shift 3
if [[ ! -d $photos ]]; then
  echo "batch.sh: there is no folder '$photos'" >&2
  exit 1
fi
mkdir -p "$out" || exit 1

done=0 skipped=0 failed=0
for photo in "$photos"/*.{jpg,jpeg,png,tif,tiff,webp,bmp,ppm}; do
  picture=$out/$(basename "${photo%.*}")_$(basename "${style%.*}").png
  if [[ -e $picture ]]; then
    skipped=$((skipped + 1))
    continue
  fi
  status=0
  "${STYLER:-styler}" --content "$photo" --style "$style" -o "$picture" "$@" || status=$?
  if ((status == 130)); then
    rm -f "$picture" # the best so far of a run that was not let to its end: next time it is made anew
    exit 130
  fi
  if ((status == 0)); then done=$((done + 1)); else failed=$((failed + 1)); fi
done
echo "batch.sh: $done done, $skipped skipped, $failed failed" >&2
((failed == 0))
