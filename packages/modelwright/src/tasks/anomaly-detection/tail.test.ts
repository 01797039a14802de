import { defaultRuntime, encodeModel, GraphBuilder, tensor } from "@modelwright/engine";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyTail, compileTail, fitTail, type Tail } from "./tail.ts";

const shareAbove = (scores: Float64Array, value: number) =>
  scores.filter((score) => score >= value).length / scores.length;

describe("how odd a score is", () => {
  const scores = Float64Array.from({ length: 2000 }, (_, i) => ((i * 7919) % 2003) / 2003);

  test("is −ln of the share of rows whose score is as large, between the knots as well", () => {
    const tail = fitTail(scores);
    for (const value of [0.05, 0.33, 0.5, 0.77, 0.93, 0.985])
      expect(Math.exp(-applyTail(tail, Float64Array.of(value))[0]!)).toBeCloseTo(shareAbove(scores, value), 2);
    // One of a hundred is flagged where one of a hundred is asked for.
    expect(applyTail(tail, scores).filter((oddness) => oddness > -Math.log(0.01))).toHaveLength(20);
  });

  test("beyond all that was seen it goes on rising, by what one of so many rows can claim", () => {
    // The quantiles of an exponential law: the share beyond x is e^(−x / 3).
    const law = Float64Array.from({ length: 5000 }, (_, i) => -3 * Math.log(1 - (i + 0.5) / 5000));
    const tail = fitTail(law);
    const [usual, odd] = applyTail(tail, Float64Array.of(3, 12));
    expect(usual).toBeCloseTo(1, 1);
    expect(odd).toBeCloseTo(4, 1);
    const largest = law.at(-1)!;
    const [at, beyond, far] = applyTail(tail, Float64Array.of(largest, largest + tail.unit, 1e9));
    expect(at).toBeCloseTo(Math.log(5000), 5);
    expect(beyond! - at!).toBeCloseTo(Math.LN2, 5);
    expect(far).toBeLessThan(40);
  });

  test("rises with the score, is never below 0 and finite, whatever the scores are", () => {
    const values = fc.array(
      fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -1e6, max: 1e6, noNaN: true })),
      {
        minLength: 1,
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(values, values, (seen, asked) => {
        const sorted = Float64Array.from(asked, Math.fround).sort();
        const oddness = applyTail(fitTail(Float64Array.from(seen)), sorted);
        for (const [i, value] of oddness.entries()) {
          expect(Number.isFinite(value) && value >= 0).toBe(true);
          if (i > 0) expect(value).toBeGreaterThanOrEqual(oddness[i - 1]! - 1e-6 * Math.max(1, value));
        }
      }),
    );
  });

  test("is the same in a graph", async () => {
    const tails: Tail[] = [fitTail(scores), fitTail(Float64Array.of(2, 2, 2)), fitTail(Float64Array.of(-1, 5))];
    for (const tail of tails) {
      const b = new GraphBuilder({ name: "tail" });
      b.output(compileTail(b, b.input("score", "float32", ["batch", 1]), tail), "oddness");
      const session = await (await defaultRuntime()).createSession(encodeModel(b.build()), { threads: 1 });
      const asked = Float32Array.from({ length: 101 }, (_, i) => (i - 50) / 20);
      const { oddness } = await session.run({ score: tensor("float32", [101, 1], asked) });
      session.release();
      const here = applyTail(tail, Float64Array.from(asked));
      for (const [i, value] of here.entries())
        expect(Math.abs((oddness!.data as Float32Array)[i]! - value)).toBeLessThan(1e-5 * Math.max(1, value));
    }
  });
});
