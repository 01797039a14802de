import type { ServedModel } from "../inference/served-models.ts";

/** An answer of a task as it is kept: with nothing left out, or as the client asked for it. */
export function keptAnswers(
  { row, record: { manifest } }: ServedModel,
  raw: readonly unknown[],
  options: Parameters<ServedModel["row"]["show"]>[1]["options"],
): readonly unknown[] {
  const shown = row.recorded ?? options;
  return raw.map((answer) => row.show(answer, { manifest, options: shown }));
}
