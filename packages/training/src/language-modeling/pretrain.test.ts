import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadTokenizer, splitDocuments, type TextDocument, tokenBlocks } from "@modelwright/data";
import { decodeModel, defaultRuntime, tensorFrom } from "@modelwright/engine";
import { resolvePretrainedDecoder } from "@modelwright/models";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PretrainedLanguageModel, PretrainingOptions } from "./pretrain.ts";
import { pretrainCausalLanguageModel } from "./pretrain-causal.ts";
import { pretrainMaskedLanguageModel } from "./pretrain-masked.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "modelwright-pretrain-"));
});
afterAll(() => rm(directory, { recursive: true }));

/** Sentences of which each word tells the next one. */
const counting = "one two three four five six seven eight nine ten".split(" ");
const documents: TextDocument[] = Array.from({ length: 24 }, (_, document) => ({
  id: `d${document}`,
  sentences: Array.from({ length: 8 }, (_, at) =>
    Array.from({ length: 6 }, (_, word) => counting[(document + at + word) % counting.length]).join(" "),
  ),
}));

/** Documents of one word each: what is masked stands beside it, and another word tells another document. */
const monotonous: TextDocument[] = Array.from({ length: 40 }, (_, document) => ({
  id: `d${document}`,
  sentences: Array.from({ length: 10 }, () =>
    Array(5)
      .fill(counting[document % counting.length])
      .join(" "),
  ),
}));

const OPTIONS = {
  documents,
  model: { layers: 1, width: 32, heads: 2 },
  sequenceLength: 24,
  validation: 0.1,
  batchSize: 16,
  learningRate: 5e-3,
  threads: 1,
} as const;
const LEARNING = { epochs: 30, dropout: 0, schedule: "constant" } as const;
const masked = (name: string, options: Partial<PretrainingOptions> = {}) =>
  pretrainMaskedLanguageModel({
    ...OPTIONS,
    documents: monotonous,
    tokenizer: { kind: "word-piece", vocabularySize: 80 },
    directory: join(directory, name),
    ...options,
  });
const causal = (name: string, options: Partial<PretrainingOptions> = {}) =>
  pretrainCausalLanguageModel({
    ...OPTIONS,
    tokenizer: { kind: "byte-pair", vocabularySize: 320 },
    directory: join(directory, name),
    ...options,
  });
const bits = ({ parameters }: PretrainedLanguageModel) =>
  new Map(Array.from(parameters, ([name, { tensor }]) => [name, Array.from(tensor.data)]));

describe("pretrainMaskedLanguageModel", () => {
  test("starts at the loss of guessing, and finds most masked words of texts that it can predict", async () => {
    const { fit, validation, tokenizer } = await masked("learns", { ...LEARNING, validation: 0.2 });
    const guessing = Math.log(tokenizer.vocabularySize) + Math.log(2);
    expect(Math.abs(fit.state.curve[0]!.loss - guessing)).toBeLessThan(0.15);
    expect(validation!.measures["accuracy.masked"]).toBeGreaterThan(0.8);
    expect(validation!.measures.perplexity).toBeLessThan(2);
    expect(fit.state.evaluations).toHaveLength(30);
  });

  test("writes a folder whose graph and tokenizer fill in a mask", async () => {
    await masked("folder", LEARNING);
    const folder = join(directory, "folder");
    expect((await readdir(folder)).sort()).toEqual([
      "checkpoint.safetensors",
      "config.json",
      "model.safetensors",
      "onnx",
      "tokenizer.json",
    ]);
    expect(JSON.parse(await readFile(join(folder, "config.json"), "utf8"))).toMatchObject({
      architectures: ["BertForPreTraining"],
      model_type: "bert",
      hidden_size: 32,
      type_vocab_size: 2,
      pad_token_id: 0,
    });
    const tokenizer = loadTokenizer(await readFile(join(folder, "tokenizer.json"), "utf8"));
    const text = "[CLS] six six six [MASK] six six [SEP] six six six six [SEP]";
    const ids = [...tokenizer.encode(text, 24)];
    const session = await (await defaultRuntime()).createSession(await readFile(join(folder, "onnx", "model.onnx")));
    const row = (values: readonly number[]) => tensorFrom("int64", [1, values.length], values);
    const second = ids.indexOf(tokenizer.idOf("[SEP]")!) + 1;
    const { logits, seq_relationship_logits: next } = await session.run({
      input_ids: row(ids),
      attention_mask: row(ids.map(() => 1)),
      token_type_ids: row(ids.map((_, at) => (at < second ? 0 : 1))),
    });
    expect(next!.shape).toEqual([1, 2]);
    const size = tokenizer.vocabularySize;
    const at = ids.indexOf(tokenizer.idOf("[MASK]")!) * size;
    const scores = Array.from(logits!.data as Float32Array).slice(at, at + size);
    expect(tokenizer.decode([scores.indexOf(Math.max(...scores))])).toBe("six");
    session.release();
  });

  test("stopped after any update and started again, it ends with the same bits", async () => {
    const options = { epochs: 2, accumulate: 2, dropout: 0.1 };
    const whole = bits(await masked("whole", options));
    for (const stopAfter of [1, 4]) {
      let updates = 0;
      const name = `stop-${stopAfter}`;
      const first = await masked(name, { ...options, shouldStop: () => ++updates === stopAfter });
      expect([first.fit.status, first.validation]).toEqual(["interrupted", undefined]);
      expect(bits(await masked(name, options))).toEqual(whole);
    }
    await expect(masked("whole", { ...options, learningRate: 1e-3 })).rejects.toMatchObject({
      code: "TRAINING_CHECKPOINT_MISMATCH",
    });
    await expect(masked("whole", { ...options, threads: 2 })).rejects.toMatchObject({
      code: "TRAINING_CHECKPOINT_THREADS",
      details: { written: 1, now: 2 },
    });
  });

  test("names a tokenizer without the tokens that it needs, and too little text", async () => {
    const folder = join(directory, "causal-tokenizer");
    await causal("causal-tokenizer", { steps: 1 });
    const tokenizer = JSON.parse(
      await readFile(join(folder, "tokenizer.json"), "utf8"),
    ) as PretrainingOptions["tokenizer"];
    await expect(masked("refused", { tokenizer })).rejects.toThrow('it has no token "[PAD]"');
    const short = [{ id: "short", sentences: ["one two"] }];
    await expect(masked("refused", { documents: short })).rejects.toMatchObject({ code: "DATA_TEXT_TOO_SHORT" });
  });
});

describe("pretrainCausalLanguageModel", () => {
  test("starts at the loss of guessing, learns what follows, and is evaluated by what its served graph says", async () => {
    const { fit, validation, tokenizer, parameters } = await causal("gpt", { epochs: 20, dropout: 0 });
    expect(Math.abs(fit.state.curve[0]!.loss - Math.log(tokenizer.vocabularySize))).toBeLessThan(0.15);
    expect(validation!.measures["accuracy.next"]).toBeGreaterThan(0.7);
    expect(validation!.measures.perplexity).toBeCloseTo(Math.exp(validation!.loss), 6);
    const folder = join(directory, "gpt");
    const graph = decodeModel(await readFile(join(folder, "onnx", "model.onnx")));
    const past = Object.fromEntries(
      graph.inputs
        .filter(({ name }) => name.startsWith("past_key_values."))
        .map(({ name, shape }) => [name, tensorFrom("float32", [1, Number(shape[1]), 0, Number(shape[3])], [])]),
    );
    expect(graph.inputs.map(({ name }) => name)).toEqual([
      "input_ids",
      "attention_mask",
      "position_ids",
      "num_logits_to_keep",
      ...Object.keys(past),
    ]);
    const published = await (await resolvePretrainedDecoder(folder, { baseDir: directory })).load();
    expect(published.decoder.config).toMatchObject({ eos_token_id: tokenizer.idOf("<|endoftext|>"), n_embd: 32 });
    expect(published.parameters).toEqual(parameters);
    const session = await (await defaultRuntime()).createSession(await readFile(join(folder, "onnx", "model.onnx")));
    const aside = splitDocuments(documents, { validation: OPTIONS.validation, seed: 7 }).validation;
    const length = OPTIONS.sequenceLength;
    const blocks = tokenBlocks({
      documents: aside.map(({ sentences }) => tokenizer.encode(sentences.join("\n"), 1000)),
      endOfTextId: tokenizer.idOf("<|endoftext|>")!,
      length,
    });
    let [loss, right, places] = [0, 0, 0];
    for (let start = 0; start < blocks.length; start += length + 1) {
      const ids = blocks.subarray(start, start + length);
      const { logits } = await session.run({
        input_ids: tensorFrom("int64", [1, length], [...ids]),
        attention_mask: tensorFrom("int64", [1, length], Array<number>(length).fill(1)),
        position_ids: tensorFrom("int64", [1, length], [...ids.keys()]),
        num_logits_to_keep: tensorFrom("int64", [], [0]),
        ...past,
      });
      for (let at = 0; at < length; at++, places++) {
        const size = tokenizer.vocabularySize;
        const scores = Array.from(logits!.data as Float32Array).slice(at * size, (at + 1) * size);
        const following = blocks[start + at + 1]!;
        loss += Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - scores[following]!;
        if (scores.indexOf(Math.max(...scores)) === following) right++;
      }
    }
    expect(validation!.loss).toBeCloseTo(loss / places, 4);
    expect(validation!.measures["accuracy.next"]).toBeCloseTo(right / places, 6);
    session.release();
  });

  test("any kind of tokenizer will do", async () => {
    for (const kind of ["word-piece", "unigram"] as const) {
      const { validation } = await causal(kind, { tokenizer: { kind, vocabularySize: 60 }, steps: 2 });
      expect(validation!.loss).toBeGreaterThan(0);
    }
  });
});
