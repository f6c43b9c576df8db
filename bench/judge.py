#!/usr/bin/env python3
"""Judges saved pictures by one measure: neural-style's objective, in float32, from the 8-bit file.

    judge.py --weights vgg19-caffe.pth --content content.png --style style.png [PICTURE...]

Prints a line of JSON per picture; without PICTURE, the names are read from standard input as they come. Needs PyTorch,
numpy and Pillow: bench/compare.py runs it in the peers' environment, with the weights that it converted.

The objective is 5·MSE on relu4_2, 1000·Σ MSE of F·Fᵀ/(C·H·W) on relu1_1 … relu5_1, and 1e-3·Σ|Δ|, where pictures are
0–255. neural-style 0.5.7 itself multiplies by 256, which makes each loss half a per cent larger.
"""

import argparse
import json
import sys
from collections.abc import Iterable

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

CONVOLUTIONS = [2, 2, 4, 4, 4]
MEAN_BGR = [103.939, 116.779, 123.68]
CONTENT_LAYER = "relu4_2"
STYLE_LAYERS = ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"]
CONTENT_WEIGHT, STYLE_WEIGHT, TV_WEIGHT = 5, 1000, 1e-3

Features = dict[str, torch.Tensor]


def read_picture(file: str) -> torch.Tensor:
    """[1, 3, H, W], BGR, 0–255 minus the mean."""
    pixels = torch.from_numpy(np.array(Image.open(file).convert("RGB"))).float()
    return pixels.permute(2, 0, 1)[None, [2, 1, 0]] - torch.tensor(MEAN_BGR).view(1, 3, 1, 1)


def features_of(picture: torch.Tensor, weights: Features) -> Features:
    """VGG19's, where the objective looks."""
    features, x, position = {}, picture, 0
    for block, count in enumerate(CONVOLUTIONS, 1):
        for index in range(1, count + 1):
            kernel, bias = weights[f"features.{position}.weight"], weights[f"features.{position}.bias"]
            x = F.relu(F.conv2d(x, kernel, bias, padding=1))
            name = f"relu{block}_{index}"
            if name == CONTENT_LAYER or name in STYLE_LAYERS:
                features[name] = x
            if name == STYLE_LAYERS[-1]:
                return features
            position += 2
        x = F.max_pool2d(x, 2)
        position += 1
    raise AssertionError("the deepest layer comes before the network's end")


def gram(features: torch.Tensor) -> torch.Tensor:
    """F·Fᵀ/(C·H·W)."""
    flat = features.flatten(2)[0]
    return flat @ flat.T / features.numel()


class Judge:
    """The objective for one pair of pictures."""

    def __init__(self, weights: Features, content: str, style: str) -> None:
        self._weights = weights
        self._content = features_of(read_picture(content), weights)[CONTENT_LAYER]
        style_features = features_of(read_picture(style), weights)
        self._grams = {layer: gram(style_features[layer]) for layer in STYLE_LAYERS}

    def loss(self, file: str) -> dict[str, float]:
        """Weighted terms of a saved picture, and their sum."""
        picture = read_picture(file)
        features = features_of(picture, self._weights)
        if features[CONTENT_LAYER].shape != self._content.shape:
            sys.exit(f"'{file}' is {picture.shape[3]}x{picture.shape[2]} px, which is not the content's size; "
                     "judge pictures of the content's size")
        deviations = [F.mse_loss(gram(features[layer]), target) for layer, target in self._grams.items()]
        variation = picture.diff(dim=2).abs().sum() + picture.diff(dim=3).abs().sum()
        terms = {
            "content": CONTENT_WEIGHT * F.mse_loss(features[CONTENT_LAYER], self._content).item(),
            "style": STYLE_WEIGHT * sum(deviations).item(),
            "tv": TV_WEIGHT * variation.item(),
        }
        return {**terms, "total": sum(terms.values())}


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description="Judges saved pictures by neural-style's objective.")
    parser.add_argument("--weights", required=True, help="VGG19 as bench/compare.py converts it")
    parser.add_argument("--content", required=True, help="the content picture, at the size of what is judged")
    parser.add_argument("--style", required=True, help="the style picture, at the size it was used at")
    parser.add_argument("pictures", nargs="*", help="what to judge; standard input's lines when none is given")
    arguments = parser.parse_args()
    judge = Judge(torch.load(arguments.weights), arguments.content, arguments.style)
    pictures: Iterable[str] = arguments.pictures or map(str.strip, sys.stdin)
    for picture in pictures:
        print(json.dumps({"picture": picture, **judge.loss(picture)}), flush=True)


if __name__ == "__main__":
    main()
