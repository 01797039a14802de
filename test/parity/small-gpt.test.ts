import { readFileSync } from "node:fs";
import { type Tensor, tensorFrom } from "@modelwright/engine";
import { buildPrediction, causalLanguageModel, type Gpt2Config, gpt2, INFERENCE } from "@modelwright/models";
import { trainModel } from "@modelwright/training";
import { expect, test } from "vitest";
import { type CharacterRows, readNewsCharacters } from "../../examples/data/news-characters.ts";
import { hashed, hashedParameters } from "./hashed-model.ts";

/** The whole run: SMALL_GPT_UPDATES=500 npx vitest run --project parity test/parity/small-gpt.test.ts */
const UPDATES = Number(process.env.SMALL_GPT_UPDATES ?? 24);
const BATCH = 32;

/** What fixtures/small-gpt.py stores. */
interface Reference {
  readonly config: Gpt2Config;
  /** Of every update. */
  readonly losses: readonly number[];
  /** By the number of updates before it. */
  readonly validation: Readonly<Record<string, number>>;
}
const reference: Reference = JSON.parse(readFileSync(new URL("fixtures/small-gpt.json", import.meta.url), "utf8"));

/** The rows in the order of a hash, in whole batches. */
function reordered({ tensors }: CharacterRows): { tensors: Record<string, Tensor> } {
  const [rows, length] = tensors.input_ids.shape as [number, number];
  const keys = hashed(rows, "order");
  const order = Array.from(keys.keys()).sort((a, b) => keys[a]! - keys[b]! || a - b);
  const kept = order.slice(0, Math.floor(rows / BATCH) * BATCH);
  const taken = Object.entries(tensors).map(([name, { data }]) => {
    const elements = kept.flatMap((row) => Array.from(data.subarray(row * length, (row + 1) * length), Number));
    return [name, tensorFrom("int64", [kept.length, length], elements)] as const;
  });
  return { tensors: Object.fromEntries(taken) };
}

test(`a small GPT on real text loses what PyTorch loses over ${UPDATES} updates`, async () => {
  const { vocabulary, train, validation } = await readNewsCharacters();
  expect(vocabulary.size).toBe(reference.config.vocabularySize);
  const model = causalLanguageModel(gpt2(reference.config));
  let updates = 0;
  const trained = await trainModel(model, {
    data: reordered(train),
    validation,
    parameters: buildPrediction(model, { source: hashedParameters, build: INFERENCE }).parameters,
    evaluationsPerEpoch: 10,
    batchSize: BATCH,
    steps: reference.losses.length,
    learningRate: 0.002,
    schedule: "cosine",
    warmup: 0.1,
    clipNorm: 1,
    shuffle: false,
    shouldStop: () => ++updates === UPDATES,
  });
  trained.release();
  const { curve, evaluations } = trained.fit.state;
  expect(curve).toHaveLength(UPDATES);
  // What rounding makes of the weights grows with the updates.
  for (const [i, { loss }] of curve.entries())
    expect(Math.abs(loss / reference.losses[i]! - 1), `update ${i + 1}`).toBeLessThan(i < 50 ? 1e-3 : 0.02);
  for (const { step, loss } of evaluations)
    expect(Math.abs(loss / reference.validation[step]! - 1), `validation after ${step} updates`).toBeLessThan(0.01);
  const { step, loss } = evaluations.at(-1)!;
  console.log(`validation loss after ${step} updates: ${loss.toFixed(4)}; PyTorch: ${reference.validation[step]}`);
  expect(loss).toBeLessThan(evaluations.length === 1 ? 2.95 : 1.97);
});
