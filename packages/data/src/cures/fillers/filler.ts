/** A column of some rows as numbers. */
export interface RowColumn {
  /** `[rows]`, NaN where missing. Of categories codes 0, 1, …, and −1 for each value that is none of the levels. */
  readonly values: Float64Array;
  /** How many levels a column of categories has. Absent: it holds numbers, which are standardised. */
  readonly levels?: number | undefined;
}

/** What is to be told of rows by their other columns: numbers, or codes of categories. */
export interface RowTarget {
  /** `[rows]`; none is missing. */
  readonly values: Float64Array;
  readonly levels?: number | undefined;
}

/** Tells the values of rows, `[rows]`. */
export type Told = (rows: readonly RowColumn[]) => Float64Array;

/** A way to tell a column by the others: learns it from rows that have a value. */
export type Filler = (rows: readonly RowColumn[], target: RowTarget) => Told;

export function rowCount(rows: readonly RowColumn[]): number {
  return rows[0]!.values.length;
}

/** Some of the rows. */
export function takeRows(rows: readonly RowColumn[], places: Int32Array): RowColumn[] {
  return rows.map(({ values, levels }) => ({ values: taken(values, places), levels }));
}

export function taken(values: Float64Array, places: Int32Array): Float64Array {
  return Float64Array.from(places, (place) => values[place]!);
}

export function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The level that most have; of several the first. */
export function modeOf(codes: Float64Array, levels: number): number {
  const counts = new Int32Array(levels);
  for (const code of codes) counts[code]!++;
  return counts.indexOf(counts.reduce((most, count) => Math.max(most, count), 0));
}
