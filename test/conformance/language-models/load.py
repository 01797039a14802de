"""Opens versions by transformers and compares tokens and logits: load.py TASK TOLERANCE, called by run.mjs."""

import json
import pathlib
import sys

import torch
import transformers

task, tolerance = pathlib.Path(sys.argv[1]), float(sys.argv[2])
OPENED = {
    "causal": transformers.AutoModelForCausalLM,
    "masked": transformers.AutoModelForPreTraining,
    "filled": transformers.AutoModelForMaskedLM,
}
failed = False
for version in json.loads(task.read_text()):
    model, problems = OPENED[version["kind"]].from_pretrained(version["folder"], output_loading_info=True)
    problems = {key: sorted(map(str, value)) for key, value in problems.items() if value}
    tokenizer = transformers.AutoTokenizer.from_pretrained(version["folder"])
    ids = tokenizer(version["text"], add_special_tokens=False).input_ids
    with torch.no_grad():
        outputs = model.eval()(torch.tensor([version["ids"]]))
    logits = outputs.prediction_logits if version["kind"] == "masked" else outputs.logits
    difference = (logits.flatten() - torch.tensor(version["logits"])).abs().max().item()
    written = ""
    if version["kind"] == "causal":
        longer = model.generate(torch.tensor([version["ids"]]), max_new_tokens=4, do_sample=False)
        written = f", writes {longer[0, len(version['ids']):].tolist()}"
    good = difference <= tolerance and not problems and ids == version["textIds"]
    failed |= not good
    print(f"{'ok' if good else 'FAILED'} {version['name']}: {difference:.1e}{written} {problems or ''}")
    if ids != version["textIds"]:
        print(f"  tokens {ids}, ours {version['textIds']}")
sys.exit(failed)
