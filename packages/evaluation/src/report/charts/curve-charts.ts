import type { ClassificationOutcome } from "../../metrics/classification-outcome.ts";
import { precisionRecallCurve, rocCurve } from "../../metrics/curves.ts";
import type { ClassMeasures } from "../../metrics/measure-classification.ts";
import { formatValue } from "../number-format.ts";
import { bottomLegend, type Chart, seriesColors, seriesDashes, valueAxis } from "./chart.ts";

const MOST_CURVES = 6;
/** Points a curve keeps; a printed line shows no more. */
const MOST_POINTS = 200;

/** Evenly many points of a curve, with its first and last. */
function thin(x: readonly number[], y: readonly number[]): [number, number][] {
  const stride = Math.max(1, (x.length - 1) / (MOST_POINTS - 1));
  const count = Math.min(x.length, MOST_POINTS);
  return Array.from({ length: count }, (_, point) => {
    const index = point === count - 1 ? x.length - 1 : Math.round(point * stride);
    return [x[index]!, y[index]!];
  });
}

/** Which labels get a curve: the positive one of two; otherwise those that are told apart worst. */
export function labelsWithCurves(perClass: readonly ClassMeasures[]): number[] {
  const scored = perClass.map((_, index) => index).filter((index) => perClass[index]!.rocAuc !== undefined);
  if (perClass.length === 2) return scored.filter((index) => index === 1);
  return scored.sort((a, b) => perClass[a]!.rocAuc! - perClass[b]!.rocAuc!).slice(0, MOST_CURVES);
}

interface CurveSpecification {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly points: (label: number) => [number, number][];
}

function curveChart(
  { title, x, y, points }: CurveSpecification,
  perClass: readonly ClassMeasures[],
  labels: readonly number[],
): Chart {
  const names = labels.map((label) => perClass[label]!.label);
  const share = { min: 0, max: 1, interval: 0.25 };
  const manyNames = names.length > 2;
  return {
    title,
    description: `${title} of ${names.join(", ")}: ${y} against ${x}.`,
    height: manyNames ? 400 : 340,
    option: {
      grid: { left: 52, right: 14, top: 12, bottom: manyNames ? 116 : 74 },
      legend: bottomLegend(),
      xAxis: valueAxis(x, share),
      yAxis: valueAxis(y, { ...share, nameGap: 38 }),
      series: labels.map((label, index) => ({
        type: "line",
        name: names[index],
        data: points(label),
        showSymbol: false,
        silent: true,
        itemStyle: { color: seriesColors[index] },
        lineStyle: { color: seriesColors[index], width: 2, type: seriesDashes[index] },
      })),
    },
  };
}

/** ROC and precision-recall curves of the labels that `labelsWithCurves` picks. */
export function curveCharts(outcome: ClassificationOutcome, perClass: readonly ClassMeasures[]): Chart[] {
  const labels = labelsWithCurves(perClass);
  if (labels.length === 0) return [];
  const roc: CurveSpecification = {
    title: labels.length === 1 ? `ROC curve, area ${formatValue(perClass[labels[0]!]!.rocAuc!)}` : "ROC curves",
    x: "False positive rate",
    y: "True positive rate",
    points: (label) => {
      const curve = rocCurve(outcome, label);
      return thin(curve.falsePositiveRate, curve.truePositiveRate);
    },
  };
  const precisionRecall: CurveSpecification = {
    title: labels.length === 1 ? "Precision-recall curve" : "Precision-recall curves",
    x: "Recall",
    y: "Precision",
    points: (label) => {
      const curve = precisionRecallCurve(outcome, label);
      return thin(curve.recall, curve.precision);
    },
  };
  return [roc, precisionRecall].map((specification) => curveChart(specification, perClass, labels));
}
