import { type Chart, dot, guidePath, linePath, type Point } from "@modelwright/pages";
import { CALIBRATION_BINS, type CalibrationBin } from "../../metrics/calibration.ts";
import { formatCount, formatPercent } from "../number-format.ts";

/** Reliability diagram: right answers against stated confidence, the dots as large as their share of the rows. */
export function calibrationChart(bins: readonly CalibrationBin[]): Chart {
  const filled = bins.filter(({ rows }) => rows > 0);
  const total = filled.reduce((sum, { rows }) => sum + rows, 0);
  const describe = ({ confidence, accuracy }: CalibrationBin) =>
    `${formatPercent(confidence)} confident, ${formatPercent(accuracy)} right`;
  return {
    title: "Calibration",
    description: `Reliability diagram in ${CALIBRATION_BINS} bins: ${filled.map(describe).join("; ")}.`,
    x: { title: "Confidence", min: 0, max: 1 },
    y: { title: "Share of right answers", min: 0, max: 1 },
    marks: (plot) => [
      guidePath(plot, [
        [0, 0],
        [1, 1],
      ]),
      linePath(
        plot,
        filled.map(({ confidence, accuracy }): Point => [confidence, accuracy]),
        0,
      ),
      filled.map((bin) =>
        dot(plot, [bin.confidence, bin.accuracy], {
          radius: 3 + 8 * Math.sqrt(bin.rows / total),
          tip: `${describe(bin)}: ${formatCount(bin.rows)} rows`,
        }),
      ),
    ],
  };
}
