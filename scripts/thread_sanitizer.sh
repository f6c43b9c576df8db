#!/usr/bin/env bash
# Builds with the thread sanitizer, and runs the unit tests of what has threads and one batch. Ends with 1 at a data race.
#
#   scripts/thread_sanitizer.sh            tests and batch; by hand, since it takes a build of its own
#   scripts/thread_sanitizer.sh '[queue]'  those tests of the application alone, by their tags or names
#
# LibTorch, OpenBLAS and OpenMP are not instrumented: what they share is unknown to the sanitizer and would be called a
# race. scripts/thread_sanitizer.supp leaves them out, each for its reason.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
cmake --preset tsan >/dev/null
cmake --build --preset tsan --target styler_app_tests styler_image_tests styler
export TSAN_OPTIONS="suppressions=$root/scripts/thread_sanitizer.supp halt_on_error=0 exitcode=66 ignore_noninstrumented_modules=1"
# One thread in OpenMP's regions: its barriers are no synchronisation that the sanitizer sees.
export OMP_NUM_THREADS=1
# Addresses as they are: the sanitizer's shadow has no room for those of kernels that spread them far.
run() { setarch "$(uname -m)" --addr-no-randomize "$@"; }

run build/tsan/tests/styler_app_tests "${@:-~[slow]}"
(($# == 0)) || exit 0
run build/tsan/tests/styler_image_tests '*thread*'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 - "$root/tests/cli" "$work" <<'PYTHON'
import pathlib
import sys

sys.path.insert(0, sys.argv[1])
import support

work = pathlib.Path(sys.argv[2])
(work / "weights.safetensors").write_bytes(support.random_vgg19())
for name, make, count in (("photos", support.photo, 6), ("art", support.painting, 2)):
    (work / name).mkdir()
    for i in range(count):
        (work / name / f"{i}.png").write_bytes(make(24 + i, 20))
(work / "photos/broken.png").write_bytes(b"no picture")
PYTHON
cd "$work"
code=0
# The sanitizer opens libraries in the program's name, and does not look where the program's run path leads.
LD_LIBRARY_PATH=$root/build/tsan run "$root/build/tsan/styler" batch --content photos --style art -o out --device cpu --threads 1 \
  --weights weights.safetensors --content-layers relu1_1 --style-layers relu1_1 --size 16 --iterations 2 \
  --report jobs.jsonl --gallery index.html || code=$?
((code == 1)) || { echo "the batch ended with $code instead of 1, for its one broken photo" >&2; exit 1; }
pictures=$(find out -name '*.png' | wc -l)
((pictures == 12)) || { echo "the batch painted $pictures pictures instead of 12" >&2; exit 1; }
echo "no races" >&2
