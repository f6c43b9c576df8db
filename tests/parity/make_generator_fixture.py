#!/usr/bin/env python3
"""Makes tests/data/parity/generator.json: the `tiny` generator in PyTorch, its picture and its parameters' gradients.

    venv/bin/python make_generator_fixture.py      with the packages of requirements.txt

Parameters and photo are formulas, so that the fixture need not hold them; the test has the same ones.
"""
import math
import pathlib

import torch
import torch.nn.functional as F

from fixture_files import probes, write

CHANNELS = 8
RESIDUAL_BLOCKS = 5
PHOTO_EPSILON = 1e-3
HEIGHT, WIDTH = 20, 28


def waves(shape, number, amplitude):
    """A tensor of sines whose frequency goes by its number."""
    count = math.prod(shape)
    return amplitude * torch.sin((0.7 + 0.01 * number) * torch.arange(count, dtype=torch.float64) + number).view(shape)


def parameters():
    full, half, quarter = CHANNELS, 2 * CHANNELS, 4 * CHANNELS
    convolutions = [("first", 3, full, 5), ("down1", full, half, 3), ("down2", half, quarter, 3)]
    for block in range(1, RESIDUAL_BLOCKS + 1):
        convolutions += [(f"residual{block}.{which}", quarter, quarter, 3) for which in (1, 2)]
    convolutions += [("up1", quarter, half, 3), ("up2", half, full, 3), ("last", full, 3, 5)]
    result = {}
    for name, inputs, outputs, edge in convolutions:
        result[f"{name}.weight"] = (outputs, inputs, edge, edge)
        if name == "last":
            result[f"{name}.bias"] = (outputs,)
        else:
            result[f"{name}.scale"] = (outputs,)
            if not name.endswith(".2"):  # every convolution behind it is normalised: a shift would change nothing
                result[f"{name}.shift"] = (outputs,)
    result["photo.scale"] = (3,)
    tensors = {}
    for number, (name, shape) in enumerate(result.items()):
        tensor = waves(shape, number, 1 / math.sqrt(math.prod(shape[1:])) if len(shape) == 4 else 0.3)
        tensors[name] = (tensor + 1 if name.endswith("scale") else tensor).requires_grad_(True)
    return tensors


def convolved(x, tensors, name, stride=1):
    weight = tensors[f"{name}.weight"]
    padded = F.pad(x, [weight.shape[-1] // 2] * 4, mode="reflect")
    return F.conv2d(padded, weight, tensors.get(f"{name}.bias"), stride)


def normalised(x, tensors, name):
    return F.instance_norm(x, weight=tensors[f"{name}.scale"], bias=tensors.get(f"{name}.shift"), eps=1e-5)


def activated(x, tensors, name, stride=1):
    return F.relu(normalised(convolved(x, tensors, name, stride), tensors, name))


def generator(photo, tensors):
    coloured = F.instance_norm(photo, weight=tensors["photo.scale"], eps=PHOTO_EPSILON)
    x = activated(photo - 0.5, tensors, "first")
    x = activated(x, tensors, "down1", 2)
    x = activated(x, tensors, "down2", 2)
    for block in range(1, RESIDUAL_BLOCKS + 1):
        inner = activated(x, tensors, f"residual{block}.1")
        x = x + normalised(convolved(inner, tensors, f"residual{block}.2"), tensors, f"residual{block}.2")
    for name in ("up1", "up2"):
        x = activated(F.interpolate(x, scale_factor=2, mode="nearest"), tensors, name)
    return coloured + convolved(x, tensors, "last")


def main():
    tensors = parameters()
    photo = 0.5 + waves((1, 3, HEIGHT, WIDTH), 60, 0.4)
    picture = generator(photo, tensors)
    (picture * waves(picture.shape, 70, 1)).sum().backward()
    write(
        pathlib.Path(__file__).resolve().parent.parent / "data/parity/generator.json",
        {
            "picture": probes(picture, 100, 12),
            "gradients": {name: probes(tensor.grad, 8, 12) for name, tensor in tensors.items()},
        },
    )


if __name__ == "__main__":
    main()
