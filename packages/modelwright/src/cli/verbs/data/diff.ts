import { ModelwrightError } from "@modelwright/contracts";
import { diffTables, type ShownRow, type TableDiff } from "@modelwright/data";
import { dataSource } from "../../../inspection/data-source.ts";
import { columns } from "../../../wording/columns.ts";
import { plainText, shorten } from "../../../wording/plain-text.ts";
import { counted } from "../../../wording/quantities.ts";
import type { CommonOptions } from "../../common-options.ts";
import { colours } from "../../output/colours.ts";
import type { SubVerbAnswer, SubVerbFile, SubVerbTask } from "../../sub-verbs.ts";
import { inTermsOfArguments } from "../../tables/in-terms-of-arguments.ts";
import { READING_OPTIONS, SOURCE } from "./data-options.ts";

interface DiffOptions extends CommonOptions {
  readonly key?: string;
  readonly limit?: string;
  readonly encoding?: string;
  readonly query?: string;
}

const CELL = 40;
const VERSION = 12;

export const diff: SubVerbFile<SubVerbTask<DiffOptions>> = {
  arguments: [
    ["<older>", SOURCE[1]],
    ["<newer>", "the same, of another day"],
  ],
  options: [
    ["--key <column>", "the column that names a row (default: a row that was changed went and came)"],
    ["--limit <n>", "rows of each sort that are shown (default: 10)"],
    ...READING_OPTIONS,
  ],
  example: "diff june.csv july.csv --key id",
  run,
};

async function run({
  args: [older = "", newer = ""],
  options,
  progress,
}: SubVerbTask<DiffOptions>): Promise<SubVerbAnswer> {
  const { key, limit = "10", ...reading } = options;
  if (!/^\d{1,6}$/.test(limit))
    throw new ModelwrightError("CLI_OPTION_INVALID", { option: "--limit", rule: "a whole number from 0", got: limit });
  const open = async (source: string) => {
    progress(`reading ${source}`);
    try {
      return await (await dataSource(source, reading)).open();
    } catch (error) {
      throw inTermsOfArguments(error, source);
    }
  };
  const found = await diffTables(await open(older), await open(newer), { key, limit: Number(limit) });
  return { json: found, lines: diffLines(found) };
}

function diffLines({ older, newer, columns: ofColumns, rows, changedCells, shown }: TableDiff): string[] {
  const tables = [older, newer].map(({ source, version, rows: count }) => [
    plainText(source),
    counted(count, "row"),
    `version ${version.slice(0, VERSION)}`,
  ]);
  const names = (list: readonly string[]) => list.map((name) => plainText(name)).join(", ");
  const facts = [
    ...(ofColumns.came.length === 0 ? [] : [["columns that came", names(ofColumns.came)]]),
    ...(ofColumns.went.length === 0 ? [] : [["columns that went", names(ofColumns.went)]]),
    ...ofColumns.changedKind.map(({ column, from, to }) => [`"${plainText(column)}"`, `was a ${from}, is a ${to}`]),
    ["rows", `${counted(rows.same, "row")} the same, ${rows.came} came, ${rows.went} went, ${rows.changed} changed`],
    ...Object.entries(changedCells).map(([column, count]) => [
      `"${plainText(column)}"`,
      `changed in ${counted(count, "row")}`,
    ]),
  ];
  if (older.version === newer.version) return [...columns(tables), "Both have the same rows."];
  return [
    ...columns(tables),
    ...columns(facts, "  "),
    ...shown.changed.flatMap(({ key, where, cells }) => [
      colours.yellow(`~ ${plainText(key)}  ${where}`),
      ...cells.map(({ column, from, to }) => `    ${plainText(column)}: ${cell(from)} → ${cell(to)}`),
    ]),
    ...shown.went.map((row) => colours.red(`- ${rowLine(row)}`)),
    ...shown.came.map((row) => colours.green(`+ ${rowLine(row)}`)),
  ];
}

function rowLine({ where, cells }: ShownRow): string {
  return `${where}  ${Object.values(cells).map(cell).join(", ")}`;
}

function cell(text: string): string {
  return text === "" ? '""' : shorten(plainText(text), CELL);
}
