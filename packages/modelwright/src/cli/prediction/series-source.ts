import { ModelwrightError, type RowItem, type SeriesItem, type SeriesPreprocessing } from "@modelwright/contracts";
import { pipedTable, type Table, type TableRow } from "@modelwright/data";
import { openArgument } from "../tables/open-argument.ts";
import { givenTable } from "./given-table.ts";
import { type CheckedArguments, type Item, type PredictionSource, usage } from "./prediction-arguments.ts";
import { cellValue } from "./row-source.ts";

/** Series of a table with all their rows, or series as JSON; what stands below the last value of a series is known ahead. */
export async function seriesSource(options: CheckedArguments): Promise<PredictionSource> {
  const { model, manifest, column, second, encoding } = options;
  if (column !== undefined || second !== undefined)
    throw usage(`${column === undefined ? "--second" : "--column"} does not apply to ${model}, which reads histories`);
  const { preprocessing } = manifest as unknown as { readonly preprocessing: SeriesPreprocessing };
  if ("items" in options) return ofItems(options.items.map(itemIn), preprocessing);
  const table =
    "piped" in options
      ? await pipedTable(process.stdin, { name: "the piped rows", encoding })
      : await openArgument(options.file, { wanted: columnsOf(preprocessing), encoding });
  return ofItems(await seriesOf(table, preprocessing), preprocessing, table);
}

/** A series that is given as JSON, or as the rows of its history. */
function itemIn(given: string): SeriesItem {
  try {
    const value = JSON.parse(given) as unknown;
    const item = Array.isArray(value) ? { history: value } : value;
    if (typeof item === "object" && item !== null && "history" in item) return item as SeriesItem;
  } catch {
    // What is no JSON is no series either.
  }
  throw usage(
    'a series is given as JSON, \'{"history": [{"date": "2026-01-31", "sold": 12}, …]}\', or as a table by --file',
  );
}

function columnsOf({ time, target, naming, known, past }: SeriesPreprocessing): string[] {
  return [time.column, target.column, ...naming, ...[...known, ...past].map(({ name }) => name)];
}

/** The rows of a table by series, each in their order. */
async function seriesOf(table: Table, { time, target, naming }: SeriesPreprocessing): Promise<SeriesItem[]> {
  for (const [role, name] of [
    ["time", time.column],
    ["target", target.column],
    ...naming.map((each) => ["series", each]),
  ]) {
    if (table.columns.includes(name!)) continue;
    throw new ModelwrightError("DATA_COLUMN_MISSING", {
      file: table.name,
      column: name!,
      role: role!,
      available: table.columns,
    });
  }
  const places = table.columns.map((name, place) => ({ name, place }));
  const series = new Map<string, RowItem[]>();
  for await (const row of table.rows) {
    const values: RowItem = Object.fromEntries(
      places.map(({ name, place }) => [name, cellValue(row, { table, name, place })]),
    );
    const key = JSON.stringify(naming.map((name) => values[name] ?? ""));
    const own = series.get(key);
    if (own === undefined) series.set(key, [values]);
    else own.push(values);
  }
  return [...series].map(([key, rows]) => {
    const names = JSON.parse(key) as (string | number)[];
    return {
      history: rows,
      ...(naming.length === 0 ? {} : { series: Object.fromEntries(naming.map((name, i) => [name, names[i]!])) }),
    };
  });
}

/** A row for each series, with the columns that name it. */
function ofItems(items: readonly SeriesItem[], { naming }: SeriesPreprocessing, table?: Table): PredictionSource {
  const lines = items.map(({ series, history }) =>
    naming.map((name) => {
      const said = typeof series === "object" ? series[name] : series;
      return String(said ?? history[0]?.[name] ?? "");
    }),
  );
  const own = {
    ...givenTable(naming, lines),
    ...(table === undefined ? {} : { name: table.name, warnings: table.warnings }),
  };
  return {
    table: own,
    itemOf: ({ line }: TableRow): Item | undefined => {
      const item = items[line - 1]!;
      return item.history.length === 0 ? undefined : item;
    },
    shown: (item: Item | undefined) => {
      const series = (item as SeriesItem | undefined)?.series;
      return series === undefined ? {} : { series };
    },
    lacks: "values",
  };
}
