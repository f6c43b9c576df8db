#!/usr/bin/env bash
# Makes the pictures of docs/gallery.md anew, by running every command that stands there.
#
#   scripts/gallery.sh [WORD]      with a word: only the commands that have it
set -euo pipefail

styler=${STYLER:+$(realpath "$STYLER")}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
styler=${styler:-build/release/styler}
[[ -x $styler ]] || { echo "gallery.sh: there is no $styler; build it with scripts/demo.sh, or name one in STYLER" >&2 && exit 1; }

mkdir -p docs/gallery
mapfile -t lines < <(grep '^    styler ' docs/gallery.md | grep -e "${1:-}")
((${#lines[@]})) || { echo "gallery.sh: no command of docs/gallery.md has '$1'" >&2 && exit 1; }
for line in "${lines[@]}"; do
  # What stands in the page, as a shell reads it: the page is part of the project, like this script.
  eval "set -- $line"
  shift
  echo "== styler $*" >&2
  "$styler" "$@" --quality 82 --no-metadata --quiet </dev/null
done
du -ch docs/gallery/*.jpg | tail -1
