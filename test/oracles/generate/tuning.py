"""Densities of Optuna's multivariate Parzen estimator and predictions of scikit-learn's Gaussian process.

Prints samplers.json.
"""
import json

import numpy as np
import optuna
import sklearn
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
from optuna.samplers._tpe.sampler import default_weights
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

SPACE = {
    "rate": FloatDistribution(1e-4, 1, log=True),
    "share": FloatDistribution(0.5, 1),
    "leaves": IntDistribution(4, 256, log=True),
    "depth": IntDistribution(2, 100),
    "loss": CategoricalDistribution(["a", "b", "c"]),
}


def draw(rng, n):
    # Whole numbers without repeats: NumPy's sort puts equal ones in an order of its own.
    return {
        "rate": 10 ** rng.uniform(-4, 0, n),
        "share": rng.uniform(0.5, 1, n),
        "leaves": rng.permutation(253)[:n] + 4.0,
        "depth": rng.permutation(99)[:n] + 2.0,
        "loss": rng.integers(0, 3, n).astype(float),
    }


def settings(columns):
    rows = []
    for i in range(len(columns["rate"])):
        row = {name: float(values[i]) for name, values in columns.items()}
        row["loss"] = "abc"[int(row["loss"])]
        rows.append(row)
    return rows


def densities(rng, n, asked):
    observed = draw(rng, n)
    parameters = _ParzenEstimatorParameters(1.0, True, False, default_weights, True)
    estimator = _ParzenEstimator(observed, SPACE, parameters)
    return {"trials": settings(observed), "logDensity": estimator.log_pdf(asked).tolist()}


def process(rng):
    x, asked = rng.uniform(0, 1, (12, 3)), rng.uniform(0, 1, (4, 3))
    y = np.sin(5 * x[:, 0]) + x[:, 1] ** 2 - x[:, 2]
    lengths, signal, noise = [0.4, 0.9, 1.7], 1.3, 0.02
    kernel = ConstantKernel(signal) * Matern(lengths, nu=2.5) + WhiteKernel(noise)
    fitted = GaussianProcessRegressor(kernel, optimizer=None, alpha=0).fit(x, y)
    mean, sd = fitted.predict(asked, return_std=True)
    return {
        "points": x.tolist(),
        "values": y.tolist(),
        "asked": asked.tolist(),
        "lengths": lengths,
        "signal": signal,
        "noise": noise,
        "mean": mean.tolist(),
        # scikit-learn's deviation is of a value with its noise.
        "sd": np.sqrt(sd**2 - noise).tolist(),
        "logLikelihood": fitted.log_marginal_likelihood_value_,
    }


def main():
    rng = np.random.default_rng(7)
    asked = draw(rng, 5)
    print(
        json.dumps(
            {
                "optuna": optuna.__version__,
                "sklearn": sklearn.__version__,
                "asked": settings(asked),
                "densities": [densities(rng, n, asked) for n in (0, 1, 2, 7, 40)],
                "process": process(rng),
            }
        )
    )


if __name__ == "__main__":
    main()
