"""One workload in PyTorch, answering the protocol of protocol.mjs: python3 pytorch.py MODE WORKLOAD THREADS [cpu | cuda]

MODE is `eager`, `compiled` (torch.compile of loss and gradients), `bfloat16` (that under autocast), or `tf32` (eager, products of operands
rounded to 10 bits of mantissa, which GPUs alone have).

First weights and batches are those of workloads/numbers.mjs; parameters have Modelwright's names, so that the losses can be compared.
PyTorch is given its fast paths: one fused product for query, key and value, scaled_dot_product_attention and the fused AdamW kernel
(measured faster on CPU than the default foreach one).
"""

import json
import math
import re
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from protocol import hashed, serve

WORKLOADS = json.loads((Path(__file__).parent.parent / "workloads" / "workloads.json").read_text())
TRAINING = WORKLOADS["training"]
PEAK_SIZE = 2048
PEAK_REPEATS = 5
DEVICE = sys.argv[4] if len(sys.argv) > 4 else "cpu"


def stream_of(name):
    """FNV-1a, 32 bits, of a stream's name."""
    state = 0x811C9DC5
    for byte in name.encode():
        state = (state ^ byte) * 0x01000193 % 2**32
    return state


def units(stream, *shape):
    values = (hashed(math.prod(shape), stream_of(stream)) >> np.uint32(8)).astype(np.float64) / 2**23 - 1
    return torch.from_numpy(values.astype(np.float32).reshape(shape)).to(DEVICE)


def integers(stream, below, *shape):
    return torch.from_numpy((hashed(math.prod(shape), stream_of(stream)) % below).astype(np.int64).reshape(shape)).to(DEVICE)


def first_values(name, *shape):
    if re.search(r"norm\d*\.weight$", name):
        return torch.ones(shape)
    if name.endswith("bias"):
        return torch.zeros(shape)
    return units(name, *shape) * TRAINING["weightBound"]


class Model(torch.nn.Module):
    """Parameters by Modelwright's names."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def new(self, values):
        parameter = torch.nn.Parameter(values.contiguous())
        self.register_parameter(f"p{self.count}", parameter)
        self.count += 1
        return parameter

    def linear(self, name, inputs, outputs):
        # Modelwright stores [inputs, outputs]; torch's linear wants [outputs, inputs].
        return self.new(first_values(f"{name}.weight", inputs, outputs).T), self.new(first_values(f"{name}.bias", outputs))

    def fused_linear(self, names, inputs, outputs):
        weight = torch.cat([first_values(f"{name}.weight", inputs, outputs).T for name in names])
        return self.new(weight), self.new(torch.cat([first_values(f"{name}.bias", outputs) for name in names]))

    def norm(self, name, width):
        return self.new(first_values(f"{name}.weight", width)), self.new(first_values(f"{name}.bias", width))


class Bert(Model):
    def __init__(self, vocabularySize, positions, tokenTypes, width, layers, heads, innerWidth, classes, length, batchSize):
        super().__init__()
        self.width, self.heads, self.classes = width, heads, classes
        self.shape, self.pieces = (batchSize, length), vocabularySize
        embedding = lambda name, rows: self.new(first_values(f"encoder.embeddings.{name}.weight", rows, width))
        self.word, self.position = embedding("word", vocabularySize), embedding("position", positions)
        self.token_type = embedding("token_type", tokenTypes)
        self.embedding_norm = self.norm("encoder.embeddings.norm", width)
        self.layers = []
        for layer in range(layers):
            name = f"encoder.layer{layer}"
            self.layers.append((
                self.fused_linear([f"{name}.attention.{part}" for part in ("query", "key", "value")], width, width),
                self.linear(f"{name}.attention.output", width, width),
                self.norm(f"{name}.attention_norm", width),
                self.linear(f"{name}.feed_forward.inner", width, innerWidth),
                self.linear(f"{name}.feed_forward.output", innerWidth, width),
                self.norm(f"{name}.feed_forward_norm", width),
            ))
        self.head = self.linear("head.classifier", width, classes)

    def batch(self, step):
        ids = integers(f"ids{step}", self.pieces, *self.shape)
        return ids, torch.ones(self.shape, dtype=torch.int64), integers(f"labels{step}", self.classes, self.shape[0])

    def loss(self, ids, mask, labels):
        batch, length = ids.shape
        norm = lambda x, weights: F.layer_norm(x, (self.width,), *weights, 1e-12)
        x = norm(F.embedding(ids, self.word) + self.position[:length] + self.token_type[0], self.embedding_norm)
        attended = mask.bool()[:, None, None, :]
        for qkv, output, attention_norm, inner, outer, feed_forward_norm in self.layers:
            parts = F.linear(x, *qkv).view(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
            context = F.scaled_dot_product_attention(*parts, attn_mask=attended)
            x = norm(x + F.linear(context.transpose(1, 2).reshape(batch, length, self.width), *output), attention_norm)
            x = norm(x + F.linear(F.gelu(F.linear(x, *inner)), *outer), feed_forward_norm)
        weights = mask[:, :, None].to(x.dtype)
        return F.cross_entropy(F.linear((x * weights).sum(1) / weights.sum(1), *self.head), labels)


class Gpt2(Model):
    def __init__(self, vocabularySize, width, layers, heads, positions, batchSize):
        super().__init__()
        self.width, self.heads, self.shape, self.pieces = width, heads, (batchSize, positions), vocabularySize
        self.word = self.new(first_values("decoder.word.weight", vocabularySize, width))
        self.position = self.new(first_values("decoder.position.weight", positions, width))
        self.layers = []
        for layer in range(layers):
            name = f"decoder.layer{layer}"
            self.layers.append((
                self.norm(f"{name}.attention_norm", width),
                self.linear(f"{name}.attention.qkv", width, 3 * width),
                self.linear(f"{name}.attention.output", width, width),
                self.norm(f"{name}.feed_forward_norm", width),
                self.linear(f"{name}.feed_forward.inner", width, 4 * width),
                self.linear(f"{name}.feed_forward.output", 4 * width, width),
            ))
        self.last = self.norm("decoder.norm", width)

    def batch(self, step):
        return integers(f"ids{step}", self.pieces, *self.shape), integers(f"labels{step}", self.pieces, *self.shape)

    def loss(self, ids, labels):
        batch, length = ids.shape
        norm = lambda x, weights: F.layer_norm(x, (self.width,), *weights, 1e-5)
        x = F.embedding(ids, self.word) + self.position[:length]
        for attention_norm, qkv, output, feed_forward_norm, inner, outer in self.layers:
            parts = F.linear(norm(x, attention_norm), *qkv).view(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
            context = F.scaled_dot_product_attention(*parts, is_causal=True)
            x = x + F.linear(context.transpose(1, 2).reshape(batch, length, self.width), *output)
            hidden = F.gelu(F.linear(norm(x, feed_forward_norm), *inner), approximate="tanh")
            x = x + F.linear(hidden, *outer)
        return F.cross_entropy((norm(x, self.last) @ self.word.T).flatten(0, 1), labels.flatten())


class Lstm(Model):
    def __init__(self, features, width, layers, length, batchSize):
        super().__init__()
        self.shape = (batchSize, length, features)
        self.lstm = torch.nn.LSTM(features, width, layers, batch_first=True)
        # PyTorch's gates i f g o from ONNX's i o f c.
        reorder = lambda rows: rows.unflatten(0, (4, width))[[0, 2, 3, 1]].flatten(0, 1)
        with torch.no_grad():
            for layer in range(layers):
                name, inputs = f"lstm.layer{layer}", features if layer == 0 else width
                self.lstm.get_parameter(f"weight_ih_l{layer}").copy_(reorder(first_values(f"{name}.input_weight", 4 * width, inputs)))
                self.lstm.get_parameter(f"weight_hh_l{layer}").copy_(reorder(first_values(f"{name}.recurrent_weight", 4 * width, width)))
                for bias in ("bias_ih", "bias_hh"):
                    self.lstm.get_parameter(f"{bias}_l{layer}").zero_()
        self.head = self.linear("head", width, 1)

    def batch(self, step):
        return units(f"x{step}", *self.shape), units(f"y{step}", self.shape[0], 1)

    def loss(self, x, y):
        states, _ = self.lstm(x)
        return F.mse_loss(F.linear(states[:, -1], *self.head), y)


class Classifier(Model):
    """Cross-entropy of what `logits` gives."""

    def __init__(self, classes, batchSize, image):
        super().__init__()
        self.classes, self.shape = classes, (batchSize, *image)

    def batch(self, step):
        return units(f"x{step}", *self.shape), integers(f"labels{step}", self.classes, self.shape[0])

    def loss(self, x, labels):
        return F.cross_entropy(self.logits(x), labels)


class Mlp(Classifier):
    def __init__(self, features, widths, classes, batchSize):
        super().__init__(classes, batchSize, [features])
        sizes = [features, *widths]
        self.hidden = [self.linear(f"hidden{i}", *pair) for i, pair in enumerate(zip(sizes, widths))]
        self.head = self.linear("head.output", sizes[-1], classes)

    def logits(self, x):
        for layer in self.hidden:
            x = F.relu(F.linear(x, *layer))
        return F.linear(x, *self.head)


class Lenet(Classifier):
    def __init__(self, image, classes, batchSize):
        super().__init__(classes, batchSize, image)
        convolution = lambda name, *shape: (self.new(first_values(f"{name}.weight", *shape)), self.new(first_values(f"{name}.bias", shape[0])))
        self.convolutions = convolution("conv1", 6, 1, 5, 5), convolution("conv2", 16, 6, 5, 5)
        self.dense = self.linear("fc1", 400, 120), self.linear("fc2", 120, 84), self.linear("head.classifier", 84, classes)

    def logits(self, x):
        (first, second), (fc1, fc2, head) = self.convolutions, self.dense
        x = F.max_pool2d(F.relu(F.conv2d(x, *first, padding=2)), 2)
        x = F.max_pool2d(F.relu(F.conv2d(x, *second)), 2).flatten(1)
        return F.linear(F.relu(F.linear(F.relu(F.linear(x, *fc1)), *fc2)), *head)


class Resnet18(Classifier):
    def __init__(self, image, classes, batchSize):
        super().__init__(classes, batchSize, image)
        self.stem = self.normalized("stem", image[0], 64, 7)
        self.blocks = []
        inputs = 64
        for stage in range(4):
            features = 64 * 2**stage
            for block in range(2):
                name, stride = f"stage{stage}.{block}", 2 if stage > 0 and block == 0 else 1
                first = self.normalized(f"{name}.conv1", inputs, features, 3)
                second = self.normalized(f"{name}.conv2", features, features, 3)
                shortcut = None if stride == 1 else self.normalized(f"{name}.shortcut", inputs, features, 1)
                self.blocks.append((stride, first, second, shortcut))
                inputs = features
        self.head = self.linear("head.classifier", inputs, classes)

    def normalized(self, name, inputs, features, kernel):
        weight = self.new(first_values(f"{name}.weight", features, inputs, kernel, kernel))
        return weight, *self.norm(f"{name}_norm", features), torch.zeros(features), torch.ones(features)

    def apply_normalized(self, x, layer, stride=1):
        weight, scale, bias, mean, variance = layer
        y = F.conv2d(x, weight, None, stride, weight.shape[-1] // 2)
        return F.batch_norm(y, mean, variance, scale, bias, training=True)

    def logits(self, x):
        x = F.max_pool2d(F.relu(self.apply_normalized(x, self.stem, 2)), 3, 2, 1)
        for stride, first, second, shortcut in self.blocks:
            y = self.apply_normalized(F.relu(self.apply_normalized(x, first, stride)), second)
            x = F.relu(y + (x if shortcut is None else self.apply_normalized(x, shortcut, stride)))
        return F.linear(x.mean([2, 3]), *self.head)


MODELS = {"bert": Bert, "gpt2": Gpt2, "gpt2-small": Gpt2, "resnet18": Resnet18, "lenet": Lenet, "lstm": Lstm, "mlp": Mlp}


class Trainer:
    def __init__(self, name, mode):
        self.model = MODELS[name](**WORKLOADS[name])
        self.loss = torch.compile(self.model.loss) if mode in ("compiled", "bfloat16") else self.model.loss
        self.autocast = lambda: torch.autocast(DEVICE, dtype=torch.bfloat16, enabled=mode == "bfloat16")
        self.parameters = list(self.model.parameters())
        decayed = [p for p in self.parameters if p.ndim > 1]
        spared = [p for p in self.parameters if p.ndim == 1]
        self.optimizer = torch.optim.AdamW(
            [{"params": decayed, "weight_decay": TRAINING["weightDecay"]}, {"params": spared, "weight_decay": 0.0}],
            lr=TRAINING["learningRate"],
            fused=True,
        )
        self.steps = 0

    def step(self):
        batch = self.model.batch(self.steps)
        self.steps += 1
        start, processor_start = time.perf_counter(), time.process_time()
        with self.autocast():
            loss = self.loss(*batch)
        loss.backward()
        synchronize()
        differentiated = time.perf_counter()
        torch.nn.utils.clip_grad_norm_(self.parameters, TRAINING["clipNorm"])
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        synchronize()
        end, processor_end = time.perf_counter(), time.process_time()
        return (end - start) * 1e3, (end - differentiated) * 1e3, (processor_end - processor_start) * 1e3, loss.item()


def synchronize():
    """Waits for the GPU: its work is only begun when a call returns."""
    if DEVICE == "cuda":
        torch.cuda.synchronize()


def peak_gflops():
    a, b = torch.rand(PEAK_SIZE, PEAK_SIZE), torch.rand(PEAK_SIZE, PEAK_SIZE)
    torch.mm(a, b)
    seconds = []
    for _ in range(PEAK_REPEATS):
        synchronize()
        start = time.perf_counter()
        torch.mm(a, b)
        synchronize()
        seconds.append(time.perf_counter() - start)
    return 2 * PEAK_SIZE**3 / min(seconds) / 1e9


def main():
    mode, name, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
    torch.set_num_threads(threads)
    torch.set_default_device(DEVICE)
    torch.set_float32_matmul_precision("high" if mode == "tf32" else "highest")
    torch.backends.cudnn.allow_tf32 = mode == "tf32"
    trainer = Trainer(name, mode)
    serve(
        trainer.step,
        version=torch.__version__,
        parameters=sum(p.numel() for p in trainer.parameters),
        threads=torch.get_num_threads(),
        peak_gflops=peak_gflops,
    )


main()
