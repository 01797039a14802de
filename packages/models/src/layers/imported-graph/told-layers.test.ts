import { expect, test } from "vitest";
import { type ReadWeight, toldLayers } from "./told-layers.ts";

/** What a layer of BERT reads, in this order. */
const BERT: readonly (readonly number[])[] = [
  ...Array.from({ length: 4 }, () => [[16, 16], [16]]).flat(),
  [16],
  [16],
  [16, 24],
  [24],
  [24, 16],
  [16],
  [16],
  [16],
];
const TABLES = [[140, 16], [2, 16], [240, 16], [16], [16]];
const POOLER = [[16, 16], [16]];

const unnamed = (shapes: readonly (readonly number[])[]): ReadWeight[] =>
  shapes.map((shape, i) => ({ name: `onnx::${i}`, shape }));
const named = (names: readonly string[]): ReadWeight[] => names.map((name) => ({ name, shape: [4, 4] }));

test.each([2, 3, 12])("%i layers are told by shapes, embeddings and pooler left out", (count) => {
  const stack = Array.from({ length: count }, () => BERT).flat();
  const told = toldLayers(unnamed([...TABLES, ...stack, ...POOLER]));
  expect(told).toMatchObject({ by: "shapes", count });
  const expected = stack.map((_, i) => [`onnx::${TABLES.length + i}`, Math.floor(i / BERT.length)]);
  expect([...told.layerOf]).toEqual(expected);
});

test("of numbers in names those are layers under which most weights stand", () => {
  const weights = named([
    "model.0.word.weight",
    "model.0.encoder.layer.0.query.weight",
    "model.0.encoder.layer.0.experts.0.weight",
    "model.0.encoder.layer.0.experts.1.weight",
    "model.0.encoder.layer.1.query.weight",
    "model.0.pooler.weight",
  ]);
  const told = toldLayers(weights);
  expect(told).toMatchObject({ by: "names", count: 2 });
  expect([...told.layerOf.values()]).toEqual([0, 0, 0, 1]);
  expect(told.beginningOf!(1)).toBe("model.0.encoder.layer.1.");
});

test("a layer that is alone is told by what its stack is called", () => {
  const told = toldLayers(named(["word.weight", "encoder.layer.0.query.weight", "encoder.layer.0.key.weight"]));
  expect(told).toMatchObject({ by: "names", count: 1 });
});

test.each<[string, readonly ReadWeight[]]>([
  ["a single number", named(["model.0.query.weight", "pooler.weight"])],
  ["numbers with a gap", named(["layer.0.a", "layer.2.a"])],
  ["shapes that do not return", unnamed([[3, 5], [5], [5, 4], [4]])],
  ["vectors alone that return", unnamed([[5], [5], [5], [5], [5]])],
  ["nothing", []],
])("%s tells no layers", (_, weights) => {
  expect(toldLayers(weights)).toMatchObject({ by: "nothing", count: 0 });
});
