#!/usr/bin/env bash
# Makes a platform that users have, and tries on it what README and guide promise, every test included.
#
#   scripts/try_platform.sh trixie          Debian 13 with its LibTorch, in a chroot. Needs root and debootstrap
#   scripts/try_platform.sh wheel [TORCH]   PyPI's torch in a virtual environment; needs the CUDA toolkit of the same major
#                                           version. TORCH is what pip is told (torch, or torch==2.11.0 for example). With
#                                           STYLER_TORCH set, the wheel in that folder is taken, and none is fetched
#
# The checkout is copied, with what is not committed yet; VGG19 from models/ too, where it is there. Everything lies below
# STYLER_PLATFORMS (build/platforms) and is used again by the next run. Packages come from where this machine's own apt
# and pip have theirs. What can't be built ends the run; what fails otherwise is told of at the end, with exit code 1.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
platforms=${STYLER_PLATFORMS:-$root/build/platforms}
failures=()
inside=/srv/styler # the copy of the checkout, in a chroot
# A test that needs the weights, a browser, other shells or TensorBoard fails without them, instead of being skipped.
required=(STYLER_REQUIRE_WEIGHTS=1 STYLER_REQUIRE_BROWSER=1 STYLER_REQUIRE_SHELLS=1 STYLER_REQUIRE_TENSORBOARD=1)

say() { printf '%s\n' "== $*" >&2; }

fail() {
  printf '%s\n' "$(basename "$0"): $*" >&2
  exit 1
}

# attempt WORDS COMMAND...: runs it, says how long it took, and remembers whether it failed.
attempt() {
  local words=$1 began=$SECONDS status=0
  shift
  say "$words"
  "$@" || status=$?
  if ((status != 0)); then failures+=("$words"); fi
  say "$words: ended with $status after $((SECONDS - began)) s"
  return "$status"
}

# What is needed for all that follows.
must() { attempt "$@" || fail "the rest needs that: $1"; }

# What an earlier run copied goes, since a source that was moved would be built twice; what it built stays.
copy_checkout() { # FOLDER
  mkdir -p "$1/models"
  find "$1" -mindepth 1 -maxdepth 1 ! -name build ! -name models -exec rm -rf {} +
  git -C "$root" ls-files -z --cached --others --exclude-standard |
    tar -C "$root" --null --files-from=- --ignore-failed-read --warning=no-failed-read -cf - |
    tar -C "$1" --no-same-owner -xf -
  if [[ -f $root/models/vgg19.safetensors ]]; then cp -Lu "$root/models/vgg19.safetensors" "$1/models/"; fi
}

# Where this machine's apt has Debian itself from.
debian_mirror() {
  # shellcheck disable=SC2016  # apt-get's variable
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | sort -u | sed -n 1p
}

make_debian() { # SUITE FOLDER
  if [[ -e $2/is_made ]]; then return; fi
  rm -rf "$2"
  debootstrap --variant=minbase --include=ca-certificates "$1" "$2" "$(debian_mirror)" >/dev/null || return
  cp -L /etc/resolv.conf /etc/hosts "$2/etc/"
  cp -L /etc/ssl/certs/ca-certificates.crt "$2/etc/ssl/certs/" # whom this machine trusts, a mirror's own authority too
  echo 'APT::Get::Assume-Yes "true";' >"$2/etc/apt/apt.conf.d/90assume-yes"
  touch "$2/is_made"
}

# in_debian FOLDER COMMANDS: as root in the copy of the checkout. The mounts go when the commands have ended.
in_debian() {
  # shellcheck disable=SC2016  # for the inner shells
  unshare --mount --fork bash -c '
    set -e
    mount -t proc proc "$1/proc"
    mount --rbind /sys "$1/sys"
    mount --rbind /dev "$1/dev"
    exec chroot "$1" /usr/bin/env -i HOME=/root TERM=dumb LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin \
      DEBIAN_FRONTEND=noninteractive ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
      bash -euo pipefail -c "sudo() { \"\$@\"; }; cd $3; $2"' _ "$1" "$2" "$inside"
}

# The command of README.md that installs what building by hand needs.
readme_packages() {
  awk '/^    sudo apt-get install/ { inside = 1 } inside { print; if (!/\\$/) exit }' "$root/README.md"
}

try_debian() { # SUITE
  local folder=$platforms/$1
  ((EUID == 0)) || fail "chroot needs root"
  command -v debootstrap >/dev/null || fail "debootstrap is missing: apt-get install debootstrap"
  must "making Debian's $1" make_debian "$1" "$folder"
  must "copying the checkout" copy_checkout "$folder$inside"
  must "installing what README.md names" in_debian "$folder" "apt-get -qq update; $(readme_packages) >/dev/null"
  must "demo.sh" in_debian "$folder" scripts/demo.sh
  attempt "installing browser, shells and TensorBoard for the tests" in_debian "$folder" \
    "scripts/setup.sh browser shells tensorboard onnx" || true
  attempt "test.sh" in_debian "$folder" "${required[*]} scripts/test.sh" || true
  attempt "installing for good" in_debian "$folder" \
    "cmake --install build/release --prefix ~/.local >/dev/null; ~/.local/bin/styler --version" || true
  attempt "making and installing a package" in_debian "$folder" \
    "sudo apt-get -qq install --no-install-recommends dpkg-dev file >/dev/null; (cd build/release && cpack -G DEB >/dev/null)
     sudo apt-get -qq install ./build/release/styler_*.deb >/dev/null; cd /tmp
     styler --content $inside/examples/coffee.jpg --style $inside/examples/painting.jpg -o smoke.png \
       --weights $inside/models/vgg19.safetensors --size 64 --iterations 10" || true
}

make_venv() { # FOLDER TORCH
  if [[ ! -x $1/bin/pip ]]; then python3 -m venv "$1" || return; fi
  "$1/bin/pip" install --quiet "$2"
}

try_wheel() { # TORCH
  local folder=$platforms/wheel
  if [[ -z ${STYLER_TORCH:-} ]]; then
    must "installing $1 into a virtual environment" make_venv "$folder/venv" "$1"
    STYLER_TORCH=$("$folder/venv/bin/python" -c 'import torch; print(torch.__path__[0])')
  fi
  export STYLER_TORCH
  must "copying the checkout" copy_checkout "$folder/styler"
  must "demo.sh" "$folder/styler/scripts/demo.sh"
  attempt "installing browser, shells and TensorBoard for the tests" "$folder/styler/scripts/setup.sh" \
    browser shells tensorboard onnx || true
  attempt "test.sh" env "${required[@]}" "$folder/styler/scripts/test.sh" || true
  attempt "the program's version" "$folder/styler/build/wheel/styler" --version || true
}

case "${1:-}:$#" in
  trixie:1) try_debian trixie ;;
  wheel:[12]) try_wheel "${2:-torch}" ;;
  *) fail "usage: scripts/try_platform.sh trixie | wheel [TORCH]" ;;
esac

if ((${#failures[@]} > 0)); then
  say "failed: $(printf '%s; ' "${failures[@]}")"
  exit 1
fi
say "$1: everything was built, and passed"
