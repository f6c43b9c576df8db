"""The gallery's page in headless Chromium: what it shows, how it is worked, and that nothing goes wrong in it.

With STYLER_SCREENSHOTS=FOLDER the pictures of it that the tests take are kept there, for people to look at."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import browser

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "cli"))
from support import png, png_size  # noqa: E402

WRITE_GALLERY = os.environ.get("STYLER_WRITE_GALLERY", "styler_write_gallery")
DESKTOP, PHONE = (1200, 900), (390, 844)

PHOTOS = ["cat & dog.png", "</script><b>bold.png"]
STYLES = ["night", "scream", "a style of an unusually long name that fits on no line of a phone's screen"]


def picture(seed, width=96, height=64):
    return png(width, height, lambda x, y: (x * 255 // width, y * 255 // height, seed * 40 % 256))


def entries(folder):
    """Two photos in three styles, with files and facts."""
    made = []
    for row, photo in enumerate(PHOTOS):
        content = folder / f"photo {row} #100%.png"
        content.write_bytes(picture(row))
        for column, style in enumerate(STYLES):
            result = folder / "out" / f"{row}_{column}?.png"
            result.write_bytes(picture(3 * row + column + 2))
            made.append({
                "content_name": photo, "style_name": style, "content": str(content), "picture": str(result),
                "parameters": [["--size", "96"], ["--style-weight", "1000"]],
                "command": f"styler --content '{content.name}' -o {row}_{column}.png",
                "losses": [1000 / (1 + i) for i in range(20)] + [500 / (1 + i) for i in range(30)],
                "scale_starts": [20],
            })  # fmt: skip
    return made


class Page(browser.BrowserTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = Path(tempfile.mkdtemp(prefix="styler gallery "))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        (cls.folder / "out").mkdir()
        cls.page = cls.folder / "out" / "index.html"
        (cls.folder / "entries.json").write_text(json.dumps(entries(cls.folder)))
        subprocess.run([WRITE_GALLERY, cls.page, cls.folder / "entries.json"], check=True)

    def open(self, fragment="", size=DESKTOP, **how):
        self.browser.open(self.page.as_uri() + fragment, size, phone=size == PHONE, **how)
        self.browser.wait_for("[...document.images].every((image) => !image.src || image.complete)")
        self.addCleanup(lambda: self.assertEqual(self.browser.complaints(), []))

    def text(self, selector):
        return self.browser.run(f"document.querySelector({json.dumps(selector)}).textContent")

    def texts(self, selector):
        return self.browser.run(f"[...document.querySelectorAll({json.dumps(selector)})].map((e) => e.textContent)")

    def loaded(self, selector):
        """How many pictures there are, and how many of them can be seen."""
        return self.browser.run(
            f"(() => {{ const all = [...document.querySelectorAll({json.dumps(selector)})];"
            "return [all.length, all.filter((picture) => picture.naturalWidth > 0).length]; })()"
        )

    def is_open(self):
        return self.browser.run("document.querySelector('#viewer').open")

    def where(self):
        return self.text("#position") + self.browser.run("location.hash")

    def keep(self, name):
        drawn = self.browser.screenshot()
        self.assertGreater(len(drawn), 5000, "the page is blank")
        if "STYLER_SCREENSHOTS" in os.environ:
            (Path(os.environ["STYLER_SCREENSHOTS"]) / f"{name}.png").write_bytes(drawn)
        return drawn

    def test_the_table_shows_every_picture(self):
        self.open()
        self.assertEqual(self.loaded("a.thumbnail img"), [6, 6])
        self.assertEqual(self.loaded("#table th img"), [2, 2])
        self.assertEqual(self.text("#title"), "2 photos × 3 styles")
        self.assertEqual(self.texts("#table tbody th"), PHOTOS)
        self.assertEqual(self.texts("#table thead th"), STYLES)
        self.assertEqual(self.texts("b"), [], "a name became HTML")
        self.assertFalse(self.is_open())
        self.assertEqual(png_size(self.keep("table")), DESKTOP)

    def test_a_phone_shows_cards_and_scrolls_down_only(self):
        self.open(size=PHONE)
        self.assertEqual(self.browser.run("innerWidth"), PHONE[0])
        self.assertLessEqual(self.browser.run("document.documentElement.scrollWidth"), PHONE[0])
        self.assertEqual(self.browser.run("overview.scrollWidth - overview.clientWidth"), 0)
        self.assertTrue(self.browser.run("document.querySelector('#table').classList.contains('cards')"))
        self.assertEqual(self.loaded("a.thumbnail img"), [6, 6])
        self.keep("phone")

    def test_an_address_opens_its_picture_with_all_that_is_known_of_it(self):
        self.open("#5")
        self.assertTrue(self.is_open())
        self.assertEqual(self.text("#position"), "5 of 6")
        self.assertEqual(self.text("#viewer-title"), f"{PHOTOS[1]} in the style of {STYLES[1]}")
        self.assertEqual(self.loaded("#compare img"), [2, 2])
        self.assertEqual(self.texts("#parameters tr"), ["--size96", "--style-weight1000"])
        self.assertEqual(self.text("#command"), "styler --content 'photo 1 #100%.png' -o 1_1.png")
        links = self.browser.run("[...document.querySelectorAll('#files a')].map((link) => link.href)")
        folder = self.folder.as_uri()
        self.assertEqual(links, [folder + "/out/1_1%3F.png", folder + "/photo%201%20%23100%25.png"])
        self.keep("large")

    def test_the_curve_has_axes_and_scales(self):
        self.open("#1")
        self.assertEqual(len(self.texts("#curve polyline")), 2)
        self.assertEqual(len(self.texts("#curve .boundary")), 1)
        labels = self.texts("#curve text")
        for label in ["iteration", "total loss (logarithmic)", "scale 1", "scale 2", "100", "1000", "40"]:
            self.assertIn(label, labels)

    def test_the_large_view_fits_a_phone(self):
        self.open("#3", PHONE)
        self.assertEqual(self.browser.run("viewer.scrollWidth - viewer.clientWidth"), 0)
        left, width = self.browser.run("(({ left, width }) => [left, width])(compare.getBoundingClientRect())")
        self.assertGreaterEqual(left, 0)
        self.assertGreater(width, 0.85 * PHONE[0])
        self.keep("phone_large")

    def test_dark_screens_get_a_dark_page(self):
        self.open(dark=True)
        self.assertEqual(self.browser.run("getComputedStyle(document.body).backgroundColor"), "rgb(20, 20, 22)")
        self.keep("dark")

    def test_the_full_file_takes_the_place_of_the_small_copy(self):
        self.open("#1")
        self.browser.wait_for("after.src.startsWith('file:')")
        self.assertEqual(self.browser.run("after.src"), (self.folder / "out" / "0_0?.png").as_uri())

    def test_a_page_without_its_files_shows_its_own_copies(self):
        alone = self.folder / "alone" / "index.html"
        alone.parent.mkdir()
        shutil.copy(self.page, alone)
        self.browser.open(alone.as_uri() + "#1", DESKTOP)
        self.browser.wait_for("after.complete")
        self.assertEqual(self.loaded("#compare img"), [2, 2])
        self.assertEqual(self.loaded("a.thumbnail img"), [6, 6])

    def test_the_page_is_worked_by_keys_alone(self):
        self.open()
        for _ in range(20):
            self.browser.press("Tab")
            if self.browser.run("document.activeElement.getAttribute('href')") == "#2":
                break
        self.browser.press("Enter")
        self.browser.wait_for("viewer.open")
        seen = [self.where()]
        for key in ["ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft"]:
            self.browser.press(key)
            seen.append(self.where())
        self.assertEqual(seen, [f"{number} of 6#{number}" for number in [2, 3, 4, 3, 2, 1, 6]])
        self.browser.press("Escape")
        self.browser.wait_for("!viewer.open")
        self.browser.wait_for("document.activeElement.getAttribute('href') === '#6'")  # to go on from there
        self.assertEqual(self.browser.run("location.hash"), "")

    def test_the_page_is_worked_by_the_mouse_alone(self):
        self.open()
        self.browser.click('a[href="#1"]')
        self.browser.wait_for("viewer.open")
        self.browser.click("#next")
        self.assertEqual(self.where(), "2 of 6#2")
        self.browser.click("#previous")
        self.assertEqual(self.where(), "1 of 6#1")
        self.browser.click("#close")
        self.browser.wait_for("!viewer.open")

    def test_the_command_can_be_copied(self):
        self.open("#1")
        self.browser.click("#copy")
        self.browser.wait_for("document.querySelector('#copy').textContent === 'Copied'")

    def test_back_leads_from_the_large_view_to_the_table(self):
        self.open()
        self.browser.click('a[href="#2"]')
        self.browser.wait_for("viewer.open")
        self.browser.press("ArrowRight")
        self.browser.run("history.back()")
        self.browser.wait_for("!viewer.open")

    def assert_split(self, percent):
        """The photo covers so much of the result, from the left, and the slider says the same."""
        self.assertAlmostEqual(self.browser.run("Number(split.value)"), percent, delta=1)
        self.assertIn(f"{100 - percent}%", self.browser.run("getComputedStyle(before).clipPath"))

    def places(self, *shares):
        """Points on the picture, so much of its width from the left."""
        left, top, width = self.browser.run("(({ left, top, width }) => [left, top, width])(compare.getBoundingClientRect())")
        return [(left + width * share, top + 40) for share in shares]

    def test_the_slider_follows_the_mouse(self):
        self.open("#1")
        self.assert_split(0)
        self.browser.drag(self.places(0.25))
        self.assert_split(25)
        self.browser.drag(self.places(0.25, 0.4, 0.5))
        self.assert_split(50)
        self.keep("slider")
        self.browser.drag(self.places(0.5, 1.2))
        self.assert_split(100)

    def test_the_slider_follows_a_finger(self):
        self.open("#1", PHONE)
        self.browser.drag(self.places(0.2, 0.3, 0.5, 0.75), touch=True)
        self.assertAlmostEqual(self.browser.run("Number(split.value)"), 75, delta=1)

    def test_the_slider_follows_keys_which_then_turn_no_page(self):
        self.open("#1")
        self.browser.run("split.focus()")
        for _ in range(3):
            self.browser.press("ArrowRight")
        self.assert_split(3)
        self.assertEqual(self.text("#position"), "1 of 6")

    def test_an_address_of_no_picture_shows_the_table(self):
        for fragment in ["#7", "#0", "#x", "#-1"]:
            with self.subTest(fragment):
                self.open(fragment)
                self.assertFalse(self.is_open())


if __name__ == "__main__":
    unittest.main()
