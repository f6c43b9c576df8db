#!/usr/bin/env python3
"""Checks that the includes below src/styler go down only: CONTRIBUTING.md, "The map", has the rules.

    scripts/check_layers.py        exits 1 with a line for each include that breaks one

1. A library includes itself and what stands below it (LIBRARIES).
2. The folders of a library form no circle.
3. What reads the command line never reaches a header of LibTorch, by detours either.
Tests may include whatever their program is linked with.
"""
import pathlib
import re
import sys

SOURCE = pathlib.Path(__file__).resolve().parent.parent / "src"
# Each library with those that it may include.
LIBRARIES = {
    "base": [],
    "options": ["base"],
    "core": ["base", "options"],
    "image": ["base", "options", "core"],
    "weights": ["base", "options", "core"],
    "train": ["base", "options", "core", "image"],
    "evaluate": ["base", "options", "core", "image", "weights"],
    "video": ["base", "options", "core", "image"],
    "app": ["base", "options", "core", "image", "weights", "train", "evaluate", "video"],
}
INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"(styler/[^"]+)"|<([^>]+)>)', re.MULTILINE)
LIBTORCH = re.compile(r"^(ATen|c10|torch|caffe2)/")
# The half of the program that does without LibTorch, as src/styler/app/CMakeLists.txt tells it from the other.
WITHOUT_LIBTORCH = re.compile(r"^styler/(base/|options/|app/cli/|app/(.*/)?options/|app/(.*/)?options\.|app/commands/[^/]+$)")
# A header of that half which names the functions of the other one.
DISPATCH = "styler/app/commands/dispatch.hpp"


def includes_of(file):
    return [ours or theirs for ours, theirs in INCLUDE.findall(file.read_text())]


def library_of(path):
    return path.split("/")[1]


def folder_of(path):
    return path.rsplit("/", 1)[0]


def reachable(start, arrows):
    found, waiting = set(), [start]
    while waiting:
        for target in arrows.get(waiting.pop(), {}):
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found


def circles_in(arrows):
    """The sets of folders that lead back to one another."""
    ways = {folder: reachable(folder, arrows) for folder in arrows}
    circles = {frozenset(other for other in ways if other in ways[folder] and folder in ways[other]) for folder in ways}
    return sorted(sorted(circle) for circle in circles if circle)


def way_to_libtorch(path, graph, seen):
    """The includes that lead from a header or source to LibTorch, or None."""
    if path in seen:
        return None
    seen.add(path)
    for target in graph.get(path, []):
        if LIBTORCH.match(target):
            return [path, target]
        way = way_to_libtorch(target, graph, seen)
        if way:
            return [path] + way
    return None


def main():
    graph = {}
    for file in sorted((SOURCE / "styler").rglob("*.[ch]pp")):
        if not file.name.endswith("_test.cpp"):
            graph[str(file.relative_to(SOURCE))] = includes_of(file)
    complaints = []
    arrows = {}
    for path, targets in graph.items():
        for target in targets:
            if not target.startswith("styler/"):
                continue
            if target not in graph and not (SOURCE / target).exists():
                continue  # made by CMake
            ours, theirs = library_of(path), library_of(target)
            if theirs != ours and theirs not in LIBRARIES.get(ours, []):
                complaints.append(f"{path} includes {target}, but {ours} stands below {theirs}")
            if theirs == ours and folder_of(path) != folder_of(target):
                arrows.setdefault(folder_of(path), {}).setdefault(folder_of(target), f"{path} includes {target}")
    for circle in circles_in(arrows):
        steps = [arrows[a][b] for a in circle for b in circle if b in arrows.get(a, {})]
        complaints.append(f"a circle of {len(circle)} folders: " + "; ".join(steps))
    for path in graph:
        if WITHOUT_LIBTORCH.match(path) and path != DISPATCH:
            way = way_to_libtorch(path, graph, set())
            if way:
                complaints.append(f"{path} must do without LibTorch, but reaches it: " + " -> ".join(way))
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
