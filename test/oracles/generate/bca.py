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


def case(name, parts, of, resamples=1999):
    """One sample per part: `of` takes them apart, as stratified resamples do."""
    result = stats.bootstrap(parts, of, n_resamples=resamples, vectorized=True, method="BCa",
                             confidence_level=0.95, random_state=3)
    replicates = result.bootstrap_distribution
    low, high, acceleration = _bca_interval(parts, of, -1, 0.025, replicates, None, np)
    many = stats.bootstrap(parts, of, n_resamples=20000, vectorized=True, method="BCa", batch=1000,
                           confidence_level=0.95, random_state=4).confidence_interval
    return {
        "ofMany": [float(many.low), float(many.high)],
        "metric": name, "replicates": replicates.tolist(), "score": float(of(*parts, axis=-1)),
        "acceleration": float(acceleration), "levels": [float(low), float(high)],
        "interval": [float(result.confidence_interval.low), float(result.confidence_interval.high)],
    }


errors = rng.standard_t(3, size=60) * np.exp(rng.normal(0, 0.5, 60))
rmse = case("rmse", (errors,), lambda e, axis: np.sqrt(np.mean(e**2, axis=axis)))
rmse |= {"task": "regression", "nClasses": 1, "target": [0.0] * 60, "prediction": errors.tolist()}

said = [rng.beta(1.2, 4, 50), rng.beta(3, 1.5, 23)]
loss = case("log_loss", tuple(-np.log(s) for s in (1 - said[0], said[1])),
            lambda a, b, axis: (a.sum(axis=axis) + b.sum(axis=axis)) / (a.shape[-1] + b.shape[-1]))
positive = np.concatenate(said)
loss |= {"task": "binary", "nClasses": 2, "target": [0] * 50 + [1] * 23,
         "prediction": np.column_stack([1 - positive, positive]).ravel().tolist()}

json.dump([rmse, loss], open(pathlib.Path("test/oracles/metrics/bca.json"), "w"))
