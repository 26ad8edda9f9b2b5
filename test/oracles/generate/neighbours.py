"""Reference values for src/ml/neighbours from scikit-learn's KNeighborsRegressor and KNeighborsClassifier.

Writes test/oracles/neighbours/values.json: data, and predictions on new rows by both kinds of weights.
Run from the repository root: /usr/bin/python3 test/oracles/generate/neighbours.py
"""
import json
import pathlib

import numpy as np
import sklearn
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor


def main():
    rng = np.random.RandomState(0)
    X = rng.normal(size=(300, 4)).astype(np.float32)
    new = rng.normal(size=(60, 4)).astype(np.float32)
    y = (X[:, 0] - X[:, 1] ** 2 + 0.1 * rng.normal(size=300)).round(5)
    label = np.digitize(y, [-1, 0.3]).astype(int)
    cases = []
    for weights in ["uniform", "distance"]:
        values = KNeighborsRegressor(7, weights=weights).fit(X, y).predict(new)
        shares = KNeighborsClassifier(7, weights=weights).fit(X, label).predict_proba(new)
        cases.append({"weights": weights, "k": 7, "values": values.tolist(), "shares": shares.tolist()})
    out = pathlib.Path("test/oracles/neighbours")
    out.mkdir(parents=True, exist_ok=True)
    data = {
        "tool": f"scikit-learn {sklearn.__version__}",
        "columns": X.T.astype(float).tolist(),
        "newColumns": new.T.astype(float).tolist(),
        "values": y.tolist(),
        "labels": label.tolist(),
        "cases": cases,
    }
    (out / "values.json").write_text(json.dumps(data) + "\n")


main()
