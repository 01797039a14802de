import { tensorFrom } from "@modelwright/engine";
import { causalLanguageModel, gpt2, llama } from "@modelwright/models";
import { describe, expect, test } from "vitest";
import { trainModel } from "./train-model.ts";

const sizes = { vocabularySize: 13, width: 16, layers: 3, heads: 2, positions: 8 };
const ROWS = 16;
const ids = Array.from({ length: ROWS * sizes.positions }, (_, i) => (i * i + 3 * i) % sizes.vocabularySize);
const rows = (data: readonly number[]) => tensorFrom("int64", [ROWS, sizes.positions], data);
const data = { tensors: { input_ids: rows(ids), labels: rows([...ids.slice(1), -100]) } };

describe.each([gpt2(sizes), llama({ ...sizes, innerWidth: 24 })])("gradient checkpointing of $modelType", (decoder) => {
  test("changes no update, dropout masks included", async () => {
    const [kept, recomputed] = await Promise.all(
      [false, true].map(async (gradientCheckpointing) => {
        const trained = await trainModel(causalLanguageModel(decoder), {
          data,
          optimizer: "adamw",
          learningRate: 0.01,
          batchSize: 8,
          epochs: 5,
          dropout: 0.1,
          gradientCheckpointing,
        });
        trained.release();
        return trained.curve.map(({ loss }) => loss);
      }),
    );
    expect(recomputed).toHaveLength(10);
    for (const [step, loss] of kept!.entries()) expect(recomputed![step]).toBeCloseTo(loss, 4);
  });
});
