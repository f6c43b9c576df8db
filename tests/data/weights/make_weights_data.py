#!/usr/bin/env python3
"""Writes the small weights files beside it, which the tests of styler_weights read.

Needs torch, numpy, h5py and safetensors. The tensors are counted up, so that a test can tell each number without
another file. Running it again gives files with the same content; HDF5 and zip put times or versions into theirs, so
not always the same bytes.
"""

import collections
import pathlib
import pickle
import struct

import h5py
import numpy as np
import torch
from safetensors.numpy import save_file

HERE = pathlib.Path(__file__).resolve().parent


def counted(*shape, start=0, dtype=torch.float32):
    """start, start + 1 ... in the given shape."""
    return torch.arange(start, start + int(np.prod(shape)), dtype=torch.float64).to(dtype).reshape(shape)


def state_dict():
    """What a state dict can hold: parameters, half precision, whole numbers, shared storages, channels-last strides."""
    module = torch.nn.Sequential(torch.nn.Conv2d(2, 3, 3))
    with torch.no_grad():
        module[0].weight.copy_(counted(3, 2, 3, 3))
        module[0].bias.copy_(counted(3, start=100))
    state = module.state_dict()
    shared = counted(8)
    state["first_half"] = shared[:4]
    state["second_half"] = shared[4:]
    state["last"] = counted(1, 2, 2, 2).contiguous(memory_format=torch.channels_last)
    state["half"] = counted(3, dtype=torch.float16)
    state["brain"] = counted(3, dtype=torch.bfloat16)
    state["double"] = counted(3, dtype=torch.float64)
    state["count"] = torch.tensor(7)
    state["parameter"] = torch.nn.Parameter(counted(2, 2))
    return state


class Malicious:
    """Unpickled by Python, this runs a command."""

    def __reduce__(self):
        import os
        return os.system, ("touch styler-was-here",)


def old_state_dict_pickle():
    """Opcodes written by hand, since no PyTorch that is still installable writes them: a Python 2 OrderedDict made from
    a list of pairs, byte strings, a FloatTensor that is built, and a Parameter around a tensor from _rebuild_tensor."""
    storage = b"(U\x07storagectorch\nFloatStorage\nU\x010U\x03cpuK\x04NtQ"
    built = b"ctorch\nFloatTensor\n)R(" + storage + b"K\x00K\x02K\x02\x86K\x02K\x01\x86tb"
    rebuilt = b"ctorch._utils\n_rebuild_tensor\n(" + storage + b"K\x01K\x03\x85K\x01\x85tR"
    parameter = b"ctorch.nn.parameter\nParameter\n" + rebuilt + b"\x85\x81(\x88\x89}tb"
    pairs = b"](](U\x05built" + built + b"e](U\x09parameter" + parameter + b"ee"
    return b"\x80\x02ccollections\nOrderedDict\n" + pairs + b"\x85R."


def legacy_file(state_pickle, keys, storages):
    """PyTorch's form before 1.6 around a pickle of our own."""
    system = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}
    parts = [pickle.dumps(part, protocol=2) for part in (0x1950A86A20F9469CFC6C, 1001, system)]
    parts += [state_pickle, pickle.dumps(keys, protocol=2)]
    for numbers in storages:
        parts += [struct.pack("<q", len(numbers)), np.asarray(numbers, dtype="<f4").tobytes()]
    return b"".join(parts)


def main():
    state = state_dict()
    torch.save(state, HERE / "small_legacy.pth", _use_new_zipfile_serialization=False)
    torch.save(state, HERE / "small_zip.pth", _use_new_zipfile_serialization=True)
    (HERE / "old_legacy.pth").write_bytes(legacy_file(old_state_dict_pickle(), ["0"], [[0, 1, 2, 3]]))

    bad = collections.OrderedDict(weight=Malicious())
    torch.save(bad, HERE / "malicious_legacy.pth", _use_new_zipfile_serialization=False)
    torch.save(bad, HERE / "malicious_zip.pth", _use_new_zipfile_serialization=True)

    save_file({"a": counted(2, 3).numpy(), "b": counted(3, dtype=torch.float16).numpy()},
              HERE / "small.safetensors", metadata={"made by": "safetensors"})

    with h5py.File(HERE / "small.h5", "w", libver="earliest") as file:
        group = file.create_group("block1_conv1")
        group.create_dataset("block1_conv1_W_1:0", data=counted(3, 3, 3, 2).numpy())
        group.create_dataset("block1_conv1_b_1:0", data=counted(2, start=50).numpy())
        file.create_dataset("packed", data=counted(4, 4, dtype=torch.float64).numpy(), compression="gzip")
        file.create_dataset("epoch", data=np.int64(3))
        file["outside"] = h5py.ExternalLink("other.h5", "/secret")
        file.create_dataset("raw", shape=(4,), dtype="<f4", external=[("other.raw", 0, 16)])
    with h5py.File(HERE / "cyclic.h5", "w", libver="earliest") as file:
        group = file.create_group("a")
        group["a"] = group


if __name__ == "__main__":
    main()
