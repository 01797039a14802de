import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fitTfidf, type TfidfJson, type TfidfOptions, TfidfVectorizer } from "./tfidf.ts";
import { words } from "./words.ts";

interface Fixture {
  readonly texts: readonly string[];
  readonly cases: readonly {
    readonly name: string;
    readonly options: Required<TfidfOptions>;
    readonly terms: readonly string[];
    readonly idf: readonly number[];
    readonly rows: readonly { readonly indices: number[]; readonly values: number[] }[];
  }[];
}

const fixture = JSON.parse(readFileSync(new URL("../../fixtures/tfidf.json", import.meta.url), "utf8")) as Fixture;

describe("fitTfidf", () => {
  test.each(fixture.cases)("gives scikit-learn's values: $name", ({ options, terms, idf, rows }) => {
    const vectorizer = fitTfidf(fixture.texts, options);
    expect(vectorizer.vocabularySize).toBe(terms.length);
    expect(vectorizer.toJSON().terms).toEqual(terms);
    for (const [column, value] of idf.entries()) expect(vectorizer.toJSON().idf[column]).toBeCloseTo(value, 12);
    for (const [i, row] of rows.entries()) {
      const { indices, values } = vectorizer.transform(fixture.texts[i]!);
      expect([...indices]).toEqual(row.indices);
      for (const [k, value] of row.values.entries()) expect(values[k]).toBeCloseTo(value, 6);
    }
  });

  test("comes back from JSON the same", () => {
    const vectorizer = fitTfidf(fixture.texts);
    const again = TfidfVectorizer.fromJSON(JSON.parse(JSON.stringify(vectorizer)) as TfidfJson);
    for (const text of fixture.texts) expect(again.transform(text)).toEqual(vectorizer.transform(text));
  });

  test("takes every term where none is in enough texts, and no words at all", () => {
    expect(fitTfidf(["one", "two"]).toJSON().terms).toEqual(["one", "two"]);
    const empty = fitTfidf(["!!!", ""]);
    expect(empty.vocabularySize).toBe(0);
    expect(empty.transform("word")).toEqual({ indices: new Int32Array(0), values: new Float32Array(0) });
  });

  test("treats the names of object members as words", () => {
    expect(fitTfidf(["constructor __proto__", "constructor __proto__"]).vocabularySize).toBe(3);
  });
});

test("words are runs of letters and digits, and single Chinese or Japanese characters", () => {
  expect(words("Don't e-mail Zoë: 日本へ go2 e\u0301te\u0301 नमस्ते 안녕")).toEqual([
    "don",
    "t",
    "e",
    "mail",
    "zoë",
    "日",
    "本",
    "へ",
    "go2",
    "e\u0301te\u0301",
    "नमस्ते",
    "안녕",
  ]);
});
