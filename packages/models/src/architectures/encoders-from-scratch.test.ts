import { defaultRuntime, encodeModel, RandomSource, tensorFrom } from "@modelwright/engine";
import { checkGradient, toReference } from "@modelwright/engine/testing";
import { describe, expect, test } from "vitest";
import { buildLoss, LOSS_OUTPUT, LOSS_SCALE_INPUT } from "../model-definition.ts";
import { classObjective } from "../objectives/class-objective.ts";
import { countParameters } from "../parameters/parameter.ts";
import { drawnParameters } from "../parameters/parameter-source.ts";
import { averagedEncoder } from "./averaged-encoder.ts";
import { bert } from "./bert.ts";
import type { Encoder } from "./encoder.ts";
import { lstmEncoder } from "./lstm-encoder.ts";
import { textCnnEncoder } from "./text-cnn.ts";
import { buildTextEncoder, drawTextEncoder } from "./text-encoder.ts";
import { textModel } from "./text-model.ts";

const sizes = { vocabularySize: 9, embeddingWidth: 6, width: 5 };
const lstmParameters = (inputs: number, width: number) => 4 * width * (inputs + width + 2);

/** Encoders with the number of their parameters, worked out by hand. */
const ENCODERS: readonly (readonly [name: string, encoder: Encoder, parameters: number])[] = [
  [
    "TextCNN",
    textCnnEncoder({ vocabulary: 9, width: 6, kernels: [1, 2, 4], features: 5 }),
    9 * 6 + [1, 2, 4].reduce((sum, kernel) => sum + 5 * (6 * kernel + 1), 0),
  ],
  ["an LSTM", lstmEncoder({ ...sizes, bidirectional: false }), 9 * 6 + lstmParameters(6, 5)],
  ["an LSTM by its last state", lstmEncoder({ ...sizes, bidirectional: false, pooling: "last" }), 54 + 260],
  [
    "two LSTMs in both directions",
    lstmEncoder({ ...sizes, layers: 2 }),
    9 * 6 + 2 * lstmParameters(6, 5) + 2 * lstmParameters(10, 5),
  ],
  ["averaged embeddings", averagedEncoder({ ...sizes, layers: 2 }), 9 * 6 + 5 * (6 + 1) + 5 * (5 + 1)],
  [
    "BERT",
    bert({
      vocabularySize: 9,
      width: 8,
      layers: 1,
      heads: 2,
      innerWidth: 12,
      positions: 40,
      pooling: "mean",
      normPlacement: "pre",
    }),
    (9 + 40) * 8 + 4 * 16 + 4 * 8 * 9 + 12 * 9 + 8 * 13,
  ],
];

describe.each(ENCODERS)("%s", (_, encoder, count) => {
  const draw = (seed: number) => drawTextEncoder(encoder, RandomSource.fromSeed(seed));

  /** The vectors of texts that are padded with a real token to one length, so that a leak would show. */
  async function vectorsOf(texts: readonly (readonly number[])[], length: number): Promise<number[][]> {
    const { graph } = buildTextEncoder({ architecture: encoder, parameters: draw(3) });
    const session = await (await defaultRuntime()).createSession(encodeModel(graph), { threads: 1 });
    const laidOut = (valueAt: (ids: readonly number[], place: number) => number) =>
      tensorFrom(
        "int64",
        [texts.length, length],
        texts.flatMap((ids) => Array.from({ length }, (_, place) => valueAt(ids, place))),
      );
    try {
      const { embedding } = await session.run({
        input_ids: laidOut((ids, place) => ids[place] ?? 7),
        attention_mask: laidOut((ids, place) => (place < ids.length ? 1 : 0)),
      });
      const values = Array.from(embedding!.data as Float32Array);
      return texts.map((_, row) => values.slice(row * encoder.width, (row + 1) * encoder.width));
    } finally {
      session.release();
    }
  }

  test("gives a text one vector, whatever pads it and whatever is beside it", async () => {
    const text = [4, 5, 6, 1, 2, 8];
    const [alone] = await vectorsOf([text], text.length);
    expect(alone).toHaveLength(encoder.width);
    expect(alone!.some((value) => value > 0)).toBe(true);
    const [padded, other] = await vectorsOf([text, new Array(30).fill(3)], 30);
    for (const [i, value] of alone!.entries()) expect(padded![i]).toBeCloseTo(value, 5);
    expect(other).not.toEqual(padded);
  });

  test("gives a text of one token finite vectors", async () => {
    const [short] = await vectorsOf([[4]], 5);
    expect(short!.every(Number.isFinite)).toBe(true);
  });

  test("gives a text without tokens a vector of ordinary size, whatever pads it", async () => {
    const [alone] = await vectorsOf([[]], 3);
    for (const value of alone!) expect(Math.abs(value)).toBeLessThan(5);
    const [padded] = await vectorsOf([[], [4, 5]], 9);
    for (const [i, value] of alone!.entries()) expect(padded![i]).toBeCloseTo(value, 5);
  });

  test("is drawn from a seed, with the parameters of its layers", () => {
    const valuesOf = (parameters: ReturnType<typeof draw>) =>
      Array.from(parameters, ([name, { tensor }]) => [name, [...tensor.data]]);
    expect(valuesOf(draw(3))).toEqual(valuesOf(draw(3)));
    expect(valuesOf(draw(3))).not.toEqual(valuesOf(draw(4)));
    expect(countParameters(draw(3))).toBe(count);
    expect([...draw(3).keys()].every((name) => name.startsWith("encoder."))).toBe(true);
  });

  test("has the gradient of central differences by every parameter, under a head", () => {
    const { graph, parameters } = buildLoss(
      textModel({ architecture: encoder, objective: classObjective({ classes: 2 }) }),
      {
        source: drawnParameters(RandomSource.fromSeed(5)),
        build: { trainable: () => true, training: { dropout: 0 } },
      },
    );
    const feeds = Object.fromEntries(
      [
        ["input_ids", tensorFrom("int64", [2, 4], [1, 8, 2, 3, 4, 1, 0, 0])] as const,
        ["attention_mask", tensorFrom("int64", [2, 4], [1, 1, 1, 1, 1, 1, 0, 0])] as const,
        ["labels", tensorFrom("int64", [2], [0, 1])] as const,
        [LOSS_SCALE_INPUT, tensorFrom("float32", [], [1])] as const,
        ...Array.from(parameters, ([name, { tensor }]) => [name, tensor] as const),
      ].map(([name, tensor]) => [name, toReference(tensor)]),
    );
    for (const parameter of parameters.keys()) {
      const { relativeError } = checkGradient({ graph, feeds, loss: LOSS_OUTPUT, parameter });
      expect(relativeError, parameter).toBeLessThan(1e-4);
    }
  });
});
