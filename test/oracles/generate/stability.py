"""Reference values for the studies of a model: variance components of balanced layouts by REML, Cochran's Q with the
variance of DerSimonian and Laird, chi-squared tails, and Bergsma's bias-corrected Cramer's V."""
import json
import sys
import warnings

import numpy as np
import scipy
import scipy.stats as st
import statsmodels
import statsmodels.api as sm
from statsmodels.stats.meta_analysis import combine_effects

warnings.filterwarnings("ignore")


def reml(scores):
    """scores (repeats, places): variance within a place and between places, by a mixed model's restricted likelihood."""
    repeats, places = scores.shape
    group = np.tile(np.arange(places), repeats)
    scale = scores.std()
    model = sm.MixedLM(scores.ravel() / scale, np.ones((scores.size, 1)), groups=group)
    best = None
    for method in ("bfgs", "powell", "cg"):
        fit = model.fit(reml=True, method=method, maxiter=5000, gtol=1e-10)
        if best is None or fit.llf > best.llf:
            best = fit
    return float(best.scale * scale**2), float(best.cov_re[0][0] * scale**2)


components = []
for seed, repeats, places, between, within in [
    (1, 3, 5, 1.0, 0.3), (2, 2, 4, 0.5, 0.5), (3, 5, 5, 0.02, 1.0), (4, 4, 10, 2.0, 0.1), (5, 3, 6, 0.0, 1.0),
    (6, 2, 5, 0.0, 1.0),
]:
    rng = np.random.default_rng(seed)
    scores = 0.8 + 0.01 * (
        rng.normal(0, np.sqrt(between), places)[None, :] + rng.normal(0, np.sqrt(within), (repeats, places))
    )
    squares = ((scores - scores.mean(0)) ** 2).sum()
    freedom = places * (repeats - 1)
    own, beyond = reml(scores)
    components.append({
        "scores": scores.tolist(), "within": own, "between": beyond,
        "low": squares / st.chi2.ppf(0.975, freedom), "high": squares / st.chi2.ppf(0.025, freedom),
    })

groups = []
for seed, n, spread in [(1, 4, 0.0), (2, 6, 0.05), (3, 3, 0.2)]:
    rng = np.random.default_rng(seed)
    errors = rng.uniform(0.01, 0.05, n)
    values = 0.8 + rng.normal(0, spread, n) + rng.normal(0, errors)
    found = combine_effects(values, errors**2, method_re="dl")
    groups.append({
        "values": values.tolist(), "errors": errors.tolist(), "q": float(found.q), "variance": float(max(0, found.tau2)),
        "p": float(st.chi2.sf(found.q, n - 1)),
    })

tails = [[x, df, float(st.chi2.sf(x, df))] for df in (1, 2, 3.5, 10, 60) for x in (0.01, 0.5, 2, 9, 40, 90)]
quantiles = [[p, df, float(st.chi2.ppf(p, df))] for df in (1, 2, 8, 45) for p in (0.001, 0.025, 0.5, 0.975, 0.999)]

associations = []
for seed, n, r, k, noise in [(1, 200, 3, 4, 0.3), (2, 40, 10, 10, 1.0), (3, 500, 5, 5, 0.0), (4, 300, 2, 8, 0.6)]:
    rng = np.random.default_rng(seed)
    a = rng.integers(0, r, n)
    b = np.where(rng.uniform(size=n) < noise, rng.integers(0, k, n), a % k)
    table = np.zeros((r, k))
    np.add.at(table, (a, b), 1)
    table = table[table.sum(1) > 0][:, table.sum(0) > 0]
    phi2 = st.chi2_contingency(table, correction=False)[0] / n
    rows, columns = table.shape
    phi2 = max(0, phi2 - (rows - 1) * (columns - 1) / (n - 1))
    rows, columns = rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1)
    associations.append({"a": a.tolist(), "b": b.tolist(), "v": float(np.sqrt(phi2 / (min(rows, columns) - 1)))})

json.dump({
    "versions": {"numpy": np.__version__, "scipy": scipy.__version__, "statsmodels": statsmodels.__version__},
    "components": components, "groups": groups, "tails": tails, "quantiles": quantiles, "associations": associations,
}, sys.stdout)
