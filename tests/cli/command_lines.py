#!/usr/bin/env python3
"""Random command lines: options and words from the program's own --help, with values that make sense, nearly do, or are
hostile, and config files of the same. Whatever they ask for, the program must end by itself: by no signal, not as a bug
of its own (70), soon, in little memory, and with sentences of one line that no terminal obeys.

    STYLER_BINARY=build/release/styler tests/cli/command_lines.py COUNT [SEED]

300 run with every test (test_usage.py), most of them without the engine, which takes a hundred times as long to load as
the rest; 5000 by hand and before releases, all with it. Nothing is painted: no line has weights or a model.
"""

import os
import random
import re
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from support import BINARY, painting, photo

# What a command does not do without, and with which most lines begin.
NEEDED = {
    (): ["--content", "photo.png", "--style", "art.png", "-o", "out.png"],
    ("batch",): ["--content", "photo.png", "--style", "art.png", "-o", "out"],
    ("sweep",): ["--content", "photo.png", "--style", "art.png", "-o", "out.png", "--vary", "style-weight=1,2"],
    ("train",): ["--content", "folder", "--style", "art.png", "-o", "out.styler"],
    ("video",): ["--content", "folder", "--style", "art.png", "-o", "new/%d.png"],
    ("apply",): ["--model", "none.styler", "--content", "photo.png", "-o", "out.png"],
    ("models", "export"): ["none.styler", "-o", "out.onnx"],
    ("models", "import"): ["photo.png", "-o", "out.styler"],
    ("evaluate",): ["--results", "folder", "--content", "folder", "--style", "art.png"],
}
MOST_SECONDS = 300  # of a machine that is busy with much else; a line takes one at most
MOST_BYTES = 2 << 30
ADDRESSES = 16 << 30

NUMBERS = ["0", "1", "2", "3", "0.5", "-1", "-0", "1e3", "1e38", "1e308", "1e309", "-1e999", "nan", "-nan", "inf", "-inf",
           "0x10", "010", "1_000", "1,5", "1,2,3", " 1", "1 ", "+1", "1.", ".5", "1e", "9223372036854775807",
           "9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616",
           "99999999999999999999", "0." + "0" * 400 + "1", "9" * 400, "2147483648", "4294967296", "512x384", "0x0", "1x1",
           "99999999999x99999999999", "10m", "1h30m", "99999999999h", "4G", "16E", "0.1K", "500MP", "1/2", "2/1", "0/0"]  # fmt: skip
TEXTS = ["", "-", "--", "---", "-x", "--quiet", "=", "a=b", "true", "false", "abc", "x" * 5000, "%s%n%d", "'", '"', "`id`",
         "$(id)", ";", "[a,b]", "{}", "{content}", "{nothing}", "*", "?", "[", "~", "#ff0000", "#ff00zz", "white", "a b",
         "\\", "\n", "a\nb", "\t", "\r", "\x1b[31mred", "\x1b]0;t\x07", "\x7f", "\u009b31m", "\u202eabc", "Z\u00fcrich",
         b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", "relu1_1", "relu1_1:nan", "relu9_9", "relu1_1:1e38,relu2_1", ",", ",,",
         "relu1_1:", "style-weight=1,2", "seed=1;2", "quiet=true,false", "size=1,2"]  # fmt: skip
FILES = ["photo.png", "art.png", "none.png", "out.png", "new/out.png", "folder", ".", "..", "/", "/dev/null", "/dev/zero",
         "/dev/full", "/dev/stdin", "pipe", "link", "loop", "run.toml", "empty", "list.txt", "empty.txt", "zeros",
         "x" * 300 + ".png", "a/" * 2000 + "b.png", "-x.png", "out.xyz", ".png", "report.json", "/proc/self/mem",
         "/proc/self/environ"]  # fmt: skip


def as_bytes(text):
    return text if isinstance(text, bytes) else text.encode()


def shown(line):
    return " ".join(shlex.quote(os.fsdecode(word)) for word in [BINARY, *line])


class Option:
    def __init__(self, name, kind):
        self.name, self.kind = name, kind  # the kind as --help has it: `FILE`, `N`, `a|b`; empty of a flag


def help_of(command):
    return subprocess.run([BINARY, *command, "--help"], capture_output=True, text=True, check=True).stdout


def commands_below(command=()):
    """The command and all that --help tells of below it."""
    text = help_of(command).partition("\nCommands:\n")[2].partition("\n\n")[0]
    below = [(*command, name) for name in re.findall(r"^ {2}([a-z]+)", text, re.M)]
    return [command, *(deeper for one in below for deeper in commands_below(one))]


def options_of(command):
    """The options that --help tells of."""
    text = help_of(command)
    found = re.findall(r"^ {2,6}(?:(-\w), )?(--[a-z][a-z-]*)(?: ([^\s]+))?(?= {2}|$)", text, re.M)
    return [Option(name, kind) for short, long, kind in found for name in (short, long) if name]


class Lines:
    """Command lines one after the other, the same for the same seed."""

    def __init__(self, seed, folder):
        self.random = random.Random(seed)
        self.folder = folder
        options = {command: options_of(command) for command in commands_below()}
        self.usual = [(command, options[command]) for command in NEEDED]
        self.all = list(options.items())

    def value(self, option):
        chance = self.random.random()
        if chance < 0.35 and "|" in option.kind:
            return self.random.choice(option.kind.split("|"))
        if chance < 0.6 and ("FILE" in option.kind or "DIR" in option.kind):
            return self.random.choice(FILES)
        if chance < 0.6 and option.kind[:1] in ("N", "X", "S", "T"):
            return self.random.choice(NUMBERS)
        return self.random.choice(self.random.choice([NUMBERS, TEXTS, FILES]))

    def words_of(self, option):
        name = option.name
        if self.random.random() < 0.03:  # misspelt
            at = self.random.randrange(len(name))
            name = name[:at] + self.random.choice(["", "x", "-", "\x1b", "="]) + name[at + 1 :]
        if not option.kind:
            return [name + self.random.choice(["", "", "", "=" + str(self.random.choice(NUMBERS)), "=", "=true"])]
        value = as_bytes(self.value(option))
        if self.random.random() < 0.3:
            return [as_bytes(name) + b"=" + value]
        more = [self.random.choice(FILES)] if option.kind.endswith("...") and self.random.random() < 0.5 else []
        return [name, value, *more] if self.random.random() < 0.97 else [name]

    def toml_value(self, option):
        kind = self.random.randrange(8)
        value = self.value(option)
        text = value.decode("latin1") if isinstance(value, bytes) else value
        escaped = "".join(f"\\u{ord(c):04x}" if ord(c) < 32 or c in '"\\\x7f' else c for c in text)
        if kind < 3:
            return f'"{escaped}"'
        if kind == 3:
            return self.random.choice(NUMBERS)
        if kind == 4:
            return "[" + ", ".join(f'"{escaped}"' for _ in range(self.random.randrange(4))) + "]"
        return self.random.choice(["true", "false", "inf", "nan", "1979-05-27", "07:32:00", "{a = 1}", "[[1], [2]]", "'", "[",
                                   "0x1F", "-0.0", "[1, 'a', true]", '"""\nx\n"""', "\\u0000", '"\\u0000"', "[" * 50])  # fmt: skip

    def config(self, number, options):
        file = self.folder / f"config{number}.toml"
        known = [option for option in options if option.name.startswith("--")]
        lines = [f"{self.random.choice(known).name[2:]} = {self.toml_value(self.random.choice(known))}"
                 for _ in range(self.random.randrange(4))]  # fmt: skip
        lines += self.random.choice([[], [], [], ["[section]", "a = 1"], ["a.b.c = 1"], ["= 3"], ["\x00"], ["x" * 2000]])
        file.write_bytes("\n".join(lines).encode("utf-8", "replace"))
        return file.name

    def line(self, number):
        command, options = self.random.choice(self.usual if self.random.random() < 0.8 else self.all)
        line = list(NEEDED.get(command, [])) if self.random.random() < 0.8 else []
        for _ in range(self.random.randrange(6)):
            if options:
                line += self.words_of(self.random.choice(options))
        if any(option.name == "--config" for option in options) and self.random.random() < 0.3:
            line += ["--config", self.config(number, options)]
        if self.random.random() < 0.1:
            line.insert(self.random.randrange(len(line) + 1), self.random.choice(TEXTS + FILES))
        if command in (("show",), ("models", "show"), ("models", "list"), ("weights", "import"), ("weights", "verify"), ("completion",)) and self.random.random() < 0.8:
            line.append(self.random.choice(FILES))
        # Nothing may be painted, or fetched from elsewhere; what stands last holds.
        if any(option.name == "--weights" for option in options):
            line += ["--weights=none.safetensors"]
        if command == ("weights", "install"):
            line += ["--from=empty"]
        before = [self.random.choice(["--quiet", "--size=3", "--version", "x"])] if self.random.random() < 0.02 else []
        return [as_bytes(word) for word in [*before, *command, *line]]


def make_folder(folder):
    (folder / "photo.png").write_bytes(photo(24, 16))
    (folder / "art.png").write_bytes(painting(20, 18))
    (folder / "folder").mkdir()
    (folder / "folder" / "a.png").write_bytes(painting(20, 18))
    os.mkfifo(folder / "pipe")
    (folder / "link").symlink_to("none")
    (folder / "loop").symlink_to("loop")
    (folder / "run.toml").write_text("size = 32\n")
    (folder / "empty").touch()
    (folder / "empty.txt").touch()
    (folder / "list.txt").write_text("photo.png\n\nnone.png\n")
    with open(folder / "zeros", "wb") as zeros:
        zeros.truncate(3 << 30)


def run(program, line, folder, limited):
    """(exit code or None, standard error, bytes at most) of one line."""

    def limits():
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if limited:
            resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))

    environment = {name: value for name, value in os.environ.items() if not name.startswith(("STYLER_", "XDG_"))}
    environment |= {"HOME": str(folder), "TERM": "dumb"}
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen([program, *line], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=errors, preexec_fn=limits)  # fmt: skip
        end = time.monotonic() + MOST_SECONDS
        pid = 0
        while pid == 0 and time.monotonic() < end:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid == 0:
                time.sleep(0.002)
        if pid == 0:
            process.kill()
            process.wait()
            return None, b"", 0
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        return process.returncode, errors.read(), usage.ru_maxrss * 1024


def complaint(code, errors, most_bytes):
    """What is wrong with how a line ended; empty where nothing is."""
    if code is None:
        return f"had not ended after {MOST_SECONDS} s"
    if code not in (0, 1, 2):
        return f"ended with {code}"
    if most_bytes > MOST_BYTES:
        return f"took {most_bytes >> 20} MB"
    try:
        text = errors.decode()
    except UnicodeDecodeError:
        return "wrote what is no UTF-8"
    if re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text):
        return "wrote what a terminal obeys"
    lines = text.split("\n")[:-1]
    sentences = [line for line in lines if line.startswith("styler: ") and not line.startswith("styler: warning: ")]
    if code != 0 and (not sentences or lines[-1] != sentences[-1]):
        return "ended without a sentence"
    if code == 2 and len(lines) != 1:
        return "had more to say than one line"
    return ""


def try_lines(count, seed, with_engine):
    """Runs so many lines, so many of them with the engine beside the program. \\returns how many ended with which code, and
    what is wrong, with the line that shows it."""
    codes, wrong = {}, []
    with tempfile.TemporaryDirectory(prefix="styler lines ") as place:
        alone = shutil.copy(BINARY, place)
        # The sanitizers map more addresses than any limit allows.
        limited = run(alone, [b"--version"], Path(place), True)[0] == 0
        lines = Lines(seed, Path(place))
        lines_of_seed = [lines.line(number) for number in range(count)]

        def try_line(number):
            folder = Path(place) / str(number)  # of its own, since lines write files
            folder.mkdir()
            make_folder(folder)
            for config in Path(place).glob(f"config{number}.toml"):
                shutil.copy(config, folder)
            result = run(BINARY if number < with_engine else alone, lines_of_seed[number], folder, limited)
            shutil.rmtree(folder, ignore_errors=True)
            return result

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for line, (code, errors, most_bytes) in zip(lines_of_seed, pool.map(try_line, range(count))):
                codes[code] = codes.get(code, 0) + 1
                if what := complaint(code, errors, most_bytes):
                    wrong.append(f"{what}: {shown(line)}\n    {errors[-500:]!r}")
    return codes, wrong


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10**6)
    start = time.monotonic()
    codes, wrong = try_lines(count, seed, count)
    for what in wrong:
        print(what)
    ends = ", ".join(f"{number} with {code}" for code, number in sorted(codes.items(), key=str))
    print(f"{count} command lines of seed {seed} in {time.monotonic() - start:.0f} s: {ends}; {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
