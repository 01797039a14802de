import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultRuntime, describeProviders, RandomSource, tensorFrom } from "@modelwright/engine";
import { activation, crossEntropy, defineModel, dense, lstmRegressor } from "@modelwright/models";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { TrainingEvent } from "../trainer/training-event.ts";
import { trainModel } from "./train-model.ts";

const problem = (await describeProviders(await defaultRuntime())).find(({ name }) => name === "webgpu")?.problem;

const random = RandomSource.fromSeed(3);
const normal = (...shape: number[]) =>
  tensorFrom(
    "float32",
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()),
  );

const classifier = defineModel({
  name: "classifier",
  inputs: { x: { dtype: "float32", shape: ["batch", 10] } },
  targets: { labels: { dtype: "int64", shape: ["batch"] } },
  forward: (c, { x }) => {
    const hidden = activation(c, dense(c, x, { name: "hidden", width: 16 }), "gelu");
    return { logits: dense(c, hidden, { name: "head", width: 3 }) };
  },
  loss: (c, { outputs, targets }) => crossEntropy(c, { logits: outputs.logits, labels: targets.labels }),
});
const labels = tensorFrom(
  "int64",
  [64],
  Array.from({ length: 64 }, (_, i) => i % 3),
);
const rows = { tensors: { x: normal(64, 10), labels } };
const options = { data: rows, batchSize: 16, learningRate: 1e-2 };

const sequences = { tensors: { sequences: normal(8, 5, 4), values: normal(8, 1) } };
const recurrent = lstmRegressor({ features: 4, width: 8, layers: 1 });

describe("trainModel on WebGPU", () => {
  beforeEach(({ skip }) => skip(problem !== undefined, `no WebGPU: ${problem}`));

  test("the loss over 50 updates is the CPU's, to 1e-3, and the model predicts alike", async () => {
    const train = async (executionProvider: "cpu" | "webgpu") => {
      const trained = await trainModel(classifier, { ...options, steps: 50, validation: rows, executionProvider });
      onTestFinished(() => trained.release());
      const { logits } = await trained.predict({ x: rows.tensors.x });
      return { losses: trained.curve.map(({ loss }) => loss), logits: logits!.data as Float32Array };
    };
    const [cpu, webgpu] = [await train("cpu"), await train("webgpu")];
    expect(cpu.losses).toHaveLength(50);
    for (const [step, loss] of cpu.losses.entries()) {
      expect(Math.abs(webgpu.losses[step]! - loss) / loss).toBeLessThan(1e-3);
    }
    for (const [i, logit] of cpu.logits.entries()) expect(webgpu.logits[i]).toBeCloseTo(logit, 3);
  });

  test("what is left to the CPU is named before the first step, and trains alike", async () => {
    const events: TrainingEvent[] = [];
    const train = async (executionProvider: "cpu" | "webgpu") => {
      const trained = await trainModel(recurrent, {
        data: sequences,
        steps: 5,
        learningRate: 1e-2,
        executionProvider,
        onEvent: (event) => events.push(event),
      });
      trained.release();
      return trained.curve.map(({ loss }) => loss);
    };
    const webgpu = await train("webgpu");
    expect(events[0]).toEqual({
      type: "provider",
      executionProvider: "webgpu",
      passedOver: [],
      onCpu: [{ operator: "Scan", reason: "has no kernel", nodes: 2 }],
    });
    for (const [step, loss] of (await train("cpu")).entries()) expect(webgpu[step]).toBeCloseTo(loss, 4);
  });

  test("cpuFallback: refuse names it and stops", async () => {
    const refused = trainModel(recurrent, {
      data: sequences,
      steps: 5,
      learningRate: 1e-2,
      executionProvider: "webgpu",
      cpuFallback: "refuse",
    });
    await expect(refused).rejects.toMatchObject({
      code: "ENGINE_OPERATORS_ON_CPU",
      details: { executionProvider: "webgpu", operators: "Scan has no kernel (2 nodes)" },
    });
  });

  test("a checkpoint of one provider is refused on another", async () => {
    const checkpointDirectory = mkdtempSync(join(tmpdir(), "modelwright-webgpu-"));
    onTestFinished(() => rmSync(checkpointDirectory, { recursive: true }));
    const stopped = { ...options, steps: 4, checkpointDirectory, checkpointSeconds: 0, shouldStop: () => true };
    const trained = await trainModel(classifier, { ...stopped, executionProvider: "webgpu" });
    trained.release();
    await expect(trainModel(classifier, { ...stopped, executionProvider: "cpu" })).rejects.toMatchObject({
      code: "TRAINING_CHECKPOINT_PROVIDER",
      details: { written: "webgpu", now: "cpu" },
    });
  });
});
