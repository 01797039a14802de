import { readFileSync } from "node:fs";
import { loadTokenizer, unigramTokenizerJson } from "@modelwright/data";
import { defaultRuntime, encodeModel, type Session, type Tensor, tensor, tensorFrom } from "@modelwright/engine";
import { buildTextEncoder, type LoadedEncoder, loadPretrained } from "@modelwright/models";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

interface Fixture {
  readonly sentences: readonly { readonly text: string; readonly ids: readonly number[] }[];
}

const WIDTH = 512;
const MAX_LENGTH = 128;
const LEAST_COSINE = 0.99999;

const fixture: Fixture = JSON.parse(readFileSync(new URL("fixtures/use-lite.json", import.meta.url), "utf8"));
const expected = new Float32Array(
  Uint8Array.from(readFileSync(new URL("fixtures/use-lite.f32", import.meta.url))).buffer,
);
const sequences = fixture.sentences.map(({ ids }) => ids.slice(0, MAX_LENGTH));

let encoder: LoadedEncoder;
let session: Session;
beforeAll(async () => {
  encoder = await loadPretrained("use-lite-en");
  const { graph } = buildTextEncoder(encoder);
  session = await (await defaultRuntime()).createSession(encodeModel(graph));
});
afterAll(() => session.release());

/** Embeddings `[rows, 512]` of id lists padded to one length with an id that is a real piece, so that a leak would show. */
async function embed(batch: readonly (readonly number[])[], length = Math.max(...batch.map((ids) => ids.length))) {
  const padId = 9;
  const shape = [batch.length, length];
  const input_ids: Tensor = tensorFrom(
    "int64",
    shape,
    batch.flatMap((ids) => Array.from({ length }, (_, i) => ids[i] ?? padId)),
  );
  const attention_mask = tensorFrom(
    "int64",
    shape,
    batch.flatMap((ids) => Array.from({ length }, (_, i) => (i < ids.length ? 1 : 0))),
  );
  const { embedding } = await session.run({ input_ids, attention_mask });
  return embedding as Tensor<"float32">;
}

function cosine(a: Float32Array, b: Float32Array): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!;
    aa += a[i]! ** 2;
    bb += b[i]! ** 2;
  }
  return dot / Math.sqrt(aa * bb);
}

const rowOf = (data: Float32Array, row: number) => data.subarray(row * WIDTH, (row + 1) * WIDTH);

describe("Universal Sentence Encoder lite beside TensorFlow.js", () => {
  test("gives the original's embedding of each of 100 sentences, in batches of mixed lengths", async () => {
    expect(sequences).toHaveLength(100);
    const size = 16;
    const cosines: number[] = [];
    for (let start = 0; start < sequences.length; start += size) {
      const { data } = await embed(sequences.slice(start, start + size));
      for (let row = 0; row < data.length / WIDTH; row++) {
        cosines.push(cosine(rowOf(data, row), rowOf(expected, start + row)));
      }
    }
    expect(cosines).toHaveLength(100);
    const failing = cosines.flatMap((value, i) => (value >= LEAST_COSINE ? [] : [{ ...fixture.sentences[i], value }]));
    expect(failing).toEqual([]);
    // The two programs differ by float32 rounding only.
    expect(Math.min(...cosines)).toBeGreaterThan(0.999999999);
  });

  test("cuts each sentence into the original's pieces", () => {
    const tokenizer = loadTokenizer(unigramTokenizerJson(encoder.vocabulary));
    for (const { text, ids } of fixture.sentences) {
      expect([...tokenizer.encode(text, Number.MAX_SAFE_INTEGER)], text).toEqual(ids);
    }
  });

  test("gives every element within float32 rounding of the original's", async () => {
    const differences = await Promise.all(
      sequences.slice(0, 20).map(async (ids, i) => {
        const { data } = await embed([ids]);
        return Math.max(...data.map((value, j) => Math.abs(value - rowOf(expected, i)[j]!)));
      }),
    );
    expect(Math.max(...differences)).toBeLessThan(2e-6);
  });

  test("does not see padding", async () => {
    const ids = sequences[0]!;
    const alone = await embed([ids]);
    const padded = await embed([ids], MAX_LENGTH);
    expect(cosine(alone.data, padded.data)).toBeGreaterThan(0.99999999);
    expect(Math.max(...alone.data.map((value, i) => Math.abs(value - padded.data[i]!)))).toBeLessThan(1e-6);
  });

  test("gives a finite unit vector for a text without pieces", async () => {
    const { data } = await embed([[], sequences[0]!]);
    const empty: Tensor<"float32"> = tensor("float32", [WIDTH], data.slice(0, WIDTH));
    expect(empty.data.reduce((sum, value) => sum + value ** 2, 0)).toBeCloseTo(1, 5);
  });
});
