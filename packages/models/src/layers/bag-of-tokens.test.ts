import { GraphBuilder, RandomSource, tensorFrom } from "@modelwright/engine";
import { evaluate, toReference } from "@modelwright/engine/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawnParameters } from "../parameters/parameter-source.ts";
import { bagOfTokens } from "./bag-of-tokens.ts";
import { LayerContext } from "./layer-context.ts";

const VOCABULARY = 6;
const CLASSES = 2;
const random = RandomSource.fromSeed(3);
const WEIGHT = Array.from({ length: VOCABULARY }, () => Array.from({ length: CLASSES }, () => random.normal()));

function scores(rows: readonly (readonly number[])[]): number[][] {
  const longest = Math.max(1, ...rows.map((row) => row.length));
  const build = { trainable: () => true };
  const c = new LayerContext(new GraphBuilder({ name: "test" }), drawnParameters(random), build);
  const result = bagOfTokens(c, c.b.input("ids", "int64", ["batch", "bag"]), {
    name: "bag",
    vocabularySize: VOCABULARY,
    classes: CLASSES,
  });
  const padded = rows.flatMap((row) => [...row, ...new Array<number>(longest - row.length).fill(0)]);
  const { data } = evaluate(c.b.build(), {
    ids: toReference(tensorFrom("int64", [rows.length, longest], padded)),
    "bag.weight": toReference(tensorFrom("float32", [VOCABULARY, CLASSES], WEIGHT.flat())),
  }).get(result.name)!;
  return rows.map((_, row) => [...data.subarray(row * CLASSES, (row + 1) * CLASSES)]);
}

/** From the definition, over the distinct tokens of a text. */
function byDefinition(row: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const id of row) counts.set(id, (counts.get(id) ?? 0) + 1);
  const norm = Math.hypot(...[...counts.values()].map((count) => Math.log(1 + count)));
  return Array.from({ length: CLASSES }, (_, k) =>
    [...counts].reduce((sum, [id, count]) => sum + (Math.log(1 + count) / norm) * Math.fround(WEIGHT[id]![k]!), 0),
  );
}

describe("bagOfTokens", () => {
  test("sums the weights of a text's distinct tokens, by log(1 + count), as a vector of length 1", () => {
    const rows = fc.array(fc.array(fc.integer({ min: 1, max: VOCABULARY - 1 }), { minLength: 1, maxLength: 12 }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(rows, (given) => {
        scores(given).forEach((row, i) => {
          byDefinition(given[i]!).forEach((expected, k) => {
            expect(row[k]).toBeCloseTo(expected, 6);
          });
        });
      }),
      { numRuns: 30 },
    );
  });

  test("says nothing of a text without tokens", () => {
    expect(scores([[], [3]])[0]).toEqual([0, 0]);
  });
});
