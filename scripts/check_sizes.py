#!/usr/bin/env python3
"""Checks that nothing has grown too large to be found one's way in: CONTRIBUTING.md, "The map", has the rules.

    scripts/check_sizes.py         exits 1 with a line for each folder and file that has

1. A folder below src/styler holds at most a dozen units. A unit is a name: its header, its source and its test.
2. A file of ours has at most 400 lines.
"""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MOST_UNITS = 12
MOST_LINES = 400
WRITTEN_BY_US = {".cpp", ".hpp", ".py", ".sh", ".cmake", ".js", ".css", ".html"}


def main():
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                            check=True, capture_output=True, text=True).stdout.split("\0")
    files = [pathlib.PurePath(name) for name in listed if name and (ROOT / name).is_file()]
    complaints = []
    folders = {}
    for file in files:
        if file.suffix in (".cpp", ".hpp") and file.is_relative_to("src/styler"):
            folders.setdefault(file.parent, set()).add(file.stem.removesuffix("_test"))
    for folder, units in sorted(folders.items()):
        if len(units) > MOST_UNITS:
            complaints.append(f"{folder} holds {len(units)} units, but a folder holds at most {MOST_UNITS}; part it by "
                              f"subject: {', '.join(sorted(units))}")
    for file in files:
        if file.suffix not in WRITTEN_BY_US:
            continue
        lines = len((ROOT / file).read_text().splitlines())
        if lines > MOST_LINES:
            complaints.append(f"{file} has {lines} lines, but a file has at most {MOST_LINES}; part it by subject")
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
