import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import type { Batch } from "@modelwright/data";
import { defaultRuntime, type OptimizerName } from "@modelwright/engine";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CheckpointStore } from "../checkpoints/checkpoint-store.ts";
import { type EarlyStopping, scoreBy } from "../model/early-stopping.ts";
import { type LineRow, lineFeeds, lineProgram } from "../testing/line-program.ts";
import { type FitOptions, type FitPlan, fit } from "./fit.ts";
import type { Validation } from "./fit-state.ts";
import type { TrainingBatches } from "./training-batches.ts";
import type { TrainingEvent } from "./training-event.ts";
import { TrainingSession } from "./training-session.ts";

const runtime = await defaultRuntime();

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "modelwright-fit-"));
});
afterAll(() => rm(directory, { recursive: true }));

const PLAN: FitPlan = {
  epochs: 4,
  accumulate: 1,
  schedule: "constant",
  warmup: 0,
  evaluationsPerEpoch: 1,
  checkpointSeconds: 30,
  patience: 3,
};

/** y = 2·x₀ − x₁ + 0.5, without noise. */
const ROWS: readonly LineRow[] = Array.from({ length: 8 }, (_, i) => {
  const [x0, x1] = [Math.sin(i), Math.cos(3 * i)];
  return [x0, x1, 2 * x0 - x1 + 0.5];
});

/** Rows in batches of two, in another order in each pass. */
function batchesOf(rows: readonly LineRow[]): TrainingBatches {
  return {
    plan: (epoch) =>
      Array.from({ length: rows.length / 2 }, (_, i): Batch => {
        const first = (2 * (i + epoch)) % rows.length;
        return { rows: Int32Array.of(first, first + 1), length: 0 };
      }),
    update: (batches) => {
      const weight = batches.reduce((sum, { rows: numbers }) => sum + numbers.length, 0);
      const feeds = batches.map(({ rows: numbers }) =>
        lineFeeds(
          [...numbers].map((row) => rows[row]!),
          1 / weight,
        ),
      );
      return { feeds, weight };
    },
  };
}

interface Setting {
  readonly train: Partial<FitPlan>;
  /** Default "sgd". */
  readonly optimizer?: OptimizerName;
  /** Default: by the loss. */
  readonly earlyStopping?: EarlyStopping;
  readonly rows?: readonly LineRow[];
  readonly learningRate?: number;
  /** Validation losses in turn; the last one is repeated. Default: all 1. */
  readonly losses?: readonly number[];
  readonly checkpoints?: CheckpointStore;
  readonly stopAfter?: number;
  readonly finishAfter?: number;
}

async function run(setting: Setting) {
  const train = { ...PLAN, ...setting.train };
  const { accumulate } = train;
  const { optimizer = "sgd" } = setting;
  const session = await TrainingSession.create(lineProgram(), {
    optimizer: { optimizer },
    runtime,
    seed: 1,
    accumulate,
  });
  const events: TrainingEvent[] = [];
  const weightsAt: Float32Array[] = [session.arena.weights.slice()];
  let evaluations = 0;
  const losses = setting.losses ?? [1];
  const options: FitOptions = {
    session,
    batches: batchesOf(setting.rows ?? ROWS),
    train,
    learningRates: { head: setting.learningRate ?? 0.1 },
    score: scoreBy(setting.earlyStopping ?? {}),
    validate: async (): Promise<Validation> => {
      const loss = losses[Math.min(evaluations++, losses.length - 1)]!;
      return { loss, measures: { accuracy: 1 - loss, f1Macro: 1 - loss } };
    },
    onEvent: (event) => {
      events.push(event);
      if (event.type === "step") weightsAt[event.step] = session.arena.weights.slice();
    },
    ...(setting.checkpoints === undefined ? {} : { checkpoints: setting.checkpoints }),
    ...(setting.stopAfter === undefined ? {} : { shouldStop: () => weightsAt.length > setting.stopAfter! }),
    ...(setting.finishAfter === undefined ? {} : { shouldFinish: () => weightsAt.length > setting.finishAfter! }),
  };
  try {
    const result = await fit(options);
    return { result, events, weightsAt, weights: session.arena.weights.slice() };
  } finally {
    session.release();
  }
}

const stepsOf = (events: readonly TrainingEvent[], type: TrainingEvent["type"]) =>
  events.flatMap((event) => (event.type === type && "step" in event ? [event.step] : []));

describe("fit", () => {
  test("tells what happens in order, and ends with a validation and a checkpoint", async () => {
    const checkpoints = new CheckpointStore(join(directory, "order", "checkpoint.safetensors"), "a");
    const { result, events } = await run({ train: { epochs: 2, checkpointSeconds: 1000 }, checkpoints });
    const pass = ["step", "step", "step", "step", "evaluation"];
    expect(events.map(({ type }) => type)).toEqual([...pass, ...pass, "checkpoint"]);
    expect(stepsOf(events, "step")).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(events.findLast((event) => event.type === "step")).toMatchObject({
      totalSteps: 8,
      epoch: 2,
      secondsLeft: 0,
    });
    expect(result).toMatchObject({ status: "finished", totalSteps: 8, state: { updates: 8, finished: true } });
    expect(result.state.curve.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test("learns: the loss of noiseless data falls to nothing", async () => {
    const { result } = await run({ train: { epochs: 40 }, learningRate: 0.3 });
    expect(result.state.curve.at(-1)!.loss).toBeLessThan(result.state.curve[0]!.loss / 100);
  });

  test.each<{ epochs: number; evaluationsPerEpoch: number; total: number; evaluated: number[] }>([
    { epochs: 1, evaluationsPerEpoch: 1, total: 4, evaluated: [4] },
    { epochs: 1.5, evaluationsPerEpoch: 1, total: 6, evaluated: [4, 6] },
    { epochs: 0.5, evaluationsPerEpoch: 1, total: 2, evaluated: [2] },
    { epochs: 0.01, evaluationsPerEpoch: 1, total: 1, evaluated: [1] },
    { epochs: 2, evaluationsPerEpoch: 2, total: 8, evaluated: [2, 4, 6, 8] },
    // 4 updates a pass: after 4/3 and 8/3 of them, that is, after the second and the third.
    { epochs: 1, evaluationsPerEpoch: 3, total: 4, evaluated: [2, 3, 4] },
    { epochs: 1.25, evaluationsPerEpoch: 2, total: 5, evaluated: [2, 4, 5] },
    { epochs: 1, evaluationsPerEpoch: 100, total: 4, evaluated: [1, 2, 3, 4] },
  ])("$epochs epochs, $evaluationsPerEpoch evaluations each: evaluated after $evaluated", async (row) => {
    const { epochs, evaluationsPerEpoch, total, evaluated } = row;
    const { result, events } = await run({ train: { epochs, evaluationsPerEpoch, patience: 1000 } });
    expect(result.totalSteps).toBe(total);
    expect(stepsOf(events, "evaluation")).toEqual(evaluated);
  });

  test("accumulated batches make one update, the last group of a pass a smaller one", async () => {
    const { result, events } = await run({ train: { epochs: 2, accumulate: 3 } });
    // 4 batches per pass: groups of 3 and 1.
    expect(result.totalSteps).toBe(4);
    expect(stepsOf(events, "evaluation")).toEqual([2, 4]);
    const mean = ROWS.slice(0, 6).reduce((sum, [, , y]) => sum + y * y, 0) / 6;
    expect(result.state.curve[0]!.loss).toBeCloseTo(mean, 5);
  });

  test("stops early after so many evaluations without a better value, and keeps the best weights", async () => {
    const { result, events, weights, weightsAt } = await run({
      train: { epochs: 50, patience: 2 },
      losses: [0.9, 0.5, 0.5, 0.7],
    });
    // Evaluations at 4, 8, 12, 16; an equal value is not a better one.
    expect(events.findLast(({ type }) => type === "early-stop")).toEqual({
      type: "early-stop",
      step: 16,
      bestStep: 8,
      evaluations: 2,
    });
    expect(events.filter((event) => event.type === "evaluation").map(({ best }) => best)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(result.state).toMatchObject({ bestStep: 8, updates: 16, finished: true });
    expect(weights).toEqual(weightsAt[8]);
    expect(weights).not.toEqual(weightsAt[16]);
  });

  test.each(["accuracy", "f1Macro"] as const)("by %s the greatest value is the best", async (metric) => {
    const earlyStopping = { metric, better: "higher" } as const;
    const { result } = await run({ train: { epochs: 3 }, earlyStopping, losses: [0.5, 0.2, 0.4] });
    expect(result.state.bestStep).toBe(8);
  });

  test("patience spent at the very last step is an ordinary end", async () => {
    const { result, events } = await run({ train: { epochs: 2, patience: 1 }, losses: [0.5, 0.6] });
    expect(events.some(({ type }) => type === "early-stop")).toBe(false);
    expect(result).toMatchObject({ status: "finished", state: { updates: 8, bestStep: 4 } });
  });

  test.each([1, 3, 4, 5, 7])(
    "interrupted after step %i it saves, and resumed it ends as if it never was",
    async (stopAfter) => {
      const losses = [0.5, 0.9];
      const train = { epochs: 2, schedule: "cosine", warmup: 2 } as const;
      const optimizer = "adamw";
      const whole = await run({ train, optimizer, losses });
      const path = join(directory, `stop-${stopAfter}`, "checkpoint.safetensors");
      const first = await run({ train, optimizer, losses, checkpoints: new CheckpointStore(path, "a"), stopAfter });
      expect(first.result.status).toBe("interrupted");
      expect(first.events.at(-1)).toEqual({ type: "checkpoint", step: stopAfter, path });

      const rest = stopAfter < 4 ? losses : losses.slice(1);
      const second = await run({ train, optimizer, losses: rest, checkpoints: new CheckpointStore(path, "a") });
      expect(second.events[0]).toEqual({ type: "resumed", step: stopAfter, totalSteps: 8 });
      expect(second.result.status).toBe("finished");
      expect(second.weights).toEqual(whole.weights);
      expect(second.result.state).toEqual(whole.result.state);
    },
  );

  test("on a plateau of the validation loss the learning rate falls, also over an interruption", async () => {
    const train = {
      epochs: 5,
      schedule: "plateau",
      scheduleOptions: { factor: 0.5, patience: 0 },
      patience: 9,
    } as const;
    const setting = { train, losses: [0.5, 0.6, 0.4, 0.4], learningRate: 0.1 };
    const rates = ({ result }: Awaited<ReturnType<typeof run>>) =>
      result.state.curve.filter(({ step }) => step % 4 === 0).map(({ learningRate }) => learningRate);
    expect(rates(await run(setting))).toEqual([0.1, 0.1, 0.05, 0.05, 0.025]);
    const path = join(directory, "plateau", "checkpoint.safetensors");
    await run({ ...setting, checkpoints: new CheckpointStore(path, "a"), stopAfter: 9 });
    const rest = { ...setting, losses: setting.losses.slice(2), checkpoints: new CheckpointStore(path, "a") };
    expect(rates(await run(rest))).toEqual([0.1, 0.1, 0.05, 0.05, 0.025]);
  });

  test("a finished checkpoint trains no further and gives the best weights", async () => {
    const path = join(directory, "finished", "checkpoint.safetensors");
    const setting = { train: { epochs: 2 }, losses: [0.5, 0.9] };
    const first = await run({ ...setting, checkpoints: new CheckpointStore(path, "a") });
    const second = await run({ ...setting, checkpoints: new CheckpointStore(path, "a") });
    expect(second.events).toEqual([{ type: "resumed", step: 8, totalSteps: 8 }]);
    expect(second.weights).toEqual(first.weights);
    expect(second.result).toEqual(first.result);
  });

  test("a stop asked for at the last step finds the run finished", async () => {
    const { result } = await run({ train: { epochs: 1 }, stopAfter: 4 });
    expect(result.status).toBe("finished");
  });

  test("out of time, evaluates a last time and finishes with the best weights, also when it is resumed", async () => {
    const path = join(directory, "time", "checkpoint.safetensors");
    const checkpoints = new CheckpointStore(path, "a");
    const { result, events, weights, weightsAt } = await run({
      train: { epochs: 4 },
      losses: [0.5, 0.7],
      finishAfter: 6,
      checkpoints,
    });
    expect(result).toMatchObject({ status: "finished", state: { updates: 6, bestStep: 4, finished: true } });
    expect(stepsOf(events, "evaluation")).toEqual([4, 6]);
    expect(events.at(-2)).toEqual({ type: "out-of-time", step: 6, totalSteps: 16, bestStep: 4 });
    expect(weights).toEqual(weightsAt[4]);
    const again = await run({ train: { epochs: 4 }, checkpoints });
    expect(again.events.map(({ type }) => type)).toEqual(["resumed"]);
    expect(again.weights).toEqual(weights);
  });

  test("time that is over at the last step is an ordinary end", async () => {
    const { result, events } = await run({ train: { epochs: 1 }, finishAfter: 4 });
    expect(result).toMatchObject({ status: "finished", state: { updates: 4 } });
    expect(stepsOf(events, "out-of-time")).toEqual([]);
  });

  test("saves by the clock", async () => {
    const checkpoints = new CheckpointStore(join(directory, "clock", "checkpoint.safetensors"), "a");
    const { events } = await run({ train: { epochs: 1, checkpointSeconds: 1e-9 }, checkpoints });
    expect(stepsOf(events, "checkpoint")).toEqual([1, 2, 3, 4]);
  });

  test("a diverged loss stops with the step, the learning rate and advice; the last checkpoint stays", async () => {
    const path = join(directory, "diverged", "checkpoint.safetensors");
    const checkpoints = new CheckpointStore(path, "a");
    const failure = await run({
      train: { epochs: 50, checkpointSeconds: 1e-9 },
      learningRate: 1e12,
      checkpoints,
    }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ModelwrightError);
    const { code, details, message, remedy } = failure as ModelwrightError<"TRAINING_DIVERGED">;
    expect(code).toBe("TRAINING_DIVERGED");
    expect(details.learningRate).toBe(1e12);
    expect(details.step).toBeGreaterThan(1);
    expect(message).toContain(`step ${details.step}`);
    expect(remedy).toContain("for example to 100000000000");

    const session = await TrainingSession.create(lineProgram(), { optimizer: { optimizer: "sgd" }, runtime, seed: 1 });
    const state = await checkpoints.restore(session, new Float32Array(session.arena.weights.length));
    expect(state).toMatchObject({ updates: details.step - 1, finished: false });
    expect(session.arena.weights.every(Number.isFinite)).toBe(true);
    session.release();
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])("a validation loss of %d stops likewise", async (loss) => {
    await expect(run({ train: { epochs: 5 }, losses: [1, loss] })).rejects.toMatchObject({
      code: "TRAINING_DIVERGED",
      message: expect.stringMatching(/^step 8: the validation loss became (NaN|Infinity) at learning rate 0\.\d+/),
    });
  });
});
