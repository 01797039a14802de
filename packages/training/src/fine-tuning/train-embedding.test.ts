import type { FineTune } from "@modelwright/contracts";
import { defaultRuntime, encodeModel, RandomSource, type Tensor } from "@modelwright/engine";
import { bert, drawTextEncoder, type EmbeddingLoss, type LoadedPretrained } from "@modelwright/models";
import { describe, expect, test } from "vitest";
import { type EmbeddingExamples, exampleRows } from "../batch-sources/example-rows.ts";
import { MEAN_LOSS } from "../evaluator/model-evaluator.ts";
import { trainEmbedding } from "./train-embedding.ts";

const encoder = bert({
  vocabularySize: 40,
  width: 16,
  layers: 2,
  heads: 2,
  innerWidth: 32,
  positions: 6,
  pooling: "mean",
});
const pretrained: LoadedPretrained = {
  encoder,
  parameters: drawTextEncoder(encoder, RandomSource.fromSeed(4)),
  tokenizerJson: {},
};

/** Texts 2 i and 2 i + 1 belong together though they share no token. */
const PAIRS = 8;
const encoded = Array.from({ length: 2 * PAIRS }, (_, text) => Int32Array.of(1 + 2 * text, 2 + 2 * text, 1 + 2 * text));
const examples: EmbeddingExamples = {
  encoded,
  reading: { maxLength: 6, truncation: "end" },
  rows: PAIRS,
  example: (row) => ({ anchor: 2 * row, positive: 2 * row + 1, negative: (2 * row + 3) % (2 * PAIRS), similarity: 1 }),
};

function train(loss: EmbeddingLoss, fineTune: Exclude<FineTune, "frozen"> = "full", epochs = 40) {
  return trainEmbedding(
    { pretrained, loss, train: examples, validation: examples, evaluation: MEAN_LOSS, earlyStopping: {} },
    {
      fineTune,
      ...(fineTune === "lora" ? { lora: { rank: 4, alpha: 8, targets: "all-linear", modulesToSave: [] } } : {}),
      epochs,
      batchSize: PAIRS,
      optimizer: "adamw",
      learningRate: 1e-2,
      threads: 1,
    },
  );
}

/** Cosines of every text with every other one, by the graph that is served. */
async function cosines(graph: Parameters<typeof encodeModel>[0]): Promise<(a: number, b: number) => number> {
  const session = await (await defaultRuntime()).createSession(encodeModel(graph), { threads: 1 });
  const [rows, length] = [encoded.length, 3];
  const int64 = (values: readonly number[]): Tensor => ({
    dtype: "int64",
    shape: [rows, length],
    data: BigInt64Array.from(values, BigInt),
  });
  const { sentence_embedding: vectors } = await session.run(
    { input_ids: int64(encoded.flatMap((ids) => [...ids])), attention_mask: int64(new Array(rows * length).fill(1)) },
    ["sentence_embedding"],
  );
  session.release();
  const width = vectors!.shape[1]!;
  const vector = (text: number) => (vectors!.data as Float32Array).subarray(text * width, (text + 1) * width);
  const dot = (a: number, b: number) => vector(a).reduce((sum, value, i) => sum + value * vector(b)[i]!, 0);
  return (a, b) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

const LOSSES: Readonly<Record<string, EmbeddingLoss>> = {
  "multiple negatives": { kind: "multiple-negatives", scale: 20, hardNegatives: false },
  "multiple negatives with hard ones": { kind: "multiple-negatives", scale: 20, hardNegatives: true },
  triplet: { kind: "triplet", margin: 1 },
};

describe.each(Object.entries(LOSSES))("by %s", (_, loss) => {
  test("texts that belong together come nearer to each other than to any other text", async () => {
    const cosine = await cosines((await train(loss)).model.graph);
    const isNegative = (row: number, other: number) =>
      loss.kind === "multiple-negatives" ? other !== row : other === (row + 1) % PAIRS;
    for (let row = 0; row < PAIRS; row++) {
      for (let other = 0; other < PAIRS; other++) {
        if (isNegative(row, other)) {
          expect(cosine(2 * row, 2 * other + 1)).toBeLessThan(cosine(2 * row, 2 * row + 1));
        }
      }
    }
  });
});

test("by cosine, texts get the similarity that they should have", async () => {
  const similarity = (row: number) => row / PAIRS;
  const scored = {
    ...examples,
    example: (row: number) => ({ ...examples.example(row, 0), similarity: similarity(row) }),
  };
  const { model } = await trainEmbedding(
    {
      pretrained,
      loss: { kind: "cosine" },
      train: scored,
      validation: scored,
      evaluation: MEAN_LOSS,
      earlyStopping: {},
    },
    { fineTune: "full", epochs: 120, batchSize: PAIRS, optimizer: "adamw", learningRate: 1e-2, threads: 1 },
  );
  const cosine = await cosines(model.graph);
  for (let row = 0; row < PAIRS; row++) {
    expect(Math.abs(cosine(2 * row, 2 * row + 1) - similarity(row))).toBeLessThan(0.05);
  }
});

test.each(["last:1", "bitfit", "lora"] as const)("%s trains its part alone, and lowers the loss", async (fineTune) => {
  const { fit, trained, parameters, adapter } = await train(LOSSES["multiple negatives"]!, fineTune, 20);
  const losses = fit.state.curve.map(({ loss }) => loss);
  expect(losses.at(-1)).toBeLessThan(0.7 * losses[0]!);
  const bytes = (data: Tensor["data"]) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const changed = [...parameters].filter(
    ([name, { tensor }]) =>
      Buffer.compare(bytes(tensor.data), bytes(pretrained.parameters.get(name)!.tensor.data)) !== 0,
  );
  const table = "encoder.embeddings.word.weight";
  expect(parameters.has(table)).toBe(true);
  expect(changed.map(([name]) => name)).not.toContain(table);
  expect(changed.length).toBeGreaterThan(0);
  expect(trained).toBeGreaterThan(0);
  expect(adapter === undefined).toBe(fineTune !== "lora");
});

test("a row may be another example in each pass, with lengths of its own", () => {
  const source = exampleRows(
    { ...examples, rows: 2, example: (row, epoch) => ({ anchor: row, positive: 4 + row + epoch, similarity: 0.5 }) },
    { kind: "cosine" },
  );
  const rows = Int32Array.of(0, 1);
  const ids = (epoch: number) => Array.from(source.batch(rows, epoch)["positive_ids"]!.data as BigInt64Array, Number);
  const first = (text: number) => encoded[text]![0];
  expect([ids(0)[0], ids(0)[6], ids(1)[0]]).toEqual([first(4), first(5), first(5)]);
  expect(source.batch(rows, 1)["similarities"]!.data).toEqual(Float32Array.of(0.5, 0.5));
});

describe("what an example lacks that the loss reads is refused", () => {
  const without: readonly (readonly [field: string, loss: EmbeddingLoss, example: object])[] = [
    ["negative", { kind: "triplet", margin: 1 }, {}],
    ["negative", { kind: "multiple-negatives", scale: 20, hardNegatives: true }, {}],
    ["similarity", { kind: "cosine" }, {}],
    [
      "kinds.negative",
      { kind: "multiple-negatives", scale: 20, hardNegatives: true },
      { negative: 2, kinds: { anchor: 0, positive: 1 } },
    ],
  ];
  test.each(without)("%s under %j", (field, loss, more) => {
    const source = exampleRows({ ...examples, rows: 1, example: () => ({ anchor: 0, positive: 1, ...more }) }, loss);
    expect(() => source.batch(Int32Array.of(0))).toThrow(
      expect.objectContaining({
        code: "TRAINING_TENSOR_MISMATCH",
        details: expect.objectContaining({ where: `an example's ${field}` }),
      }),
    );
  });
});

test("numbers of texts under multiple negatives are their places, or their kinds", () => {
  const loss = { kind: "multiple-negatives", scale: 20, hardNegatives: true } as const;
  const numbersOf = (more: object) => {
    const example = () => ({ anchor: 0, positive: 1, negative: 3, ...more });
    const batch = exampleRows({ ...examples, rows: 1, example }, loss).batch(Int32Array.of(0));
    return ["anchor", "positive", "negative"].map((text) => batch[`${text}_numbers`]!.data[0]);
  };
  expect(numbersOf({})).toEqual([0n, 1n, 3n]);
  expect(numbersOf({ kinds: { anchor: 5, positive: 6, negative: 6 } })).toEqual([5n, 6n, 6n]);
});
