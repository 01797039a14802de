"""The modules that are exported: each with inputs of two sizes, and the names of the sizes that may differ."""

from dataclasses import dataclass
from typing import Callable

import torch
from torch import nn
from torch.nn import functional as F


@dataclass(frozen=True)
class Case:
    make: Callable[[], nn.Module]
    # Inputs for sizes {"batch": 2, ...}; the gradients are taken at other sizes than those of the export.
    inputs: Callable[..., tuple]
    dynamic_axes: tuple[dict[int, str], ...]
    # Two sets of sizes: of the export, and of the run.
    sizes: tuple[dict[str, int], dict[str, int]]


BATCH = ({"batch": 2}, {"batch": 3})
BATCH_AND_LENGTH = ({"batch": 2, "length": 5}, {"batch": 3, "length": 7})
IMAGES = ({0: "batch"},)
TEXTS = ({0: "batch", 1: "length"},)


def tokens(batch: int, length: int) -> tuple:
    return (torch.randint(0, 20, (batch, length)),)


def vectors(batch: int, length: int) -> tuple:
    return (torch.randn(batch, length, 8),)


def pictures(channels: int, size: int) -> Callable[..., tuple]:
    return lambda batch, height=size, width=size: (torch.randn(batch, channels, height, width),)


class BasicBlock(nn.Module):
    def __init__(self, channels: int, features: int, stride: int):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, features, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(features)
        self.conv2 = nn.Conv2d(features, features, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(features)
        self.down = nn.Sequential(nn.Conv2d(channels, features, 1, stride, bias=False), nn.BatchNorm2d(features))

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + self.down(x))


def resnet() -> nn.Module:
    stem = [nn.Conv2d(3, 4, 7, 2, 3, bias=False), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    return nn.Sequential(*stem, BasicBlock(4, 8, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 3))


class LstmClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(20, 8)
        self.lstm = nn.LSTM(8, 6, 2, batch_first=True)
        self.head = nn.Linear(6, 3)

    def forward(self, ids):
        y, _ = self.lstm(self.embedding(ids))
        return self.head(y[:, -1])


class BidirectionalGru(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(8, 6, batch_first=True, bidirectional=True)
        self.head = nn.Linear(12, 3)

    def forward(self, x):
        y, _ = self.gru(x)
        return self.head(y.mean(1))


class Encoder(nn.Module):
    def __init__(self, norm_first: bool):
        super().__init__()
        self.embedding = nn.Embedding(20, 8)
        layer = nn.TransformerEncoderLayer(8, 2, 16, 0.0, "gelu", batch_first=True, norm_first=norm_first)
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.head = nn.Linear(8, 3)

    def forward(self, ids):
        return self.head(self.encoder(self.embedding(ids))[:, 0])


class CausalAttention(nn.Module):
    def __init__(self, fused: bool):
        super().__init__()
        self.qkv = nn.Linear(8, 24)
        self.out = nn.Linear(8, 8)
        self.fused = fused
        self.register_buffer("mask", torch.tril(torch.ones(16, 16)).view(1, 1, 16, 16))

    def forward(self, x):
        batch, length, width = x.size()
        q, k, v = self.qkv(x).split(width, dim=2)
        q, k, v = (part.view(batch, length, 2, width // 2).transpose(1, 2) for part in (q, k, v))
        if self.fused:
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            scores = (q @ k.transpose(-2, -1)) * (1.0 / (width // 2) ** 0.5)
            scores = scores.masked_fill(self.mask[:, :, :length, :length] == 0, float("-inf"))
            y = F.softmax(scores, dim=-1) @ v
        return self.out(y.transpose(1, 2).contiguous().view(batch, length, width))


class GptBlock(nn.Module):
    def __init__(self, fused: bool):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(8), nn.LayerNorm(8)
        self.attention = CausalAttention(fused)
        self.mlp = nn.Sequential(nn.Linear(8, 16), nn.GELU(approximate="tanh"), nn.Linear(16, 8))

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class Gpt(nn.Module):
    def __init__(self, fused: bool):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(20, 8), nn.Embedding(16, 8)
        self.blocks = nn.Sequential(GptBlock(fused), GptBlock(fused))
        self.norm = nn.LayerNorm(8)
        self.head = nn.Linear(8, 20, bias=False)

    def forward(self, ids):
        places = torch.arange(ids.shape[1], device=ids.device)
        return self.head(self.norm(self.blocks(self.tokens(ids) + self.positions(places))))


class VisionTransformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, 8, 4, 4)
        self.token = nn.Parameter(torch.randn(1, 1, 8))
        self.places = nn.Parameter(torch.randn(1, 17, 8))
        layer = nn.TransformerEncoderLayer(8, 2, 16, 0.0, "gelu", batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, 1, enable_nested_tensor=False)
        self.head = nn.Linear(8, 3)

    def forward(self, image):
        x = self.patches(image).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], dim=1) + self.places
        return self.head(self.encoder(x)[:, 0])


def autoencoder() -> nn.Module:
    encoder = [nn.Conv2d(1, 4, 3, 2, 1), nn.ReLU(), nn.Conv2d(4, 6, 3, 2, 1), nn.ReLU()]
    decoder = [nn.ConvTranspose2d(6, 4, 3, 2, 1, 1), nn.ReLU(), nn.ConvTranspose2d(4, 1, 4, 2, 1), nn.Sigmoid()]
    return nn.Sequential(*encoder, *decoder)


class UNetPiece(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.norm = nn.Conv2d(3, 8, 3, 1, 1), nn.GroupNorm(2, 8)
        self.down, self.up = nn.Conv2d(8, 8, 3, 2, 1), nn.Conv2d(16, 3, 3, 1, 1)

    def forward(self, x):
        kept = F.silu(self.norm(self.first(x)))
        small = F.silu(self.down(kept))
        return self.up(torch.cat([kept, F.interpolate(small, scale_factor=2.0, mode="nearest")], dim=1))


class MaskedMean(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding, self.head = nn.Embedding(20, 8), nn.Linear(8, 3)

    def forward(self, ids, mask):
        weights = mask.unsqueeze(-1).to(self.embedding.weight.dtype)
        return self.head((self.embedding(ids) * weights).sum(1) / weights.sum(1).clamp(min=1e-9))


def masked_tokens(batch: int, length: int) -> tuple:
    mask = torch.ones(batch, length, dtype=torch.int64)
    mask[0, length // 2 :] = 0
    return (torch.randint(0, 20, (batch, length)), mask)


class Bag(nn.Module):
    def __init__(self):
        super().__init__()
        self.bag, self.head = nn.EmbeddingBag(20, 8, mode="mean"), nn.Linear(8, 3)

    def forward(self, ids):
        return self.head(self.bag(ids))


class StylePiece(nn.Module):
    def __init__(self):
        super().__init__()
        self.pad, self.conv = nn.ReflectionPad2d(1), nn.Conv2d(3, 6, 3)
        self.norm, self.last = nn.InstanceNorm2d(6, affine=True), nn.Conv2d(6, 3, 1)

    def forward(self, x):
        y = F.relu(self.norm(self.conv(self.pad(x))))
        return self.last(F.interpolate(y, scale_factor=2.0, mode="bilinear", align_corners=False))


class GroupedConvolution(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.prelu = nn.Conv1d(4, 8, 3, padding=1, groups=2), nn.PReLU(8)
        self.pool, self.mixer = nn.AvgPool1d(2), nn.Parameter(torch.randn(8, 5))

    def forward(self, x):
        y = torch.einsum("bcl,cd->bld", self.pool(self.prelu(self.conv(x))), self.mixer)
        return torch.cat([torch.amax(y, 1), y.std(1), torch.linalg.vector_norm(y, dim=1)], dim=1)


def mlp() -> nn.Module:
    return nn.Sequential(nn.Linear(6, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 5), nn.Tanh(), nn.Linear(5, 3))


CASES: dict[str, Case] = {
    "mlp": Case(mlp, lambda batch: (torch.randn(batch, 6),), IMAGES, BATCH),
    "resnet": Case(resnet, pictures(3, 32), IMAGES, BATCH),
    "resnet-dynamic": Case(
        resnet,
        pictures(3, 32),
        ({0: "batch", 2: "height", 3: "width"},),
        ({"batch": 2, "height": 32, "width": 40}, {"batch": 3, "height": 45, "width": 38}),
    ),
    "lstm": Case(LstmClassifier, tokens, TEXTS, BATCH_AND_LENGTH),
    "gru": Case(BidirectionalGru, vectors, TEXTS, BATCH_AND_LENGTH),
    "encoder-post-norm": Case(lambda: Encoder(False), tokens, TEXTS, BATCH_AND_LENGTH),
    "encoder-pre-norm": Case(lambda: Encoder(True), tokens, TEXTS, BATCH_AND_LENGTH),
    "gpt-mask": Case(lambda: Gpt(False), tokens, TEXTS, BATCH_AND_LENGTH),
    "gpt-sdpa": Case(lambda: Gpt(True), tokens, TEXTS, BATCH_AND_LENGTH),
    "vit": Case(VisionTransformer, pictures(3, 16), IMAGES, BATCH),
    "autoencoder": Case(autoencoder, pictures(1, 16), IMAGES, BATCH),
    "unet": Case(UNetPiece, pictures(3, 8), IMAGES, BATCH),
    "masked-mean": Case(MaskedMean, masked_tokens, TEXTS * 2, BATCH_AND_LENGTH),
    "embedding-bag": Case(Bag, tokens, TEXTS, BATCH_AND_LENGTH),
    "style": Case(StylePiece, pictures(3, 8), IMAGES, BATCH),
    "grouped": Case(GroupedConvolution, lambda batch: (torch.randn(batch, 4, 12),), IMAGES, BATCH),
}
