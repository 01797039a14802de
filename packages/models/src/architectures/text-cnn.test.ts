import { defaultRuntime, encodeModel, RandomSource, tensorFrom } from "@modelwright/engine";
import { expect, test } from "vitest";
import { countParameters } from "../parameters/parameter.ts";
import { textCnnEncoder } from "./text-cnn.ts";
import { buildTextEncoder, drawTextEncoder } from "./text-encoder.ts";

const encoder = textCnnEncoder({ vocabulary: 9, width: 6, kernels: [1, 2, 4], features: 5 });
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
  expect(alone).toHaveLength(15);
  expect(alone!.some((value) => value > 0)).toBe(true);
  const [padded, other] = await vectorsOf([text, new Array(30).fill(3)], 30);
  for (const [i, value] of alone!.entries()) expect(padded![i]).toBeCloseTo(value, 5);
  expect(other).not.toEqual(padded);
});

test("gives an empty text, and one shorter than its filters, finite vectors", async () => {
  const [empty, short] = await vectorsOf([[], [4]], 5);
  expect(empty).toEqual(new Array(15).fill(0));
  expect(short!.every(Number.isFinite)).toBe(true);
});

test("is drawn from a seed, with the parameters of its layers", () => {
  const valuesOf = (parameters: ReturnType<typeof draw>) =>
    Array.from(parameters, ([name, { tensor }]) => [name, [...tensor.data]]);
  expect(valuesOf(draw(3))).toEqual(valuesOf(draw(3)));
  expect(valuesOf(draw(3))).not.toEqual(valuesOf(draw(4)));
  expect(countParameters(draw(3))).toBe(9 * 6 + [1, 2, 4].reduce((sum, kernel) => sum + 5 * (6 * kernel + 1), 0));
  expect([...draw(3).keys()].every((name) => name.startsWith("encoder."))).toBe(true);
});
