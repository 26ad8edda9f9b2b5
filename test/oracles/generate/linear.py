"""Reference values for src/ml/linear from scikit-learn's Ridge, ElasticNet and LogisticRegression.

Writes test/oracles/linear/<case>.json: the data, the parameters in our words, coefficients and intercepts.
Run from the repository root: /usr/bin/python3 test/oracles/generate/linear.py

Our penalty is lambda * (l1Ratio * |w|_1 + (1 - l1Ratio) / 2 * |w|^2) on the mean loss, so
Ridge's alpha = lambda * n, LogisticRegression's C = 1 / (lambda * n), ElasticNet's alpha = lambda (target
standardised). With weights, n is their sum; class_weight="balanced" leaves that sum as it is.
"""
import json
import pathlib

import numpy as np
import sklearn
from sklearn.linear_model import ElasticNet, LogisticRegression, Ridge

OUT = pathlib.Path("test/oracles/linear")


def write(name, task, X, y, model, weights=None, **parameters):
    model.fit(X, y, sample_weight=weights)
    case = {
        "tool": f"scikit-learn {sklearn.__version__}",
        "estimator": repr(model),
        "task": task,
        "parameters": parameters,
        "columns": X.T.tolist(),
        "target": y.tolist(),
        **({} if weights is None else {"weights": weights.tolist()}),
        "coefficients": np.reshape(model.coef_, (-1, X.shape[1])).tolist(),
        "intercepts": np.ravel(model.intercept_).tolist(),
    }
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / f"{name}.json").write_text(json.dumps(case) + "\n")


def main():
    rng = np.random.RandomState(0)
    n = 200
    X = rng.normal(size=(n, 6))
    X[:, 1] += 0.9 * X[:, 0]
    X[:, 2] = 50 + 20 * X[:, 2]
    X[:, 3] = X[:, 3] > 0.8
    X = X.round(5)
    w = np.array([1, -2, 0.03, 1.5, 0, 0.5])
    tight = {"tol": 1e-10, "max_iter": 100_000}

    y = (X @ w + rng.normal(size=n)).round(5)
    write("ridge", "regression", X, y, Ridge(alpha=0.05 * n), regularisation=0.05)
    standard = (y - y.mean()) / y.std()
    write(
        "elastic-net", "regression", X, standard, ElasticNet(alpha=0.1, l1_ratio=0.7, **tight),
        regularisation=0.1, l1Ratio=0.7,
    )

    label = (rng.uniform(size=n) < 1 / (1 + np.exp(-(X @ w - 1.5)))).astype(float)
    newton = LogisticRegression(C=1 / (0.01 * n), solver="newton-cg", tol=1e-7, max_iter=10_000)
    write("logistic", "binary", X, label, newton, regularisation=0.01)
    lasso = LogisticRegression(
        C=1 / (0.02 * n), penalty="elasticnet", l1_ratio=0.8, solver="saga", random_state=0, **tight
    )
    scaled = ((X - X.mean(axis=0)) / X.std(axis=0)).round(5)
    write("logistic-elastic-net", "binary", scaled, label, lasso, regularisation=0.02, l1Ratio=0.8)

    W = rng.normal(size=(6, 3)) * np.array([1, 1, 0.05, 1, 1, 1])[:, None]
    species = (X @ W + rng.gumbel(size=(n, 3))).argmax(axis=1).astype(float)
    write("multinomial", "multiclass", X, species, newton, regularisation=0.01)

    weights = rng.randint(0, 5, size=n).astype(float)
    total = weights.sum()
    mean = np.average(y, weights=weights)
    standard = (y - mean) / np.sqrt(np.average((y - mean) ** 2, weights=weights))
    write("ridge-weighted", "regression", X, y, Ridge(alpha=0.05 * total), weights, regularisation=0.05)
    write(
        "elastic-net-weighted", "regression", X, standard, ElasticNet(alpha=0.1, l1_ratio=0.7, **tight), weights,
        regularisation=0.1, l1Ratio=0.7,
    )
    of = lambda total, **more: LogisticRegression(
        C=1 / (0.01 * total), solver="newton-cg", tol=1e-7, max_iter=10_000, **more
    )
    write("logistic-weighted", "binary", X, label, of(total), weights, regularisation=0.01)
    write("multinomial-weighted", "multiclass", X, species, of(total), weights, regularisation=0.01)
    balanced = {"regularisation": 0.01, "classWeight": "balanced"}
    write("logistic-balanced", "binary", X, label, of(n, class_weight="balanced"), **balanced)
    write("multinomial-balanced", "multiclass", X, species, of(n, class_weight="balanced"), **balanced)


main()
