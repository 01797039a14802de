import {
  type DriftPart,
  type DriftReference,
  type DriftThreshold,
  ModelwrightError,
  parseDriftReference,
  type Sketch,
} from "@modelwright/contracts";
import { RandomSource } from "@modelwright/engine";
import { compareSketches, type SketchComparison } from "./compare-sketches.ts";
import { type ColumnDrift, CUSTOMARY, type DriftVerdict, judgeColumns } from "./drift-verdict.ts";
import {
  filledRows,
  mergeSketches,
  type ObservedColumn,
  type SketchOptions,
  sketchLike,
  sketchReference,
} from "./sketches.ts";
import { learnThreshold } from "./thresholds.ts";

/** Rows of a window, unless said otherwise: with fewer a stability index of 0.1 is nothing unusual. */
const WINDOW_ROWS = 1000;

/** Sketches of some rows that came in, by the layout of a reference. */
export interface DriftWindow {
  readonly rows: number;
  /** Columns that the reference does not know, or knows as another kind; nothing is kept of them. By name. */
  readonly unknown: readonly string[];
  readonly columns: Readonly<Record<string, Sketch>>;
}

/** How one column of a window differs from that of the reference. */
export interface WatchedDrift extends ColumnDrift {
  readonly part: DriftPart;
}

/** How a window differs from the reference, as a page or JSON shows it. */
export interface DriftReport {
  readonly format: 1;
  /** `drifted` if any column has, else `undecided` if any is, else `steady`. */
  readonly verdict: DriftVerdict;
  readonly referenceRows: number;
  readonly windowRows: number;
  /** In the order of the reference. That a column lacks values is a column too, `name (missing)`. */
  readonly columns: readonly WatchedDrift[];
  /** Columns of the reference of which the window, or the reference, has too few rows to compare. */
  readonly notCompared: readonly string[];
  /** Columns of the window that the reference does not know, or knows as another kind: they are not compared. */
  readonly unknown: readonly string[];
}

/**
 * What later rows are compared with: sketches of columns, outputs and confidences, and thresholds learnt by drawing
 * windows of `windowRows` from them.
 *
 * @param observed By name, all of as many rows.
 * @param options.origin What the rows are, for a reader.
 */
export function driftReference(
  observed: Readonly<Record<string, ObservedColumn>>,
  {
    windowRows = WINDOW_ROWS,
    seed = 0,
    origin = "rows",
    ...options
  }: SketchOptions & { readonly windowRows?: number; readonly seed?: number; readonly origin?: string } = {},
): DriftReference {
  const columns = Object.entries(observed).map(([name, values]) => {
    const sketch = sketchReference(values, options);
    const { part = "input" } = values;
    return [name, { part, sketch, threshold: thresholdOf(name, sketch, { windowRows, seed }) }] as const;
  });
  return { format: 1, origin, rows: rowsOf(observed), windowRows, columns: Object.fromEntries(columns) };
}

function thresholdOf(
  name: string,
  sketch: Sketch,
  { windowRows, seed }: { readonly windowRows: number; readonly seed: number },
): DriftThreshold {
  const random = RandomSource.fromSeed(seed).stream("threshold", name);
  return learnThreshold(sketch, { windowRows, random });
}

/**
 * Reads a reference that was kept as JSON.
 *
 * @param from Its place, for the message.
 * @throws {ModelwrightError} `DATA_REFERENCE_UNREADABLE`.
 */
export function readDriftReference(text: string, from: string): DriftReference {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const problem = "is not JSON";
    throw new ModelwrightError("DATA_REFERENCE_UNREADABLE", { file: from, field: "(top level)", problem });
  }
  const parsed = parseDriftReference(value);
  if (parsed.success) return parsed.document;
  const { field, problem } = parsed;
  throw new ModelwrightError("DATA_REFERENCE_UNREADABLE", { file: from, field, problem });
}

/** Sketches of rows, by the layout of a reference. Columns that it does not know, or of another kind, are only named. */
export function driftWindow(
  reference: DriftReference,
  observed: Readonly<Record<string, ObservedColumn>>,
  options: SketchOptions = {},
): DriftWindow {
  const known = Object.entries(reference.columns).filter(([name, { sketch }]) => observed[name]?.kind === sketch.kind);
  const columns = known.map(([name, { sketch }]): [string, Sketch] => [
    name,
    sketchLike(sketch, observed[name]!, options),
  ]);
  const names = new Set(known.map(([name]) => name));
  const unknown = Object.keys(observed).filter((name) => !names.has(name));
  return { rows: rowsOf(observed), unknown: unknown.sort(), columns: Object.fromEntries(columns) };
}

/** The window of the rows of two: of replicas, or of hours that make a day. */
export function mergeWindows(one: DriftWindow, other: DriftWindow): DriftWindow {
  const names = new Set([...Object.keys(one.columns), ...Object.keys(other.columns)]);
  const columns = Array.from(names, (name): [string, Sketch] => {
    const [sketch, another] = [one.columns[name], other.columns[name]];
    return [name, sketch && another ? mergeSketches(sketch, another) : (sketch ?? another)!];
  });
  const unknown = [...new Set([...one.unknown, ...other.unknown])].sort();
  return { rows: one.rows + other.rows, unknown, columns: Object.fromEntries(columns) };
}

/**
 * Compares a window with the reference, all columns together: see `columnDrifts` for the verdicts. A window of fewer
 * rows than the thresholds were learnt for is held to those of its own size.
 */
export function compareWindow(reference: DriftReference, window: DriftWindow): DriftReport {
  const notCompared: string[] = [];
  const compared = Object.entries(reference.columns).flatMap(([name, { part, sketch, threshold: learnt }]) => {
    const other = window.columns[name];
    const comparison = other && compareSketches(sketch, other);
    const missing = other && compareMissing(sketch, other);
    if (comparison === undefined) notCompared.push(name);
    const heldTo = (windowRows: number) =>
      windowRows >= reference.windowRows ? learnt : thresholdOf(name, sketch, { windowRows, seed: 0 });
    return [
      ...(comparison === undefined ? [] : [{ name, part, comparison, threshold: heldTo(filledRows(other!)) }]),
      ...(missing === undefined
        ? []
        : [{ name: `${name} (missing)`, part, comparison: missing, threshold: CUSTOMARY }]),
    ];
  });
  const columns = judgeColumns(compared).map((column, i) => ({ ...column, part: compared[i]!.part }));
  const some = (verdict: DriftVerdict) => columns.some((column) => column.verdict === verdict);
  return {
    format: 1,
    verdict: some("drifted") ? "drifted" : some("undecided") || columns.length === 0 ? "undecided" : "steady",
    referenceRows: reference.rows,
    windowRows: window.rows,
    columns,
    notCompared,
    unknown: window.unknown,
  };
}

/** Whether rows have a value, as a column of two categories; undefined where none of either side lacks one. */
function compareMissing(one: Sketch, other: Sketch): SketchComparison | undefined {
  if (one.missing + other.missing === 0) return undefined;
  const [left, right] = [one, other].map(
    (sketch) =>
      ({
        kind: "category",
        counts: [
          ["there", filledRows(sketch)],
          ["missing", sketch.missing],
        ],
        other: 0,
        missing: 0,
      }) as Extract<Sketch, { kind: "category" }>,
  );
  return compareSketches(left!, right!);
}

function rowsOf(observed: Readonly<Record<string, ObservedColumn>>): number {
  return Math.max(0, ...Object.values(observed).map(({ values }) => values.length));
}
