import { access, mkdir } from "node:fs/promises";
import { extname, join, resolve } from "node:path";
import { describeCures, ModelwrightError } from "@modelwright/contracts";
import { cleanByDuckDb, type IsolateRows, WRITTEN_FORMATS } from "@modelwright/data/duckdb";
import { loadCures } from "../../../pipeline/load-recipe.ts";
import { columns } from "../../../wording/columns.ts";
import { plainText } from "../../../wording/plain-text.ts";
import { counted } from "../../../wording/quantities.ts";
import type { CommonOptions } from "../../common-options.ts";
import { colours } from "../../output/colours.ts";
import type { SubVerbAnswer, SubVerbFile, SubVerbTask } from "../../sub-verbs.ts";
import { inTermsOfArguments } from "../../tables/in-terms-of-arguments.ts";
import { collectOverride } from "../../verb.ts";
import { READING_OPTIONS } from "./data-options.ts";

interface CleanOptions extends CommonOptions {
  readonly out?: string;
  readonly split?: boolean;
  readonly format?: string;
  readonly cures?: string;
  readonly set?: readonly string[];
  readonly force?: boolean;
  readonly encoding?: string;
  readonly query?: string;
}

const SPLITS = ["train", "validation", "test"] as const;

export const clean: SubVerbFile<SubVerbTask<CleanOptions>> = {
  arguments: [["<source>", "a table: a file, folder, pattern or address, as data.source of a recipe"]],
  options: [
    ["--out <path>", `the file that is written (${WRITTEN_FORMATS.join(", ")}), with --split a folder`],
    ["--split", "write train, validation and test (80, 10, 10 %), by a hash of the row, which stays in its split"],
    ["--format <format>", "of the splits: parquet, csv, jsonl (default: parquet)"],
    ["--cures <file>", "what is done, as YAML"],
    ["--set <path=value...>", "a cure, for example numbers.missing=median; may be given again"],
    ["--force", "overwrite files that exist; never the source"],
    ...READING_OPTIONS,
  ],
  list: {
    title: "Cures, in the file or by --set; KIND is numbers, dates, categories, texts, or columns.NAME for one column:",
    rows: describeCures(),
  },
  example: "clean customers.csv --set duplicates=drop --set numbers.missing=median --out clean.parquet",
  run,
};

async function run({ args: [source = ""], options, progress }: SubVerbTask<CleanOptions>): Promise<SubVerbAnswer> {
  const { set = [], encoding, query } = options;
  const overrides = set.reduce<Record<string, string>>((all, each) => collectOverride(each, all), {});
  const cures = await loadCures(options.cures, overrides);
  const target = await targetOf(source, options);
  progress(`reading ${source}`);
  const { profile, steps, files } = await cleanByDuckDb(source, {
    ...target,
    cures,
    isolate: cures.rows.outliers === undefined ? undefined : await isolation(),
    onProgress: (line) => progress(plainText(line)),
    baseDir: process.cwd(),
    encoding,
    query,
    purpose: "data clean",
  }).catch((error: unknown) => {
    throw inTermsOfArguments(error, source);
  });
  const done = steps.map(({ column, cure, detail, rows }) => [
    cure,
    column === undefined ? "" : plainText(column),
    counted(rows, "row"),
    plainText(detail),
  ]);
  return {
    json: { source: profile.source, rows: profile.rows, steps, files, profile },
    lines: [
      `${colours.bold(plainText(profile.source))}: ${counted(profile.rows, "row")}, ${counted(profile.columns.length, "column")}`,
      ...(done.length === 0 ? ["  no cure was chosen, or none had anything to do"] : columns(done, "  ")),
      ...files.map(({ path, rows }) => `Wrote ${colours.bold(path)}: ${counted(rows, "row")}`),
    ],
  };
}

/** Forests come with all of training, which takes half a second to load. */
async function isolation(): Promise<IsolateRows> {
  return (await import("../../../cleaning/isolate-rows.ts")).isolateRows;
}

/** Where it is written; the folder of splits is made. */
async function targetOf(
  source: string,
  { out, split = false, format, force = false }: CleanOptions,
): Promise<{ readonly out: string; readonly split?: string }> {
  const invalid = (option: string, rule: string, got: string) =>
    new ModelwrightError("CLI_OPTION_INVALID", { option, rule, got });
  if (out === undefined) throw invalid("--out", split ? "a folder" : "a file", "nothing");
  if (!split && format !== undefined) throw invalid("--format", "for --split; a file is written by its ending", format);
  const ending = split ? `.${format ?? "parquet"}` : extname(out).toLowerCase();
  if (!WRITTEN_FORMATS.includes(ending)) {
    if (split) throw invalid("--format", "parquet, csv or jsonl", format ?? "");
    throw new ModelwrightError("CLI_FORMAT_UNKNOWN", { path: out, extension: ending, known: WRITTEN_FORMATS });
  }
  const files = split ? SPLITS.map((name) => join(out, `${name}${ending}`)) : [out];
  for (const path of files) {
    if (resolve(path) === resolve(source)) throw invalid("--out", "another file than the source", path);
    if (!force && (await exists(path))) throw new ModelwrightError("CLI_OUTPUT_EXISTS", { path });
  }
  if (split) await mkdir(out, { recursive: true });
  return split ? { out, split: ending } : { out };
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
