"""Fine-tunes a published encoder on a CSV file by transformers' Trainer and prints its test accuracy:
trainer_peer.py WAY EPOCHS SEED THREADS BASE TRAIN TEST, where WAY is eager or compiled.

Needs: torch==2.15.0, transformers==5.24.0, accelerate==1.15.0.
"""

import csv
import json
import sys
import tempfile

import accelerate
import torch
import transformers

way, epochs, seed, threads, base, train_file, test_file = sys.argv[1:8]
torch.set_num_threads(int(threads))
if way == "compiled":
    # Batches differ in length: one program for every length, instead of one for the first and another when a second comes.
    torch._dynamo.config.assume_static_by_default = False
transformers.set_seed(int(seed))


def rows(file):
    with open(file, encoding="utf-8", newline="") as lines:
        return [(row["text"], row["category"]) for row in csv.DictReader(lines)]


train, test = rows(train_file), rows(test_file)
labels = sorted({label for _, label in train})
number = {label: i for i, label in enumerate(labels)}
tokenizer = transformers.AutoTokenizer.from_pretrained(base)
model = transformers.AutoModelForSequenceClassification.from_pretrained(base, num_labels=len(labels))


class Rows(torch.utils.data.Dataset):
    def __init__(self, pairs):
        texts = [text for text, _ in pairs]
        self.inputs = tokenizer(texts, truncation=True, max_length=128)["input_ids"]
        self.classes = [number[label] for _, label in pairs]

    def __len__(self):
        return len(self.classes)

    def __getitem__(self, i):
        ids = self.inputs[i]
        return {"input_ids": ids, "attention_mask": [1] * len(ids), "labels": self.classes[i], "length": len(ids)}


with tempfile.TemporaryDirectory() as folder:
    arguments = transformers.TrainingArguments(
        folder,
        num_train_epochs=float(epochs),
        per_device_train_batch_size=32,
        per_device_eval_batch_size=64,
        learning_rate=2e-4,
        lr_scheduler_type="linear",
        warmup_steps=0.1,
        train_sampling_strategy="group_by_length",
        torch_compile=way == "compiled",
        use_cpu=True,
        seed=int(seed),
        save_strategy="no",
        logging_strategy="no",
        report_to=[],
        disable_tqdm=True,
    )
    trainer = transformers.Trainer(
        model,
        arguments,
        train_dataset=Rows(train),
        eval_dataset=Rows(test),
        data_collator=transformers.DataCollatorWithPadding(tokenizer),
        compute_metrics=lambda p: {"accuracy": float((p.predictions.argmax(-1) == p.label_ids).mean())},
    )
    trainer.train()
    accuracy = trainer.evaluate()["eval_accuracy"]
version = f"transformers {transformers.__version__}, torch {torch.__version__}, accelerate {accelerate.__version__}"
print(json.dumps({"accuracy": accuracy, "version": version}))
