import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadTokenizer, TextFeeds, tokenizeItems } from "@modelwright/data";
import { defaultRuntime, encodeModel } from "@modelwright/engine";
import { buildModel, givenParameters, INFERENCE, readsTokenTypes, resolvePretrained } from "@modelwright/models";
import { describe, expect, test } from "vitest";

// Pairs of texts as transformers reads them (fixtures/make-pair-fixtures.py).
interface PairFixtures {
  readonly pairs: readonly (readonly [string, string])[];
  /** The length to which the pairs are cut whose vectors are given. */
  readonly read: number;
  readonly models: Readonly<
    Record<
      string,
      {
        /** By length. */
        readonly encoded: Readonly<
          Record<string, { readonly ids: readonly number[][]; readonly types: readonly number[][] }>
        >;
        readonly vectors: readonly number[][];
      }
    >
  >;
}

const root = fileURLToPath(new URL("fixtures/", import.meta.url));
const { pairs, read, models }: PairFixtures = JSON.parse(readFileSync(`${root}pairs.json`, "utf8"));
const items = pairs.map(([text, second]) => ({ text, second }));

describe.each(Object.entries(models))("pairs of texts by %s", (name, { encoded, vectors }) => {
  const tokenizer = loadTokenizer(readFileSync(`${root}encoders/${name}/tokenizer.json`, "utf8"));

  test.each(Object.entries(encoded))("have transformers' ids and token types in %s tokens", (length, expected) => {
    const got = items.map((item) => tokenizer.readPair!(item, Number(length)));
    expect(got.map(({ ids }) => [...ids])).toEqual(expected.ids);
    expect(got.map(({ types }) => [...types])).toEqual(expected.types);
  });

  test("have transformers' vectors, to 1e-4", async () => {
    const { encoder, parameters } = await (await resolvePretrained(`./${name}`, { baseDir: `${root}encoders` })).load();
    const takesTypes = readsTokenTypes(encoder);
    const { graph } = buildModel({
      name,
      source: givenParameters(parameters, name),
      build: INFERENCE,
      body: (c) => {
        const input = (each: string) => c.b.input(each, "int64", ["batch", "sequence"]);
        const [ids, mask] = [input("input_ids"), input("attention_mask")];
        const types = takesTypes ? [input("token_type_ids")] : [];
        const texts = encoder.apply(c, { inputIds: ids, attentionMask: mask, tokenTypeIds: types[0] });
        return { inputs: [ids, mask, ...types], outputs: { vectors: texts.vectors!() } };
      },
    });
    const reading = { maxLength: read, truncation: "end", frame: tokenizer.frame, pair: "template" } as const;
    const { encoded: ids, types } = tokenizeItems(tokenizer, items, reading);
    const feeds = new TextFeeds(takesTypes ? { encoded: ids, types } : { encoded: ids }, reading);
    const session = await (await defaultRuntime()).createSession(encodeModel(graph), { threads: 1 });
    const { vectors: got } = await session
      .run(feeds.feeds({ rows: Int32Array.from(items.keys()), length: read }))
      .finally(() => session.release());
    for (const [row, vector] of vectors.entries()) {
      const start = row * read * encoder.width;
      const first = (got!.data as Float32Array).subarray(start, start + encoder.width);
      for (const [i, value] of vector.entries()) expect(Math.abs(first[i]! - value), `row ${row}`).toBeLessThan(1e-4);
    }
  });
});
