import { CALIBRATION_BINS, type CalibrationBin } from "../../metrics/calibration.ts";
import { formatPercent } from "../number-format.ts";
import { bottomLegend, type Chart, valueAxis } from "./chart.ts";

/** Reliability diagram: right answers against stated confidence, the dots as large as their share of the rows. */
export function calibrationChart(bins: readonly CalibrationBin[]): Chart {
  const filled = bins.filter(({ rows }) => rows > 0);
  const total = filled.reduce((sum, { rows }) => sum + rows, 0);
  const points = filled.map(
    (bin) => `${formatPercent(bin.confidence)} confident, ${formatPercent(bin.accuracy)} right`,
  );
  const share = { min: 0, max: 1, interval: 0.25 };
  return {
    title: "Calibration",
    description: `Reliability diagram in ${CALIBRATION_BINS} bins: ${points.join("; ")}.`,
    height: 340,
    option: {
      grid: { left: 52, right: 18, top: 14, bottom: 74 },
      legend: { ...bottomLegend(), data: ["test rows", "perfectly calibrated"] },
      xAxis: valueAxis("Confidence", share),
      yAxis: valueAxis("Share of right answers", { ...share, nameGap: 38 }),
      series: [
        {
          type: "line",
          name: "perfectly calibrated",
          data: [
            [0, 0],
            [1, 1],
          ],
          showSymbol: false,
          silent: true,
          itemStyle: { color: "var(--muted)" },
          lineStyle: { color: "var(--muted)", width: 1, type: "dashed" },
        },
        {
          type: "line",
          name: "test rows",
          silent: true,
          symbol: "circle",
          itemStyle: { color: "var(--series-1)" },
          lineStyle: { color: "var(--series-1)", width: 1.5 },
          data: filled.map(({ confidence, accuracy, rows }) => ({
            value: [confidence, accuracy],
            symbolSize: 5 + 17 * Math.sqrt(rows / total),
          })),
        },
      ],
    },
  };
}
