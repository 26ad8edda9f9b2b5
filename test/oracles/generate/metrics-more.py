"""Reference values of the metrics that scores.json lacks, on the same rows, by scikit-learn and NumPy.

Run from the repository root, in an environment with scikit-learn 1.9.1:  python test/oracles/generate/metrics-more.py
"""
import json
import pathlib

import numpy as np
from sklearn import metrics as m

OUT = pathlib.Path("test/oracles/metrics")


def at_top(y, p, share):
    """Mean over random orders of tied rows, by brute force: each row's chance to be among the first k."""
    k = int(np.ceil(share * len(y) - 1e-9))
    above = np.array([(p > value).sum() for value in p])
    tied = np.array([(p == value).sum() for value in p])
    chance = np.clip((k - above) / tied, 0, 1)
    return float((chance * y).sum()), k


def binary(y, p):
    precision, recall, _ = m.precision_recall_curve(y, p)
    found, k = at_top(y, p, 0.1)
    return {
        "cohen_kappa": m.cohen_kappa_score(y, (p >= 0.5).astype(int)),
        "precision_at_top_10": found / k,
        "recall_at_top_10": found / y.sum(),
        # the curve's last point, precision 1 at recall 0, is no cut-off
        "precision_at_recall_80": float(precision[:-1][recall[:-1] >= 0.8 - 1e-12].max()),
    }


def regression(y, p):
    size = (np.abs(y) + np.abs(p)) / 2
    return {
        "smape": float(np.where(size == 0, 0, np.abs(y - p) / np.where(size == 0, 1, size)).mean()),
        "pinball_loss_90": m.mean_pinball_loss(y, p, alpha=0.9),
    }


def scores(case, y, flat):
    if case["task"] == "regression":
        return regression(y, flat)
    p = flat.reshape(len(y), case["nClasses"])
    if case["task"] == "binary":
        return binary(y.astype(int), p[:, 1])
    return {"cohen_kappa": m.cohen_kappa_score(y, p.argmax(axis=1))}


cases = []
for case in json.loads((OUT / "scores.json").read_text()):
    y = np.array(case["target"])
    if case["task"] != "regression" and len(set(y)) < 2:
        continue
    prediction = np.array(case["prediction"])
    counts = np.array(case["counts"])
    width = len(prediction) // len(y)
    repeated = np.repeat(np.arange(len(y)), counts)
    again = prediction.reshape(len(y), width)[repeated].reshape(-1)
    cases.append({**case, "name": case["name"] + ", further metrics",
                  "scores": scores(case, y, prediction), "countedScores": scores(case, y[repeated], again)})
(OUT / "more-scores.json").write_text(json.dumps(cases, indent=1) + "\n")
