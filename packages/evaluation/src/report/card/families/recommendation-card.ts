import type { RecommendationOutcome } from "../../../metrics/recommendation-outcome.ts";
import { formatCount, formatPercent } from "../../number-format.ts";
import { markdownTable } from "../markdown.ts";
import type { CardEvidence } from "../model-card.ts";

/** Items that a reader may show. */
const DEPTHS = [1, 3, 5, 10];

/** How many items have to be shown, and what that does not say. */
export function recommendationCard({ users, items }: RecommendationOutcome): CardEvidence {
  const measured = users.filter(({ relevant }) => relevant > 0);
  const total = Math.max(1, measured.length);
  const rows = DEPTHS.filter((depth) => depth <= items).map((depth) => [
    formatCount(depth),
    formatPercent(measured.filter(({ places }) => places[0]! <= depth).length / total),
  ]);
  const strangers = measured.filter(({ known }) => !known).length;
  return {
    evidence: [
      markdownTable(
        ["Of the items recommended, the first", "hold one that the user chose later, for so many users"],
        rows,
      ),
      `${formatCount(strangers)} of ${formatCount(measured.length)} test users were new to the model: what is popular was recommended to them.`,
    ],
    limits: [
      "It was tested on what users chose without it: what they would have chosen, had it been shown to them, no test on past events can say. Compare it with what is in use on live users.",
      "It recommends what many chose more than what few did, and so makes it chosen more; look at the coverage of the catalogue.",
    ],
  };
}
