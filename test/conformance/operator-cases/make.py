"""Collects the operator cases that ONNX publishes: folders with model.onnx and test_data_set_<n>/{input,output}_<i>.pb.

    python make.py OUT [onnx-wheel-or-sdist...]

From the installed `onnx` (1.23.2) it makes the node cases, which newer releases no longer keep as files, and copies
the folders simple, pytorch-converted and pytorch-operator. From packages of older releases
(`pip download --no-deps onnx==1.13.1`) it takes what they hold.
"""

import re
import shutil
import sys
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper
from onnx.backend.test.case.node import collect_testcases

KINDS = ("node", "simple", "pytorch-converted", "pytorch-operator")
DATA = re.compile(rf"onnx/backend/test/data/((?:{'|'.join(KINDS)})/.+)$")


def to_proto(value, type_proto, name: str):
    kind = type_proto.WhichOneof("value")
    if kind == "tensor_type":
        if isinstance(value, onnx.TensorProto):
            return value
        return numpy_helper.from_array(np.asarray(value), name)
    if kind == "sequence_type":
        return numpy_helper.from_list(value, name)
    return numpy_helper.from_optional(value, name)


def write_node_cases(folder: Path) -> None:
    for case in collect_testcases(None):
        target = folder / case.name
        target.mkdir(parents=True, exist_ok=True)
        onnx.save(case.model, target / "model.onnx")
        for n, (inputs, outputs) in enumerate(case.data_sets):
            data = target / f"test_data_set_{n}"
            data.mkdir(exist_ok=True)
            graph = case.model.graph
            for kind, values, infos in (("input", inputs, graph.input), ("output", outputs, graph.output)):
                for i, (value, info) in enumerate(zip(values, infos)):
                    (data / f"{kind}_{i}.pb").write_bytes(to_proto(value, info.type, info.name).SerializeToString())


def unpack(package: Path, folder: Path) -> None:
    def keep(name: str, read) -> None:
        found = DATA.search(name)
        if found is not None and not name.endswith("/"):
            target = folder / found.group(1)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(read())

    if package.suffix == ".whl":
        with zipfile.ZipFile(package) as archive:
            for name in archive.namelist():
                keep(name, lambda: archive.read(name))
    else:
        with tarfile.open(package) as archive:
            for member in archive:
                if member.isfile():
                    keep(member.name, lambda: archive.extractfile(member).read())


def main() -> None:
    out = Path(sys.argv[1])
    release = out / onnx.__version__
    write_node_cases(release / "node")
    for kind in KINDS[1:]:
        shutil.copytree(Path(onnx.__file__).parent / "backend/test/data" / kind, release / kind, dirs_exist_ok=True)
    for package in map(Path, sys.argv[2:]):
        unpack(package, out / re.search(r"onnx-([\d.]+\d)", package.name).group(1))


main()
