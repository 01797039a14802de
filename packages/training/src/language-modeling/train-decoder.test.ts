import { fileURLToPath } from "node:url";
import { loadTokenizer, packSequences } from "@modelwright/data";
import { defaultRuntime, encodeModel, tensor } from "@modelwright/engine";
import {
  buildPrediction,
  causalLanguageModel,
  givenParameters,
  INFERENCE,
  type LoadedDecoder,
  type Parameters,
  peftAdapter,
  resolvePretrainedDecoder,
} from "@modelwright/models";
import { beforeAll, describe, expect, test } from "vitest";
import { packedRows } from "./causal-rows.ts";
import { type DecoderTraining, trainDecoder } from "./train-decoder.ts";

// Small random decoders (test/parity/fixtures/make-decoder-fixtures.py).
const baseDir = fileURLToPath(new URL("../../../../test/parity/fixtures/decoders", import.meta.url));
const TEXTS = ["I lost my card.", "Where is it?", "The transfer has not arrived."];
const LORA = { rank: 4, alpha: 8, targets: "all-linear", modulesToSave: [] } as const;

describe.each(["gpt2", "llama", "qwen2", "qwen3"])("%s", (name) => {
  let loaded: LoadedDecoder;
  beforeAll(async () => {
    loaded = await (await resolvePretrainedDecoder(`./${name}`, { baseDir })).load();
  });

  const rows = () => {
    const { read } = loadTokenizer(loaded.tokenizerJson);
    const texts = TEXTS.map((text) => read(text, 100));
    // The first half of each text is given.
    const predicted = texts.map((ids) => Uint8Array.from(ids, (_, i) => Number(i >= ids.length / 2)));
    return { texts, predicted, rows: packedRows(packSequences(texts, { length: 32, predicted })) };
  };
  const train = (options: Pick<DecoderTraining, "fineTune" | "lora">) =>
    trainDecoder(
      { loaded, packed: true, train: rows().rows, validation: rows().rows },
      { ...options, epochs: 20, batchSize: 4, learningRate: 1e-2, dropout: 0, threads: 1 },
    );
  const changed = (parameters: Parameters) =>
    [...parameters].flatMap(
      ([
        key,
        {
          tensor: { data },
        },
      ]) => (loaded.parameters.get(key)!.tensor.data.some((value, i) => value !== data[i]) ? [key] : []),
    );

  test("learns all of it, and is validated by the mean over the tokens that count alone", async () => {
    const { fit, parameters, trained } = await train({ fineTune: "full" });
    const { evaluations, bestStep } = fit.state;
    const best = evaluations.find(({ step }) => step === bestStep)!;
    expect(best.loss).toBeLessThan(evaluations[0]!.loss / 2);
    expect(changed(parameters)).toEqual([...loaded.parameters.keys()]);
    expect(trained).toBe([...loaded.parameters.values()].reduce((sum, { tensor }) => sum + tensor.data.length, 0));
    const { texts, predicted } = rows();
    expect(await meanLoss(loaded, parameters, { texts, predicted })).toBeCloseTo(best.loss, 4);
  });

  test("learns low-rank matrices under PEFT's names, which its weights contain", async () => {
    const { fit, parameters, adapter, trained } = await train({ fineTune: "lora", lora: LORA });
    expect(fit.state.evaluations.at(-1)!.loss).toBeLessThan(fit.state.evaluations[0]!.loss);
    const { config, tensors } = peftAdapter(adapter!.trained, { ...adapter!, base: name });
    const layers = name === "gpt2" ? ["attn.c_attn", "mlp.c_proj"] : ["self_attn.q_proj", "mlp.down_proj"];
    const inFirst = name === "gpt2" ? "transformer.h.0" : "model.layers.0";
    for (const layer of layers) {
      expect(tensors.get(`base_model.model.${inFirst}.${layer}.lora_A.weight`)!.shape[0]).toBe(LORA.rank);
    }
    expect(config).toMatchObject({ task_type: "CAUSAL_LM", fan_in_fan_out: name === "gpt2" });
    expect(config["target_modules"]).not.toContain("lm_head");
    const adapted = config["target_modules"] as readonly string[];
    expect(
      changed(parameters)
        .map((key) => loaded.names.toPublished(key)!.name)
        .sort(),
    ).toEqual(adapted.map((module) => `${module}.weight`).sort());
    expect(trained).toBe([...tensors.values()].reduce((sum, { data }) => sum + data.length, 0));
  });
});

test("parts that a decoder does not have are refused", async () => {
  const loaded = await (await resolvePretrainedDecoder("./smollm", { baseDir })).load();
  const rows = packedRows(packSequences([Int32Array.of(1, 2, 3)], { length: 4 }));
  const task = { loaded, packed: true, train: rows, validation: rows };
  await expect(trainDecoder(task, { fineTune: "bitfit" })).rejects.toMatchObject({ code: "MODEL_FINE_TUNE_UNFIT" });
  await expect(trainDecoder(task, { fineTune: "last:3" })).rejects.toMatchObject({ code: "MODEL_FINE_TUNE_UNFIT" });
});

/** Cross-entropy of the texts' tokens that count, each text alone, in float64. */
async function meanLoss(
  { decoder }: LoadedDecoder,
  parameters: Parameters,
  { texts, predicted }: { readonly texts: readonly Int32Array[]; readonly predicted: readonly Uint8Array[] },
): Promise<number> {
  const source = givenParameters(parameters, "parameters");
  const { graph } = buildPrediction(causalLanguageModel(decoder), { source, build: INFERENCE });
  const session = await (await defaultRuntime()).createSession(encodeModel(graph));
  const size = decoder.vocabularySize;
  let [sum, count] = [0, 0];
  for (const [text, ids] of texts.entries()) {
    const { logits } = await session.run({
      input_ids: tensor("int64", [1, ids.length], BigInt64Array.from(ids, BigInt)),
    });
    for (let at = 1; at < ids.length; at++) {
      if (predicted[text]![at] === 0) continue;
      const scores = Array.from(logits!.data.slice((at - 1) * size, at * size), Number);
      sum += Math.log(scores.reduce((total, score) => total + Math.exp(score), 0)) - scores[ids[at]!]!;
      count++;
    }
  }
  session.release();
  return sum / count;
}
