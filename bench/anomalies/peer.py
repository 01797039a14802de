"""What scikit-learn and PyOD make of a table: oddness of test rows by detectors that learnt from the training rows, without labels.

Run: pip install scikit-learn==1.9.1 pyod==3.6.7 pandas==3.1.1 && python peer.py TRAIN.csv TEST.csv SEED
Prints {detector: {scores, seconds}} as JSON. Missing numbers become the median, categories how rare they are, for all alike; what measures distances
sees standardised columns.
"""

import json
import sys
import time
import warnings

import numpy as np
import pandas
from pyod.models.copod import COPOD
from pyod.models.ecod import ECOD
from pyod.models.knn import KNN
from pyod.models.pca import PCA
from sklearn.ensemble import IsolationForest
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
train, test = (pandas.read_csv(path).drop(columns="label") for path in sys.argv[1:3])
seed = int(sys.argv[3])


def columns_of(column):
    known, asked = train[column], test[column]
    if pandas.api.types.is_numeric_dtype(known):
        return known.fillna(known.median()), asked.fillna(known.median())
    shares = known.astype(str).value_counts(normalize=True)
    rarity = lambda values: -np.log(values.astype(str).map(shares).fillna(1 / (len(known) + 1)).astype(float))
    return rarity(known), rarity(asked)


pairs = [columns_of(column) for column in train.columns]
known, asked = (np.column_stack([pair[i] for pair in pairs]).astype(float) for i in (0, 1))
scaler = StandardScaler().fit(known)
scaled = [scaler.transform(known), scaler.transform(asked)]
result = {}


def measure(name, model, rows):
    start = time.perf_counter()
    model.fit(rows[0])
    scores = -model.score_samples(rows[1]) if name == "scikit-learn" else model.decision_function(rows[1])
    result[name] = {"scores": scores.tolist(), "seconds": time.perf_counter() - start}


measure("scikit-learn", IsolationForest(n_estimators=200, random_state=seed), (known, asked))
measure("PyOD ECOD", ECOD(), (known, asked))
measure("PyOD COPOD", COPOD(), (known, asked))
measure("PyOD kNN", KNN(), scaled)
measure("PyOD PCA", PCA(random_state=seed), scaled)
print(json.dumps(result))
