import { readFileSync } from "node:fs";
import { defaultRuntime, type Tensor, tensorFrom } from "@modelwright/engine";
import {
  type BertConfig,
  bert,
  buildLoss,
  classObjective,
  givenParameters,
  LOSS_OUTPUT,
  LOSS_SCALE_INPUT,
  textModel,
} from "@modelwright/models";
import { describe, expect, test } from "vitest";
import { learningRateFactor } from "../schedules/learning-rate.ts";
import { TrainingSession } from "./training-session.ts";

/** Made by `fixtures/learning-curve/make.py` with PyTorch 2.8.0. */
const fixture: {
  config: BertConfig;
  classes: number;
  warmup: number;
  learningRates: Record<string, number>;
  initial: Record<string, { shape: number[]; data: number[] }>;
  batches: { ids: number[][]; mask: number[][]; labels: number[] }[];
  losses: number[];
  gradientNorms: number[];
} = JSON.parse(readFileSync(new URL("../../fixtures/learning-curve/learning-curve.json", import.meta.url), "utf8"));

describe("learning curve", () => {
  test("50 updates of a miniature BERT follow PyTorch's: AdamW, warm-up, linear decay, clipping", async () => {
    const architecture = bert(fixture.config);
    const { classes } = fixture;
    const given = new Map(
      Object.entries(fixture.initial).map(([name, { shape, data }]) => [name, tensorFrom("float32", shape, data)]),
    );
    const { graph, parameters, dropouts } = buildLoss(
      textModel({ architecture, objective: classObjective({ classes }) }),
      {
        source: givenParameters(given, "fixture"),
        build: { trainable: () => true, training: { dropout: 0 } },
      },
    );
    expect([...parameters.keys()]).toEqual([...given.keys()]);
    const grouped = Array.from(parameters.values(), (parameter) => {
      return { ...parameter, group: parameter.name.startsWith("head.") ? "head" : "encoder" };
    });
    const session = await TrainingSession.create(
      { graph, loss: LOSS_OUTPUT, parameters: grouped, dropouts },
      { optimizer: { optimizer: "adamw", weightDecay: 0.01, clipNorm: 1 }, runtime: await defaultRuntime(), seed: 0 },
    );
    const int64 = (rows: readonly (readonly number[])[]): Tensor =>
      tensorFrom("int64", [rows.length, rows[0]!.length], rows.flat());
    const totalSteps = fixture.batches.length;
    for (const [step, { ids, mask, labels }] of fixture.batches.entries()) {
      const factor = learningRateFactor({ schedule: "linear", step, totalSteps, warmupSteps: fixture.warmup });
      const { loss, gradientNorm } = await session.step(
        [
          {
            input_ids: int64(ids),
            attention_mask: int64(mask),
            labels: tensorFrom("int64", [labels.length], labels),
            [LOSS_SCALE_INPUT]: tensorFrom("float32", [], [1]),
          },
        ],
        Object.fromEntries(Object.entries(fixture.learningRates).map(([group, rate]) => [group, rate * factor])),
      );
      expect(relativeDifference(loss, fixture.losses[step]!), `loss at step ${step + 1}`).toBeLessThan(1e-3);
      const norm = fixture.gradientNorms[step]!;
      expect(relativeDifference(gradientNorm, norm), `gradient norm at step ${step + 1}`).toBeLessThan(1e-2);
    }
    session.release();
  });
});

function relativeDifference(got: number, expected: number): number {
  return Math.abs(got - expected) / Math.abs(expected);
}
