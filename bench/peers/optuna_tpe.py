"""What Optuna's TPE reaches on standard test functions and on grids of scores: `optuna_tpe.py TRIALS SEEDS GRIDS.json`.

Multivariate with the constant liar, the defaults of Optuna 5, for every seed from 0 on. Prints JSON: the version, and for
each function the best value after TRIALS trials of every seed. The functions are those of bench/tuning/functions.ts, the
grids those of bench/tuning/grid.ts.
"""
import json
import math
import platform
import sys
import warnings

import optuna


def branin(x):
    curve = x[1] - 5.1 / (4 * math.pi**2) * x[0] ** 2 + 5 / math.pi * x[0] - 6
    return curve**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x[0]) + 10


def goldstein_price(p):
    x, y = p
    first = (x + y + 1) ** 2 * (19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2)
    second = (2 * x - 3 * y) ** 2 * (18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2)
    return (1 + first) * (30 + second)


def ackley(x):
    distance = math.sqrt(sum(v * v for v in x) / len(x))
    waves = sum(math.cos(2 * math.pi * v) for v in x) / len(x)
    return -20 * math.exp(-0.2 * distance) - math.exp(waves) + 20 + math.e


def rosenbrock(x):
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in zip(x, x[1:]))


def levy(x):
    w = [1 + (v - 1) / 4 for v in x]
    middle = sum((v - 1) ** 2 * (1 + 10 * math.sin(math.pi * v + 1) ** 2) for v in w[:-1])
    last = (w[-1] - 1) ** 2 * (1 + math.sin(2 * math.pi * w[-1]) ** 2)
    return math.sin(math.pi * w[0]) ** 2 + middle + last


def styblinski_tang(x):
    return sum(v**4 - 16 * v * v + 5 * v for v in x) / 2


def hartmann(a, p):
    def value(x):
        terms = zip([1.0, 1.2, 3.0, 3.2], a, p)
        return -sum(w * math.exp(-sum(ai * (v - pi) ** 2 for ai, v, pi in zip(ar, x, pr))) for w, ar, pr in terms)

    return value


HARTMANN3 = hartmann(
    [[3, 10, 30], [0.1, 10, 35], [3, 10, 30], [0.1, 10, 35]],
    [[0.3689, 0.117, 0.2673], [0.4699, 0.4387, 0.747], [0.1091, 0.8732, 0.5547], [0.0381, 0.5743, 0.8828]],
)
HARTMANN6 = hartmann(
    [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]],
    [
        [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
        [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
        [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
        [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
    ],
)

FUNCTIONS = {
    "branin": ([(-5, 10), (0, 15)], branin),
    "goldstein_price": ([(-2, 2)] * 2, goldstein_price),
    "hartmann3": ([(0, 1)] * 3, HARTMANN3),
    "hartmann6": ([(0, 1)] * 6, HARTMANN6),
    "ackley5": ([(-32.768, 32.768)] * 5, ackley),
    "rosenbrock4": ([(-5, 10)] * 4, rosenbrock),
    "levy4": ([(-10, 10)] * 4, levy),
    "styblinski_tang5": ([(-5, 5)] * 5, styblinski_tang),
}


def unit(distribution, value):
    """Where a value lies in its range, from 0 to 1; a whole number in the middle of its step."""
    low, high = distribution["low"], distribution["high"]
    if distribution["kind"] == "int":
        low, high = low - 0.5, high + 0.5
    if distribution["log"]:
        low, high, value = math.log(low), math.log(high), math.log(value)
    return (value - low) / (high - low)


def suggest(trial, name, distribution):
    draw = trial.suggest_int if distribution["kind"] == "int" else trial.suggest_float
    return draw(name, distribution["low"], distribution["high"], log=distribution["log"])


def on_box(ranges, function):
    def objective(trial):
        return function([trial.suggest_float(f"x{i + 1}", low, high) for i, (low, high) in enumerate(ranges)])

    return objective


def on_grid(grid):
    def objective(trial):
        index = 0
        for name, distribution in grid["space"].items():
            cells = grid["cells"][name]
            place = unit(distribution, suggest(trial, name, distribution))
            index = index * cells + min(cells - 1, math.floor(place * cells))
        return grid["values"][index]

    return objective


def best_value(objective, trials, seed):
    sampler = optuna.samplers.TPESampler(seed=seed, multivariate=True, constant_liar=True)
    study = optuna.create_study(sampler=sampler)
    study.optimize(objective, n_trials=trials)
    return study.best_value


def main():
    warnings.simplefilter("ignore")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    trials, seeds = int(sys.argv[1]), int(sys.argv[2])
    objectives = {name: on_box(ranges, function) for name, (ranges, function) in FUNCTIONS.items()}
    with open(sys.argv[3], encoding="utf8") as file:
        objectives.update({grid["name"]: on_grid(grid) for grid in json.load(file)})
    best = {
        name: [best_value(objective, trials, seed) for seed in range(seeds)] for name, objective in objectives.items()
    }
    print(json.dumps({"optuna": optuna.__version__, "python": platform.python_version(), "trials": trials, "best": best}))


if __name__ == "__main__":
    main()
