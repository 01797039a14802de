import { ModelwrightError, type PlainTextCure } from "@modelwright/contracts";
import { changedValues, curedColumn } from "../cures/cured-column.ts";
import { unfitInWords } from "../frames/column-cells.ts";
import type { Column, ColumnKind, Frame } from "../frames/frame.ts";
import { type ColumnLook, readFrame } from "../frames/read-frame.ts";
import type { FeatureInput } from "../preprocessing/feature-input.ts";
import { readInputs } from "../preprocessing/read-inputs.ts";
import { counted, listed, type ReportBuilder } from "../report-builder.ts";
import { asTable, type WholeTable } from "./whole-table.ts";

/** What a recipe says of the columns that a model reads. */
export interface ColumnSettings {
  /** By column, where the look at its values misleads. */
  readonly kinds: Readonly<Record<string, ColumnKind>>;
  /** Columns that the model does not read. */
  readonly ignore: readonly string[];
  /** What is done to texts and categories. Default: nothing. */
  readonly cures?: readonly PlainTextCure[] | undefined;
}

/** The columns that a model reads, with what was seen of each. */
export interface ReadColumns {
  readonly frame: Frame;
  readonly looks: readonly ColumnLook[];
}

/** Why a column is left out that the recipe does not name: it tells nothing. */
const TELLS_NOTHING: readonly {
  readonly is: (look: ColumnLook) => boolean;
  readonly why: string;
}[] = [
  { is: ({ isConstant }) => isConstant, why: "says the same in all rows" },
  { is: ({ isIdLike }) => isIdLike, why: "numbers or names the rows" },
];

/**
 * Reads the columns of a table that have no other part: those of no role, not ignored, and not without meaning. What is left out, and what the
 * values leave open, is told.
 *
 * @throws {ModelwrightError} `FEATURES_SETTING_INVALID` for a column that the table has not, `FEATURES_NONE`.
 */
export async function readColumns(
  whole: WholeTable,
  { kinds, ignore, cures }: ColumnSettings,
  report: ReportBuilder,
): Promise<ReadColumns> {
  const { table } = whole;
  for (const [setting, names] of Object.entries({ "data.ignore": ignore, "data.kinds": Object.keys(kinds) })) {
    for (const name of names) {
      if (table.columns.includes(name)) continue;
      const got = `${table.name} with ${listed(
        table.columns.map((each) => JSON.stringify(each)),
        20,
      )}`;
      throw new ModelwrightError("FEATURES_SETTING_INVALID", {
        setting: `${setting}: "${name}"`,
        rule: "must name a column of the data",
        got,
      });
    }
  }
  const columns = featureColumns(whole, ignore);
  const { frame, looks } = await readFrame(asTable(whole), { columns, kinds: only(kinds, columns) });
  const left: string[] = [];
  const kept = looks.filter((look) => {
    const reason = Object.hasOwn(kinds, look.name) ? undefined : TELLS_NOTHING.find(({ is }) => is(look));
    if (reason !== undefined) left.push(`"${look.name}" ${reason.why}`);
    return reason === undefined;
  });
  if (left.length > 0) report.step("columns left out", listed(left, 10), whole.rows.length);
  for (const { name, doubt, unfit, kind } of kept) {
    if (doubt !== undefined) report.warn(`"${name}": ${doubt}`);
    if (unfit.rows === 0) continue;
    report.warn(unfitWarning(`"${name}"`, kind, unfit));
  }
  const names = new Set(kept.map(({ name }) => name));
  if (names.size === 0) throw new ModelwrightError("FEATURES_NONE", { left });
  const read = frame.columns.filter(({ name }) => names.has(name));
  return { frame: { rows: frame.rows, columns: treated(read, { cures, rows: frame.rows, report }) }, looks: kept };
}

/** Columns with their texts and categories treated, and a line of what that has changed. */
function treated(
  columns: readonly Column[],
  {
    cures,
    rows,
    report,
  }: { readonly cures: readonly PlainTextCure[] | undefined; readonly rows: number; readonly report: ReportBuilder },
): readonly Column[] {
  if (cures === undefined) return columns;
  const cured = columns.map((column) => curedColumn(column, cures));
  const changed = columns.flatMap((column, i) => {
    const values = changedValues(column, cured[i]!);
    return values === 0 ? [] : [`${column.name} ${values.toLocaleString("en-US")}`];
  });
  const where = changed.length === 0 ? "changed no value" : `changed values of ${listed(changed, 10)}`;
  report.step("texts treated", `${cures.join(", ")}: ${where}`, rows);
  return cured;
}

/** A column as a model reads it. */
export type KnownColumn = Pick<FeatureInput, "name" | "kind" | "spelling" | "cures">;

/**
 * Reads the same columns of another table, as they are read here.
 *
 * @throws {ModelwrightError} `FEATURES_COLUMN_MISSING` for one that it has not.
 */
export async function readColumnsAs(
  columns: readonly KnownColumn[],
  whole: WholeTable,
  report: ReportBuilder,
): Promise<Frame> {
  const { frame, looks } = await readInputs(columns, asTable(whole));
  for (const { name, unfit, kind } of looks) {
    if (unfit.rows > 0) report.warn(unfitWarning(`${whole.table.name}: "${name}"`, kind, unfit));
  }
  return frame;
}

function unfitWarning(where: string, kind: ColumnKind, unfit: ColumnLook["unfit"]): string {
  const { rows } = unfit;
  const are = rows === 1 ? "is" : "are";
  return `${where}: ${counted(rows, "value")} that ${are} no ${kind} count as missing: ${listed(unfitInWords(unfit))}`;
}

/** Columns of a table that are of no role and not ignored. When a row was may be told it, though rows are split by it. */
export function featureColumns(
  { table, columns: { time: _, ...others } }: WholeTable,
  ignore: readonly string[],
): string[] {
  const taken = new Set([...Object.values(others), ...ignore]);
  return table.columns.filter((name) => !taken.has(name));
}

function only(kinds: Readonly<Record<string, ColumnKind>>, names: readonly string[]): Record<string, ColumnKind> {
  return Object.fromEntries(Object.entries(kinds).filter(([name]) => names.includes(name)));
}
