#!/usr/bin/env bash
# Makes a fresh Debian (or Ubuntu) ready for Styler. demo.sh, test.sh, check.sh and CI share it.
#
#   scripts/setup.sh STEP...      steps, each of which does nothing when there is nothing to do:
#     packages    what building and running needs, with apt-get
#     linters     clang-format, shellcheck, and Google Benchmark for what they check, with apt-get; clang-tidy from PyPI
#     browser     Chromium, in which the tests open a gallery, with apt-get
#     shells      the shells that completions are tried in, and man
#     tensorboard TensorBoard from PyPI, which the tests read events with, into build/tensorboard
#     onnx        ONNX and its runtime from PyPI, which the tests run exported models with, into build/onnx
#     program     builds the tool
#     everything  builds the tool and its tests
#     sanitized   builds with the address and undefined-behaviour sanitizers what can break memory, and its tests
#     weights     gets VGG19 into models/ and checks it
#
# With STYLER_TORCH set to the folder of PyPI's torch, everything is built against that instead of Debian's LibTorch.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
preset=release
if [[ -n ${STYLER_TORCH:-} ]]; then preset=wheel; fi

# What is needed, by what needs it. OpenCV's modules are named singly: libopencv-dev would bring every one.
base_packages=(
  g++ cmake ninja-build ccache
  libopenblas0
  libopencv-core-dev libopencv-imgcodecs-dev libopencv-imgproc-dev libopencv-video-dev
  pkg-config libjpeg-dev libturbojpeg0-dev libpng-dev libtiff-dev libwebp-dev liblcms2-dev libexiv2-dev
  libavformat-dev libavcodec-dev libavutil-dev libswscale-dev # for films
  libcli11-dev libtomlplusplus-dev libspdlog-dev nlohmann-json3-dev
  libhdf5-dev libzip-dev libcurl4-openssl-dev libssl-dev
  catch2
  ca-certificates python3 python3-pip # for the weights
)
if [[ $preset == release ]]; then base_packages+=(libtorch-dev libgloo-dev); fi # Gloo: several processes that train together
linter_packages=(clang-format-19 shellcheck libbenchmark-dev)
# Debian's goes through LibTorch's headers with every check, which takes three times as long.
clang_tidy_version=23.1.4
tensorboard_version=2.21.0
onnx_version=1.23.2
onnx_runtime_version=1.32.0
browser_packages=(chromium)
shell_packages=(zsh fish man-db groff-base)

say() { printf '%s\n' "== $*" >&2; }

fail() {
  printf '%s\n' "$(basename "$0"): $*" >&2
  exit 1
}

as_root() {
  if ((EUID == 0)); then
    env DEBIAN_FRONTEND=noninteractive "$@"
  elif command -v sudo >/dev/null; then
    sudo DEBIAN_FRONTEND=noninteractive "$@"
  else
    fail "installing packages needs root, and there is no sudo. As root: apt-get install -y --no-install-recommends ${missing[*]}"
  fi
}

# Quiet but for errors: hundreds of lines about unpacking help nobody.
apt_get() { as_root apt-get -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 -qq "$@" </dev/null >/dev/null; }

# Installs those of the packages that are not there yet, and says which.
install_packages() {
  local -a missing=()
  local package
  for package in "$@"; do
    if [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) != installed ]]; then
      missing+=("$package")
    fi
  done
  if ((${#missing[@]} == 0)); then return; fi

  command -v apt-get >/dev/null || fail "this set-up knows apt-get alone. Install what it would (${missing[*]}) by your own means, and see README.md for the commands."
  say "installing with apt-get, which may take some minutes: ${missing[*]}"
  # The lists are fetched when they are missing, and once more when they turn out to be too old.
  if ! apt-cache show "${missing[@]}" >/dev/null 2>&1; then apt_get update; fi
  if ! apt_get install -y --no-install-recommends "${missing[@]}"; then
    say "that failed; trying again with fresh package lists"
    apt_get update
    apt_get install -y --no-install-recommends "${missing[@]}"
  fi
}

# Into build/linters, where scripts/check.sh finds it.
install_clang_tidy() {
  local folder=$root/build/linters
  if [[ $("$folder/clang_tidy/data/bin/clang-tidy" --version 2>/dev/null) == *" $clang_tidy_version"* ]]; then return; fi
  say "installing clang-tidy $clang_tidy_version from PyPI into build/linters"
  rm -rf "$folder"
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps \
    --target "$folder" "clang-tidy==$clang_tidy_version" </dev/null >&2
}

# install_wheels FOLDER PACKAGE==VERSION...: from PyPI into build/FOLDER, where tests/cli finds them.
install_wheels() {
  local folder=$root/build/$1 first=${2/==/-}
  shift
  if [[ -d $folder/$first.dist-info ]]; then return; fi
  say "installing $* from PyPI into $folder"
  rm -rf "$folder"
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target "$folder" "$@" </dev/null >&2
}

# One compiler for each core, but no more than fit into memory (LibTorch's headers take a good gigabyte).
compilers() {
  local cores memory
  cores=$(nproc)
  memory=$(awk '/^MemAvailable/ {print int($2 / 1500000)}' /proc/meminfo)
  if ((memory < 1)); then memory=1; fi
  echo $((cores < memory ? cores : memory))
}

# build PRESET [TARGET]
build() {
  say "building: cmake --preset $1 && cmake --build --preset $1${2:+ --target $2}"
  (cd "$root" && cmake --preset "$1" && cmake --build --preset "$1" --parallel "$(compilers)" ${2:+--target "$2"}) >&2 </dev/null
}

get_weights() {
  STYLER="$root/build/$preset/styler" "$root/scripts/get_weights.sh" >&2 </dev/null
}

for step in "$@"; do
  case $step in
    packages) install_packages "${base_packages[@]}" ;;
    linters)
      install_packages "${linter_packages[@]}"
      install_clang_tidy
      ;;
    browser) install_packages "${browser_packages[@]}" ;;
    shells) install_packages "${shell_packages[@]}" ;;
    tensorboard) install_wheels tensorboard "tensorboard==$tensorboard_version" ;;
    onnx) install_wheels onnx "onnx==$onnx_version" "onnxruntime==$onnx_runtime_version" ;;
    program) build "$preset" styler ;;
    everything) build "$preset" ;;
    sanitized) build asan memory_tests ;;
    weights) get_weights ;;
    *) fail "there is no step '$step'; the steps stand at the top of $root/scripts/setup.sh" ;;
  esac
done
