"""Reference values for src/ml/naive-bayes from scikit-learn's MultinomialNB and ComplementNB.

Writes test/oracles/naive-bayes/<case>.json: the data, the parameters in our words and the probabilities of new rows.
Run from the repository root: /usr/bin/python3 test/oracles/generate/naive-bayes.py

Sample weights have a mean of 1 over the rows that count, as ours are scaled to.
"""
import json
import pathlib

import numpy as np
import sklearn
from sklearn.naive_bayes import ComplementNB, MultinomialNB

OUT = pathlib.Path("test/oracles/naive-bayes")


def write(name, X, y, queries, model, weights=None):
    model.fit(X, y, sample_weight=weights)
    case = {
        "tool": f"scikit-learn {sklearn.__version__}",
        "estimator": repr(model),
        "parameters": {
            "variant": "complement" if isinstance(model, ComplementNB) else "multinomial",
            "alpha": model.alpha,
        },
        "nClasses": int(y.max()) + 1,
        "columns": X.T.tolist(),
        "target": y.tolist(),
        "weights": None if weights is None else weights.tolist(),
        "queries": queries.T.tolist(),
        "predictions": model.predict_proba(queries).ravel().tolist(),
    }
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / f"{name}.json").write_text(json.dumps(case) + "\n")


def main():
    rng = np.random.RandomState(0)
    shares = rng.dirichlet(np.full(12, 0.8), size=3)
    shares = 0.5 * shares + 0.5 * shares.mean(axis=0)  # alike enough that probabilities are not all 0 or 1
    species = np.repeat([0, 1, 2], [60, 30, 10])
    words = lambda labels: np.array([rng.multinomial(6, shares[c]) for c in labels]).astype(float)
    X = words(species)
    queries = words(np.repeat([0, 1, 2], 10))
    weights = rng.randint(0, 5, size=len(X)).astype(float)
    weights *= (weights > 0).sum() / weights.sum()
    idf = (np.log(len(X) / (1 + (X > 0).sum(axis=0))) + 1).round(5)
    binary = (species > 0).astype(int)
    for variant in [MultinomialNB, ComplementNB]:
        name = "multinomial" if variant is MultinomialNB else "complement"
        write(f"{name}-counts", X, species, queries, variant(alpha=1.0))
        write(f"{name}-weighted", X, species, queries, variant(alpha=0.3), weights)
        write(f"{name}-tf-idf", X * idf, binary, queries * idf, variant(alpha=0.05))


main()
