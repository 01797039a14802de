import { readFileSync } from "node:fs";
import {
  type AnyTensor,
  type AnyTensorMap,
  type DType,
  decodeModel,
  defaultRuntime,
  encodeModel,
  evaluateWithStrings,
  type Graph,
  guardModel,
  tensor,
  tensorFrom,
} from "@modelwright/engine";
import { allclose, toReference } from "@modelwright/engine/testing";
import { describe, expect, test } from "vitest";

interface Plain {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** `null` is NaN. */
  readonly data: readonly (number | string | null)[];
}

interface FixtureCase {
  readonly feeds: Readonly<Record<string, Plain>>;
  /** What scikit-learn makes of the feeds, by the order of the graph's outputs. */
  readonly outputs: readonly Plain[];
}

/** Attributes are float32, scikit-learn computes in float64. */
const TOLERANCE = { relative: 1e-4, absolute: 2e-5 };

const fixture = (name: string) => readFileSync(new URL(`fixtures/scikit-learn/${name}`, import.meta.url));
const CASES: Readonly<Record<string, FixtureCase>> = JSON.parse(fixture("cases.json").toString());

function toTensor({ dtype, shape, data }: Plain): AnyTensor {
  if (dtype === "string") return tensor("string", shape, data.map(String));
  return tensorFrom(
    dtype,
    shape,
    data.map((value) => (value === null ? Number.NaN : Number(value))),
  );
}

async function run(model: Uint8Array, feeds: AnyTensorMap): Promise<Readonly<Record<string, AnyTensor>>> {
  const session = await (await defaultRuntime()).createSession(model, { threads: 1 });
  return session.run(feeds, undefined, { strings: true }).finally(() => session.release());
}

/** scikit-learn gives one number per row where the graph gives a column, or two scores of which the second is its. */
function expectClose(actual: AnyTensor, expected: AnyTensor, where: string): void {
  const columns = actual.shape[1] ?? 1;
  const isLast = expected.shape.length === 1 && actual.shape.length === 2;
  const picked = isLast ? lastColumn(actual, columns) : actual;
  const { isClose, message } = allclose(picked, expected, TOLERANCE);
  expect(isClose, `${where}: ${message}`).toBe(true);
}

function lastColumn(value: AnyTensor, columns: number): AnyTensor {
  if (value.dtype === "string") throw new Error("a column of texts is not expected");
  const numbers = Array.from<number | bigint, number>(value.data, Number);
  const last = numbers.filter((_, i) => i % columns === columns - 1);
  return tensorFrom("float32", [last.length], last);
}

describe.each(Object.entries(CASES))("scikit-learn's %s", (name, { feeds: plain, outputs }) => {
  const bytes = fixture(`${name}.onnx`);
  const graph: Graph = decodeModel(bytes, { file: name });
  const feeds = Object.fromEntries(Object.entries(plain).map(([input, value]) => [input, toTensor(value)]));
  const expected = outputs.map(toTensor);

  test("passes the guard", () => {
    expect(guardModel(bytes, { file: name }).nodes).toBe(graph.nodes.length);
  });

  test("has all types inferred by our rules", () => {
    const outs = graph.nodes.flatMap((node) => node.outputs).filter((output) => output !== "");
    expect(outs.filter((output) => !graph.values.has(output))).toEqual([]);
  });

  test("has scikit-learn's outputs in float64", () => {
    const references = Object.fromEntries(Object.entries(feeds).map(([input, value]) => [input, toReference(value)]));
    const values = evaluateWithStrings(graph, references);
    for (const [i, { name: output }] of graph.outputs.entries()) {
      const reference = values.get(output)!;
      const actual = reference.dtype === "string" ? reference : tensorFrom("float64", reference.shape, reference.data);
      expectClose(actual, expected[i]!, output);
    }
  });

  test.each([
    ["as it is", bytes],
    ["decoded and written again", encodeModel(graph)],
  ])("has scikit-learn's outputs in ONNX Runtime, %s", async (_, model) => {
    const results = await run(model, feeds);
    for (const [i, { name: output }] of graph.outputs.entries()) expectClose(results[output]!, expected[i]!, output);
  });
});
