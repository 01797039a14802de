import { readFileSync } from "node:fs";
import {
  defaultRuntime,
  differentiate,
  encodeModel,
  GraphBuilder,
  gradientName,
  type Tensor,
  tensorFrom,
  type Value,
} from "@modelwright/engine";
import { describe, expect, test } from "vitest";
import { binaryCrossEntropy } from "./binary-cross-entropy.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { binaryFocal, focal } from "./focal.ts";
import { hinge } from "./hinge.ts";
import { klDivergence } from "./kl-divergence.ts";
import type { LossContext } from "./loss-context.ts";
import {
  contrastive,
  cosineEmbedding,
  cosineSimilarity,
  multipleNegativesRanking,
  triplet,
} from "./metric-learning.ts";
import { huber, meanAbsoluteError, meanSquaredError } from "./regression.ts";
import { structuralDissimilarity, structuralSimilarity } from "./structural-similarity.ts";
import { weightedSum } from "./weighted-sum.ts";

interface Given {
  readonly dtype: "float32" | "int64";
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** Made by `fixtures/losses/make.py` with PyTorch 2.8.0 and scikit-image 0.25.2. */
const fixture: {
  cases: Record<
    string,
    {
      inputs: Record<string, Given>;
      shape: readonly number[];
      loss: readonly number[];
      gradients: Record<string, readonly number[]>;
    }
  >;
  images: { shape: number[]; original: number[]; changed: number[]; similarity: number; gradient: number[] }[];
} = JSON.parse(readFileSync(new URL("../../fixtures/losses/losses.json", import.meta.url), "utf8"));

/** Made by `fixtures/losses/make-sentence-losses.py` with sentence-transformers 6.2.0. */
const sentences: Pick<typeof fixture, "cases"> = JSON.parse(
  readFileSync(new URL("../../fixtures/losses/sentence-losses.json", import.meta.url), "utf8"),
);

type Loss = (c: LossContext, values: Readonly<Record<string, Value>>) => Value;

/** A loss with options, its values by the names of the fixture. */
const given =
  <Values>(loss: (c: LossContext, values: Values) => Value, options: Partial<Values> = {}): Loss =>
  (c, values) =>
    loss(c, { ...values, ...options } as Values);

const CLASS_WEIGHTS = [0.5, 2, 1, 1.5];
const LOSSES: Readonly<Record<string, Loss>> = {
  mse: given(meanSquaredError),
  "mse rows": given(meanSquaredError, { reduction: "none" }),
  mae: given(meanAbsoluteError),
  huber: given(huber),
  "huber 0.5": given(huber, { delta: 0.5 }),
  "cross entropy": given(crossEntropy),
  "cross entropy rows": given(crossEntropy, { reduction: "none" }),
  "cross entropy sum": given(crossEntropy, { reduction: "sum" }),
  "cross entropy weights": given(crossEntropy, { classWeights: CLASS_WEIGHTS }),
  "cross entropy smoothed": given(crossEntropy, { labelSmoothing: 0.1 }),
  "cross entropy ignored": given(crossEntropy, { ignoredLabel: -100 }),
  "cross entropy all": given(crossEntropy, { ignoredLabel: -100, classWeights: CLASS_WEIGHTS, labelSmoothing: 0.2 }),
  "cross entropy tokens": given(crossEntropy, { ignoredLabel: -100 }),
  "cross entropy tokens rows": given(crossEntropy, { ignoredLabel: -100, labelSmoothing: 0.1, reduction: "none" }),
  "binary cross entropy": given(binaryCrossEntropy),
  "binary cross entropy rows": given(binaryCrossEntropy, { reduction: "none" }),
  "binary cross entropy weight": given(binaryCrossEntropy, { positiveWeight: 3 }),
  "binary cross entropy weights": given(binaryCrossEntropy, { positiveWeight: [0.5, 2, 1] }),
  focal: given(focal),
  "focal 1.5": given(focal, { gamma: 1.5 }),
  "focal 0": given(focal, { gamma: 0 }),
  "binary focal": given(binaryFocal),
  "binary focal 1": given(binaryFocal, { gamma: 1, alpha: 0.5 }),
  hinge: given(hinge),
  "hinge 0.5": given(hinge, { margin: 0.5 }),
  "cosine embedding 0": given(cosineEmbedding),
  "cosine embedding 0.3": given(cosineEmbedding, { margin: 0.3 }),
  "contrastive 1": given(contrastive),
  "contrastive 3": given(contrastive, { margin: 3 }),
  "triplet 1": given(triplet),
  "triplet 0.2": given(triplet, { margin: 0.2 }),
  "ranking 20": given(multipleNegativesRanking),
  "ranking 5": given(multipleNegativesRanking, { scale: 5 }),
  "kl 1": given(klDivergence),
  "kl 2.5": given(klDivergence, { temperature: 2.5 }),
  "weighted sum": (c, values) =>
    weightedSum(c, [
      { loss: given(meanSquaredError)(c, values), weight: 1 },
      { loss: given(meanAbsoluteError)(c, values), weight: 0.25 },
    ]),
};

/** Rows that share a text are given by the numbers of their texts. */
const besideCopies: Loss = (c, { anchorTexts, positiveTexts, ...values }) =>
  given(multipleNegativesRanking, { numbers: { anchors: anchorTexts!, positives: positiveTexts! } })(c, values);

const SENTENCE_LOSSES: Readonly<Record<string, Loss>> = {
  "multiple negatives 20": given(multipleNegativesRanking),
  "multiple negatives 20, hard ones too": given(multipleNegativesRanking),
  "multiple negatives 5": given(multipleNegativesRanking, { scale: 5 }),
  "multiple negatives 5, hard ones too": given(multipleNegativesRanking, { scale: 5 }),
  "multiple negatives, copies": besideCopies,
  "multiple negatives, copies, hard ones too": besideCopies,
  "cosine similarity": given(cosineSimilarity),
  "triplet 1": given(triplet),
  "triplet 5": given(triplet, { margin: 5 }),
};

/** Value and gradients by ONNX Runtime; several values are weighed 1, 2, 3 … before they are added, as the fixture does. */
async function measured(loss: Loss, inputs: Readonly<Record<string, Tensor>>, learned: readonly string[]) {
  const b = new GraphBuilder({ name: "loss" });
  const values = Object.fromEntries(
    Object.entries(inputs).map(([name, { dtype, shape }]) => [
      name,
      b.input(name, dtype, ["batch", ...shape.slice(1)]),
    ]),
  );
  const value = b.output(loss({ b }, values), "value");
  const flat = b.op("Reshape", [value, b.ints([-1])]);
  const count = b.op("Squeeze", [b.op("Shape", [flat]), b.ints([0])]);
  const numbers = b.op("Range", [b.scalar(0, "int64"), count, b.scalar(1, "int64")]);
  const weights = b.op("Add", [b.op("Cast", [numbers], { to: 1 }), b.scalar(1)]);
  b.output(b.op("ReduceSum", [b.op("Mul", [flat, weights])], { keepdims: 0 }), "total");
  const graph = differentiate(b.build(), { loss: "total", parameters: learned });
  const session = await (await defaultRuntime()).createSession(encodeModel(graph), { threads: 1 });
  try {
    return await session.run(inputs);
  } finally {
    session.release();
  }
}

function expectClose(got: Tensor | undefined, expected: readonly number[], name: string, tolerance = 2e-5) {
  expect(got!.data, name).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) {
    const error = Math.abs(Number(got!.data[i]) - value);
    expect(error, `${name}[${i}]: ${got!.data[i]} for ${value}`).toBeLessThan(tolerance * Math.max(1, Math.abs(value)));
  }
}

describe("losses follow PyTorch, value and gradient", () => {
  test("the cases are those of the fixture", () => {
    expect(Object.keys(LOSSES)).toEqual(Object.keys(fixture.cases));
  });

  test("the cases of sentences are those of their fixture", () => {
    expect(Object.keys(SENTENCE_LOSSES)).toEqual(Object.keys(sentences.cases));
  });

  const all = { ...LOSSES, ...SENTENCE_LOSSES };
  test.each(Object.keys(all))("%s", async (name) => {
    const { inputs, shape, loss, gradients } = { ...fixture.cases, ...sentences.cases }[name]!;
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([key, { dtype, shape: size, data }]) => [key, tensorFrom(dtype, size, data)]),
    );
    const result = await measured(all[name]!, tensors, Object.keys(gradients));
    expect(result.value!.shape).toEqual(shape);
    expectClose(result.value, loss, "loss");
    for (const [key, gradient] of Object.entries(gradients)) {
      expectClose(result[gradientName(key)], gradient, gradientName(key));
    }
  });
});

test("no text is a negative of a row whose anchor or positive it is", async () => {
  const vectors = (seed: number) =>
    tensorFrom(
      "float32",
      [3, 4],
      Array.from({ length: 12 }, (_, i) => Math.sin(1 + i * 1.7 + seed)),
    );
  const inputs = { anchors: vectors(1), positives: vectors(2), negatives: vectors(3) };
  const numbers = { anchors: [10, 11, 12], positives: [20, 21, 10], negatives: [21, 20, 99] };
  const numbered = Object.fromEntries(
    Object.entries(numbers).map(([key, values]) => [`${key}Numbers`, tensorFrom("int64", [3], values)]),
  );
  const ranking: Loss = (c, { anchors, positives, negatives, anchorsNumbers, positivesNumbers, negativesNumbers }) =>
    multipleNegativesRanking(c, {
      anchors: anchors!,
      positives: positives!,
      negatives: negatives!,
      numbers: { anchors: anchorsNumbers!, positives: positivesNumbers!, negatives: negativesNumbers! },
      scale: 5,
      reduction: "none",
    });
  const { value } = await measured(ranking, { ...inputs, ...numbered }, ["anchors"]);
  const row = (name: keyof typeof inputs, at: number) => [...inputs[name].data].slice(4 * at, 4 * at + 4).map(Number);
  const dot = (x: number[], y: number[]) => x.reduce((sum, each, i) => sum + each * y[i]!, 0);
  const score = (x: number[], y: number[]) => (5 * dot(x, y)) / Math.sqrt(dot(x, x) * dot(y, y));
  const expected = [0, 1, 2].map((at) => {
    const own = [numbers.anchors[at]!, numbers.positives[at]!];
    const columns = (["positives", "negatives"] as const).flatMap((name) =>
      [0, 1, 2].flatMap((other) => {
        const isOwn = name === "positives" && other === at;
        return isOwn || !own.includes(numbers[name][other]!) ? [score(row("anchors", at), row(name, other))] : [];
      }),
    );
    expect(columns.length).toBe([4, 5, 6][at]);
    return (
      Math.log(columns.reduce((sum, each) => sum + Math.exp(each), 0)) - score(row("anchors", at), row("positives", at))
    );
  });
  expectClose(value, expected, "loss");
});

describe("structural similarity", () => {
  test.each([0, 1, 2])("is scikit-image's on real image %i, and its gradient PyTorch's", async (index) => {
    const { shape, original, changed, similarity, gradient } = fixture.images[index]!;
    const image = (pixels: readonly number[]) =>
      tensorFrom(
        "float32",
        shape,
        pixels.map((pixel) => pixel / 255),
      );
    const inputs = { left: image(original), right: image(changed) };
    const result = await measured(given(structuralSimilarity), inputs, ["right"]);
    expectClose(result.value, [similarity], "similarity");
    const slopes = result[gradientName("right")]!.data as Float32Array;
    const sampled = slopes.filter((_, i) => i % 37 === 0);
    expectClose({ dtype: "float32", shape: [sampled.length], data: sampled }, gradient, "gradient", 2e-5);
    const pixels = { left: tensorFrom("float32", shape, original), right: tensorFrom("float32", shape, changed) };
    const loss = await measured(given(structuralDissimilarity, { dataRange: 255, reduction: "none" }), pixels, [
      "right",
    ]);
    expectClose(loss.value, [1 - similarity], "dissimilarity", 1e-4);
  });
});
