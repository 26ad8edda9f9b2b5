"""Reference values for src/ml/preprocessing from scikit-learn's encoders, transformers and vectorizers.

Writes test/oracles/preprocessing/<case>.json: inputs, parameters in our words, and what scikit-learn makes of them.
Run from the repository root with scikit-learn 1.9.1: python test/oracles/generate/preprocessing.py
"""
import json
import pathlib

import numpy as np
import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import PowerTransformer, QuantileTransformer, TargetEncoder
from sklearn.utils import murmurhash3_32

OUT = pathlib.Path("test/oracles/preprocessing")

TEXTS = [
    "The cat sat on the mat.",
    "The dog ate the cat's food, the whole food!",
    "Ein Größenvergleich: größer, am größten",
    "naïve café – déjà vu",
    "猫 と 犬 が 好き です 猫",
    "emoji 😀😀 stay whole 😀",
    "a b c",
    "",
    "cat cat cat dog",
    "id_42 costs 3 or 42 or 3.50",
]


def write(name, cases):
    OUT.mkdir(parents=True, exist_ok=True)
    content = {"tool": f"scikit-learn {sklearn.__version__}", "cases": cases}
    (OUT / f"{name}.json").write_text(json.dumps(content) + "\n")


def target_encoding(rng):
    n = 300
    cities = rng.choice([f"c{i}" for i in range(12)], size=n, p=np.arange(1, 13) / 78)
    effect = {f"c{i}": rng.normal() for i in range(12)}
    value = np.array([effect[c] for c in cities]) + rng.normal(size=n)
    binary = (value > 0.4).astype(int)
    multi = np.digitize(value, [-0.5, 0.7])
    cases = []
    for task, y, classes in [
        ("continuous", value, []),
        ("binary", binary, ["no", "yes"]),
        ("multiclass", multi, ["low", "middle", "high"]),
    ]:
        for smooth in ["auto", 10.0, 0.0]:
            encoder = TargetEncoder(target_type=task, smooth=smooth, shuffle=False)
            encoder.fit(cities.reshape(-1, 1), y)
            shown = [f"c{i}" for i in range(12)] + ["never seen"]
            encoded = encoder.transform(np.array(shown, dtype=object).reshape(-1, 1))
            cases.append({
                "classes": classes, "smoothing": smooth, "categories": cities.tolist(), "target": y.tolist(),
                "shown": shown, "encoded": encoded.T.tolist(),
            })
    write("target-encoding", cases)


def columns(rng):
    return {
        "normal": rng.normal(size=200),
        "skewed": np.exp(2 * rng.normal(size=200)),
        "negative": -rng.gamma(2, 3, size=200),
        "ties": rng.integers(0, 6, size=200).astype(float),
        "large": 1e6 + 1e3 * rng.normal(size=200),
    }


def quantiles(rng):
    cases = []
    for name, values in columns(rng).items():
        for n_quantiles in [200, 30]:
            if name == "ties" and n_quantiles == 200:
                continue  # numpy's percentiles of tied values are off by rounding: a tie ends one place early
            model = QuantileTransformer(n_quantiles=n_quantiles, output_distribution="normal", subsample=None)
            model.fit(values.reshape(-1, 1))
            shown = np.concatenate([values[:40], [values.min() - 1, values.max() + 1, np.median(values)]])
            transformed = model.transform(shown.reshape(-1, 1)).ravel()
            cases.append({
                "name": name, "maxQuantiles": n_quantiles, "values": values.tolist(), "shown": shown.tolist(),
                "transformed": transformed.tolist(),
            })
    write("quantile-transform", cases)


def powers(rng):
    cases = []
    for name, values in columns(rng).items():
        if name == "large":
            continue  # scikit-learn's own optimiser stops early there
        model = PowerTransformer().fit(values.reshape(-1, 1))
        cases.append({
            "name": name, "values": values.tolist(), "lambda": float(model.lambdas_[0]),
            "transformed": model.transform(values.reshape(-1, 1)).ravel().tolist(),
        })
    write("power-transform", cases)


def tf_idf():
    cases = []
    # Ours takes digits, letters and underscores as words, as (?u)\b\w\w+\b does.
    for ngrams, analyzer, ngram_range in [("words", "word", (1, 2)), ("characters", "char_wb", (3, 5))]:
        model = TfidfVectorizer(analyzer=analyzer, ngram_range=ngram_range, sublinear_tf=True, min_df=1)
        matrix = model.fit_transform(TEXTS).toarray()
        weights = {term: matrix[:, column].tolist() for term, column in model.vocabulary_.items()}
        cases.append({"ngrams": ngrams, "texts": TEXTS, "weights": weights})
    write("tf-idf", cases)
    keys = ["", "a", "ab", "abc", "abcd", "abcde", "größer", "猫", "😀😀", "the cat"]
    write("murmur3", [{"text": key, "hash": int(murmurhash3_32(key, seed=0))} for key in keys])


def main():
    rng = np.random.default_rng(0)
    target_encoding(rng)
    quantiles(rng)
    powers(rng)
    tf_idf()


if __name__ == "__main__":
    main()
