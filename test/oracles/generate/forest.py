"""Reference scores for src/ml/forest from scikit-learn's random forests and extremely randomised trees.

Writes test/oracles/forest/scores.json: scores of 300 trees on 1,500 new rows after 1,000 rows of training, the mean of five
random states and their spread (largest less smallest). The data are not stored: test/ml/forest/scikit-learn.test.ts draws the same from the same generator.
Run from the repository root: /usr/bin/python3 test/oracles/generate/forest.py
"""
import json
import math
import pathlib

import numpy as np
import sklearn
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor, RandomForestClassifier, RandomForestRegressor
from sklearn.metrics import log_loss, r2_score, roc_auc_score

N_FEATURES = 10
N_TRAINING, N_NEW = 1000, 1500


def uniforms(seed):
    """Numerical Recipes' linear congruential generator."""
    state = seed
    while True:
        state = (1664525 * state + 1013904223) % 2**32
        yield state / 2**32


def draw(seed):
    """Friedman's first problem (1991): 10 uniform features of which 5 matter."""
    uniform = uniforms(seed)
    X, y = [], []
    for _ in range(N_TRAINING + N_NEW):
        x = [next(uniform) for _ in range(N_FEATURES)]
        noise = sum(next(uniform) for _ in range(12)) - 6
        signal = 10 * math.sin(math.pi * x[0] * x[1]) + 20 * (x[2] - 0.5) ** 2 + 10 * x[3] + 5 * x[4]
        X.append(x)
        y.append(signal + 2 * noise)
    return np.array(X), np.array(y)


def main():
    cases = []
    for seed in [1, 2]:
        X, y = draw(seed)
        two, three = (y > 14).astype(int), np.digitize(y, [11.5, 17])
        new = slice(N_TRAINING, None)
        old = slice(0, N_TRAINING)
        for random_thresholds in [False, True]:
            Classifier = ExtraTreesClassifier if random_thresholds else RandomForestClassifier
            Regressor = ExtraTreesRegressor if random_thresholds else RandomForestRegressor

            def score(model, target, judge):
                model.fit(X[old], target[old])
                return judge(target[new], model)

            repeats = []
            for random_state in range(5):
                settings = {"n_estimators": 300, "random_state": random_state}
                shares = lambda target, model: log_loss(target, model.predict_proba(X[new]))
                repeats.append({
                    "binaryAuc": score(Classifier(**settings), two,
                                       lambda t, m: roc_auc_score(t, m.predict_proba(X[new])[:, 1])),
                    "binaryLogLoss": score(Classifier(min_samples_leaf=5, **settings), two, shares),
                    "multiclassLogLoss": score(Classifier(min_samples_leaf=5, **settings), three, shares),
                    "regressionR2": score(Regressor(**settings), y, lambda t, m: r2_score(t, m.predict(X[new]))),
                    "regressionR2Third": score(Regressor(max_features=1 / 3, **settings), y,
                                               lambda t, m: r2_score(t, m.predict(X[new]))),
                })
            mean = {name: float(np.mean([r[name] for r in repeats])) for name in repeats[0]}
            spread = {name: float(np.ptp([r[name] for r in repeats])) for name in repeats[0]}
            cases.append({"seed": seed, "randomThresholds": random_thresholds, "scores": mean, "spread": spread})
    out = pathlib.Path("test/oracles/forest")
    out.mkdir(parents=True, exist_ok=True)
    data = {"tool": f"scikit-learn {sklearn.__version__}", "cases": cases}
    (out / "scores.json").write_text(json.dumps(data, indent=1) + "\n")


main()
