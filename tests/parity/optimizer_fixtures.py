"""The fixture of optimisers: what PyTorch's and SciPy's do on functions whose minima are known."""
import numpy as np
import scipy.optimize
import torch

from fixture_files import rounded, write


def rosenbrock(x):
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


def quadratic(x):
    """Curvatures from 1 to 1e4, optimum at sin(1), sin(2), …"""
    index = torch.arange(len(x), dtype=torch.float64)
    curvature = 10 ** (4 * index / (len(x) - 1))
    return (curvature * (x - torch.sin(index + 1)) ** 2).sum() / 2


FUNCTIONS = {"rosenbrock": rosenbrock, "quadratic": quadratic}


def optimizer_trace(function, start, make_optimizer, evaluations):
    """Loss and iterate of every evaluation."""
    x = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = make_optimizer(x)
    losses, iterates = [], []

    def evaluate():
        optimizer.zero_grad()
        loss = FUNCTIONS[function](x)
        loss.backward()
        losses.append(loss.item())
        iterates.append(x.detach().tolist())
        return loss

    while len(losses) < evaluations:
        optimizer.step(evaluate)
    return losses, iterates


def make_optimizers(_, out):
    """PyTorch's L-BFGS as neural-style calls it (no line search, no tolerances), and Adam.

    `sensitivity` is the largest change of each iterate, relative to its largest entry or 1, when the start moves by
    1e-13. Unit steps on Rosenbrock's valley amplify rounding, so the tests' tolerance grows with it.
    """
    starts = {
        "rosenbrock2": ("rosenbrock", [-1.2, 1.0]),
        "rosenbrock20": ("rosenbrock", [-1.2, 1.0] * 10),
        "quadratic30": ("quadratic", [0.0] * 30),
    }
    evaluations = 40
    fixture = {"cases": []}
    for name, (function, start) in starts.items():
        methods = [("lbfgs", history, None) for history in (5, 100)] + [("adam", None, 0.05)]
        for method, history, learning_rate in methods:
            if method == "lbfgs":
                make = lambda x: torch.optim.LBFGS(
                    [x], lr=1, max_iter=evaluations, history_size=history, tolerance_grad=-1, tolerance_change=-1)
            else:
                make = lambda x: torch.optim.Adam([x], lr=learning_rate)
            losses, iterates = optimizer_trace(function, start, make, evaluations)
            _, moved = optimizer_trace(function, [value + 1e-13 for value in start], make, evaluations)
            iterates, moved = np.array(iterates), np.array(moved)
            scale = np.maximum(1, np.abs(iterates).max(axis=1))
            fixture["cases"].append({
                "name": name,
                "function": function,
                "method": method,
                "history_size": history or 1,
                "learning_rate": learning_rate or 1.0,
                "losses": losses,
                "iterates": [rounded(row, 14) for row in iterates.tolist()],
                "sensitivity": rounded(np.abs(iterates - moved).max(axis=1) / scale, 3),
            })
    best = scipy.optimize.minimize(scipy.optimize.rosen, starts["rosenbrock20"][1], jac=scipy.optimize.rosen_der,
                                   method="L-BFGS-B", options={"maxiter": 1000, "ftol": 1e-15, "gtol": 1e-10})
    fixture["scipy_rosenbrock20"] = {"x": best.x.tolist(), "loss": best.fun, "evaluations": best.nfev}
    write(out / "optimizers.json", fixture)
