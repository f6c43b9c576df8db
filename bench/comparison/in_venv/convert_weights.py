"""Writes styler's VGG19 as a state dict by the names of neural-style's network: convert_weights.py IN OUT.

Both are in Caffe's convention (BGR, 0-255, minus the mean), so only the container changes: no number does.
"""

import json
import struct
import sys
from pathlib import Path

import numpy as np
import torch

CONVOLUTIONS = [2, 2, 4, 4, 4]  # per block; a ReLU follows each, a pooling each block


def read_safetensors(file: Path) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    """Tensors and metadata: a length, a JSON header of that length, the bytes."""
    data = file.read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8:8 + length])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        first, last = (8 + length + offset for offset in entry["data_offsets"])
        values = np.frombuffer(data[first:last], dtype="<f4").reshape(entry["shape"])
        tensors[name] = torch.from_numpy(values.copy())
    return tensors, metadata


def main() -> None:
    source, target = map(Path, sys.argv[1:])
    tensors, metadata = read_safetensors(source)
    if metadata.get("channels") != "bgr" or metadata.get("scale") != "255":
        sys.exit(f"'{source.name}' is not in Caffe's input convention, which is the only one the peers know; "
                 "give the weights of `styler weights install`")
    state, position = {}, 0
    for block, count in enumerate(CONVOLUTIONS, 1):
        for index in range(1, count + 1):
            for kind in ("weight", "bias"):
                state[f"features.{position}.{kind}"] = tensors[f"conv{block}_{index}.{kind}"]
            position += 2
        position += 1
    temporary = target.with_suffix(".part")
    torch.save(state, temporary)
    temporary.replace(target)


if __name__ == "__main__":
    main()
