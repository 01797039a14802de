"""The bert-22m fine-tuning step in eager PyTorch, answering the protocol of peers/protocol.mjs.

PyTorch is given its fast paths: one fused QKV product, scaled_dot_product_attention and the fused AdamW kernel
(measured faster on CPU than the default foreach one).
"""

import json
import math
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from protocol import hashed, serve

CONFIG = json.loads((Path(__file__).parent.parent / "workloads" / "bert-22m.json").read_text())
PEAK_SIZE = 2048
PEAK_REPEATS = 5
TOKEN_STREAM = 1_000_000
LABEL_STREAM = 2_000_000


class Parameters(torch.nn.Module):
    """Creates the parameters in the order of the table in workloads/bert-22m.mjs."""

    def __init__(self):
        super().__init__()
        self.created = 0

    def weight(self, *shape, transposed=False):
        bound = CONFIG["initialStandardDeviation"] * math.sqrt(3)
        bits = hashed(math.prod(shape), self.created) >> np.uint32(8)
        values = ((bits.astype(np.float64) / 2**23 - 1) * bound).astype(np.float32).reshape(shape)
        return self.register(torch.from_numpy(values.T.copy() if transposed else values))

    def register(self, values):
        parameter = torch.nn.Parameter(values)
        self.register_parameter(f"parameter{self.created}", parameter)
        self.created += 1
        return parameter

    def linear(self, inputs, outputs):
        # The table stores [in, out]; torch's linear wants [out, in].
        return self.weight(inputs, outputs, transposed=True), self.register(torch.zeros(outputs))

    def norm(self):
        return self.register(torch.ones(CONFIG["width"])), self.register(torch.zeros(CONFIG["width"]))


class Encoder(Parameters):
    def __init__(self):
        super().__init__()
        width, wide = CONFIG["width"], CONFIG["feedForwardWidth"]
        self.word = self.weight(CONFIG["vocabularySize"], width)
        self.position = self.weight(CONFIG["maxPositions"], width)
        self.token_type = self.weight(CONFIG["tokenTypes"], width)
        self.embedding_norm = self.norm()
        self.layers = [
            (
                self.linear(width, 3 * width),
                self.linear(width, width),
                self.norm(),
                self.linear(width, wide),
                self.linear(wide, width),
                self.norm(),
            )
            for _ in range(CONFIG["layers"])
        ]
        self.classifier = self.linear(width, CONFIG["classes"])

    def forward(self, tokens, token_types, mask):
        width, heads, eps = CONFIG["width"], CONFIG["heads"], CONFIG["layerNormEps"]
        batch, length = tokens.shape
        x = F.embedding(tokens, self.word) + self.position[:length] + F.embedding(token_types, self.token_type)
        x = F.layer_norm(x, (width,), *self.embedding_norm, eps)
        attended = mask.bool()[:, None, None, :]
        for qkv, output, attention_norm, up, down, feed_forward_norm in self.layers:
            query, key, value = F.linear(x, *qkv).view(batch, length, 3, heads, -1).permute(2, 0, 3, 1, 4)
            context = F.scaled_dot_product_attention(query, key, value, attn_mask=attended)
            context = context.transpose(1, 2).reshape(batch, length, width)
            x = F.layer_norm(x + F.linear(context, *output), (width,), *attention_norm, eps)
            hidden = F.gelu(F.linear(x, *up))
            x = F.layer_norm(x + F.linear(hidden, *down), (width,), *feed_forward_norm, eps)
        weights = mask[:, :, None].to(x.dtype)
        pooled = (x * weights).sum(1) / weights.sum(1)
        return F.linear(pooled, *self.classifier)


def batch_of(step):
    batch, length = CONFIG["batchSize"], CONFIG["sequenceLength"]
    size = batch * length
    tokens = hashed(size, TOKEN_STREAM + step) % CONFIG["vocabularySize"]
    labels = hashed(batch, LABEL_STREAM + step) % CONFIG["classes"]
    token_types = np.zeros(size)
    return (
        torch.from_numpy(tokens.astype(np.int64)).view(batch, length),
        torch.from_numpy(token_types.astype(np.int64)).view(batch, length),
        torch.ones(batch, length, dtype=torch.int64),
        torch.from_numpy(labels.astype(np.int64)),
    )


class Trainer:
    def __init__(self):
        self.model = Encoder()
        parameters = list(self.model.parameters())
        self.optimizer = torch.optim.AdamW(
            [
                {"params": [p for p in parameters if p.ndim > 1], "weight_decay": CONFIG["weightDecay"]},
                {"params": [p for p in parameters if p.ndim == 1], "weight_decay": 0.0},
            ],
            lr=CONFIG["learningRate"],
            betas=(CONFIG["beta1"], CONFIG["beta2"]),
            eps=CONFIG["eps"],
            fused=True,
        )
        self.parameters = parameters
        self.steps = 0

    def step(self):
        *inputs, labels = batch_of(self.steps)
        self.steps += 1
        start = time.perf_counter()
        loss = F.cross_entropy(self.model(*inputs), labels)
        loss.backward()
        differentiated = time.perf_counter()
        torch.nn.utils.clip_grad_norm_(self.parameters, CONFIG["maxGradientNorm"])
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        end = time.perf_counter()
        return (end - start) * 1e3, (end - differentiated) * 1e3, loss.item()


def peak_gflops():
    a, b = torch.rand(PEAK_SIZE, PEAK_SIZE), torch.rand(PEAK_SIZE, PEAK_SIZE)
    torch.mm(a, b)
    seconds = []
    for _ in range(PEAK_REPEATS):
        start = time.perf_counter()
        torch.mm(a, b)
        seconds.append(time.perf_counter() - start)
    return 2 * PEAK_SIZE**3 / min(seconds) / 1e9


def main():
    torch.set_num_threads(int(sys.argv[1]))
    trainer = Trainer()
    serve(
        trainer.step,
        version=torch.__version__,
        parameters=sum(p.numel() for p in trainer.parameters),
        threads=torch.get_num_threads(),
        peak_gflops=peak_gflops,
    )


main()
