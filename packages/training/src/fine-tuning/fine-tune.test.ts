import { loadTokenizer } from "@modelwright/data";
import { defaultRuntime } from "@modelwright/engine";
import { measureClassification } from "@modelwright/evaluation";
import { BUILT_IN_MODELS, type LoadedPretrained } from "@modelwright/models";
import { beforeAll, describe, expect, test } from "vitest";
import { bankingSlice, hasBanking77 } from "../testing/banking77.ts";
import { type EncodedData, encodeData } from "./encoded-split.ts";
import { classifySplit, type FineTuningOptions, fineTune } from "./fine-tune.ts";

const runtime = await defaultRuntime();

describe.skipIf(!hasBanking77)("fine-tuning on 90 rows of BANKING77", () => {
  const MAX_LENGTH = 16;
  let pretrained: LoadedPretrained;
  let data: EncodedData;
  beforeAll(async () => {
    pretrained = await BUILT_IN_MODELS[0]!.load();
    const rows = await bankingSlice({ labels: 5, train: 18, validation: 4, test: 12 });
    data = encodeData(rows, loadTokenizer(pretrained.tokenizerJson), {
      maxLength: MAX_LENGTH,
      truncation: "end",
    });
  });

  const tuned = (options: Pick<FineTuningOptions, "fineTune"> & Partial<FineTuningOptions>) =>
    fineTune({
      pretrained,
      data,
      optimizer: "adamw",
      learningRate: 3e-4,
      headLearningRate: 2e-3,
      bagLearningRate: 3e-2,
      schedule: "linear",
      warmup: 0.1,
      weightDecay: 0.01,
      clipNorm: 1,
      dropout: 0.1,
      earlyStopping: { metric: "f1Macro", patience: 15 },
      ...options,
    });

  test("frozen: the head learns, the encoder stays as it was", async () => {
    const embedded: [number, number][] = [];
    const trained = await tuned({
      fineTune: "frozen",
      epochs: 20,
      headLearningRate: 3e-2,
      onEmbed: (done, total) => {
        embedded.push([done, total]);
      },
    });
    const rows = data.train.encoded.length + data.validation.encoded.length;
    expect(embedded.at(-1)).toEqual([rows, rows]);
    const outcome = await classifySplit(trained.model, data.labels, data.test, { runtime });
    // The majority answers one of five.
    expect(measureClassification(outcome).accuracy).toBeGreaterThan(0.7);
    for (const [name, { tensor }] of pretrained.parameters) {
      expect(Buffer.compare(bytesOf(trained.parameters.get(name)!.tensor.data), bytesOf(tensor.data)), name).toBe(0);
    }
  });

  test("full: two runs of one seed give the same weights bit for bit, and a good model", async () => {
    const options = { fineTune: "full", epochs: 2, batchSize: 16 } as const;
    const one = await tuned(options);
    const two = await tuned(options);
    let changed = 0;
    for (const [name, { tensor }] of one.parameters) {
      expect(Buffer.compare(bytesOf(tensor.data), bytesOf(two.parameters.get(name)!.tensor.data)), name).toBe(0);
      const before = pretrained.parameters.get(name)?.tensor.data;
      if (before === undefined || Buffer.compare(bytesOf(tensor.data), bytesOf(before)) !== 0) changed++;
    }
    // Every parameter of the encoder and the head was trained.
    expect(changed).toBe(one.parameters.size);
    const outcome = await classifySplit(one.model, data.labels, data.test, { runtime });
    expect(measureClassification(outcome).accuracy).toBeGreaterThan(0.7);
  });
});

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
