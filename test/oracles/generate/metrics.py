"""Reference values for test/ml/metrics and test/ml/quantiles.test.ts, by scikit-learn, SciPy and statsmodels.

Run from the repository root:  /usr/bin/python3 test/oracles/generate/metrics.py
"""
import json
import pathlib

import numpy as np
from scipy import stats
from sklearn import metrics as m
from sklearn.preprocessing import label_binarize
from statsmodels.stats.proportion import proportion_confint

OUT = pathlib.Path("test/oracles/metrics")
OUT.mkdir(parents=True, exist_ok=True)


def save(name, value):
    (OUT / name).write_text(json.dumps(value, indent=1) + "\n")


def class_metrics(y, p):
    """Every classification metric of ml/experiment.ts. p: (n, k) probabilities."""
    k = p.shape[1]
    decided = (p[:, 1] >= 0.5).astype(int) if k == 2 else p.argmax(axis=1)
    average = "binary" if k == 2 else "macro"
    onehot = np.eye(k)[y]
    ovr = label_binarize(y, classes=range(k)) if k > 2 else None
    return {
        "roc_auc": m.roc_auc_score(y, p[:, 1]) if k == 2 else m.roc_auc_score(y, p, multi_class="ovr", average="macro"),
        "average_precision": m.average_precision_score(y, p[:, 1]) if k == 2 else m.average_precision_score(ovr, p, average="macro"),
        "log_loss": m.log_loss(y, p, eps=1e-15, labels=list(range(k))),
        # scikit-learn 1.2 has the binary score only; the multiclass one is Brier's own sum over classes
        "brier_score": m.brier_score_loss(y, p[:, 1]) if k == 2 else float(((p - onehot) ** 2).sum(axis=1).mean()),
        "accuracy": m.accuracy_score(y, decided),
        "balanced_accuracy": m.balanced_accuracy_score(y, decided),
        "f1": m.f1_score(y, decided, average=average, zero_division=0),
        "mcc": m.matthews_corrcoef(y, decided),
        "precision": m.precision_score(y, decided, average=average, zero_division=0),
        "recall": m.recall_score(y, decided, average=average, zero_division=0),
    }


def value_metrics(y, p):
    return {
        "rmse": m.mean_squared_error(y, p, squared=False),
        "mae": m.mean_absolute_error(y, p),
        "median_absolute_error": m.median_absolute_error(y, p),
        "r2": m.r2_score(y, p),
        "mape": m.mean_absolute_percentage_error(y, p),
    }


def case(name, task, y, p, counts):
    of = value_metrics if task == "regression" else class_metrics
    p2 = p if p.ndim == 2 else p[:, None]
    repeated = np.repeat(np.arange(len(y)), counts)
    return {
        "name": name,
        "task": task,
        "nClasses": 1 if task == "regression" else p2.shape[1],
        "target": y.tolist(),
        "prediction": p2.ravel().tolist(),
        "counts": counts.tolist(),
        "scores": of(y, p),
        "countedScores": of(y[repeated], p[repeated]),
    }


def probabilities(rng, y, k, signal, steps=None):
    logits = rng.normal(size=(len(y), k)) + signal * np.eye(k)[y]
    e = np.exp(logits)
    p = e / e.sum(axis=1, keepdims=True)
    if steps is not None:  # coarse probabilities make ties
        p = np.round(p * steps)
        p /= p.sum(axis=1, keepdims=True)
    return p


def counts_for(rng, y, classes):
    while True:
        counts = rng.poisson(1.0, size=len(y))
        if counts.sum() > 2 and (classes == 0 or len(np.unique(y[np.repeat(np.arange(len(y)), counts)])) == classes):
            return counts


def scores():
    rng = np.random.default_rng(20240607)
    cases = []
    for name, n, rate, signal, steps in [
        ("binary, even classes", 120, 0.5, 1.0, None),
        ("binary, rare positives", 150, 0.1, 1.5, None),
        ("binary, many ties", 130, 0.4, 0.8, 10),
        ("binary, nothing decided positive", 60, 0.2, 0.0, None),
    ]:
        y = (rng.random(n) < rate).astype(int)
        p = probabilities(rng, y, 2, signal, steps)
        if name.endswith("decided positive"):
            p = np.column_stack([1 - p[:, 1] / 3, p[:, 1] / 3])
        cases.append(case(name, "binary", y, p, counts_for(rng, y, 2)))
    y = np.array([0, 1, 1, 0, 1, 0, 1])
    p1 = np.array([0.0, 1.0, 0.0, 1.0, 0.5, 0.5, 1 - 1e-12])
    cases.append(case("binary, certain and wrong", "binary", y, np.column_stack([1 - p1, p1]), np.array([1, 2, 1, 1, 3, 1, 1])))
    for name, n, k, steps in [("four classes", 160, 4, None), ("four classes, ties", 160, 4, 6), ("nine classes", 140, 9, None)]:
        y = rng.integers(0, k, size=n)
        p = probabilities(rng, y, k, 1.2, steps)
        cases.append(case(name, "multiclass", y, p, counts_for(rng, y, k)))
    for name, n, offset, scale in [("values", 101, 0, 1.0), ("values, even rows", 100, 5, 2.0), ("values far from zero", 90, 1e6, 30.0)]:
        y = offset + scale * rng.normal(size=n)
        p = y + 0.4 * scale * rng.normal(size=n)
        cases.append(case(name, "regression", y, p, counts_for(rng, y, 0)))
    y = np.array([0.0, 0.0, 3.0, -2.0])
    cases.append(case("values with zeros", "regression", y, np.array([0.0, 0.5, 2.0, -2.5]), np.array([2, 1, 1, 2])))
    save("scores.json", cases)


def quantiles():
    ps = [1e-10, 1e-4, 0.01, 0.025, 0.1, 0.4, 0.5, 0.6, 0.9, 0.975, 0.995, 0.99999]
    save("quantiles.json", {
        "normal": [[p, stats.norm.ppf(p)] for p in ps],
        "studentT": [[p, df, stats.t.ppf(p, df)] for df in [1, 1.5, 2, 3, 4, 9, 29, 100, 1000, 1e6] for p in ps if p >= 1e-4],
    })


def wilson():
    save("wilson.json", [
        [successes, n, confidence, *proportion_confint(successes, n, alpha=1 - confidence, method="wilson")]
        for n in [1, 5, 20, 200, 1409, 100000]
        for successes in sorted({0, 1, n // 3, n // 2, n - 1, n})
        for confidence in [0.9, 0.95, 0.99]
    ])


def corrected():
    """Nadeau and Bengio 2003, as in scikit-learn's example plot_grid_search_stats.py."""
    rng = np.random.default_rng(5)
    rows = []
    for k, n_train, n_test in [(2, 100, 100), (5, 800, 200), (10, 900, 100)]:
        folds = (0.8 + 0.03 * rng.normal(size=k))
        se = np.sqrt(folds.var(ddof=1) * (1 / k + n_test / n_train))
        t = stats.t.ppf(0.975, k - 1)
        rows.append({"folds": folds.tolist(), "nTrain": n_train, "nTest": n_test,
                     "value": folds.mean(), "low": folds.mean() - t * se, "high": folds.mean() + t * se})
    save("corrected-resampled.json", rows)


def bootstraps():
    """Percentile intervals from 20,000 resamples: SciPy's for regression (paired); the same, written out here, for
    classification."""
    rng = np.random.default_rng(11)
    resamples = 20000
    cases = []
    n = 240
    y = rng.normal(size=n) * 3 + 20
    p = y + rng.standard_t(4, size=n)
    intervals = {}
    for name, of in [
        ("rmse", lambda y, p: np.sqrt(np.mean((y - p) ** 2))),
        ("mae", lambda y, p: np.mean(np.abs(y - p))),
        ("median_absolute_error", lambda y, p: np.median(np.abs(y - p))),
        ("r2", m.r2_score),
        ("mape", lambda y, p: np.mean(np.abs(y - p) / np.abs(y))),
    ]:
        ci = stats.bootstrap((y, p), of, n_resamples=resamples, paired=True, vectorized=False, method="percentile",
                             confidence_level=0.95, random_state=1).confidence_interval
        intervals[name] = [ci.low, ci.high]
    cases.append({"task": "regression", "nClasses": 1, "target": y.tolist(), "prediction": p.tolist(), "intervals": intervals})
    for task, k, names in [
        ("binary", 2, ["average_precision", "log_loss", "brier_score", "f1", "mcc", "balanced_accuracy"]),
        ("multiclass", 4, ["log_loss", "f1", "balanced_accuracy"]),
    ]:
        y = rng.integers(0, k, size=n) if k > 2 else (rng.random(n) < 0.3).astype(int)
        p = probabilities(rng, y, k, 1.2)
        draws = {name: [] for name in names}
        of = {
            "average_precision": lambda y, p, d: m.average_precision_score(y, p[:, 1]),
            "log_loss": lambda y, p, d: -np.mean(np.log(p[np.arange(len(y)), y])),
            "brier_score": lambda y, p, d: np.mean((p[:, 1] - y) ** 2),
            "f1": lambda y, p, d: m.f1_score(y, d, average="binary" if k == 2 else "macro"),
            "mcc": lambda y, p, d: m.matthews_corrcoef(y, d),
            "balanced_accuracy": lambda y, p, d: np.mean([np.mean(d[y == c] == c) for c in range(k)]),
        }
        decided = (p[:, 1] >= 0.5).astype(int) if k == 2 else p.argmax(axis=1)
        for _ in range(resamples):
            rows = rng.integers(0, n, size=n)
            for name in names:
                draws[name].append(of[name](y[rows], p[rows], decided[rows]))
        cases.append({"task": task, "nClasses": k, "target": y.tolist(), "prediction": p.ravel().tolist(),
                      "intervals": {name: np.percentile(values, [2.5, 97.5]).tolist() for name, values in draws.items()}})
    save("bootstrap.json", cases)
    studentised(np.random.default_rng(12))


def studentised(rng):
    """Bootstrap-t intervals on the logarithm from 20,000 resamples; the standard error is that of the influence values,
    of whole groups of eight rows in the last case. The upper end of the logarithm leaves room for half of another unit as large as
    the largest (decision 31)."""
    n, resamples = 160, 20000
    y = np.exp(rng.normal(3, 0.5, size=n))
    p = y * np.exp(rng.normal(0, 0.4, size=n))
    squared, absolute = (y - p) ** 2, np.abs(y - p)

    def plain(rows, values):
        mean = values[rows].mean()
        return np.log(mean), values[rows] / mean - 1

    def share(rows, values):
        mean, spread = values[rows].mean(), (y[rows] - y[rows].mean()) ** 2
        return np.log(mean / spread.mean()), values[rows] / mean - spread / spread.mean()

    cases = []
    for name, of, values, back, size in [
        ("rmse", plain, squared, lambda log: np.exp(log / 2), 1),
        ("mae", plain, absolute, np.exp, 1),
        ("r2", share, squared, lambda log: 1 - np.exp(log), 1),
        ("mae", plain, absolute, np.exp, 8),
    ]:
        def measure(rows):
            log, influence = of(rows, values)
            return log, np.sqrt(np.sum(influence.reshape(-1, size).sum(axis=1) ** 2)) / n

        units = np.arange(n).reshape(-1, size)
        log, error = measure(units.ravel())
        ts = []
        for _ in range(resamples):
            one, its = measure(units[rng.integers(0, len(units), size=len(units))].ravel())
            ts.append((one - log) / its)
        low, high = np.percentile(ts, [2.5, 97.5])
        sums = values.reshape(-1, size).sum(axis=1)
        unseen = np.log1p(0.5 * sums.max() / sums.sum())
        ends = sorted([float(back(log - high * error)), float(back(log - low * error + unseen))])
        cases.append({"metric": name, "groupSize": size, "interval": ends})
    save("studentised.json", {"target": y.tolist(), "prediction": p.tolist(), "cases": cases})


scores()
quantiles()
wilson()
corrected()
bootstraps()
