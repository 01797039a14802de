import { html, type PageSection, plainTable, section } from "@modelwright/pages";
import { rejectEffect } from "../../calibration/fit-reject-threshold.ts";
import type { ClassificationOutcome } from "../../metrics/classification-outcome.ts";
import { measureClassification } from "../../metrics/measure-classification.ts";
import { formatPercent } from "../number-format.ts";
import { rejectSentence } from "../reject-sentence.ts";

/** Thresholds that stand beside the one of the version. */
const OTHERS = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];

/** What rejecting does to the test rows, at the threshold of the version and at others; nothing where nothing is rejected. */
export function rejectSection(outcome: ClassificationOutcome): PageSection[] {
  const { rejectBelow } = outcome;
  if (rejectBelow === undefined) return [];
  const thresholds = [...new Set([0, rejectBelow, ...OTHERS])].sort((a, b) => a - b);
  const rows = thresholds.map((below) => {
    const { coverage, precision } = rejectEffect(outcome, below);
    const name = below === 0 ? "always answered" : `below ${formatPercent(below)}`;
    return [
      below === rejectBelow ? html`<strong>${name} (this version)</strong>` : name,
      formatPercent(coverage),
      precision === undefined ? "–" : formatPercent(precision),
    ];
  });
  const columns = [
    { title: "Rejected" },
    { title: "Rows answered", isNumber: true },
    { title: "Of the answers right", isNumber: true },
  ];
  return [
    section(
      "None of these",
      html`<p>${rejectSentence(rejectBelow, measureClassification(outcome))}</p>`,
      plainTable("What other thresholds would do to the test rows", columns, rows),
    ),
  ];
}
