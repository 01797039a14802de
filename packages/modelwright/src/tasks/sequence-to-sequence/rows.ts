import type { Recipes } from "@modelwright/contracts";
import { prepareData, REWRITTEN, type RowWith, readAnnotatedRows, textLanguage } from "@modelwright/data";
import { shorten } from "../../wording/plain-text.ts";
import { HeldOut } from "../held-out.ts";
import type { DataContext, EvaluationRows, EvaluationSource, PreparedData, Trial } from "../task.ts";

/** Rows of a text and the one that is to be written from it. */
export type RewrittenRows = readonly RowWith<"text" | "output">[];

/** Reads, cleans and splits rows; those of one source stay together. */
export async function prepareRows(
  { data }: Recipes["sequence-to-sequence"],
  { baseDir, continues, onVersion, onProgress }: DataContext,
): Promise<PreparedData<RewrittenRows>> {
  const settings = { ...data, split: { ...data.split, stratify: false } };
  const { train, validation, test, development, digest, report } = await prepareData(settings, {
    annotation: REWRITTEN,
    baseDir,
    continues,
    onVersion,
    onProgress: ({ step, ...progress }) => onProgress({ stage: step as "read" | "duplicates", ...progress }),
  });
  return {
    learning: { train, validation },
    test: new HeldOut(test, test.length),
    development,
    digest,
    language: textLanguage(train.map(({ text }) => text)),
    report,
  };
}

/** What recipes call the columns where they do not say. */
const USUAL_COLUMNS = { text: "source", output: "target" };

/** Rows of a file for a stored version. */
export async function evaluationRows({
  source,
  columns,
  encoding,
  trained,
}: EvaluationSource): Promise<EvaluationRows<RewrittenRows>> {
  const read = await readAnnotatedRows(source, "output", {
    columns,
    trained: { ...USUAL_COLUMNS, ...trained.columns },
    encoding,
  });
  return { split: read.rows, skipped: read.skipped, warnings: read.warnings };
}

const TRIALS = 3;
const SHOWN = 80;

/** Some texts of the test rows, and what is to be written from them. */
export function trialsOf(rows: RewrittenRows): readonly Trial[] {
  return rows.slice(0, TRIALS).map(({ text, output }) => ({ item: text, actual: shorten(output, SHOWN) }));
}
