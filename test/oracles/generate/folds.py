"""Sizes of scikit-learn's repeated stratified folds and of its splits by time with a gap."""
import json
import pathlib

import numpy as np
import sklearn
from sklearn.model_selection import RepeatedStratifiedKFold, TimeSeriesSplit

OUT = pathlib.Path(__file__).parent.parent / 'model-selection' / 'folds.json'


def repeated(counts, n_splits, n_repeats):
    target = np.repeat(np.arange(len(counts)), counts)
    split = RepeatedStratifiedKFold(n_splits=n_splits, n_repeats=n_repeats, random_state=1)
    folds = [np.bincount(target[test], minlength=len(counts)).tolist() for _, test in split.split(target, target)]
    return {'counts': counts, 'folds': n_splits, 'repeats': n_repeats, 'judged': folds}


def timed(n, n_splits, gap):
    split = TimeSeriesSplit(n_splits=n_splits, gap=gap)
    parts = [
        {'lastTrained': int(train[-1]), 'trained': len(train), 'firstJudged': int(test[0]), 'judged': len(test)}
        for train, test in split.split(np.zeros((n, 1)))
    ]
    return {'rows': n, 'folds': n_splits, 'gap': gap, 'parts': parts}


OUT.write_text(
    json.dumps(
        {
            'version': sklearn.__version__,
            'repeated': [repeated([60, 40], 5, 3), repeated([75, 20, 5], 5, 4), repeated([31, 17, 12], 3, 2)],
            'timed': [timed(120, 5, 0), timed(120, 5, 7), timed(90, 2, 10), timed(200, 4, 20)],
        },
        indent=1,
    )
    + '\n'
)
