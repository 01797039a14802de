import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RandomSource } from "@modelwright/engine";
import { bert, classObjective, drawTextEncoder, type LoadedPretrained } from "@modelwright/models";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { classTargets } from "../batch-sources/targets.ts";
import { CheckpointStore } from "../checkpoints/checkpoint-store.ts";
import { classificationEvaluation } from "../classification/classification-evaluation.ts";
import { embedTexts } from "./embed-texts.ts";
import { type ContrastiveTraining, trainContrastive } from "./train-contrastive.ts";

const CLASSES = 4;
const WORDS = 6;

const encoder = bert({
  vocabularySize: 1 + CLASSES * WORDS,
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

/** Each class has words of its own, and each of its texts three of them. */
const textOf = (own: number, row: number) =>
  Int32Array.from([row, row + 1, row + 3], (word) => 1 + own * WORDS + (word % WORDS));
const split = (rows: readonly number[]) => {
  const members = Array.from({ length: CLASSES }, (_, own) => rows.map((row) => ({ own, encoded: textOf(own, row) })));
  const all = members.flat();
  const texts = { encoded: all.map(({ encoded }) => encoded), reading: { maxLength: 6, truncation: "end" as const } };
  return { texts, classes: Int32Array.from(all, ({ own }) => own) };
};
const train = split([0, 1, 2]);
const validation = split([3, 4]);

const task = {
  pretrained,
  objective: classObjective({ classes: CLASSES }),
  train: train.texts,
  trainTargets: classTargets(train.classes),
  classes: train.classes,
  validation: validation.texts,
  validationTargets: classTargets(validation.classes),
  evaluation: classificationEvaluation(["a", "b", "c", "d"], validation.classes),
};
const options: ContrastiveTraining = {
  epochs: 20,
  batchSize: 8,
  learningRate: 5e-3,
  bagLearningRate: 1,
  optimizer: "adamw",
  threads: 1,
  head: { epochs: 30, learningRate: 3e-2, patience: 30 },
};

/** How much nearer texts of one class are than others: the difference of mean cosines. */
async function separation(parameters: LoadedPretrained["parameters"]): Promise<number> {
  const { vectors } = await embedTexts({ ...pretrained, parameters }, [validation.texts], { threads: 1 });
  const [count, width] = vectors[0]!.shape as [number, number];
  const vector = (row: number) => vectors[0]!.data.subarray(row * width, (row + 1) * width);
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  const sums = { own: [0, 0], other: [0, 0] };
  for (let a = 0; a < count; a++) {
    for (let b = 0; b < a; b++) {
      const [left, right] = [vector(a), vector(b)];
      const cosine = dot(left, right) / Math.sqrt(dot(left, left) * dot(right, right));
      const of = sums[validation.classes[a] === validation.classes[b] ? "own" : "other"];
      of[0]! += cosine;
      of[1]! += 1;
    }
  }
  return sums.own[0]! / sums.own[1]! - sums.other[0]! / sums.other[1]!;
}

const valuesOf = ({ data }: { readonly data: unknown }) => Array.from(data as Float32Array);

const weightsOf = ({ parameters }: Awaited<ReturnType<typeof trainContrastive>>) =>
  new Map([...parameters].map(([name, { tensor }]) => [name, Array.from(tensor.data as Float32Array)]));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-contrastive-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("texts of one class come nearer to each other, and a head tells texts apart that were not trained on", async () => {
  const model = await trainContrastive(task, options);
  const [before, after] = [await separation(pretrained.parameters), await separation(model.parameters)];
  expect(after).toBeGreaterThan(before + 0.3);
  const { state } = model.fit;
  expect(state.evaluations.find(({ step }) => step === state.bestStep)!.measures["accuracy"]).toBeGreaterThan(0.8);
  expect([...model.parameters.keys()].filter((name) => name.startsWith("head."))).toHaveLength(2);
  expect(model.trained).toBe([...model.parameters.values()].reduce((sum, { tensor }) => sum + tensor.data.length, 0));
});

describe("a run that is stopped goes on to the same bits", () => {
  const stopped = (name: string, updates: number) => {
    let made = 0;
    return {
      ...options,
      checkpoints: new CheckpointStore(join(folder, `${name}.safetensors`), name),
      shouldStop: () => ++made === updates,
    };
  };
  const STEPS = options.epochs! * Math.ceil((3 * CLASSES) / options.batchSize!);

  test.each([
    ["among the pairs", 7],
    ["while the head is fitted", STEPS + 5],
  ])("%s", async (name, updates) => {
    const { checkpoints, ...interrupted } = stopped(name, updates);
    expect((await trainContrastive(task, { ...interrupted, checkpoints })).fit.status).toBe("interrupted");
    const resumed = await trainContrastive(task, { ...options, checkpoints });
    expect(resumed.fit.status).toBe("finished");
    expect(weightsOf(resumed)).toEqual(weightsOf(await trainContrastive(task, options)));
  });
});

test("when the time is over the pairs end, and the head is fitted all the same", async () => {
  const steps: number[] = [];
  const { fit } = await trainContrastive(task, {
    ...options,
    shouldFinish: () => true,
    onEvent: (event) => {
      if (event.type === "step") steps.push(event.step);
    },
  });
  expect(steps.slice(0, 2)).toEqual([1, 1]);
  expect(fit.state.updates).toBeGreaterThan(1);
});

test("without validation texts the head is the one minimum of its penalised loss", async () => {
  const { texts } = train;
  const none = { ...validation.texts, encoded: [] };
  const model = await trainContrastive(
    { ...task, validation: none, validationTargets: classTargets(new Int32Array()) },
    { ...options, epochs: 3, head: { epochs: 400, learningRate: 3e-2, patience: 15 } },
  );
  expect(model.fit.state.evaluations).toEqual([]);
  const { vectors } = await embedTexts({ ...pretrained, parameters: model.parameters }, [texts], { threads: 1 });
  const [{ data, shape }] = vectors as [(typeof vectors)[number]];
  const [rows, width] = shape as [number, number];
  const head = [...model.parameters].filter(([name]) => name.startsWith("head.")).map(([, { tensor }]) => tensor);
  const [W, b] = head.toSorted((one, other) => other.shape.length - one.shape.length).map(valuesOf);
  const squares = data.reduce((sum, value) => sum + value * value, 0) / rows;
  // ∂/∂W (mean cross-entropy + λ/2 |W|²) with λ = |x|² / (10 n): scikit-learn's C = 10 on vectors of length 1.
  expect(W).toHaveLength(width * CLASSES);
  const gradient = Float64Array.from(W!, (value) => (value * squares) / (10 * rows));
  for (let row = 0; row < rows; row++) {
    const x = data.subarray(row * width, (row + 1) * width);
    const logits = Array.from(b!, (of, own) => x.reduce((sum, value, i) => sum + value * W![i * CLASSES + own]!, of));
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    for (let own = 0; own < CLASSES; own++) {
      const error = Math.exp(logits[own]!) / total - Number(train.classes[row] === own);
      for (let i = 0; i < width; i++) {
        gradient[i * CLASSES + own]! += (error * x[i]!) / rows;
      }
    }
  }
  // Beside the gradient at weights of 0, where every class is as likely.
  expect(Math.hypot(...gradient)).toBeLessThan(0.01 * Math.sqrt(squares));
});

test("rows that are alone with their class are refused", async () => {
  const classes = Int32Array.from(train.classes.keys());
  await expect(trainContrastive({ ...task, classes }, options)).rejects.toMatchObject({
    code: "TRAINING_PAIRS_MISSING",
    details: { labels: classes.length },
  });
});
