#!/usr/bin/env python3
"""Times VGG19 up to relu5_1, there and back to the picture, on a GPU as PyTorch runs it: gpu_layouts.py SIZE...

By precision, by memory layout, and launched one kernel at a time or as a CUDA graph: what those two would be worth to
styler. Prints a table with tabs. The weights are made up: they are as much work.
"""

import statistics
import sys
from collections.abc import Callable

import torch
import torch.nn.functional as F

CHANNELS = [[64, 64], [128, 128], [256] * 4, [512] * 4, [512]]
REPEATS = 20


def weights(dtype: torch.dtype, layout: torch.memory_format) -> list[list[torch.Tensor]]:
    """Kernels by block, of He's size."""
    generator, incoming, blocks = torch.Generator().manual_seed(1), 3, []
    for block in CHANNELS:
        kernels = []
        for outgoing in block:
            kernel = torch.randn(outgoing, incoming, 3, 3, generator=generator) * (2 / (9 * incoming)) ** 0.5
            kernels.append(kernel.to("cuda", dtype).contiguous(memory_format=layout))
            incoming = outgoing
        blocks.append(kernels)
    return blocks


def there_and_back(picture: torch.Tensor, blocks: list[list[torch.Tensor]], dtype: torch.dtype,
                   layout: torch.memory_format) -> torch.Tensor:
    """The gradient of the first features of each block."""
    x = picture.to(dtype).contiguous(memory_format=layout)
    tapped = []
    for index, kernels in enumerate(blocks):
        if index > 0:
            x = F.max_pool2d(x, 2)
        for place, kernel in enumerate(kernels):
            x = F.relu(F.conv2d(x, kernel, padding=1))
            if place == 0:
                tapped.append(x)
    return torch.autograd.grad(tapped, picture, [torch.ones_like(features) for features in tapped])[0]


def milliseconds(run: Callable[[], object]) -> float:
    """The median of several runs, between the GPU's own events."""
    times = []
    for _ in range(REPEATS):
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        begin.record()
        run()
        end.record()
        end.synchronize()
        times.append(begin.elapsed_time(end))
    return statistics.median(times)


def as_graph(run: Callable[[], object]) -> Callable[[], object]:
    """The same kernels, launched at once."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            run()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        run()
    return graph.replay


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]]
    print("PyTorch, ms there and back", *(f"{size} px\t{size} px, graph" for size in sizes), sep="\t")
    for name, dtype, tf32 in (("fp32, all digits", torch.float32, False), ("fp32", torch.float32, True),
                              ("bf16", torch.bfloat16, True)):
        torch.backends.cudnn.allow_tf32 = tf32
        for layout in (torch.channels_last, torch.contiguous_format):
            blocks, cells = weights(dtype, layout), []
            for size in sizes:
                picture = torch.rand(1, 3, size * 3 // 4, size, device="cuda", requires_grad=True)

                def run(picture: torch.Tensor = picture, blocks: list[list[torch.Tensor]] = blocks,
                        dtype: torch.dtype = dtype, layout: torch.memory_format = layout) -> torch.Tensor:
                    return there_and_back(picture, blocks, dtype, layout)

                for _ in range(3):
                    run()
                cells += [f"{milliseconds(run):.2f}", f"{milliseconds(as_graph(run)):.2f}"]
            order = "last" if layout == torch.channels_last else "first"
            print(f"{name}, channels {order}", *cells, sep="\t", flush=True)


if __name__ == "__main__":
    main()
