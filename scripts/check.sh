#!/usr/bin/env bash
# What CI checks beside the tests: formatting, shellcheck, the arrows between libraries, sizes, and clang-tidy of what
# changed.
#
#   scripts/check.sh [--fix | --all]      --fix formats; --all has clang-tidy read every source, as before a release
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
"$root/scripts/setup.sh" packages linters
cd "$root"

mapfile -t sources < <(git ls-files --cached --others --exclude-standard '*.cpp' '*.hpp')
mapfile -t scripts < <(git ls-files --cached --others --exclude-standard '*.sh' .ci/run)

if [[ ${1:-} == --fix ]]; then
  clang-format-19 -i "${sources[@]}"
  exit
fi

echo "== clang-format: ${#sources[@]} files" >&2
clang-format-19 --dry-run -Werror "${sources[@]}"

echo "== shellcheck: ${#scripts[@]} files" >&2
shellcheck -x "${scripts[@]}"

echo "== includes go down only" >&2
scripts/check_layers.py

echo "== no folder and no file has grown too large" >&2
scripts/check_sizes.py

# The program's, the library's and the benchmarks' sources, which nothing else in CI compiles so. Not the tests': Catch2's
# macros alone would take as long again. Those that changed: all of them take minutes
# (scripts/check.sh --all, before a release).
mapfile -t tidied < <(git ls-files --cached --others --exclude-standard 'src/*.cpp' 'bench/*.cpp' | grep -v '_test\.cpp$')
if [[ ${1:-} != --all ]]; then mapfile -t tidied < <(scripts/changed_sources.py "${tidied[@]}"); fi
if ((${#tidied[@]} == 0)); then
  echo "== clang-tidy: nothing changed" >&2
  exit
fi
cmake --preset tidy >/dev/null </dev/null
echo "== clang-tidy: ${#tidied[@]} files" >&2
arguments=(-include "$root/cmake/tidy_prelude.hpp" -Wno-deprecated-declarations
  -idirafter "$(dirname "$(g++ -print-file-name=include/omp.h)")") # Clang has no omp.h of its own here
printf '%s\0' "${tidied[@]}" |
  xargs -0 -n 1 -P "$(nproc)" build/linters/clang_tidy/data/bin/clang-tidy --quiet -p build/tidy \
    "${arguments[@]/#/--extra-arg=}" 2> >(grep -v ' warnings\? generated\|^Suppressed\|^Use -header\|Processing file' >&2)
echo "== nothing to complain about" >&2
