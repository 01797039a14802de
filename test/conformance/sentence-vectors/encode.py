"""Prints the vectors that sentence-transformers gives to texts, as JSON: encode.py FOLDER TEXTS, where TEXTS is a JSON list."""

import json
import sys

from sentence_transformers import SentenceTransformer

folder, texts = sys.argv[1], json.loads(sys.argv[2])
print(json.dumps(SentenceTransformer(folder, device="cpu").encode(texts).tolist()))
