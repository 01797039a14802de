/** Rows of a panel. */
export const PANEL = 256;

/** A symmetric matrix of float32, of which panels of rows are kept up to the columns of their last one: half the memory of all. */
export class SymmetricMatrix {
  readonly size: number;
  /** `[rows of the panel, columns up to its last row]`, row-major. */
  readonly panels: Float32Array[];

  /** All zeros. */
  constructor(size: number) {
    this.size = size;
    this.panels = Array.from({ length: Math.ceil(size / PANEL) }, (_, panel) => {
      const end = Math.min(size, (panel + 1) * PANEL);
      return new Float32Array((end - panel * PANEL) * end);
    });
  }

  /** Columns of a panel. */
  width(panel: number): number {
    return Math.min(this.size, (panel + 1) * PANEL);
  }

  /** @param column At most the row, as below. */
  add(row: number, column: number, value: number): void {
    const panel = Math.floor(row / PANEL);
    const values = this.panels[panel]!;
    values[this.#placeOf(row, column, panel)]! += value;
    // Blocks on the diagonal are whole.
    if (column < row && column >= panel * PANEL) values[this.#placeOf(column, row, panel)]! += value;
  }

  at(row: number, column: number): number {
    const panel = Math.floor(row / PANEL);
    return this.panels[panel]![this.#placeOf(row, column, panel)]!;
  }

  /** @param into float32 `[size]`. */
  readRow(row: number, into: Float32Array): void {
    const own = Math.floor(row / PANEL);
    const width = this.width(own);
    into.set(this.panels[own]!.subarray((row - own * PANEL) * width, (row - own * PANEL + 1) * width));
    for (let panel = own + 1; panel < this.panels.length; panel++) {
      const values = this.panels[panel]!;
      const [start, wider] = [panel * PANEL, this.width(panel)];
      for (let i = 0; start + i < wider; i++) into[start + i] = values[i * wider + row]!;
    }
  }

  #placeOf(row: number, column: number, panel: number): number {
    return (row - panel * PANEL) * this.width(panel) + column;
  }
}
