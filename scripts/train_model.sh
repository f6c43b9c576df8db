#!/usr/bin/env bash
# Trains models/painting.styler, the generator that comes with the program, from the painting of examples/ and free photographs.
#
#     scripts/train_model.sh [STEPS]
#
# STEPS are 4500: half an hour on a core. The program and VGG19 must be there: scripts/demo.sh.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
styler=${STYLER:-$root/build/release/styler}

"$root/scripts/get_photos.sh"
cd "$root"
"$styler" train --content photos --style examples/painting.jpg -o models/painting.styler --steps "${1:-4500}" \
  --preview build/painting_preview.jpg --report build/painting_report.json
