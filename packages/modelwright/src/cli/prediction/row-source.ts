import { ModelwrightError, type RowItem, type TablePreprocessing } from "@modelwright/contracts";
import { cellAt, describeCell, pipedTable, type Table, type TableRow, tableOfText } from "@modelwright/data";
import { openArgument } from "../tables/open-argument.ts";
import { type CheckedArguments, type Item, type PredictionSource, usage } from "./prediction-arguments.ts";

/** Rows of a table with the columns that the model reads; what is piped in is JSON Lines or CSV. */
export async function rowSource(options: CheckedArguments): Promise<PredictionSource> {
  const { model, manifest, column, second, encoding } = options;
  if (column !== undefined || second !== undefined)
    throw usage(`${column === undefined ? "--second" : "--column"} does not apply to ${model}, which reads whole rows`);
  const { preprocessing } = manifest as unknown as { readonly preprocessing: TablePreprocessing };
  const wanted = preprocessing.columns.map(({ name }) => name);
  if ("items" in options) return withColumns(await givenRows(options.items), wanted);
  if ("piped" in options) {
    return withColumns(await pipedTable(process.stdin, { name: "the piped rows", encoding }), wanted);
  }
  return withColumns(await openArgument(options.file, { wanted, encoding }), wanted);
}

/** Rows as they are given: each in JSON, or one by its values, `age=31 plan=basic`. */
function givenRows(given: readonly string[]): Promise<Table> {
  const isJson = given[0]!.trimStart().startsWith("{");
  const lines = isJson ? given.map((row) => row.replaceAll(/\s*\n\s*/g, " ")) : [JSON.stringify(valuesOf(given))];
  return tableOfText(lines.join("\n"), { name: "the command line", warnings: new Set() });
}

function valuesOf(given: readonly string[]): Record<string, string> {
  const values = new Map<string, string>();
  for (const each of given) {
    const end = each.indexOf("=");
    const form = 'give a row as JSON, \'{"age": 31, "plan": "basic"}\', or its values, age=31 plan=basic';
    if (end <= 0) throw usage(`"${each}" is no row: ${form}`);
    const name = each.slice(0, end);
    if (values.has(name)) throw usage(`"${name}" is given twice; several rows are given as JSON, or by --file`);
    values.set(name, each.slice(end + 1));
  }
  return Object.fromEntries(values);
}

/** @param wanted Columns that the model reads. One that the table lacks the model itself names. */
function withColumns(table: Table, wanted: readonly string[]): PredictionSource {
  const places = wanted.flatMap((name) =>
    table.columns.includes(name) ? [[name, table.columns.indexOf(name)] as const] : [],
  );
  const itemOf = (row: TableRow): RowItem | undefined => {
    const values = places.map(([name, place]) => [name, cellValue(row, { table, name, place })] as const);
    if (places.length > 0 && values.every(([, value]) => value === null)) return undefined;
    return Object.fromEntries(values);
  };
  return { table, itemOf, shown: (item: Item | undefined) => ({ row: item ?? null }), lacks: "values" };
}

export function cellValue(
  row: TableRow,
  { table, name, place }: { readonly table: Table; readonly name: string; readonly place: number },
): RowItem[string] {
  const cell = cellAt(row, place);
  if (cell === undefined || cell.kind === "null") return null;
  if (cell.kind === "boolean") return cell.text === "true";
  if (cell.kind === "number" && Number.isFinite(Number(cell.text))) return Number(cell.text);
  if (cell.kind === "list" || cell.kind === "object") {
    throw new ModelwrightError("DATA_VALUE_TYPE", {
      file: row.file ?? table.name,
      line: row.line,
      column: name,
      expected: "a text, a number, true or false",
      got: describeCell(cell),
    });
  }
  return cell.text;
}
