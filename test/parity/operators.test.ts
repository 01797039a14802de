import { existsSync, readFileSync } from "node:fs";
import {
  defaultRuntime,
  differentiate,
  encodeModel,
  type Graph,
  gradientName,
  type OperatorName,
  type Tensor,
  tensorFrom,
} from "@modelwright/engine";
import {
  allclose,
  type CaseGraph,
  DIFFERENTIABLE_OPERATORS,
  evaluateWithStrings,
  forwardGraph,
  fromReference,
  gradientCases,
  lossGraph,
} from "@modelwright/engine/testing";
import { describe, expect, test } from "vitest";

interface Plain {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** What PyTorch made of one case: its outputs, and the gradient of their weighted sum by input name. */
interface FixtureCase {
  readonly outputs: readonly Plain[];
  readonly gradients: Readonly<Record<string, Plain>>;
}

/** Differentiable operators that PyTorch has no function for, with the reason. */
const WITHOUT_COUNTERPART: Partial<Record<OperatorName, string>> = {};

const FLOAT32 = { relative: 2e-3, absolute: 1e-5 };
/** The interpreter's arithmetic is float64, the constants in a gradient are float32. */
const FLOAT64 = { relative: 1e-6, absolute: 1e-7 };

const compared = DIFFERENTIABLE_OPERATORS.filter((opType) => WITHOUT_COUNTERPART[opType] === undefined);

function readFixture(opType: OperatorName): Readonly<Record<string, FixtureCase>> {
  const path = new URL(`fixtures/operators/${opType}.json`, import.meta.url);
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
}

/** Compares values of a graph with PyTorch's: the float64 reference, and ONNX Runtime in float32. */
async function expectParity({ graph, feeds }: CaseGraph, expected: ReadonlyMap<string, Plain>): Promise<void> {
  const session = await (await defaultRuntime()).createSession(encodeModel(graph), { threads: 1 });
  const tensors = Object.fromEntries(graph.inputs.map(({ name }) => [name, fromReference(feeds[name]!)]));
  const results = await session.run(tensors, [...expected.keys()]).finally(() => session.release());
  const references = evaluateWithStrings(graph, feeds);
  for (const [name, { shape, data }] of expected) {
    const values: Tensor = tensorFrom("float64", shape, data);
    const reference = allclose(references.get(name)!, values, FLOAT64);
    expect(reference.isClose, `float64 ${name}: ${reference.message}`).toBe(true);
    const runtime = allclose(results[name]!, values, FLOAT32);
    expect(runtime.isClose, `ONNX Runtime ${name}: ${runtime.message}`).toBe(true);
  }
}

describe.each(compared)("%s beside PyTorch", (opType) => {
  const fixture = readFixture(opType);

  test("has a fixture of each case: run fixtures/make-operator-fixtures.py", () => {
    expect(Object.keys(fixture)).toEqual(gradientCases(opType).map(({ name }) => name));
  });

  test.each(gradientCases(opType))("$name", async (example) => {
    const { outputs, gradients } = fixture[example.name]!;
    const forward = forwardGraph(opType, example);
    await expectParity(forward, new Map(forward.outputs.map((name, i) => [name, outputs[i]!])));

    const loss = lossGraph(opType, example);
    const graph: Graph = differentiate(loss.graph, { loss: "loss", parameters: loss.parameters });
    expect(Object.keys(gradients)).toEqual(loss.parameters);
    await expectParity(
      { ...loss, graph },
      new Map(Object.entries(gradients).map(([name, gradient]) => [gradientName(name), gradient])),
    );
  });
});

test("an operator said to have no counterpart has no fixture", () => {
  const contradicted = Object.keys(WITHOUT_COUNTERPART).filter(
    (opType) => Object.keys(readFixture(opType as OperatorName)).length > 0,
  );
  expect(contradicted).toEqual([]);
});
