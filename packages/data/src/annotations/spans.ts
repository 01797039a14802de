import { checkLabels, warnOfLookAlikes } from "../cleaning/label-checks.ts";
import { listed } from "../report-builder.ts";
import type { RowAsRead, RowWith } from "../roles/read-rows.ts";
import type { Annotation } from "./annotation.ts";
import { absentLabels, checkLabelsSeen, type LabelsFound } from "./labels-found.ts";

/** Any number of labelled spans per row. */
export const SPANS: Annotation<"spans", LabelsFound> = {
  role: "spans",
  noun: "list of spans",
  stratum: "each label",
  shown: ({ spans }) =>
    spans.length === 0 ? "no span" : listed(spans.map(({ start, end, label }) => `${label} ${start} to ${end}`)),
  key: ({ spans }) => JSON.stringify(spans.map(({ start, end, label }) => [start, end, label])),
  digested: ({ spans }) => spans.map(({ start, end, label }) => [start, end, label]),
  strata: strataOf,
  check: (rows, { report, ...rules }) => {
    const labels = checkLabels(rows, { ...rules, labelsOf: spanLabels, mayBeOne: true });
    warnOfLookAlikes(labels, report);
    return { labels };
  },
  checkPublished: (rows, { labels }, file) => checkLabelsSeen(rows, { labels, labelsOf: spanLabels, file }),
  absent: (rows, { labels }) => absentLabels(new Set(rows.flatMap(spanLabels)), labels),
};

/** The labels of a row's spans, each once. */
function spanLabels({ spans }: Pick<RowWith<"spans">, "spans">): readonly string[] {
  return [...new Set(spans.map(({ label }) => label))];
}

/** Each label of a row, the rarest first, and the empty text: every row counts for the number of rows as well. */
function strataOf(rows: readonly RowAsRead<"spans">[]): (readonly [string, ...string[]])[] {
  const counts = new Map<string, number>();
  const labelled = rows.map(({ spans = [] }) => spanLabels({ spans }));
  for (const labels of labelled) for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return labelled.map((labels) => {
    const [rarest, ...others] = labels.toSorted((a, b) => counts.get(a)! - counts.get(b)! || (a < b ? -1 : 1));
    return rarest === undefined ? [""] : [rarest, ...others, ""];
  });
}
