"""Reference values for the BCa interval, by SciPy.

Run from the repository root, in an environment with scikit-learn 1.9.1 and SciPy 1.17.1:
python test/oracles/generate/bca.py
"""
import json
import pathlib

import numpy as np
from scipy import stats
from scipy.stats._resampling import _bca_interval

rng = np.random.default_rng(87)


def case(name, losses, resamples=1999):
    """The mean of what each row adds."""
    of = lambda sample, axis: np.mean(sample, axis=axis)
    result = stats.bootstrap((losses,), of, n_resamples=resamples, vectorized=True, method="BCa",
                             confidence_level=0.95, random_state=3)
    replicates = result.bootstrap_distribution
    low, high, acceleration = _bca_interval((losses,), of, -1, 0.025, replicates, None, np)
    many = stats.bootstrap((losses,), of, n_resamples=20000, vectorized=True, method="BCa", batch=1000,
                           confidence_level=0.95, random_state=4).confidence_interval
    return {
        "ofMany": [float(many.low), float(many.high)],
        "metric": name, "replicates": replicates.tolist(), "score": float(np.mean(losses)),
        "acceleration": float(acceleration), "levels": [float(low), float(high)],
        "interval": [float(result.confidence_interval.low), float(result.confidence_interval.high)],
        "task": "binary", "nClasses": 2, "target": [0] * 50 + [1] * 23,
        "prediction": np.column_stack([1 - positive, positive]).ravel().tolist(),
    }


said = [rng.beta(1.2, 4, 50), rng.beta(3, 1.5, 23)]
positive = np.concatenate(said)
loss = case("log_loss", -np.log(np.concatenate([1 - said[0], said[1]])))
brier = case("brier_score", np.concatenate([said[0], 1 - said[1]]) ** 2)

json.dump([loss, brier], open(pathlib.Path("test/oracles/metrics/bca.json"), "w"))
