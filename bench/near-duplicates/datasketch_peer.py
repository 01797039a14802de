"""datasketch's MinHashLSH on the texts that run.mjs wrote, with the same shingles: what most Python programs use.

pip install datasketch==2.0.0

python datasketch_peer.py TEXTS.json
Each text is looked up among those before it, and the candidates are verified on the whole sets, as ours are. Seconds and texts that are like an
earlier one, as JSON
"""

import json
import sys
import time
from pathlib import Path

from datasketch import MinHash, MinHashLSH

texts = json.loads(Path(sys.argv[1]).read_text())
start = time.perf_counter()
lsh = MinHashLSH(params=(20, 5), num_perm=100)
sets, grouped = [], 0
for number, text in enumerate(texts):
    plain = text.lower()
    shingles = {plain[at : at + 5] for at in range(max(1, len(plain) - 4))}
    sets.append(shingles)
    signature = MinHash(num_perm=100)
    signature.update_batch([shingle.encode() for shingle in shingles])
    others = (sets[other] for other in lsh.query(signature))
    grouped += any(len(shingles & other) >= 0.8 * len(shingles | other) for other in others)
    lsh.insert(number, signature)
print(json.dumps({"seconds": time.perf_counter() - start, "grouped": grouped}))
