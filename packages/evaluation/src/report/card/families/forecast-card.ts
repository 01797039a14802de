import { measureSteps } from "../../../families/forecasts.ts";
import type { ForecastOutcome } from "../../../metrics/forecast-outcome.ts";
import { formatPercent, formatValue } from "../../number-format.ts";
import { escapeMarkdown, markdownTable } from "../markdown.ts";
import type { CardEvidence } from "../model-card.ts";

/** Parts of the horizon in the table. */
const ROWS = 8;

/**
 * How errors grow with the steps ahead, and beyond which times the model has not been tested.
 *
 * @param target Name of what is forecast.
 */
export function forecastCard(outcome: ForecastOutcome, target: string): CardEvidence {
  const steps = measureSteps(outcome);
  const stride = Math.max(1, Math.ceil(steps.length / ROWS));
  const rows = steps.flatMap(({ mase, coverage }, step) =>
    step % stride === 0 || step === steps.length - 1
      ? [
          [
            String(step + 1),
            Number.isNaN(mase) ? "–" : formatValue(mase),
            Number.isNaN(coverage) ? "–" : formatPercent(coverage),
          ],
        ]
      : [],
  );
  const origins = outcome.windows.map(({ origin }) => origin).sort();
  return {
    evidence: [markdownTable(["Steps ahead", "MASE", "Between low and high"], rows)],
    limits: [
      `It forecasts ${escapeMarkdown(target)} as it went on before; its test windows begin between ${origins[0]} and ${origins.at(-1)}. What changes the course of things afterwards it does not know.`,
    ],
  };
}
