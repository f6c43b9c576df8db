#!/usr/bin/env bash
# On a machine with a GPU: builds the core with its tests and benchmarks against PyPI's torch, runs them, holds the
# losses against the processor's, and measures speed, neural-style beside it, and the largest picture. Under 8 minutes.
#
#     scripts/gpu_check.sh [FOLDER]         logs, figures.json and table.md go there (build/gpu_check)
#
# Needs CMake, ninja, a C++ compiler, nvcc, Python 3 with torch and Pillow (PYTHON names another than python3), and
# nlohmann-json, Catch2 and Google Benchmark where CMake finds them (CMAKE_PREFIX_PATH). No OpenCV. With neural-style in that Python
# and the weights (STYLER_WEIGHTS, or models/) the comparison with it runs; without weights the rest makes some up.
#
# STYLER_GPU_PROGRAMS names a folder of programs that were built elsewhere against the same torch: they are taken, and
# nothing is built. STYLER_GPU_SECONDS (470) is for all parts together. Each has a limit of its own besides, so that one
# that fails costs no other. Ends with 1 when the build, a test or the comparison of losses failed.
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=${1:-$root/build/gpu_check}
build=${STYLER_GPU_PROGRAMS:-$root/build/gpu}
python=${PYTHON:-python3}
mkdir -p "$out" && out=$(cd "$out" && pwd)
table=$out/table.md
failed=0

# part NAME SECONDS COMMAND...: runs it with its output in NAME.log, and writes a line of the table.
part() {
  local name=$1 limit=$2 began=$SECONDS status=0 verdict counted
  shift 2
  echo "== $name (at most $limit s)" >&2
  timeout --kill-after=5 "$limit" "$@" >"$out/$name.log" 2>&1 || status=$?
  case $status in
    0) verdict=passed ;;
    124 | 137) verdict="stopped at its limit" ;;
    *) verdict="failed ($status)" ;;
  esac
  counted=$(grep -E '^(All tests passed|test cases:|assertions:)' "$out/$name.log" | tr '\n' ' ')
  echo "| $name | $verdict | $((SECONDS - began)) s | ${counted//|/,} |" >>"$table"
  if ((status != 0)); then
    failed=1
    tail -n 30 "$out/$name.log" >&2
  fi
  return "$status"
}

machine() {
  nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader
  "$python" -c 'import torch; print("PyTorch", torch.__version__, "cuDNN", torch.backends.cudnn.version())'
  nvcc --version | tail -n 1
  c++ --version | head -n 1
  cmake --version | head -n 1
  nproc
}

# shellcheck disable=SC2317  # called by the bash that a part's limit needs
build_all() {
  local torch
  torch=$("$python" -c 'import torch; print(torch.__path__[0])') || return
  cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DSTYLER_BUILD_APP=OFF -DSTYLER_BUILD_BENCH=ON \
    -DTorch_DIR="$torch/share/cmake/Torch" "-DCMAKE_PREFIX_PATH=$torch${CMAKE_PREFIX_PATH:+;$CMAKE_PREFIX_PATH}" &&
    cmake --build "$build" --target styler_core_tests styler_paint styler_bench
}

export -f machine build_all
export root build python

echo "# styler on a GPU" >"$table"
machine >"$out/machine.log" 2>&1
{
  echo
  sed 's/^/    /' "$out/machine.log"
  printf '\n| part | result | took | |\n|---|---|---|---|\n'
} >>"$table"

if [[ -z ${STYLER_GPU_PROGRAMS:-} ]]; then part build 240 bash -c build_all; fi
tests=$(find "$build" -name styler_core_tests -type f -perm -u+x 2>/dev/null | head -n 1)
if [[ -n $tests ]]; then
  STYLER_REQUIRE_GPU=1 part tests_on_gpu 90 "$tests" '[gpu]' --durations yes
  part tests 90 "$tests" '~[gpu]'
fi
"$python" "$root/bench/gpu_check.py" --build "$build" --out "$out" --table "$table" \
  --seconds "$((${STYLER_GPU_SECONDS:-470} - SECONDS))" || failed=1
cat "$table"
exit "$failed"
