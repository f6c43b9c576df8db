"""How the numbers of fixtures are picked, rounded and written."""
import json


def spread_indices(count, numel):
    """Indices scattered over a flat tensor; the tests compute the same ones."""
    return [k * 2654435761 % numel for k in range(min(count, numel))]


def rounded(values, digits):
    """Numbers with as many digits as a test can use: fixtures stay small and diffs readable."""
    return [float(f"{value:.{digits}g}") for value in values]


def probes(tensor, count, digits=9):
    flat = tensor.detach().reshape(-1)
    return {
        "shape": list(tensor.shape),
        "sum": flat.sum().item(),
        "norm": flat.norm().item(),
        "max": flat.abs().max().item(),
        "values": rounded(flat[spread_indices(count, flat.numel())].tolist(), digits),
    }


def write(file, fixture):
    file.write_text(json.dumps(fixture, separators=(",", ":")).replace("},{", "},\n{").replace("},\"", "},\n\"") + "\n")
    print(f"{file}: {file.stat().st_size / 1000:.0f} kB")
