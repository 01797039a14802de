"""Trains SetFit on a CSV file of few rows and prints what it answers for the test rows:
setfit_peer.py ITERATIONS SEED THREADS BASE TRAIN TEST, where ITERATIONS 0 leaves SetFit all its defaults.

Needs: setfit==1.2.0, sentence-transformers==6.2.0, transformers==5.24.0, torch==2.15.0, datasets==5.2.0.
"""

import csv
import json
import sys
import tempfile
import time

import datasets
import setfit
import torch
import transformers

iterations, seed, threads, base, train_file, test_file = sys.argv[1:7]
torch.set_num_threads(int(threads))
transformers.set_seed(int(seed))


def rows(file):
    with open(file, encoding="utf-8", newline="") as lines:
        return [(row["text"], row["category"]) for row in csv.DictReader(lines)]


train, test = rows(train_file), rows(test_file)
model = setfit.SetFitModel.from_pretrained(base)
with tempfile.TemporaryDirectory() as folder:
    arguments = setfit.TrainingArguments(
        folder,
        num_iterations=int(iterations) or None,
        seed=int(seed),
        save_strategy="no",
        logging_strategy="no",
        report_to="none",
        show_progress_bar=False,
    )
    columns = {"text": [text for text, _ in train], "label": [label for _, label in train]}
    trainer = setfit.Trainer(model=model, args=arguments, train_dataset=datasets.Dataset.from_dict(columns))
    trainer.train()
    trained = time.process_time()
    predicted = [str(label) for label in model.predict([text for text, _ in test])]
steps = trainer.st_trainer.state.global_step
version = f"setfit {setfit.__version__}, torch {torch.__version__}"
print(json.dumps({"predicted": predicted, "steps": steps, "processorSeconds": trained, "version": version}))
