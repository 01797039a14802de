import { defaultRuntime, encodeModel, RandomSource, type Session, type Tensor, tensorFrom } from "@modelwright/engine";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { INFERENCE } from "../layers/layer-context.ts";
import { buildPrediction } from "../model-definition.ts";
import { drawnParameters } from "../parameters/parameter-source.ts";
import { buildSourceEncoder, buildTargetDecoder } from "./build-encoder-decoder.ts";
import { sequenceToSequenceModel } from "./encoder-decoder.ts";
import { t5 } from "./t5.ts";

const model = t5({
  vocabularySize: 23,
  width: 12,
  layers: 2,
  decoderLayers: 1,
  heads: 3,
  headWidth: 5,
  innerWidth: 16,
});
const HEADS = [2, 3, 0, 5] as const;
const SOURCE = { ids: [5, 6, 7, 8, 9, 3, 0, 0], mask: [1, 1, 1, 1, 1, 1, 0, 0] };

describe("a decoder that is read token by token", () => {
  const sessions: Session[] = [];
  beforeAll(async () => {
    const source = drawnParameters(RandomSource.fromSeed(3));
    const whole = buildPrediction(sequenceToSequenceModel(model), { source, build: INFERENCE });
    const { parameters } = whole;
    const graphs = [whole, buildSourceEncoder({ model, parameters }), buildTargetDecoder({ model, parameters })];
    const runtime = await defaultRuntime();
    for (const { graph } of graphs) sessions.push(await runtime.createSession(encodeModel(graph), { threads: 1 }));
  });
  afterAll(() => {
    for (const session of sessions) session.release();
  });

  const int = (rows: readonly (readonly number[])[]) =>
    tensorFrom("int64", [rows.length, rows[0]!.length], rows.flat());
  const sources = {
    input_ids: int([SOURCE.ids, [4, 5, 6, 7, 3, 2, 1, 3]]),
    attention_mask: int([SOURCE.mask, Array(8).fill(1)]),
  };
  const targets = [
    [0, 4, 5, 6, 7],
    [0, 9, 8, 7, 6],
  ];

  /** Logits behind all tokens of the targets, read in parts of these lengths. */
  async function inParts(lengths: readonly number[]): Promise<number[]> {
    const [, encoder, decoder] = sessions as [Session, Session, Session];
    const { last_hidden_state } = await encoder.run(sources);
    const empty = tensorFrom("float32", [...HEADS], []);
    const past: Record<string, Tensor> = {};
    for (const side of ["decoder", "encoder"]) {
      for (const part of ["key", "value"]) past[`past_key_values.0.${side}.${part}`] = empty;
    }
    const rows: number[][] = [[], []];
    let at = 0;
    for (const length of lengths) {
      const { logits, ...presents } = await decoder.run({
        input_ids: int(targets.map((row) => row.slice(at, at + length))),
        encoder_hidden_states: last_hidden_state!,
        encoder_attention_mask: sources.attention_mask,
        ...past,
      });
      at += length;
      for (const [name, value] of Object.entries(presents)) past[name.replace("present", "past_key_values")] = value;
      expect(past["past_key_values.0.decoder.key"]!.shape).toEqual([2, 3, at, 5]);
      expect(past["past_key_values.0.encoder.key"]!.shape).toEqual([2, 3, 8, 5]);
      const half = logits!.data.length / 2;
      for (const [i, row] of rows.entries())
        row.push(...(logits!.data.slice(i * half, (i + 1) * half) as Float32Array));
    }
    return rows.flat();
  }

  test.each([[[5]], [[1, 1, 1, 1, 1]], [[2, 3]], [[1, 4]]])(
    "in parts of %j gives the logits of the whole",
    async (lengths) => {
      const { logits } = await sessions[0]!.run({ ...sources, decoder_input_ids: int(targets) });
      const expected = Array.from(logits!.data as Float32Array);
      const given = await inParts(lengths);
      expect(given.length).toBe(expected.length);
      for (const [i, value] of given.entries()) expect(value).toBeCloseTo(expected[i]!, 5);
    },
  );
});

test("sees neither padding nor what lies beyond the greatest distance as anything else", async () => {
  const source = drawnParameters(RandomSource.fromSeed(4));
  const small = t5({ vocabularySize: 23, width: 12, layers: 1, heads: 3, innerWidth: 16, buckets: 8, farthest: 6 });
  const { parameters } = buildPrediction(sequenceToSequenceModel(small), { source, build: INFERENCE });
  const { graph } = buildSourceEncoder({ model: small, parameters });
  const session = await (await defaultRuntime()).createSession(encodeModel(graph), { threads: 1 });
  const run = async (ids: readonly number[], mask: readonly number[]) => {
    const int = (row: readonly number[]) => tensorFrom("int64", [1, row.length], row);
    const { last_hidden_state } = await session.run({ input_ids: int(ids), attention_mask: int(mask) });
    return last_hidden_state!.data as Float32Array;
  };
  const ids = Array.from({ length: 300 }, (_, i) => (i * 7) % 23);
  const alone = await run(
    ids,
    ids.map(() => 1),
  );
  expect(alone.every(Number.isFinite)).toBe(true);
  const padded = await run([...ids, 5, 6], [...ids.map(() => 1), 0, 0]);
  for (const [i, value] of alone.entries()) expect(padded[i]).toBeCloseTo(value, 5);
  session.release();
});
