import { counted } from "../wording/quantities.ts";

/** Rows with a label that a model does not know. */
export interface UnknownLabels {
  readonly texts: readonly string[];
  /** The most frequent first. */
  readonly labels: readonly { readonly label: string; readonly rows: number }[];
}

/**
 * Counts unknown labels.
 *
 * @param rows Each with the labels of it that the model does not know, one at least.
 */
export function unknownLabels(
  rows: readonly { readonly text: string; readonly unknown: readonly string[] }[],
): UnknownLabels {
  const counts = new Map<string, number>();
  for (const { unknown } of rows) for (const label of unknown) counts.set(label, (counts.get(label) ?? 0) + 1);
  const labels = Array.from(counts, ([label, count]) => ({ label, rows: count }));
  return { texts: rows.map(({ text }) => text), labels: labels.sort((a, b) => b.rows - a.rows) };
}

const SHOWN = 5;

/** `1,000 rows have the label "oos", which the model does not know`. */
export function describeUnknownLabels({
  rows: count,
  labels,
}: Pick<UnknownLabels, "labels"> & { readonly rows: number }): string {
  const rows = counted(count, "row");
  const have = count === 1 ? "has" : "have";
  const [only, ...others] = labels;
  if (others.length === 0) return `${rows} ${have} the label "${only!.label}", which the model does not know`;
  const shown = labels.slice(0, SHOWN).map(({ label, rows: each }) => `"${label}" (${each.toLocaleString("en-US")})`);
  const rest = labels.length - shown.length;
  return `${rows} ${have} labels that the model does not know: ${shown.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
