"""Reference values for calibrators, by scikit-learn.

Run from the repository root, in an environment with scikit-learn 1.9.1:  python test/oracles/generate/calibration.py
"""
import json
import pathlib

import numpy as np
from scipy.special import logit, softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV, _sigmoid_calibration, _TemperatureScaling
from sklearn.frozen import FrozenEstimator
from sklearn.isotonic import IsotonicRegression


class Said(ClassifierMixin, BaseEstimator):
    """A classifier whose probabilities are its features, or whose decisions are their log-odds."""

    def __init__(self, as_decision=False):
        self.as_decision = as_decision

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X):
        return X

    def predict(self, X):
        return self.classes_[X.argmax(axis=1)]


class Decides(Said):
    """The same with a decision function, which scikit-learn prefers."""

    def decision_function(self, X):
        return logit(X[:, 1]) if X.shape[1] == 2 else logit(X)


rng = np.random.default_rng(25)


def sample(n, k, sharp, power=1.0):
    truth = softmax(rng.normal(0, 1.4, (n, k)), axis=1)
    y = np.array([rng.choice(k, p=row) for row in truth])
    said = softmax(sharp * np.log(truth) + rng.normal(0, 0.3, (n, k)) + np.linspace(0, 0.5, k), axis=1)
    return np.clip(np.round(said, 3), 0.001, 0.999), y


cases = []
for n, k, sharp in [(400, 2, 2.2), (300, 2, 0.5), (500, 3, 1.9)]:
    X, y = sample(n, k, sharp)
    X = X / X.sum(axis=1, keepdims=True)
    new, _ = sample(60, k, sharp)
    new = new / new.sum(axis=1, keepdims=True)
    case = {"nClasses": k, "prediction": X.ravel().tolist(), "target": y.tolist(), "new": new.ravel().tolist()}
    for name, base, method in [
        ("platt", Decides(), "sigmoid"),
        ("isotonic", Said(), "isotonic"),
        ("temperature", Said(), "temperature"),
    ]:
        fitted = FrozenEstimator(base.fit(X, y))
        case[name] = CalibratedClassifierCV(fitted, method=method).fit(X, y).predict_proba(new).ravel().tolist()
    if k == 2:
        a, b = _sigmoid_calibration(logit(X[:, 1]), y)
        case["sigmoid"] = {"slope": -a, "intercept": -b}
        steps = IsotonicRegression(out_of_bounds="clip").fit(X[:, 1], y)
        case["steps"] = {"at": steps.X_thresholds_.tolist(), "share": steps.y_thresholds_.tolist()}
    case["power"] = float(_TemperatureScaling().fit(X, y).beta_)
    cases.append(case)

folder = pathlib.Path("test/oracles/calibration")
folder.mkdir(exist_ok=True)
json.dump(cases, open(folder / "calibrators.json", "w"))
