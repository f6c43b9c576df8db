#!/usr/bin/env python3
"""Makes tests/data/parity/judges.json: the networks that pictures are judged by, and the figures over their features, as
pytorch-fid, torch-fidelity, clean-fid, torchvision, lpips and efficientnet_lite_pytorch from PyPI compute them.

    venv/bin/python make_judge_fixture.py      with the packages of requirements.txt

Weights and pictures are formulas (waves), so that the fixture need not hold them; the tests have the same ones.
"""
import math
import pathlib

import numpy
import torch

from fixture_files import probes, rounded, write
from judges import efficientnet_lite0, inception_2015, lpips_network, torchvision_inception
from make_generator_fixture import waves

PICTURE = (1, 3, 107, 91)  # Inception takes any size, and a smaller one is sooner computed
SMALL = (1, 3, 64, 70)
SIZES = ((200, 451), (411, 97))  # height and width of pictures to resize


def fill(network):
    """Gives each tensor of a network waves that go by the letters of its name, and returns the network."""
    for name, tensor in network.state_dict().items():
        if not tensor.is_floating_point():
            continue
        number = sum(name.encode()) % 97
        if tensor.dim() > 1:
            values = waves(tensor.shape, number, 2 / math.sqrt(math.prod(tensor.shape[1:])))
            if name.startswith("lin"):  # LPIPS has learnt weights that aren't below 0
                values = values.abs()
        else:
            one = 1 if name.endswith(("running_var", "bn.weight")) or "_bn" in name and name.endswith(".weight") else 0
            values = one + waves(tensor.shape, number, 0.3)
        tensor.copy_(values.float())
    return network.double().eval()


def watched(network, names):
    """The outputs of some modules of a network, which come as it is run."""
    outputs = {}
    for name, module in network.named_modules():
        if name in names:
            module.register_forward_hook(lambda _, __, output, name=name: outputs.__setitem__(name, output))
    return outputs


def bytes_of_waves(height, width, number):
    values = 127.5 + waves((height, width, 3), number, 127.5)
    return values.round().clamp(0, 255).to(torch.uint8)


def inceptions():
    picture = waves(PICTURE, 5, 1)
    blocks = ["Conv2d_2b_3x3", "Conv2d_4a_3x3"] + [f"Mixed_{name}" for name in
              ("5b", "5c", "5d", "6a", "6b", "6c", "6d", "6e", "7a", "7b", "7c")]  # fmt: skip
    fixture = {}
    for name, network in (("inception-2015", inception_2015()), ("inception-torchvision", torchvision_inception())):
        fill(network)
        outputs = watched(network, blocks)
        x = picture
        for module in ("Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3", "maxpool1", "Conv2d_3b_1x1", "Conv2d_4a_3x3",
                       "maxpool2", *blocks[2:]):  # fmt: skip
            x = getattr(network, module)(x)
        features = x.mean((2, 3))
        fixture[name] = {
            "blocks": {block: probes(output, 24, 9) for block, output in outputs.items()},
            "features": probes(features, 60, 9),
            "logits": probes(features @ network.fc.weight.T, 40, 9),
        }
    return fixture


def perceptual():
    a, b = 0.5 + waves(SMALL, 8, 0.5), 0.5 + waves(SMALL, 9, 0.5)
    fixture = {}
    for name in ("alex", "vgg", "squeeze"):
        network = lpips_network(name)
        fill(network.trunk)
        fill(network.lins_only)
        with torch.no_grad():
            value, layers = network.model.double()(a, b, retPerLayer=True, normalize=True)
            baseline = network.baseline.double()(a, b, normalize=True)
            taps = network.model.net.forward(network.model.scaling_layer(2 * a - 1))
        fixture[name] = {
            "distance": value.item(),
            "layers": rounded([layer.item() for layer in layers], 10),
            "baseline": baseline.item(),
            "taps": [probes(tap, 16, 9) for tap in taps],
        }
    return fixture


def lite0():
    network = fill(efficientnet_lite0())
    picture = waves((1, 3, 224, 224), 4, 1)
    features = network._avg_pooling(network.extract_features(picture)).flatten(1)
    return {"features": probes(features, 60, 9), "logits": probes(network(picture), 60, 9)}


def inputs():
    from cleanfid.resize import build_resizer
    from torch_fidelity.interpolate_compat_tensorflow import interpolate_bilinear_2d_like_tensorflow1x as tensorflows

    fixture = []
    for number, (height, width) in enumerate(SIZES):
        picture = bytes_of_waves(height, width, number)
        planes = picture.permute(2, 0, 1).unsqueeze(0).float()
        clean = torch.from_numpy(build_resizer("clean")(picture.numpy())).permute(2, 0, 1).unsqueeze(0)
        old = tensorflows(planes, size=(299, 299), align_corners=False)
        plain = torch.nn.functional.interpolate(planes / 255, size=(299, 299), mode="bilinear", align_corners=False)
        fixture.append(
            {
                "pytorch-fid": probes((2 * plain - 1).double(), 60, 8),
                "clean-fid": probes(((clean - 128) / 128).double(), 60, 8),
                "torch-fidelity": probes(((old - 128) / 128).double(), 60, 8),
            }
        )
    return fixture


def figures():
    from pytorch_fid.fid_score import calculate_frechet_distance
    from torch_fidelity.metric_isc import isc_features_to_metric
    from torch_fidelity.metric_kid import kid_features_to_metric

    # Sines of large sines have covariances of full rank.
    a, b = 0.4 + waves((70, 32), 1, 40).sin(), 0.6 + 1.2 * waves((80, 32), 2, 40).sin()
    kernel = {"kid_subsets": 20, "kid_subset_size": 50, "verbose": False, "rng_seed": 2020, "kid_kernel": "poly",
              "kid_kernel_poly_degree": 3, "kid_kernel_poly_gamma": None, "kid_kernel_poly_coef0": 1}  # fmt: skip
    kid = kid_features_to_metric(a, b, **kernel)
    score = isc_features_to_metric(3 * a, splits=7, shuffle=True, rng_seed=2020)
    of_a, of_b = ((numpy.mean(rows.numpy(), axis=0), numpy.cov(rows.numpy(), rowvar=False)) for rows in (a, b))
    return {
        "fid": float(calculate_frechet_distance(*of_a, *of_b)),
        "kid": [kid["kernel_inception_distance_mean"], kid["kernel_inception_distance_std"]],
        "is": [score["inception_score_mean"], score["inception_score_std"]],
    }


def main():
    torch.set_grad_enabled(False)
    folder = pathlib.Path(__file__).resolve().parent.parent / "data/parity"
    write(
        folder / "judges.json",
        {
            "inceptions": inceptions(),
            "perceptual": perceptual(),
            "efficientnet-lite0": lite0(),
            "inputs": inputs(),
            "figures": figures(),
        },
    )


if __name__ == "__main__":
    main()
