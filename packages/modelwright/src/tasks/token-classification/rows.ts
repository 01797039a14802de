import { type ManifestOf, NO_BASE, type Recipes } from "@modelwright/contracts";
import {
  prepareData,
  SPANS,
  spansOffTokens,
  type TextSpan,
  textLanguage,
  textUnits,
  type UnitKind,
} from "@modelwright/data";
import { shorten } from "../../wording/plain-text.ts";
import { counted } from "../../wording/quantities.ts";
import { HeldOut } from "../held-out.ts";
import type { DataContext, EvaluationRows, EvaluationSource, PreparedData, Trial } from "../task.ts";
import { pretrainedSource } from "../text-encoder/encoder-source.ts";
import { heldAgainstEncoder } from "../text-encoder/language-check.ts";
import { evaluationTextRows, type TextRows, textsOf } from "../text-encoder/text-rows.ts";
import { unitKind } from "./unit-kind.ts";

type Task = "token-classification";

/** Rows of a split; labels that a span may have are the same in every split. */
export interface SpanRows {
  /** Index in this list = place of the label among the tags. */
  readonly labels: readonly string[];
  readonly rows: TextRows<"spans">;
}

/** Reads, cleans and splits texts with marked spans. */
export async function prepareRows(
  { data, model }: Recipes[Task],
  context: DataContext,
): Promise<PreparedData<SpanRows>> {
  const { baseDir, continues, onVersion, onProgress } = context;
  const encoder = model.base === NO_BASE ? undefined : await pretrainedSource(model, context).check();
  const { train, validation, test, development, labels, digest, report } = await prepareData(data, {
    annotation: SPANS,
    baseDir,
    continues,
    onVersion,
    onProgress: ({ step, ...progress }) => onProgress({ stage: step as "read" | "duplicates", ...progress }),
  });
  const splitOf = (rows: SpanRows["rows"]): SpanRows => ({ labels, rows });
  const learning = { train: splitOf(train), validation: splitOf(validation) };
  const texts = textsOf(train);
  const foreign = encoder === undefined ? [] : heldAgainstEncoder(texts, encoder, model).warnings;
  const warnings = [...untoldWarnings([learning.train, learning.validation], unitKind(model, texts)), ...foreign];
  return {
    learning,
    test: new HeldOut(splitOf(test), test.length),
    development: { ...development, rows: splitOf(development.rows) },
    digest,
    report: { ...report, warnings: [...report.warnings, ...warnings] },
    language: textLanguage(texts),
    ...(encoder === undefined ? {} : { isForeign: foreign.length > 0 }),
    labels,
  };
}

/** What to do about spans that units cannot tell. */
const WAYS_OUT: Readonly<Record<UnitKind, string>> = {
  words: "write model.units: characters, or move their ends",
  characters: "move their ends",
};

/** Says how many spans a tagger on such units cannot tell: it learns larger ones in their place, and is evaluated by theirs. */
function untoldWarnings(splits: readonly SpanRows[], kind: UnitKind): string[] {
  const rows = splits.flatMap((split) => split.rows.map((row) => ({ row, labels: split.labels })));
  const untold = rows.flatMap(({ row, labels }) =>
    spansOffTokens(textUnits(row.text, kind), row.spans, labels).map((span) => ({ row, span })),
  );
  const [first] = untold;
  if (first === undefined) return [];
  const { text, origin } = first.row;
  const all = rows.reduce((sum, { row }) => sum + row.spans.length, 0);
  const unit = kind.slice(0, -1);
  const shown = shorten(text.slice(first.span.start, first.span.end), 40);
  return [
    `${untold.length} of ${counted(all, "span")} begin or end where no ${unit} does, such as "${shown}" (${origin.file}:${origin.line}): a tagger on ${kind} marks something else than they do; ${WAYS_OUT[kind]}`,
  ];
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
