"""Reference values for the check of a claim: McNemar's exact test, sample sizes, confident learning, the power law.

Run from the repository root:  /usr/bin/python3 test/oracles/generate/claims.py
"""
import json
import pathlib

import numpy as np
from scipy.optimize import curve_fit
from scipy.stats import norm
from statsmodels.stats.contingency_tables import mcnemar

OUT = pathlib.Path("test/oracles/metrics")
rng = np.random.default_rng(7)


def paired(gain, discordant):
    """Connor 1987, written out: there is no function for it in statsmodels."""
    a, b = norm.ppf(0.975), norm.ppf(0.8)
    return int(np.ceil(((a * discordant ** 0.5 + b * (discordant - gain**2) ** 0.5) / gain) ** 2))


def separate(low, high):
    a, b = norm.ppf(0.975), norm.ppf(0.8)
    mean = (low + high) / 2
    root = a * (2 * mean * (1 - mean)) ** 0.5 + b * (low * (1 - low) + high * (1 - high)) ** 0.5
    return int(np.ceil((root / (high - low)) ** 2))


def confident(y, p):
    """Northcutt et al. 2021, equations 1 and 2, row by row."""
    usual = [p[y == k, k].mean() for k in range(p.shape[1])]
    suspected = []
    for i, row in enumerate(p):
        able = [k for k in range(len(row)) if row[k] >= usual[k]]
        if able and max(able, key=lambda k: row[k]) != y[i]:
            suspected.append(i)
    return suspected


y = rng.integers(0, 3, 300)
p = rng.dirichlet([1, 1, 1], 300) * 0.5 + np.eye(3)[y] * 0.5
flipped = np.where(rng.random(300) < 0.15, (y + 1) % 3, y)

rows = np.array([250, 500, 1000, 2000, 4000])
scores = 0.9 - 0.06 * (rows / 4000) ** -0.5 + rng.normal(0, 0.0005, 5)
(limit, change, exponent), _ = curve_fit(lambda n, a, b, c: a + b * (n / 4000) ** -c, rows, scores, p0=[0.9, -0.05, 0.5])

json.dump(
    {
        "mcnemar": [
            {"onlyA": a, "onlyB": b, "p": float(mcnemar([[50, a], [b, 20]], exact=True).pvalue)}
            for a, b in [(3, 9), (0, 5), (12, 12), (40, 71), (900, 1010), (1, 0)]
        ],
        "paired": [{"gain": g, "discordant": d, "rows": paired(g, d)} for g, d in [(0.05, 0.07), (0.05, 0.09), (0.05, 0.13), (0.02, 0.04), (0.02, 0.08)]],
        "separate": [{"from": a, "to": b, "rows": separate(a, b)} for a, b in [(0.85, 0.9), (0.85, 0.87), (0.5, 0.6), (0.95, 0.99)]],
        "confident": {"target": flipped.tolist(), "prediction": p.reshape(-1).tolist(), "suspected": confident(flipped, p)},
        "powerLaw": {"rows": rows.tolist(), "scores": scores.tolist(), "limit": limit, "change": change, "exponent": exponent,
                     "at16000": limit + change * 4.0**-exponent},
    },
    open(OUT / "claims.json", "w"),
    indent=1,
)
