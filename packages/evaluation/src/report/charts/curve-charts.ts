import { type Chart, cutText, dataName, guidePath, html, linePath, type Plot, type Point } from "@modelwright/pages";
import type { ClassificationOutcome } from "../../metrics/classification-outcome.ts";
import { precisionRecallCurve, rocCurve } from "../../metrics/curves.ts";
import type { ClassMeasures } from "../../metrics/measure-classification.ts";
import { formatValue } from "../number-format.ts";

const MOST_CURVES = 6;
/** Points a curve keeps; a printed line shows no more. */
const MOST_POINTS = 200;
const MOST_CHARACTERS = 30;

/** Evenly many points of a curve, with its first and last. */
function thin(x: readonly number[], y: readonly number[]): Point[] {
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

function shareChart(
  title: Chart["title"],
  titles: Record<"description" | "x" | "y", string>,
  marks: Chart["marks"],
): Chart {
  const share = { min: 0, max: 1 };
  return {
    title,
    description: titles.description,
    x: { title: titles.x, ...share },
    y: { title: titles.y, ...share },
    marks,
  };
}

/** Precision and recall of each label at every threshold: a chart per label, in which the other labels stand grey. */
function precisionRecallCharts(
  outcome: ClassificationOutcome,
  perClass: readonly ClassMeasures[],
  labels: readonly number[],
): Chart[] {
  const curves = labels.map((label) => {
    const { recall, precision } = precisionRecallCurve(outcome, label);
    return thin(recall, precision);
  });
  return labels.map((label, own) => {
    const name = perClass[label]!.label;
    const marks = (plot: Plot) => [
      curves.map((points, index) => index !== own && guidePath(plot, points, "others")),
      linePath(plot, curves[own]!, 0),
    ];
    const description = `Precision against recall of ${cutText(name, MOST_CHARACTERS)} at every threshold.`;
    const title = perClass.length === 2 ? "Precision-recall curve" : html`${dataName(name, MOST_CHARACTERS)}`;
    return shareChart(title, { description, x: "Recall", y: "Precision" }, marks);
  });
}

function rocChart(outcome: ClassificationOutcome, { label, rocAuc }: ClassMeasures, index: number): Chart {
  const curve = rocCurve(outcome, index);
  const title = `ROC curve, area ${formatValue(rocAuc!)}`;
  const description = `${title} of ${cutText(label, MOST_CHARACTERS)}: true positive rate against false positive rate.`;
  const axes = { description, x: "False positive rate", y: "True positive rate" };
  return shareChart(title, axes, (plot) => [
    guidePath(plot, [
      [0, 0],
      [1, 1],
    ]),
    linePath(plot, thin(curve.falsePositiveRate, curve.truePositiveRate), 0),
  ]);
}

/** Precision-recall curves of the labels that `labelsWithCurves` picks; of two labels the ROC curve too. */
export function curveCharts(outcome: ClassificationOutcome, perClass: readonly ClassMeasures[]): Chart[] {
  const labels = labelsWithCurves(perClass);
  const charts = precisionRecallCharts(outcome, perClass, labels);
  return perClass.length === 2
    ? [...labels.map((label) => rocChart(outcome, perClass[label]!, label)), ...charts]
    : charts;
}
