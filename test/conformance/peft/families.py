"""Loads adapters onto transformers' models by PEFT and looks for every tensor: families.py PAIRS CLASSES, called by families.mjs."""

import json
import sys

import torch
import transformers
from peft import PeftModel
from safetensors.torch import load_file

transformers.logging.set_verbosity_error()
failed = False
for base, adapter in json.load(open(sys.argv[1])):
    model = transformers.AutoModelForSequenceClassification.from_pretrained(
        base, num_labels=int(sys.argv[2]), ignore_mismatched_sizes=True
    )
    loaded = PeftModel.from_pretrained(model, adapter).state_dict()
    absent, other, seen = [], [], 0
    for name, value in load_file(f"{adapter}/adapter_model.safetensors").items():
        if ".head." in name and "lora_" not in name:
            continue  # a head that the published model has not
        module, leaf = name.rsplit(".", 1)
        place = f"{module}.default.{leaf}" if "lora_" in name else f"{module}.modules_to_save.default.{leaf}"
        seen += 1
        if place not in loaded:
            absent.append(place)
        elif not torch.equal(loaded[place], value):
            other.append(place)
    print(f"{base.rsplit('/', 1)[1]}: {seen} tensors, {len(absent)} without a place, {len(other)} other than saved", *absent[:1])
    failed = failed or seen == 0 or bool(absent or other)
sys.exit(failed)
