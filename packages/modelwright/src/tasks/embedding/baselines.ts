import type { Recipes } from "@modelwright/contracts";
import { fitTfidf, loadTokenizer, type SparseVector, tokensRead } from "@modelwright/data";
import type { EmbeddingOutcome } from "@modelwright/evaluation";
import { embedTexts } from "@modelwright/training";
import type { BaselineContext } from "../task.ts";
import type { FittedTextEncoder } from "../text-encoder/fit-text-encoder.ts";
import type { ExampleRows } from "./example-rows.ts";
import { type Nearness, outcomeOf } from "./outcome.ts";
import { textsOfRow } from "./rows.ts";
import { vectorNearness } from "./vector-nearness.ts";

type Context = Pick<
  BaselineContext<"embedding", ExampleRows, unknown, EmbeddingOutcome>,
  "recipe" | "learning" | "test" | "fitted" | "onProgress"
>;
type Name = Recipes["embedding"]["evaluate"]["baselines"][number];

/** What has not learnt which texts belong together. */
export const baselines: Readonly<Record<Name, (context: Context) => Promise<EmbeddingOutcome>>> = {
  base: async ({ recipe, test, fitted, onProgress }) => {
    const { loaded, reading } = fitted as FittedTextEncoder;
    const tokenizer = loadTokenizer(loaded.tokenizerJson);
    const texts = distinctTexts(test);
    const encoded = texts.map((text) => tokenizer.read(text, tokensRead(reading), reading.truncation));
    const { vectors } = await embedTexts(loaded, [{ encoded, reading }], {
      threads: recipe.train.threads,
      onEmbed: (done, total) => onProgress({ stage: "baseline", done, total }),
    });
    const { data, shape } = vectors[0]!;
    const width = shape[1]!;
    const byText = new Map(texts.map((text, i) => [text, data.subarray(i * width, (i + 1) * width)]));
    return outcomeOf(
      test,
      vectorNearness((text) => byText.get(text)!),
    );
  },
  tfidf: async ({ learning, test }) => {
    const vectorizer = fitTfidf(distinctTexts(learning.train));
    const byText = new Map(distinctTexts(test).map((text) => [text, vectorizer.transform(text)]));
    return outcomeOf(
      test,
      sparseNearness((text) => byText.get(text)!),
    );
  },
};

function distinctTexts({ rows }: ExampleRows): string[] {
  return [...new Set(rows.flatMap(textsOfRow))];
}

/** Nearness by sparse vectors of length 1. */
function sparseNearness(vectorOf: (text: string) => SparseVector): Nearness {
  return {
    cosine: (left, right) => {
      const { indices, values } = vectorOf(right);
      const found = new Map(Array.from(indices, (index, k) => [index, values[k]!]));
      const query = vectorOf(left);
      return query.indices.reduce((sum, index, k) => sum + query.values[k]! * (found.get(index) ?? 0), 0);
    },
    among: (documents) => {
      const postings = new Map<number, [document: number, value: number][]>();
      for (const [document, text] of documents.entries()) {
        const { indices, values } = vectorOf(text);
        indices.forEach((index, k) => {
          const known = postings.get(index) ?? [];
          known.push([document, values[k]!]);
          postings.set(index, known);
        });
      }
      return (query, into) => {
        into.fill(0);
        const { indices, values } = vectorOf(query);
        indices.forEach((index, k) => {
          for (const [document, value] of postings.get(index) ?? []) into[document]! += values[k]! * value;
        });
      };
    },
  };
}
