"""AutoGluon's preset medium_quality on a table that measured-tables.mjs names.

pip install "autogluon.tabular[lightgbm,catboost,xgboost]==1.6.3"   (no network among its models: those need PyTorch)

python autogluon_peer.py TABLE.csv TARGET YES FOLDER THREADS SECONDS
Trains on each fold's other rows, for SECONDS at most; FOLDER/problem.json has the folds. YES: the label whose probability is wanted, "" where
numbers are predicted. Seconds of each training, and scores of the test rows of each fold, as JSON
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
from autogluon.tabular import TabularPredictor

table, target, yes, folder, threads, limit = sys.argv[1:]
rows = pd.read_csv(table)
folds = json.loads((Path(folder) / "problem.json").read_text())["folds"]
seconds, scores = [], []
for test in folds:
    held = rows.iloc[test]
    rest = rows.drop(index=held.index)
    with tempfile.TemporaryDirectory() as place:
        start = time.perf_counter()
        predictor = TabularPredictor(
            label=target,
            path=place,
            eval_metric="roc_auc" if yes else "r2",
            problem_type="binary" if yes else "regression",
            verbosity=0,
        ).fit(rest, presets="medium_quality", time_limit=int(limit), num_cpus=int(threads))
        seconds.append(time.perf_counter() - start)
        predicted = predictor.predict_proba(held)[yes] if yes else predictor.predict(held)
    scores.append(predicted.tolist())
print(json.dumps({"seconds": seconds, "scores": scores}))
