import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { measureSpans, taggedSpans } from "./spans.ts";

const tags = (text: string) => text.split(" ");

describe("taggedSpans", () => {
  test.each<[string, string, [number, number, string][]]>([
    ["nothing", "O O", []],
    ["one of several tokens", "O B-PER I-PER I-PER O", [[1, 4, "PER"]]],
    [
      "two side by side",
      "B-PER I-PER B-PER",
      [
        [0, 2, "PER"],
        [2, 3, "PER"],
      ],
    ],
    ["one that an I begins", "O I-LOC I-LOC", [[1, 3, "LOC"]]],
    [
      "another type ends the first",
      "B-LOC I-ORG I-ORG",
      [
        [0, 1, "LOC"],
        [1, 3, "ORG"],
      ],
    ],
    ["one up to the end", "O B-LOC", [[1, 2, "LOC"]]],
    [
      "a gap parts two",
      "B-LOC O I-LOC",
      [
        [0, 1, "LOC"],
        [2, 3, "LOC"],
      ],
    ],
  ])("%s: %s", (_, text, expected) => {
    expect(taggedSpans(tags(text))).toEqual(expected.map(([start, end, type]) => ({ start, end, type })));
  });
});

describe("measureSpans", () => {
  // The example in the documentation of seqeval (https://github.com/chakki-works/seqeval), which agrees with conlleval.
  test("counts a span only with both ends right", () => {
    const actual = [tags("O O O B-MISC I-MISC I-MISC O"), tags("B-PER I-PER O")];
    const predicted = [tags("O O B-MISC I-MISC I-MISC I-MISC O"), tags("B-PER I-PER O")];
    expect(measureSpans(actual, predicted)).toEqual({
      precision: 0.5,
      recall: 0.5,
      f1: 0.5,
      support: 2,
      byType: {
        MISC: { precision: 0, recall: 0, f1: 0, support: 1 },
        PER: { precision: 1, recall: 1, f1: 1, support: 1 },
      },
    });
  });

  test("a right stretch of another type is wrong, once for each type", () => {
    const { byType, f1 } = measureSpans([tags("B-PER I-PER")], [tags("B-LOC I-LOC")]);
    expect(f1).toBe(0);
    expect(byType).toEqual({
      LOC: { precision: 0, recall: 0, f1: 0, support: 0 },
      PER: { precision: 0, recall: 0, f1: 0, support: 1 },
    });
  });

  test("precision and recall are apart, and F1 is their harmonic mean", () => {
    const measures = measureSpans([tags("B-A O B-A O B-A O B-A")], [tags("B-A O B-A O O B-A O")]);
    expect(measures.precision).toBeCloseTo(2 / 3, 12);
    expect(measures.recall).toBe(0.5);
    expect(measures.f1).toBeCloseTo(4 / 7, 12);
  });

  const anyTags = fc.array(fc.constantFrom("O", "B-A", "I-A", "B-B", "I-B"), { minLength: 1, maxLength: 12 });

  test("tags agree with themselves, and swapping the two swaps precision and recall", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyTags, anyTags), { minLength: 1, maxLength: 4 }), (pairs) => {
        const texts = pairs.map(([a, b]) => [a, Array.from(a, (_, i) => b[i] ?? "O")] as const);
        const [left, right] = [texts.map(([a]) => a), texts.map(([, b]) => b)];
        const own = measureSpans(left, left);
        expect(own.f1).toBe(own.support > 0 ? 1 : 0);
        const [one, other] = [measureSpans(left, right), measureSpans(right, left)];
        expect([one.precision, one.recall, one.f1]).toEqual([other.recall, other.precision, other.f1]);
      }),
    );
  });

  test("refuses no texts and texts of two lengths", () => {
    expect(() => measureSpans([], [])).toThrow(expect.objectContaining({ code: "EVALUATION_EMPTY" }));
    expect(() => measureSpans([["O"]], [])).toThrow(expect.objectContaining({ code: "EVALUATION_ROWS_DIFFER" }));
    expect(() => measureSpans([["O"]], [["O", "O"]])).toThrow(
      expect.objectContaining({ code: "EVALUATION_ROWS_DIFFER" }),
    );
  });
});
