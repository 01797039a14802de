import { rowGradientNames, type Tensor } from "@modelwright/engine";

/**
 * The dense gradient of an embedding table, kept up to date from the rows that a step read.
 *
 * Only rows that the last step touched are cleared, so a step costs as much as its batch has tokens, however
 * large the table is. Rows are added in the order of the batch: the result does not depend on threads.
 */
export class RowGradient {
  /** Names of the outputs that `set` needs. */
  readonly outputs: readonly [rows: string, indices: string];
  readonly #gradient: Float32Array;
  readonly #rowCount: number;
  readonly #width: number;
  #touched: readonly number[] = [];

  /** @param gradient `[rows, …]`; zeros. Nobody else writes to it. */
  constructor(parameter: string, gradient: Tensor<"float32">) {
    const { rows, indices } = rowGradientNames(parameter);
    this.outputs = [rows, indices];
    this.#gradient = gradient.data;
    this.#rowCount = gradient.shape[0]!;
    this.#width = gradient.data.length / this.#rowCount;
  }

  /** Replaces the gradient by the sum of the rows in the results of a run. */
  set(results: Readonly<Record<string, Tensor>>): void {
    const [rows, indices] = this.outputs.map((name) => results[name]!.data) as [Float32Array, Int32Array];
    const [gradient, width] = [this.#gradient, this.#width];
    for (const start of this.#touched) gradient.fill(0, start, start + width);
    this.#touched = Array.from(indices, (index) => (index < 0 ? index + this.#rowCount : index) * width);
    this.#touched.forEach((start, row) => {
      const from = row * width;
      for (let i = 0; i < width; i++) gradient[start + i] = gradient[start + i]! + rows[from + i]!;
    });
  }
}
