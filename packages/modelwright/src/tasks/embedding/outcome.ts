import { type EmbeddingOutcome, rankDocuments } from "@modelwright/evaluation";
import type { ExampleRows } from "./example-rows.ts";
import { planSearches } from "./searches.ts";

type Progress = (done: number, total: number) => void;

/** What tells how near two texts are. */
export interface Nearness {
  /** The cosine of two texts. */
  readonly cosine: (left: string, right: string) => number;
  /** For documents given once: writes the cosine of a query with each of them. */
  readonly among: (documents: readonly string[]) => (query: string, into: Float64Array) => void;
}

/** What a way to tell how near texts are makes of the rows of a split. */
export function outcomeOf(
  split: ExampleRows,
  { cosine, among }: Nearness,
  onProgress?: Progress | undefined,
): EmbeddingOutcome {
  const { examples, rows } = split;
  if (examples === "scores") {
    return {
      kind: "similarity",
      actual: Float64Array.from(rows, ({ similarity }) => similarity!),
      predicted: Float64Array.from(rows, ({ text, second }) => cosine(text, second!)),
    };
  }
  const { queries, documents, relevant, self } = planSearches(split);
  const score = among(documents);
  return rankDocuments({
    queries: queries.length,
    documents: documents.length,
    score: (query, into) => score(queries[query]!.text, into),
    relevant,
    self,
    onProgress,
  });
}
