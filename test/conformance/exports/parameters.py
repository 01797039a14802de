"""Which gradient belongs to an initializer of an exported file.

Exporters rename, transpose, split, join and fold parameters. Each way to do so is tried on the values of the module;
the same way, applied to the gradients of the module, gives those of the initializer.
"""

from itertools import permutations
from typing import Iterator

import numpy as np
from torch import nn

Pair = tuple[np.ndarray, np.ndarray]

# PyTorch's order of gates, and ONNX's in terms of it.
GATES = {"LSTM": (0, 3, 1, 2), "GRU": (1, 0, 2)}


def numbers(parameter: nn.Parameter) -> Pair:
    zeros = np.zeros(tuple(parameter.shape))
    gradient = zeros if parameter.grad is None else parameter.grad.numpy()
    return parameter.detach().numpy(), gradient


def both(pairs: list[Pair], change) -> Pair:
    return change([value for value, _ in pairs]), change([gradient for _, gradient in pairs])


def recurrent(name: str, module: nn.Module) -> Iterator[Pair]:
    """Of each layer W, R and the biases, directions stacked, gates in ONNX's order."""
    order = GATES[name]

    def gates(parts: list[np.ndarray]) -> np.ndarray:
        chunks = np.split(parts[0], len(order))
        return np.concatenate([chunks[at] for at in order])

    suffixes = ["", "_reverse"] if module.bidirectional else [""]
    for layer in range(module.num_layers):
        def of(kind: str) -> list[Pair]:
            return [both([numbers(getattr(module, f"{kind}_l{layer}{suffix}"))], gates) for suffix in suffixes]

        for kind in ("weight_ih", "weight_hh"):
            yield both(of(kind), np.stack)
        biases = [both([ih, hh], np.concatenate) for ih, hh in zip(of("bias_ih"), of("bias_hh"))]
        yield both(biases, np.stack)


def folded(module: nn.Module) -> Iterator[Pair]:
    """A convolution or dense layer with the batch normalization behind it: y = (W·s)x + (b − mean)·s + beta."""
    layers = [layer for layer in module.modules() if isinstance(layer, (nn.Conv1d, nn.Conv2d, nn.Linear))]
    norms = [layer for layer in module.modules() if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d))]
    for layer in layers:
        for norm in norms:
            if norm.num_features != layer.weight.shape[0]:
                continue
            scale = (norm.weight / (norm.running_var + norm.eps).sqrt()).detach().numpy()
            weight, gradient = numbers(layer.weight)
            around = scale.reshape(-1, *[1] * (weight.ndim - 1))
            yield weight * around, gradient / around
            bias = 0 if layer.bias is None else layer.bias.detach().numpy()
            beta, d_beta = numbers(norm.bias)
            yield (bias - norm.running_mean.numpy()) * scale + beta, d_beta


def candidates(module: nn.Module) -> Iterator[Pair]:
    for parameter in module.parameters():
        value, gradient = numbers(parameter)
        yield value, gradient
        if value.shape[0] % 3 == 0:  # The projections of queries, keys and values.
            yield from zip(np.split(value, 3), np.split(gradient, 3))
    for layer in module.modules():
        if type(layer).__name__ in GATES:
            yield from recurrent(type(layer).__name__, layer)
    yield from folded(module)


def views(pair: Pair, shape: tuple[int, ...]) -> Iterator[Pair]:
    value, _ = pair
    for order in permutations(range(value.ndim)):
        turned = both([pair], lambda parts: parts[0].transpose(order))
        yield both([turned], lambda parts: parts[0].reshape(shape))


def gradient_of(initializer: np.ndarray, module: nn.Module) -> np.ndarray | None:
    """The gradient by an initializer; None for one that is no parameter of the module."""
    found: list[np.ndarray] = []
    for pair in candidates(module):
        if pair[0].size != initializer.size:
            continue
        for value, gradient in views(pair, initializer.shape):
            if np.allclose(value, initializer, rtol=1e-5, atol=1e-6):
                found.append(gradient)
                break
    if any(not np.array_equal(found[0], other) for other in found[1:]):
        raise ValueError(f"two parameters have the values of an initializer of shape {initializer.shape}")
    return found[0] if found else None
