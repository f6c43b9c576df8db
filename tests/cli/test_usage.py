"""Help, version, and command lines that mean nothing."""

import json
import os
import re
import shutil
import struct
import subprocess
import unittest
import zlib
from pathlib import Path

import command_lines
from support import BINARY, CliTest, painting


class Answers(CliTest):
    def test_help_goes_to_stdout(self):
        result = self.styler("--help")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        for word in ("--content", "--style", "--size", "[512]", "weights", "Exit codes"):
            self.assertIn(word, result.stdout)
        self.assertLessEqual(max(map(len, result.stdout.splitlines())), 100)

    def test_a_screen_holds_what_most_people_need(self):
        for command in ([], ["batch"], ["sweep"]):
            result = self.styler(*command, "-h")
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            lines = result.stdout.splitlines()
            self.assertLessEqual(len(lines), 23)  # and the prompt below
            self.assertLessEqual(max(map(len, lines)), 80)
            for word in ("--content", "--style", "--output", "--size", "[256]" if command == ["sweep"] else "[512]", "--help"):
                self.assertIn(word, result.stdout)

    def test_every_command_has_help(self):
        for command in (["weights"], ["weights", "install"], ["weights", "import"], ["weights", "verify"]):
            result = self.styler(*command, "--help")
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            self.assertIn(" ".join(command), result.stdout)

    def test_version_names_the_libraries(self):
        result = self.styler("--version")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        for name in ("styler ", "LibTorch ", "CUDA ", "OpenCV "):
            self.assertIn(name, result.stdout)


def needs(program):
    """Skips a test where the program is not installed; with STYLER_REQUIRE_SHELLS=1 it fails then."""
    required = os.environ.get("STYLER_REQUIRE_SHELLS") == "1"
    return unittest.skipIf(shutil.which(program) is None and not required, f"{program} is not installed")


class Completions(CliTest):
    """What the shells make of the scripts, by asking them."""

    def script(self, shell):
        result = self.styler("completion", shell)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        file = self.folder / f"styler.{shell}"
        file.write_text(result.stdout)
        return file

    def bash(self, *words):
        """What bash offers for the last of the words."""
        code = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _styler; printf "%s\\n" "${COMPREPLY[@]}"'
        result = subprocess.run(["bash", "-c", code, "bash", self.script("bash"), "styler", *words], cwd=self.folder,
                                capture_output=True, text=True, timeout=60)  # fmt: skip
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return result.stdout.split("\n")[:-1]

    def test_bash_knows_commands_options_words_and_files(self):
        self.assertEqual(self.bash("sh"), ["show"])
        self.assertEqual(self.bash("weights", "in"), ["install"])
        self.assertEqual(self.bash("--style-l"), ["--style-layers", "--style-loss"])
        self.assertEqual(self.bash("--precision", ""), ["auto", "fp32", "bf16"])
        self.assertEqual(self.bash("--precision", "=", "b"), ["bf16"])
        self.assertEqual(self.bash("batch", "--skip"), ["--skip-existing"])
        self.assertEqual(self.bash("--skip"), [""])
        self.assertEqual(self.bash("completion", "z"), ["zsh"])
        (self.folder / "a photo.jpg").touch()
        self.assertEqual(self.bash("--content", "a p"), ["a photo.jpg"])

    @needs("zsh")
    def test_zsh_reads_its_script(self):
        result = subprocess.run(["zsh", "-n", self.script("zsh")], capture_output=True, text=True, timeout=60)
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    @needs("fish")
    def test_fish_knows_commands_options_and_words(self):
        file = self.script("fish")

        def offers(line):
            result = subprocess.run(["fish", "--no-config", "-c", f'source "{file}"; complete -C "{line}"'], text=True,
                                    cwd=self.folder, env=self.environment() | {"HOME": str(self.folder)},
                                    capture_output=True, timeout=60)  # fmt: skip
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            return [line.split("\t")[0] for line in result.stdout.splitlines()]

        self.assertIn("show", offers("styler sh"))
        self.assertIn("install", offers("styler weights in"))
        self.assertIn("--style-layers", offers("styler --style-l"))
        self.assertEqual(sorted(offers("styler --precision ")), ["auto", "bf16", "fp32"])
        self.assertIn("--skip-existing", offers("styler batch --skip"))


class ManualPage(CliTest):
    @needs("man")
    def test_man_has_nothing_to_complain_about(self):
        page = self.styler("man")
        self.assertEqual((page.returncode, page.stderr), (0, ""))
        file = self.folder / "styler.1"
        file.write_text(page.stdout)
        result = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", file], text=True, timeout=60,
                                capture_output=True, env=self.environment() | {"MANWIDTH": "80", "LC_ALL": "C.UTF-8"})  # fmt: skip
        self.assertEqual((result.returncode, result.stderr), (0, ""))


class LoadedLibraries(CliTest):
    """LibTorch takes most of a second to load on a slow machine. Who computes nothing does not wait for it."""

    def libraries(self, *arguments):
        """The exit code, and the names of all files that the dynamic linker has loaded."""
        trace = self.folder / "trace"
        result = subprocess.run(
            self.command(*arguments), cwd=self.folder, capture_output=True, timeout=120,
            env=self.environment() | {"LD_DEBUG": "files", "LD_DEBUG_OUTPUT": str(trace)},
        )  # fmt: skip
        traces = list(self.folder.glob("trace.*"))
        text = "".join(file.read_text(errors="replace") for file in traces)
        for file in traces:
            file.unlink()
        loaded = {Path(line.split()[-1]).name for line in text.splitlines() if "calling init:" in line}
        return result.returncode, {name.split(".")[0] for name in loaded}

    def test_help_version_and_usage_errors_load_none(self):
        for arguments, code in ((["--help"], 0), (["--version"], 0), (["batch", "--help"], 0), (["show", "--help"], 0),
                                (["--siez", "64"], 2), (self.job("--size", "0"), 2), (self.job("--tv-weight", "-1"), 2),
                                (["batch"], 2), (["show"], 2), (["weights", "import"], 2)):  # fmt: skip
            with self.subTest(arguments=arguments):
                returned, loaded = self.libraries(*arguments)
                self.assertEqual(returned, code)
                self.assertIn("libstdc++", loaded)
                self.assertFalse({name for name in loaded if "torch" in name or "opencv" in name or "c10" in name})
                self.assertLess(len(loaded), 10)

    def test_commands_load_it(self):
        """Or the test above would see nothing."""
        returned, loaded = self.libraries("weights", "list")
        self.assertEqual(returned, 0)
        self.assertIn("styler_engine", loaded)
        self.assertTrue({name for name in loaded if name.startswith("libtorch")})

    def test_a_program_without_its_engine_says_so(self):
        alone = shutil.copy(BINARY, self.folder / "alone")
        result = subprocess.run([alone, "weights", "list"], capture_output=True, text=True, timeout=120)
        self.assert_refused(result, 1, "styler_engine.so", "install")
        answer = subprocess.run([alone, "--help"], capture_output=True, text=True, timeout=120)
        self.assertEqual((answer.returncode, answer.stderr), (0, ""))


class RunPath(CliTest):
    def test_no_library_is_looked_for_where_one_stands(self):
        for file in (Path(BINARY), Path(BINARY).parent / "styler_engine.so"):
            with self.subTest(file=file.name):
                result = subprocess.run(["readelf", "-d", file], capture_output=True, text=True, timeout=60)
                self.assertEqual(result.returncode, 0)
                paths = re.findall(r"\((?:RPATH|RUNPATH)\).*\[(.*)\]", result.stdout)
                for part in (part for path in paths for part in path.split(":")):
                    self.assertRegex(part, r"^(/|\$ORIGIN)", f"{paths}: a part that is empty or relative")

    def test_help_loads_the_language_s_own_libraries_alone(self):
        result = subprocess.run(["readelf", "-d", BINARY], capture_output=True, text=True, timeout=60)
        needed = set(re.findall(r"\(NEEDED\).*\[(lib[a-z+_]+)", result.stdout))
        self.assertLessEqual(needed, {"libstdc++", "libm", "libgcc_s", "libc", "libpthread", "libdl", "libasan", "libubsan"})


class Refusals(CliTest):
    def test_nothing_at_all(self):
        self.assert_refused(self.styler(), 2, "--content", "--help")

    def test_missing_options(self):
        self.assert_refused(self.styler("--content", "photo.png"), 2, "--style is missing")
        self.assert_refused(self.styler("--content", "photo.png", "--style", "art.png"), 2, "--output is missing")

    def test_misspelt_option(self):
        self.assert_refused(self.styler(*self.job("--siez", "64")), 2, "--siez", "did you mean '--size'?")
        self.assert_refused(self.styler(*self.job("--contentweight=1")), 2, "did you mean '--content-weight'?")

    def test_misspelt_command(self):
        self.assert_refused(self.styler("wieghts", "list"), 2, "did you mean 'weights'?")

    def test_a_layer_that_does_not_exist(self):
        self.assert_refused(self.styler(*self.job("--style-layers", "relu1_1,relu4_9")), 2, "'relu4_9'", "did you mean")
        self.assert_refused(self.styler(*self.job("--content-layers", "fc6")), 2, "'fc6'")

    def test_values_that_are_none(self):
        for option, value in (("--size", "big"), ("--iterations", "1.5"), ("--style-weight", "nan"),
                              ("--time-limit", "soon"), ("--threads", "0"), ("--seed", "-1")):  # fmt: skip
            self.assert_refused(self.styler(*self.job(option, value)), 2, f"{option} is '{value}' but must be")

    def test_values_out_of_range(self):
        for option, value in (("--iterations", "0"), ("--style-weight", "-1"), ("--style-scale", "0"),
                              ("--scales", "99"), ("--history-size", "0"), ("--device", "tpu"),
                              ("--preconditioner", "fourier"), ("--color", "cmyk")):  # fmt: skip
            with self.subTest(option=option):
                self.assert_refused(self.styler(*self.job(option, value)), 2, option.removeprefix("--"), "but must")

    def test_options_that_contradict_each_other(self):
        self.assert_refused(self.styler(*self.job("--learning-rate", "1")), 2, "--optimizer adam")
        self.assert_refused(self.styler(*self.job("--optimizer", "adam", "--history-size", "5")), 2, "--history-size")
        self.assert_refused(self.styler(*self.job("--quiet", "-v")), 2, "--quiet", "--verbose")

    def test_a_config_file_with_an_unknown_key(self):
        (self.folder / "run.toml").write_text("siez = 64\n")
        self.assert_refused(self.styler(*self.job("--config", "run.toml")), 2, "'siez'", "did you mean 'size'?")
        self.assert_refused(self.styler(*self.job("--config", "none.toml")), 2, "none.toml")

    def test_a_config_file_that_is_no_toml(self):
        (self.folder / "run.toml").write_text("# text\nstyle = art.jpg\n")
        self.assert_refused(self.styler(*self.job("--config", "run.toml")), 2, "line 2, column 9", "quotes")
        os.mkfifo(self.folder / "pipe")
        for endless in ("/dev/zero", "pipe", "."):
            self.assert_refused(self.styler(*self.job("--config", endless)), 2, endless, "no regular file")

    def test_flags_take_no_nonsense(self):
        for word in ("--quiet=18446744073709551615", "--verbose=99999999999999999999", "--keep-metadata=-1",
                     "--dither=1x1", "--verbose=abc"):  # fmt: skip
            name = word.split("=")[0]
            self.assert_refused(self.styler(*self.job(word)), 2, f"{name} is '", "true and false")

    def test_no_name_reaches_the_terminal_as_an_escape_sequence(self):
        for name in ("\x1b[31mred.png", "two\nlines.png", "\u009b31m.png", "\x7f.png", os.fsdecode(b"\xff.png")):
            result = subprocess.run([BINARY, *self.job(content=name)], cwd=self.folder, env=self.environment(),
                                    capture_output=True, timeout=60)  # fmt: skip
            self.assertEqual(result.returncode, 1)
            self.assertNotRegex(result.stderr.decode(), "[\x00-\x09\x0b-\x1f\x7f-\x9f]")
            self.assertEqual(result.stderr.count(b"\n"), 1)

    def test_a_variable_that_names_no_weights(self):
        for value, why in (("none.safetensors", "no such file"), (".", "is a folder")):
            environment = {**self.environment(), "STYLER_WEIGHTS": value}
            result = subprocess.run([BINARY, "weights", "verify"], cwd=self.folder, env=environment,
                                    capture_output=True, text=True, timeout=60)  # fmt: skip
            self.assert_refused(result, 1, f"$STYLER_WEIGHTS is {value}, ", why, "unset the variable")

    def test_random_command_lines(self):
        codes, wrong = command_lines.try_lines(300, 20, with_engine=30)
        self.assertEqual(wrong, [])
        self.assertGreater(len(codes), 1)

    def test_a_device_that_is_not_there(self):
        result = self.styler(*self.job("--device", "cuda:99"))
        self.assert_refused(result, 1, "cuda:99", "--device")


class Shown(CliTest):
    """What `styler show` makes of a picture that somebody else has written."""

    def picture(self, options):
        """A PNG with these options stored in it as ours are."""
        text = b"styler\0\0\0\0\0" + json.dumps({"styler": "1\n echo; touch ran0 \x1b[31m", "options": options}).encode()
        whole = painting()
        end = whole.index(b"IEND") - 4
        chunk = struct.pack(">I", len(text)) + b"iTXt" + text + struct.pack(">I", zlib.crc32(b"iTXt" + text))
        (self.folder / "foreign.png").write_bytes(whole[:end] + chunk + whole[end:])

    def test_a_foreign_text_runs_nothing_and_adds_no_option(self):
        style = "'; touch ran1; '$(touch ran2)`touch ran3`\n touch ran4 \x1b[31m\x9b31m\\"
        self.picture({"style": [style, "--report", "written"], "content": "$'\\'; touch ran5; #'", "report": "written",
                      "log-file": "written", "; touch ran6": 1, "seed": "-1; touch ran7", "size": {"bytes": "2d2d"}})  # fmt: skip
        shown = subprocess.run([BINARY, "show", "foreign.png"], cwd=self.folder, capture_output=True, check=True).stdout
        self.assertEqual(len(shown.splitlines()), 2)
        self.assertNotRegex(shown.decode(), "[\x00-\x09\x0b-\x1f\x7f-\x9f]")
        expected = ["--style", style, "./--report", "written", "--content", "$'\\'; touch ran5; #'", "--seed=-1; touch ran7",
                    "--size=--", "-o", "foreign.png"]  # fmt: skip
        for shell in ("sh", "dash", "bash"):
            if shutil.which(shell) is None:
                continue
            script = b"styler() { printf '%s\\1' \"$@\"; }\n" + shown
            result = subprocess.run([shell], input=script, cwd=self.folder, capture_output=True, check=True)
            self.assertEqual(result.stdout.decode().split("\1")[:-1], expected)
        self.assertEqual(sorted(file.name for file in self.folder.iterdir()), ["art.png", "foreign.png", "photo.png"])

    def test_json_stays_json_and_shows_no_escape_sequence(self):
        self.picture({"style": "\x1b[31m\x9b31m\x7f\u202e"})
        result = subprocess.run([BINARY, "show", "--json", "foreign.png"], cwd=self.folder, capture_output=True, check=True)
        self.assertNotRegex(result.stdout.decode(), "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]")
        self.assertEqual(json.loads(result.stdout)["options"]["style"], "\x1b[31m\x9b31m\x7f\u202e")


if __name__ == "__main__":
    unittest.main()
