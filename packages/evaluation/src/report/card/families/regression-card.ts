import type { RegressionOutcome } from "../../../metrics/regression-outcome.ts";
import { formatPercent, formatValue } from "../../number-format.ts";
import { escapeMarkdown, markdownTable } from "../markdown.ts";
import type { CardEvidence } from "../model-card.ts";

/** Shares of the test rows whose greatest error is shown. */
const SHARES = [0.5, 0.8, 0.9, 0.95];

/**
 * How large errors are, and beyond which values the model has not been tested.
 *
 * @param target Name of what is predicted, with its unit where it has one: `price in €`.
 */
export function regressionCard({ actual, predicted }: RegressionOutcome, target: string): CardEvidence {
  const errors = actual.map((value, row) => Math.abs(predicted[row]! - value)).sort();
  const rows = SHARES.map((share) => [
    formatPercent(share),
    formatValue(errors[Math.max(0, Math.ceil(share * errors.length) - 1)]!),
  ]);
  const sorted = actual.slice().sort();
  return {
    evidence: [markdownTable(["Of the test rows", "are off by at most"], rows)],
    limits: [
      `It predicts ${escapeMarkdown(target)}, which ran from ${formatValue(sorted[0]!)} to ${formatValue(sorted.at(-1)!)} in the test rows; what it predicts beyond has not been tested.`,
    ],
  };
}
