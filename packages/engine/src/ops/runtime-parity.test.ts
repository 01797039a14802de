import { afterEach, describe, expect, test } from "vitest";
import { differentiate, gradientName } from "../autodiff/differentiate.ts";
import type { Graph } from "../graph/graph.ts";
import { encodeModel } from "../onnx/encode.ts";
import { evaluateWithStrings } from "../reference/evaluate.ts";
import { fromReference } from "../reference/reference-tensor.ts";
import { defaultRuntime } from "../runtime/default-runtime.ts";
import type { Session } from "../runtime/runtime.ts";
import { allclose } from "../testing/allclose.ts";
import { type CaseGraph, forwardGraph, lossGraph, parametersOf } from "../testing/case-graph.ts";
import type { OperatorCase } from "../testing/operator-case.ts";
import { OPERATOR_CASES } from "../testing/operator-cases/index.ts";
import { isDifferentiable } from "./operator.ts";
import { OPERATORS, type OperatorName } from "./table.ts";

/** float32 against float64. */
const TOLERANCE = { relative: 2e-3, absolute: 1e-5 };

let session: Session | undefined;
afterEach(() => session?.release());

/** Compares all outputs of a graph in ONNX Runtime with the interpreter's. */
async function expectParity(graph: Graph, feeds: CaseGraph["feeds"], fetches: readonly string[]): Promise<void> {
  const runtime = await defaultRuntime();
  session = await runtime.createSession(encodeModel(graph), { threads: 1 });
  const tensors = Object.fromEntries(graph.inputs.map(({ name }) => [name, fromReference(feeds[name]!)]));
  const results = await session.run(tensors, fetches, { strings: true });
  const expected = evaluateWithStrings(graph, feeds);
  for (const name of fetches) {
    const [result, value] = [results[name]!, expected.get(name)!];
    expect(result.dtype, name).toBe(value.dtype);
    if (result.dtype === "string" || value.dtype === "string") {
      expect(result, name).toEqual(value);
      continue;
    }
    const closeness = allclose(result, value, TOLERANCE);
    expect(closeness.isClose, `${name}: ${closeness.message}`).toBe(true);
  }
}

describe.each(Object.keys(OPERATORS) as OperatorName[])("ONNX Runtime's %s", (opType) => {
  const cases: readonly OperatorCase[] = OPERATOR_CASES[opType];
  const runnable = cases.filter((example) => example.referenceOnly !== true);

  test("has a case", () => {
    expect(runnable.length).toBeGreaterThan(0);
  });

  test.each(runnable)("has the reference's values: $name", async (example) => {
    const { graph, feeds, outputs } = forwardGraph(opType, example);
    await expectParity(graph, feeds, outputs);
  });

  const differentiable = isDifferentiable(OPERATORS[opType]);
  test.each(differentiable ? runnable.filter((example) => parametersOf(example).length > 0) : [])(
    "has the reference's gradient: $name",
    async (example) => {
      const { graph, feeds, parameters } = lossGraph(opType, example);
      await expectParity(differentiate(graph, { loss: "loss", parameters }), feeds, [
        "loss",
        ...parameters.map(gradientName),
      ]);
    },
  );
});
