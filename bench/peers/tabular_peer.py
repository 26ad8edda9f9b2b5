"""A peer's side of the tabular bench: `tabular_peer.py ENGINE THREADS` speaks the protocol of contender.ts.

Every engine gets 100 trees of 31 leaves grown leaf by leaf, 255 bins, learning rate 0.1, at least 20 rows a leaf, no L2,
no early stopping and no sampling. OMP_NUM_THREADS is set by the caller, before any library starts its threads.

A `way` is one of several calls of a library that lead to the same kind of model; the warm-up tries each, and the fastest
is what is timed afterwards. Features are float32, row by row (C order), as people hand them over; libraries that want
something else convert inside the time.
"""
import json
import os
import resource
import sys
import time
import warnings

import numpy as np

WARM_TREES = 10
SEED = 1


class Data:
    """Rows as the engines take them. `x` float32 (n, columns); `frame` the same with pandas' category type."""

    def __init__(self, path, n, categories):
        # Filled column by column, so that the files are never in memory twice.
        self.x = np.empty((n, len(categories)), dtype=np.float32)
        with open(path, "rb") as file:
            for j in range(len(categories)):
                self.x[:, j] = np.fromfile(file, dtype="<f4", count=n)
        self.categories = categories
        self._frame = None

    @property
    def frame(self):
        if self._frame is None:
            import pandas as pd

            def column(j):
                values, count = self.x[:, j], self.categories[j]
                if count == 0:
                    return values
                codes = np.where(np.isnan(values), -1, values).astype(np.int16)
                return pd.Categorical.from_codes(codes, categories=range(count))

            self._frame = pd.DataFrame({f"x{j}": column(j) for j in range(len(self.categories))})
            self.x = None
        return self._frame

    @property
    def categorical(self):
        return [j for j, count in enumerate(self.categories) if count > 0]


class XGBoost:
    """`min_child_weight` counts hessians, not rows. A row's hessian is at most 0.25, so 5 stands for 20 rows in the first
    tree, and for a few more as the model grows sure of itself."""

    fit_ways = ["QuantileDMatrix", "DMatrix"]
    predict_ways = ["inplace_predict", "DMatrix"]

    def __init__(self, threads):
        import xgboost

        self.xgboost = xgboost
        self.threads = threads
        xgboost.set_config(verbosity=0)

    def prepare(self, data):
        """Once per data set, untimed: a data frame where there are categories, for they need its types."""
        return data.frame if data.categorical else data.x

    def fit(self, features, data, y, weights, trees, way):
        options = {"label": y, "weight": weights, "nthread": self.threads, "enable_categorical": bool(data.categorical)}
        if way == "DMatrix":
            matrix = self.xgboost.DMatrix(features, **options)
        else:
            matrix = self.xgboost.QuantileDMatrix(features, max_bin=255, **options)
        parameters = {
            "objective": "binary:logistic",
            "tree_method": "hist",
            "grow_policy": "lossguide",
            "max_leaves": 31,
            "max_depth": 0,
            "max_bin": 255,
            "eta": 0.1,
            "min_child_weight": 5,
            "lambda": 0,
            "nthread": self.threads,
            "seed": SEED,
        }
        return self.xgboost.train(parameters, matrix, num_boost_round=trees)

    def predict(self, model, features, data, way):
        model.set_param({"nthread": 1})
        if way == "inplace_predict":
            return model.inplace_predict(features)
        matrix = self.xgboost.DMatrix(features, nthread=1, enable_categorical=bool(data.categorical))
        return model.predict(matrix)


class Sklearn:
    fit_ways = ["fit"]
    predict_ways = ["predict_proba"]

    def __init__(self, threads):
        from sklearn.ensemble import HistGradientBoostingClassifier

        self.classifier = HistGradientBoostingClassifier

    def prepare(self, data):
        return data.x

    def fit(self, features, data, y, weights, trees, way):
        model = self.classifier(
            max_iter=trees,
            max_leaf_nodes=31,
            max_bins=255,
            learning_rate=0.1,
            min_samples_leaf=20,
            l2_regularization=0,
            early_stopping=False,
            categorical_features=data.categorical or None,
            random_state=SEED,
        )
        return model.fit(features, y, sample_weight=weights)

    def predict(self, model, features, data, way):
        return model.predict_proba(features)[:, 1]


class LightGBM:
    """The layout of the histograms is chosen by the warm-up, which spares the fit LightGBM's own trial."""

    fit_ways = ["force_col_wise", "force_row_wise"]
    predict_ways = ["predict"]

    def __init__(self, threads):
        import lightgbm

        self.lightgbm = lightgbm
        self.threads = threads

    def prepare(self, data):
        return data.x

    def fit(self, features, data, y, weights, trees, way):
        parameters = {
            "objective": "binary",
            "num_leaves": 31,
            "max_bin": 255,
            "learning_rate": 0.1,
            "min_data_in_leaf": 20,
            "lambda_l2": 0,
            "num_threads": self.threads,
            "seed": SEED,
            "verbosity": -1,
            way: True,
        }
        rows = self.lightgbm.Dataset(
            features, y, weight=weights, categorical_feature=data.categorical, params=parameters
        )
        return self.lightgbm.train(parameters, rows, num_boost_round=trees)

    def predict(self, model, features, data, way):
        return model.predict(features, num_threads=1)


class Peer:
    def __init__(self, engine, threads):
        self.engine = engine
        self.threads = threads
        self.test = None
        self.predict_way = engine.predict_ways[0]

    def load(self, folder, test):
        with open(os.path.join(folder, "description.json")) as file:
            about = json.load(file)
        self.train = self.test = self.features = self.model = None  # frees what was loaded before
        self.train = Data(os.path.join(folder, "train.f32"), about["nTrain"], about["nCategories"])
        self.y = np.fromfile(os.path.join(folder, "train-target.f32"), dtype="<f4")
        weights = os.path.join(folder, "train-weights.f32")
        self.weights = np.fromfile(weights, dtype="<f4") if about["weighted"] else None
        self.features = self.engine.prepare(self.train)
        if test:
            self.test = Data(os.path.join(folder, "test.f32"), about["nTest"], about["nCategories"])
            self.test_features = self.engine.prepare(self.test)
        return {}

    def warm(self):
        fits = {way: self.fit(WARM_TREES, way)["seconds"] for way in self.engine.fit_ways}
        if self.test:
            predictions = {way: self.seconds_to_predict(way)[0] for way in self.engine.predict_ways}
            self.predict_way = min(predictions, key=predictions.get)
        return {"way": min(fits, key=fits.get)}

    def fit(self, trees, way):
        self.model = None
        start = time.perf_counter()
        self.model = self.engine.fit(self.features, self.train, self.y, self.weights, trees, way)
        return {"seconds": time.perf_counter() - start, "threadsUsed": self.threads}

    def predict(self, out):
        seconds, probabilities = self.seconds_to_predict(self.predict_way)
        probabilities.astype("<f8").tofile(out)
        return {"seconds": seconds}

    def seconds_to_predict(self, way):
        start = time.perf_counter()
        probabilities = self.engine.predict(self.model, self.test_features, self.test, way)
        return time.perf_counter() - start, probabilities

    def memory(self):
        return {"peakMb": peak_resident_mb()}


def peak_resident_mb():
    """VmHWM where there is one: ru_maxrss may be what the parent had before it became this program."""
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 1024)


def main():
    warnings.simplefilter("ignore")
    # Replies have the pipe for themselves: what libraries print goes to stderr.
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    threads = int(sys.argv[2])
    peer = Peer({"xgboost": XGBoost, "sklearn": Sklearn, "lightgbm": LightGBM}[sys.argv[1]](threads), threads)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            reply = getattr(peer, request.pop("do"))(**request)
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


main()
