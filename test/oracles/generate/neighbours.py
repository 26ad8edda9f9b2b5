"""Reference values for src/ml/neighbours from scikit-learn's KNeighborsClassifier and KNeighborsRegressor.

Writes test/oracles/neighbours/<case>.json: the data, the parameters in our words, the neighbours of new rows and what
is predicted for them.
Run from the repository root: /usr/bin/python3 test/oracles/generate/neighbours.py

Features are rounded to single precision, which is what we keep. scikit-learn's shares of the votes become our
probabilities by (k * share + smoothing * prior) / (k + smoothing), prior being the shares of the classes.
"""
import json
import pathlib

import numpy as np
import sklearn
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

OUT = pathlib.Path("test/oracles/neighbours")


def write(name, task, X, y, queries, model, smoothing):
    model.fit(X, y)
    if task == "regression":
        predictions = model.predict(queries)
    else:
        k = model.n_neighbors
        prior = np.bincount(y) / len(y)
        predictions = (k * model.predict_proba(queries) + smoothing * prior) / (k + smoothing)
    case = {
        "tool": f"scikit-learn {sklearn.__version__}",
        "estimator": repr(model),
        "task": task,
        "parameters": {"k": model.n_neighbors, "weights": model.weights, "smoothing": smoothing},
        "columns": X.T.tolist(),
        "target": y.tolist(),
        "queries": queries.T.tolist(),
        "neighbours": model.kneighbors(queries, return_distance=False).tolist(),
        "predictions": np.ravel(predictions).tolist(),
    }
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / f"{name}.json").write_text(json.dumps(case) + "\n")


def main():
    rng = np.random.RandomState(0)
    single = lambda values: values.astype(np.float32).astype(float)
    X = single(rng.normal(size=(150, 6)))
    queries = single(np.vstack([rng.normal(size=(25, 6)), X[:5]]))
    score = X[:, 0] - X[:, 1] + 0.5 * rng.normal(size=len(X))
    binary = (score > 0.4).astype(int)
    species = np.digitize(score, [-0.8, 0.8])
    for weights in ["uniform", "distance"]:
        write(f"binary-{weights}", "binary", X, binary, queries, KNeighborsClassifier(11, weights=weights), 1)
        write(
            f"multiclass-{weights}", "multiclass", X, species, queries, KNeighborsClassifier(4, weights=weights), 0.25
        )
        write(f"regression-{weights}", "regression", X, score, queries, KNeighborsRegressor(7, weights=weights), 1)


main()
