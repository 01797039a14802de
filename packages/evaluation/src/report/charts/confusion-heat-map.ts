import { type Chart, valueAxis } from "./chart.ts";

const SIZE = 620;
const MARGIN = { left: 40, top: 10, right: 10, bottom: 40 };

/** A confusion matrix of many labels as a field of squares: right answers on the diagonal, mistakes off it. */
export function confusionHeatMap(confusion: readonly (readonly number[])[]): Chart {
  const classes = confusion.length;
  const cell = (SIZE - MARGIN.left - MARGIN.right) / classes;
  const cells = confusion.flatMap((counts, actual) => {
    const support = counts.reduce((sum, count) => sum + count, 0);
    return counts.flatMap((rows, predicted) =>
      rows === 0
        ? []
        : [
            {
              value: [predicted + 0.5, actual + 0.5],
              itemStyle: {
                color: actual === predicted ? "var(--series-1)" : "var(--series-2)",
                // Few of many must still be seen.
                opacity: 0.25 + 0.75 * Math.sqrt(rows / support),
              },
            },
          ],
    );
  });
  const axis = { min: 0, max: classes, axisLabel: { show: false }, splitLine: { show: false }, nameGap: 14 };
  return {
    title: `All ${classes} labels`,
    description: `Confusion matrix of ${classes} labels as a heat map; the most confused pairs are in the table beside it.`,
    width: SIZE,
    height: SIZE - MARGIN.left - MARGIN.right + MARGIN.top + MARGIN.bottom,
    option: {
      grid: MARGIN,
      xAxis: valueAxis("Predicted label, in the order of the table of labels", axis),
      yAxis: valueAxis("Actual label", { ...axis, inverse: true }),
      series: [{ type: "scatter", symbol: "rect", symbolSize: Math.max(2, cell - 0.5), silent: true, data: cells }],
    },
  };
}
