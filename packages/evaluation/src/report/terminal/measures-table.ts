import type { Measure, MetricTable } from "@modelwright/contracts";
import { metricNames } from "../../families/metric-family.ts";
import { formatMeasure, NORMAL_MARK } from "../number-format.ts";
import { alignColumns } from "./text-columns.ts";

/** Measures under the name of what was measured. */
export interface NamedMeasures {
  readonly name: string;
  readonly measures: Readonly<Record<string, Measure>>;
}

/**
 * Metrics down, models across, as `0.981 [0.972, 0.989]`: for a terminal, without colour.
 *
 * Shows the metrics of the whole model that any of them has; those of single labels are left to the report.
 *
 * @param options.all Whether metrics for a closer look are shown too. Default: false.
 * @param options.also Metrics that are shown beside the headline ones, such as those of gates. Default: none.
 * @param options.width Of the terminal: a wider table is stacked. Default: as wide as it likes.
 */
export function formatMeasuresTable(
  metrics: MetricTable,
  models: readonly NamedMeasures[],
  {
    all = false,
    also = [],
    width,
  }: { readonly all?: boolean; readonly also?: readonly string[]; readonly width?: number | undefined } = {},
): string {
  const shown = metricNames(metrics)
    .filter((metric) => all || metrics[metric]!.headline === true || also.includes(metric))
    .filter((metric) => models.some(({ measures }) => measures[metric] !== undefined));
  const head = ["", ...models.map(({ name }) => name)];
  const body = shown.map((metric) => {
    const cells = models.map(({ measures }) => {
      const measure = measures[metric];
      return measure === undefined ? "–" : formatMeasure(measure);
    });
    const { title, better } = metrics[metric]!;
    return [better === "lower" ? `${title} ↓` : title, ...cells];
  });
  const isMarked = shown.some((metric) => models.some(({ measures }) => measures[metric]?.method === "normal"));
  const note = `${NORMAL_MARK} normal interval, since resampling shifts the value; the others are BCa`;
  return [alignColumns([head, ...body], width === undefined ? {} : { width }), ...(isMarked ? [note] : [])].join("\n");
}
