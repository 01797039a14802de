import { afterEach, describe, expect, test } from "vitest";
import { GraphBuilder } from "../graph/builder.ts";
import { encodeModel } from "../onnx/encode.ts";
import { isDifferentiable } from "../ops/operator.ts";
import { OPERATORS, type OperatorName } from "../ops/table.ts";
import { evaluate } from "../reference/evaluate.ts";
import { fromReference, toReference } from "../reference/reference-tensor.ts";
import { defaultRuntime } from "../runtime/default-runtime.ts";
import type { Session } from "../runtime/runtime.ts";
import { tensorFrom } from "../tensor/tensor.ts";
import { lossGraph } from "../testing/case-graph.ts";
import { checkGradient } from "../testing/check-gradient.ts";
import { gradientCases } from "../testing/gradient-cases.ts";
import type { CaseInput, OperatorCase } from "../testing/operator-case.ts";
import { values } from "../testing/random-tensors.ts";
import { differentiate } from "./differentiate.ts";

let session: Session | undefined;
afterEach(() => session?.release());

test("the gradient of a float16 sum of squares is twice the input, in ONNX Runtime and in the interpreter", async () => {
  const b = new GraphBuilder({ name: "squares" });
  const x = b.input("x", "float16", [3]);
  b.output(b.op("ReduceSum", [b.op("Pow", [x, b.scalar(2, "float16")])], { keepdims: 0 }), "loss");
  const graph = differentiate(b.build(), { loss: "loss", parameters: ["x"] });
  const feed = values("float16", [3], [1, 2, 3]);
  expect(Array.from(evaluate(graph, { x: feed }).get("x.grad")!.data)).toEqual([2, 4, 6]);
  const runtime = await defaultRuntime();
  session = await runtime.createSession(encodeModel(graph), { threads: 1 });
  const results = await session.run({ x: fromReference(feed) });
  expect(results["x.grad"]).toEqual(tensorFrom("float16", [3], [2, 4, 6]));
});

test("float16 constants are the numbers that they were made of", () => {
  const b = new GraphBuilder({ name: "constants" });
  const shape = b.ints([2]);
  const halves = tensorFrom("float16", [1], [0.5]);
  b.output(b.op("ConstantOfShape", [shape], { value: halves }), "filled");
  b.output(b.op("Constant", [], { value: halves }), "stated");
  b.output(b.constant("float16", [2], [1.5, -2]), "made");
  const results = evaluate(b.build(), {});
  expect(results.get("filled")).toEqual(values("float16", [2], [0.5, 0.5]));
  expect(results.get("stated")).toEqual(values("float16", [1], [0.5]));
  expect(results.get("made")).toEqual(values("float16", [2], [1.5, -2]));
  expect(toReference(halves)).toEqual(values("float16", [1], [0.5]));
});

const differentiable = (Object.keys(OPERATORS) as OperatorName[]).filter((name) => isDifferentiable(OPERATORS[name]));

/** Inputs that are float32 whatever the dtype of the others. */
const ALWAYS_FLOAT32: Readonly<Partial<Record<OperatorName, number>>> = { Resize: 2 };

/** The cases in float16; constants of a gradient are then rounded to it. */
function inHalf(opType: OperatorName): OperatorCase[] {
  const half = (input: CaseInput | undefined, i: number) =>
    input?.dtype === "float32" && i !== ALWAYS_FLOAT32[opType] ? ({ ...input, dtype: "float16" } as CaseInput) : input;
  return gradientCases(opType).map((example) => ({ ...example, inputs: example.inputs.map(half) }));
}

describe.each(differentiable)("the float16 gradient of %s", (opType) => {
  test.each(inHalf(opType))("agrees with central differences: $name", (example) => {
    const { graph, feeds, parameters } = lossGraph(opType, example);
    const check = checkGradient({ graph, feeds, loss: "loss", parameter: parameters[0]! });
    expect(check.relativeError, `${check.analytic} and ${check.numeric}`).toBeLessThanOrEqual(5e-3);
  });
});
