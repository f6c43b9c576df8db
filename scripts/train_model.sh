#!/usr/bin/env bash
# Trains models/painting.styler, the generator that comes with the program, from the painting of examples/ and free photographs.
#
#     scripts/train_model.sh [STEPS]
#
# Half an hour on two cores for the 8000 steps that there are by itself. The program and VGG19 must be there: scripts/demo.sh.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
styler=${STYLER:-$root/build/release/styler}
steps=${1:-8000}

"$root/scripts/get_photos.sh"
cd "$root"
exec "$styler" train --content photos --style examples/painting.jpg -o models/painting.styler --steps "$steps" \
  --preview build/painting_preview.jpg --report build/painting_report.json
