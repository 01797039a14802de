import { checkLabels, warnOfLookAlikes } from "../cleaning/label-checks.ts";
import type { Annotation } from "./annotation.ts";
import { absentLabels, checkLabelsSeen, type LabelsFound } from "./labels-found.ts";

/** One label per row, of at least two. */
export const LABEL: Annotation<"label", LabelsFound> = {
  role: "label",
  noun: "label",
  stratum: "label",
  shown: ({ label }) => `"${label}"`,
  key: ({ label }) => label,
  digested: ({ label }) => label,
  strata: (rows) => rows.map(({ label = "" }) => [label]),
  check: (rows, { report, ...rules }) => {
    const labels = checkLabels(rows, { ...rules, labelsOf: ({ label }) => [label] });
    warnOfLookAlikes(labels, report);
    return { labels };
  },
  checkPublished: (rows, { labels }, file) => checkLabelsSeen(rows, { labels, labelsOf: ({ label }) => [label], file }),
  absent: (rows, { labels }) => absentLabels(new Set(rows.map(({ label }) => label)), labels),
};
