import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadTokenizer } from "../tokenizers/load-tokenizer.ts";
import { fitNgramTfidf, NgramTfidf } from "./ngram-tfidf.ts";
import { ngramTokenizerJson } from "./ngram-tokenizer.ts";

interface Fixture {
  readonly texts: readonly string[];
  readonly tokenizer: { readonly normalizer: object; readonly model: object };
  readonly ids: readonly (readonly number[])[];
  readonly idf: Readonly<Record<string, number>>;
  readonly rows: readonly Readonly<Record<string, number>>[];
}

const fixture = JSON.parse(readFileSync(new URL("../../fixtures/ngrams.json", import.meta.url), "utf8")) as Fixture;
const json = ngramTokenizerJson(fixture.texts);
const tokenizer = loadTokenizer(json);
const encode = (text: string) => tokenizer.encode(text, 8192);
const encoded = fixture.texts.map(encode);

/** The characters of a term. */
function spelt(ids: Int32Array): string {
  const characters = Object.keys((json.model as unknown as { vocab: object }).vocab);
  const byId = new Map(characters.map((character) => [tokenizer.idOf(character), character]));
  return Array.from(ids, (id) => byId.get(id)).join("");
}

describe("the tokenizer of characters", () => {
  test("is the file that Hugging Face tokenizers writes of the same parts", () => {
    expect(json).toMatchObject({ normalizer: fixture.tokenizer.normalizer, model: fixture.tokenizer.model });
  });

  test.each(fixture.texts.map((text, i) => ({ text, i })))("gives their ids: $text", ({ text, i }) => {
    expect([...encode(text)]).toEqual(fixture.ids[i]);
  });
});

describe("TF-IDF over characters and words", () => {
  const tfidf = fitNgramTfidf(encoded);

  test("has the terms and weights of scikit-learn", () => {
    const { terms, idf } = tfidf.pool;
    const found = new Map(terms.map((ids, column) => [spelt(ids), idf[column]!]));
    expect([...found.keys()].sort()).toEqual(Object.keys(fixture.idf).sort());
    for (const [term, value] of found) expect(value, term).toBeCloseTo(fixture.idf[term]!, 5);
  });

  test("gives the vectors of scikit-learn", () => {
    for (const [i, ids] of encoded.entries()) {
      const { indices, values } = tfidf.transform(ids);
      const row = Object.entries(fixture.rows[i]!);
      expect(indices.length, fixture.texts[i]).toBe(row.length);
      const found = new Map(Array.from(indices, (column, k) => [spelt(tfidf.pool.terms[column]!), values[k]!]));
      for (const [term, value] of row) expect(found.get(term), term).toBeCloseTo(value, 5);
    }
  });

  test("has vectors of length 1, or without a known term of nothing", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        const { values } = tfidf.transform(encode(text));
        const length = Math.hypot(...values);
        expect(values.length === 0 ? 1 : length).toBeCloseTo(1, 5);
      }),
    );
  });

  test("keeps the most frequent terms where there are too many, the shortest first", () => {
    const few = fitNgramTfidf(encoded, { maxTerms: 10 });
    expect(few.pool.terms.length).toBe(10);
    const lengths = few.pool.terms.map(({ length }) => length);
    expect(lengths).toEqual(lengths.toSorted((a, b) => a - b));
    const smallest = Math.max(...few.pool.idf);
    const left = Object.values(fixture.idf).filter((idf) => idf < smallest - 1e-6);
    expect(left.length).toBeLessThanOrEqual(10);
  });

  test("takes every term where none is in two texts, and has one where no text has a letter", () => {
    const once = ["ab", "cd"].map((text) => Int32Array.from(text, (letter) => letter.charCodeAt(0)));
    expect(fitNgramTfidf(once).pool.terms.length).toBe(6);
    const none = fitNgramTfidf(["?!", ""].map(encode));
    expect(none.pool.terms.length).toBe(1);
    expect(none.transform(encode("hello")).indices.length).toBe(0);
  });

  test("comes back from its terms the same", () => {
    const again = new NgramTfidf(tfidf.pool);
    for (const ids of encoded) expect(again.transform(ids)).toEqual(tfidf.transform(ids));
  });
});
