import { readFileSync } from "node:fs";
import { elementCount, type Tensor, tensor, tensorFrom } from "@modelwright/engine";
import { IGNORED_LABEL, lstmClassifier, type ModelDefinition, sequenceTagger } from "@modelwright/models";
import { trainModel } from "@modelwright/training";
import { expect, test } from "vitest";
import { hashed, hashedUnits } from "./hashed-model.ts";

// Sizes and names of streams are those of fixtures/make-recurrent-losses.py.
const [VOCABULARY, EMBEDDING, WIDTH, CLASSES] = [30, 16, 16, 5];
const [STEPS, BATCH, LENGTH, SHORTEST] = [50, 16, 12, 4];
const BOUND = 0.4;
const ROWS = STEPS * BATCH;

const LOSSES: Readonly<Record<string, readonly number[]>> = JSON.parse(
  readFileSync(new URL("fixtures/recurrent-losses.json", import.meta.url), "utf8"),
);

function firstWeights(cell: "lstm" | "gru"): Map<string, Tensor> {
  const gates = cell === "lstm" ? 4 : 3;
  const shapes: readonly (readonly [string, readonly number[]])[] = [
    ["embedding.weight", [VOCABULARY, EMBEDDING]],
    [`${cell}.layer0.input_weight`, [2, gates * WIDTH, EMBEDDING]],
    [`${cell}.layer0.recurrent_weight`, [2, gates * WIDTH, WIDTH]],
    [`${cell}.layer0.bias`, [2, 2 * gates * WIDTH]],
    ["head.weight", [2 * WIDTH, CLASSES]],
    ["head.bias", [CLASSES]],
  ];
  return new Map(
    shapes.map(([name, shape]) => {
      const units = hashedUnits(elementCount(shape), name);
      return [
        name,
        tensor(
          "float32",
          shape,
          Float32Array.from(units, (unit) => unit * BOUND),
        ),
      ];
    }),
  );
}

const ids = hashed(ROWS * LENGTH, "ids");
const lengths = hashed(ROWS, "lengths").map((bits) => SHORTEST + (bits % (LENGTH - SHORTEST + 1)));
const isReal = (row: number, t: number) => t < lengths[row]!;
const idAt = (row: number, t: number) => (isReal(row, t) ? ids[row * LENGTH + t]! % VOCABULARY : 0);

function grid(element: (row: number, t: number) => number): Tensor {
  const elements = Array.from({ length: ROWS * LENGTH }, (_, i) => element(Math.floor(i / LENGTH), i % LENGTH));
  return tensorFrom("int64", [ROWS, LENGTH], elements);
}

const texts = { input_ids: grid(idAt), attention_mask: grid((row, t) => (isReal(row, t) ? 1 : 0)) };
/** The class of a text is its first id's; the tag of a token is that of the id before. */
const classes = tensorFrom(
  "int64",
  [ROWS],
  Array.from({ length: ROWS }, (_, row) => idAt(row, 0) % CLASSES),
);
const tags = grid((row, t) => (t === 0 || !isReal(row, t) ? IGNORED_LABEL : idAt(row, t - 1) % CLASSES));

const sizes = { vocabularySize: VOCABULARY, embeddingWidth: EMBEDDING, width: WIDTH };

test.each<[string, ModelDefinition, "lstm" | "gru", Tensor]>([
  ["lstm-classifier", lstmClassifier({ ...sizes, classes: CLASSES }), "lstm", classes],
  ["gru-tagger", sequenceTagger({ ...sizes, tags: CLASSES, cell: "gru" }), "gru", tags],
])("the loss of the %s follows PyTorch's over 50 updates", async (name, model, cell, labels) => {
  const trained = await trainModel(model, {
    data: { tensors: { ...texts, labels } },
    parameters: firstWeights(cell),
    optimizer: "adam",
    learningRate: 0.01,
    batchSize: BATCH,
    steps: STEPS,
    shuffle: false,
  });
  trained.release();
  const expected = LOSSES[name]!;
  expect(trained.curve).toHaveLength(expected.length);
  for (const [step, loss] of expected.entries())
    expect(Math.abs(trained.curve[step]!.loss / loss - 1), `step ${step + 1}`).toBeLessThan(1e-3);
  expect(expected.at(-1)! / expected[0]!).toBeLessThan(0.95);
});
