import type { EmbeddingOutcome } from "../../../metrics/embedding-outcome.ts";
import { formatCount, formatPercent, formatValue } from "../../number-format.ts";
import { markdownTable } from "../markdown.ts";
import type { CardEvidence } from "../model-card.ts";

/** Places down to which it is counted what was found. */
const DEPTHS = [1, 3, 10, 100];

/** How far down a reader has to look, or how far cosines go, and what that does not say. */
export function embeddingCard(outcome: EmbeddingOutcome): CardEvidence {
  if (outcome.kind === "similarity") {
    const cosines = outcome.predicted.toSorted();
    const at = (share: number) => formatValue(cosines[Math.round(share * (cosines.length - 1))]!);
    return {
      evidence: [`The cosines of half of the test pairs lie between ${at(0.25)} and ${at(0.75)}.`],
      limits: ["A cosine says which of two pairs is the more alike; it is no probability, and has no fixed threshold."],
    };
  }
  const { queries, documents } = outcome;
  const rows = DEPTHS.filter((depth) => depth < documents).map((depth) => [
    formatCount(depth),
    formatPercent(queries.filter(({ ranks }) => ranks[0]! <= depth).length / queries.length),
  ]);
  return {
    evidence: [markdownTable(["Of the texts found, the first", "hold one that belongs to the query"], rows)],
    limits: [
      `It was tested by searches among ${formatCount(documents)} texts; among more of them, a relevant one is found less often.`,
      "It finds the nearest texts also where none fits: look at the cosine.",
    ],
  };
}
