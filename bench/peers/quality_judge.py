"""How good predictions are, the same for everybody: `quality_judge.py PREDICTIONS.csv TRUTH.csv TASK`.

As a script it judges what `modelwright predict` wrote (`prediction`, and `p_CLASS` for each class) and prints JSON:
`scores`, and `rowLosses`, from which differences are bootstrapped: the log loss, or the squared error, of each row.
"""
import csv
import json
import sys

import numpy as np

EPS = 1e-15


def judge_classes(truth, classes, probabilities):
    """truth: n class names; probabilities: (n, classes). Those that do not sum to 1 are scaled, and none is taken for
    less than 1e-15: the sure and wrong pay 34.5, not infinity. A class that the model does not know pays as much."""
    names = list(classes)
    clipped = np.clip(np.asarray(probabilities, dtype=float), EPS, None)
    clipped = clipped / clipped.sum(axis=1, keepdims=True)
    given = [row[names.index(name)] if name in names else EPS for name, row in zip(truth, clipped)]
    losses = -np.log(given)
    decided = [names[k] for k in clipped.argmax(axis=1)]
    scores = {"log_loss": losses.mean(), "accuracy": np.mean([t == d for t, d in zip(truth, decided)])}
    if len(names) == 2:
        scores["roc_auc"] = auc(np.array([t == names[1] for t in truth]), clipped[:, 1])
    return result(scores, losses)


def judge_values(truth, predictions):
    truth = np.asarray(truth, dtype=float)
    losses = (truth - np.asarray(predictions, dtype=float)) ** 2
    scores = {"rmse": np.sqrt(losses.mean()), "r2": 1 - losses.mean() / truth.var()}
    return result(scores, losses)


def auc(positive, scores):
    """Mann and Whitney's statistic; ties count half."""
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    n = positive.sum()
    return (ranks[positive].sum() - n * (n + 1) / 2) / (n * (len(positive) - n))


def result(scores, losses):
    return {
        "scores": {name: float(value) for name, value in scores.items()},
        "rowLosses": [float(f"{loss:.7g}") for loss in losses],
    }


def main():
    predictions_path, truth_path, task = sys.argv[1:]
    with open(truth_path, newline="") as file:
        truth = [row[0] for row in csv.reader(file)][1:]
    with open(predictions_path, newline="") as file:
        head, *rows = csv.reader(file)
    if len(rows) != len(truth):
        sys.exit(f"{len(truth)} rows were to be predicted, {len(rows)} were")
    if task == "regression":
        at = head.index("prediction")
        judged = judge_values(truth, [row[at] for row in rows])
    else:
        columns = [j for j, name in enumerate(head) if name.startswith("p_")]
        classes = [head[j].removeprefix("p_") for j in columns]
        judged = judge_classes(truth, classes, [[float(row[j]) for j in columns] for row in rows])
    print(json.dumps(judged))


if __name__ == "__main__":
    main()
