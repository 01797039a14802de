import {
  defaultRuntime,
  encodeModel,
  RandomSource,
  ROOM,
  type Session,
  type Tensor,
  tensorFrom,
} from "@modelwright/engine";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { INFERENCE } from "../layers/layer-context.ts";
import { buildPrediction } from "../model-definition.ts";
import { drawnParameters } from "../parameters/parameter-source.ts";
import { buildDecoder } from "./build-decoder.ts";
import { causalLanguageModel, type Decoder } from "./decoder.ts";
import { gpt2 } from "./gpt2.ts";
import { llama } from "./llama.ts";

const VOCABULARY = 11;
const sizes = { vocabularySize: VOCABULARY, width: 32, layers: 2, heads: 4, positions: 9 };
const decoders: readonly (readonly [name: string, decoder: Decoder])[] = [
  ["gpt2", gpt2(sizes)],
  ["llama with grouped queries", llama({ ...sizes, keyValueHeads: 2, innerWidth: 12 })],
  [
    "llama with windows and norms of heads",
    llama({ ...sizes, innerWidth: 12, headWidth: 16, windows: [3, undefined], hasHeadNorms: true, tied: true }),
  ],
];
/** Texts of unequal lengths; each is read as a prompt without its last three tokens, which follow one by one. */
const TEXTS = [
  [7, 8, 9, 1, 2, 3, 4, 5],
  [3, 1, 10, 6],
  [9, 9, 2, 0, 5, 8],
];
const STEPS = 3;

const int64 = (rows: readonly (readonly number[])[]) =>
  tensorFrom("int64", [rows.length, rows[0]!.length], rows.flat());

const servings: readonly (readonly [name: string, attendsInPlace: boolean, past: string])[] = [
  ["as it is written", false, "past"],
  ["attending in place", true, ROOM],
];
const cases = decoders.flatMap(([name, decoder]) =>
  servings.map(([how, attendsInPlace, past]) => [`${name}, ${how}`, decoder, { attendsInPlace, past }] as const),
);

describe.each(cases)("%s", (_, decoder, { attendsInPlace, past }) => {
  const whole = buildPrediction(causalLanguageModel(decoder), {
    source: drawnParameters(RandomSource.fromSeed(3)),
    build: INFERENCE,
  });
  const cached = buildDecoder({ decoder, parameters: whole.parameters });
  let sessions: { whole: Session; cached: Session };
  beforeAll(async () => {
    const runtime = await defaultRuntime();
    const open = (graph: typeof whole.graph) =>
      runtime.createSession(encodeModel(graph), { threads: 1, attendsInPlace });
    sessions = { whole: await open(whole.graph), cached: await open(cached.graph) };
  });
  afterAll(() => {
    sessions.whole.release();
    sessions.cached.release();
  });

  const emptyPast = (batch: number): Record<string, Tensor> => {
    const { layers, keyValueHeads, headWidth } = decoder.cache;
    const empty = tensorFrom("float32", [batch, keyValueHeads, 0, headWidth], []);
    return Object.fromEntries(
      Array.from({ length: layers }, (_, layer) =>
        ["key", "value"].map((part) => [`past_key_values.${layer}.${part}`, empty] as const),
      ).flat(),
    );
  };
  const pastOf = (outputs: Readonly<Record<string, Tensor>>) =>
    Object.fromEntries(
      Object.entries(outputs).flatMap(([name, value]) =>
        name === "logits" ? [] : [[name.replace("present", "past_key_values"), value]],
      ),
    );
  const row = (logits: Tensor, at: number) =>
    Array.from((logits.data as Float32Array).subarray(at * VOCABULARY, (at + 1) * VOCABULARY));
  const wholeLogits = async (ids: readonly number[]) => {
    const { logits } = await sessions.whole.run({ input_ids: int64([ids]) });
    return row(logits!, ids.length - 1);
  };
  const close = (actual: readonly number[], expected: readonly number[]) => {
    for (const [i, value] of expected.entries()) expect(Math.abs(actual[i]! - value)).toBeLessThan(1e-5);
  };

  test("a prompt and the tokens after it, rows of unequal lengths, give the logits of the whole text", async () => {
    const prompts = TEXTS.map((text) => text.slice(0, -STEPS));
    const longest = Math.max(...prompts.map(({ length }) => length));
    const padding = (prompt: readonly number[]) => Array<number>(longest - prompt.length).fill(0);
    const masks = prompts.map((prompt) => [...padding(prompt), ...prompt.map(() => 1)]);
    let outputs = await sessions.cached.run({
      input_ids: int64(prompts.map((prompt) => [...padding(prompt), ...prompt])),
      attention_mask: int64(masks),
      position_ids: int64(prompts.map((prompt) => [...padding(prompt), ...prompt.keys()])),
      num_logits_to_keep: tensorFrom("int64", [], [1]),
      ...emptyPast(prompts.length),
    });
    expect(outputs.logits!.shape).toEqual([TEXTS.length, 1, VOCABULARY]);
    for (const [at, prompt] of prompts.entries()) close(row(outputs.logits!, at), await wholeLogits(prompt));
    for (let step = 0; step < STEPS; step++) {
      const read = TEXTS.map((text) => text.length - STEPS + step);
      for (const mask of masks) mask.push(1);
      outputs = await sessions.cached.run({
        input_ids: int64(TEXTS.map((text, at) => [text[read[at]!]!])),
        attention_mask: int64(masks),
        position_ids: int64(read.map((position) => [position])),
        num_logits_to_keep: tensorFrom("int64", [], [1]),
        ...pastOf(outputs),
      });
      for (const [at, text] of TEXTS.entries())
        close(row(outputs.logits!, at), await wholeLogits(text.slice(0, read[at]! + 1)));
    }
  });

  test("says what its past may be", () => {
    const sizes = sessions.cached.inputs.filter(({ name }) => name.startsWith("past")).map(({ shape }) => shape[2]);
    expect(sizes).toEqual(Array(4).fill(past));
  });

  test("keeps every position's logits where 0 are to be kept", async () => {
    const [ids] = TEXTS;
    const { logits } = await sessions.cached.run({
      input_ids: int64([ids!]),
      attention_mask: int64([ids!.map(() => 1)]),
      position_ids: int64([[...ids!.keys()]]),
      num_logits_to_keep: tensorFrom("int64", [], [0]),
      ...emptyPast(1),
    });
    expect(logits!.shape).toEqual([1, ids!.length, VOCABULARY]);
    for (const length of [1, 5, ids!.length]) close(row(logits!, length - 1), await wholeLogits(ids!.slice(0, length)));
  });
});
