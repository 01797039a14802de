import { GraphBuilder, RandomSource, tensorFrom, type Value } from "@modelwright/engine";
import { evaluate, type ReferenceTensor, toReference } from "@modelwright/engine/testing";
import { describe, expect, test } from "vitest";
import { drawnParameters } from "../parameters/parameter-source.ts";
import { attentionMask } from "./attention-mask.ts";
import { dense } from "./dense.ts";
import { dropout } from "./dropout.ts";
import { l2Normalize } from "./l2-normalize.ts";
import { type BuildOptions, INFERENCE, LayerContext } from "./layer-context.ts";
import { meanPooling } from "./mean-pooling.ts";
import { multiHeadAttention } from "./multi-head-attention.ts";
import { timingSignal } from "./sinusoidal-timing.ts";
import { stochasticDepth } from "./stochastic-depth.ts";

function contextOf(build: BuildOptions = INFERENCE): LayerContext {
  return new LayerContext(new GraphBuilder({ name: "test" }), drawnParameters(RandomSource.fromSeed(2)), build);
}

function run(c: LayerContext, result: Value, feeds: Readonly<Record<string, ReferenceTensor>>): ReferenceTensor {
  return evaluate(c.b.build(), feeds).get(result.name)!;
}

const training = (rate: number): BuildOptions => ({ trainable: () => true, training: { dropout: rate } });

describe("dropout", () => {
  test("scales what is kept by 1 / keep probability", () => {
    const c = contextOf(training(0.25));
    const x = c.b.input("x", "float32", ["batch", 4]);
    const y = dropout(c, x, "site");
    expect(c.dropouts).toEqual([{ name: "dropout.site", shape: ["batch", 4], dropProbability: 0.25 }]);
    const { data } = run(c, y, {
      x: toReference(tensorFrom("float32", [1, 4], [3, 6, -9, 12])),
      "dropout.site": toReference(tensorFrom("uint8", [1, 4], [1, 0, 1, 0])),
    });
    [4, 0, -12, 0].forEach((expected, i) => {
      expect(data[i]).toBeCloseTo(expected, 6);
    });
  });

  test("rounds the probability to 1/256 and names the scope", () => {
    const c = contextOf(training(0.1));
    c.scope("encoder", () => dropout(c, c.b.input("x", "float32", [2]), "site"));
    expect(c.dropouts).toEqual([{ name: "dropout.encoder.site", shape: [2], dropProbability: 26 / 256 }]);
  });

  test.each([INFERENCE, training(0), training(0.001)])("adds nothing with %j", (build) => {
    const c = contextOf(build);
    const x = c.b.input("x", "float32", [2]);
    expect(dropout(c, x, "site")).toBe(x);
    expect(c.dropouts).toEqual([]);
  });
});

describe("stochasticDepth", () => {
  test("drops a branch for whole rows and scales the others up", () => {
    const c = contextOf(training(0));
    const branch = c.b.input("branch", "float32", ["batch", 2, 2]);
    const y = stochasticDepth(c, branch, { site: "block", dropProbability: 0.5 });
    expect(c.dropouts).toEqual([{ name: "dropout.block", shape: ["batch", 1, 1], dropProbability: 0.5 }]);
    const { data } = run(c, y, {
      branch: toReference(tensorFrom("float32", [2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8])),
      "dropout.block": toReference(tensorFrom("uint8", [2, 1, 1], [0, 1])),
    });
    expect([...data]).toEqual([0, 0, 0, 0, 10, 12, 14, 16]);
  });

  test("is nothing in an inference build", () => {
    const c = contextOf();
    const branch = c.b.input("branch", "float32", ["batch", 2]);
    expect(stochasticDepth(c, branch, { site: "block", dropProbability: 0.5 })).toBe(branch);
  });
});

describe("multiHeadAttention", () => {
  // Written from the formula softmax(Q·Kᵀ / √D)·V, with loops and no shared code.
  function byLoops(
    x: number[][],
    weights: (name: string) => number[][],
    heads: number,
    keep: readonly number[],
  ): number[][] {
    const [q, k, v] = ["query", "key", "value"].map((name) => product(x, weights(name)));
    const D = q![0]!.length / heads;
    const joined = x.map((_, i) =>
      Array.from({ length: heads }, (_, h) => {
        const scores = x.map((_, j) => {
          let dot = 0;
          for (let d = h * D; d < (h + 1) * D; d++) dot += q![i]![d]! * k![j]![d]!;
          return keep[j] === 1 ? Math.exp(dot / Math.sqrt(D)) : 0;
        });
        const total = scores.reduce((a, b) => a + b);
        return Array.from({ length: D }, (_, d) =>
          scores.reduce((sum, score, j) => sum + (score / total) * v![j]![h * D + d]!, 0),
        );
      }).flat(),
    );
    return product(joined, weights("output"));
  }
  const product = (a: number[][], b: number[][]) =>
    a.map((row) => b[0]!.map((_, j) => row.reduce((sum, x, k) => sum + x * b[k]![j]!, 0)));

  test.each([false, true])("computes its formula, fused: %s", (fused) => {
    const c = contextOf();
    const xs = [
      [0.5, -1, 2, 0.25],
      [1, 0, -0.5, 1.5],
      [9, 9, 9, 9],
    ];
    const keep = [1, 1, 0];
    const x = c.b.input("x", "float32", ["batch", "sequence", 4]);
    const mask = attentionMask(c, c.b.input("mask", "int64", ["batch", "sequence"]));
    const y = multiHeadAttention(c, x, { name: "attention", heads: 2, outputWidth: 6, mask, fused });
    const { shape, data } = run(c, y, {
      x: toReference(tensorFrom("float32", [1, 3, 4], xs.flat())),
      mask: toReference(tensorFrom("int64", [1, 3], keep)),
    });
    const matrix = (name: string): number[][] => {
      const { tensor } = c.parameters.get(`attention.${name}.weight`)!;
      const [rows, columns] = tensor.shape as [number, number];
      return Array.from({ length: rows }, (_, i) => [...tensor.data.subarray(i * columns, (i + 1) * columns)]);
    };
    const part = { query: 0, key: 1, value: 2 } as Readonly<Record<string, number>>;
    const weights = (name: string) =>
      fused && name in part
        ? matrix("qkv").map((row) => row.slice(part[name]! * 4, part[name]! * 4 + 4))
        : matrix(name);
    expect(shape).toEqual([1, 3, 6]);
    byLoops(xs, weights, 2, keep)
      .flat()
      .forEach((expected, i) => {
        expect(data[i]).toBeCloseTo(expected, 7);
      });
  });
});

describe("meanPooling", () => {
  test("averages what the mask keeps, and gives zeros where it keeps nothing", () => {
    const c = contextOf();
    const x = c.b.input("x", "float32", ["batch", "sequence", 2]);
    const mask = attentionMask(c, c.b.input("mask", "int64", ["batch", "sequence"]));
    const { data } = run(c, meanPooling(c, x, mask), {
      x: toReference(tensorFrom("float32", [2, 3, 2], [1, 2, 3, 4, 100, 100, 5, 6, 7, 8, 9, 10])),
      mask: toReference(tensorFrom("int64", [2, 3], [1, 1, 0, 0, 0, 0])),
    });
    expect([...data]).toEqual([2, 3, 0, 0]);
  });
});

describe("l2Normalize", () => {
  test("gives length 1, and leaves a zero vector at zero", () => {
    const c = contextOf();
    const y = l2Normalize(c, c.b.input("x", "float32", ["batch", 2]), { epsilon: 1e-12 });
    const { data } = run(c, y, { x: toReference(tensorFrom("float32", [2, 2], [3, -4, 0, 0])) });
    [0.6, -0.8, 0, 0].forEach((expected, i) => {
      expect(data[i]).toBeCloseTo(expected, 12);
    });
  });
});

describe("timingSignal", () => {
  test("has sines, then cosines, of timescales from 1 to 10,000", () => {
    const { shape, data } = timingSignal({ positions: 3, width: 6 });
    expect(shape).toEqual([3, 6]);
    const angles = [2, 2 / 100, 2 / 10_000];
    [...angles.map(Math.sin), ...angles.map(Math.cos)].forEach((expected, i) => {
      expect(data[2 * 6 + i]).toBeCloseTo(expected, 7);
    });
    expect([...data.subarray(0, 6)]).toEqual([0, 0, 0, 1, 1, 1]);
  });
});

describe("dense", () => {
  test("shares a parameter that is asked for twice under one name", () => {
    const c = contextOf();
    const x = c.b.input("x", "float32", ["batch", 3]);
    const once = dense(c, x, { name: "shared", width: 3 });
    dense(c, once, { name: "shared", width: 3 });
    expect([...c.parameters.keys()]).toEqual(["shared.weight", "shared.bias"]);
  });
});
