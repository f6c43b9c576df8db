"""README.md, the guide and the page of controls keep their word: their commands run, and what they name is there.

Every command line in them, a line of an indented block or of a fenced one, is run on small pictures for an iteration or
two, or stands in NOT_RUN with the reason; a line that is neither is a failure.
"""

import json
import re
import shlex
import shutil
import subprocess
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import support
from support import CHECKOUT, CliTest, default_signals

# The guide's come first: what others have from there is run once, in the guide, where it may need the command before.
PAGES = [CHECKOUT / "docs/guide.md", *sorted((CHECKOUT / "docs/guide").glob("*.md")), CHECKOUT / "docs/controls.md",
         CHECKOUT / "README.md", CHECKOUT / "models/README.md", CHECKOUT / "examples/README.md"]  # fmt: skip
# Languages of fenced blocks that hold no commands. TOML is written to look.toml, which a command of its page names.
NO_COMMANDS = {"cmake": "tests/install builds programs with such lines", "toml": "the command below it reads it"}
# Programs whose options the pages name beside styler's.
FOREIGN_OPTIONS = {
    "--no-install-recommends", "--workflow", "--preset", "--install", "--prefix", "--array", "--ntasks", "--nodes",  # apt-get, cmake, sbatch
    "--no-python", "--nproc-per-node", "--nnodes",  # torchrun
    "--logdir",  # tensorboard
}  # fmt: skip


def blocks_of(page):
    """(language, lines) of each code block; of an indented one the language is empty."""
    fence, block, blocks = None, [], []
    lines = [*page.read_text(encoding="utf-8").splitlines(), ""]
    for before, line in zip(["", *lines], lines):
        if line.startswith("```"):
            if fence is None:
                fence = line[3:].strip()
            else:
                blocks.append((fence, block))
                fence, block = None, []
        elif fence is not None:
            block.append(line)
        elif line.startswith("    ") and (block or not before.strip()):
            block.append(line[4:])
        elif block:
            blocks.append(("", block))
            block = []
    if fence is not None:
        raise ValueError(f"{page.name}: a block has no end")
    return blocks


def commands_of(page):
    """The command lines of a page in their order, those that go on after a backslash joined."""
    commands = []
    for language, block in blocks_of(page):
        if language in NO_COMMANDS:
            continue
        if language:
            raise ValueError(f"{page.name}: say in this test what is done with blocks of '{language}'")
        commands += [line for line in re.sub(r"\\\n\s*", "", "\n".join(block)).splitlines() if line.strip()]
    return commands


def words_of(command):
    """As a shell reads them, without the comment behind."""
    return shlex.split(command, comments=True)


def presets(kind):
    return {preset["name"] for preset in json.loads((CHECKOUT / "CMakePresets.json").read_text())[kind]}


def with_small_numbers(words):
    """The same command with little to do. What the reader sees stays, but for sizes, efforts and the device."""
    words = words.copy()
    if len(words) > 1 and words[1] == "train":
        little = {"--steps": "2", "--time": "0.2"}
        for at, (option, value) in enumerate(zip(words, words[1:])):
            words[at + 1] = little.get(option, value)
        return [*words, *(["--steps", "2"] if "--steps" not in words else []), "--arch", "tiny", "--crop", "32",
                "--style-size", "48", "--threads", "1", *(["--checkpoint-every", "1"] if "--checkpoint" in words else [])]  # fmt: skip
    if words[1:2] == ["apply"]:
        return ["64x64" if word == "4096x4096" else word for word in words]
    painting = len(words) == 1 or words[1] in ("batch", "sweep", "video") or words[1].startswith("-")
    if not painting or words[1] in ("-h", "--help", "--version") or words[-1] == "--help":
        return words
    size = "48" if "--content-regions" in words else "32"  # smaller regions are too small for the deepest layer
    smaller = {"--size": lambda asked: {"original": asked, "1024x512": "64x32"}.get(asked, size),
               "--iterations": lambda _: "1", "--device": lambda _: "cpu"}  # fmt: skip
    for at, (option, value) in enumerate(zip(words, words[1:])):
        if option in smaller:
            words[at + 1] = smaller[option](value)
    given = set(words)
    more = {"--size": size, "--iterations": "1", "--scales": "1", "--device": "cpu", "--threads": "1"}
    if "--checkpoint" in given:
        more["--checkpoint-every"] = "1"  # or a run of seconds would leave none to resume from
    if words[1:2] == ["video"] and "--model" not in given:
        more["--frame-iterations"] = "1"
    for option, value in more.items():
        if option not in given:
            words += [option, value]
    return words


# Each command line that is not run: how it begins, why not, and what is checked instead: a function of the test and the
# command's words.
NOT_RUN = []


def not_run(pattern, reason):
    def keep(check):
        NOT_RUN.append((re.compile(pattern), reason, check))
        return check

    return keep


@not_run(r"git clone ", "needs the network")
def nothing_to_check(test, words):
    del test, words


@not_run(r"python3 (-c|examples/)|python3 -m venv|export STYLER_TORCH=", "needs packages of PyPI's")
def its_scripts_are_there(test, words):
    for word in words:
        if word.endswith(".py"):
            test.assertTrue((CHECKOUT / word).is_file(), word)


@not_run(r"scripts/(demo|test|get_weights|get_photos|train_model|batch_parallel)\.sh|sbatch |torchrun ", "builds, fetches, or needs what a cluster has")
def its_script_is_there_and_whole(test, words):
    if words[0] == "torchrun":
        test.assert_known_options("train", words[words.index("train") + 1 :])
        return
    script = next(word for word in words if word.endswith(".sh"))
    test.assertTrue((CHECKOUT / script).stat().st_mode & 0o100, f"{script} is not executable")
    subprocess.run(["bash", "-n", CHECKOUT / script], check=True)
    for command in ("batch", "train"):
        if f"{command}_" in script and not script.endswith("train_model.sh"):
            test.assert_known_options(command, words[words.index(script) + 1 :])


@not_run(r"sudo apt-get install \./", "installs what the build has made")
def it_names_our_package(test, words):
    test.assertIn("set(CPACK_PACKAGE_NAME styler)", (CHECKOUT / "cmake/StylerInstall.cmake").read_text())
    test.assertTrue(words[-1].startswith("./build/release/styler_"))


@not_run(r"sudo apt-get install --no-install-recommends", "changes the machine")
def it_names_what_the_set_up_installs(test, words):
    (needed,) = re.findall(r"base_packages=\((.*?)\n\)", (CHECKOUT / "scripts/setup.sh").read_text(), re.DOTALL)
    needed = set(re.sub("#.*", "", needed).split()) | {"libtorch-dev", "libgloo-dev"}
    # ccache saves time alone, and Python is for the weights' second source.
    test.assertEqual(set(words[4:]), needed - {"ccache", "python3", "python3-pip"})


@not_run(r"\(cd build/release && cpack|cmake --install build/release", "needs the whole build, as tests/install has it")
def the_build_folder_is_a_presets(test, words):
    test.assertIn("release", presets("configurePresets"))
    del words


@not_run(r"cmake (--workflow )?--preset ", "builds for minutes")
def the_preset_is_there(test, words):
    kind = "workflowPresets" if "--workflow" in words else "configurePresets"
    test.assertIn(words[words.index("--preset") + 1], presets(kind))
    variables = re.findall(r"option\((STYLER_\w+)", (CHECKOUT / "CMakeLists.txt").read_text())
    for word in words:
        if word.startswith("-D"):
            test.assertIn(word[2:].split("=")[0], variables)


@not_run(r"(build/release/)?styler weights install", "needs the network, or a file of 80 MB")
def its_options_are_there(test, words):
    test.assert_known_options("weights install", words[3:])


@not_run(r"styler (weights import pt_inception|evaluate .*--figures )", "needs weights that nobody may pack along")
def its_command_knows_the_options(test, words):
    command = "weights import" if words[1] == "weights" else "evaluate"
    test.assert_known_options(command, words[3 if command == "weights import" else 2 :])


@not_run(r"ffmpeg ", "needs ffmpeg, a film and a camera")
def its_pipe_knows_the_options(test, words):
    at = words.index("styler")
    test.assert_known_options("apply", [word for word in words[at + 2 : words.index("|", at)] if word != "-"])


@not_run(r"styler models import ", "needs a file of another program's")
def its_import_knows_the_options(test, words):
    test.assert_known_options("models import", words[3:])


class Guide(CliTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.weights = cls.shared / "random.safetensors"
        cls.weights.write_bytes(support.random_vgg19())

    def setUp(self):
        super().setUp()
        self.helps = {}

    def styler_in(self, folder, words, **more):
        # It imports into the data directory, which is no place to look in while $STYLER_WEIGHTS names another.
        weights = {} if words[:2] == ["weights", "import"] else {"STYLER_WEIGHTS": str(self.weights)}
        return subprocess.run(
            [support.BINARY, *words], cwd=folder, env=self.environment() | {"HOME": str(folder)} | weights | more,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, preexec_fn=default_signals,
        )  # fmt: skip

    def help_of(self, command):
        if command not in self.helps:
            self.helps[command] = self.styler(*command.split(), "--help").stdout
        return self.helps[command]

    def assert_known_options(self, command, words):
        for word in words:
            if word.startswith("-"):
                listed = re.findall(r"(?<![\w-])--?[a-z][a-z-]*", self.help_of(command))
                self.assertIn(word, listed, f"styler {command} has no {word}")

    def make_the_pictures(self):
        """What the pages call photo.jpg, art.jpg and so on: those of examples/, small, with maps and folders."""
        folder = self.shared / "pages"
        folder.mkdir()
        (folder / "examples").symlink_to(CHECKOUT / "examples")
        small = ["--size", "48", "--iterations", "1", "--scales", "1", "--strength", "0", "--device", "cpu"]
        for source, name in [("coffee", "photo.jpg"), ("painting", "art.jpg"), ("mosaic", "sketch.jpg"),
                             ("mosaic", "weave.jpg"), ("mosaic", "out.png")]:  # fmt: skip
            words = ["--content", f"examples/{source}.jpg", "--style", "examples/mosaic.jpg", "-o", name, *small]
            result = self.styler_in(folder, words)
            self.assertEqual(result.returncode, 0, result.stderr)
        shutil.copy(CHECKOUT / "examples/coffee_regions.png", folder / "map.png")
        (folder / "art_map.png").write_bytes(support.png(40, 32, lambda x, y: (255, 0, 0) if x < 20 else (0, 0, 255)))
        (folder / "FILE").symlink_to(self.weights)
        (folder / "models").symlink_to(CHECKOUT / "models")
        for name in ("photos", "trip"):
            (folder / name).mkdir()
            shutil.copy(folder / "photo.jpg", folder / name / "one.jpg")
            shutil.copy(folder / "sketch.jpg", folder / name / "two.jpg")
        (folder / "paintings").mkdir()
        shutil.copy(folder / "art.jpg", folder / "paintings")
        (folder / "museum").mkdir()
        for name in ("art.jpg", "weave.jpg"):
            shutil.copy(folder / name, folder / "museum")
        (folder / "stills").mkdir()
        for number in range(4):
            shutil.copy(folder / "photo.jpg", folder / "stills" / f"{number}.jpg")
        shutil.copy(folder / "photo.jpg", folder / "painted.png")
        film = ["video", "--content", "stills", "--style", "art.jpg", "-o", "clip.mp4", "--frame-rate", "2"]
        words = with_small_numbers(["styler", *film])[1:]
        words[words.index("--size") + 1] = "48"  # at which even edges have the shape of the map
        result = self.styler_in(folder, words)
        self.assertEqual(result.returncode, 0, result.stderr)
        shutil.copy(folder / "clip.mp4", folder / "painted.mp4")
        (folder / "list.tsv").write_text("photo.jpg\tart.jpg\n")
        for place in (".local/share/bash-completion/completions", ".config/fish/completions", ".zfunc", "docs/controls"):
            (folder / place).mkdir(parents=True)
        return folder

    def complaints_of(self, page, command, folder):
        """What is wrong with a command that was run: nothing, or a text."""
        words = words_of(command)
        written = None
        if len(words) > 2 and words[-2] == ">":
            words, written = words[:-2], words[-1]
        if words[0] in ("styler", "build/release/styler", "build/wheel/styler"):
            result = self.styler_in(folder, with_small_numbers(words)[1:])
        elif words[0] == "scripts/batch.sh":
            small = with_small_numbers(["styler", *words[4:]])[1:]
            weights = {"STYLER_WEIGHTS": str(self.weights), "STYLER": support.BINARY}
            result = subprocess.run(
                [CHECKOUT / words[0], *words[1:4], *small], cwd=folder, env=self.environment() | weights,
                capture_output=True, text=True, timeout=120,
            )  # fmt: skip
        elif words[0] == "sha256sum":
            result = subprocess.run(words, cwd=folder, capture_output=True, text=True)
        else:
            return f"{page.name}: neither run nor in NOT_RUN: {command}"
        if result.returncode != 0:
            return f"{page.name}: {command}\n    exit code {result.returncode}: {result.stderr.strip()[-500:]}"
        if written and not result.stdout:
            return f"{page.name}: {command}\n    prints nothing"
        return None

    def run_page(self, page, commands, pictures):
        """The complaints about commands of a page, which run one after the other in a folder of their own."""
        folder = self.folder / page.relative_to(CHECKOUT).as_posix().replace("/", "_")
        shutil.copytree(pictures, folder, symlinks=True)
        for language, block in blocks_of(page):
            if language == "toml":
                (folder / "look.toml").write_text("\n".join(block))
        complaints = [self.complaints_of(page, command, folder) for command in commands]
        return [complaint for complaint in complaints if complaint]

    def test_every_command_runs(self):
        pictures = self.make_the_pictures()
        seen, jobs = set(), []
        for page in PAGES:
            commands = [command for command in commands_of(page) if tuple(words_of(command)) not in seen]
            seen.update(tuple(words_of(command)) for command in commands)
            commands = [command for command in commands if not any(kind.match(command) for kind, _, _ in NOT_RUN)]
            jobs.append((page, commands))
        self.assertGreater(sum(len(commands) for _, commands in jobs), 50)  # or the pages were not read as they are
        with ThreadPoolExecutor(2) as pool:
            complaints = sum(pool.map(lambda job: self.run_page(*job, pictures), jobs), [])
        self.assertFalse(complaints, "\n" + "\n".join(complaints))

    def test_what_is_not_run_names_what_is_there(self):
        unused = {pattern for pattern, _, _ in NOT_RUN}
        for page in PAGES:
            for command in commands_of(page):
                for pattern, reason, check in NOT_RUN:
                    if pattern.match(command):
                        unused.discard(pattern)
                        with self.subTest(page=page.name, command=command, not_run=reason):
                            check(self, words_of(command))
        self.assertFalse(unused, "no page has such a command any more")

    def test_every_option_that_is_named_is_there(self):
        ours = "".join(map(self.help_of, ("", "batch", "sweep", "train", "apply", "video", "evaluate", "show", "models list", "models show", "models export", "models import", "weights install", "weights import")))
        known = set(re.findall(r"--[a-z][a-z-]+", ours)) | FOREIGN_OPTIONS
        for page in PAGES:
            for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*[a-z]", page.read_text(encoding="utf-8")):
                with self.subTest(page=page.name):
                    self.assertIn(option, known)


class Links(unittest.TestCase):
    def anchors(self, page):
        """What GitHub makes of the headings."""
        headings = re.findall(r"(?m)^#+ (.*)$", re.sub(r"(?ms)^```.*?^```", "", page.read_text(encoding="utf-8")))
        return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}

    def test_every_link_leads_somewhere(self):
        for page in [*PAGES, CHECKOUT / "CONTRIBUTING.md", CHECKOUT / "CHANGELOG.md", CHECKOUT / "bench/README.md"]:
            for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
                if target.startswith("https://"):
                    continue
                file, _, anchor = target.partition("#")
                with self.subTest(page=page.name, target=target):
                    linked = (page.parent / file).resolve() if file else page
                    self.assertTrue(linked.exists())
                    if anchor:
                        self.assertIn(anchor, self.anchors(linked))

    def test_the_guide_lists_all_its_pages(self):
        text = (CHECKOUT / "docs/guide.md").read_text(encoding="utf-8")
        for page in (CHECKOUT / "docs/guide").glob("*.md"):
            self.assertIn(f"(guide/{page.name})", text)
