"""LightGBM's or scikit-learn's boosted trees on the rows that run.mjs wrote.

pip install lightgbm==4.7.0 scikit-learn==1.9.1 numpy==2.4.6

python tree_peer.py folds ROWS                     5 folds, shuffled, seed 0: the test rows of each, as JSON
python tree_peer.py LIBRARY FOLDER THREADS TIMES   trains TIMES times on FOLDER (problem.json, features.f32, target.f64)
LIBRARY is lightgbm or sklearn; seconds of each training, binning included, and scores of the test rows of each fold, as JSON
"""

import json
import sys
import time
from pathlib import Path

if sys.argv[1] != "folds":
    # scikit-learn takes its threads from here, when it is loaded.
    import os

    os.environ["OMP_NUM_THREADS"] = sys.argv[3]

import numpy as np


def folds(rows):
    from sklearn.model_selection import KFold

    split = KFold(5, shuffle=True, random_state=0).split(np.zeros(rows))
    return [test.tolist() for _, test in split]


def lightgbm_trainer(problem, threads):
    import lightgbm

    objective = "binary" if problem["classes"] else "regression"
    options = {
        "objective": objective,
        "max_bin": 255,
        "num_leaves": 31,
        "num_threads": threads,
        "verbose": -1,
    }

    def train(x, y):
        categories = [i for i, count in enumerate(problem["categories"]) if count > 0]
        data = lightgbm.Dataset(x, y, categorical_feature=categories)
        booster = lightgbm.train(options, data, 100)
        return lambda rows: booster.predict(rows, num_threads=threads)

    return train


def sklearn_trainer(problem, _threads):
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    options = {
        "max_iter": 100,
        "max_leaf_nodes": 31,
        "early_stopping": False,
        "categorical_features": [count > 0 for count in problem["categories"]],
    }

    def train(x, y):
        if problem["classes"]:
            model = HistGradientBoostingClassifier(**options).fit(x, y)
            return lambda rows: model.predict_proba(rows)[:, 1]
        return HistGradientBoostingRegressor(**options).fit(x, y).predict

    return train


TRAINERS = {"lightgbm": lightgbm_trainer, "sklearn": sklearn_trainer}


def run(library, folder, threads, times):
    folder = Path(folder)
    problem = json.loads((folder / "problem.json").read_text())
    y = np.fromfile(folder / "target.f64")
    x = np.fromfile(folder / "features.f32", dtype=np.float32).reshape(len(y), -1)
    train = TRAINERS[library](problem, threads)
    seconds, scores = [], []
    for _ in range(times):
        start = time.perf_counter()
        train(x, y)
        seconds.append(time.perf_counter() - start)
    for test in problem["folds"]:
        rest = np.setdiff1d(np.arange(len(y)), test)
        scores.append(train(x[rest], y[rest])(x[test]).tolist())
    return {"seconds": seconds, "scores": scores}


if sys.argv[1] == "folds":
    print(json.dumps(folds(int(sys.argv[2]))))
else:
    print(json.dumps(run(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))))
