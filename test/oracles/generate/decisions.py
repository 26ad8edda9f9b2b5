"""Reference values for the reliability curve, by scikit-learn.

Run from the repository root, in an environment with scikit-learn 1.9.1:  python test/oracles/generate/decisions.py
"""
import json
import pathlib

import numpy as np
from sklearn.calibration import calibration_curve

rng = np.random.default_rng(11)
said = rng.beta(0.8, 1.6, 600)
came = (rng.random(600) < said**1.4).astype(int)
true, predicted = calibration_curve(came, said, n_bins=15, strategy="quantile")
json.dump(
    {"said": said.tolist(), "came": came.tolist(), "true": true.tolist(), "predicted": predicted.tolist(),
     "error": float(np.abs(true - predicted).mean())},
    open(pathlib.Path("test/oracles/metrics/decisions.json"), "w"),
    indent=1,
)
