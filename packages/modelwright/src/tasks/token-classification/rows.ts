import type { ManifestOf, Recipes } from "@modelwright/contracts";
import { prepareData, SPANS, type TextSpan, textLanguage } from "@modelwright/data";
import { HeldOut } from "../held-out.ts";
import type { DataContext, EvaluationRows, EvaluationSource, PreparedData, Trial } from "../task.ts";
import { evaluationTextRows, type TextRows, textsOf } from "../text-encoder/text-rows.ts";

type Task = "token-classification";

/** Rows of a split; labels that a span may have are the same in every split. */
export interface SpanRows {
  /** Index in this list = place of the label among the tags. */
  readonly labels: readonly string[];
  readonly rows: TextRows<"spans">;
}

/** Reads, cleans and splits texts with marked spans. */
export async function prepareRows(
  { data }: Recipes[Task],
  { baseDir, onProgress }: DataContext,
): Promise<PreparedData<SpanRows>> {
  const { train, validation, test, labels, digest, report } = await prepareData(data, {
    annotation: SPANS,
    baseDir,
    onProgress: ({ step, ...progress }) => onProgress({ stage: step as "read" | "duplicates", ...progress }),
  });
  const splitOf = (rows: SpanRows["rows"]): SpanRows => ({ labels, rows });
  return {
    learning: { train: splitOf(train), validation: splitOf(validation) },
    test: new HeldOut(splitOf(test), test.length),
    digest,
    report,
    language: textLanguage(textsOf(train)),
    labels,
  };
}

/** Rows of a file for a stored version; those with a label that it does not know are counted. */
export function evaluationRows(
  { labels }: ManifestOf<Task>,
  source: EvaluationSource,
): Promise<EvaluationRows<SpanRows>> {
  const known = new Set(labels);
  return evaluationTextRows(source, {
    role: "spans",
    splitOf: (rows) => ({ labels, rows }),
    unknown: ({ spans }) => [...new Set(spans.map(({ label }) => label))].filter((label) => !known.has(label)),
  });
}

const TRIALS = 3;

/** Test rows with spans, of different labels where there are. */
export function trialsOf({ rows }: SpanRows): readonly Trial[] {
  const marked = rows.filter(({ spans }) => spans.length > 0);
  const byLabels = new Map(marked.toReversed().map((row) => [row.spans.map(({ label }) => label).join(), row]));
  const chosen = [...new Set([...byLabels.values(), ...marked, ...rows])].slice(0, TRIALS);
  return chosen.map(({ text, spans }) => ({ item: text, actual: showSpans(text, spans) }));
}

/** `Anna (PER), Oslo (LOC)`. */
export function showSpans(text: string, spans: readonly TextSpan[]): string {
  if (spans.length === 0) return "no span";
  return spans.map(({ start, end, label }) => `${text.slice(start, end)} (${label})`).join(", ");
}
