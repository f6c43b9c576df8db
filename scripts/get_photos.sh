#!/usr/bin/env bash
# Gets some thirty free photographs to train generators on, out of packages of Debian: mountains, sea, flowers, animals, a
# city, a cat, a cup of coffee.
#
#     scripts/get_photos.sh [FOLDER]
#
# FOLDER is photos/ of this checkout by itself. Nothing is installed: the packages (105 MB) are fetched, and the photographs
# (24 MB) taken out of them. FOLDER/LICENCES.txt says whose they are. Does nothing when they are there already.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=${1:-$root/photos}

packages=(lomiri-wallpapers-16.04 mate-backgrounds python3-skimage)

say() { printf '%s\n' "$*" >&2; }
die() {
  say "get_photos.sh: $*"
  exit 1
}

# Where in a package its photographs are, without its drawings, patterns and pictures from microscopes.
photographs() {
  find "$1" \( \
    -path '*/backgrounds/mate/nature/*.jpg' -o \
    -path '*/backgrounds/*_by_*.jpg' ! -name 'analogpattern*' -o \
    -path '*/skimage/data/astronaut.png' -o -path '*/skimage/data/chelsea.png' -o -path '*/skimage/data/coffee.png' -o \
    -path '*/skimage/data/motorcycle_left.png' -o -path '*/skimage/data/rocket.jpg' \) -type f -print0
}

if [[ -s $folder/LICENCES.txt ]]; then
  say "Photographs are there: $folder"
  exit 0
fi
for tool in apt-get dpkg-deb; do
  command -v "$tool" >/dev/null ||
    die "$tool is missing, and the photographs come from packages of Debian; take a folder of your own photos instead"
done

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch" # for the user that apt-get fetches as
for package in "${packages[@]}"; do
  say "Fetching $package ..."
  (cd "$scratch" && apt-get -qq download "$package" 2>"$scratch/problem") ||
    die "apt-get can't fetch $package: $(head -n 1 "$scratch/problem"); try 'apt-get update' before"
  dpkg-deb --extract "$scratch/$package"_*.deb "$scratch/files"
done
mkdir -p "$folder"
photographs "$scratch/files" | xargs -0 cp --target-directory "$folder"
{
  echo "These photographs are from packages of Debian, whose notices about each follow."
  for package in "${packages[@]}"; do
    printf '\n==== %s\n\n' "$package"
    cat "$scratch/files/usr/share/doc/$package/copyright"
  done
} >"$folder/LICENCES.txt"
say "$(find "$folder" -type f ! -name LICENCES.txt | wc -l) photographs are in $folder"
