#!/usr/bin/env bash
# From a fresh machine to a tested build: installs what is missing, builds, gets the weights, runs every test.
#
#   scripts/test.sh [CTEST OPTION...]      for example: scripts/test.sh -L unit -R losses
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
"$root/scripts/setup.sh" packages everything weights
cd "$root"
exec ctest --preset "$([[ -n ${STYLER_TORCH:-} ]] && echo wheel || echo release)" "$@"
