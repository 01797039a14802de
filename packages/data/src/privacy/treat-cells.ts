import type { AnnotationRole } from "../annotations/annotation.ts";
import type { ReportBuilder } from "../report-builder.ts";
import { type AnnotatedTable, takeAnnotated } from "../table-rows/annotated-table.ts";
import type { TableRow } from "../tables/table.ts";
import type { PersonalDataMatch } from "./recogniser.ts";
import { rowNameWarnings } from "./row-names.ts";
import { PersonalDataTally } from "./tally.ts";
import type { PersonalDataTreater, TreatedText } from "./treat-text.ts";

/** Values that are remembered of a column: those of a category come again and again. */
const REMEMBERED = 10_000;

/**
 * A table with the personal data in these columns treated, and counted in the report. The name of a column is a word
 * about each of its cells: digits under `phone` are a phone number, a word under `last_name` is a name.
 *
 * @param options.columns Those that are looked at.
 * @param options.step What the report calls the step.
 */
export function treatCells<R extends AnnotationRole>(
  source: AnnotatedTable<R>,
  treater: PersonalDataTreater,
  options: { readonly columns: readonly string[]; readonly report: ReportBuilder; readonly step: string },
): AnnotatedTable<R> {
  const { whole } = source;
  const treats = options.columns.map((name) => ({
    place: whole.table.columns.indexOf(name),
    treat: remembering((text) => treater.treat(text, `${spokenName(name)}: `)),
  }));
  const tally = new PersonalDataTally();
  const treated = whole.rows.map((row) => treatRow(row, treats));
  for (const { matches } of treated) tally.add(matches);
  const changed = { ...source, whole: { ...whole, rows: treated.map(({ row }) => row) } };
  const clean = [...treated.keys()].filter((row) => treated[row]!.matches.length === 0);
  const left = treater.drops ? takeAnnotated(changed, clean) : changed;
  options.report.warn(...rowNameWarnings(left.rows, treater));
  tally.report(options.report, treater, { file: whole.table.name, step: options.step, left: left.rows.length });
  return left;
}

interface TreatedColumn {
  readonly place: number;
  readonly treat: (text: string) => TreatedText;
}

function treatRow(
  row: TableRow,
  columns: readonly TreatedColumn[],
): { readonly row: TableRow; readonly matches: readonly PersonalDataMatch[] } {
  const cells = [...row.cells];
  const kinds = row.kinds === undefined ? undefined : [...row.kinds];
  const matches: PersonalDataMatch[] = [];
  for (const { place, treat } of columns) {
    const text = cells[place];
    if (text === undefined || text.trim() === "") continue;
    const treated = treat(text);
    if (treated.matches.length === 0) continue;
    matches.push(...treated.matches);
    cells[place] = treated.text;
    if (kinds !== undefined) kinds[place] = undefined;
  }
  if (matches.length === 0) return { row, matches };
  return { row: { ...row, cells, ...(kinds === undefined ? {} : { kinds }) }, matches };
}

function remembering(treat: (text: string) => TreatedText): (text: string) => TreatedText {
  const known = new Map<string, TreatedText>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const treated = treat(text);
    if (known.size < REMEMBERED) known.set(text, treated);
    return treated;
  };
}

/** The name of a column as somebody would say it: `lastName` and `last_name` are "last name". */
export function spokenName(column: string): string {
  return column
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .replaceAll(/[_.-]+/g, " ")
    .toLowerCase();
}
