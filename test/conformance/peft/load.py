"""Loads adapters onto transformers' BERT by PEFT and compares logits: load.py FOLDER TOLERANCE, called by run.mjs."""

import json
import pathlib
import sys

import torch
import transformers
from peft import PeftModel
from safetensors.torch import load_file

folder, tolerance = pathlib.Path(sys.argv[1]), float(sys.argv[2])
task = json.loads((folder / "task.json").read_text())
own = task["config"]
config = transformers.BertConfig(
    vocab_size=own["vocabularySize"],
    hidden_size=own["width"],
    num_hidden_layers=own["layers"],
    num_attention_heads=own["heads"],
    intermediate_size=own["innerWidth"],
    max_position_embeddings=own["positions"],
    type_vocab_size=own["tokenTypes"],
    num_labels=task["classes"],
)
batch = {name: torch.tensor(values).view(task["shape"]) for name, values in task["batch"].items()}
failed = False
for name, expected in task["logits"].items():
    base = transformers.BertForSequenceClassification(config)
    weights = load_file(str(folder / "base" / "adapter_model.safetensors"))
    missing, unexpected = base.load_state_dict(
        {key.removeprefix("base_model.model."): value for key, value in weights.items()}, strict=False
    )
    assert not unexpected and all("position_ids" in key for key in missing), (missing, unexpected)
    with torch.no_grad():
        before = base.eval()(**batch).logits.flatten()
    model = PeftModel.from_pretrained(base, str(folder / name)).eval()
    with torch.no_grad():
        logits = model(**batch).logits.flatten()
        merged = model.merge_and_unload()(**batch).logits.flatten()
    expected = torch.tensor(expected)
    differences = [float((each - expected).abs().max()) for each in (logits, merged)]
    moved = float((before - expected).abs().max())
    print(
        f"{name}: greatest difference of a logit {differences[0]:.2g}, merged by PEFT {differences[1]:.2g}; "
        f"the adapter moved logits by {moved:.2g}"
    )
    # What moved nothing would show nothing.
    failed = failed or max(differences) > tolerance or moved < 1000 * tolerance
sys.exit(failed)
