#!/usr/bin/env python3
"""Makes tests/data/parity/generator.json and training.json: in PyTorch the `tiny` generator with its picture and
gradients, the discriminator with those of each game, and whole steps of a training.

    venv/bin/python make_generator_fixture.py      with the packages of requirements.txt

Parameters and pictures are formulas, so that the fixtures need not hold them; the tests have the same ones.
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
GAMES = ("hinge", "lsgan", "bce")
DISCRIMINATOR_CHANNELS = 4
STRIDES = (2, 2, 1, 1)
STEPS = 3  # of a training
SEED = 3  # of what the discriminator is shown
WIN_RATE = 0.7  # so that both sides move from the first step on
LEARNING_RATE, WARM_UP_STEPS, LEAST_LEARNING_RATE = 5e-3, 20, 1e-5
DISCRIMINATOR_LEARNING_RATE = 1e-3
ADVERSARIAL_SHARE = 0.5
MOST_GRADIENT = 10
CONTENT_WEIGHT, STYLE_WEIGHT, TV_WEIGHT, RANGE_WEIGHT = 1, 5, 1, 100


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
    return torch.sigmoid(coloured + convolved(x, tensors, "last"))


def discriminator():
    """With PyTorch's own spectral norm, whose power iteration goes a step at each call in training mode."""
    widths = [3, DISCRIMINATOR_CHANNELS, 2 * DISCRIMINATOR_CHANNELS, 2 * DISCRIMINATOR_CHANNELS, 1]
    layers = []
    for number, stride in enumerate(STRIDES):
        conv = torch.nn.Conv2d(widths[number], widths[number + 1], 3, stride, dtype=torch.float64)
        weight_shape = conv.weight.shape
        with torch.no_grad():
            conv.weight.copy_(waves(weight_shape, 200 + number, 1))
            conv.bias.copy_(waves(conv.bias.shape, 210 + number, 0.1))
        conv = torch.nn.utils.spectral_norm(conv)
        conv.weight_u.copy_(F.normalize(waves((weight_shape[0],), 220 + number, 1), dim=0))
        conv.weight_v.copy_(F.normalize(waves((weight_shape[1] * 9,), 230 + number, 1), dim=0))
        layers += [conv, torch.nn.LeakyReLU(0.2)]
    return torch.nn.Sequential(*layers[:-1]).eval()


def convolutions(network):
    return [layer for layer in network if isinstance(layer, torch.nn.Conv2d)]


def follow_spectrum(network):
    network.train()
    with torch.no_grad():
        network(torch.zeros(1, 3, 32, 32, dtype=torch.float64))
    network.eval()


def judged(network, pictures):
    return network(pictures - 0.5)


def real_loss(game, logits):
    if game == "hinge":
        return F.relu(1 - logits).mean()
    if game == "lsgan":
        return F.mse_loss(logits, torch.full_like(logits, 0.9))
    return F.binary_cross_entropy_with_logits(logits, torch.ones_like(logits))


def fake_loss(game, logits):
    if game == "hinge":
        return F.relu(1 + logits).mean()
    if game == "lsgan":
        return F.mse_loss(logits, torch.full_like(logits, 0.1))
    return F.binary_cross_entropy_with_logits(logits, torch.zeros_like(logits))


def discriminator_loss(game, paintings, painted, photos):
    return 0.5 * (real_loss(game, paintings) + (fake_loss(game, painted) + 0.5 * fake_loss(game, photos)) / 1.5)


def generator_loss(game, painted):
    return -painted.mean() if game == "hinge" else real_loss(game, painted)


def make_discriminator():
    network = discriminator()
    for _ in range(2):
        follow_spectrum(network)
    # Of such contrast that some logits are beyond the hinges.
    pictures = [(0.5 + waves((2, 3, 31, 27), number, 2000)).requires_grad_(True) for number in (60, 61, 62)]
    logits = [judged(network, picture) for picture in pictures]
    parameters = {}
    for number, conv in enumerate(convolutions(network), start=1):
        parameters[f"conv{number}.weight"] = conv.weight_orig
        parameters[f"conv{number}.bias"] = conv.bias
    games = {}
    for game in GAMES:
        network.zero_grad()
        for picture in pictures:
            picture.grad = None
        of_generator = generator_loss(game, logits[1])
        (of_picture,) = torch.autograd.grad(of_generator, pictures[1], retain_graph=True)
        loss = discriminator_loss(game, *logits)
        loss.backward(retain_graph=True)
        games[game] = {
            "discriminator": loss.item(),
            "generator": of_generator.item(),
            "picture": probes(of_picture, 24, 12),
            "gradients": {name: probes(tensor.grad, 8, 12) for name, tensor in parameters.items()},
        }
    sigmas = []
    for conv in convolutions(network):
        sigmas.append(torch.dot(conv.weight_u, conv.weight_orig.flatten(1) @ conv.weight_v).item())
    return {"logits": probes(logits[0], 24, 12), "sigmas": sigmas, "games": games}


def features(picture, kernels):
    first = F.relu(F.conv2d(picture - 0.5, kernels[0], padding=1))
    return first, F.relu(F.conv2d(F.avg_pool2d(first, 2), kernels[1], padding=1))


def gram(feature):
    rows = feature.flatten(2)[0]
    return rows @ rows.t() / rows.shape[1]


def style_loss(of_picture, of_painting):
    total = 0
    for weight, feature, target in zip((1, 0.5), of_picture, of_painting):
        target = gram(target)
        total = total + weight * ((gram(feature) - target) ** 2).sum() / (target**2).sum()
    return STYLE_WEIGHT * total


def objective(picture, photo, painting, kernels):
    of_picture, of_photo, of_painting = (features(x, kernels) for x in (picture, photo, painting))
    content = CONTENT_WEIGHT * ((of_picture[1] - of_photo[1]) ** 2).sum() / (of_photo[1] ** 2).sum()
    changes = picture.diff(dim=2).abs().sum() + picture.diff(dim=3).abs().sum()
    size_of_terms = style_loss(of_photo, of_painting) + CONTENT_WEIGHT
    outside = ((picture - picture.clamp(0, 1)) ** 2).sum()
    return (content + style_loss(of_picture, of_painting) + TV_WEIGHT * changes / picture.numel()
            + RANGE_WEIGHT * size_of_terms * outside / picture.numel())  # fmt: skip


def drawn(random, low, high):
    return low + (high - low) * torch.rand(1, generator=random, dtype=torch.float64).item()


def whole(value):
    return int(math.copysign(math.floor(abs(value) + 0.5), value))


def augmented(picture, random):
    picture = picture + drawn(random, -0.5, 0.5)
    grey = picture.mean(1, keepdim=True)
    picture = (picture - grey) * drawn(random, 0, 2) + grey
    mean = picture.mean()
    picture = (picture - mean) * drawn(random, 0.5, 1.5) + mean
    height, width = picture.shape[2:]
    rows = whole(drawn(random, -height / 8, height / 8))
    columns = whole(drawn(random, -width / 8, width / 8))
    padded = F.pad(picture, (abs(columns), abs(columns), abs(rows), abs(rows)))
    picture = padded[:, :, abs(rows) - rows : abs(rows) - rows + height]
    picture = picture[:, :, :, abs(columns) - columns : abs(columns) - columns + width]
    seen = torch.ones_like(picture)
    top = whole(drawn(random, 0, height - height // 5))
    left = whole(drawn(random, 0, width - width // 5))
    seen[:, :, top : top + height // 5, left : left + width // 5] = 0
    return picture * seen


def make_steps(game):
    tensors = parameters()
    judge = discriminator()
    random = torch.Generator().manual_seed(SEED)
    kernels = [waves((4, 3, 3, 3), 300, 0.4), waves((6, 4, 3, 3), 301, 0.3)]
    painting = 0.5 + waves((1, 3, 32, 40), 310, 0.4)
    of_generator = torch.optim.Adam(tensors.values(), lr=0, betas=(0.9, 0.99), eps=1e-8)
    of_judge = torch.optim.Adam(judge.parameters(), lr=DISCRIMINATOR_LEARNING_RATE, betas=(0.5, 0.99), eps=1e-8)
    losses, judge_losses, weights = [], [], []
    for step in range(STEPS):
        photo = 0.5 + waves((1, 3, 24, 32), 320 + step, 0.4)
        picture = generator(photo, tensors)
        leaf = picture.detach().requires_grad_(True)
        loss = objective(leaf, photo, painting, kernels)
        (perceptual,) = torch.autograd.grad(loss, leaf)
        follow_spectrum(judge)
        shown = [judged(judge, augmented(x, random)) for x in (painting, picture.detach(), photo)]
        of_judge.zero_grad()
        judge_loss = discriminator_loss(game, *shown)
        judge_loss.backward()
        of_judge.step()
        (adversarial,) = torch.autograd.grad(generator_loss(game, judged(judge, augmented(leaf, random))), leaf)
        weight = ADVERSARIAL_SHARE * min(1e4, (perceptual.norm() / (adversarial.norm() + 1e-4)).item())
        of_generator.zero_grad()
        picture.backward((perceptual + weight * adversarial) / max(loss.item(), 1e-3))
        torch.nn.utils.clip_grad_norm_(tensors.values(), MOST_GRADIENT)
        for group in of_generator.param_groups:
            group["lr"] = max(LEAST_LEARNING_RATE, LEARNING_RATE * min(1, (step + 1) / WARM_UP_STEPS))
        of_generator.step()
        losses.append(loss.item())
        judge_losses.append(judge_loss.item())
        weights.append(weight)

    def row(some):
        return torch.cat([tensor.detach().reshape(-1) for tensor in some])

    of_discriminator = row(t for conv in convolutions(judge) for t in (conv.weight_orig, conv.bias))
    return {
        "losses": losses,
        "discriminator_losses": judge_losses,
        "adversarial_weights": weights,
        "generator": probes(row(tensors.values()), 200, 12),
        "discriminator": probes(of_discriminator, 100, 12),
    }


def make_generator():
    tensors = parameters()
    photo = 0.5 + waves((1, 3, HEIGHT, WIDTH), 60, 0.4)
    picture = generator(photo, tensors)
    (picture * waves(picture.shape, 70, 1)).sum().backward()
    return {
        "picture": probes(picture, 100, 12),
        "gradients": {name: probes(tensor.grad, 8, 12) for name, tensor in tensors.items()},
    }


def make_muon():
    """Where a convolution's weight is after three steps of PyTorch's own, which orthogonalises in bfloat16."""
    weight = waves((12, 6 * 9), 400, 0.2).requires_grad_(True)
    optimizer = torch.optim.Muon([weight], lr=0.02, weight_decay=0, momentum=0.9)
    for step in range(STEPS):
        # Of full rank, as no plain sines are, and of singular values that are far apart.
        numbers = torch.arange(weight.numel(), dtype=torch.float64)
        weight.grad = torch.sin(0.1 * numbers**2 + step).view(weight.shape) * torch.logspace(0, -2, 6 * 9, dtype=torch.float64)
        optimizer.step()
    return probes(weight - waves(weight.shape, 400, 0.2), 100, 12)


def main():
    folder = pathlib.Path(__file__).resolve().parent.parent / "data/parity"
    write(folder / "generator.json", make_generator())
    write(
        folder / "training.json",
        {"discriminator": make_discriminator(), "steps": {game: make_steps(game) for game in GAMES}, "muon": make_muon()},
    )


if __name__ == "__main__":
    main()
