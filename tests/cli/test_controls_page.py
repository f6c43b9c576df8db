"""docs/controls.md: its commands can be run, and its pictures are there."""

import re
import shlex
import unittest

from support import CHECKOUT, CliTest

PAGE = CHECKOUT / "docs" / "controls.md"


class ControlsPage(CliTest):
    def setUp(self):
        super().setUp()
        self.page = PAGE.read_text()
        self.commands = [shlex.split(line) for line in re.findall(r"^    styler (.*)$", self.page, re.MULTILINE)]
        self.outputs = [command[command.index("-o") + 1] for command in self.commands]

    def test_every_picture_is_there_and_is_made_by_a_command(self):
        shown = re.findall(r"!\[[^]]*\]\(([^)]*)\)", self.page)
        self.assertGreater(len(shown), 10)
        for picture in shown:
            self.assertTrue((PAGE.parent / picture).is_file(), picture)
        made = [f"docs/{picture}" for picture in shown if picture.startswith("controls/")]
        self.assertEqual(sorted(set(made)), sorted(self.outputs))

    def test_every_command_is_understood_down_to_its_pictures(self):
        # Weights are looked for when everything else has been found right.
        for command, output in zip(self.commands, self.outputs):
            with self.subTest(output=output):
                here = [word.replace("examples/", f"{CHECKOUT}/examples/") for word in command]
                here[here.index(output)] = output.rsplit("/", 1)[-1]
                result = self.styler(*here, "--weights", "nowhere.safetensors", "--quiet")
                self.assert_refused(result, 1, "nowhere.safetensors")


if __name__ == "__main__":
    unittest.main()
