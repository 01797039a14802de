import type { Measure } from "@modelwright/contracts";
import { html, type PageSection, renderChart, section } from "@modelwright/pages";
import { regressionFamily } from "../../families/regression.ts";
import type { RegressionOutcome } from "../../metrics/regression-outcome.ts";
import { predictionChart, residualHistogram } from "../charts/regression-charts.ts";
import type { EvaluatedRow, ReportBody } from "../evaluation-report.ts";
import { formatCount, formatDifference, formatPercent, formatValue } from "../number-format.ts";
import { worstRows } from "../sections/worst-rows.ts";
import { largestErrors } from "../worst-errors.ts";

/**
 * What a report shows of a regression alone: predicted against actual values, how errors are spread, and the rows with
 * the largest ones.
 *
 * @param options.target Name of what is predicted, with its unit where it has one: `price in €`.
 * @param options.rows The test rows, in the order of the outcome; a row that is missing has no text.
 * @throws {ModelwrightError} As `regressionFamily.prepare`.
 */
export function regressionBody(options: {
  readonly outcome: RegressionOutcome;
  readonly target: string;
  readonly rows: readonly EvaluatedRow[];
  readonly measures: Readonly<Record<string, Measure>>;
}): ReportBody {
  const { outcome, target, rows, measures } = options;
  const { units } = regressionFamily.prepare(outcome);
  const { mae, medianAbsoluteError } = measures;
  const count = formatCount(units);
  return {
    found:
      mae === undefined || medianAbsoluteError === undefined
        ? `predicted ${target} for ${count} test rows that it had not seen.`
        : `missed ${target} by ${formatValue(mae.value)} on average, by ${formatValue(medianAbsoluteError.value)} or less in half of ${count} test rows that it had not seen.`,
    tiles: ["r2", "rmse", "mae"],
    sections: [predictionSection(outcome, target), largestErrorSection(outcome, rows)],
  };
}

function predictionSection(outcome: RegressionOutcome, target: string): PageSection {
  const { actual, predicted } = outcome;
  const tooHigh = actual.reduce((count, value, row) => count + (predicted[row]! > value ? 1 : 0), 0);
  return section(
    "Predictions",
    html`<div class="charts">${[predictionChart(outcome, target), residualHistogram(outcome, target)].map(renderChart)}</div>`,
    html`<p class="note">On the dashed line a prediction equals the actual value. Of all predictions ${formatPercent(tooHigh / actual.length)} are too high.</p>`,
  );
}

function largestErrorSection({ actual, predicted }: RegressionOutcome, rows: readonly EvaluatedRow[]): PageSection {
  const worst = largestErrors({ actual, predicted }).map((row) => ({
    row,
    facts: [
      { name: "actual", value: formatValue(actual[row]!) },
      {
        name: "predicted",
        value: formatValue(predicted[row]!),
        more: `, ${formatDifference(predicted[row]! - actual[row]!)}`,
      },
    ],
  }));
  if (worst.length === 0) return section("Largest errors", html`<p>Every prediction equals the actual value.</p>`);
  return section(
    "Largest errors",
    html`<p>The rows whose prediction is farthest from the actual value. Read them: some may be wrong in the data rather than in the model.</p>`,
    worstRows(rows, worst),
  );
}
