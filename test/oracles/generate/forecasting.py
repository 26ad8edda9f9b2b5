"""Reference values for src/ml/forecasting from statsmodels' ETSModel and the naive formulas of MASE and pinball loss.

Writes test/oracles/forecasting/smoothing.json: per shape the series, smoothing parameters and initial states, the
logarithm of the likelihood and forecasts for those parameters, and the greatest likelihood that statsmodels finds from
the same initial states.
Run from the repository root: /usr/bin/python3 -W ignore test/oracles/generate/forecasting.py
"""
import json
import pathlib

import numpy as np
import statsmodels
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

OUT = pathlib.Path("test/oracles/forecasting")
SEASON = 6
HORIZON = 15


def series(rng, n=90):
    t = np.arange(n)
    season = 1 + 0.25 * np.sin(2 * np.pi * t / SEASON) + 0.1 * (t % SEASON == 2)
    level = 40 + 0.3 * t + np.cumsum(rng.normal(size=n) * 0.6)
    return level * season * np.exp(rng.normal(size=n) * 0.04)


def main():
    rng = np.random.RandomState(3)
    y = series(rng)
    cases = []
    for error in ("add", "mul"):
        for trend, damped in ((None, False), ("add", False), ("add", True)):
            for seasonal in (None, "add", "mul"):
                initial_seasonal = None
                if seasonal:
                    wave = np.sin(2 * np.pi * np.arange(SEASON) / SEASON)
                    initial_seasonal = 8 * wave if seasonal == "add" else 1 + 0.2 * wave
                level, slope = 41.0, 0.25
                model = ETSModel(
                    y,
                    error=error,
                    trend=trend,
                    damped_trend=damped,
                    seasonal=seasonal,
                    seasonal_periods=SEASON if seasonal else None,
                    initialization_method="known",
                    initial_level=level,
                    initial_trend=slope if trend else None,
                    initial_seasonal=initial_seasonal,
                )
                smoothing = {"alpha": 0.35, "beta": 0.0, "gamma": 0.0, "phi": 1.0}
                params = [0.35]
                if trend:
                    smoothing["beta"] = 0.05
                    params.append(0.05)
                if seasonal:
                    smoothing["gamma"] = 0.2
                    params.append(0.2)
                if damped:
                    smoothing["phi"] = 0.9
                    params.append(0.9)
                states = [level] + ([slope] if trend else [])
                if seasonal:
                    states += list(initial_seasonal)
                result = model.smooth(np.array(params + states))
                best = model.fit(disp=False, maxiter=2000)
                cases.append(
                    {
                        "shape": {
                            "error": error,
                            "trend": "damped" if damped else (trend or "none"),
                            "seasonal": seasonal or "none",
                        },
                        "smoothing": smoothing,
                        "start": {
                            "level": level,
                            "trend": slope if trend else 0.0,
                            "seasons": [] if initial_seasonal is None else list(initial_seasonal),
                        },
                        "logLikelihood": float(result.llf),
                        "fitted": np.asarray(result.fittedvalues).tolist(),
                        "forecast": np.asarray(result.forecast(HORIZON)).tolist(),
                        "greatestLogLikelihood": float(best.llf),
                    }
                )
    OUT.mkdir(parents=True, exist_ok=True)
    oracle = {
        "tool": f"statsmodels {statsmodels.__version__}, NumPy {np.__version__}",
        "season": SEASON,
        "values": y.tolist(),
        "cases": cases,
    }
    (OUT / "smoothing.json").write_text(json.dumps(oracle) + "\n")
    for case in cases:
        print(case["shape"], case["logLikelihood"], case["greatestLogLikelihood"])


main()
