import { tensor } from "@modelwright/engine";
import { allclose } from "@modelwright/engine/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Frame } from "../../frames/frame.ts";
import { wellFormed } from "../../frames/well-formed.ts";
import { fitFeatures } from "../fit-features.ts";
import { featureSession } from "../testing/run-features.ts";

const texts = [
  "the parcel is late",
  "where is the parcel?",
  "refund my order",
  "my refund is late",
  "酒店的房间很干净",
  "房间很小",
  "café 🎉",
  "",
];
const frameOf = (values: readonly string[]): Frame => ({
  rows: values.length,
  columns: [{ kind: "text", name: "notes", values }],
});

describe("topics of texts", () => {
  const fitted = fitFeatures(frameOf(texts), { preset: "forTrees", columns: { notes: { components: 20 } } });
  const width = fitted.features.length;

  test("keep the angles between texts where there are enough of them", () => {
    const topics = fitted.apply(frameOf(texts));
    const angle = (i: number, j: number) =>
      topics.subarray(i * width, (i + 1) * width).reduce((sum, value, k) => sum + value * topics[j * width + k]!, 0);
    for (let i = 0; i < 7; i++) expect(angle(i, i)).toBeCloseTo(1, 5);
    expect(angle(7, 7)).toBe(0);
    // Texts with words in common are nearer than others.
    expect(angle(0, 1)).toBeGreaterThan(0.3);
    expect(angle(4, 5)).toBeGreaterThan(0.3);
    expect(angle(0, 4)).toBeCloseTo(0, 5);
  });

  test.each([
    {},
    { units: "words" },
    { units: "words", ngrams: 1 },
    { units: "characters", ngrams: 3, scale: "standard", clip: 2 },
    { terms: 20, scale: "quantile" },
  ] as const)("are what the graph computes, of any text: %j", async (notes) => {
    const fitted = fitFeatures(frameOf(texts), { preset: "forTrees", columns: { notes } });
    const width = fitted.features.length;
    const session = await featureSession(fitted);
    const text = fc.oneof(
      fc.string({ unit: "binary" }).map(wellFormed),
      fc.constantFrom(...texts, "THE PARCEL", "a\0b"),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 6 }), async (values) => {
        const shape = [values.length, width];
        const found = tensor("float32", shape, await session.run(frameOf(values)));
        const applied = tensor("float32", shape, fitted.apply(frameOf(values)));
        const closeness = allclose(found, applied, { absolute: 1e-5 });
        expect(closeness.isClose, closeness.message).toBe(true);
      }),
      { numRuns: 15 },
    );
    session.release();
  });

  test("know words of Chinese where words are asked for", () => {
    const [column] = fitFeatures(frameOf(texts), {
      preset: "forTrees",
      columns: { notes: { units: "words", ngrams: 1 } },
    }).toJSON().columns;
    const { terms } = column!.encoder.state as { readonly terms: readonly string[] };
    // The one that stands in two texts.
    expect(terms.filter((term) => /\p{Script=Han}/u.test(term))).toEqual([" 房间 "]);
    expect(terms).toContain(" parcel ");
  });

  test("are there for texts without a letter, as nothing", () => {
    const none = fitFeatures(frameOf(["?!", "…", "?"]), { preset: "forTrees" });
    expect(none.apply(frameOf(["hello"])).every((value) => value === 0)).toBe(true);
  });
});
