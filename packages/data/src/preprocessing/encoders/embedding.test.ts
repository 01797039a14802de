import { tensor } from "@modelwright/engine";
import { allclose } from "@modelwright/engine/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Frame, joinRows, takeRows } from "../../frames/frame.ts";
import { fitFeatures } from "../fit-features.ts";
import { featureSession } from "../testing/run-features.ts";

const WIDTH = 6;
/** Vectors that differ most in two directions. */
const table = Float32Array.from({ length: 12 * WIDTH }, (_, i) => {
  const [text, k] = [Math.floor(i / WIDTH), i % WIDTH];
  return Math.fround(
    Math.sin(text * 2.1) * (k + 1) + Math.cos(text * 0.7) * (WIDTH - k) + 0.01 * ((text * 7 + k * 3) % 5),
  );
});
const frameOf = (places: readonly number[]): Frame => ({
  rows: places.length,
  columns: [
    {
      kind: "text",
      name: "notes",
      values: places.map((place) => (place < 0 ? "" : `text ${place}`)),
      vectors: { encoder: 0, width: WIDTH, table, places: Int32Array.from(places) },
    },
  ],
});
const all = frameOf([...Array.from({ length: 12 }, (_, place) => place), -1]);

describe.each([
  { encode: "embedding" },
  { encode: "embedding", components: 2 },
  { encode: "embedding", components: 3, missing: "median", indicator: true, scale: "standard", clip: 1 },
] as const)("a vector as %j", (notes) => {
  const fitted = fitFeatures(all, { preset: "forTrees", columns: { notes } });
  const width = fitted.features.length;

  test("is what the graph computes of vectors, missing ones too", async () => {
    const session = await featureSession(fitted);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: -1, max: 11 }), { minLength: 1, maxLength: 8 }), async (places) => {
        const frame = frameOf(places);
        const found = tensor("float32", [places.length, width], await session.run(frame));
        const applied = tensor("float32", [places.length, width], fitted.apply(frame));
        const closeness = allclose(found, applied, { absolute: 1e-5 });
        expect(closeness.isClose, closeness.message).toBe(true);
        expect([...found.data].map(Number.isNaN)).toEqual([...applied.data].map(Number.isNaN));
      }),
      { numRuns: 20 },
    );
    session.release();
  });

  test("goes with its row", () => {
    const rows = Int32Array.of(3, 12, 3);
    const whole = fitted.apply(all);
    const expected = Float32Array.from([...rows].flatMap((row) => [...whole.subarray(row * width, (row + 1) * width)]));
    expect(fitted.apply(takeRows(all, rows))).toEqual(expected);
    const joined = joinRows(takeRows(all, rows.slice(0, 1)), takeRows(all, rows.slice(1)));
    expect(fitted.apply(joined)).toEqual(expected);
  });
});

test("the whole vector is read bit by bit, and a column of it has one input", async () => {
  const fitted = fitFeatures(all, { preset: "forTrees", columns: { notes: { encode: "embedding" } } });
  expect(fitted.inputs).toEqual([
    { name: "notes", kind: "text", vector: { feed: "vector.notes", encoder: 0, width: WIDTH } },
  ]);
  const session = await featureSession(fitted);
  const found = await session.run(takeRows(all, Int32Array.of(5, 0)));
  expect([...found]).toEqual([...table.subarray(5 * WIDTH, 6 * WIDTH), ...table.subarray(0, WIDTH)]);
  session.release();
});

test("texts whose vectors are there are read by both unless somebody says otherwise", () => {
  const names = (columns: Parameters<typeof fitFeatures>[1]["columns"]) =>
    new Set(fitFeatures(all, { preset: "forTrees", columns }).features.map(({ name }) => name.replace(/ \d+$/, "")));
  expect(names({})).toEqual(new Set(["notes topic", "notes vector"]));
  expect(names({ notes: { encode: "tfidf" } })).toEqual(new Set(["notes topic"]));
  expect(names({ notes: { encode: "embedding" } })).toEqual(new Set(["notes vector"]));
});

test("vectors that nobody made are asked for", () => {
  const frame: Frame = { rows: 2, columns: [{ kind: "text", name: "notes", values: ["a", "b"] }] };
  expect(() => fitFeatures(frame, { preset: "forTrees", columns: { notes: { encode: "embedding" } } })).toThrow(
    '"notes", encoded by embedding, needs the vectors of its texts, got none',
  );
});
