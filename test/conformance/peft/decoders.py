"""Opens adapters on decoders by PEFT and compares logits, then writes adapters of its own: decoders.py FOLDER, called by decoders.mjs."""

import json
import pathlib
import sys

import torch
import transformers
from peft import LoraConfig, PeftModel, get_peft_model

transformers.logging.set_verbosity_error()
transformers.utils.logging.disable_progress_bar()
folder = pathlib.Path(sys.argv[1])
task = json.loads((folder / "cases.json").read_text())
ids = torch.tensor([task["ids"]])
failed = False


def logits_of(model):
    with torch.no_grad():
        return model.eval()(input_ids=ids).logits.flatten()


def base_of(path):
    return transformers.AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32)


for case in task["cases"]:
    expected = torch.tensor(case["logits"])
    before = logits_of(base_of(case["base"]))
    model = PeftModel.from_pretrained(base_of(case["base"]), case["path"])
    difference = float((logits_of(model) - expected).abs().max())
    merged = float((logits_of(model.merge_and_unload()) - expected).abs().max())
    moved = float((before - expected).abs().max())
    # What moved nothing would show nothing.
    equal = max(difference, merged) <= task["tolerance"] and moved > 100 * task["tolerance"]
    failed = failed or not equal
    print(
        f"{'ok' if equal else 'DIFFERENT'}  {case['name']}, {case['way']} of ours opened by PEFT: greatest difference of a logit "
        f"{difference:.1e}, merged by PEFT {merged:.1e}; the adapter moved logits by {moved:.1e}",
        flush=True,
    )

WAYS = {
    "lora": {"r": 3, "lora_alpha": 6},
    "rslora": {"r": 4, "lora_alpha": 4, "use_rslora": True},
    "dora": {"r": 2, "lora_alpha": 4, "use_dora": True},
}
for name, base in {case["name"]: case["base"] for case in task["cases"]}.items():
    for way, options in WAYS.items():
        torch.manual_seed(3)
        config = LoraConfig(task_type="CAUSAL_LM", target_modules="all-linear", **options)
        model = get_peft_model(base_of(base), config)
        for key, parameter in model.named_parameters():
            if "lora_B" in key:
                torch.nn.init.normal_(parameter, std=0.2)
            if "lora_magnitude_vector" in key:
                with torch.no_grad():
                    parameter.mul_(1 + 0.1 * torch.rand_like(parameter))
        path = folder / name / "theirs" / way
        model.save_pretrained(str(path))
        (path / "logits.json").write_text(json.dumps(logits_of(model).tolist()))
sys.exit(failed)
