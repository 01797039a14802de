import { ModelwrightError } from "@modelwright/contracts";
import { type ColumnKind, type Frame, takeRows } from "../frames/frame.ts";
import { type ReadFrame, readFrame } from "../frames/read-frame.ts";
import { counted, listed, type ReportBuilder } from "../report-builder.ts";
import { readRows } from "../roles/read-rows.ts";
import type { TableOptions } from "../sources/table-options.ts";
import { asTable, readWholeTable } from "../table-rows/whole-table.ts";
import type { ItemTable } from "./event-rows.ts";

/** What a recipe says of a table of items. */
export interface ItemSettings {
  readonly source: string;
  /** The column that names them. */
  readonly id: string;
  /** The column with titles. Default: one called title or name, where there is one. */
  readonly title?: string | undefined;
  readonly kinds: Readonly<Record<string, ColumnKind>>;
  readonly ignore: readonly string[];
  readonly encoding?: string | undefined;
}

const TITLE_NAMES = /^(title|name|标题|標題|名称|名稱|书名|片名)$/i;

/**
 * Reads what is known of items. Of several rows with one name the first counts.
 *
 * @throws {ModelwrightError} `DATA_COLUMN_MISSING`, `FEATURES_SETTING_INVALID`, and what reading a table throws.
 */
export async function readItems(
  { source, id, title, kinds, ignore, encoding }: ItemSettings,
  {
    baseDir,
    report,
    onVersion,
  }: {
    readonly baseDir: string;
    readonly report: ReportBuilder;
    readonly onVersion?: TableOptions["onVersion"];
  },
): Promise<ItemTable> {
  const whole = await readWholeTable(source, {
    required: ["item"],
    columns: { item: id },
    baseDir,
    encoding,
    onVersion,
  });
  const { table } = whole;
  for (const [setting, names] of Object.entries({
    "data.items.title": title === undefined ? [] : [title],
    "data.items.ignore": ignore,
    "data.items.kinds": Object.keys(kinds),
  })) {
    const unknown = names.find((name) => !table.columns.includes(name));
    if (unknown === undefined) continue;
    const got = `${table.name} with ${listed(
      table.columns.map((each) => JSON.stringify(each)),
      20,
    )}`;
    throw new ModelwrightError("FEATURES_SETTING_INVALID", {
      setting: `${setting}: "${unknown}"`,
      rule: "must name a column of the items",
      got,
    });
  }
  const read = await readRows<"item">(asTable(whole), { required: ["item"], columns: { item: id } });
  const places = new Map<string, number>();
  for (const [row, { item }] of read.rows.entries()) if (item !== undefined && !places.has(item)) places.set(item, row);
  const repeated = read.rows.length - places.size;
  report.step("items", `${counted(places.size, "item")} of ${table.name}`, places.size);
  if (repeated > 0) {
    report.warn(
      `${table.name}: ${counted(repeated, "row")} without a name or with that of an earlier row; the first one counts`,
    );
  }
  const chosen = Int32Array.from(places.values());
  const titles = title ?? table.columns.find((name) => name !== id && TITLE_NAMES.test(name));
  // A title names its item: words of it are read where the recipe says what it is taken as.
  const isTitle = (name: string) => name === titles && !Object.hasOwn(kinds, name);
  const features = table.columns.filter((name) => name !== id && !ignore.includes(name) && !isTitle(name));
  const frame =
    features.length === 0
      ? { rows: read.rows.length, columns: [] }
      : telling(await readFrame(asTable(whole), { columns: features, kinds }), kinds);
  report.warn(...table.warnings);
  return {
    items: [...places.keys()],
    ...(titles === undefined ? {} : { titles: titlesOf(whole.rows, { place: table.columns.indexOf(titles), chosen }) }),
    frame: takeRows(frame, chosen),
  };
}

function titlesOf(
  rows: readonly { readonly cells: readonly (string | undefined)[] }[],
  { place, chosen }: { readonly place: number; readonly chosen: Int32Array },
): string[] {
  return Array.from(chosen, (row) => rows[row]!.cells[place]?.trim() ?? "");
}

/** Columns that tell something: not those that say the same of all, or number or name the items. */
function telling({ frame, looks }: ReadFrame, kinds: ItemSettings["kinds"]): Frame {
  const silent = new Set(
    looks
      .filter(({ name, isConstant, isIdLike }) => (isConstant || isIdLike) && !Object.hasOwn(kinds, name))
      .map(({ name }) => name),
  );
  return { ...frame, columns: frame.columns.filter(({ name }) => !silent.has(name)) };
}
