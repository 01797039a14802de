import { defaultRuntime, encodeModel, GraphBuilder, type Session, tensor } from "@modelwright/engine";
import { PANEL, type SymmetricMatrix } from "./symmetric-matrix.ts";

export interface InverseOptions {
  readonly threads?: number | undefined;
  /** Told which share is done. */
  readonly onProgress?: (share: number) => void;
  /** True asks to stop. */
  readonly shouldStop?: () => boolean;
}

/**
 * Inverts a positive definite matrix in its place, by the sweep operator over panels, whose products run in ONNX Runtime: size³ operations, half
 * of what a matrix without symmetry takes.
 *
 * Sweeping a block A of [A Bᵀ; B C] leaves [−A⁻¹ A⁻¹Bᵀ; BA⁻¹ C − BA⁻¹Bᵀ]; once all are swept the negative inverse stands there.
 *
 * @returns Whether it was finished.
 * @see Goodnight 1979, "A Tutorial on the SWEEP Operator"
 */
export async function invertSymmetric(
  matrix: SymmetricMatrix,
  { threads, onProgress = () => {}, shouldStop = () => false }: InverseOptions = {},
): Promise<boolean> {
  const runtime = await defaultRuntime();
  const sessions = {
    scale: await runtime.createSession(scaleGraph(), { threads }),
    sweep: await runtime.createSession(sweepGraph(), { threads }),
  };
  try {
    for (const panel of matrix.panels.keys()) {
      if (shouldStop()) return false;
      await sweep(matrix, panel, sessions);
      onProgress((panel + 1) / matrix.panels.length);
    }
    for (const values of matrix.panels) for (let i = 0; i < values.length; i++) values[i] = -values[i]!;
    return true;
  } finally {
    sessions.scale.release();
    sessions.sweep.release();
  }
}

/** BA⁻¹. */
function scaleGraph(): Uint8Array {
  const b = new GraphBuilder({ name: "scale" });
  const across = b.input("across", "float32", ["n", "k"]);
  b.output(b.op("MatMul", [across, b.input("inverse", "float32", ["k", "k"])]), "scaled");
  return encodeModel(b.build());
}

/** `rows − left · rightᵀ`. */
function sweepGraph(): Uint8Array {
  const b = new GraphBuilder({ name: "sweep" });
  const rows = b.input("rows", "float32", ["m", "n"]);
  const left = b.input("left", "float32", ["m", "k"]);
  const right = b.input("right", "float32", ["n", "k"]);
  b.output(b.op("Gemm", [left, right, rows], { alpha: -1, transB: 1 }), "difference");
  return encodeModel(b.build());
}

async function sweep(
  matrix: SymmetricMatrix,
  pivot: number,
  { scale, sweep }: Readonly<Record<"scale" | "sweep", Session>>,
): Promise<void> {
  const { size, panels } = matrix;
  const [start, end] = [pivot * PANEL, matrix.width(pivot)];
  const height = end - start;
  const inverse = invertedBlock(matrix, pivot);
  const across = columnsOf(matrix, pivot);
  const output = await scale.run({
    across: tensor("float32", [size, height], across),
    inverse: tensor("float32", [height, height], inverse),
  });
  const scaled = output.scaled!.data as Float32Array;
  for (const [panel, values] of panels.entries()) {
    const [first, width] = [panel * PANEL, matrix.width(panel)];
    if (panel === pivot) continue;
    const { difference } = await sweep.run({
      rows: tensor("float32", [width - first, width], values),
      left: tensor("float32", [width - first, height], across.subarray(first * height, width * height)),
      right: tensor("float32", [width, height], scaled.subarray(0, width * height)),
    });
    const swept = difference!.data as Float32Array;
    for (let row = first; panel > pivot && row < width; row++)
      swept.set(scaled.subarray(row * height, (row + 1) * height), (row - first) * width + start);
    panels[panel] = swept;
  }
  const own = panels[pivot]!;
  for (let i = 0; i < height; i++) {
    for (let column = 0; column < start; column++) own[i * end + column] = scaled[column * height + i]!;
    for (let j = 0; j < height; j++) own[i * end + start + j] = -inverse[i * height + j]!;
  }
}

/** What stands in all rows under a block on the diagonal and, turned, beside it; float32 `[size, columns of the block]`, zeros in its own rows. */
function columnsOf(matrix: SymmetricMatrix, pivot: number): Float32Array {
  const { size, panels } = matrix;
  const [start, end] = [pivot * PANEL, matrix.width(pivot)];
  const height = end - start;
  const columns = new Float32Array(size * height);
  const own = panels[pivot]!;
  for (let i = 0; i < height; i++)
    for (let column = 0; column < start; column++) columns[column * height + i] = own[i * end + column]!;
  for (let panel = pivot + 1; panel < panels.length; panel++) {
    const [first, width] = [panel * PANEL, matrix.width(panel)];
    for (let row = first; row < width; row++) {
      const from = (row - first) * width + start;
      columns.set(panels[panel]!.subarray(from, from + height), row * height);
    }
  }
  return columns;
}

/**
 * The inverse of a block on the diagonal, by Gauss–Jordan elimination in float64; it is positive definite, so that no pivot is 0.
 *
 * @returns float32 `[height, height]`.
 */
function invertedBlock(matrix: SymmetricMatrix, panel: number): Float32Array {
  const [start, end] = [panel * PANEL, matrix.width(panel)];
  const size = end - start;
  const a = new Float64Array(size * size);
  for (let i = 0; i < size; i++) a.set(matrix.panels[panel]!.subarray(i * end + start, (i + 1) * end), i * size);
  for (let k = 0; k < size; k++) {
    const inverse = 1 / a[k * size + k]!;
    a[k * size + k] = 1;
    for (let j = 0; j < size; j++) a[k * size + j]! *= inverse;
    for (let i = 0; i < size; i++) {
      const factor = a[i * size + k]!;
      if (i === k || factor === 0) continue;
      a[i * size + k] = 0;
      for (let j = 0; j < size; j++) a[i * size + j]! -= factor * a[k * size + j]!;
    }
  }
  return Float32Array.from(a);
}
