"""styler sweep: small pictures side by side on one sheet."""

import json
import re
import signal
import unittest

import support
from support import png_size
from test_runs import RunTest


class Sheets(RunTest):
    def arguments(self, *arguments):
        small = ("--size", "64", "--scales", "1", "--iterations", "3")
        return ["sweep", *self.job(*small, *arguments, output="sheet.png")]

    def sheet(self):
        return png_size((self.folder / "sheet.png").read_bytes())

    def test_a_picture_for_every_pair_of_values(self):
        one_row = self.styler(*self.arguments("--vary", "style-weight=1,100"))
        self.assertEqual(one_row.returncode, 0, one_row.stderr)
        self.assertEqual(one_row.stdout, "sheet.png\n")
        width, height = self.sheet()
        two_rows = self.styler(*self.arguments("--vary", "style-weight=1,100", "--vary", "pooling=max,average"))
        self.assertEqual(two_rows.returncode, 0, two_rows.stderr)
        self.assertIn("picture 4/4: style-weight 100, pooling average", two_rows.stderr)
        self.assertGreater(self.sheet()[0], width)  # a column of labels
        self.assertGreater(self.sheet()[1], height)

    def test_distances_stand_below_the_pictures_as_evaluate_tells_them(self):
        arguments = self.arguments("--vary", "strength=0,1", "--score")
        result = self.styler(*arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        scores = re.findall(r"(?m)^content (\S+), style (\S+)$", result.stderr)
        self.assertEqual(len(scores), 2, result.stderr)
        contents, styles = ([float(score[i]) for score in scores] for i in (0, 1))
        self.assertLess(contents[0], contents[1])
        self.assertLess(styles[1], styles[0])
        scored = self.sheet()
        self.assertEqual(self.styler(*self.arguments("--vary", "strength=0,1")).returncode, 0)
        self.assertGreater(scored[1], self.sheet()[1])
        single = self.styler(*self.job("--size", "64", "--scales", "1", "--iterations", "3", "--strength", "1",
                                       output="single.png"))  # fmt: skip
        self.assertEqual(single.returncode, 0, single.stderr)
        judged = self.styler("evaluate", "--weights", self.weights, "--results", "single.png", "--content", "photo.png",
                             "--style", "art.png", "--report", "scores.json")  # fmt: skip
        self.assertEqual(judged.returncode, 0, judged.stderr)
        means = json.loads((self.folder / "scores.json").read_text())["sets"][0]["means"]
        self.assertAlmostEqual(means["content"]["mean"] / contents[1], 1, delta=0.03)  # the sheet has three digits,
        self.assertAlmostEqual(means["style"]["mean"] / styles[1], 1, delta=0.03)  # and no bytes of a file

    def test_files_can_vary(self):
        (self.folder / "other.png").write_bytes(support.photo(70, 90))
        arguments = self.arguments("--vary", "style=art.png,other.png")
        at = arguments.index("--style")
        del arguments[at : at + 2]
        result = self.styler(*arguments)
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_the_same_sheet_each_time(self):
        arguments = self.arguments("--vary", "init=content,noise")
        self.assertEqual(self.styler(*arguments).returncode, 0)
        first = (self.folder / "sheet.png").read_bytes()
        self.assertEqual(self.styler(*arguments).returncode, 0)
        self.assertEqual((self.folder / "sheet.png").read_bytes(), first)

    def test_interrupted_it_keeps_what_is_there(self):
        process = self.start(*self.arguments("--vary", "seed=1,2", "--init", "noise", "--iterations", "3000"))
        for line in process.stderr:
            if "iteration 1/" in line:
                break
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130)
        self.sheet()

    def test_an_option_may_do_nothing_in_some_pictures_but_not_in_all(self):
        arguments = self.arguments("--style-weight", "10", "--vary", "strength=0,0.5")
        result = self.styler(*arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        # Each picture has an option that does nothing, but another one.
        arguments = self.arguments("--style-weight", "10", "--content-weight", "3", "--vary", "strength=0,1")
        result = self.styler(*arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        arguments = self.arguments("--style-weight", "10", "--strength", "0", "--vary", "pooling=max,average")
        self.assert_refused(self.styler(*arguments, "--quiet"), 2, "--style-weight", "--strength 0")
        self.assert_refused(self.styler(*self.arguments("--vary", "seed=1,2"), "--quiet"), 2, "seed", "--init noise")

    def test_a_sheet_that_its_file_cannot_hold_is_refused_at_once(self):
        values = ",".join(str(number) for number in range(1, 61))
        arguments = self.arguments("--vary", "seed=" + values, "--size", "300", "--init", "noise")
        arguments[arguments.index("sheet.png")] = "sheet.webp"
        self.assert_refused(self.styler(*arguments, "--quiet"), 1, "sheet.webp", "16383")

    def test_mistakes_are_told_before_anything_is_painted(self):
        (self.folder / "sheet.png").write_bytes(b"there before")
        for code, words, arguments in (
            (2, ["--vary", "given 0 times"], []),
            (2, ["style-wieght", "style-weight"], ["--vary", "style-wieght=1,2"]),
            (2, ["--seed", "many"], ["--vary", "seed=1,many"]),
            (1, ["nowhere.png"], ["--vary", "init=noise,nowhere.png"]),
        ):
            self.assert_refused(self.styler(*self.arguments(*arguments, "--quiet")), code, *words)
        self.assertEqual((self.folder / "sheet.png").read_bytes(), b"there before")


if __name__ == "__main__":
    unittest.main()
