import {
  type ManifestOf,
  ModelwrightError,
  type RowItem,
  type SeriesItem,
  type SeriesPreprocessing,
  showHttpValue,
} from "@modelwright/contracts";
import {
  buildPanel,
  type Column,
  endOf,
  type FeatureInput,
  type Frame,
  isMissingWord,
  type NumberColumn,
  readTime,
  rowsFrame,
  type SeriesPanel,
  type SeriesWindow,
  seriesName,
  TimeGrid,
  type WindowReading,
} from "@modelwright/data";

type Preprocessing = SeriesPreprocessing;
type Row = RowItem;

/** Series that clients sent, laid out as a model reads them, and a window behind the last value of each. */
export interface Timelines {
  readonly panel: SeriesPanel;
  readonly windows: readonly SeriesWindow[];
}

/** The columns that a graph reads beside the history. */
export function graphInputs({ series, known, past, time }: Preprocessing): FeatureInput[] {
  const own = [...series, ...known, ...past];
  return time.feed === undefined ? own : [...own, { name: time.column, kind: "date", feed: time.feed }];
}

/** What of windows it reads. */
export function graphReading({
  preprocessing,
  horizon,
}: Pick<ManifestOf<"time-series-forecasting">, "preprocessing" | "horizon">): WindowReading {
  const { context, time, series, known, past } = preprocessing;
  const names = (columns: readonly { readonly name: string }[]) => columns.map(({ name }) => name);
  return { context, horizon, time: time.column, series: names(series), known: names(known), past: names(past) };
}

/**
 * Reads series as clients send them.
 *
 * @throws {ModelwrightError} `MODEL_INPUT_INVALID` for what is no list of series; `SERIES_…` and `FEATURES_…` naming row, column and value.
 */
export function readTimelines(items: readonly SeriesItem[], preprocessing: Preprocessing): Timelines {
  requireTimelines(items);
  const grid = TimeGrid.of(preprocessing.frequency);
  const read = items.map((item, i) =>
    readOne(item, preprocessing, { grid, place: items.length === 1 ? undefined : i }),
  );
  let rows = 0;
  const series = read.map(({ panel }) => {
    const [own] = panel.series;
    const moved = { ...own!, rows: own!.rows.map((row) => (row < 0 ? row : row + rows)) };
    rows += panel.frame.rows;
    return moved;
  });
  const frame: Frame = {
    rows,
    columns: (read[0]?.panel.frame.columns ?? []).map((column, i) =>
      read.slice(1).reduce((all, each) => joined(all, each.panel.frame.columns[i]!), column),
    ),
  };
  return {
    panel: { frequency: grid.name, series, frame },
    windows: series.map((each, i) => ({ series: i, origin: endOf(each) })),
  };
}

/** Values of a column and behind them those of another; categories are put together. */
function joined(first: Column, second: Column): Column {
  if (first.kind === "category" && second.kind === "category") {
    const categories = [...new Set([...first.categories, ...second.categories])];
    const code = (column: typeof first, each: number) => (each < 0 ? -1 : categories.indexOf(column.categories[each]!));
    const codes = [
      ...Array.from(first.codes, (each) => code(first, each)),
      ...Array.from(second.codes, (each) => code(second, each)),
    ];
    return { ...first, categories, codes: Int32Array.from(codes) };
  }
  if (first.kind === "text" && second.kind === "text") return { ...first, values: [...first.values, ...second.values] };
  const values = [...(first as NumberColumn).values, ...(second as NumberColumn).values];
  return { ...first, values: Float64Array.from(values) } as Column;
}

function readOne(
  { history, future = [], series }: SeriesItem,
  preprocessing: Preprocessing,
  { grid, place }: { readonly grid: TimeGrid; readonly place: number | undefined },
): Pick<Timelines, "panel"> {
  const { time, target, naming, known, past, times, gaps, leastValues } = preprocessing;
  const key = keyOf(series, history[0]!, naming);
  const prefix = place === undefined ? "" : `timelines[${place}].`;
  const whereIs = (row: number) =>
    row < history.length ? `${prefix}history[${row}]` : `${prefix}future[${row - history.length}]`;
  const input: FeatureInput = { name: target.column, kind: "number", feed: "target", ...spelt(target) };
  const values = (rowsFrame([input], history).columns[0] as NumberColumn).values;
  const own = Float64Array.from({ length: history.length + future.length }, (_, row) => values[row] ?? Number.NaN);
  const filled = [...values.keys()].filter((row) => !Number.isNaN(values[row]!));
  const isNamed = key.some((part) => part !== "");
  if (filled.length < leastValues) {
    const why = `in its history, as the model was trained on`;
    throw new ModelwrightError("SERIES_TOO_SHORT", {
      series: isNamed ? seriesName(key) : whereIs(0).replace(/\[0\]$/, ""),
      values: filled.length,
      needed: leastValues,
      why,
    });
  }
  const past1970 = history.map((row, at) => timeOf(row, time, whereIs(at)));
  const last = Math.max(...filled.map((row) => past1970[row]!));
  const phase = grid.phaseOf(Math.min(...past1970));
  const end = grid.stepOf(last, phase) ?? Number.NaN;
  const ahead = future.map((row, at) =>
    Object.hasOwn(row, time.column) && row[time.column] !== null
      ? timeOf(row, time, whereIs(history.length + at))
      : grid.timeOf(end + 1 + at, phase),
  );
  const rows = [...history, ...future];
  const complete = rows.map((row, at) =>
    completed(row, { preprocessing, key, isLast: at === history.length - 1, isAhead: at >= history.length }),
  );
  const frame = rowsFrame([...preprocessing.series, ...known, ...past], complete);
  const built = buildPanel(
    { times: Float64Array.from([...past1970, ...ahead]), target: own, keys: rows.map(() => key), frame, whereIs },
    grid,
    { times, gaps },
  );
  return { panel: built.panel };
}

function spelt({ spelling, unit }: Preprocessing["target"]): Pick<FeatureInput, "spelling" | "unit"> {
  return { ...(spelling === undefined ? {} : { spelling }), ...(unit === undefined ? {} : { unit }) };
}

/** The name of a series by column: as the client says it, or as its first row does. */
function keyOf(series: SeriesItem["series"], row: Row, naming: readonly string[]): string[] {
  return naming.map((column) => {
    const said = typeof series === "object" ? series[column] : naming.length === 1 ? series : undefined;
    const value = said ?? (Object.hasOwn(row, column) ? row[column] : undefined);
    return value === undefined || value === null ? "" : String(value).trim();
  });
}

/** A row with every column that is read: what a row of the past need not say is missing. */
function completed(
  row: Row,
  options: {
    readonly preprocessing: Preprocessing;
    readonly key: readonly string[];
    readonly isLast: boolean;
    readonly isAhead: boolean;
  },
): Row {
  const { preprocessing, key, isLast, isAhead } = options;
  const { series, known, past, naming } = preprocessing;
  const open = [...(isAhead ? [] : known), ...(isLast ? [] : past)];
  const missing = open.filter(({ name }) => !Object.hasOwn(row, name)).map(({ name }) => [name, null] as const);
  const names = series.map(({ name }) => [name, key[naming.indexOf(name)] || null] as const);
  return { ...row, ...Object.fromEntries(missing), ...Object.fromEntries(names) };
}

function timeOf(row: Row, { column, spelling }: Preprocessing["time"], where: string): number {
  const value = Object.hasOwn(row, column) ? row[column] : undefined;
  const text = value === undefined || value === null ? "" : String(value);
  const time = isMissingWord(text) ? undefined : readTime(text, spelling);
  if (time !== undefined) return time;
  const got = value === undefined ? "nothing" : JSON.stringify(value);
  throw new ModelwrightError("SERIES_TIME_INVALID", { where, column, expected: `a time such as ${spelling}`, got });
}

/**
 * Checks what a program without types may get wrong.
 * @throws {ModelwrightError} `MODEL_INPUT_INVALID` naming the item.
 */
function requireTimelines(items: unknown): asserts items is readonly SeriesItem[] {
  const refuse = (path: string, rule: string, value: unknown) =>
    new ModelwrightError("MODEL_INPUT_INVALID", { path, rule, got: showHttpValue(value) });
  if (!Array.isArray(items)) throw refuse("timelines", "a list of series", items);
  for (const [i, item] of items.entries()) {
    const rows = typeof item === "object" && item !== null ? (item as { history?: unknown }).history : undefined;
    if (!Array.isArray(rows) || rows.length === 0)
      throw refuse(`timelines[${i}]`, "a series, { history: [{ column: value }, …] }", item);
  }
}
