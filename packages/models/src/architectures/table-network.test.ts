import { GraphBuilder, RandomSource, tensorFrom } from "@modelwright/engine";
import { evaluate, toReference } from "@modelwright/engine/testing";
import { expect, test } from "vitest";
import { INFERENCE, LayerContext } from "../layers/layer-context.ts";
import { drawnParameters } from "../parameters/parameter-source.ts";
import { type TableNetworkConfig, tableNetwork } from "./table-network.ts";

type Vector = readonly number[];

/** x · weight + bias, from the definition. */
function affine(x: Vector, weight: Float32Array, bias: Float32Array): number[] {
  return Array.from(bias, (start, k) => x.reduce((sum, value, j) => sum + value * weight[j * bias.length + k]!, start));
}

const silu = (x: number) => x / (1 + Math.exp(-x));

/** The network of one row as loops over its weights. */
function byHand(row: Vector, { features, hidden }: TableNetworkConfig, of: (name: string) => Float32Array): number[] {
  const numbers = row.filter((_, j) => features[j]!.categories === undefined);
  const periodic = numbers.flatMap((x, n) => {
    const wave = (k: number) =>
      Math.cos(
        2 * Math.PI * x * of("embeddings.numbers.frequency")[n * 16 + k]! + of("embeddings.numbers.phase")[n * 16 + k]!,
      );
    const learned = [0, 1, 2].map((out) => {
      let sum = of("embeddings.numbers.bias")[n * 3 + out]!;
      for (let k = 0; k < 16; k++) sum += wave(k) * of("embeddings.numbers.weight")[(n * 16 + k) * 3 + out]!;
      return sum;
    });
    return [x, ...learned];
  });
  const vectors = row.flatMap((code, j) => {
    const { categories } = features[j]!;
    if (categories === undefined) return [];
    const table = of(`embeddings.category${j}.weight`);
    const width = table.length / categories;
    const at = Number.isNaN(code) ? 0 : code;
    return [...table.subarray(at * width, (at + 1) * width)];
  });
  let y: number[] = [...periodic, ...vectors];
  for (const i of hidden!.keys()) y = affine(y, of(`hidden${i}.weight`), of(`hidden${i}.bias`)).map(silu);
  return affine(y, of("head.output.weight"), of("head.output.bias"));
}

test.each<[string, TableNetworkConfig, Vector[]]>([
  [
    "numbers and categories",
    { features: [{}, { categories: 3 }, {}, { categories: 40 }], outputs: 3, hidden: [5, 4] },
    [
      [0.5, 2, -3, 39],
      [10, 0, 0, 7],
      [-0.1, Number.NaN, 1, Number.NaN],
    ],
  ],
  ["numbers alone", { features: [{}, {}], outputs: 1, hidden: [6] }, [[1.5, -2]]],
  ["a category alone", { features: [{ categories: 2 }], outputs: 2, hidden: [3] }, [[1], [0]]],
])("computes what its definition says: %s", (_, config, rows) => {
  const c = new LayerContext(new GraphBuilder({ name: "table" }), drawnParameters(RandomSource.fromSeed(3)), INFERENCE);
  const x = c.b.input("x", "float32", ["batch", config.features.length]);
  const y = tableNetwork(c, x, config);
  expect(y.shape).toEqual(["batch", config.outputs]);
  c.b.output(y, "y");
  const feeds = { x: toReference(tensorFrom("float32", [rows.length, config.features.length], rows.flat())) };
  const { data } = evaluate(c.b.build(), feeds).get("y")!;
  const expected = rows.flatMap((row) => byHand(row, config, (name) => c.parameters.get(name)!.tensor.data));
  expect(data).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(data[i]).toBeCloseTo(value, 4);
  });
});
