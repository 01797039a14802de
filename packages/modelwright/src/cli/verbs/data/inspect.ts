import { type CheckFinding, type Severity, withoutSecrets } from "@modelwright/data";
import { columnWords } from "../../../inspection/column-words.ts";
import { draftSchema, schemaText } from "../../../inspection/draft-schema.ts";
import { type DataInspection, inspectData, profileData } from "../../../inspection/inspect-data.ts";
import { plainText, shorten } from "../../../wording/plain-text.ts";
import { counted, percent } from "../../../wording/quantities.ts";
import { table } from "../../../wording/table.ts";
import { colours } from "../../output/colours.ts";
import type { SubVerbAnswer, SubVerbFile, SubVerbTask } from "../../sub-verbs.ts";
import { inTermsOfArguments } from "../../tables/in-terms-of-arguments.ts";
import { warningLines } from "../../tables/table-warnings.ts";
import { INSPECTION_OPTIONS, type InspectionOptions, SOURCE } from "./data-options.ts";

interface InspectOptions extends InspectionOptions {
  readonly all?: boolean;
  readonly schema?: boolean;
}

export const inspect: SubVerbFile<SubVerbTask<InspectOptions>> = {
  arguments: [SOURCE],
  options: [
    ...INSPECTION_OPTIONS,
    ["--all", "show every column and all that was found (default: the first of many)"],
    ["--schema", "print rules for the columns as YAML instead, a draft for data.schema of a recipe"],
  ],
  example: "inspect customers.csv --label churn",
  run,
};

const MOST_COLUMNS = 40;
const MOST_ITEMS = 5;
const NAME_LENGTH = 40;

async function run({
  args: [source = ""],
  options,
  width,
  progress,
}: SubVerbTask<InspectOptions>): Promise<SubVerbAnswer> {
  const failed = (error: unknown) => {
    throw inTermsOfArguments(error, source);
  };
  if (options.schema === true) {
    const profile = await profileData(source, { ...options, onProgress: progress }).catch(failed);
    const schema = draftSchema(profile);
    return { json: schema, lines: schemaText(profile, schema).map(plainText) };
  }
  const inspection = await inspectData(source, { ...options, onProgress: progress }).catch(failed);
  const named = options.label === undefined ? "" : ` --label ${inShell(options.label)}`;
  const next = `modelwright data report ${inShell(withoutSecrets(source))}${named} --out profile.html`;
  return { json: inspection, lines: inspectionLines(inspection, { width, next, all: options.all === true }) };
}

/** A word as a shell takes it. */
function inShell(word: string): string {
  return /^[\p{L}\p{N}_@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function inspectionLines(
  inspection: DataInspection,
  { width, next, all }: { readonly width: number; readonly next: string; readonly all: boolean },
): string[] {
  const { profile, findings, checks, warnings, label, sampled } = inspection;
  const { rows, columns } = profile;
  const shown = all ? columns : columns.slice(0, MOST_COLUMNS);
  const more = columns.length - shown.length;
  const left = Object.keys(checks).length - new Set(findings.map(({ check }) => check)).size;
  return [
    `${colours.bold(plainText(profile.source))}: ${counted(rows, "row")}, ${counted(columns.length, "column")}`,
    ...warningLines(warnings),
    "",
    ...table(
      ["column", "kind", "missing", "different", "values"],
      shown.map((column) => [
        shorten(plainText(column.name), NAME_LENGTH) || '""',
        column.kind,
        column.missing === 0 ? "–" : percent(column.missing / rows),
        column.distinct.toLocaleString("en-US"),
        plainText(columnWords(column, rows)),
      ]),
      width,
    ),
    ...(more > 0 ? [colours.dim(`… and ${counted(more, "more column")}: --all shows them`)] : []),
    "",
    colours.bold(findings.length === 0 ? "Nothing was found" : `Found ${counted(findings.length, "thing")}`),
    ...(sampled === undefined
      ? []
      : [colours.dim(`what compares rows or looks into texts looked at ${counted(sampled, "row")}, drawn at random`)]),
    ...findings.flatMap((finding) => findingLines(finding, all)),
    colours.dim(
      `${counted(left, "other check")} found nothing${label === undefined ? "; name what is predicted by --label, and leaks and labels are checked too" : ""}`,
    ),
    "",
    `Next: ${colours.cyan(next)}`,
  ];
}

const MARKS: Readonly<Record<Severity, (text: string) => string>> = {
  high: colours.red,
  medium: colours.yellow,
  low: colours.dim,
};

function findingLines({ severity, check, summary, items, cure }: CheckFinding, all: boolean): string[] {
  const shown = all ? items : items.slice(0, MOST_ITEMS);
  const more = items.length - shown.length;
  return [
    `  ${MARKS[severity](severity.padEnd(6))}  ${colours.bold(plainText(summary))} ${colours.dim(`[${check}]`)}`,
    ...shown.map(({ columns, detail }) => `            ${itemText(columns, detail)}`),
    ...(more > 0 ? [`            … and ${more.toLocaleString("en-US")} more`] : []),
    `          → ${plainText(cure)}`,
  ];
}

function itemText(columns: readonly string[], detail: string): string {
  const names = columns.map((name) => shorten(plainText(name), NAME_LENGTH)).join(" and ");
  return names === "" ? plainText(detail) : `${names}: ${plainText(detail)}`;
}
