#!/usr/bin/env python3
"""Makes the fixtures in tests/data/parity, with tools that are not ours.

    python3 -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python make_fixtures.py vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5

The argument is Keras' file of the Oxford weights; models/README.md says where it comes from. The tests read the
fixtures only, so this script runs when a fixture is added, never in CI. `--only features` makes one of them again.

All but one trace of neural-style is computed in float64, so that a fixture's own rounding is no part of an error.
Pictures are binary PPM, which a few lines of C++ read, so that the core's parity tests need no picture library.
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

import h5py
import numpy as np
import skimage.data
import torch
import torch.nn.functional as F
from PIL import Image, ImageDraw, ImageFilter

from fixture_files import probes, write
from optimizer_fixtures import make_optimizers

CONVOLUTIONS = [2, 2, 4, 4, 4]
MEAN_RGB = [123.68, 116.779, 103.939]
STYLE_LAYERS = ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"]


def content_picture(width, height):
    """A part of scikit-image's cat (`chelsea`, photo by Stefan van der Walt, CC0), at exactly the size asked for."""
    cat = Image.fromarray(skimage.data.chelsea()).crop((60, 0, 400, 255))
    return cat.resize((width, height), Image.LANCZOS)


def style_picture(width, height, seed):
    """Brush strokes along a swirling field, softened: its features must be weaker than the content's.

    Against a style of stronger features than the content's, the loss curves downwards at the start, L-BFGS's second
    step is long by chance (neural-style 0.5.7 went from 8e8 to 1e15 with these strokes unsoftened) and rounding decides
    the rest: 1 and 2 threads then differ by 2 % after 8 evaluations. No two programs can agree on such a trace.
    """
    random = np.random.default_rng(seed)
    palette = [(24, 44, 110), (40, 92, 160), (236, 190, 60), (244, 232, 180), (180, 62, 40), (18, 60, 52)]
    scale = 3  # drawn larger and shrunk, which smooths the strokes' edges
    canvas = Image.new("RGB", (width * scale, height * scale), palette[0])
    draw = ImageDraw.Draw(canvas)
    for _ in range(width * height // 12):
        x, y = random.uniform(0, width), random.uniform(0, height)
        colour = palette[int((np.sin(x / 17) + np.cos(y / 13) + 2) * 1.2 + random.uniform(0, 1.2)) % len(palette)]
        shade = random.normal(1.0, 0.12)
        points = []
        for _ in range(8):
            points.append((x * scale, y * scale))
            angle = 2.2 * np.sin(x / 23 + 1) + 1.7 * np.cos(y / 19)
            x, y = x + 1.3 * np.cos(angle), y + 1.3 * np.sin(angle)
        draw.line(points, fill=tuple(int(np.clip(c * shade, 0, 255)) for c in colour), width=int(random.integers(3, 7)))
    softened = canvas.resize((width, height), Image.LANCZOS).filter(ImageFilter.GaussianBlur(2))
    values = np.asarray(softened).astype(np.float64)
    mean = values.mean(axis=(0, 1))
    return Image.fromarray(np.clip(np.round(mean + 0.8 * (values - mean)), 0, 255).astype(np.uint8))


def tensor_from(picture):
    """[1, 3, H, W], RGB in [0, 1], float64."""
    return torch.from_numpy(np.asarray(picture).astype(np.float64) / 255).permute(2, 0, 1).unsqueeze(0).contiguous()


def read_weights(file):
    """The 16 convolutions of Keras' file, in PyTorch's order of axes, float64."""
    weights = {}
    with h5py.File(file) as h5:
        for block, count in enumerate(CONVOLUTIONS, 1):
            for index in range(1, count + 1):
                name = f"block{block}_conv{index}"
                kernel = torch.from_numpy(h5[name][f"{name}_W_1:0"][()]).permute(3, 2, 0, 1).contiguous()
                bias = torch.from_numpy(h5[name][f"{name}_b_1:0"][()])
                weights[f"conv{block}_{index}"] = (kernel.double(), bias.double())
    return weights


def vgg19(weights, x, pooling, last="pool5"):
    """All features of a picture `x` (RGB, [0, 1]) by name, down to layer `last`."""
    x = (x * 255 - torch.tensor(MEAN_RGB, dtype=x.dtype).view(1, 3, 1, 1))[:, [2, 1, 0]]
    features = {}
    for block, count in enumerate(CONVOLUTIONS, 1):
        for index in range(1, count + 1):
            x = features[f"conv{block}_{index}"] = F.conv2d(x, *weights[f"conv{block}_{index}"], padding=1)
            x = features[f"relu{block}_{index}"] = F.relu(x)
        pool = F.max_pool2d if pooling == "max" else F.avg_pool2d
        if last in features:
            break
        x = features[f"pool{block}"] = pool(x, 2)
    return features


def make_features(weights, out):
    content_picture(67, 45).save(out / "probe.ppm")  # odd edges, so that every pooling drops a row or a column
    picture = tensor_from(Image.open(out / "probe.ppm"))
    fixture = {"picture": "probe.ppm"}
    for pooling in ("max", "average"):
        features = vgg19(weights, picture, pooling)
        fixture[pooling] = {name: probes(feature, 100) for name, feature in features.items()}
    write(out / "features.json", fixture)


def gram(features):
    """F·Fᵀ, undivided."""
    flat = features.flatten(2)[0]
    return flat @ flat.T


def total_variation(x):
    return (x[:, :, 1:] - x[:, :, :-1]).abs().sum() + (x[:, :, :, 1:] - x[:, :, :, :-1]).abs().sum()


def with_gradient(function, x):
    x = x.clone().requires_grad_()
    loss = function(x)
    (gradient,) = torch.autograd.grad(loss, x)
    return {"loss": loss.item(), "gradient": gradient.reshape(-1).tolist()}


def make_losses(_, out):
    random = torch.Generator().manual_seed(3)
    draw = lambda *shape: torch.randn(shape, generator=random, dtype=torch.float64)
    features, target, style, picture = draw(1, 5, 4, 7), draw(1, 5, 4, 7), draw(1, 5, 6, 3), draw(1, 3, 6, 5)
    style_gram = gram(style) / 18
    write(out / "losses.json", {
        "features": {"shape": list(features.shape), "values": features.reshape(-1).tolist()},
        "target": {"shape": list(target.shape), "values": target.reshape(-1).tolist()},
        "style_gram": {"shape": [5, 5], "values": style_gram.reshape(-1).tolist()},
        "picture": {"shape": list(picture.shape), "values": picture.reshape(-1).tolist()},
        "factor": 0.7,
        "gram": (gram(features) / 28).reshape(-1).tolist(),
        "content": with_gradient(lambda f: 0.7 * F.mse_loss(f, target, reduction="sum"), features),
        "style": with_gradient(lambda f: 0.7 * F.mse_loss(gram(f) / 28, style_gram, reduction="sum"), features),
        "total_variation": with_gradient(lambda x: 0.7 * total_variation(x), picture),
        "range": with_gradient(lambda x: 0.7 * F.mse_loss(x, x.detach().clamp(0, 1), reduction="sum"), picture),
    })


def gaussian_distance(features, style, epsilon):
    """The squared 2-Wasserstein distance of two Gaussians by singular values of their Cholesky factors' product: of
    K'L they are the square roots of the eigenvalues of LL'KK', so that no matrix has a root taken."""
    def mean_and_factor(x):
        flat = x.flatten(2)[0]
        covariance = torch.cov(flat, correction=0) + epsilon * torch.eye(len(flat), dtype=flat.dtype)
        return flat.mean(1), covariance.trace(), torch.linalg.cholesky(covariance)

    (mean, trace, factor), (style_mean, style_trace, style_factor) = mean_and_factor(features), mean_and_factor(style)
    joint = torch.linalg.svdvals(style_factor.T @ factor).sum()
    return (mean - style_mean).square().sum() + trace + style_trace - 2 * joint


def sorted_distance(features, style, directions):
    """For as many positions of each."""
    project = lambda x: (directions @ x.flatten(2)[0]).sort(1).values
    return (project(features) - project(style)).square().mean(1).sum()


def make_style_losses(_, out):
    random = torch.Generator().manual_seed(5)
    draw = lambda *shape: torch.randn(shape, generator=random, dtype=torch.float64)
    mixed = lambda: (draw(5, 5) @ draw(5, 32) + draw(5, 1)).reshape(1, 5, 4, 8)
    features, style = mixed(), mixed()
    epsilon = 1e-3 * style.square().mean().item()
    directions = torch.linalg.qr(draw(5, 5)).Q
    write(out / "style_losses.json", {
        "features": {"shape": list(features.shape), "values": features.reshape(-1).tolist()},
        "style": {"shape": list(style.shape), "values": style.reshape(-1).tolist()},
        "directions": {"shape": [5, 5], "values": directions.reshape(-1).tolist()},
        "factor": 0.7,
        "epsilon": epsilon,
        "wasserstein": with_gradient(lambda f: 0.7 * gaussian_distance(f, style, epsilon), features),
        "histogram": with_gradient(lambda f: 0.7 * sorted_distance(f, style, torch.eye(5, dtype=f.dtype)), features),
        "sliced": with_gradient(lambda f: 0.7 * sorted_distance(f, style, directions), features),
    })


def neural_style_terms(features, content, style):
    """Johnson's constants: mean squared errors, Gram matrices divided by their number of features."""
    content_term = F.mse_loss(features["relu4_2"], content["relu4_2"])
    normal = lambda f: gram(f) / f.numel()
    style_term = sum(F.mse_loss(normal(features[layer]), normal(style[layer])) for layer in STYLE_LAYERS)
    return content_term, style_term


def gatys_terms(features, content, style):
    """Gatys, Ecker & Bethge (2016), equations 1 and 3 to 5. The paper takes M to be the same for both pictures; the
    style's Gram matrix is scaled to the content's M here, as every implementation for pictures of two sizes does."""
    content_term = (features["relu4_2"] - content["relu4_2"]).square().sum() / 2
    style_term = 0
    for layer in STYLE_LAYERS:
        channels, positions = features[layer].shape[1], features[layer].shape[2:].numel()
        target = gram(style[layer]) * positions / style[layer].shape[2:].numel()
        error = (gram(features[layer]) - target).square().sum() / (4 * channels**2 * positions**2)
        style_term = style_term + error / len(STYLE_LAYERS)
    return content_term, style_term


def make_objective(weights, out):
    """Loss and picture gradient on the way from the content to something else: stretched, so that it also leaves
    [0, 1], as iterates do."""
    style_picture(61, 52, 11).save(out / "probe_style.ppm")
    content = tensor_from(Image.open(out / "probe.ppm"))
    style = tensor_from(Image.open(out / "probe_style.ppm"))
    start = 1.2 * content - 0.1
    fixture = {"content": "probe.ppm", "style": "probe_style.ppm", "stretch": [1.2, -0.1], "cases": []}
    for preset, terms, pooling, numbers in (
        ("neural-style", neural_style_terms, "max", (5, 100, 1e-3)),
        ("neural-style", neural_style_terms, "average", (5, 1000, 0)),
        ("gatys", gatys_terms, "average", (1, 1000, 0)),
    ):
        content_weight, style_weight, tv_weight = numbers
        content_features = vgg19(weights, content, pooling, "relu5_1")
        style_features = vgg19(weights, style, pooling, "relu5_1")
        picture = start.clone().requires_grad_()
        content_term, style_term = terms(vgg19(weights, picture, pooling, "relu5_1"), content_features, style_features)
        parts = [content_weight * content_term, style_weight * style_term, tv_weight * total_variation(255 * picture)]
        total = sum(parts)
        (gradient,) = torch.autograd.grad(total, picture)
        fixture["cases"].append({
            "preset": preset,
            "pooling": pooling,
            "content_weight": content_weight,
            "style_weight": style_weight,
            "tv_weight": tv_weight,
            "loss": dict(zip(("content", "style", "tv", "total"), (part.item() for part in parts + [total]))),
            "gradient": probes(gradient, 300),
        })
    write(out / "objective.json", fixture)


def write_caffe_weights(weights, file):
    """The weights by the names that neural-style's network has; its input convention is the file's own."""
    state, position = {}, 0
    for block, count in enumerate(CONVOLUTIONS, 1):
        for index in range(1, count + 1):
            kernel, bias = weights[f"conv{block}_{index}"]
            state[f"features.{position}.weight"], state[f"features.{position}.bias"] = kernel.float(), bias.float()
            position += 2
        position += 1
    torch.save(state, file)


def make_neural_style(weights, out):
    """The losses that PyPI's neural-style 0.5.7 prints, as its own process, in float64 and in float32.

    Things that a program which is to agree with it has to know:
    - 0.5.7 multiplies pictures by 256, not 255 as the port's later versions do.
    - An "iteration" is one evaluation; the first printed loss is that of the start.
    - Its variable is the picture in these units minus the mean; the total includes the total variation.

    How far the tool agrees with itself: its first step moves a pixel by some 1e-5, where float32 has little left, so
    the first curvature pair is partly rounding. On one machine, with oneDNN's AVX-512 or SSE4.1 kernels
    (ONEDNN_MAX_CPU_ISA), the losses of evaluations 3 to 10 differ by 1 % here and by a factor of up to 18 at 96 px.
    In float64 they are sharp, so that is the trace for exact comparison; float32's serves for the hundredth
    evaluation. There 1 and 2 threads differ by 6e-6 with style weight 20, but by 0.4 to 1.5 % with the tool's default
    of 100 and by up to 5 % with 1000. Hence 20.
    """
    content_picture(128, 96).save(out / "content.ppm")
    style_picture(112, 128, 7).save(out / "style.ppm")
    fixture = {
        "tool": "neural-style 0.5.7 (PyPI)",
        "content": "content.ppm",
        "style": "style.ppm",
        "picture_scale": 256,
        "content_weight": 5,
        "style_weight": 20,
        "tv_weight": 1e-3,
        "history_size": 100,
    }
    with tempfile.TemporaryDirectory() as folder:
        model = pathlib.Path(folder) / "vgg19-caffe.pth"
        write_caffe_weights(weights, model)
        for precision in ("float64", "float32"):
            fixture[precision] = run_neural_style(fixture, model, out, precision)
    write(out / "neural_style.json", fixture)


def run_neural_style(fixture, model, pictures, precision, evaluations=100):
    """Total loss of every evaluation. The tool's code stays as it is; for float64 PyTorch's defaults are changed."""
    defaults = "torch.set_default_dtype(torch.float64); torch.FloatTensor = torch.DoubleTensor; "
    start = "runpy.run_module('neural_style.neural_style', run_name='__main__')"
    program = "import runpy, torch; " + (defaults if precision == "float64" else "") + start
    options = {
        "gpu": "c", "model_file": model, "image_size": 128, "init": "image", "pooling": "max", "optimizer": "lbfgs",
        "content_image": pictures / fixture["content"], "style_image": pictures / fixture["style"],
        "lbfgs_num_correction": fixture["history_size"], "num_iterations": evaluations, "print_iter": 1,
        "save_iter": 0, "output_image": model.with_suffix(".png"),
    }
    options |= {name: fixture[name] for name in ("content_weight", "style_weight", "tv_weight")}
    command = [sys.executable, "-c", program, "-disable_check"]
    for name, value in options.items():
        command += [f"-{name}", str(value)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    totals = [float(value) for value in re.findall(r"Total loss: (\S+)", printed)]
    assert len(totals) == evaluations
    return totals


def main():
    makers = {
        "features": make_features,
        "losses": make_losses,
        "style-losses": make_style_losses,
        "objective": make_objective,
        "optimizers": make_optimizers,
        "neural-style": make_neural_style,
    }
    default_out = pathlib.Path(__file__).resolve().parent.parent / "data" / "parity"
    parser = argparse.ArgumentParser(description="Makes the fixtures of the parity tests.")
    parser.add_argument("weights", type=pathlib.Path, help="vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5")
    parser.add_argument("--out", type=pathlib.Path, default=default_out)
    parser.add_argument("--only", choices=makers, action="append", help="make this fixture only")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    weights = read_weights(arguments.weights)
    for name in arguments.only or makers:
        makers[name](weights, arguments.out)


if __name__ == "__main__":
    main()
