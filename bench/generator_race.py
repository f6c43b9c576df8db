#!/usr/bin/env python3
"""How long a generator's network takes in styler, in ONNX Runtime and in eager PyTorch: one model, one photo, in turn.

    python3 -m venv build/bench/race
    build/bench/race/bin/pip install torch numpy onnx onnxruntime
    build/bench/race/bin/python bench/generator_race.py --styler build/release/styler --model models/painting.styler

Each side gets the same weights, size and number of threads. ONNX Runtime and PyTorch are timed within the process,
network alone, on a tensor that is there already. Of styler it is what each further photo of a folder costs, PPM in and
out, so that reading and writing are in it: (time of N copies - time of one) / (N - 1). The fastest of all repetitions
counts.
"""
import argparse
import json
import os
import pathlib
import random
import struct
import subprocess
import tempfile
import time

import numpy
import torch
import torch.nn.functional as F

RESIDUAL_BLOCKS = 5
NORM_EPSILON, PHOTO_EPSILON = 1e-5, 1e-3


def read_model(file):
    """The tensors of a model, float32, by name."""
    data = pathlib.Path(file).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    tensors = {}
    types = {"F16": numpy.float16, "F32": numpy.float32}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] not in types:  # the checksum's
            continue
        begin, end = entry["data_offsets"]
        array = numpy.frombuffer(data[8 + length + begin : 8 + length + end], types[entry["dtype"]])
        tensors[name] = array.astype(numpy.float32).reshape(entry["shape"])
    if "first.mean" in tensors:
        raise SystemExit(f"{file} has batch norm, which this race does not know; take a model with --norm instance")
    return tensors


def layers():
    """Name, stride, whether enlarged before and whether activated behind, in the order of evaluation."""
    yield "first", 1, False, True
    yield "down1", 2, False, True
    yield "down2", 2, False, True
    for block in range(1, RESIDUAL_BLOCKS + 1):
        yield f"residual{block}.1", 1, False, True
        yield f"residual{block}.2", 1, False, False
    yield "up1", 1, True, True
    yield "up2", 1, True, True


class Network(torch.nn.Module):
    def __init__(self, tensors):
        super().__init__()
        self.tensors = {name: torch.from_numpy(array.copy()) for name, array in tensors.items()}

    def convolved(self, x, name, stride):
        weight = self.tensors[f"{name}.weight"]
        padded = F.pad(x, [weight.shape[-1] // 2] * 4, mode="reflect")
        return F.conv2d(padded, weight, self.tensors.get(f"{name}.bias"), stride)

    def forward(self, photo):
        coloured = F.instance_norm(photo, weight=self.tensors["photo.scale"], eps=PHOTO_EPSILON)
        x = photo - 0.5
        for name, stride, enlarged, activated in layers():
            if name.endswith(".1"):
                block_input = x
            if enlarged:
                x = F.interpolate(x, scale_factor=2, mode="nearest")
            scale, shift = self.tensors[f"{name}.scale"], self.tensors.get(f"{name}.shift")
            x = F.instance_norm(self.convolved(x, name, stride), weight=scale, bias=shift, eps=NORM_EPSILON)
            x = F.relu(x) if activated else x + block_input
        return torch.sigmoid(coloured + self.convolved(x, "last", 1))


def onnx_model(tensors):
    """The same network as bytes of an ONNX file of any size of picture."""
    from onnx import TensorProto, helper, numpy_helper

    nodes, constants = [], {}

    def constant(name, array):
        constants.setdefault(name, numpy_helper.from_array(numpy.asarray(array), name))
        return name

    def node(kind, inputs, **attributes):
        output = f"t{len(nodes)}"
        nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def convolved(x, name, stride):
        weight = tensors[f"{name}.weight"]
        margin = weight.shape[-1] // 2
        pads = constant(f"pads{margin}", numpy.array([0, 0, margin, margin] * 2, numpy.int64))
        inputs = [node("Pad", [x, pads], mode="reflect"), constant(f"{name}.weight", weight)]
        if f"{name}.bias" in tensors:
            inputs.append(constant(f"{name}.bias", tensors[f"{name}.bias"]))
        return node("Conv", inputs, strides=[stride, stride], kernel_shape=list(weight.shape[2:]))

    def normalised(x, name, epsilon):
        scale = tensors[f"{name}.scale"]
        shift = tensors.get(f"{name}.shift", numpy.zeros_like(scale))
        inputs = [x, constant(f"{name}.scale", scale), constant(f"{name}.shift", shift)]
        return node("InstanceNormalization", inputs, epsilon=epsilon)

    coloured = normalised("photo", "photo", PHOTO_EPSILON)
    x = node("Sub", ["photo", constant("middle", numpy.float32(0.5))])
    for name, stride, enlarged, activated in layers():
        if name.endswith(".1"):
            block_input = x
        if enlarged:
            scales = constant("twice", numpy.array([1, 1, 2, 2], numpy.float32))
            x = node("Resize", [x, "", scales], mode="nearest", nearest_mode="floor",
                     coordinate_transformation_mode="asymmetric")  # fmt: skip
        x = normalised(convolved(x, name, stride), name, NORM_EPSILON)
        x = node("Relu", [x]) if activated else node("Add", [x, block_input])
    x = node("Add", [coloured, convolved(x, "last", 1)])
    nodes.append(helper.make_node("Sigmoid", [x], ["picture"]))
    shape = [1, 3, "height", "width"]
    graph = helper.make_graph(nodes, "generator", [helper.make_tensor_value_info("photo", TensorProto.FLOAT, shape)],
                              [helper.make_tensor_value_info("picture", TensorProto.FLOAT, shape)],
                              list(constants.values()))  # fmt: skip
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8).SerializeToString()


def fastest(function, repeats):
    best = float("inf")
    for _ in range(repeats):
        begin = time.perf_counter()
        function()
        best = min(best, time.perf_counter() - begin)
    return best


class Styler:
    """Runs of the program on folders of copies of one photo."""

    def __init__(self, options, folder, photo):
        self.options, self.folder = options, pathlib.Path(folder)
        height, width = photo.shape[2:]
        pixels = (photo[0].transpose(1, 2, 0) * 255).round().astype(numpy.uint8).tobytes()
        for count in (1, options.copies):
            (self.folder / str(count)).mkdir()
            for i in range(count):
                header = f"P6\n{width} {height}\n255\n".encode()
                (self.folder / str(count) / f"{i}.ppm").write_bytes(header + pixels)

    def seconds(self, count, precision):
        command = [self.options.styler, "apply", "--model", self.options.model, "--content", self.folder / str(count),
                   "-o", self.folder / "out", "--name", "{content}.ppm", "--force", "-q",
                   "--threads", str(self.options.threads), "--precision", precision]  # fmt: skip
        begin = time.perf_counter()
        subprocess.run(command, check=True)
        return time.perf_counter() - begin

    def picture(self, shape):
        data = (self.folder / "out" / "0.ppm").read_bytes()[-3 * shape[2] * shape[3] :]
        pixels = numpy.frombuffer(data, numpy.uint8).reshape(shape[2], shape[3], 3)
        return pixels.transpose(2, 0, 1)[None].astype(numpy.float32) / 255


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--styler", default="build/release/styler")
    parser.add_argument("--model", default="models/painting.styler")
    parser.add_argument("--size", default="512x384")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--copies", type=int, default=40)
    options = parser.parse_args()
    width, height = (int(edge) for edge in options.size.split("x"))
    tensors = read_model(options.model)
    dice = random.Random(1)
    levels = numpy.array([dice.random() for _ in range(3 * (height // 8) * (width // 8))], numpy.float32)
    small = torch.from_numpy(levels.reshape(1, 3, height // 8, width // 8))
    photo = F.interpolate(small, size=(height, width), mode="bicubic").clamp(0, 1)
    photo = (photo * 255).round() / 255  # as a file holds it

    torch.set_num_threads(options.threads)
    network = Network(tensors)
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = options.threads
    session = onnxruntime.InferenceSession(onnx_model(tensors), settings, providers=["CPUExecutionProvider"])
    given = {"photo": photo.numpy()}
    best = {}

    def keep(name, seconds):
        best[name] = min(best.get(name, float("inf")), seconds)

    with tempfile.TemporaryDirectory() as folder, torch.inference_mode():
        styler = Styler(options, folder, photo.numpy())
        expected = network(photo).numpy()
        styler.seconds(1, "fp32")
        apart = {"ONNX Runtime": abs(session.run(None, given)[0] - expected).max(),
                 "styler in fp32": abs(styler.picture(photo.shape) - expected).max()}  # fmt: skip
        for _ in range(options.repeats):  # in turn, so that whatever else the machine does meets all of them
            keep("PyTorch, eager, float32", fastest(lambda: network(photo), 3))
            with torch.autocast("cpu", torch.bfloat16):
                keep("PyTorch, eager, autocast to bfloat16", fastest(lambda: network(photo), 3))
            keep("ONNX Runtime, float32", fastest(lambda: session.run(None, given), 3))
            for precision in ("fp32", "bf16"):
                one, many = styler.seconds(1, precision), styler.seconds(options.copies, precision)
                keep(f"styler apply, {precision}, with reading and writing", (many - one) / (options.copies - 1))
    print(f"{options.size}, {options.threads} threads, torch {torch.__version__}, "
          f"onnxruntime {onnxruntime.__version__}; load {os.getloadavg()[0]:.1f}")  # fmt: skip
    print("largest difference from PyTorch's picture: "
          + ", ".join(f"{name} {value:.4f}" for name, value in apart.items()))  # fmt: skip
    print("\n| | seconds |\n|---|---|")
    for name, seconds in sorted(best.items(), key=lambda item: item[1]):
        print(f"| {name} | {seconds:.3f} |")


if __name__ == "__main__":
    main()
