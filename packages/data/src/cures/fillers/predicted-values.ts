import { backSubstitute, factoriseCholesky, forwardSubstitute } from "@modelwright/engine/linear-algebra";
import { type Filler, type RowColumn, rowCount } from "./filler.ts";

/** λ of λ·Σw² beside the sum of squared errors, as scikit-learn's `Ridge` has it by default. */
const PENALTY = 1;
/** Levels of a category that get a weight each, the most frequent ones; the others have none. */
const MOST_LEVELS = 20;

/**
 * Tells a number by ridge regression over the other columns, within the values that there are, and a category by one such for each level, which is 1 for
 * its rows and −1 for the others: the highest wins. A number that is missing counts as the mean, a category that is missing as one of its own.
 *
 * @see Hoerl & Kennard, "Ridge regression", 1970; scikit-learn's `Ridge` and `RidgeClassifier`
 */
export const predictedValues: Filler = (rows, { values, levels }) => {
  const ridge = new Ridge(rows);
  if (levels === undefined) {
    const [least, most] = boundsOf(values);
    const weights = ridge.solve(values);
    return (asked) => ridge.scores(asked, weights).map((score) => Math.min(most, Math.max(least, score)));
  }
  const seen = [...new Set(values)].sort((a, b) => a - b);
  const models = seen.map((level) => ridge.solve(values.map((code) => (code === level ? 1 : -1))));
  return (asked) => {
    const told = new Float64Array(rowCount(asked));
    const highest = new Float64Array(told.length).fill(Number.NEGATIVE_INFINITY);
    for (const [at, weights] of models.entries()) {
      for (const [row, score] of ridge.scores(asked, weights).entries()) {
        if (!(score > highest[row]!)) continue;
        highest[row] = score;
        told[row] = seen[at]!;
      }
    }
    return told;
  };
};

/** Sums of some features of each row; the last one is 1 in all rows. */
class Ridge {
  /** The first feature of each column. */
  readonly #starts: number[] = [];
  readonly #size: number;
  readonly #rows: readonly RowColumn[];
  readonly #factor: Float64Array;
  /** Features of a row that are not 0. */
  readonly #places: Int32Array;
  readonly #filled: Float64Array;

  constructor(rows: readonly RowColumn[]) {
    let size = 0;
    for (const { levels } of rows) {
      this.#starts.push(size);
      // One more for those that are missing.
      size += levels === undefined ? 1 : Math.min(levels, MOST_LEVELS) + 1;
    }
    this.#size = size + 1;
    this.#rows = rows;
    this.#places = new Int32Array(rows.length + 1);
    this.#filled = new Float64Array(rows.length + 1);
    this.#factor = this.#normalEquations();
    factoriseCholesky(this.#factor, this.#size);
  }

  /** The weight of each feature, by the rows that were given. */
  solve(values: Float64Array): Float64Array {
    // Without the mean, so that what is large and varies little keeps its digits.
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const weights = new Float64Array(this.#size);
    for (const [row, value] of values.entries()) {
      const count = this.#look(this.#rows, row);
      for (let i = 0; i < count; i++) weights[this.#places[i]!]! += this.#filled[i]! * (value - mean);
    }
    forwardSubstitute(this.#factor, weights);
    backSubstitute(this.#factor, weights);
    weights[this.#size - 1]! += mean;
    return weights;
  }

  scores(rows: readonly RowColumn[], weights: Float64Array): Float64Array {
    return Float64Array.from({ length: rowCount(rows) }, (_, row) => {
      const count = this.#look(rows, row);
      let sum = 0;
      for (let i = 0; i < count; i++) sum += weights[this.#places[i]!]! * this.#filled[i]!;
      return sum;
    });
  }

  #normalEquations(): Float64Array {
    const matrix = new Float64Array(this.#size * this.#size);
    for (let row = 0; row < rowCount(this.#rows); row++) {
      const count = this.#look(this.#rows, row);
      // Places rise, so that this is the lower triangle.
      for (let i = 0; i < count; i++) {
        const [at, value] = [this.#places[i]! * this.#size, this.#filled[i]!];
        for (let j = 0; j <= i; j++) matrix[at + this.#places[j]!]! += value * this.#filled[j]!;
      }
    }
    for (let i = 0; i < this.#size - 1; i++) matrix[i * this.#size + i]! += PENALTY;
    return matrix;
  }

  /** Writes the features of a row that are not 0; how many there are. */
  #look(rows: readonly RowColumn[], row: number): number {
    let count = 0;
    const put = (place: number, value: number) => {
      this.#places[count] = place;
      this.#filled[count++] = value;
    };
    for (const [at, { values, levels }] of rows.entries()) {
      const [value, start] = [values[row]!, this.#starts[at]!];
      if (levels === undefined) {
        if (!Number.isNaN(value)) put(start, value);
        continue;
      }
      const most = Math.min(levels, MOST_LEVELS);
      if (Number.isNaN(value)) put(start + most, 1);
      else if (value >= 0 && value < most) put(start + value, 1);
    }
    put(this.#size - 1, 1);
    return count;
  }
}

function boundsOf(values: Float64Array): readonly [least: number, most: number] {
  return values.reduce<[number, number]>(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
}
