"""Reference values for src/ml/naive-bayes from scikit-learn's MultinomialNB and ComplementNB.

Writes test/oracles/naive-bayes/values.json: counts, row weights, and the log probabilities of both variants.
Run from the repository root: /usr/bin/python3 test/oracles/generate/naive_bayes.py
"""
import json
import pathlib

import numpy as np
import sklearn
from sklearn.naive_bayes import ComplementNB, MultinomialNB


def main():
    rng = np.random.RandomState(0)
    label = rng.choice(3, size=120, p=[0.6, 0.3, 0.1])
    rates = rng.gamma(0.5, size=(3, 15))
    X = rng.poisson(rates[label]).astype(float)
    weights = rng.uniform(0.2, 3, size=120).round(3)
    cases = []
    for variant, model in [("multinomial", MultinomialNB), ("complement", ComplementNB)]:
        for alpha in [1.0, 0.1]:
            for weighted in [False, True]:
                fitted = model(alpha=alpha).fit(X, label, sample_weight=weights if weighted else None)
                cases.append({
                    "variant": variant, "alpha": alpha, "weighted": weighted,
                    "probabilities": fitted.predict_proba(X).tolist(),
                })
    out = pathlib.Path("test/oracles/naive-bayes")
    out.mkdir(parents=True, exist_ok=True)
    data = {
        "tool": f"scikit-learn {sklearn.__version__}",
        "columns": X.T.tolist(), "labels": label.tolist(), "weights": weights.tolist(), "cases": cases,
    }
    (out / "values.json").write_text(json.dumps(data) + "\n")


main()
