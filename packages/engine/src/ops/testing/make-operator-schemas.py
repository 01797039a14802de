"""Writes operator-schemas.json: what ONNX, and ONNX Runtime for operators of its own, say of inputs, outputs and attributes.

pip install onnx==1.23.2 onnxruntime==1.30.0; python3 make-operator-schemas.py
"""

import json
import os

from onnx import defs, helper
from onnxruntime.capi import onnxruntime_pybind11_state as runtime

OLDEST = {"": 13, "ai.onnx.ml": 1, "com.microsoft": 1}
NEWEST = 23
# Operators of ONNX Runtime that have a row in the table. SimplifiedLayerNormalization stands in the empty domain.
FUSED = (
    "Attention BiasGelu EmbedLayerNormalization FastGelu FusedMatMul GroupQueryAttention MultiHeadAttention QuickGelu RotaryEmbedding "
    "SimplifiedLayerNormalization SkipLayerNormalization SkipSimplifiedLayerNormalization"
).split()


def places(formals):
    names = []
    for formal in formals:
        option = str(formal.option).rpartition(".")[2]
        variadic = option == "Variadic"
        optional = option == "Optional" or (variadic and getattr(formal, "min_arity", 1) == 0)
        names.append(("..." if variadic else "") + formal.name + ("?" if optional else ""))
    return names


def plain(value):
    if isinstance(value, bytes):
        return value.decode()
    return [plain(element) for element in value] if isinstance(value, list) else value


def attribute(spec):
    described = {"type": str(spec.type).rpartition(".")[2].lower()}
    default = getattr(spec, "default_value", None)
    if default is not None and getattr(default, "type", 0) != 0:
        described["default"] = plain(helper.get_attribute_value(default))
    return described


def described(versions):
    """Of the versions in force from OLDEST on; `older` has the attributes that were gone by then."""
    versions.sort(key=lambda schema: schema.since_version)
    oldest = OLDEST[versions[0].domain]
    current = [schema for schema in versions if schema.since_version <= oldest][-1:]
    current += [schema for schema in versions if schema.since_version > oldest]
    attributes = {name: attribute(spec) for schema in current for name, spec in schema.attributes.items()}
    older = {name: attribute(spec) for schema in versions for name, spec in schema.attributes.items() if name not in attributes}
    return {
        "domain": versions[0].domain,
        "inputs": places(current[-1].inputs),
        "outputs": places(current[-1].outputs),
        "attributes": attributes,
        **({"older": older} if older else {}),
    }


schemas = {}
for schema in defs.get_all_schemas_with_history():
    if schema.domain in OLDEST and schema.since_version <= NEWEST:
        schemas.setdefault((schema.domain, schema.name), []).append(schema)
for schema in runtime.get_all_operator_schema():
    if schema.name in FUSED and (schema.domain == "com.microsoft" or schema.name == "SimplifiedLayerNormalization"):
        schemas.setdefault((schema.domain, schema.name), []).append(schema)

table = {f"{domain}.{name}" if domain else name: described(versions) for (domain, name), versions in sorted(schemas.items())}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "operator-schemas.json")
with open(path, "w") as file:
    lines = (f"{json.dumps(name)}: {json.dumps(schema)}" for name, schema in table.items())
    file.write("{\n  " + ",\n  ".join(lines) + "\n}\n")
