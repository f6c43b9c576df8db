#!/usr/bin/env bash
# Makes the pictures of docs/controls.md anew, by running every command that stands there.
#
#   scripts/control_pictures.sh [WORD]      with a word: only the commands that have it
set -euo pipefail

styler=${STYLER:+$(realpath "$STYLER")}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
styler=${styler:-build/release/styler}
[[ -x $styler ]] || { echo "control_pictures.sh: there is no $styler; build it with scripts/demo.sh, or name one in STYLER" >&2 && exit 1; }

mkdir -p docs/controls
mapfile -t lines < <(grep '^    styler ' docs/controls.md | grep -e "${1:-}")
((${#lines[@]})) || { echo "control_pictures.sh: no command of docs/controls.md has '$1'" >&2 && exit 1; }
for line in "${lines[@]}"; do
  # What stands in the page, as a shell reads it: the page is part of the project, like this script.
  eval "set -- $line"
  shift
  echo "== styler $*" >&2
  "$styler" "$@" --quality 82 --no-metadata --quiet </dev/null
done
du -ch docs/controls/*.jpg | tail -1
