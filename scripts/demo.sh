#!/usr/bin/env bash
# From a fresh machine to a picture: installs what is missing, builds, gets the weights, stylises.
#
#   scripts/demo.sh [CONTENT STYLE OUT]
#
# Without arguments it gives a photo of examples/ the style of the painting there, and writes demo.png in the checkout.
# More settings: the program itself, whose path the last line tells.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
case $# in
  0) set -- "$root/examples/coffee.jpg" "$root/examples/painting.jpg" "$root/demo.png" ;;
  3) ;;
  *)
    echo "usage: scripts/demo.sh [CONTENT STYLE OUT]" >&2
    exit 2
    ;;
esac

# Before minutes go into building.
for picture in "$1" "$2"; do
  if [[ ! -r $picture ]]; then
    echo "demo.sh: there is no picture '$picture' that can be read" >&2
    exit 1
  fi
done

"$root/scripts/setup.sh" packages program weights
styler=$root/build/release/styler
if [[ -n ${STYLER_TORCH:-} ]]; then styler=$root/build/wheel/styler; fi

"$styler" --content "$1" --style "$2" -o "$3"
echo "The picture is $(realpath "$3")"
echo "More: $styler --help"
