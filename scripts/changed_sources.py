#!/usr/bin/env python3
"""Of the sources named, prints those that a change touches: changed themselves, or with a header of their name that did.

    scripts/changed_sources.py SOURCE...

The change is what differs from where this branch left origin/main, uncommitted files too; on main itself, what came within
three hours of the last commit: what is older was looked at when it came. What was only moved counts as unchanged.
$STYLER_CHANGED_SINCE names another commit to compare with.
"""
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def git(*arguments):
    result = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    return result.stdout.strip() if result.returncode == 0 else ""


def base():
    named = os.environ.get("STYLER_CHANGED_SINCE")
    if named:
        return named
    fork = git("merge-base", "HEAD", "origin/main")
    if fork and fork != git("rev-parse", "HEAD"):
        return fork
    before = int(git("log", "-1", "--format=%ct", "HEAD") or 0) - 3 * 3600
    return git("rev-list", "-1", f"--before={before}", "HEAD") or git("hash-object", "-t", "tree", "/dev/null")


def changed_files():
    """The lines of git's status, with names as they are now."""
    files = set()
    # A moved file whose includes alone were rewritten is the same code.
    for line in git("diff", "--name-status", "-M85%", base(), "--", "src", "bench").splitlines():
        status, *names = line.split("\t")
        if status[0] in "AM":
            files.add(names[-1])
    files.update(git("ls-files", "--others", "--exclude-standard", "src", "bench").splitlines())
    return files


def main():
    files = changed_files()
    for source in sys.argv[1:]:
        # A header's own source shows what is wrong with it; its users only compile it again.
        header = str(pathlib.Path(source).with_suffix(".hpp"))
        if source in files or header in files:
            print(source)
    return 0


if __name__ == "__main__":
    sys.exit(main())
