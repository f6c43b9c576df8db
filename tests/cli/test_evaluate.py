"""styler evaluate on small pictures, with a network of random numbers: how it behaves, and what must hold of figures."""

import csv
import io
import json
import math
import os
import random
import shutil
import signal
import struct
import unittest
import zipfile
from array import array

import support
from support import png
from test_runs import RunTest

FIGURES = ["content", "content-mse", "cfsd-vgg19", "ssim", "lpips-vgg19", "style", "style-moments", "sfd-vgg19", "tv"]


def grain(seed, width=40, height=32):
    rng = random.Random(seed)
    return png(width, height, lambda x, y: tuple(rng.randrange(256) for _ in range(3)))


class EvaluateTest(RunTest):
    LAYERS = support.SHALLOWEST

    def setUp(self):
        super().setUp()
        for name in ("photos", "art", "out"):
            (self.folder / name).mkdir()
        for i, name in enumerate(("cat", "dog")):
            (self.folder / "photos" / f"{name}.png").write_bytes(support.photo(60 + 8 * i, 40))
            (self.folder / "art" / f"{name} painted.png").write_bytes(grain(i))
            (self.folder / "out" / f"{name}.png").write_bytes(support.photo(60 + 8 * i, 40))

    def evaluate(self, *arguments, results="out", code=0):
        result = self.styler("evaluate", "--results", results, *arguments, "--weights", self.weights, "--device", "cpu",
                             "--threads", "1")  # fmt: skip
        self.assertEqual(result.returncode, code, result.stderr)
        return result

    def scores(self, *arguments, **more):
        self.evaluate(*arguments, "--report", "scores.json", **more)
        return self.report("scores.json")

    def refused(self, *arguments, words):
        self.assert_refused(self.styler("evaluate", *arguments, "--weights", self.weights, "--device", "cpu"), words)

    def assert_refused(self, result, words):
        self.assertIn(result.returncode, (1, 2))
        line = result.stderr.splitlines()[-1]  # behind the progress of what was read till then
        for word in words:
            self.assertIn(word, line)


class Pairs(EvaluateTest):
    def test_a_result_that_is_its_photo_is_at_no_distance_from_it(self):
        report = self.scores("--content", "photos", "--style", "art/cat painted.png")
        (scored,) = report["sets"]
        self.assertEqual(scored["n"], 2)
        self.assertEqual(list(scored["means"]), FIGURES)
        self.assertEqual(list(report["definitions"]), FIGURES)
        for picture in scored["pictures"]:
            self.assertEqual(picture["photo"], picture["result"].replace("out", "photos"))
            self.assertEqual(picture["painting"], "art/cat painted.png")  # the only one
            for figure in ("content", "content-mse", "cfsd-vgg19", "lpips-vgg19"):
                self.assertAlmostEqual(picture["figures"][figure], 0, places=6)
            self.assertAlmostEqual(picture["figures"]["ssim"], 1, places=9)
            for figure in ("style", "style-moments", "sfd-vgg19", "tv"):
                self.assertGreater(picture["figures"][figure], 0)
        self.assertEqual(len(report["network"]["tensors_sha256"]), 64)

    def test_pictures_of_ours_tell_their_photo_and_painting_whatever_they_are_called(self):
        self.paint("--size", "32", "--iterations", "1", content="photos/dog.png", style="art/cat painted.png",
                   output="out/anything.png")  # fmt: skip
        report = self.scores("--content", "photos", "--style", "art", results="out/anything.png")
        (picture,) = report["sets"][0]["pictures"]
        self.assertEqual((picture["photo"], picture["painting"]), ("photos/dog.png", "art/cat painted.png"))
        self.assertEqual(report["warnings"], [])

    def paint(self, *arguments, **more):
        result = self.styler(*self.job(*arguments, **more))
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_names_tell_both_and_what_has_no_partner_is_listed(self):
        shutil.copy(self.folder / "out/cat.png", self.folder / "out/dog_cat painted.png")
        shutil.copy(self.folder / "out/cat.png", self.folder / "out/bird.png")
        shutil.copy(self.folder / "out/cat.png", self.folder / "out/catalogue.png")
        result = self.evaluate("--content", "photos", "--style", "art", "--csv", "scores.csv")
        text = (self.folder / "scores.csv").read_text(encoding="utf-8")
        rows = {row["result"]: row for row in csv.DictReader(io.StringIO(text))}
        both = rows["out/dog_cat painted.png"]
        self.assertEqual((both["photo"], both["painting"]), ("photos/dog.png", "art/cat painted.png"))
        self.assertEqual(rows["out/cat.png"]["photo"], "photos/cat.png")
        self.assertEqual((rows["out/cat.png"]["painting"], rows["out/cat.png"]["style"]), ("", ""))
        for name in ("bird", "catalogue"):
            self.assertIn(f"no photo was found for 'out/{name}.png'", result.stderr)
        self.assertIn("pictures", result.stdout)
        self.assertIn("(1)", result.stdout)  # one picture has a painting

    def test_a_list_names_them(self):
        (self.folder / "list.txt").write_text("out/cat.png\tphotos/dog.png\tart/dog painted.png\n")
        (scored,) = self.scores("--pairs", "list.txt")["sets"]
        self.assertEqual(scored["pictures"][0]["photo"], "photos/dog.png")
        self.assertIsNone(scored["pictures"][1]["photo"])
        (self.folder / "list.txt").write_text("out/cat.png\tphotos/dog.png\n")
        self.refused("--results", "out", "--pairs", "list.txt", words=["list.txt', line 1", "a result, its photo and its painting"])

    def test_the_page_is_one_file_with_every_picture(self):
        self.evaluate("--content", "photos", "--style", "art/cat painted.png", "--page", "scores.html")
        page = (self.folder / "scores.html").read_text()
        data = json.loads(page.split('type="application/json">')[1].split("</script>")[0])
        self.assertEqual([row["name"] for row in data["rows"]], ["cat.png", "dog.png"])
        self.assertEqual(len(data["pictures"]), 5)
        self.assertEqual([figure["word"] for figure in data["figures"]], FIGURES)
        self.assertNotIn("http", page.split("<style>")[0].replace("http-equiv", ""))


class Sets(EvaluateTest):
    def test_a_folder_is_at_no_distance_from_itself_and_statistics_are_as_good_as_pictures(self):
        for i in range(4):
            (self.folder / "art" / f"{i}.png").write_bytes(grain(i + 5, 48, 40))
        report = self.scores("--against", "art", "--statistics", "art.npz", results="art")
        (scored,) = report["sets"]
        self.assertEqual(list(scored["distances"]), ["fd-vgg19", "kd-vgg19", "sd-vgg19"])
        self.assertAlmostEqual(scored["distances"]["fd-vgg19"]["value"], 0, places=6)
        self.assertEqual(scored["distances"]["sd-vgg19"]["value"], 0)
        self.assertTrue(any("fewer than 513" in warning for warning in report["warnings"]))
        with zipfile.ZipFile(self.folder / "art.npz") as archive:
            self.assertIsNone(archive.testzip())
            mean = archive.read("mu.npy")
            self.assertEqual((len(mean) - 8 * 512) % 64, 0)
            self.assertEqual(struct.unpack("<q", archive.read("n.npy")[-8:]), (6,))
        pictures = self.scores("--against", "art")["sets"][0]["distances"]["fd-vgg19"]["value"]
        kept = self.scores("--against", "art.npz")["sets"][0]["distances"]
        self.assertEqual(list(kept), ["fd-vgg19"])
        self.assertEqual((kept["fd-vgg19"]["n"], kept["fd-vgg19"]["n_against"]), (2, 6))
        self.assertAlmostEqual(kept["fd-vgg19"]["value"], pictures, places=9)

    def test_folders_stand_side_by_side(self):
        result = self.evaluate("art", "--against", "photos")
        head, counts, *figures = result.stdout.splitlines()
        self.assertEqual(head.split(), ["out", "art"])
        self.assertEqual(counts.split(), ["pictures", "2", "2"])
        self.assertEqual([line.split()[0] for line in figures], ["tv", "fd-vgg19", "kd-vgg19", "sd-vgg19"])

    def test_a_broken_picture_is_counted_and_skipped(self):
        (self.folder / "out/broken.png").write_bytes((self.folder / "out/cat.png").read_bytes()[:90])
        (self.folder / "out/tiny.png").write_bytes(png(9, 300, lambda x, y: (1, 2, 3)))
        report = self.scores("--content", "photos/cat.png", code=1)
        (scored,) = report["sets"]
        self.assertEqual(scored["n"], 2)
        self.assertEqual([picture["result"] for picture in scored["skipped"]], ["out/broken.png", "out/tiny.png"])
        self.assertIn("16 px each way", scored["skipped"][1]["reason"])

    def test_what_does_not_fit_together_is_one_sentence(self):
        self.refused("--results", "out", words=["--results alone"])
        self.refused("--content", "photos", words=["--results is needed"])
        self.refused("--results", "missing", "--content", "photos", words=["'missing' is not there"])
        self.refused("--results", "out", "--content", "photos", "--size", "5", words=["--size is 5", "16 and 1024"])
        self.refused("--results", "out", "--content", "photos", "--precision", "bf16", words=["--precision is not for"])
        self.refused("--results", "out", "--content", "photos", "--report", "photos/cat.png", "--csv", "photos/cat.png",
                     words=["--csv and --report are both"])  # fmt: skip
        (self.folder / "bad.npz").write_bytes(b"no archive")
        self.refused("--results", "out", "--against", "bad.npz", words=["bad.npz", "no zip archive"])
        self.refused("--results", "out", "--against", "photos/cat.png", words=["has one picture", "two at least"])

    def test_ctrl_c_leaves_what_was_there(self):
        for i in range(60):
            (self.folder / "out" / f"{i}.png").write_bytes(grain(i, 200, 160))
        (self.folder / "scores.json").write_text("old")
        process = self.start("evaluate", "--results", "out", "--content", "photos/cat.png", "--report", "scores.json",
                             "--weights", self.weights, "--device", "cpu", "--threads", "1")  # fmt: skip
        while "pictures, " not in process.stderr.readline():
            self.assertIsNone(process.poll())
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=60), 130)
        self.assertEqual((self.folder / "scores.json").read_text(), "old")
        self.assertEqual([name for name in os.listdir(self.folder) if name.startswith(".styler")], [])


class Networks(EvaluateTest):
    """Networks beside VGG19, which users bring."""

    ALEX = {0: (64, 3, 11), 3: (192, 64, 5), 6: (384, 192, 3), 8: (256, 384, 3), 10: (256, 256, 3)}

    def environment(self):
        return {**super().environment(), "XDG_DATA_HOME": str(self.folder / "data")}

    @staticmethod
    def numbers(*shape, positive=False):
        """Random numbers over and over, small enough that no layer explodes."""
        rng = random.Random(sum(shape))
        some = array("f", [abs(rng.gauss(0, 0.03)) if positive else rng.gauss(0, 0.03) for _ in range(997)])
        count = math.prod(shape)
        return (some * (count // 997 + 1))[:count]

    def bring_lpips(self):
        trunk, learnt = [], []
        for number, (index, (out, inner, edge)) in enumerate(self.ALEX.items()):
            shape = [out, inner, edge, edge]
            trunk.append((f"features.{index}.weight", shape, self.numbers(*shape)))
            trunk.append((f"features.{index}.bias", [out], self.numbers(out)))
            learnt.append((f"lin{number}.model.1.weight", [1, out, 1, 1], self.numbers(out, positive=True)))
        (self.folder / "trunk.pth").write_bytes(support.safetensors(trunk, {}))
        (self.folder / "learnt.pth").write_bytes(support.safetensors(learnt, {}))
        for name, network in (("trunk", "AlexNet"), ("learnt", "LPIPS' weights for AlexNet")):
            result = self.styler("weights", "import", f"{name}.pth")
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn(f"{network}: evaluate --figures lpips-alex goes by", result.stderr)

    def test_lpips_goes_by_networks_that_were_imported_and_says_which(self):
        self.bring_lpips()
        shutil.copy(self.folder / "art/cat painted.png", self.folder / "out/dog.png")
        report = self.scores("--content", "photos", "--figures", "lpips-alex")
        (scored,) = report["sets"]
        self.assertEqual(list(scored["means"]), ["lpips-alex"])
        of_cat, of_dog = (picture["figures"]["lpips-alex"] for picture in scored["pictures"])
        self.assertAlmostEqual(of_cat, 0, places=9)
        self.assertGreater(of_dog, 1e-4)
        self.assertEqual([network["name"] for network in report["networks"]], ["alexnet", "lpips-alex"])
        self.assertIsNone(report["network"])  # VGG19 was not asked
        listed = self.styler("weights", "list").stdout
        self.assertIn(f"* alexnet  {self.folder}/data/styler/alexnet.safetensors", listed)
        self.assertIn("- inception-2015  not there", listed)
        verified = self.styler("weights", "verify", "data/styler/lpips-alex.safetensors").stdout
        self.assertIn("network     LPIPS' weights for AlexNet", verified)

    def test_a_network_that_is_not_there_is_one_sentence_with_the_way_to_it(self):
        for figure, network, way in (
            ("fid", "Inception v3 of 2015", "styler weights import pt_inception-2015-12-05-6726825d.pth`, with the file from "),
            ("fid-torchvision", "torchvision's Inception v3", "styler weights import inception_v3_google-0cc3c7bd.pth"),
            ("fd-lite0", "EfficientNet-lite0", "scripts/get_weights.sh efficientnet-lite0"),
        ):
            self.refused("--results", "out", "--against", "photos", "--figures", figure,
                         words=[f"no weights of {network} were found", way])  # fmt: skip
        self.refused("--results", "out", "--content", "photos", "--style", "art", "--figures", "art-fid",
                     words=["no weights of ArtFID's Inception v3 were found"])  # fmt: skip

    def test_figures_that_lack_what_they_compare_with_are_one_sentence(self):
        self.refused("--results", "out", "--figures", "fid", words=["--figures fid compares sets", "--against"])
        self.refused("--results", "out", "--content", "photos", "--figures", "frechet", words=["--figures", "frechet", "fid"])
        self.refused("--results", "out", "--style", "art", "--figures", "lpips-vgg", words=["--figures lpips-vgg", "--content"])
        self.refused("--results", "out", "--content", "photos", "--figures", "art-fid", words=["--figures art-fid", "--style"])
        self.refused("--results", "out", "--against", "x.npz", "--figures", "fid,kid", words=["kid", "statistics"])
        self.refused("--results", "out", "--against", "x.npz", "--figures", "vgg19,fid", words=["of one", "--figures fid"])
        self.refused("--results", "out", "--against", "photos", "--figures", "fid,fd-lite0", "--statistics", "x.npz",
                     words=["of one", "--statistics"])  # fmt: skip
        self.refused("--results", "out", "--against", "photos", "--fid-resize", "clean-fid",
                     words=["--fid-resize does nothing without fid"])  # fmt: skip


if __name__ == "__main__":
    unittest.main()
