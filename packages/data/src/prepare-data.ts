import { ModelwrightError, type TextClassificationRecipe } from "@modelwright/contracts";
import { dropDuplicates } from "./cleaning/drop-duplicates.ts";
import { checkLabels, lookAlikeLabels } from "./cleaning/label-checks.ts";
import { dropMissing } from "./cleaning/missing-values.ts";
import type { PreparedData } from "./prepared-data.ts";
import { counted, listed, place, ReportBuilder } from "./report-builder.ts";
import { rowsDigest } from "./rows-digest.ts";
import { readSource } from "./sources/read-source.ts";
import type { SourceRows } from "./sources/source.ts";
import { rowGroups } from "./splits/row-groups.ts";
import { type Split, splitRows } from "./splits/split-rows.ts";
import type { TextRow } from "./text-row.ts";

export interface PrepareOptions {
  /** Relative paths and npm packages are looked up from here: the recipe's folder. */
  readonly baseDir: string;
  readonly onProgress?: (progress: { step: string; done: number; total?: number }) => void;
}

type DataRecipe = TextClassificationRecipe["data"];

/**
 * Reads, cleans and splits the rows of a recipe. The same recipe, files and seed give the same rows, splits and digest.
 *
 * @throws {ModelwrightError} with a `DATA_…` code, naming file, row, rule, value and remedy.
 */
export async function prepareData(data: DataRecipe, options: PrepareOptions): Promise<PreparedData> {
  const report = new ReportBuilder();
  const source = await read(data, data.source, options);
  const limited = source.rows.length < source.available;
  report.step(
    "read",
    limited
      ? `drew ${counted(source.rows.length, "row")} of ${counted(source.available, "row")} of ${source.name} (seed ${data.split.seed})`
      : `${counted(source.available, "row")} of ${source.name}`,
    source.rows.length,
  );
  report.warn(...source.warnings);
  const complete = withoutMissing(source, data, report);
  report.warn(...repeatedIds(complete));
  const published = data.test === undefined ? undefined : await readTest(data, data.test, { options, report });

  const { rows, groups } = dropDuplicates(complete, {
    duplicates: data.clean.duplicates,
    published: published ?? [],
    report,
    onProgress: (done, total) => options.onProgress?.({ step: "duplicates", done, total }),
  });
  const labels = checkLabels(rows, {
    file: source.name,
    minRowsPerLabel: data.clean.minRowsPerLabel,
    splits: published === undefined ? 3 : 2,
  });
  for (const alike of lookAlikeLabels(labels)) {
    report.warn(`labels that look like one: ${alike.map((label) => `"${label}"`).join(", ")}`);
  }
  if (published !== undefined) checkSeen(published, labels, data.test!);

  const split = splitRows({
    labels: rows.map((row) => row.label),
    groups: rowGroups(rows, groups),
    ...data.split,
    test: published === undefined ? data.split.test : 0,
  });
  checkNotEmpty(split, { file: source.name, groups, published: published !== undefined });
  const pick = (name: keyof Split): TextRow[] => split[name].map((i) => rows[i]!);
  const splits = { train: pick("train"), validation: pick("validation"), test: published ?? pick("test") };
  const total = splits.train.length + splits.validation.length + splits.test.length;
  report.step("split", splitDetail(splits, data), total);
  report.warn(...absentLabels(splits, labels));
  return { labels, ...splits, digest: rowsDigest(splits), report: report.build(source.fields) };
}

function read(data: DataRecipe, source: string, options: PrepareOptions): Promise<SourceRows> {
  return readSource(source, {
    baseDir: options.baseDir,
    columns: data.columns,
    limit: source === data.source ? data.limit : undefined,
    seed: data.split.seed,
    onProgress: (done, total) =>
      options.onProgress?.({ step: "read", done, ...(total === undefined ? {} : { total }) }),
  });
}

async function readTest(
  data: DataRecipe,
  source: string,
  { options, report }: { options: PrepareOptions; report: ReportBuilder },
): Promise<TextRow[]> {
  const test = await read(data, source, options);
  report.step("read test file", `${counted(test.available, "row")} of ${test.name}`, test.rows.length);
  report.warn(...test.warnings);
  const rows = withoutMissing(test, data, report);
  if (rows.length > 0) return rows;
  throw new ModelwrightError("DATA_EMPTY", { file: test.name, problem: "no row has both a text and a label" });
}

function withoutMissing(source: SourceRows, data: DataRecipe, report: ReportBuilder): TextRow[] {
  const rows = dropMissing(source.rows, { file: source.name, columns: data.columns, missing: data.clean.missing });
  const dropped = source.rows.filter((row) => !row.text || !row.label);
  if (dropped.length > 0) {
    const where = listed(dropped.map((row) => `${row.origin.file}:${row.origin.line}`));
    report.step(
      "missing values",
      `dropped ${counted(dropped.length, "row")} without a text or a label: ${where}`,
      rows.length,
    );
  }
  return rows;
}

function repeatedIds(rows: readonly TextRow[]): string[] {
  const seen = new Set<string>();
  const repeated = rows.filter((row) => seen.size === seen.add(row.id).size);
  if (repeated.length === 0) return [];
  const where = listed(repeated.map((row) => `"${row.id}" (${row.origin.file}:${row.origin.line})`));
  return [`${counted(repeated.length, "row")} with the id of an earlier row: ${where}`];
}

function checkSeen(test: readonly TextRow[], labels: readonly string[], file: string): void {
  const known = new Set(labels);
  const unseen = test.find((row) => !known.has(row.label));
  if (unseen === undefined) return;
  const count = test.filter((row) => row.label === unseen.label).length;
  throw new ModelwrightError("DATA_LABEL_UNSEEN", { file, row: place(unseen), label: unseen.label, count });
}

function checkNotEmpty(
  split: Split,
  { file, groups, published }: { file: string; groups: Int32Array; published: boolean },
): void {
  for (const name of ["train", "validation", "test"] as const) {
    if (split[name].length > 0 || (name === "test" && published)) continue;
    throw new ModelwrightError("DATA_SPLIT_EMPTY", { file, split: name, rows: groups.length });
  }
}

function splitDetail(splits: Pick<PreparedData, "train" | "validation" | "test">, data: DataRecipe): string {
  const sizes = (["train", "validation", "test"] as const)
    .map((name) => `${name} ${splits[name].length.toLocaleString("en-US")}`)
    .join(", ");
  return `${sizes} (${data.split.stratify ? "stratified by label, " : ""}groups kept together, seed ${data.split.seed})`;
}

function absentLabels(
  splits: Pick<PreparedData, "train" | "validation" | "test">,
  labels: readonly string[],
): string[] {
  return (["train", "validation", "test"] as const).flatMap((name) => {
    const present = new Set(splits[name].map((row) => row.label));
    const absent = labels.filter((label) => !present.has(label)).map((label) => `"${label}"`);
    return absent.length === 0
      ? []
      : [
          `the ${name} split has no row of ${absent.length === 1 ? "label" : `${absent.length} labels:`} ${listed(absent)}`,
        ];
  });
}
