"""Exports modules by both exporters of PyTorch, with inputs, outputs and gradients in float64 beside each file.

    python make.py OUT [module...]

Writes OUT/<module>-<exporter>-<opset>.onnx and .safetensors: input.<name>, output, gradient.<initializer>.
What an exporter refuses is printed.
"""

import contextlib
import copy
import json
import os
import random
import sys
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import numpy_helper
from torch import nn

from modules import CASES, Case
from parameters import gradient_of

EXPORTS = [("older", 13), ("older", 17), ("older", 20), ("newer", 18), ("newer", 20)]


def randomize(module: nn.Module) -> None:
    """Exporters merge initializers of equal values, such as the scales of fresh norms and cloned layers."""
    with torch.no_grad():
        for parameter in module.parameters():
            if parameter.ndim == 1:
                parameter.uniform_(0.2, 1.4)
            else:
                parameter.normal_(0, 0.4)
        for name, buffer in module.named_buffers():
            if name.endswith("running_mean"):
                buffer.uniform_(-0.3, 0.3)
            if name.endswith("running_var"):
                buffer.uniform_(0.5, 1.5)


def export(module: nn.Module, case: Case, path: Path, exporter: str, opset: int) -> list[str]:
    names = [f"x{i}" for i in range(len(case.dynamic_axes))]
    inputs = case.inputs(**case.sizes[0])
    shared = {"input_names": names, "output_names": ["y"], "opset_version": opset}
    if exporter == "older":
        axes = {**dict(zip(names, case.dynamic_axes)), "y": {0: "batch"}}
        torch.onnx.export(module, inputs, str(path), dynamic_axes=axes, dynamo=False, **shared)
    else:
        dims = {name: torch.export.Dim(name) for axes in case.dynamic_axes for name in axes.values()}
        shapes = tuple({axis: dims[name] for axis, name in axes.items()} for axes in case.dynamic_axes)
        torch.onnx.export(
            module, inputs, str(path), dynamic_shapes=shapes, dynamo=True, external_data=False, verbose=False, **shared
        )
        drop_stack_traces(path)
    return names


def drop_stack_traces(path: Path) -> None:
    """The newer exporter writes where on this machine each node was made; that is nobody's business elsewhere."""
    model = onnx.load(path)
    for node in model.graph.node:
        kept = [entry for entry in node.metadata_props if "stack_trace" not in entry.key]
        node.ClearField("metadata_props")
        node.metadata_props.extend(kept)
    onnx.save(model, path)


@contextlib.contextmanager
def quiet():
    """Sends to standard error what exporters say on the way, from C++ too."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)


def inputs_of_run(case: Case, module: nn.Module, path: Path) -> tuple:
    """Inputs of other sizes than the export's, as far as the file allows: some sizes stand in it as numbers."""
    session = onnxruntime.InferenceSession(path)
    names = [value.name for value in session.get_inputs()]
    exported, other = case.sizes
    for sizes in (other, {**exported, "batch": other["batch"]}, exported):
        inputs = case.inputs(**sizes)
        try:
            (y,) = session.run(["y"], dict(zip(names, (value.numpy() for value in inputs))))
        except Exception:  # noqa: BLE001 onnxruntime's exceptions have no class of their own
            continue
        if np.allclose(y, module(*inputs).detach().numpy(), rtol=1e-3, atol=1e-4):
            return inputs
    raise ValueError("onnxruntime does not give the module's outputs")


def write_safetensors(path: Path, tensors: dict[str, np.ndarray]) -> None:
    kinds = {"float64": "F64", "float32": "F32", "int64": "I64"}
    header, pieces, at = {}, [], 0
    for name, array in tensors.items():
        data = np.ascontiguousarray(array).tobytes()
        offsets = [at, at + len(data)]
        header[name] = {"dtype": kinds[str(array.dtype)], "shape": array.shape, "data_offsets": offsets}
        pieces.append(data)
        at += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(len(text).to_bytes(8, "little") + text + b"".join(pieces))


def oracle(module: nn.Module, inputs: tuple) -> tuple[nn.Module, np.ndarray]:
    """The module in float64 with the gradients of mean(y²), and y."""
    exact = copy.deepcopy(module).double()
    y = exact(*[value.double() if value.is_floating_point() else value for value in inputs])
    (y * y).mean().backward()
    return exact, y.detach().numpy()


def make(name: str, exporter: str, opset: int, folder: Path) -> str:
    torch.manual_seed(len(name) + opset)
    random.seed(0)
    case = CASES[name]
    module = case.make().eval()
    randomize(module)
    path = folder / f"{name}-{exporter}-{opset}.onnx"
    with quiet():
        names = export(module, case, path, exporter, opset)
    initializers = onnx.load(path).graph.initializer
    inputs = inputs_of_run(case, module, path)
    exact, y = oracle(module, inputs)
    tensors = {f"input.{input_name}": value.numpy() for input_name, value in zip(names, inputs)}
    tensors["output"] = y
    others = []
    for initializer in initializers:
        array = numpy_helper.to_array(initializer)
        if array.dtype != np.float32 or array.size == 0:
            continue
        gradient = gradient_of(array.astype(np.float64), exact)
        if gradient is None:
            others.append(f"{initializer.name}{list(array.shape)}")
        else:
            tensors[f"gradient.{initializer.name}"] = gradient
    write_safetensors(path.with_suffix(".safetensors"), tensors)
    count = sum(key.startswith("gradient.") for key in tensors)
    return f"{count} gradients" + (f", no parameters: {', '.join(others)}" if others else "")


def main() -> None:
    warnings.filterwarnings("ignore")
    onnxruntime.set_default_logger_severity(4)
    torch.backends.mha.set_fastpath_enabled(False)
    torch.set_num_threads(1)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    print("PyTorch", torch.__version__)
    for name in sys.argv[2:] or CASES:
        for exporter, opset in EXPORTS:
            try:
                said = make(name, exporter, opset, folder)
            except Exception as failure:  # noqa: BLE001 what an exporter refuses is a line of the result
                reason = str(failure).split("\n")[0][:160]
                said = f"not exported: {type(failure).__name__}: {reason}"
                (folder / f"{name}-{exporter}-{opset}.onnx").unlink(missing_ok=True)
            print(f"{name}-{exporter}-{opset}: {said}", flush=True)


main()
