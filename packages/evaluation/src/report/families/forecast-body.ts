import type { Measure } from "@modelwright/contracts";
import { type Chart, html, type PageSection, renderChart, section } from "@modelwright/pages";
import { measureSteps } from "../../families/forecasts.ts";
import type { ForecastOutcome, ForecastWindow } from "../../metrics/forecast-outcome.ts";
import { stepErrorChart, windowChart } from "../charts/forecast-charts.ts";
import type { ReportBody } from "../evaluation-report.ts";
import { formatCount, formatPercent, formatValue } from "../number-format.ts";

/** Windows that are drawn, and those with the largest errors that are listed. */
const DRAWN = 4;
const WORST = 12;

/**
 * What a report shows of forecasts alone: windows with their history, errors by step and by series, and the windows with the largest ones.
 *
 * @param options.target Name of what is forecast.
 */
export function forecastBody(options: {
  readonly outcome: ForecastOutcome;
  readonly target: string;
  readonly measures: Readonly<Record<string, Measure>>;
}): ReportBody {
  const { outcome, target, measures } = options;
  const { mae, mase } = measures;
  const { windows } = outcome;
  const count = `${formatCount(windows.length)} test windows that it had not seen`;
  const missed = mae === undefined ? "" : `missed ${target} by ${formatValue(mae.value)} on average in ${count}`;
  const beside =
    mase === undefined
      ? ""
      : `, ${formatValue(mase.value)} of what repeating the last season errs by in their histories`;
  return {
    found: mae === undefined ? `forecast ${target} in ${count}.` : `${missed}${beside}.`,
    tiles: ["mase", "mae", "coverage"],
    sections: [
      windowSection(outcome, target),
      stepSection(outcome),
      seriesSection(outcome),
      worstSection(outcome, target),
    ].filter((each) => each !== undefined),
  };
}

function windowSection({ windows, coverage }: ForecastOutcome, target: string): PageSection | undefined {
  const stride = Math.max(1, windows.length / DRAWN);
  const some = Array.from({ length: Math.min(DRAWN, windows.length) }, (_, i) => windows[Math.floor(i * stride)]!);
  if (some.length === 0) return undefined;
  const held =
    coverage === undefined ? "" : ` Dashed are the bounds that are to hold ${formatPercent(coverage)} of all values.`;
  return section(
    "Forecasts",
    html`<div class="charts">${some.map((window) => renderChart(windowChart(window, target)))}</div>`,
    html`<p class="note">Grey is what was, in colour what was forecast of it; windows are spread evenly over series and times.${held}</p>`,
  );
}

function stepSection(outcome: ForecastOutcome): PageSection | undefined {
  const steps = measureSteps(outcome);
  const chart: Chart | undefined = stepErrorChart(steps.map(({ mase }) => mase));
  const shown = spread(steps.length, 12);
  const rows = shown.map((step) => {
    const { mase, coverage } = steps[step]!;
    return html`<tr><th scope="row">${step + 1}</th><td class="number">${value(mase)}</td><td class="number">${Number.isNaN(coverage) ? "–" : formatPercent(coverage)}</td></tr>`;
  });
  return section(
    "By step",
    chart === undefined ? html`` : html`<div class="charts">${renderChart(chart)}</div>`,
    html`<div class="scroll"><table><thead><tr><th scope="col">Steps ahead</th><th scope="col" class="number">MASE</th><th scope="col" class="number">Between low and high</th></tr></thead><tbody>${rows}</tbody></table></div>`,
  );
}

function seriesSection({ windows }: ForecastOutcome): PageSection | undefined {
  const names = [...new Set(windows.map(({ series }) => series))];
  if (names.length < 2) return undefined;
  const errors = names
    .map((name) => ({ name, error: mean(windows.filter(({ series }) => series === name).map(scaledError)) }))
    .sort((a, b) => b.error - a.error);
  const shown = errors.slice(0, WORST);
  const rows = shown.map(
    ({ name, error }) => html`<tr><th scope="row">${name}</th><td class="number">${value(error)}</td></tr>`,
  );
  return section(
    "By series",
    html`<p>${errors.length > shown.length ? `The ${shown.length} of ${formatCount(errors.length)} series` : "Series"} with the largest errors.</p>`,
    html`<div class="scroll"><table><thead><tr><th scope="col">Series</th><th scope="col" class="number">MASE</th></tr></thead><tbody>${rows}</tbody></table></div>`,
  );
}

function worstSection({ windows }: ForecastOutcome, target: string): PageSection | undefined {
  const worst = windows
    .map((window) => ({ window, error: scaledError(window) }))
    .filter(({ error }) => !Number.isNaN(error))
    .sort((a, b) => b.error - a.error)
    .slice(0, 2);
  if (worst.length === 0) return undefined;
  return section(
    "Largest errors",
    html`<p>The windows that were forecast worst. Something may have happened then that the columns do not tell.</p>`,
    html`<div class="charts">${worst.map(({ window }) => renderChart(windowChart(window, target)))}</div>`,
  );
}

function scaledError({ actual, predicted, scale }: ForecastWindow): number {
  const errors = Array.from(actual, (value, step) => Math.abs(value - predicted[step]!)).filter(
    (error) => !Number.isNaN(error),
  );
  return scale > 0 ? mean(errors) / scale : Number.NaN;
}

function mean(values: readonly number[]): number {
  const known = values.filter((each) => !Number.isNaN(each));
  return known.length === 0 ? Number.NaN : known.reduce((sum, each) => sum + each, 0) / known.length;
}

function value(number: number): string {
  return Number.isNaN(number) ? "–" : formatValue(number);
}

/** Some of so many places, evenly, with the first and the last. */
function spread(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, place) => place);
  return [...new Set(Array.from({ length: most }, (_, i) => Math.round((i * (count - 1)) / (most - 1))))];
}
