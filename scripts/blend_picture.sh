#!/usr/bin/env bash
# Makes docs/controls/generator_blend.jpg anew: a photo in two styles of one model, and in blends of their rows.
#
#     scripts/blend_picture.sh [STEPS]
#
# STEPS are 500 on squares of 128 px: a minute on a core. Needs the program, VGG19 (scripts/demo.sh), and ImageMagick's
# montage, which joins the pictures.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
styler=${STYLER:-$root/build/release/styler}
command -v montage >/dev/null || { echo "blend_picture.sh: montage is missing; on Debian: apt-get install imagemagick" >&2 && exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [[ ! -d $root/photos ]]; then "$root/scripts/get_photos.sh"; fi
cd "$root"
"$styler" train --content photos --style examples/painting.jpg examples/mosaic.jpg -o "$work/two.styler" --steps "${1:-500}" \
  --arch tiny --crop 128 --style-size 320 --style-weight 5 --content-layers relu3_1 --style-layers relu1_1,relu2_1,relu3_1
pictures=()
for blend in 1,0 3,1 1,1 1,3 0,1; do
  "$styler" apply --model "$work/two.styler" --content examples/coffee.jpg --size 256 -o "$work/$blend.png" --style-blend "$blend"
  pictures+=("$work/$blend.png")
done
montage "${pictures[@]}" -tile x1 -geometry +2+0 -quality 82 -strip docs/controls/generator_blend.jpg
