"""How well the last ratings of users are found again by `implicit` and by EASE in NumPy; prints one line of JSON. Run by run.mjs.

Run: pip install implicit==0.7.3 numpy==2.4.6 scipy==1.17.1 pandas==3.1.1 && python peer.py RATINGS.csv LAST RELEVANT THREADS USER ITEM RATING TIME
Settings are chosen on the ratings before the last ones, then the model learns from all but the last.
"""

import json
import os
import sys
import time

path, last, relevant, threads, user, item, rating, moment = sys.argv[1:9]
last, relevant, threads = int(last), float(relevant), int(threads)
os.environ["OPENBLAS_NUM_THREADS"] = str(threads)

import implicit
import numpy as np
import pandas
from scipy import sparse

TOP = 10
DISCOUNT = 1 / np.log2(np.arange(2, TOP + 2))
table = pandas.read_csv(path).sort_values(moment, kind="stable").reset_index(drop=True)
# How many of a user's ratings are later.
later = table.groupby(user).cumcount(ascending=False)


class Split:
    """Ratings that are learnt from, and liked ones that are to be found."""

    def __init__(self, known, asked):
        self.users = {name: i for i, name in enumerate(known[user].unique())}
        self.items = {name: i for i, name in enumerate(known[item].unique())}
        shape = (len(self.users), len(self.items))
        rows, columns = known[user].map(self.users).values, known[item].map(self.items).values
        self.seen = sparse.csr_matrix((np.ones(len(known), np.float32), (rows, columns)), shape=shape)
        liked = known[rating].values >= relevant
        self.liked = sparse.csr_matrix((np.ones(liked.sum(), np.float32), (rows[liked], columns[liked])), shape=shape)
        self.asked = asked[asked[rating] >= relevant]

    def ndcg(self, scores):
        scores = np.asarray(scores, dtype=np.float32).copy()
        scores[self.seen.nonzero()] = -np.inf
        top = np.argsort(-scores, axis=1)[:, :TOP]
        found = []
        for name, rows in self.asked.groupby(user):
            if name not in self.users:
                continue
            # An item that nobody rated before can be found by none of them; it counts.
            wanted = {self.items.get(each, -1 - i) for i, each in enumerate(rows[item])}
            place = self.users[name]
            gain = sum(DISCOUNT[k] for k, each in enumerate(top[place]) if each in wanted)
            found.append(gain / DISCOUNT[: min(TOP, len(wanted))].sum())
        return float(np.mean(found))


def ease(split, strength):
    gram = (split.liked.T @ split.liked).toarray()
    gram[np.diag_indices_from(gram)] += strength
    inverse = np.linalg.inv(gram)
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return split.liked @ weights


def cosine(split, neighbours):
    model = implicit.nearest_neighbours.CosineRecommender(K=neighbours, num_threads=threads)
    model.fit(split.liked, show_progress=False)
    return (split.liked @ model.similarity).toarray()


def als(split, setting):
    alpha, regularization = setting
    model = implicit.als.AlternatingLeastSquares(
        factors=64, alpha=alpha, regularization=regularization, iterations=15, random_state=7, use_gpu=False, num_threads=threads
    )
    model.fit(split.liked, show_progress=False)
    return model.user_factors @ model.item_factors.T


PEERS = {
    "EASE, NumPy": (ease, [50, 150, 400]),
    "implicit, cosine": (cosine, [100, 300]),
    "implicit, ALS": (als, [(alpha, strength) for alpha in (1, 10, 40) for strength in (0.1, 1, 10)]),
}
choosing = Split(table[later >= 2 * last], table[(later >= last) & (later < 2 * last)])
final = Split(table[later >= last], table[later < last])
found = {}
for name, (fit, settings) in PEERS.items():
    start = time.perf_counter()
    quality = [choosing.ndcg(fit(choosing, setting)) for setting in settings]
    best = settings[int(np.argmax(quality))]
    fitting = time.perf_counter()
    scores = fit(final, best)
    end = time.perf_counter()
    found[f"{name} {best}"] = {"value": final.ndcg(scores), "seconds": end - start, "fit": end - fitting}
print(json.dumps(found))
