#!/usr/bin/env bash
# Trains models/painting.styler, the generator that comes with the program, from the painting of examples/ and free photographs.
#
#     scripts/train_model.sh [STEPS [MORE_STEPS]]
#
# First STEPS (8000) as `styler train` does by itself, for colours and strokes; then MORE_STEPS (1500) in which the photo's
# forms count four times as much, since strokes alone hide them. Forty minutes on two cores. The program and VGG19 must be
# there: scripts/demo.sh.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
styler=${STYLER:-$root/build/release/styler}

"$root/scripts/get_photos.sh"
cd "$root"
train() { "$styler" train --content photos --style examples/painting.jpg -o models/painting.styler "$@"; }
train --steps "${1:-8000}"
train --from models/painting.styler --steps "${2:-1500}" --content-weight 4 --learning-rate 0.0005 \
  --preview build/painting_preview.jpg --report build/painting_report.json
