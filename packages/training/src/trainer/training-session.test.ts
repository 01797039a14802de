import { defaultRuntime, GraphBuilder, RandomSource, type Tensor, tensorFrom } from "@modelwright/engine";
import {
  buildLoss,
  classObjective,
  drawnParameters,
  featureModel,
  LOSS_OUTPUT,
  LOSS_SCALE_INPUT,
} from "@modelwright/models";
import { describe, expect, test } from "vitest";
import { type LineRow, lineFeeds, lineProgram } from "../testing/line-program.ts";
import type { TrainingProgram } from "./training-program.ts";
import { TrainingSession } from "./training-session.ts";

const runtime = await defaultRuntime();

async function open(program: TrainingProgram, options: { seed?: number; accumulate?: number } = {}) {
  return TrainingSession.create(program, {
    optimizer: { optimizer: "sgd" },
    runtime,
    seed: options.seed ?? 1,
    accumulate: options.accumulate ?? 1,
  });
}

const ROWS: readonly LineRow[] = [
  [1, 2, 3],
  [-1, 0.5, 0],
  [2, -3, 1],
];

describe("TrainingSession", () => {
  test("a step is the hand-computed one of linear regression: loss, gradient, norm, weights", async () => {
    const session = await open(lineProgram([0.5, -1], 0.25));
    const { loss, gradientNorm } = await session.step([lineFeeds(ROWS)], { head: 0.1 });
    // Residuals 0.5·x₀ − x₁ + 0.25 − y by row: −4.25, −0.75, 3.25.
    const residuals = [-4.25, -0.75, 3.25];
    const mean = (terms: readonly number[]) => terms.reduce((sum, term) => sum + term, 0) / terms.length;
    const gradient = [
      mean(residuals.map((r, i) => 2 * r * ROWS[i]![0])),
      mean(residuals.map((r, i) => 2 * r * ROWS[i]![1])),
      mean(residuals.map((r) => 2 * r)),
    ];
    expect(loss).toBeCloseTo(mean(residuals.map((r) => r * r)), 5);
    expect(session.arena.gradient("weight").data[0]).toBeCloseTo(gradient[0]!, 5);
    expect(session.arena.gradient("weight").data[1]).toBeCloseTo(gradient[1]!, 5);
    expect(session.arena.gradient("bias").data[0]).toBeCloseTo(gradient[2]!, 5);
    expect(gradientNorm).toBeCloseTo(Math.hypot(...gradient), 5);
    expect(session.arena.weight("weight").data[0]).toBeCloseTo(0.5 - 0.1 * gradient[0]!, 5);
    expect(session.arena.weight("weight").data[1]).toBeCloseTo(-1 - 0.1 * gradient[1]!, 5);
    expect(session.arena.weight("bias").data[0]).toBeCloseTo(0.25 - 0.1 * gradient[2]!, 5);
    session.release();
  });

  test.each([
    ["loss", 1e30],
    ["loss, already infinite in the input,", Number.POSITIVE_INFINITY],
    // The loss, 1e38, is a float32; its derivative by the weight, 2e38 · 4, is not.
    ["gradient", undefined],
  ])("a %s that is not finite leaves the weights and the count of updates as they were", async (_, x) => {
    const session = await open(lineProgram([1, 0], 0));
    await session.step([lineFeeds(ROWS)], { head: 0.01 });
    const before = session.arena.weights.slice();
    const feeds =
      x === undefined
        ? lineFeeds([[4, 0, 4 * session.arena.weight("weight").data[0]! + 1e19]], 1)
        : lineFeeds([[x, 0, 0]]);
    const result = await session.step([feeds], { head: 0.01 });
    expect(Number.isFinite(result.loss) && Number.isFinite(result.gradientNorm)).toBe(false);
    expect(session.arena.weights).toEqual(before);
    expect(session.optimizer.updates).toBe(1);
    session.release();
  });
});

test("an update that was not made leaves nothing behind in the sums of the next", async () => {
  const [clean, disturbed] = [
    await open(lineProgram(), { accumulate: 2 }),
    await open(lineProgram(), { accumulate: 2 }),
  ];
  const halves = [lineFeeds(ROWS.slice(0, 1), 1 / 3), lineFeeds(ROWS.slice(1), 1 / 3)];
  await disturbed.step([lineFeeds([[Number.POSITIVE_INFINITY, 0, 0]]), lineFeeds(ROWS)], { head: 0.1 });
  for (const session of [clean, disturbed]) await session.step(halves, { head: 0.1 });
  expect(disturbed.arena.weights).toEqual(clean.arena.weights);
  clean.release();
  disturbed.release();
});

describe("dropout masks", () => {
  const WIDTH = 64;

  /** The gradient of each weight is the number of rows in which its mask keeps it: the masks can be read off. */
  function maskProgram(): TrainingProgram {
    const b = new GraphBuilder({ name: "masks" });
    const x = b.input("x", "float32", ["batch", 1]);
    const dropouts = ["a", "b"].map((site) => ({ name: site, shape: ["batch", WIDTH], dropProbability: 0.25 }));
    const terms = dropouts.map(({ name, shape }) => {
      const mask = b.op("Cast", [b.input(name, "uint8", shape)], { to: 1 });
      return b.op("Mul", [b.op("Mul", [mask, x]), b.input(`weight.${name}`, "float32", [WIDTH])]);
    });
    b.output(b.op("ReduceSum", [b.op("Add", [terms[0]!, terms[1]!]), b.ints([0, 1])], { keepdims: 0 }), "loss");
    const parameters = dropouts.map(({ name }) => ({
      name: `weight.${name}`,
      tensor: tensorFrom("float32", [WIDTH], new Array<number>(WIDTH).fill(1)),
      decay: true,
      group: "head",
    }));
    return { graph: b.build(), loss: "loss", parameters, dropouts };
  }

  const row = (rows: number): Record<string, Tensor> => ({
    x: tensorFrom("float32", [rows, 1], new Array<number>(rows).fill(1)),
  });

  /** Masks of some updates, each as text: site a, site b. */
  async function masksOf(options: { seed: number; updates: readonly number[]; batches?: number }) {
    const session = await open(maskProgram(), { seed: options.seed, accumulate: options.batches ?? 1 });
    const seen: { a: string; b: string }[] = [];
    for (const update of options.updates) {
      session.optimizer.updates = update;
      await session.step(new Array(options.batches ?? 1).fill(row(1)), { head: 0 });
      const read = (site: string) => [...session.arena.gradient(`weight.${site}`).data].join("");
      seen.push({ a: read("a"), b: read("b") });
    }
    session.release();
    return seen;
  }

  test("repeat by seed and update, whatever was drawn before", async () => {
    const [first, second, third] = await masksOf({ seed: 5, updates: [0, 1, 2] });
    expect(await masksOf({ seed: 5, updates: [2, 0, 1] })).toEqual([third, first, second]);
  });

  test("differ between seeds, updates, sites and the batches of one update", async () => {
    const [first, second] = await masksOf({ seed: 5, updates: [0, 1] });
    const [otherSeed] = await masksOf({ seed: 6, updates: [0] });
    // With two batches the arena holds the gradient of the last one.
    const [secondBatch] = await masksOf({ seed: 5, updates: [0], batches: 2 });
    const all = [first!.a, first!.b, second!.a, second!.b, otherSeed!.a, otherSeed!.b, secondBatch!.a, secondBatch!.b];
    expect(new Set(all).size).toBe(all.length);
  });

  test("drop the stated share, of sizes that follow the batch", async () => {
    const session = await open(maskProgram());
    const rows = 200;
    await session.step([row(rows)], { head: 0 });
    const kept = session.arena.gradient("weight.a").data.reduce((sum, count) => sum + count, 0) / (rows * WIDTH);
    // 12,800 draws: four standard deviations are 0.0153.
    expect(Math.abs(kept - 0.75)).toBeLessThan(0.0153);
    session.release();
  });
});

describe("accumulation", () => {
  const WIDTH = 4;
  const CLASSES = 3;
  const CLASS_WEIGHTS = [0.5, 1, 4];
  const random = RandomSource.fromSeed(3);
  const features = Float32Array.from({ length: 8 * WIDTH }, () => random.normal());
  const labels = [0, 2, 1, 1, 0, 2, 0, 0];

  function classifier(): TrainingProgram {
    const objective = classObjective({ classes: CLASSES, classWeights: CLASS_WEIGHTS });
    const { graph, parameters, dropouts } = buildLoss(featureModel({ features: WIDTH, objective }), {
      source: drawnParameters(RandomSource.fromSeed(4)),
      build: { trainable: () => true, training: { dropout: 0 } },
    });
    const grouped = Array.from(parameters.values(), (parameter) => ({ ...parameter, group: "head" }));
    return { graph, loss: LOSS_OUTPUT, parameters: grouped, dropouts };
  }

  const weightOf = (part: readonly number[]) => part.reduce((sum, label) => sum + CLASS_WEIGHTS[label]!, 0);
  const feeds = (start: number, end: number): Record<string, Tensor> => ({
    features: tensorFrom("float32", [end - start, WIDTH], [...features.subarray(start * WIDTH, end * WIDTH)]),
    labels: tensorFrom("int64", [end - start], labels.slice(start, end)),
    [LOSS_SCALE_INPUT]: tensorFrom("float32", [], [weightOf(labels.slice(start, end)) / weightOf(labels)]),
  });

  test("batches of 1, 5 and 2 rows make the update of one batch of 8, class weights included", async () => {
    const whole = await open(classifier());
    const parts = await open(classifier(), { accumulate: 3 });
    for (let update = 0; update < 3; update++) {
      const one = await whole.step([feeds(0, 8)], { head: 0.5 });
      const three = await parts.step([feeds(0, 1), feeds(1, 6), feeds(6, 8)], { head: 0.5 });
      expect(three.loss).toBeCloseTo(one.loss, 5);
      expect(three.gradientNorm).toBeCloseTo(one.gradientNorm, 5);
    }
    for (const [i, weight] of whole.arena.weights.entries()) expect(parts.arena.weights[i]).toBeCloseTo(weight, 5);
    whole.release();
    parts.release();
  });
});
