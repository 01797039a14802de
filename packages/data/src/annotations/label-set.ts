import { checkLabels, warnOfLookAlikes } from "../cleaning/label-checks.ts";
import { listed } from "../report-builder.ts";
import type { RowAsRead } from "../roles/read-rows.ts";
import type { Annotation } from "./annotation.ts";
import { absentLabels, checkLabelsSeen, type LabelsFound } from "./labels-found.ts";

/** Any number of labels per row. */
export const LABEL_SET: Annotation<"labels", LabelsFound> = {
  role: "labels",
  noun: "set of labels",
  stratum: "each label",
  shown: ({ labels }) => (labels.length === 0 ? "no label" : listed(labels.map((label) => `"${label}"`))),
  key: ({ labels }) => JSON.stringify(labels.toSorted()),
  digested: ({ labels }) => labels,
  strata: strataOf,
  check: (rows, { report, ...rules }) => {
    const labels = checkLabels(rows, { ...rules, labelsOf: ({ labels: each }) => each });
    warnOfLookAlikes(labels, report);
    const everywhere = labels.filter((label) => rows.every((row) => row.labels.includes(label)));
    if (everywhere.length > 0) {
      const names = everywhere.map((label) => `"${label}"`);
      report.warn(
        `every row has ${names.length === 1 ? "the label" : "the labels"} ${listed(names)}: nothing to learn of it`,
      );
    }
    return { labels };
  },
  checkPublished: (rows, { labels }, file) => checkLabelsSeen(rows, { labels, labelsOf: (row) => row.labels, file }),
  absent: (rows, { labels }) => absentLabels(new Set(rows.flatMap((row) => row.labels)), labels),
};

/**
 * Each label of a row, the rarest first, and the empty text: every row counts for the number of rows as well.
 */
function strataOf(rows: readonly RowAsRead<"labels">[]): (readonly [string, ...string[]])[] {
  const counts = new Map<string, number>();
  for (const { labels = [] } of rows) for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return rows.map(({ labels = [] }) => {
    const [rarest, ...others] = labels.toSorted((a, b) => counts.get(a)! - counts.get(b)! || (a < b ? -1 : 1));
    return rarest === undefined ? [""] : [rarest, ...others, ""];
  });
}
