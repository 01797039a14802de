"""What PyTorch makes in float64 of drawn cases of every differentiable operator: OUT/SEED.json.

Run: python make.py OUT [SEED ...]      (torch of any version; default seeds 1 2 3). The formulas are those of
test/parity/fixtures/make-operator-fixtures.py.
"""
import importlib.util
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
FORMULAS = HERE.parents[1] / "parity" / "fixtures" / "make-operator-fixtures.py"


def load_formulas():
    """The module, whose fixtures one release made; here any release is an oracle."""
    sys.path.insert(0, str(FORMULAS.parent))
    source = FORMULAS.read_text()
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("formulas", loader=None))
    module.__file__ = str(FORMULAS)
    lines = [line for line in source.splitlines() if not line.startswith("assert torch.__version__")]
    exec(compile("\n".join(lines), str(FORMULAS), "exec"), module.__dict__)
    return module


if __name__ == "__main__":
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    formulas = load_formulas()
    for seed in sys.argv[2:] or ["1", "2", "3"]:
        printed = subprocess.run(["node", HERE / "draw-cases.mjs", seed], check=True, capture_output=True, text=True)
        rows = []
        for op_type, cases in json.loads(printed.stdout).items():
            if op_type in formulas.OPERATORS:
                rows += [{"opType": op_type, **case, "expected": formulas.run(formulas.OPERATORS[op_type], case)} for case in cases]
        (out / f"{seed}.json").write_text(json.dumps(rows))
        print(f"seed {seed}: {len(rows)} cases")
