"""What well-known single models reach: `quality_peers.py FOLDER TARGET TASK BUDGET SEED THREADS`.

FOLDER is what quality_split.py wrote. Prints JSON: for each peer what quality_judge.py says of it, and how long it took.

- xgboost: tuned by Optuna's TPE for BUDGET seconds of wall time, loss by 5-fold cross-validation (one holdout of 20% where
  rows x outputs are more than 20,000) with early stopping; then fitted again on all rows, outside the budget.
- hgb: HistGradientBoosting with its defaults and native categories.
- forest: 300 trees, one-hot, medians for what is missing.
- linear: LogisticRegressionCV (log loss) or RidgeCV, one-hot, medians with indicators, scaled.
"""
import json
import os
import sys
import time
import warnings

import numpy as np
import optuna
import pandas as pd
import xgboost
from sklearn.compose import make_column_transformer
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegressionCV, RidgeCV
from sklearn.model_selection import KFold, StratifiedKFold, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from quality_judge import judge_classes, judge_values

N_FOLDS = 5
CROSS_VALIDATED_SIZE = 20_000
MAX_ROUNDS = 3000
PATIENCE = 30


class Problem:
    """`train` and `test`: float columns, and categories known from the training rows. `y`: values or class numbers."""

    def __init__(self, folder, target, task):
        # Only an empty cell is missing: "NA" and "None" are categories in some of these tables.
        read = lambda name: pd.read_csv(
            os.path.join(folder, name), dtype=str, keep_default_na=False, na_values=[""]
        )
        train, test = read("train.csv"), read("test.csv")
        self.task = task
        self.truth = read("truth.csv")[target].tolist()
        labels = train.pop(target)
        if task == "regression":
            self.y = labels.astype(float).to_numpy()
            self.classes = None
        else:
            self.classes = sorted(labels.unique())
            self.y = labels.map(self.classes.index).to_numpy()
        columns = {name: typed(train[name], test[name]) for name in train}
        self.train = pd.DataFrame({name: pair[0] for name, pair in columns.items()})
        self.test = pd.DataFrame({name: pair[1] for name, pair in columns.items()})
        self.categorical = [name for name in self.train if self.train[name].dtype == "category"]
        self.numeric = [name for name in self.train if name not in self.categorical]

    @property
    def n_outputs(self):
        return len(self.classes) if self.classes and len(self.classes) > 2 else 1

    def judge(self, predictions):
        """predictions: values, or probabilities (n, classes)."""
        if self.classes is None:
            return judge_values(self.truth, predictions)
        return judge_classes(self.truth, self.classes, predictions)

    def codes(self, frame):
        """Categories as float codes, as HistGradientBoosting wants them."""
        coded = frame.copy()
        for name in self.categorical:
            codes = frame[name].cat.codes.astype(float)
            coded[name] = codes.where(codes >= 0)
        return coded.astype(float)


def typed(train, test):
    try:
        return pd.to_numeric(train).astype(float), pd.to_numeric(test, errors="coerce").astype(float)
    except ValueError:
        kind = pd.CategoricalDtype(sorted(train.dropna().unique()))
        return train.astype(kind), test.astype(kind)


def one_hot(problem, scaled):
    steps = [SimpleImputer(strategy="median", add_indicator=scaled)] + ([StandardScaler()] if scaled else [])
    as_text = lambda frame: frame.astype(object).where(frame.notna(), "missing").astype(str)
    return make_column_transformer(
        (make_pipeline(*steps), problem.numeric),
        (
            make_pipeline(FunctionTransformer(as_text), OneHotEncoder(handle_unknown="ignore", min_frequency=3)),
            problem.categorical,
        ),
    )


def predictions_of(model, features):
    return model.predict_proba(features) if hasattr(model, "predict_proba") else model.predict(features)


def fit_hgb(problem, seed, threads):
    make = HistGradientBoostingRegressor if problem.classes is None else HistGradientBoostingClassifier
    mask = [name in problem.categorical for name in problem.train]
    model = make(categorical_features=mask if any(mask) else None, random_state=seed)
    model.fit(problem.codes(problem.train), problem.y)
    return predictions_of(model, problem.codes(problem.test))


def fit_forest(problem, seed, threads):
    make = RandomForestRegressor if problem.classes is None else RandomForestClassifier
    model = make_pipeline(one_hot(problem, scaled=False), make(300, n_jobs=threads, random_state=seed))
    return predictions_of(model.fit(problem.train, problem.y), problem.test)


def fit_linear(problem, seed, threads):
    if problem.classes is None:
        model = RidgeCV(alphas=np.logspace(-3, 4, 15))
    else:
        model = LogisticRegressionCV(Cs=10, cv=N_FOLDS, scoring="neg_log_loss", max_iter=2000, n_jobs=threads)
    return predictions_of(
        make_pipeline(one_hot(problem, scaled=True), model).fit(problem.train, problem.y), problem.test
    )


class StopAt(xgboost.callback.TrainingCallback):
    def __init__(self, deadline):
        super().__init__()
        self.deadline = deadline

    def after_iteration(self, model, epoch, evals_log):
        return time.monotonic() > self.deadline


class TunedXGBoost:
    def __init__(self, problem, budget, seed, threads):
        self.problem = problem
        self.seed = seed
        self.deadline = time.monotonic() + budget
        # Penalties mean the same for every target: values are standardised.
        self.shift, self.scale = (problem.y.mean(), problem.y.std()) if problem.classes is None else (0, 1)
        self.y = (problem.y - self.shift) / self.scale
        self.fixed = {"tree_method": "hist", "nthread": threads, "seed": seed, "verbosity": 0}
        if problem.classes is None:
            self.fixed |= {"objective": "reg:squarederror", "eval_metric": "rmse", "base_score": 0.0}
        elif problem.n_outputs == 1:
            self.fixed |= {"objective": "binary:logistic", "eval_metric": "logloss"}
        else:
            self.fixed |= {"objective": "multi:softprob", "eval_metric": "mlogloss", "num_class": problem.n_outputs}

    def matrix(self, frame, y=None):
        return xgboost.DMatrix(frame, label=y, enable_categorical=True)

    def folds(self):
        n = len(self.y)
        classes = None if self.problem.classes is None else self.problem.y
        if n * self.problem.n_outputs > CROSS_VALIDATED_SIZE:
            parts = [train_test_split(np.arange(n), test_size=0.2, random_state=self.seed, stratify=classes)]
        elif classes is None:
            parts = KFold(N_FOLDS, shuffle=True, random_state=self.seed).split(self.y)
        else:
            parts = StratifiedKFold(N_FOLDS, shuffle=True, random_state=self.seed).split(self.y, classes)
        frame = self.problem.train
        return [
            (self.matrix(frame.iloc[a], self.y[a]), self.matrix(frame.iloc[b], self.y[b])) for a, b in parts
        ]

    def objective(self, trial, folds):
        parameters = self.fixed | {
            "eta": trial.suggest_float("eta", 0.02, 0.3, log=True),
            "max_depth": trial.suggest_int("max_depth", 2, 10),
            "min_child_weight": trial.suggest_float("min_child_weight", 0.1, 64, log=True),
            "subsample": trial.suggest_float("subsample", 0.5, 1),
            "colsample_bytree": trial.suggest_float("colsample_bytree", 0.3, 1),
            "lambda": trial.suggest_float("lambda", 1e-3, 100, log=True),
            "alpha": trial.suggest_float("alpha", 1e-4, 10, log=True),
            "gamma": trial.suggest_float("gamma", 1e-4, 5, log=True),
        }
        if self.problem.categorical:
            parameters["max_cat_to_onehot"] = trial.suggest_int("max_cat_to_onehot", 2, 64, log=True)
        losses, rounds = [], []
        for k, (train, validation) in enumerate(folds):
            model = xgboost.train(
                parameters,
                train,
                MAX_ROUNDS,
                evals=[(validation, "validation")],
                early_stopping_rounds=PATIENCE,
                verbose_eval=False,
                callbacks=[StopAt(self.deadline)],
            )
            # A fit that the clock stopped in its first rounds knows no best one.
            losses.append(getattr(model, "best_score", np.inf))
            rounds.append(getattr(model, "best_iteration", 0) + 1)
            # What the clock cut short is judged as it is, but only if it was the last fold.
            if k + 1 < len(folds):
                trial.report(np.mean(losses), k)
                if time.monotonic() > self.deadline or trial.should_prune():
                    raise optuna.TrialPruned()
        trial.set_user_attr("parameters", parameters)
        trial.set_user_attr("rounds", round(np.mean(rounds)))
        return np.mean(losses)

    def predictions(self):
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        study = optuna.create_study(
            sampler=optuna.samplers.TPESampler(multivariate=True, seed=self.seed),
            pruner=optuna.pruners.MedianPruner(),
        )
        first = {"eta": 0.1, "max_depth": 6, "min_child_weight": 1, "subsample": 0.8, "colsample_bytree": 0.8}
        penalties = {"lambda": 1, "alpha": 1e-3, "gamma": 1e-3}
        onehot = {"max_cat_to_onehot": 4} if self.problem.categorical else {}
        study.enqueue_trial(first | penalties | onehot)
        folds = self.folds()
        study.optimize(
            lambda trial: self.objective(trial, folds), timeout=max(1.0, self.deadline - time.monotonic())
        )
        finished = [trial for trial in study.trials if trial.state == optuna.trial.TrialState.COMPLETE]
        if finished:
            parameters = study.best_trial.user_attrs["parameters"]
            rounds = study.best_trial.user_attrs["rounds"]
        else:
            parameters, rounds = self.fixed, 100
        model = xgboost.train(parameters, self.matrix(self.problem.train, self.y), rounds)
        raw = model.predict(self.matrix(self.problem.test))
        about = {"trials": len(study.trials), "completed": len(finished), "rounds": rounds}
        about |= {name: value for name, value in parameters.items() if name not in self.fixed}
        if self.problem.classes is None:
            return raw * self.scale + self.shift, about
        return (np.column_stack([1 - raw, raw]) if self.problem.n_outputs == 1 else raw), about


def main():
    warnings.simplefilter("ignore")
    folder, target, task, budget, seed, threads = sys.argv[1:]
    seed, threads = int(seed), int(threads)
    problem = Problem(folder, target, task)
    peers = {}

    def add(name, predict):
        start = time.monotonic()
        predictions, about = predict()
        seconds = time.monotonic() - start
        peers[name] = problem.judge(predictions) | {"seconds": seconds, "about": about}

    add("xgboost", TunedXGBoost(problem, float(budget), seed, threads).predictions)
    for name, fit in {"hgb": fit_hgb, "forest": fit_forest, "linear": fit_linear}.items():
        add(name, lambda: (fit(problem, seed, threads), {}))
    print(json.dumps(peers))


main()
