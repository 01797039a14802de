"""A training step of PEFT's LoRA on a BERT of MiniLM's shape: peft_peer.py WAY LENGTH THREADS WEIGHTS, where WAY is eager or compiled.

Writes the weights it starts from, adapters included, under Modelwright's names and layout to the file WEIGHTS, so that both start alike.
Needs: torch==2.8.0 or newer, transformers==4.57.6, peft==0.21.2, safetensors, numpy.
"""

import json
import pathlib
import re
import sys
import time

import torch
import transformers
from peft import LoraConfig, get_peft_model, __version__ as peft_version
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "peers"))
from protocol import hashed, serve  # noqa: E402

way, length, threads, weights = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
W = json.loads((HERE / "workload.json").read_text())
torch.set_num_threads(threads)
torch.manual_seed(7)

config = transformers.BertConfig(
    vocab_size=W["vocabularySize"],
    hidden_size=W["width"],
    num_hidden_layers=W["layers"],
    num_attention_heads=W["heads"],
    intermediate_size=W["innerWidth"],
    max_position_embeddings=W["positions"],
    type_vocab_size=W["tokenTypes"],
    hidden_dropout_prob=0.0,
    attention_probs_dropout_prob=0.0,
    num_labels=W["classes"],
)
base = transformers.BertForSequenceClassification(config)
lora = LoraConfig(task_type="SEQ_CLS", r=W["rank"], lora_alpha=W["alpha"], target_modules="all-linear")
model = get_peft_model(base, lora)
model.train()

OURS = [
    (r"^bert\.embeddings\.word_embeddings", "encoder.embeddings.word"),
    (r"^bert\.embeddings\.position_embeddings", "encoder.embeddings.position"),
    (r"^bert\.embeddings\.token_type_embeddings", "encoder.embeddings.token_type"),
    (r"^bert\.embeddings\.LayerNorm", "encoder.embeddings.norm"),
    (r"^bert\.encoder\.layer\.(\d+)\.attention\.self", r"encoder.layer\1.attention"),
    (r"^bert\.encoder\.layer\.(\d+)\.attention\.output\.dense", r"encoder.layer\1.attention.output"),
    (r"^bert\.encoder\.layer\.(\d+)\.attention\.output\.LayerNorm", r"encoder.layer\1.attention_norm"),
    (r"^bert\.encoder\.layer\.(\d+)\.intermediate\.dense", r"encoder.layer\1.feed_forward.inner"),
    (r"^bert\.encoder\.layer\.(\d+)\.output\.dense", r"encoder.layer\1.feed_forward.output"),
    (r"^bert\.encoder\.layer\.(\d+)\.output\.LayerNorm", r"encoder.layer\1.feed_forward_norm"),
    (r"^bert\.pooler\.dense", "encoder.pooler"),
    (r"^classifier", "head.classifier"),
]


def our_weights():
    tensors = {}
    for name, parameter in model.named_parameters():
        plain = name.removeprefix("base_model.model.").replace(".base_layer", "").replace(".modules_to_save.default", "")
        plain = plain.replace("lora_A.default.weight", "lora_A").replace("lora_B.default.weight", "lora_B")
        if "original_module" in plain:
            continue
        for pattern, ours in OURS:
            plain = re.sub(pattern, ours, plain)
        turned = parameter.dim() == 2 and "embeddings" not in plain
        tensors[plain] = (parameter.detach().t() if turned else parameter.detach()).contiguous().clone()
    return tensors


save_file(our_weights(), weights)
trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
optimizer = torch.optim.AdamW(trained, lr=W["learningRate"], weight_decay=0.0, fused=True)
forward = torch.compile(model) if way == "compiled" else model
steps = 0


def numbers(size, stream):
    """As `hashed` of workloads/numbers.mjs: the stream's number is the FNV-1a of its name."""
    bits = 0x811C9DC5
    for byte in str(stream).encode():
        bits = (bits ^ byte) * 0x01000193 % 2**32
    return hashed(size, bits)


def batch(step):
    size = W["batch"] * length
    ids = torch.from_numpy(1 + numbers(size, 1000 + step).astype("int64") % (W["vocabularySize"] - 1)).view(W["batch"], length)
    lengths = torch.from_numpy(length // 2 + numbers(W["batch"], 2000 + step).astype("int64") % (length // 2 + 1))
    lengths[0] = length
    mask = (torch.arange(length)[None] < lengths[:, None]).long()
    labels = torch.from_numpy(numbers(W["batch"], 3000 + step).astype("int64") % W["classes"])
    return {"input_ids": ids * mask, "attention_mask": mask, "labels": labels}


def step():
    global steps
    feeds = batch(steps)
    steps += 1
    start, processor = time.perf_counter(), time.process_time()
    optimizer.zero_grad(set_to_none=True)
    loss = forward(**feeds).loss
    loss.backward()
    update = time.perf_counter()
    torch.nn.utils.clip_grad_norm_(trained, W["clipNorm"], foreach=True)
    optimizer.step()
    value = loss.item()
    end = time.perf_counter()
    return 1000 * (end - start), 1000 * (end - update), 1000 * (time.process_time() - processor), value


serve(
    step,
    version=f"PEFT {peft_version} on PyTorch {torch.__version__}, {way}",
    parameters=sum(parameter.numel() for parameter in trained),
    threads=threads,
    peak_gflops=lambda: 0,
)
