"""Reference values for src/ml/gbdt from scikit-learn's HistGradientBoosting.

Writes test/oracles/gbdt/<case>.json: the data, the parameters, the thresholds of every feature's bins, the first
tree (all first trees for several classes) node by node, and the raw predictions of the whole model.
Run from the repository root: /usr/bin/python3 test/oracles/generate/gbdt.py
"""
import json
import pathlib

import numpy as np
import sklearn
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

OUT = pathlib.Path("test/oracles/gbdt")


def numbers(values):
    return [None if isinstance(v, float) and np.isnan(v) else v for v in np.asarray(values).tolist()]


def tree(predictor):
    nodes = predictor.nodes

    def node(i):
        n = nodes[i]
        if n["is_leaf"]:
            return {"count": int(n["count"]), "value": float(n["value"])}
        out = {
            "count": int(n["count"]),
            "feature": int(n["feature_idx"]),
            "gain": float(n["gain"]),
            "left": node(n["left"]),
            "right": node(n["right"]),
        }
        if n["is_categorical"]:
            words = predictor.binned_left_cat_bitsets[n["bitset_idx"]]
            out["leftBins"] = [b for b in range(256) if (int(words[b // 32]) >> (b % 32)) & 1]
        else:
            # null: all present values go left, the missing ones right
            out["threshold"] = None if np.isinf(n["num_threshold"]) else float(n["num_threshold"])
        return out

    return node(0)


def write(name, task, X, y, categorical=(), max_iter=50, **parameters):
    kind = HistGradientBoostingRegressor if task == "regression" else HistGradientBoostingClassifier
    model = kind(
        max_iter=max_iter,
        early_stopping=False,
        categorical_features=list(categorical) or None,
        max_leaf_nodes=parameters["maxLeaves"],
        max_depth=parameters["maxDepth"] or None,
        min_samples_leaf=parameters["minSamplesLeaf"],
        learning_rate=parameters["learningRate"],
        l2_regularization=parameters["l2"],
    ).fit(X, y)
    raw = model._raw_predict(X)
    thresholds = [
        None if j in categorical else numbers(np.asarray(t, dtype=float))
        for j, t in enumerate(model._bin_mapper.bin_thresholds_)
    ]
    case = {
        "tool": f"scikit-learn {sklearn.__version__}",
        "task": task,
        "categorical": list(categorical),
        "parameters": {**parameters, "maxSteps": max_iter},
        "columns": [numbers(X[:, j]) for j in range(X.shape[1])],
        "target": numbers(y),
        "thresholds": thresholds,
        "initial": numbers(np.ravel(model._baseline_prediction)),
        "firstTrees": [tree(p) for p in model._predictors[0]],
        "raw": numbers(np.reshape(raw, (X.shape[0], -1)).T),
    }
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / f"{name}.json").write_text(json.dumps(case) + "\n")


def main():
    rng = np.random.RandomState(0)
    defaults = {"maxLeaves": 31, "maxDepth": 0, "minSamplesLeaf": 20, "learningRate": 0.1, "l2": 0.0}

    X = rng.normal(size=(1000, 5)).round(5)
    score = X[:, 0] + X[:, 1] * X[:, 2] + np.sin(2 * X[:, 3])
    y = (rng.uniform(size=1000) < 1 / (1 + np.exp(-score))).astype(float)
    X[rng.uniform(size=1000) < 0.15, 0] = np.nan
    X[(rng.uniform(size=1000) < 0.3) & (y == 1), 3] = np.nan
    write("binary", "binary", X, y, **defaults)

    X = rng.normal(size=(600, 4)).round(5)
    y = (3 * X[:, 0] + X[:, 1] ** 2 + 0.3 * rng.normal(size=600)).round(5)
    write("regression", "regression", X, y, **{**defaults, "maxDepth": 4, "l2": 1.5, "learningRate": 0.2})

    X = rng.normal(size=(600, 4)).round(5)
    scores = np.c_[X[:, 0], X[:, 1], X[:, 2] * X[:, 3]] + rng.gumbel(size=(600, 3))
    write("multiclass", "multiclass", X, scores.argmax(axis=1).astype(float), **{**defaults, "maxLeaves": 8})

    # Two categories of nine stand out. With an even divide, which of two mirror-image splits is called left would be
    # a tie that rounding decides, and it matters: a node's categories with fewer than 10 rows go right.
    codes = rng.randint(0, 9, size=1000).astype(float)
    effects = np.array([2, 1.5, 0, 0.1, 0.2, -0.1, -0.2, 0.05, -0.05])
    X = np.c_[codes, rng.normal(size=1000).round(5), rng.randint(0, 7, size=1000)]
    y = (effects[codes.astype(int)] + 0.5 * X[:, 1] + 0.4 * (X[:, 2] == 3) + 0.3 * rng.normal(size=1000)).round(5)
    X[rng.uniform(size=1000) < 0.1, 0] = np.nan
    write("categorical", "regression", X, y, categorical=(0, 2), max_iter=10, **{**defaults, "maxLeaves": 5})


main()
